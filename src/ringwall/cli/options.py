"""Options that many commands share, each with its environment variable."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ringwall.institute import Institute

__all__ = ["Format", "FormatOption", "InstituteOption", "examples", "open_institute"]


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


def examples(*lines: str) -> str:
    """Return the end of a command's help."""
    return "\n".join(("Examples", "", *(f"  $ ringwall {line}" for line in lines)))


def open_institute(folder: Path | None) -> "Institute":
    """Return the institute that the option or the present folder names.

    Raises:
        ConfigurationError: `institute-missing`, or its settings can't be used.
    """
    from ringwall.base.errors import ConfigurationError
    from ringwall.institute import SETTINGS_FILE, Institute, find_institute

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
