"""What a report suggests for each decision point, and why; nothing is taken over.

First what was answered, then what the words point to. Words add values and never
exclude one that is worse. Must never take the silence of a report that could not be
read for a no.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ringwall.model.values import parse_flop
from ringwall.raid.triage.compute import comp_of
from ringwall.raid.triage.points import ASKED, Point
from ringwall.raid.triage.tables import TriageTables
from ringwall.raid.triage.wording import Wording, read_text

__all__ = [
    "ACCEPTS",
    "ALL",
    "ANSWERED",
    "SILENCE",
    "WORDS",
    "Suggestion",
    "accepted",
    "claimed_comp",
    "claims",
    "report_text",
    "suggest",
]

ALL: Final = "all"
"""Takes over each point that a reporter answered."""
ANSWERED: Final = "answered"
"""The basis of what a reporter answered; words may have added to it."""
WORDS: Final = "words"
"""The basis of what words alone point to; also takes it over, with all answers."""
SILENCE: Final = "silence"
"""The basis of what nothing in a report speaks against; only a reader can say so."""
ACCEPTS: Final = (ALL, WORDS, SILENCE)
"""By what suggestions are taken over, besides the name of a point."""

_UNKNOWN: Final = "unknown"
_CLASS: Final = "class"
_AUTO: Final = "auto"
_KINDS: Final = {
    "incident": ("realised-harm", "continuing-harm"),
    "near-miss": ("near-miss-or-hazard",),
    "hazard": ("near-miss-or-hazard",),
    "demonstration": ("demonstrated-in-test",),
}
# What the reporter is to the law, or the sector, and the duty that follows.
_ENTITIES: Final = {
    "essential-entity": "essential-entity",
    "financial-entity": "financial-entity",
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
_QUIET: Final = "nothing in the words of the report speaks against it; read it first"
_MOST_REASONS: Final = 3
_KEPT: Final = "words rule out nothing that is worse"


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

    A point of which it says nothing is left out: it is unknown. One that was answered
    is always there, with whatever worse value the words add to the answer. Of `class`
    there may be two: what words point to, and what is left of it if the report is
    silent of all else.

    Args:
        tables: with the wordings.
        document: of the report.
    """
    hints = _hints(tables, document)
    return [found for name in ASKED for found in _joined(tables, name, hints[name])]


def claims(
    tables: TriageTables, document: Mapping[str, Any]
) -> dict[str, frozenset[str]]:
    """Return point -> what a report claims of it, by its answers and its words.

    Words that leave a point as open as it was are no claim.

    Args:
        tables: with the wordings.
        document: of the report.
    """
    hints = _hints(tables, document)
    found = {
        name: _union(
            hint
            for hint in hints[name]
            if hint.basis != SILENCE and hint.values != tables.points[name].all
        )
        for name in ASKED
    }
    return {name: values for name, values in found.items() if values}


def accepted(
    found: Mapping[str, Sequence[Suggestion]], wanted: frozenset[str]
) -> dict[str, frozenset[str]]:
    """Return point -> the values that are left when suggestions are taken over.

    Args:
        found: point -> what the reports of a case suggest for it.
        wanted: points by name, or some of `ACCEPTS`.
    """
    taken = {name: _taken(name, ones, wanted) for name, ones in found.items()}
    return {name: frozenset(values) for name, values in taken.items() if values}


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


def _taken(name: str, ones: Sequence[Suggestion], wanted: frozenset[str]) -> set[str]:
    """Return the values of a point that are taken over; none if it is not wanted."""
    quiet = {value for one in ones if one.basis == SILENCE for value in one.values}
    spoken = {value for one in ones if one.basis != SILENCE for value in one.values}
    # Whoever says that they have read the report may leave out what it is silent of;
    # a point that is only named is taken with all that words leave open.
    if quiet and (SILENCE in wanted or (name in wanted and not spoken)):
        return quiet
    is_answered = any(one.basis == ANSWERED for one in ones)
    if wanted & {name, WORDS} or (is_answered and ALL in wanted):
        return spoken
    return set()


