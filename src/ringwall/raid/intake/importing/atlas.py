"""Case studies of MITRE ATLAS, from its one compiled YAML file.

Pure. Must never take an exercise for harm, nor its finder for an attacker; follows no
alias, builds no object.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

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

__all__ = ["MAX_ATLAS_BYTES", "SCHEME", "read_atlas", "read_names"]

MAX_ATLAS_BYTES: Final = 32 * 1024 * 1024
"""Largest file."""
SCHEME: Final = "atlas"

_MAX_DEPTH: Final = 16
_MAX_EVENTS: Final = 1_000_000
# The parser and composer written in C, where PyYAML was built with them.
_LOADER: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_KEEP: Final = {"YEAR": 4, "MONTH": 7, "DATE": 10}
_KINDS: Final = {"incident": "incident", "exercise": "demonstration"}
_LISTS: Final = ("tactics", "techniques")


class _Bad(Exception):
    def __init__(self, code: str, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.code, self.message, self.line = code, message, line


def read_atlas(data: bytes, file: str) -> Batch:
    """Return the case studies of a compiled ATLAS file.

    Args:
        data: YAML.
        file: its name, for the faults.

    Raises:
        DeclarationError: `report-refused`, the file can't be read at all: faults as
            `byte_fault`, or `yaml-syntax`, `yaml-alias`, `yaml-too-deep`,
            `yaml-too-many`, `yaml-documents` or `not-atlas`.
    """
    root = _read(data, file)
    try:
        studies = _studies(root)
    except _Bad as bad:
        raise refused(file, [Fault(file, bad.line, 0, bad.code, bad.message)]) from None
    names = dict(_names(root))
    batch = Batch(SCHEME, [], [])
    for number, node in enumerate(studies):
        line = node.start_mark.line + 1
        if batch.is_full(file, line):
            break
        try:
            batch.records.append(_record(_plain(node), number, names))
        except _Bad as bad:
            message = f"case study {number + 1}: {bad.message}"
            batch.refuse(Fault(file, bad.line or line, 0, bad.code, message))
    return batch


def read_names(data: bytes, file: str) -> dict[str, str]:
    """Return the name of each tactic and technique of a compiled ATLAS file, by id.

    Args:
        data: YAML.
        file: its name, for the faults.

    Raises:
        DeclarationError: as `read_atlas`, but that it may have no case studies.
    """
    return dict(_names(_read(data, file)))


def _read(data: bytes, file: str) -> yaml.Node:
    """Return the tree of a file that can be read."""
    fault = byte_fault(data, file, MAX_ATLAS_BYTES)
    if fault is not None:
        raise refused(file, [fault])
    try:
        return _composed(data)
    except _Bad as bad:
        fault = Fault(file, bad.line, 0, bad.code, bad.message)
        raise refused(file, [fault]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        message = str(getattr(error, "problem", None) or "not YAML")
        fault = Fault(file, mark.line + 1 if mark else 0, 0, "yaml-syntax", message)
        raise refused(file, [fault]) from None


def _composed(data: bytes) -> yaml.Node:
    """Return the tree of the one document; its events are within bounds."""
    depth = documents = 0
    for number, event in enumerate(yaml.parse(data, Loader=_LOADER)):
        mark = event.start_mark
        line = mark.line + 1 if mark else 0
        if isinstance(event, yaml.AliasEvent):
            raise _Bad("yaml-alias", "an alias is not followed", line)
        documents += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            raise _Bad("yaml-too-deep", f"nested more than {_MAX_DEPTH} deep", line)
        if number > _MAX_EVENTS:
            raise _Bad("yaml-too-many", "the file holds too many values", line)
    root = yaml.compose(data, Loader=_LOADER) if documents == 1 else None
    if root is None:
        raise _Bad("yaml-documents", "the file holds not just one document")
    return root


def _studies(root: yaml.Node) -> list[yaml.Node]:
    """Return the nodes of the case studies, wherever a release keeps them."""
    found: list[yaml.Node] = []
    places = [root, *_items(_at(root, "matrices"))]
    for place in places:
        found += _items(_at(place, "case-studies"))
    if not found:
        raise _Bad("not-atlas", "the file has no list `case-studies`")
    return found


def _names(root: yaml.Node) -> Iterator[tuple[str, str]]:
    """Give id and name of each tactic and technique of the file's own catalogue."""
    for place in (root, *_items(_at(root, "matrices"))):
        for list_name in _LISTS:
            for node in _items(_at(place, list_name)):
                entity, name = _at(node, "id"), _at(node, "name")
                if isinstance(entity, yaml.ScalarNode):
                    yield entity.value, str(name.value) if name else ""


def _at(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((inner for name, inner in node.value if name.value == key), None)


def _items(node: yaml.Node | None) -> list[yaml.Node]:
    return node.value if isinstance(node, yaml.SequenceNode) else []


def _plain(node: yaml.Node) -> Any:  # noqa: ANN401 - YAML data
    """Return the data of a node: mappings, lists and text, no types resolved."""
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for name, inner in node.value:
            line = name.start_mark.line + 1
            if not isinstance(name, yaml.ScalarNode):
                raise _Bad("yaml-key", "a key must be text", line)
            if name.value in found:
                message = f"key `{shown(name.value, 60)}` stands twice"
                raise _Bad("yaml-duplicate-key", message, line)
            found[name.value] = _plain(inner)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(inner) for inner in node.value]
    return node.value


