"""How well the desk does: how long things take, what was late, what was undone.

Must never count a case that the asker has no need to know of.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Final, NamedTuple

from ringwall.base.clock import parse_instant
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_acts import ActTime, RaidActs, Span
from ringwall.ledger.asking.raid_queue import RaidQueue
from ringwall.ledger.asking.raid_rows import RaidEvent, RaidQuestion, RaidRows
from ringwall.model.raid_events import DESK
from ringwall.raid.acting import READ, Acting
from ringwall.raid.queue.order import terms_of

__all__ = ["LaneAge", "Share", "Statistics", "Stats", "Took", "percentile"]

_CASE: Final = "raid.case"
_REPORT: Final = "raid.report"
_HANDOVER: Final = "raid.handover"
_MOST_ASSESSED: Final = 5_000
_WAITING: Final = 10_000
_LOOKED: Final = frozenset({"validate", "invalidate", "defer", "attach", "close"})
_SCREENED: Final = frozenset({"validate", "invalidate"})


class _Step(NamedTuple):
    """What takes time: from one act on an object to the first of some others."""

    what: str
    kind: str
    begins: str
    ends: frozenset[str]


_STEPS: Final = (
    _Step("acknowledge", _REPORT, "receive", _LOOKED),
    _Step("screen", _REPORT, "receive", _SCREENED),
    _Step("triage", _CASE, "open", frozenset({"triage"})),
    _Step("hand-over", _HANDOVER, "send", frozenset({"accept"})),
)


class Took(NamedTuple):
    """How long something took.

    Attributes:
        what: `acknowledge`, `screen`, `triage` or `hand-over`.
        done: how often it was done.
        open: how often it was begun in the time asked about, and is not done.
        median: microseconds; 0 where it was never done.
        p90: likewise, nine of ten took no longer.
        worst: likewise.
    """

    what: str
    done: int
    open: int
    median: int
    p90: int
    worst: int


class Share(NamedTuple):
    """How many of how many.

    Attributes:
        part: how many.
        whole: of how many.
    """

    part: int
    whole: int


class LaneAge(NamedTuple):
    """How long the items of a lane have waited.

    Attributes:
        lane: of capacity; `screening` for reports, `new` for cases without one.
        items: how many.
        median: microseconds.
        oldest: microseconds.
    """

    lane: str
    items: int
    median: int
    oldest: int


@dataclass(frozen=True, slots=True)
class Stats:
    """How well the desk does.

    Attributes:
        took: how long things took, of those begun in the time asked about.
        clocks: state -> how many clocks, of those that were due in that time; of all
            where no time is asked about.
        lanes: how long has waited what waits now; at most 10,000 items, from the front.
        deviations: triages that two persons decided otherwise, of all triages.
        unknowns: points left wholly open, of all points of assessments; of the last
            5,000.
        unmerged: merges undone, of all merges.
        decision: id of the permit.
    """

    took: Sequence[Took]
    clocks: Mapping[str, int]
    lanes: Sequence[LaneAge]
    deviations: Share
    unknowns: Share
    unmerged: Share
    decision: str


class Statistics:
    """Where it is asked how well the desk does.

    Args:
        acting: puts the questions.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def stats(
        self, who: Who, since: int | None = None, until: int | None = None
    ) -> Stats:
        """Return how well the desk does, over the cases that the asker may know of.

        Args:
            who: who asks.
            since: instant from which on; None for all.
            until: instant before which; None for all.

        Raises:
            AccessDenied: the answer is no.
        """
        decision = self._acting.ask(who, READ, DESK)
        span = Span(since, until, self._acting.visible(who))
        rows = self._acting.rows
        triaged = rows.acts.times(_CASE, {"triage", "deviate"}, span)
        merged = rows.acts.times(_CASE, {"merge", "unmerge"}, span)
        return Stats(
            took=[_took(rows.acts, step, span) for step in _STEPS],
            clocks=_clocks(rows, span),
            lanes=self._lanes(rows.queue, span),
            deviations=_share(triaged, "deviate", "triage"),
            unknowns=self._unknowns(rows, span),
            unmerged=_share(merged, "unmerge", "merge"),
            decision=decision.id,
        )

    def _lanes(self, queue: RaidQueue, span: Span) -> list[LaneAge]:
        now = self._acting.gate.clock.now()
        terms = terms_of(self._acting.rules.capacity, now, span.visible)
        ages: dict[str, list[int]] = {}
        for item in queue.top(terms, _WAITING):
            lane = "screening" if item.kind == "report" else item.lane or "new"
            ages.setdefault(lane, []).append(now - parse_instant(item.since))
        return [
            LaneAge(lane, len(some), percentile(some, 50), max(some))
            for lane, some in sorted(ages.items())
        ]

    def _unknowns(self, rows: RaidRows, span: Span) -> Share:
        """Return how many points of assessments are left wholly open."""
        unknown = self._acting.rules.triage.points.unknown
        part = whole = 0
        wanted = {one.entry for one in rows.acts.times(_CASE, {"assess"}, span)}
        found = rows.events(kind=_CASE, act="assess", newest=True, limit=_MOST_ASSESSED)
        for event in found:
            if event.index in wanted:
                told = _points_of(event)
                whole += len(unknown)
                part += sum(
                    len(told.get(name, every)) >= len(every)
                    for name, every in unknown.items()
                )
        return Share(part, whole)


def percentile(values: Iterable[int], percent: int) -> int:
    """Return the least value that so many per cent are no greater than; 0 of none."""
    ordered = sorted(values)
    if not ordered:
        return 0
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)]


def _points_of(event: RaidEvent) -> Mapping[str, Sequence[str]]:
    said: Any = event.event["said"]
    points: Mapping[str, Sequence[str]] = said.get("points", {})
    return points


def _took(acts: RaidActs, step: _Step, span: Span) -> Took:
    begun = {one.id: one.at for one in acts.times(step.kind, {step.begins}, span)}
    # What was begun in time counts, however late it was done.
    later = Span(span.since, None, span.visible)
    done: dict[str, int] = {}
    for one in acts.times(step.kind, step.ends, later):
        if one.id in begun:
            done.setdefault(one.id, one.at - begun[one.id])
    took = list(done.values())
    worst = max(took, default=0)
    open_ = len(begun) - len(took)
    median, p90 = percentile(took, 50), percentile(took, 90)
    return Took(step.what, len(took), open_, median, p90, worst)


def _clocks(rows: RaidRows, span: Span) -> dict[str, int]:
    question = RaidQuestion(
        "raid.clock",
        since=span.since,
        until=span.until,
        instant="due",
        visible=span.visible,
    )
    return {str(state): n for (state,), n in rows.tally(question, "state").items()}


def _share(times: Iterable[ActTime], part: str, whole: str) -> Share:
    acts = [one.act for one in times]
    return Share(acts.count(part), acts.count(whole))