def _hints(tables: TriageTables, document: Mapping[str, Any]) -> dict[str, list[_Hint]]:
    """Return point -> each thing that speaks of it, answers first."""
    reading = read_text(report_text(document), str(document.get("language", "")))
    hints: dict[str, list[_Hint]] = {name: [] for name in ASKED}
    for point, values, field in _answers(tables, document):
        reason = f"the report answers `{field}` so"
        hints[point].append(_Hint(frozenset(values), reason, ANSWERED))
    placing: set[str] = set()
    for wording in tables.wordings:
        hits = reading.hits(wording)
        if hits:
            hints[wording.point].append(_worded(wording, hits[0]))
        if wording.point == _CLASS:
            placing |= {*hits}
    # What no words place in an ordinary class is not ordinary: all of it stays open.
    if reading.is_readable and len(placing) >= _ENOUGH:
        for point, values in _quiet(hints):
            hints[point].append(_Hint(values, _QUIET, SILENCE))
    return hints


def _quiet(
    hints: Mapping[str, list[_Hint]],
) -> Iterator[tuple[str, frozenset[str]]]:
    """Give the points of which a report is silent, and what that suggests."""
    classes = _union(hint for hint in hints[_CLASS] if hint.basis == WORDS)
    for point, values in _IF_SILENT.items():
        # Of a weapon nothing is said by not naming how much a model helps with it.
        if not hints[point] and not (_WEAPONS in classes and point == "uplift"):
            yield point, frozenset(values)
    # What a system does by itself is a loss of control, whatever else it is.
    if not any(hint.basis == WORDS for hint in hints[_AUTO]):
        yield _CLASS, classes


def _union(hints: Iterable[_Hint]) -> frozenset[str]:
    return frozenset[str]().union(*(hint.values for hint in hints))


def _worded(wording: Wording, hit: str) -> _Hint:
    """Return what words point to."""
    return _Hint(wording.values, f"`{hit[:60]}`: {wording.told}", WORDS)


def _joined(
    tables: TriageTables, name: str, hints: Sequence[_Hint]
) -> Iterator[Suggestion]:
    """Give what is suggested for a point, what silence suggests last."""
    by: dict[str, list[_Hint]] = {ANSWERED: [], WORDS: [], SILENCE: []}
    for hint in hints:
        by[hint.basis].append(hint)
    point, said, worded = tables.points[name], _union(by[ANSWERED]), _union(by[WORDS])
    if said:
        added = [hint for hint in by[WORDS] if _worse(point, said, hint.values)]
        values = said | _worse(point, said, worded)
        yield _suggestion(point, values, [*by[ANSWERED], *added], ANSWERED)
    elif worded:
        values = worded | _no_milder(tables, point, worded)
        told = by[WORDS]
        if values != worded:
            told = [*told[: _MOST_REASONS - 1], _Hint(values, _KEPT, WORDS)]
        yield _suggestion(point, values, told, WORDS)
    if by[SILENCE]:
        yield _suggestion(point, _union(by[SILENCE]), by[SILENCE], SILENCE)


def _suggestion(
    point: Point, values: frozenset[str], hints: Sequence[_Hint], basis: str
) -> Suggestion:
    ordered = tuple(value for value in point.values if value in values)
    reasons = list(dict.fromkeys(hint.reason for hint in hints))
    return Suggestion(point.id, ordered, "; ".join(reasons[:_MOST_REASONS]), basis)


def _worse(
    point: Point, said: frozenset[str], worded: frozenset[str]
) -> frozenset[str]:
    """Return what words add to an answer: of an ordered point what is worse than it."""
    if point.scale != "ordered":
        return worded - said
    least = point.ranks[point.worst(said)]
    return frozenset(value for value in worded if point.ranks[value] > least)


def _no_milder(
    tables: TriageTables, point: Point, worded: frozenset[str]
) -> frozenset[str]:
    """Return what stays open besides what words alone point to.

    INVARIANT: of an ordered point each value that is worse than one of those; a class
    that RAID may own; of any other point everything.
    """
    if point.id == _CLASS:
        return tables.owned_classes
    if point.scale != "ordered":
        return point.all
    least = min(point.ranks[value] for value in worded)
    return frozenset(value for value in point.values if point.ranks[value] >= least)


def _answers(
    tables: TriageTables, document: Mapping[str, Any]
) -> Iterator[tuple[str, Iterable[str], str]]:
    """Give point, values and field of each question that was answered."""
    points = tables.points
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
