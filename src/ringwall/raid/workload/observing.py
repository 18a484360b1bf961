"""What came in of late and what waits, counted at the desk.

Reads alone. Must never count a case that is not open to who asks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ringwall.base.clock import parse_instant
from ringwall.ledger.asking.raid_rows import RaidQuestion, RaidRows, Visible
from ringwall.ledger.asking.raid_waiting import QueueTerms, Waiting
from ringwall.model.parties import Person
from ringwall.pdp.facts import FactBase
from ringwall.raid.queue.capacity import SCREENING, UNASSESSED, Capacity
from ringwall.raid.queue.cut import hours_of, wants_deep
from ringwall.raid.queue.shortage import WEEK
from ringwall.raid.workload.assumptions import Assumptions
from ringwall.raid.workload.setting import Stream

__all__ = ["Arrivals", "Held", "analysts_of", "arrivals_of", "held_of"]

_REPORT: Final = "raid.report"
_CASE: Final = "raid.case"
_MERGED: Final = "merged"
_KEYS: Final = ("imminent", "priority", "owned", "compute")


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What came in of late.

    Attributes:
        weeks: over which it was counted; at least one.
        streams: what came.
        reports: how many, copies left out.
        cases: how many were opened.
    """

    weeks: float
    streams: tuple[Stream, ...]
    reports: int
    cases: int


@dataclass(frozen=True, slots=True)
class Held:
    """What waits.

    Attributes:
        items: lane -> how many.
        minutes: lane -> how long they take.
    """

    items: Mapping[str, int]
    minutes: Mapping[str, float]


def analysts_of(facts: FactBase, assumptions: Assumptions) -> int:
    """Return how many natural persons on the register are analysts.

    Args:
        facts: on record.
        assumptions: say who is.
    """
    found = set()
    for name, document in facts.documents().items():
        if (
            isinstance(document, Person)
            and not document.suspended
            and assumptions.compartment in document.compartments
            and assumptions.roles & set(document.roles)
        ):
            person = facts.natural_person(name)
            if facts.left_at(person) is None:
                found.add(person)
    return len(found)


def arrivals_of(
    rows: RaidRows,
    capacity: Capacity,
    assumptions: Assumptions,
    visible: Visible,
    now: int,
) -> Arrivals:
    """Return what came in of late.

    Args:
        rows: of the desk.
        capacity: says how long an item takes.
        assumptions: say how far back to count.
        visible: whose cases count.
        now: instant.
    """
    since = _since(rows, assumptions, visible, now)
    asked = RaidQuestion(
        _REPORT,
        equal={"alike": ""},
        since=since,
        instant="received",
        visible=visible,
    )
    reports = rows.tally(asked, *_KEYS)
    asked = RaidQuestion(
        _CASE, since=since, instant="opened", visible=visible, order=("opened",)
    )
    cases = {
        cells[1:]: count
        for cells, count in sorted(
            rows.tally(asked, "state", "lane", "class", *_KEYS).items()
        )
        if cells[0] != _MERGED
    }
    counts: dict[tuple[str, str, bool], int] = {}
    for cells, count in reports.items():
        _count(counts, _item("report", "", "", cells), count, capacity, assumptions)
    for cells, count in cases.items():
        lane, sort, *keys = cells
        new = _item("case", "", "", keys)
        _count(counts, new, count, capacity, assumptions)
        if lane:
            done = _item("case", str(lane), str(sort), keys)
            _count(counts, done, count, capacity, assumptions)
    return Arrivals(
        (now - since) / WEEK,
        _streams(counts, capacity),
        sum(reports.values()),
        sum(cases.values()),
    )


def held_of(
    rows: RaidRows, terms: QueueTerms, capacity: Capacity, assumptions: Assumptions
) -> Held:
    """Return what waits, by lane.

    Args:
        rows: of the desk.
        terms: the order, and whose cases count.
        capacity: says how long an item takes.
        assumptions: say which lanes there are.
    """
    items = dict.fromkeys(assumptions.lanes, 0)
    minutes = dict.fromkeys(assumptions.lanes, 0.0)
    found = rows.queue.tally(terms, "kind", "lane", "class", *_KEYS)
    for (kind, lane, sort, *keys), count in found.items():
        item = _item(str(kind), str(lane), str(sort), keys)
        hours = hours_of(item, capacity)
        each = hours.deep if wants_deep(item, capacity) else hours.shallow
        where = _lane(item, assumptions)
        items[where] += count
        minutes[where] += count * each
    return Held(items, minutes)


def _since(rows: RaidRows, assumptions: Assumptions, visible: Visible, now: int) -> int:
    """Return from when on to count: so many weeks, or since the desk has begun."""
    first = now - WEEK
    for kind, column in ((_REPORT, "received"), (_CASE, "opened")):
        asked = RaidQuestion(kind, order=(column,), limit=1, visible=visible)
        for card in rows.find(asked):
            first = min(first, parse_instant(str(card.card[column])))
    return max(first, now - assumptions.observed_weeks * WEEK)


def _item(kind: str, lane: str, sort: str, keys: Iterable[str | int]) -> Waiting:
    """Return what `hours_of` and `wants_deep` look at."""
    imminent, priority, owned, compute = map(int, keys)
    named = _NOTHING._replace(kind=kind, lane=lane, sort=sort)
    return named._replace(
        imminent=imminent, priority=priority, owned=owned, compute=compute
    )


_NOTHING: Final = Waiting(
    *("", "", 0, "", "", "", "", -1, "", "", "", 0, 0, 0, 0, 0, 0),
)


def _lane(item: Waiting, assumptions: Assumptions) -> str:
    if item.imminent == 1:
        return assumptions.immediate
    if item.kind == "report":
        return SCREENING
    return item.lane or UNASSESSED


def _count(
    counts: dict[tuple[str, str, bool], int],
    item: Waiting,
    count: int,
    capacity: Capacity,
    assumptions: Assumptions,
) -> None:
    sort = SCREENING if item.kind == "report" else item.sort or UNASSESSED
    key = _lane(item, assumptions), sort, wants_deep(item, capacity)
    counts[key] = counts.get(key, 0) + count


def _streams(
    counts: Mapping[tuple[str, str, bool], int], capacity: Capacity
) -> tuple[Stream, ...]:
    found = []
    for lane, sort in sorted({key[:2] for key in counts}):
        hours = capacity.classes.get(sort) or capacity.classes[UNASSESSED]
        deep, shallow = (counts.get((lane, sort, way), 0) for way in (True, False))
        found.append(Stream(lane, sort, hours.deep, hours.shallow, deep, shallow))
    return tuple(found)
