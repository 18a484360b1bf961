"""The institute's settings: what `ringwall.toml` may say, and nothing else."""

import re
import tomllib
from typing import Annotated, Any, Final

from pydantic import AfterValidator, ValidationError, WithJsonSchema

from ringwall.base.errors import ConfigurationError, Fault
from ringwall.model.tiers import TierSetting
from ringwall.model.values import PointId, Strict, Text, is_printable

__all__ = [
    "EXERCISE",
    "MAX_SETTINGS_BYTES",
    "Settings",
    "format_settings",
    "parse_settings",
]

MAX_SETTINGS_BYTES: Final = 64 * 1024
EXERCISE: Final = "/exercise/"
"""What the origin of a log has in it that is an exercise's, before its name."""
# No `?`, `%` or `#`: the name becomes part of a database URL.
_STORE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.db", re.ASCII)
_LONGEST_PATH: Final = 1000
_SAMPLE: Final = r"1 in [1-9][0-9]{0,5}"


def _origin(text: str) -> str:
    """C2SP tlog-checkpoint: an origin is one line; ours has no blank or plus sign."""
    if not text or len(text) > 200 or any(c.isspace() or c == "+" for c in text):
        raise ValueError("an origin is 1 to 200 characters without blank or plus sign")
    if not (text.isascii() and text.isprintable()):
        raise ValueError("an origin is printable ASCII")
    return text


def _file_name(text: str) -> str:
    if not _STORE.fullmatch(text):
        raise ValueError("the store is a file such as ledger.db in the folder itself")
    return text


def _share(text: str) -> str:
    if not re.fullmatch(_SAMPLE, text, re.ASCII):
        raise ValueError(
            "a share is written such as `1 in 100`, from `1 in 1` to `1 in 999999`"
        )
    return text


def _place(text: str) -> str:
    if not is_printable(text) or not 0 < len(text) <= _LONGEST_PATH:
        raise ValueError(f"a path is one line of up to {_LONGEST_PATH} characters")
    if text.endswith("/"):
        raise ValueError("the second place is a file, not a folder")
    return text


_SHARE_SCHEMA: Final = WithJsonSchema(
    {"type": "string", "pattern": f"^{_SAMPLE}$", "examples": ["1 in 100"]}
)


class Settings(Strict):
    """The institute as its folder describes it.

    Attributes:
        name: for people.
        tiers: `two` or `three`; must be what the ledger was created with.
        origin: name of the log in its checkpoints; likewise.
        store: file name of the ledger.
        point: enforcement point that the command line speaks for by default.
        anchor: file on another disk that holds the log's last checkpoint; seen from
            the institute's folder if it is relative, none if it is left out.
        sample: share of decisions that stock Casbin makes a second time, such as
            `1 in 100`; none if it is left out.
    """

    name: Text
    tiers: TierSetting
    origin: Annotated[str, AfterValidator(_origin)]
    store: Annotated[str, AfterValidator(_file_name)] = "ledger.db"
    point: PointId | None = None
    anchor: Annotated[str, AfterValidator(_place)] | None = None
    sample: Annotated[str, AfterValidator(_share), _SHARE_SCHEMA] | None = None

    @property
    def exercise(self) -> str:
        """Name of the exercise that all of this is; empty for a real institute.

        It is part of the log's origin, which is signed with each of its heads: so what
        was recorded in an exercise is never anything else.
        """
        return self.origin.rpartition(EXERCISE)[2] if EXERCISE in self.origin else ""

    @property
    def sample_one_in(self) -> int | None:
        """Of how many decisions one is sampled, on average; None for no sampling."""
        return None if self.sample is None else int(self.sample.rpartition(" ")[2])


def parse_settings(data: bytes, file: str) -> Settings:
    """Return the settings that a `ringwall.toml` holds.

    Raises:
        ConfigurationError: `settings-invalid` with each fault.
    """
    values = _read_toml(data, file)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        faults = tuple(_fault(item, data, file) for item in error.errors())
        raise _invalid(file, *faults) from None


def format_settings(settings: Settings) -> str:
    """Return the text of a `ringwall.toml` that parses to the same settings."""
    lines = [
        "# What this institute is. `tiers`, `origin` and `anchor` are also on the",
        "# ledger and can't be changed here alone.",
    ]
    for key, value in settings.model_dump(exclude_none=True).items():
        quoted = str(value).replace("\\", "\\\\").replace('"', '\\"')
        lines.append(f'{key} = "{quoted}"')
    return "\n".join(lines) + "\n"


def _read_toml(data: bytes, file: str) -> dict[str, Any]:
    if len(data) > MAX_SETTINGS_BYTES:
        message = f"the file is larger than {MAX_SETTINGS_BYTES} bytes"
        raise _invalid(file, Fault(file, 0, 0, "toml-malformed", message))
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        message = _lower(str(error))
        raise _invalid(file, Fault(file, 0, 0, "toml-malformed", message)) from None


def _fault(item: Any, data: bytes, file: str) -> Fault:  # noqa: ANN401 - pydantic's ErrorDetails
    path = ".".join(map(str, item["loc"]))
    message = _lower(item["msg"].removeprefix("Value error, "))
    line = _line_of(data, str(item["loc"][0]))
    return Fault(file, line, 0, "setting-wrong", f"`{path[:60]}`: {message}")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _line_of(data: bytes, key: str) -> int:
    """Return the 1-based line on which a top-level key is set, 0 if nowhere."""
    for number, line in enumerate(data.decode("utf-8").split("\n"), 1):
        if line.split("=")[0].strip() == key:
            return number
    return 0


def _invalid(file: str, *faults: Fault) -> ConfigurationError:
    return ConfigurationError(
        "settings-invalid",
        f"`{file}` can't be used as settings",
        next_step="mend the lines named, or copy the file from a fresh `ringwall init`",
        faults=faults,
    )
