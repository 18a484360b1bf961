"""Options that many commands share, each with its environment variable."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ringwall.institute import Institute

__all__ = ["Format", "FormatOption", "InstituteOption", "open_institute"]


class Format(StrEnum):
    """How data is printed; the default is a table on a terminal, else JSON."""

    TABLE = "table"
    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"


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
        "-C",
        "--institute",
        envvar="RINGWALL_INSTITUTE",
        metavar="DIR",
        help="The institute's folder; default: the nearest ringwall.toml upward.",
        show_default=False,
    ),
]


def open_institute(folder: Path | None) -> "Institute":
    """Return the institute that the option or the present folder names.

    Raises:
        ConfigurationError: there is none, or its settings can't be used.
    """
    from ringwall.institute import Institute, find_institute

    return Institute(folder if folder is not None else find_institute(Path.cwd()))
