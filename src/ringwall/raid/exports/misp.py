"""A case as a MISP event: facts as attributes, labels and taxonomies as tags.

Must never be distributed more widely than its label allows, nor serve detection.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from ringwall.base.clock import parse_instant
from ringwall.raid.exports.naming import json_bytes, own_uuid
from ringwall.raid.exports.standards import Standards, Tag
from ringwall.raid.exports.telling import Given, Telling, exercise_mark
from ringwall.raid.routing.labels import Tlp

__all__ = ["EACH", "PLAIN", "misp_event"]

PLAIN: Final = frozenset(
    {
        *("title", "narrative", "kind", "weights", "behaviour", "danger", "public"),
        "sector",
    }
)
"""Fields that stand as they are; all others are JSON."""
EACH: Final = frozenset({"techniques", "references"})
"""Fields of which each item is an attribute of its own."""

_INHERIT: Final = "5"
_UNDEFINED: Final = "4"
_ONGOING: Final = "1"
_SECOND: Final = 1_000_000
_HARMED: Final = frozenset({"realised-harm", "continuing-harm"})

_Json = dict[str, Any]


def misp_event(telling: Telling, given: Given, standards: Standards) -> bytes:
    """Return the event.

    Args:
        telling: what is told.
        given: what else it has.
        standards: tags and distribution.
    """
    marking = standards.markings[telling.label]
    stamp = str(parse_instant(given.at) // _SECOND)
    tags = [f"tlp:{telling.label.word}", f"PAP:{marking.pap}"]
    tags += _tags(telling, standards.tags)
    if given.exercise:
        tags.append(f'ringwall:exercise="{given.exercise}"')
    writer = _Writer(telling, stamp)
    event = {
        "uuid": own_uuid("misp", telling.case, telling.recipient),
        "info": f"{exercise_mark(given.exercise)}AI incident {telling.case}",
        "date": given.at[:10],
        "timestamp": stamp,
        "published": False,
        "threat_level_id": _UNDEFINED,
        "analysis": _ONGOING,
        "distribution": marking.distribution,
        "Tag": [{"name": tag} for tag in tags],
        "Attribute": list(writer.attributes()),
    }
    return json_bytes({"Event": event})


class _Writer:
    def __init__(self, telling: Telling, stamp: str) -> None:
        self._telling = telling
        self._stamp = stamp

    def attributes(self) -> Iterator[_Json]:
        telling = self._telling
        for name, values in telling.points.items():
            text = json.dumps(list(values))
            yield self._attribute(telling.case, name, text, telling.standing)
        for report in telling.reports:
            for name, value in report.fields.items():
                for text in _texts(name, value):
                    yield self._attribute(report.id, name, text, report.label)

    def _attribute(self, about: str, name: str, text: str, label: Tlp) -> _Json:
        is_link = name == "references" and _is_link(text)
        return {
            "uuid": own_uuid(
                *("misp", self._telling.case, self._telling.recipient),
                *(about, name, text),
            ),
            "type": "link" if is_link else "text",
            "category": "External analysis" if is_link else "Other",
            "to_ids": False,
            "disable_correlation": True,
            "distribution": _INHERIT,
            "timestamp": self._stamp,
            "comment": f"{about} {name}",
            "value": text,
            "Tag": [{"name": f"tlp:{label.word}"}],
        }


def _texts(name: str, value: Any) -> list[str]:  # noqa: ANN401 - any JSON value
    if name in PLAIN:
        return [value]
    if name in EACH:
        return list(dict.fromkeys(value))
    return [json.dumps(value, ensure_ascii=False, sort_keys=True)]


def _is_link(text: str) -> bool:
    return text.startswith(("https://", "http://")) and " " not in text


def _tags(telling: Telling, rows: tuple[Tag, ...]) -> list[str]:
    """Return the words of the taxonomies that what is told has."""
    found = dict.fromkeys(row.tag for row in rows if _holds(row, telling))
    return list(found)


def _holds(row: Tag, telling: Telling) -> bool:
    if row.about == "sector":
        return row.value in telling.sectors
    # What harm a report tells of is of the case, unless it was a test or a near miss.
    kinds = set(telling.points.get("kind", ()))
    if not kinds or kinds - _HARMED:
        return False
    return any(row.value in one.fields.get(row.name, ()) for one in telling.reports)
