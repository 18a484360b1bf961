"""The threat models that a command line names: an institute's, or a folder's."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ringwall.cli.exits import Misuse
from ringwall.cli.options import open_institute

if TYPE_CHECKING:
    from ringwall.institute import Institute
    from ringwall.threats.catalogue import Catalogue

__all__ = ["AtOption", "ModelsOption", "instant_of", "read_models"]

_LATEST = "9000-01-01T00:00:00Z"  # leaves room for what looks ahead

ModelsOption = Annotated[
    Path | None,
    typer.Option(
        "--models",
        metavar="DIR",
        help="A threat_models folder, instead of an institute's.",
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


def read_models(models: Path | None, folder: Path | None) -> "Catalogue":
    """Return the threat models that the options name.

    Raises:
        ConfigurationError: no folder is named and there is no institute here.
        DeclarationError: they are refused, with every fault.
    """
    from ringwall.threats.folder import read_catalogue

    if models is None:
        return open_institute(folder).catalogue()
    return read_catalogue(models)


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
        raise Misuse(command, f"`--at` is before {_LATEST}")
    return instant
