"""Incidents of the AI Incident Database, or of a table like its: CSV, one a row.

Pure. Must never take the parties that are alleged to be concerned for facts.
"""

import csv
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ringwall.base.errors import Fault
from ringwall.model.field_faults import shown
from ringwall.raid.intake.bounded_json import byte_fault, refused
from ringwall.raid.intake.importing.markup import without_markup
from ringwall.raid.intake.importing.records import (
    Batch,
    Draft,
    Record,
    digest_of_record,
)
from ringwall.raid.intake.report_values import span_of

if TYPE_CHECKING:
    from _csv import Reader as _Reader

__all__ = ["MAX_AIID_BYTES", "SCHEME", "is_aiid", "read_aiid"]

MAX_AIID_BYTES: Final = 64 * 1024 * 1024
"""Largest file."""
SCHEME: Final = "aiid"

_MAX_ROWS: Final = 200_000
_BOM: Final = b"\xef\xbb\xbf"
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
# Dates that programs write with a midnight which nobody meant.
_MIDNIGHT: Final = re.compile(r"[T ]00:00(:00(\.0+)?)?(Z|\+00:00)?")
_LINE: Final = re.compile(r"[^\r\n]*+(?:\r\n?|\n|\Z)")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
# Columns are known by their names without case, blanks and marks.
_COLUMNS: Final = {
    "id": ("incidentid", "id", "incident"),
    "date": ("date", "incidentdate"),
    "title": ("title", "incidenttitle", "headline"),
    "description": ("description", "incidentdescription", "summary"),
    "reports": ("reports", "reportids"),
}


class _Bad(Exception):
    pass


def is_aiid(header: str) -> bool:
    """Return whether the first line of a file is the header of such a table.

    Args:
        header: the line.
    """
    try:
        names = next(csv.reader([header]), [])
    except csv.Error:
        return False
    return {"id", "title", "description"} <= _placed(names).keys()


def read_aiid(data: bytes, file: str) -> Batch:
    """Return the incidents of a table; the order of its columns is free.

    Args:
        data: CSV with a header; `incident_id`, `title` and `description` have to be
            there.
        file: its name, for the faults.

    Raises:
        DeclarationError: `report-refused`, the file can't be read at all: faults as
            `byte_fault`, of the whole or of its header, or `columns-missing`.
    """
    text = _text(data, file)
    # Lines keep their ends: a cell may have some of its own.
    reader = csv.reader(_lines(text), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
    except csv.Error:
        header = []
    if _SURROGATE.search("".join(header)):
        message = "the names of the columns are not UTF-8 text"
        raise refused(file, [Fault(file, 1, 0, "not-utf8", message)])
    placed = _placed(header)
    missing = {"id", "title", "description"} - placed.keys()
    if missing or len(set(header)) < len(header):
        what = f"no column for {', '.join(sorted(missing))}" if missing else "twice one"
        fault = Fault(file, 1, 0, "columns-missing", f"the table has {what}")
        raise refused(file, [fault])
    batch = Batch(SCHEME, [], [])
    for number, line, row in _rows(reader, file, batch):
        if batch.is_full(file, line):
            break
        try:
            batch.records.append(_record(row, header, placed, number))
        except _Bad as bad:
            message = f"row {number}: {bad}"
            batch.refuse(Fault(file, line, 0, "record-refused", message))
    return batch


def _text(data: bytes, file: str) -> str:
    """Return the text; bytes that are not UTF-8 spoil their own row alone."""
    plain = data.removeprefix(_BOM)
    escaped = plain.decode("utf-8", "surrogateescape")
    fault = byte_fault(plain.decode("utf-8", "replace").encode(), file, MAX_AIID_BYTES)
    if fault is not None or len(data) > MAX_AIID_BYTES:
        fault = fault or byte_fault(data, file, MAX_AIID_BYTES)
    if fault is not None:
        raise refused(file, [fault])
    return escaped


def _lines(text: str) -> Iterator[str]:
    # As `StringIO` gives them, which takes four bytes for each letter.
    return (found[0] for found in _LINE.finditer(text) if found[0])


def _placed(header: list[str]) -> dict[str, str]:
    """Return the name of the column for each field that is known."""
    plain = {re.sub(r"[^a-z]", "", name.lower()): name for name in reversed(header)}
    return {
        field: next(plain[name] for name in names if name in plain)
        for field, names in _COLUMNS.items()
        if any(name in plain for name in names)
    }


def _rows(
    reader: "_Reader", file: str, batch: Batch
) -> Iterator[tuple[int, int, list[str]]]:
    """Give number, line and cells of each row; what is no row is a fault."""
    for number in range(1, _MAX_ROWS + 1):
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            message = f"row {number}: {shown(error, 100)}"
            batch.refuse(Fault(file, line, 0, "record-refused", message))
            continue
        if row is None:
            return
        if row:
            yield number, line, row
    message = f"only the first {_MAX_ROWS} rows are read; split the table"
    batch.faults.append(Fault(file, reader.line_num, 0, "table-too-long", message))


def _record(
    row: list[str], header: list[str], placed: dict[str, str], number: int
) -> Record:
    if len(row) != len(header):
        raise _Bad(f"{len(row)} cells under {len(header)} columns")
    if _SURROGATE.search("".join(row)):
        raise _Bad("it is not UTF-8 text")
    fields = dict(zip(header, row, strict=True))
    draft = Draft(fields)
    entity = draft.text(placed["id"])
    if not _ID.fullmatch(entity):
        raise _Bad(f"`{placed['id']}` is no id: `{shown(entity, 40)}`")
    title, told = draft.text(placed["title"]), draft.text(placed["description"])
    if not title or not told:
        raise _Bad(f"incident {entity} has no {'description' if title else 'title'}")
    narrative, urls = without_markup(told)
    draft.put_title(title)
    draft.put_narrative(narrative)
    for url in urls:
        draft.refer(url)
    draft.document["source"] = {"scheme": SCHEME, "id": entity}
    draft.document["kind"] = "incident"
    if "date" in placed and (date := draft.text(placed["date"])):
        draft.document["occurred"] = {"from": _day(date, entity)}
    if "reports" in placed:
        _put_reports(draft, draft.text(placed["reports"]))
    digest = digest_of_record(fields)
    return Record(SCHEME, entity, f"row {number}", digest, draft.done())


def _day(text: str, entity: str) -> str:
    day = _MIDNIGHT.sub("", text, count=1) if _MIDNIGHT.search(text) else text
    try:
        span_of(day)
    except ValueError:
        raise _Bad(f"incident {entity}: `{shown(text, 40)}` is no date") from None
    return day


def _put_reports(draft: Draft, text: str) -> None:
    """Refer to the published reports; by them the incident is public."""
    try:
        numbers = json.loads(text) if text else []
    except (ValueError, RecursionError):
        numbers = None
    if isinstance(numbers, int) and not isinstance(numbers, bool):
        numbers = [numbers]
    if not isinstance(numbers, list) or not all(type(one) is int for one in numbers):
        draft.name("reports", text)
        return
    if numbers:
        draft.document["public"] = "yes"
    for one in numbers:
        draft.refer(f"AIID report {one}")
