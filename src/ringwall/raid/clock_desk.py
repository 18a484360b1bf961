"""The counter of the clocks: arm, start, meet, void; what is due, and why.

Must never tell of a clock of a case that the asker has no need to know of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from ringwall.base.clock import parse_instant
from ringwall.base.errors import ActRefused
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import RaidCard, RaidQuestion, Visible
from ringwall.model.events import Event
from ringwall.model.raid_events import DESK
from ringwall.raid.acting import Acting, Done
from ringwall.raid.arming import arm_events
from ringwall.raid.claimed_duties import answered_facts, claimed_duties
from ringwall.raid.clock_acts import (
    breach_events,
    is_overdue,
    meet_events,
    start_events,
    void_events,
)
from ringwall.raid.clocks.claims import ClockClaims, Told, claims_of
from ringwall.raid.clocks.due import due_of, worst_of
from ringwall.raid.clocks.rule import OWED, ClockRule, Limb, Owed, Stage
from ringwall.raid.guards import demand, is_told
from ringwall.raid.ids import parse_id
from ringwall.raid.linked import known_cases
from ringwall.raid.routed_case import routed_case
from ringwall.raid.routing.facts import NOTHING_TOLD, CaseFacts
from ringwall.raid.scene import Scene, unknown
from ringwall.raid.starting import Start
from ringwall.raid.timing import (
    OPEN,
    claims_for,
    deadline_of,
    documents_of,
    rule_named,
    starts_kept,
)

if TYPE_CHECKING:
    from ringwall.raid.clocks.book import ClockBook

__all__ = ["CardLine", "ClockDesk", "Reason"]

_ARM: Final = "raid.arm"
_READ: Final = "raid.read"
_VOID: Final = "raid.clock"
_CASE: Final = "raid.case"
_CLOCK: Final = "raid.clock"
_REPORT: Final = "raid.report"
_KEEPER: Final = "raid-clock-officer"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a clock is due when it is.

    Attributes:
        card: of the clock.
        rule: as it is in force; None if it is no longer.
        is_same_rule: whether it is the version that the clock was counted by.
        starts: event -> instant, evidence and source; empty where it has not started.
        steps: the arithmetic, in words, as it was done; none where that was forgotten.
        undisputed: where two readings of the law differ, the instant that is the latest
            by the earlier one, RFC 3339; else empty.
    """

    card: RaidCard
    rule: ClockRule | None
    is_same_rule: bool
    starts: Mapping[str, Mapping[str, str]]
    steps: Sequence[str]
    undisputed: str


class CardLine(NamedTuple):
    """A line of the clock card of a reporter: a duty that telling the desk leaves.

    Attributes:
        rule: that sets it.
        stage: of it.
        start: instant from which it is counted: claimed, else the worst case.
        is_claimed: whether a report claims it.
        strict: working deadline; None where the law gives no number.
        lawful: latest instant that the law allows; None likewise.
        settled_by: facts that nobody has told, and that settle whether it is owed.
    """

    rule: ClockRule
    stage: Stage
    start: int
    is_claimed: bool
    strict: int | None
    lawful: int | None
    settled_by: tuple[str, ...]


