"""Reports and vulnerabilities of AVID: JSON, one, a list of them, or one a line.

Pure. Must never take the day of a report for that of an incident, nor credit for a
fact.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from ringwall.base.errors import DeclarationError, Fault
from ringwall.model.field_faults import shown
from ringwall.raid.intake.bounded_json import Bounds, byte_fault, read_json, refused
from ringwall.raid.intake.importing.markup import without_markup
from ringwall.raid.intake.importing.records import (
    Batch,
    Draft,
    Record,
    digest_of_record,
)

__all__ = ["MAX_AVID_BYTES", "SCHEME", "read_avid"]

MAX_AVID_BYTES: Final = 64 * 1024 * 1024
"""Largest file."""
SCHEME: Final = "avid"

_BOUNDS: Final = Bounds(MAX_AVID_BYTES, 16, 1_000_000, fractions=True)
_ONE: Final = Bounds(4 * 1024 * 1024, 16, 200_000, fractions=True)
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
# What AVID calls the class of a problem; of a case study it does not say whether
# somebody was harmed or something was shown.
_KINDS: Final = {
    "AIID Incident": "incident",
    "LLM Evaluation": "demonstration",
    "CVE Entry": "hazard",
}
_LANGUAGES: Final = {"eng": "en"}
_LISTS: Final = ("reports", "vulnerabilities")


class _Bad(Exception):
    pass


def read_avid(data: bytes, file: str) -> Batch:
    """Return the records of a file.

    Args:
        data: JSON, or JSON lines.
        file: its name, for the faults.

    Raises:
        DeclarationError: `report-refused`, the file can't be read at all; as
            `read_json`.
    """
    fault = byte_fault(data, file, MAX_AVID_BYTES)
    if fault is not None:
        raise refused(file, [fault])
    batch = Batch(SCHEME, [], [])
    for pointer, line, found in _found(data, file, batch):
        if batch.is_full(file, line):
            break
        try:
            batch.records.append(_record(found, pointer))
        except _Bad as bad:
            where = f"record {pointer}: " if pointer else ""
            message = f"{where}{bad}"
            batch.refuse(Fault(file, line, 0, "record-refused", message))
    return batch


def _found(data: bytes, file: str, batch: Batch) -> Iterable[tuple[str, int, Any]]:
    """Give pointer, line and data of each record."""
    lines = data.splitlines()
    if len(lines) > 1 and lines[0].strip().startswith(b"{") and _is_whole(lines[0]):
        return _found_by_line(lines, file, batch)
    whole = read_json(data, file, _BOUNDS)
    if isinstance(whole, list):
        return [(f"/{number}", 0, one) for number, one in enumerate(whole)]
    if isinstance(whole, dict) and "metadata" not in whole:
        for name in _LISTS:
            if isinstance(whole.get(name), list):
                return [
                    (f"/{name}/{number}", 0, one)
                    for number, one in enumerate(whole[name])
                ]
    return [("", 0, whole)]


def _is_whole(line: bytes) -> bool:
    try:
        return isinstance(read_json(line, "", _ONE), dict)
    except DeclarationError:
        return False


def _found_by_line(
    lines: list[bytes], file: str, batch: Batch
) -> Iterator[tuple[str, int, Any]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield f"line {number}", number, read_json(line, file, _ONE)
        except DeclarationError as error:
            first = error.faults[0]
            fault = Fault(file, number, first.column, first.code, first.message)
            batch.refuse(fault)


def _record(fields: Any, pointer: str) -> Record:  # noqa: ANN401 - JSON data
    if not isinstance(fields, dict):
        raise _Bad("not an object")
    draft = Draft(fields)
    draft.take("data_type")
    entity = draft.text("metadata", "report_id") or draft.text("metadata", "vuln_id")
    if not _ID.fullmatch(entity):
        told = f"`metadata` has no id of AVID: `{shown(entity, 40)}`"
        hint = "; `ringwall raid intake file` takes a report of your own"
        raise _Bad(told if "metadata" in fields else told + hint)
    _put_texts(draft, entity)
    draft.document["source"] = {"scheme": SCHEME, "id": entity}
    told = draft.text("problemtype", "classof")
    draft.document["kind"] = _KINDS.get(told, "unknown")
    if told not in _KINDS:
        draft.name("problemtype.classof", told)
    if published := draft.text("published_date"):
        draft.document["public"] = "yes"
        draft.name("published_date", published)
    draft.withhold("credit")
    _put_systems(draft)
    _put_references(draft)
    return Record(SCHEME, entity, pointer, digest_of_record(fields), draft.done())


def _put_texts(draft: Draft, entity: str) -> None:
    title = draft.text("problemtype", "description", "value")
    told = draft.text("description", "value")
    if not title and not told:
        raise _Bad(f"`{entity}` has neither a title nor a description")
    narrative, urls = without_markup(told or title)
    draft.put_title(title or narrative.partition("\n")[0])
    draft.put_narrative(narrative)
    for url in urls:
        draft.refer(url)
    languages = [
        draft.text("problemtype", "description", "lang"),
        draft.text("description", "lang"),
    ]
    language = languages[1] or languages[0]
    if re.fullmatch(r"[A-Za-z]{2,8}", language):
        draft.document["language"] = _LANGUAGES.get(language, language)
    else:
        draft.name("description.lang", language)
    if languages[0] and languages[0] != language:
        draft.name("problemtype.description.lang", languages[0])


def _put_systems(draft: Draft) -> None:
    """Set the systems; who runs them has no field."""
    artifacts = draft.take("affects", "artifacts")
    developers = draft.take("affects", "developer")
    names = (
        [
            one["name"]
            for one in artifacts
            if isinstance(one, dict) and _is_told(one.get("name"))
        ]
        if isinstance(artifacts, list)
        else []
    )
    made = (
        [one for one in developers if _is_told(one)]
        if isinstance(developers, list)
        else []
    )
    developer = {"developer": ", ".join(made)[:500]} if made else {}
    if names:
        systems = [{"name": name[:500], **developer} for name in names]
        draft.document["systems"] = systems[:20]
        if len(names) > 20:
            draft.name("affects.artifacts", "; ".join(names))
    elif made:
        draft.name("affects.developer", "; ".join(made))
    rest = [
        {key: value for key, value in one.items() if key != "name"}
        for one in artifacts or []
        if isinstance(one, dict)
    ]
    types = dict.fromkeys(str(one["type"]) for one in rest if one.get("type"))
    draft.name("affects.artifacts.type", "; ".join(types))
    for one in rest:
        for key in one.keys() - {"type"}:
            draft.name(f"affects.artifacts.{key}", str(one[key]))


def _is_told(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _put_references(draft: Draft) -> None:
    references = draft.take("references")
    for number, told in enumerate(references if isinstance(references, list) else []):
        if not isinstance(told, dict):
            draft.refer(str(told))
            continue
        label, url = str(told.get("label") or ""), str(told.get("url") or "")
        draft.refer(f"{label} {url}" if len(label) + len(url) < 499 else url or label)
        for key in told.keys() - {"label", "url"}:
            draft.name(f"references.{number}.{key}", str(told[key]))
    reports = draft.take("reports")
    for number, told in enumerate(reports if isinstance(reports, list) else []):
        if not isinstance(told, dict):
            draft.refer(str(told))
            continue
        draft.refer(f"{told.get('report_id') or ''} {told.get('name') or ''}")
        for key in told.keys() - {"report_id", "name"}:
            draft.name(f"reports.{number}.{key}", str(told[key]))
