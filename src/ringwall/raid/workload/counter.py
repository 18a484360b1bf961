"""The counter of the workload: how many people the work takes, now and in time.

Must never count a case that the asker has no need to know of, nor change anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ringwall.base.errors import RequestError
from ringwall.gate.asker import Who
from ringwall.model.raid_events import DESK
from ringwall.raid.acting import READ, Acting
from ringwall.raid.queue.order import terms_of
from ringwall.raid.queue.signing import last_signed
from ringwall.raid.rulebook import Rulebook
from ringwall.raid.workload.assumptions import Assumptions
from ringwall.raid.workload.backlog import (
    Broken,
    Overtaken,
    Week,
    broken,
    overtaken,
    weeks_ahead,
)
from ringwall.raid.workload.immediate import Immediate, immediate
from ringwall.raid.workload.observing import (
    Arrivals,
    Held,
    analysts_of,
    arrivals_of,
    held_of,
)
from ringwall.raid.workload.projection import Block, project
from ringwall.raid.workload.scenario import Scenario
from ringwall.raid.workload.sensitivity import Swing, swings
from ringwall.raid.workload.set_up import (
    Asked,
    asked_setting,
    desk_setting,
    told_setting,
)
from ringwall.raid.workload.setting import Range, Setting

__all__ = ["Course", "Projected", "Staffing", "Standing", "WorkloadCounter"]

_MOST_PEOPLE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Staffing:
    """How many analysts there are, by who says so.

    Attributes:
        registered: on the register.
        ruled: by the rules in force.
        signed: for whom the cut line was signed last; None if that no longer counts.
        used: what is counted with.
    """

    registered: int
    ruled: int
    signed: int | None
    used: float


@dataclass(frozen=True, slots=True)
class Standing:
    """How the work stands.

    Attributes:
        setting: what it is counted from.
        staffing: who is there.
        arrivals: what came of late.
        held: what waits.
        is_few: whether too few came, or over too few weeks, to say much.
        wait: of an immediate case; None if none came.
        broken: the service levels that break if all stays as it is.
        decision: id of the permit.
    """

    setting: Setting
    staffing: Staffing
    arrivals: Arrivals
    held: Held
    is_few: bool
    wait: Immediate | None
    broken: Sequence[Broken]
    decision: str


@dataclass(frozen=True, slots=True)
class Course:
    """The weeks ahead, if arrivals grow by so much.

    Attributes:
        growth: of arrivals in a year.
        weeks: week by week.
        broken: the service levels that break.
        overtaken: from when on more comes in than is done; None if it does not.
    """

    growth: float
    weeks: Sequence[Week]
    broken: Sequence[Broken]
    overtaken: Overtaken | None


@dataclass(frozen=True, slots=True)
class Projected:
    """What may become of the work.

    Attributes:
        setting: what it is counted from.
        assumptions: of the rules in force.
        scenario: the file; None if there is none.
        staffing: who is there; of the desk, whatever a scenario says.
        arrivals: what came of late; None if a scenario or the asker tells it all.
        is_few: whether too few came, or over too few weeks, to say much.
        blocks: the weeks ahead.
        courses: at the least growth, in the middle, at the greatest.
        wait: of an immediate case today; None if none comes.
        swings: what the answer hangs on, the most telling first.
        decision: id of the permit.
    """

    setting: Setting
    assumptions: Assumptions
    scenario: Scenario | None
    staffing: Staffing
    arrivals: Arrivals | None
    is_few: bool
    blocks: Sequence[Block]
    courses: Sequence[Course]
    wait: Immediate | None
    swings: Sequence[Swing]
    decision: str


class WorkloadCounter:
    """Where it is asked how many people the work takes.

    Args:
        acting: puts the questions.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def now(self, who: Who, analysts: int | None = None) -> Standing:
        """Return how the work stands.

        Args:
            who: who asks.
            analysts: so many work; as last signed, or as the rules say, if None.

        Raises:
            AccessDenied: the answer is no.
            RequestError: `people-malformed` or `capacity-no-hours`.
        """
        decision = self._acting.ask(who, READ, DESK)
        book = self._acting.rules
        staffing = self._staffing(book, analysts)
        arrivals, held = self._counted(who, book)
        setting = desk_setting(book, staffing.used, arrivals, held)
        steady = replace(setting, growth=Range(1, 1), effort=Range(1, 1))
        weeks = weeks_ahead(steady, 1)
        return Standing(
            setting=steady,
            staffing=staffing,
            arrivals=arrivals,
            held=held,
            is_few=_is_few(arrivals, book.workload),
            wait=immediate(steady),
            broken=broken(steady.levels, weeks),
            decision=decision.id,
        )

    def project(self, who: Who, asked: Asked) -> Projected:
        """Return what may become of the work.

        Args:
            who: who asks.
            asked: what is to be projected.

        Raises:
            AccessDenied: the answer is no.
            RequestError: `people-malformed`, `weeks-malformed`, `lane-unknown`,
                `capacity-number`, `capacity-no-hours` or `capacity-absent`.
        """
        decision = self._acting.ask(who, READ, DESK)
        book = self._acting.rules
        assumed = book.workload
        told = asked.scenario
        staffing = self._staffing(book, asked.analysts)
        arrivals: Arrivals | None = None
        if told is None or not told.lanes:
            arrivals, held = self._counted(who, book)
            setting = desk_setting(book, staffing.used, arrivals, held)
        else:
            setting = desk_setting(
                book, staffing.used, _nothing_came(told), _NOTHING_HELD
            )
        setting = asked_setting(told_setting(setting, told), asked, book.capacity)
        ends = sorted({setting.growth.low, setting.growth.middle, setting.growth.high})
        courses = []
        for growth in ends:
            weeks = weeks_ahead(setting, growth)
            late = broken(setting.levels, weeks)
            courses.append(Course(growth, weeks, late, overtaken(weeks)))
        return Projected(
            setting=setting,
            assumptions=assumed,
            scenario=told,
            staffing=staffing,
            arrivals=arrivals,
            is_few=arrivals is not None and _is_few(arrivals, assumed),
            blocks=project(setting, assumed.block_weeks, assumed.drawn_percent),
            courses=courses,
            wait=immediate(setting),
            swings=swings(setting),
            decision=decision.id,
        )

    def _counted(self, who: Who, book: Rulebook) -> tuple[Arrivals, Held]:
        rows, now = self._acting.rows, self._acting.gate.clock.now()
        visible = self._acting.visible(who)
        terms = terms_of(book.capacity, now, visible)
        return (
            arrivals_of(rows, book.capacity, book.workload, visible, now),
            held_of(rows, terms, book.capacity, book.workload),
        )

    def _staffing(self, book: Rulebook, analysts: int | None) -> Staffing:
        if analysts is not None and not 0 <= analysts <= _MOST_PEOPLE:
            raise RequestError(
                "people-malformed",
                f"{analysts} analysts are none that a desk has",
                next_step=f"give a number from 0 to {_MOST_PEOPLE:,}",
            )
        signed = last_signed(self._acting.rows, self._acting.gate.clock.now())
        people = None if signed is None else signed.staff.people
        ruled = book.capacity.people
        used = next(one for one in (analysts, people, ruled) if one is not None)
        facts = self._acting.gate.ground.facts
        return Staffing(analysts_of(facts, book.workload), ruled, people, used)


_NOTHING_HELD: Final = Held({}, {})


def _nothing_came(scenario: Scenario) -> Arrivals:
    """Return what a scenario tells in place of what came: rates of one week."""
    return Arrivals(1, scenario.streams, 0, 0)


def _is_few(arrivals: Arrivals, assumed: Assumptions) -> bool:
    items = arrivals.reports + arrivals.cases
    return arrivals.weeks < assumed.few_weeks or items < assumed.few_items
