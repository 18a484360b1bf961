"""`threat export`: the threat models in the forms that other tools read."""

import hashlib
import os
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
    try:
        to.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            _write_whole(to / name, data)
    except OSError as error:
        raise _refused(
            "export-unwritable", f"`{to}` can't be written: {error.strerror or error}"
        ) from error
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
    """Refuse to write into a link, or over what is not what would be written."""
    if to.is_symlink() or (to.exists() and not to.is_dir()):
        raise _refused("export-differs", f"`{to}` is there already, and is no folder")
    for name, data in files.items():
        path = to / name
        # Asked of the kind of file first: to read from a pipe would wait for ever.
        is_same = path.is_file() and not path.is_symlink() and _holds(path, data)
        if os.path.lexists(path) and not is_same:
            raise _refused(
                "export-differs", f"`{path}` is there already, and is something else"
            )


def _holds(path: Path, data: bytes) -> bool:
    return path.stat().st_size == len(data) and path.read_bytes() == data


def _write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it has its name only once it is whole."""
    draft = path.with_name(f".{path.name}")
    draft.write_bytes(data)
    draft.replace(path)


def _refused(code: str, message: str) -> Exception:
    from ringwall.base.errors import ConfigurationError

    step = "name another folder with --to, or move what is there away"
    return ConfigurationError(code, message, next_step=step)
