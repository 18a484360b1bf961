"""`raid table`: the decision tables themselves, looked at, checked and compared.

Must never change a table: `raid rules adopt` does, for the whole of the desk's rules.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.options import (
    FormatOption,
    InstituteOption,
    examples,
    open_institute,
)
from ringwall.cli.output import Sheet, print_object, print_rows
from ringwall.cli.terminal import counted, print_field, print_text

if TYPE_CHECKING:
    from ringwall.cli.options import Format
    from ringwall.raid.triage.tables import TriageTables

__all__ = ["register"]

_COVER: Final = ("outcome", "word", "rows", "rules")
_DIFF: Final = ("table", "row", "column", "before", "after")
_FOLDER: Final = Path("raid") / "triage"

_FolderArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="[FOLDER]",
        help="With the tables; default: `raid/triage` of the institute, a draft until "
        "it is adopted.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        help="The decision tables themselves: look, check, compare.",
        no_args_is_help=True,
    )
    group.command("lint", epilog=examples("raid table lint my-tables"))(_lint)
    group.command("diff", epilog=examples("raid table diff old new"))(_diff)
    group.command("cover", epilog=examples("raid table cover"))(_cover)
    group.command("show", epilog=examples("raid table show points"))(_show)
    app.add_typer(group, name="table")


def _lint(
    tables: _FolderArgument = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Check tables as they are checked when they are read; exit 3 names each fault.

    Complete, no row twice, no step down, no word that nothing gives, no clock for what
    nobody suffered.
    """
    found = _read(tables, folder)
    told = {
        "version": found.version,
        "digest": found.digest,
        "rows": len(found.main),
        "rules": len(found.rules),
        "wordings": len(found.wordings),
    }

    def show() -> None:
        print_text(f"version {told['version']}: no fault", style="green")
        rows = counted(len(found.main), "row")
        print_field("tables", f"{rows}, {counted(len(found.rules), 'rule')}")
        print_field("digest", found.digest)

    print_object(told, fmt, show, Sheet(tuple(told), [told]))


def _diff(
    before: Annotated[Path, typer.Argument(metavar="OLD", help="Folder of tables.")],
    after: Annotated[
        Path | None,
        typer.Argument(
            metavar="[NEW]",
            help="Another; default: `raid/triage` of the institute.",
            show_default=False,
        ),
    ] = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Compare two versions of the tables row by row, cell by cell."""
    from ringwall.raid.triage.difference import differences

    new = after or _own(folder)
    rows = [one._asdict() for one in differences(_files(before), _files(new))]
    print_rows(_DIFF, rows, fmt)


def _cover(
    tables: _FolderArgument = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Show how many rows and rules give each word of each outcome."""
    from ringwall.raid.triage.difference import cover

    rows = [one._asdict() for one in cover(_read(tables, folder))]
    print_rows(_COVER, rows, fmt)


def _show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="TABLE",
            help="points, harm, threat, main, overrides, legal, suggest, thresholds or "
            "version; or of the routes: routes, functions, contacts, states, sectors "
            "or duties.",
        ),
    ],
    tables: _FolderArgument = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Show one table whole."""
    from ringwall.base.errors import UnknownItem
    from ringwall.raid.routing.reader import COLUMNS
    from ringwall.raid.triage.reading import TRIAGE_FILES

    file = f"{name}.csv"
    if file in COLUMNS:
        _show_routes(file, tables or _own(folder).with_name("routes"), fmt)
        return
    if file not in TRIAGE_FILES:
        raise UnknownItem(
            "unknown-table",
            f"there is no table `{name[:40]}`",
            next_step="one of "
            + ", ".join(n.removesuffix(".csv") for n in (*TRIAGE_FILES, *COLUMNS)),
        )
    # Shown as it is only once it is known to be well formed.
    where = tables or _own(folder)
    _read(where, None)
    _print(_files(where)[file], fmt)


def _show_routes(file: str, where: Path, fmt: "Format | None") -> None:
    from ringwall.base.plain_folder import read_plain
    from ringwall.raid.routing.reader import read_routes
    from ringwall.raid.sheet import MAX_SHEET_BYTES

    read_routes(where)
    _print(read_plain(where / file, MAX_SHEET_BYTES), fmt)


def _print(data: bytes, fmt: "Format | None") -> None:
    import csv
    import io

    text = io.StringIO(data.decode("utf-8"), newline="")
    rows: list[dict[str, Any]] = list(csv.DictReader(text))
    print_rows(tuple(rows[0]), rows, fmt)


def _own(folder: Path | None) -> Path:
    return open_institute(folder).folder / _FOLDER


def _read(tables: Path | None, folder: Path | None) -> "TriageTables":
    from ringwall.raid.triage.reading import read_triage

    return read_triage(tables or _own(folder))


def _files(folder: Path) -> dict[str, bytes]:
    """Return the tables of a folder as they are, faults or not.

    Raises:
        ConfigurationError: `tables-unreadable`.
    """
    from ringwall.base.errors import ConfigurationError
    from ringwall.base.plain_folder import read_plain
    from ringwall.raid.sheet import MAX_SHEET_BYTES
    from ringwall.raid.triage.reading import TRIAGE_FILES

    try:
        return {n: read_plain(folder / n, MAX_SHEET_BYTES) for n in TRIAGE_FILES}
    except OSError as error:
        raise ConfigurationError(
            "tables-unreadable",
            f"`{folder}` does not hold the tables of a triage",
            next_step=f"name a folder with {', '.join(TRIAGE_FILES)}",
        ) from error