def _record(fields: Any, number: int, names: dict[str, str]) -> Record:  # noqa: ANN401 - YAML data
    if not isinstance(fields, dict):
        raise _Bad("record-refused", "not a mapping")
    draft = Draft(fields)
    entity = draft.text("id")
    if not _ID.fullmatch(entity):
        raise _Bad("record-refused", f"`id` is no id: `{shown(entity, 40)}`")
    title, summary = draft.text("name"), draft.text("summary")
    if not title or not summary:
        missing = "summary" if title else "name"
        raise _Bad("record-refused", f"`{entity}` has no `{missing}`")
    draft.put_title(title)
    narrative, urls = without_markup(summary)
    draft.put_narrative(narrative)
    draft.document["source"] = {"scheme": SCHEME, "id": entity}
    # What stands in a release of ATLAS is out.
    draft.document["public"] = "yes"
    draft.take("object-type")
    _put_kind(draft)
    _put_date(draft, entity)
    if target := draft.text("target"):
        draft.document["systems"] = [{"name": target[:500]}]
    _put_chain(draft, names)
    _put_references(draft, urls)
    pointer = f"/case-studies/{number}"
    return Record(SCHEME, entity, pointer, digest_of_record(fields), draft.done())


def _put_kind(draft: Draft) -> None:
    """Set what happened, and keep the people out of it."""
    told = draft.text("case-study-type")
    draft.document["kind"] = _KINDS.get(told, "unknown")
    if told not in _KINDS:
        draft.name("case-study-type", told)
    draft.withhold("reporter")
    if told == "incident":
        # Of an incident it is who attacked, for which a report has no field.
        draft.name("actor", draft.text("actor"))
    else:
        draft.withhold("actor")


def _put_date(draft: Draft, entity: str) -> None:
    """Set when it happened; a month stays a month and a year a year."""
    told, grain = draft.text("incident-date"), draft.text("incident-date-granularity")
    if not told:
        return
    try:
        span_of(told if _DATE.fullmatch(told) else "")
    except ValueError:
        message = f"`{entity}`: `incident-date` is no date: `{shown(told, 40)}`"
        raise _Bad("record-refused", message) from None
    # Of an unknown granularity no more is taken than the year.
    draft.document["occurred"] = {"from": told[: _KEEP.get(grain.upper(), 4)]}
    if grain.upper() not in _KEEP:
        draft.name("incident-date-granularity", f"{grain or 'missing'}: {told}")


def _put_chain(draft: Draft, names: dict[str, str]) -> None:
    """Set the chain of events and the techniques, ids held against the catalogue."""
    steps: list[dict[str, str]] = []
    for number, step in enumerate(draft.take("procedure") or []):
        if isinstance(step, dict):
            steps.append(_step(draft, f"procedure.{number}", step, names))
        else:
            draft.name(f"procedure.{number}", str(step))
    techniques = dict.fromkeys(
        step["technique"] for step in steps if "technique" in step
    )
    if steps:
        draft.document["chain"] = steps[:200]
    if techniques:
        draft.document["techniques"] = list(techniques)[:200]


def _step(
    draft: Draft, place: str, step: dict[str, Any], names: dict[str, str]
) -> dict[str, str]:
    """Return one step of the chain of events."""
    made: dict[str, str] = {}
    for key in ("tactic", "technique"):
        if told := step.get(key):
            made[key] = _resolved(draft, f"{place}.{key}", told, names)
    text, urls = without_markup(str(step.get("description") or ""))
    made["text"] = text[:4000] or "(not described)"
    for url in urls:
        draft.refer(url)
    for key in step.keys() - {"tactic", "technique", "description"}:
        draft.name(f"{place}.{key}", str(step[key]))
    return made


def _resolved(draft: Draft, place: str, told: Any, names: dict[str, str]) -> str:  # noqa: ANN401 - YAML data
    """Return id and name of a tactic or technique; name what does not resolve."""
    claimed = ""
    if isinstance(told, dict):
        told, claimed = str(told.get("id", "")), str(told.get("name", ""))
    entity = str(told).strip()
    name = names.get(entity)
    if name is None:
        draft.name(place, f"`{entity}` is not in the catalogue of the file: {claimed}")
        return f"{entity} {claimed}".strip()[:500] or "(none)"
    if claimed and claimed != name:
        draft.name(place, f"`{entity}` is `{name}` in the catalogue, here `{claimed}`")
    return f"{entity} {name}".strip()[:500]


def _put_references(draft: Draft, urls: list[str]) -> None:
    for number, told in enumerate(draft.take("references") or []):
        if not isinstance(told, dict):
            draft.refer(str(told))
            continue
        title, url = str(told.get("title") or ""), str(told.get("url") or "")
        draft.refer(f"{title} {url}" if len(title) + len(url) < 499 else url or title)
        for key in told.keys() - {"title", "url"}:
            draft.name(f"references.{number}.{key}", str(told[key]))
    for url in urls:
        draft.refer(url)
