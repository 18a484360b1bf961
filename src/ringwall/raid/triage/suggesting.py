"""What a report suggests for each decision point, and why; nothing is taken over.

First what was answered, then what the words point to; words widen and never narrow, so
a report that says `none` and tells otherwise leaves the point open. Must never take the
silence of a report that could not be read for a no.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from ringwall.model.values import parse_flop
from ringwall.raid.triage.compute import comp_of
from ringwall.raid.triage.points import ASKED, Points
from ringwall.raid.triage.tables import TriageTables
from ringwall.raid.triage.wording import Wording, read_text

__all__ = ["SILENCE", "Suggestion", "claimed_comp", "report_text", "suggest"]

_UNKNOWN: Final = "unknown"
_ANSWERED: Final = "answered"
_WORDS: Final = "words"
SILENCE: Final = "silence"
"""The basis of what nothing in a report speaks against; only a reader can say so."""

_KINDS: Final = {
    "incident": ("realised-harm", "continuing-harm"),
    "near-miss": ("near-miss-or-hazard",),
    "hazard": ("near-miss-or-hazard",),
    "demonstration": ("demonstrated-in-test",),
}
# What the reporter is to the law, or the sector, and the duty that follows.
_ENTITIES: Final = {
    "essential-entity": "essential-entity",
    "financial-entity": "financial",
    "union-body": "union-body",
}
# A report whose words place it in a class, and that says nothing of these, suggests
# that they are not so; who accepts it says that they have read the report.
_IF_SILENT: Final[Mapping[str, tuple[str, ...]]] = {
    "auto": ("none",),
    "uplift": ("below",),
    "weights": ("no",),
    "danger": ("no",),
}
_ENOUGH: Final = 2
"""So many words have to place a report in a class before its silence counts."""
_WEAPONS: Final = "cbrn"
_QUIET: Final = "nothing in the words of the report points to it; read it first"


class Suggestion(NamedTuple):
    """What a report suggests for one point.

    Attributes:
        point: its id.
        values: left open, in the order of the point.
        reason: in words; holds words of the report.
        basis: `answered` by the reporter, by its `words`, or by their `silence`.
    """

    point: str
    values: tuple[str, ...]
    reason: str
    basis: str


class _Hint(NamedTuple):
    values: frozenset[str]
    reason: str
    basis: str


def suggest(tables: TriageTables, document: Mapping[str, Any]) -> list[Suggestion]:
    """Return what a report suggests, in the order of the points.

    A point of which it suggests nothing, or everything, is left out: it is unknown.

    Args:
        tables: with the wordings.
        document: of the report.
    """
    reading = read_text(report_text(document), str(document.get("language", "")))
    points = tables.points
    hints: dict[str, list[_Hint]] = {name: [] for name in ASKED}
    for point, values, field in _answers(points, document):
        reason = f"the report answers `{field}` so"
        hints[point].append(_Hint(frozenset(values), reason, _ANSWERED))
    placing: set[str] = set()
    for wording in tables.wordings:
        hits = reading.hits(wording)
        if hits:
            hints[wording.point].append(_worded(points, wording, hits[0]))
        if wording.point == "class":
            placing |= {*hits}
    # What no words place in an ordinary class is not ordinary: all of it stays open.
    if reading.is_readable and len(placing) >= _ENOUGH:
        for point, values in _quiet(hints):
            hints[point].append(_Hint(values, _QUIET, SILENCE))
    return [found for name in ASKED for found in _joined(points, name, hints[name])]


def report_text(document: Mapping[str, Any]) -> str:
    """Return what a report tells in words, its chain of events included."""
    parts = [str(document.get("title", "")), str(document.get("narrative", ""))]
    for step in document.get("chain") or ():
        parts += [str(step.get(name) or "") for name in ("tactic", "technique", "text")]
    return "\n".join([*parts, *map(str, document.get("techniques") or ())])


def claimed_comp(document: Mapping[str, Any]) -> str:
    """Return the value of `comp` that a report claims; empty if it claims none."""
    compute = document.get("compute")
    if not isinstance(compute, Mapping):
        return ""
    return comp_of(parse_flop(compute["low"]), parse_flop(compute["high"]))


def _quiet(
    hints: Mapping[str, list[_Hint]],
) -> Iterator[tuple[str, frozenset[str]]]:
    """Give the points of which a report is silent, and what that suggests."""
    is_weapon = any(_WEAPONS in hint.values for hint in hints["class"])
    for point, values in _IF_SILENT.items():
        # Of a weapon nothing is said by not naming how much a model helps with it.
        if not hints[point] and not (is_weapon and point == "uplift"):
            yield point, frozenset(values)


def _worded(points: Points, wording: Wording, hit: str) -> _Hint:
    """Return what words point to; a point asked of words alone may be worse still."""
    reason = f"`{hit[:60]}`: {wording.told}"
    return _Hint(wording.values & points[wording.point].all, reason, _WORDS)


def _joined(points: Points, name: str, hints: list[_Hint]) -> Iterator[Suggestion]:
    values = frozenset[str]().union(*(hint.values for hint in hints))
    if not values or values == points[name].all:
        return
    ordered = tuple(value for value in points[name].values if value in values)
    reasons = list(dict.fromkeys(hint.reason for hint in hints))
    yield Suggestion(name, ordered, "; ".join(reasons[:3]), hints[0].basis)


def _answers(
    points: Points, document: Mapping[str, Any]
) -> Iterator[tuple[str, Iterable[str], str]]:
    """Give point, values and field of each question that was answered."""
    yield from _codes(document)
    harms = [harm for harm in _listed(document, "harms") if harm != _UNKNOWN]
    legal = {*harms, *_duties(document)}
    # Whoever names no harm may still owe what their sector owes.
    if harms and legal <= points["legal"].all:
        yield "legal", legal - {"none"} or legal, "harms"
    if "death" in harms:
        yield "revers", ("none",), "harms"
    states = [state for state in _listed(document, "states") if state != _UNKNOWN]
    if len(states) > 1:
        yield "spread", ("several-states", "union"), "states"
    comp = claimed_comp(document)
    if comp:
        yield "comp", (comp,), "compute"
    for point, given in (document.get("points") or {}).items():
        values = [given] if isinstance(given, str) else list(given)
        if point in ASKED and set(values) <= points[point].all:
            yield point, values, f"points.{point}"


def _codes(document: Mapping[str, Any]) -> Iterator[tuple[str, Iterable[str], str]]:
    """Give what the questions with one code as an answer say."""
    kind = str(document.get("kind", _UNKNOWN))
    if kind in _KINDS:
        yield "kind", _KINDS[kind], "kind"
    fields = {"auto": "behaviour", "weights": "weights", "danger": "danger"}
    for point, field in {**fields, "pub": "public"}.items():
        value = str(document.get(field, _UNKNOWN))
        if value != _UNKNOWN:
            yield point, (value,), field


def _duties(document: Mapping[str, Any]) -> Iterator[str]:
    entity = str(document.get("entity", _UNKNOWN))
    if entity in _ENTITIES:
        yield _ENTITIES[entity]


def _listed(document: Mapping[str, Any], field: str) -> list[str]:
    value = document.get(field, _UNKNOWN)
    return [value] if isinstance(value, str) else list(value)
