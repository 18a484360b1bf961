"""The threat models that a command line names: an institute's, or a folder's."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ringwall.cli.options import open_institute

if TYPE_CHECKING:
    from ringwall.threats.catalogue import Catalogue

__all__ = ["ModelsOption", "read_models"]

ModelsOption = Annotated[
    Path | None,
    typer.Option(
        "--models",
        metavar="DIR",
        help="A threat_models folder, instead of an institute's.",
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
