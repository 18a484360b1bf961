"""`threat export`: the threat models in the forms that other tools read."""

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ringwall.cli.options import FormatOption, InstituteOption, examples
from ringwall.cli.output import print_rows, say
from ringwall.cli.threat_models import ModelsOption, read_models

if TYPE_CHECKING:
    from ringwall.threats.catalogue import Catalogue

__all__ = ["register"]


class _Form(StrEnum):
    """What to write."""

    OSCAL = "oscal"
    STIX = "stix"
    CSV = "csv"


def register(app: typer.Typer) -> None:
    """Add the verb to the application."""
    app.command(
        "export",
        epilog=examples(
            "threat export oscal --to oscal",
            "threat export stix --to stix",
            "threat export csv --to tables",
        ),
    )(_export)


def _export(
    form: Annotated[
        _Form,
        typer.Argument(
            metavar="FORM",
            help="oscal: the measures and a profile of each level. stix: who attacks, "
            "how, and what mitigates. csv: each table.",
        ),
    ],
    to: Annotated[
        Path,
        typer.Option("--to", metavar="DIR", help="Where to write; is made if missing."),
    ],
    models: ModelsOption = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Write the threat models as OSCAL 1.1, STIX 2.1 or CSV.

    The same threat models give the same bytes, on every machine. A file that is there
    and differs is left as it is, and nothing is written.
    """
    files = _written(form, read_models(models, folder))
    _refuse_others(to, files)
    to.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (to / name).write_bytes(data)
    rows = [
        {
            "file": name,
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        for name, data in files.items()
    ]
    sheet = ["file", "bytes", "sha256"]
    print_rows(["file", "bytes"], rows, fmt, sheet=sheet)
    say(f"written to {to}")


def _written(form: _Form, catalogue: "Catalogue") -> Mapping[str, bytes]:
    if form is _Form.OSCAL:
        from ringwall.threats.oscal import oscal_files

        return oscal_files(catalogue)
    if form is _Form.STIX:
        from ringwall.threats.stix import stix_files

        return stix_files(catalogue)
    from ringwall.threats.tables import csv_files

    return csv_files(catalogue)


def _refuse_others(to: Path, files: Mapping[str, bytes]) -> None:
    """Refuse to write over a file that is not what would be written."""
    from ringwall.base.errors import ConfigurationError

    for name, data in files.items():
        path = to / name
        if path.is_symlink() or (path.exists() and path.read_bytes() != data):
            raise ConfigurationError(
                "export-differs",
                f"`{path}` is there already, and is something else",
                next_step="name another folder with --to, or move the file away",
            )
