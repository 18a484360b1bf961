"""`raid intake import`: records that others published, many at once.

Must never go on in silence past a record that was not taken in.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from ringwall.cli.desks import Desk
from ringwall.cli.exits import Misuse
from ringwall.cli.options import Format
from ringwall.cli.output import chosen_format, print_rows, progress_bar, say
from ringwall.cli.raid_intake_words import (
    INTAKE,
    candidate_words,
    make_ready,
    tell_boxless,
)
from ringwall.cli.terminal import counted

if TYPE_CHECKING:
    from ringwall.base.errors import Fault, RingwallError
    from ringwall.raid.intake.bulk import Imported

__all__ = ["import_files"]

_COLUMNS: Final = ("source", "report", "outcome", "title")
_SHEET: Final = (*(*_COLUMNS, "revises", "copy_of", "candidates", "unmapped", "file"),)
_ENDS: Final = frozenset({".json", ".jsonl", ".ndjson", ".yaml", ".yml", ".csv"})
_MOST_FILES: Final = 100_000
# Two lines of a table of 80 columns.
_TITLE: Final = 52


class _How(NamedTuple):
    scheme: str
    is_trial: bool


def import_files(
    desk: Desk,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="Files, or folders of them: compiled ATLAS YAML, AVID JSON, or a "
            "CSV in the style of the AI Incident Database.",
        ),
    ],
    scheme: Annotated[
        str,
        typer.Option(
            "--as",
            envvar="RINGWALL_RAID_INTAKE_IMPORT_AS",
            metavar="SCHEME",
            help="atlas, avid or aiid; default: told by the file.",
        ),
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be taken in.")
    ] = False,
) -> None:
    """Take in records that others published; what is on record stays as it is.

    Each field is mapped or named as unmapped, and nothing is invented. A changed
    record becomes a new version beside the old one. Records that can't be read are
    named with place and reason, the others are taken in; the exit code is then 3.
    Archives are not opened.
    """
    from ringwall.model.raid_events import INBOX
    from ringwall.raid.intake.importing.choosing import SCHEMES

    if scheme and scheme not in SCHEMES:
        raise Misuse(desk.command, f"--as is one of {', '.join(SCHEMES)}")
    paths = list(_found(files))
    who = desk.who(INTAKE, INBOX)
    done: list[Imported] = []
    how = _How(scheme, dry_run)
    if not dry_run:
        make_ready(desk)
    with progress_bar("taking in") as progress:
        for number, path in enumerate(paths, 1):
            # One bar at a time: of one file its records are counted.
            inner = progress if len(paths) == 1 else None
            done.append(_one(desk, who, path, how, inner))
            if inner is None:
                progress(number, len(paths))
    rows = [row for one in done for row in _rows(one, is_trial=dry_run)]
    print_rows(_COLUMNS, _told(desk, rows), desk.format, sheet=_SHEET)
    _tell(desk, done, dry_run=dry_run)
    if not dry_run:
        tell_boxless(desk)
    faults = [fault for one in done for fault in one.faults]
    if faults:
        raise _incomplete(faults, rows, dry_run=dry_run)


def _found(files: list[Path]) -> Iterator[Path]:
    """Give the files that are named, and those in the folders that are."""
    count = 0
    for named in files:
        # Unlike `Path.is_dir`, which raises where a name is too long or shut off.
        inside = _inside(named) if os.path.isdir(named) else [named]
        for path in inside:
            count += 1
            if count > _MOST_FILES:
                raise Misuse("ringwall raid intake import", "too many files at once")
            yield path


def _inside(folder: Path) -> list[Path]:
    """Return the files below a folder that may hold records; links are not followed."""
    found: list[Path] = []

    def shut(error: OSError) -> None:
        # It is named like a file that can't be read.
        found.append(Path(str(error.filename)))

    for place, folders, names in os.walk(folder, onerror=shut, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        paths = (Path(place) / name for name in sorted(names))
        found += [path for path in paths if path.suffix.lower() in _ENDS]
    return found


def _one(
    desk: Desk,
    who: Any,  # noqa: ANN401 - `Who`, which is imported when a gate is open
    path: Path,
    how: _How,
    progress: Callable[[int, int], None] | None,
) -> "Imported":
    from ringwall.base.errors import Fault, RequestError
    from ringwall.cli.files import read_input
    from ringwall.raid.intake.bulk import Imported
    from ringwall.raid.intake.importing.choosing import MAX_IMPORT_BYTES

    try:
        data = read_input(path, MAX_IMPORT_BYTES)
    except RequestError as error:
        fault = Fault(str(path), 0, 0, error.code, error.message)
        return Imported(str(path), how.scheme, [], [], [], [fault])
    intake = desk.raid.intake
    if how.is_trial:
        return intake.try_file(who, data, str(path), how.scheme)
    return intake.import_file(who, data, str(path), how.scheme, progress)


def _rows(imported: "Imported", *, is_trial: bool) -> Iterator[dict[str, Any]]:
    """Give a row for each record that is new, then for each that is not."""
    from ringwall.raid.intake.plain_text import shown

    taken = {one.source: one for one in imported.taken}
    for one in imported.planned:
        made = taken.get(one.source)
        word = "new version" if one.revises else "new"
        yield {
            "source": one.source,
            "report": made.report if made else "",
            "outcome": f"would be {word}" if is_trial else word,
            "title": shown(one.title),
            "revises": one.revises,
            "copy_of": made.alike if made else "",
            "candidates": [candidate_words(near) for near in made.candidates]
            if made
            else [],
            "unmapped": list(one.unmapped),
            "file": imported.file,
        }
    for double in imported.doubles:
        yield {
            "source": double.source,
            "report": double.report,
            "outcome": "on record",
            "title": shown(double.title),
            "revises": "",
            "copy_of": "",
            "candidates": [],
            "unmapped": [],
            "file": imported.file,
        }


def _told(desk: Desk, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows as they are printed: in a table a long title ends in a mark."""
    from ringwall.raid.intake.plain_text import shown

    if chosen_format(desk.format) is not Format.TABLE:
        return rows
    return [{**row, "title": shown(row["title"], _TITLE)} for row in rows]


def _tell(desk: Desk, done: "list[Imported]", *, dry_run: bool) -> None:
    if chosen_format(desk.format) is not Format.TABLE:
        return
    new = sum(len(one.planned) for one in done)
    doubles = sum(len(one.doubles) for one in done)
    unmapped = sum(bool(plan.unmapped) for one in done for plan in one.planned)
    verb = "would be taken in" if dry_run else "taken in"
    say(f"{counted(new, 'record')} {verb}, {doubles:,} on record already")
    near = sum(bool(made.candidates) for one in done for made in one.taken)
    if near:
        say(
            f"{near:,} of them may tell of the same as others; why: `ringwall raid "
            "candidates REPORT`"
        )
    if unmapped:
        say(f"{unmapped:,} of them have fields without a place; --format json has all")


def _incomplete(
    faults: "list[Fault]", rows: list[dict[str, Any]], *, dry_run: bool
) -> "RingwallError":
    from ringwall.base.errors import DeclarationError

    verb = "would not be" if dry_run else "were not"
    return DeclarationError(
        "import-incomplete",
        f"{counted(len(faults), 'record')} {verb} taken in, {len(rows):,} stand",
        next_step="correct the places listed, and run the same again: what is on "
        "record is not taken in twice",
        faults=tuple(faults),
    )