class ClockDesk:
    """Keeps the clocks of cases.

    Args:
        acting: what it acts through.

    Each method takes who asks first, and raises AccessDenied where the answer is no,
    the same for a case that they have no need to know of and for none.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    @property
    def book(self) -> "ClockBook":
        """The clock rules in force."""
        book: ClockBook = self._acting.rules.clocks
        return book

    def arm(
        self, who: Who, case: str, rules: Sequence[str], owed: str = "", why: str = ""
    ) -> Done:
        """Arm the clocks of some rules in a case.

        Args:
            who: who asks.
            case: id, with or without `case:`.
            rules: ids; none for those that its reports give a reason to suspect, and
                that no answer speaks against.
            owed: `others`, `host` or `self`, where it is not as the rules say.
            why: in words.

        Raises:
            ActRefused: `clock-armed-already`, `clock-rule-standing`,
                `clock-rule-not-applicable`, or as `arm_events`.
            UnknownItem: `unknown-clock-rule`.
        """
        name = self._acting.case(who, case, _ARM)
        by = _owed(owed)

        def make(scene: Scene) -> list[Event]:
            claims = replace(claims_for(scene.rows, name, scene.rules.clocks), owed=by)
            wanted = list(rules) or self._suspected(name)
            for rule in rules:
                _check_armable(rule_named(scene.rules.clocks, rule), scene)
            made = arm_events(scene, name, wanted, claims, why)
            if not made:
                raise ActRefused(
                    "clock-armed-already",
                    "each of these clocks runs in the case already, or none is to run",
                    next_step=f"look at `ringwall raid clock list {name}`",
                )
            return made

        return self._acting.act(who, _ARM, name, make)

    def start(
        self, who: Who, clock: str, starts: Sequence[Start], state: str = ""
    ) -> Done:
        """Start a clock, or correct its start to an earlier one; see `start_events`."""
        name, case = self._of(clock)
        return self._acting.act(
            who, _ARM, case, lambda scene: start_events(scene, name, starts, state)
        )

    def meet(
        self,
        who: Who,
        clock: str,
        at: int | None,
        said: Mapping[str, str],
        outcome: str = "",
    ) -> Done:
        """Say that what a clock runs for was done; now if `at` is None.

        See `meet_events`.
        """
        name, case = self._of(clock)
        return self._acting.act(
            *(who, _ARM, case),
            lambda scene: meet_events(
                scene, name, scene.now if at is None else at, said, outcome
            ),
        )

    def void(self, who: Who, clock: str, reason: str) -> Done:
        """Take a clock out of count, under a grant of two; see `void_events`."""
        name, case = self._of(clock)
        # Before the gate is asked: its permit uses up the grant.
        demand("reason", holds=is_told(reason), about=name)
        return self._acting.act(
            who, _VOID, case, lambda scene: void_events(scene, name, reason)
        )

    def of_case(self, who: Who, case: str) -> list[RaidCard]:
        """Return the clocks of a case, those that are due first in front."""
        name = self._acting.case(who, case, _READ)
        self._acting.ask(who, _READ, name)
        asked = RaidQuestion(_CLOCK, equal={"case_id": name})
        return sorted(self._acting.rows.find(asked), key=_urgency)

    def due(self, who: Who, until: int | None) -> list[RaidCard]:
        """Return the open clocks of all cases open to who asks, the worst first.

        Args:
            who: who asks.
            until: those that are due before this instant, those that no number bounds
                included; None for all.
        """
        self._acting.ask(who, _READ, DESK)
        found = self._open(self._acting.visible(who))
        return sorted(
            (one for one in found if _is_due(one, until)),
            key=_urgency,
        )

    def record_breaches(self, who: Who) -> list[Done]:
        """Put it on record which clocks were missed, an act and alarms for each case.

        Of the cases open to who asks.
        """
        now = self._acting.gate.clock.now()
        late: dict[str, list[str]] = {}
        for one in self.due(who, None):
            if is_overdue(one, now):
                late.setdefault(one.case, []).append(one.id)
        return [self._breach(who, case, clocks) for case, clocks in late.items()]

    def why(self, who: Who, clock: str) -> Reason:
        """Return why a clock is due when it is."""
        name, case = self._of(clock)
        self._acting.ask(who, _READ, case)
        # Only what is on record belongs to a case that the gate lets anybody read.
        [card] = self._acting.rows.find(RaidQuestion(_CLOCK, equal={"id": name}))
        rule = self.book.rules.get(str(card.card["rule"]))
        said = card.event["said"]
        known = said if isinstance(said, Mapping) else {}
        is_same = rule is not None and rule.text_version == card.card["version"]
        return Reason(
            *(card, rule, is_same, starts_kept(card), tuple(known.get("steps", ()))),
            undisputed=str(known.get("undisputed", "")),
        )

    def card(self, who: Who, about: str) -> list[CardLine]:
        """Return what others owe by what a report, or those of a case, claim.

        What their answers speak against is left out, as triage arms no clock for it.
        Of a case also what its clocks are for: triage arms them by more than that.

        Args:
            who: who asks.
            about: id of a report or a case, with or without what stands before `:`.
        """
        rules = self._acting.rules
        bare = about.strip().lower()
        if bare.startswith(("report:", "r-")):
            name = parse_id(_REPORT, about)
            self._acting.ask(who, _READ, self._way_to(who, name))
            told = self._told(name)
            duties = claimed_duties([told], answered_facts(told, rules), rules)
            return self._lines(duties, claims_of(self.book, [told]))
        case = self._acting.case(who, about, _READ)
        self._acting.ask(who, _READ, case)
        asked = RaidQuestion(_CLOCK, equal={"case_id": case})
        armed = [
            str(one.card["rule"])
            for one in self._acting.rows.find(asked)
            if one.card["state"] != "void"
        ]
        claims = claims_for(self._acting.rows, case, self.book)
        duties = dict.fromkeys(armed, ()) | self._suspected(case)
        return self._lines(duties, claims)

    def _way_to(self, who: Who, report: str) -> str:
        """Return what to ask for, so as to read what a report claims.

        Who keeps clocks reads cases and no reports: for them it is a case that has the
        report, of those that they may know of. The gate decides either way.
        """
        if _KEEPER not in self._acting.roles(who):
            return report
        cases = known_cases(self._acting.rows, self._acting.visible(who), [report])
        return next(iter(cases.get(report, ())), report)

    def _of(self, clock: str) -> tuple[str, str]:
        """Return the ids of a clock and of its case."""
        name = parse_id(_CLOCK, clock)
        return name, self._acting.case_of(_CLOCK, name)

    def _breach(self, who: Who, case: str, clocks: Sequence[str]) -> Done:
        return self._acting.act(
            who, _ARM, case, lambda scene: breach_events(scene, clocks)
        )

    def _open(self, visible: Visible) -> list[RaidCard]:
        asked = RaidQuestion(_CLOCK, equal={"state": OPEN}, visible=visible)
        return self._acting.rows.find(asked)

    def _suspected(self, case: str) -> dict[str, tuple[str, ...]]:
        """Return the duties that the reports of a case leave; see `claimed_duties`."""
        rows, rules = self._acting.rows, self._acting.rules
        card = rows.card(_CASE, case)
        if card is None:
            # What the gate knows as an asset, and the desk never heard of.
            raise unknown(_CASE, case)
        facts: CaseFacts = routed_case(rows, card, NOTHING_TOLD, rules.routes)
        return claimed_duties(documents_of(rows, case), facts, rules)

    def _told(self, report: str) -> Told:
        [made] = self._acting.rows.first({report}).values()
        said = made.event["said"]
        document = said.get("document") if isinstance(said, Mapping) else None
        told = document if isinstance(document, Mapping) else {}
        received = parse_instant(str(made.event["card"]["received"]))
        return Told(report, received, told)

    def _lines(
        self, duties: Mapping[str, tuple[str, ...]], claims: ClockClaims
    ) -> list[CardLine]:
        today = self.book.places["EU"].local(self._acting.gate.clock.now()).date()
        lines = [
            self._line(rule, stage, claims, duties[rule.id])
            for rule in self.book.rules.values()
            if rule.id in duties and rule.owed == "others" and rule.applies_on(today)
            for stage in rule.stages
            if not stage.follows
        ]
        return sorted(lines, key=lambda one: (one.strict or one.start, one.rule.id))

    def _line(
        self,
        rule: ClockRule,
        stage: Stage,
        claims: ClockClaims,
        settled_by: tuple[str, ...],
    ) -> CardLine:
        places = self.book.places_of(rule, claims.states)
        claimed = [one for one in stage.limbs if one.start in claims.starts]
        due = due_of(rule, stage.name, claims.starts, places)
        if due is None:
            due = worst_of(rule, stage.name, claims.earliest, places)
        first: Limb = claimed[0] if claimed else stage.first
        start = claims.starts.get(first.start, claims.earliest)
        return CardLine(
            *(rule, stage, start, bool(claimed), due.strict, due.lawful), settled_by
        )


def _owed(text: str) -> Owed | None:
    for word in OWED:
        if word == text:
            return word
    if text:
        raise ActRefused(
            "clock-owner-unknown",
            f"`{text[:20]}` is nobody who owes a clock",
            next_step=f"give {', '.join(OWED)}, or leave it out",
        )
    return None


def _check_armable(rule: ClockRule, scene: Scene) -> None:
    """Refuse a rule that somebody names and under which no clock can run now."""
    if not rule.is_armable:
        raise ActRefused(
            "clock-rule-standing",
            f"no clock runs under {rule.id}: {rule.statement}",
            next_step="`ringwall raid clock rules` shows which rules have limits",
        )
    today = scene.rules.clocks.places["EU"].local(scene.now).date()
    if not rule.applies_on(today):
        raise ActRefused(
            "clock-rule-not-applicable",
            f"{rule.id} applies from {rule.applies_from} to "
            f"{rule.applies_to or 'no end'}",
            next_step="look at `ringwall raid clock rules`",
        )


def _is_due(card: RaidCard, until: int | None) -> bool:
    deadline = deadline_of(card.card)
    return until is None or not deadline or parse_instant(deadline) < until


def _urgency(card: RaidCard) -> tuple[bool, int, bool, str]:
    """Order clocks: the open ones by deadline; what no number bounds is due at once."""
    is_open = card.card["state"] in OPEN
    deadline = deadline_of(card.card) or str(card.card["start"] or card.at)
    return (
        not is_open,
        parse_instant(deadline),
        card.card["state"] == "armed",
        card.id,
    )
