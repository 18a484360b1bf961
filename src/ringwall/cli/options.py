"""Options that many commands share, each with its environment variable."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ringwall.cli.exits import Misuse

if TYPE_CHECKING:
    from ringwall.institute import Institute
    from ringwall.signing.keys import VerifierKey

__all__ = [
    "AtOption",
    "AuthnOption",
    "Format",
    "FormatOption",
    "InstituteOption",
    "OriginOption",
    "ViaOption",
    "examples",
    "instant_of",
    "key_of",
    "open_institute",
]

_LATEST = "9000-01-01T00:00:00Z"  # leaves room for what looks ahead


class Format(StrEnum):
    """How data is printed; the default is a table on a terminal, else JSON."""

    TABLE = "table"
    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"


def _nearest(context: typer.Context, folder: Path | None) -> Path | None:
    """Return the folder named behind the verb, else before it or in the environment."""
    source = context.get_parameter_source("folder")
    if source is not None and source.name == "COMMANDLINE":
        return folder
    before: Path | None = context.find_root().params.get("institute")
    return before or folder


def _named(origin: str | None) -> str | None:
    """Return the name of a log; a variable of the shell that is not set is none."""
    if origin == "":
        raise typer.BadParameter("a log has a name")
    return origin


FormatOption = Annotated[
    Format | None,
    typer.Option(
        "--format",
        envvar="RINGWALL_FORMAT",
        help="How to print; default: table on a terminal, else json.",
        show_default=False,
    ),
]
InstituteOption = Annotated[
    Path | None,
    typer.Option(
        "--institute",
        "-C",
        envvar="RINGWALL_INSTITUTE",
        metavar="DIR",
        callback=_nearest,
        help="The institute's folder; default: the nearest ringwall.toml upward.",
        show_default=False,
    ),
]

OriginOption = Annotated[
    str | None,
    typer.Option(
        "--origin",
        metavar="NAME",
        callback=_named,
        help="Name of the log; default: the name of its key.",
        show_default=False,
    ),
]
AtOption = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="INSTANT",
        help="When, e.g. 2027-01-31T00:00:00Z; now if left out.",
        show_default=False,
    ),
]
ViaOption = Annotated[
    str,
    typer.Option(
        "--via",
        metavar="POINT",
        help="Enforcement point that asks; default: `point` in ringwall.toml.",
    ),
]
AuthnOption = Annotated[
    str,
    typer.Option(
        "--authn",
        metavar="LEVEL",
        help="How the session was proven: none (the default), password, mfa, "
        "hardware or hardware-fresh.",
    ),
]


def examples(*lines: str) -> str:
    """Return the end of a command's help."""
    return "\n".join(("Examples", "", *(f"  $ ringwall {line}" for line in lines)))


def open_institute(folder: Path | None) -> "Institute":
    """Return the institute that the option or the present folder names.

    Raises:
        ConfigurationError: `institute-missing`, or its settings can't be used.
    """
    from ringwall.base.errors import ConfigurationError
    from ringwall.institute import SETTINGS_FILE, Institute
    from ringwall.registry.institute_folder import find_institute

    if folder is None:
        return Institute(find_institute(Path.cwd()))
    if not (folder / SETTINGS_FILE).exists():
        raise ConfigurationError(
            "institute-missing",
            f"there is no `{SETTINGS_FILE}` in `{folder}`",
            next_step="name an institute's folder, or make one with "
            f"`ringwall init {folder}`",
        )
    return Institute(folder)


def key_of(vkey: str) -> "VerifierKey":
    """Return the key of the log that an option gives.

    Raises:
        RequestError: `key-malformed` or `key-wrong-type`, it gives none. An empty one
            is refused like any other: it may be a variable that is not set.
    """
    from ringwall.base.errors import ConfigurationError, RequestError
    from ringwall.signing.keys import parse_vkey

    try:
        return parse_vkey(vkey)
    except ConfigurationError as error:
        message = error.message if vkey else "the key is empty"
        step = "give the whole line that `ringwall init` printed, in quotes"
        if error.code == "key-wrong-type":
            step = error.next_step
        raise RequestError(error.code, message, next_step=step) from None


def instant_of(at: str | None, institute: "Institute", command: str) -> int:
    """Return the instant that an option names, or the present one.

    Args:
        at: RFC 3339, or None.
        institute: whose clock says what is now.
        command: whose help says more.

    Raises:
        Misuse: it is no instant.
    """
    from ringwall.base.clock import parse_instant

    if at is None:
        return institute.clock.now()
    try:
        instant = parse_instant(at)
    except ValueError as error:
        raise Misuse(command, str(error)) from None
    if instant >= parse_instant(_LATEST):
        raise Misuse(command, f"the instant must be before {_LATEST}")
    return instant
