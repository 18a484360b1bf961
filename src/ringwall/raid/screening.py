"""Screening: what becomes of a report that came in, and the case that is opened for it.

Must never set aside by one person a report that tells of death, weapons, weights or
what RAID owns, nor close one whose reporter heard nothing.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from ringwall.base.clock import format_instant
from ringwall.base.errors import ActRefused
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import RaidCard, Visible
from ringwall.model.events import Event
from ringwall.model.raid_events import DESK
from ringwall.raid.acting import Acting, Done
from ringwall.raid.conflicts import host_names, names_host
from ringwall.raid.guards import demand, is_credibility, is_grave, is_told
from ringwall.raid.host_clocks import check_host_clocks
from ringwall.raid.ids import new_id, parse_id
from ringwall.raid.linked import (
    cases_of,
    document_of,
    known_cases,
    open_host_clocks,
    title_of,
)
from ringwall.raid.linking import Link, link_events
from ringwall.raid.proposals import propose
from ringwall.raid.scene import Scene
from ringwall.raid.words import checked_text, instant_to_come

__all__ = ["INVALIDATE", "TEAM", "Screening", "carry_invalidate"]

TEAM: Final = "raid-desk"
"""The team that new cases are given to, if nothing else is said."""
INVALIDATE: Final = "invalidate"
_REPORT: Final = "raid.report"
_CASE: Final = "raid.case"
_WRITE: Final = "raid.write"
# What a first look made of the report counts for the case until it is triaged.
_HINTS: Final = ("kind", "tlp", "imminent", "priority", "owned", "compute", "reach")
_Make = Callable[[Scene, RaidCard], Event]


class Screening:
    """Where reports are screened, deferred and closed.

    Args:
        acting: puts the questions and acts.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def open(
        self,
        who: Who,
        report: str,
        credibility: str = "",
        *,
        team: str = TEAM,
        another: str = "",
    ) -> Done:
        """Open a case for a report; one that was only received is screened with it.

        So whoever grades its credibility is asked for what screening takes, too. Of a
        case that they may not know of nothing is said, so none stands in the way.

        Args:
            who: who opens it.
            report: id.
            credibility: on the Admiralty scale, e.g. `B2`, where it is screened.
            team: compartment of those who may know of the case.
            another: why the report needs a case besides the one that it has; empty for
                a report that has none.

        Raises:
            AccessDenied: the answer is no.
            UnknownItem: `unknown-report`.
            ActRefused: `credibility-missing`; `case-open-already`; `act-not-possible`.
            RequestError: what is said is too long, or no text.
        """
        report = parse_id(_REPORT, report)
        told = checked_text(another, "reason")
        if credibility:
            # Without a grade nothing is screened: `_validated` refuses.
            self._acting.ask(who, _WRITE, report)
        visible = self._acting.visible(who)

        def make(scene: Scene) -> list[Event]:
            events: list[Event] = []
            card = scene.card(_REPORT, report)
            if credibility:
                _grade(report, credibility)
            if not is_told(told):
                _check_first(scene, card, visible)
            if card.card["state"] == "received":
                events.append(_validated(scene, card, credibility))
                card = scene.latest(report)
            return [*events, *_opened(scene, card, team, told)]

        return self._acting.act(who, _WRITE, DESK, make)

    def validate(self, who: Who, report: str, credibility: str) -> Done:
        """Hold a report for valid without opening a case, so that it can be attached.

        Args:
            who: who screens it.
            report: id.
            credibility: as of `open`.

        Raises:
            RingwallError: as `open`.
        """
        report = parse_id(_REPORT, report)

        def make(scene: Scene) -> list[Event]:
            return [_validated(scene, scene.card(_REPORT, report), credibility)]

        return self._acting.act(who, _WRITE, report, make)

    def invalidate(self, who: Who, report: str, reason: str) -> Done:
        """Set a report aside; a grave one is proposed for a second person to do so.

        Args:
            who: who screens it.
            report: id.
            reason: in words.

        Raises:
            AccessDenied: the answer is no.
            UnknownItem: `unknown-report`.
            ActRefused: `reason-missing`; `act-not-possible`.
        """
        report = parse_id(_REPORT, report)
        is_second_needed = self._is_grave(report)

        def make(scene: Scene) -> list[Event]:
            card = scene.card(_REPORT, report)
            if not is_second_needed:
                return [_invalidated(scene, card, reason, is_grave=False)]
            doc = {"report": report, "reason": checked_text(reason, "reason")}
            return [propose(scene, "", INVALIDATE, doc, reason)]

        where = DESK if is_second_needed else report
        return self._acting.act(who, _WRITE, where, make)

    def reopen(self, who: Who, report: str, evidence: str) -> Done:
        """Take up a report again that was set aside.

        Args:
            who: who does.
            report: id.
            evidence: what is new.

        Raises:
            ActRefused: `evidence-missing`; `act-not-possible`.
            RingwallError: as `open`.
        """
        said = {"evidence": checked_text(evidence, "evidence")}

        def make(scene: Scene, card: RaidCard) -> Event:
            scene.require("new-evidence", card.id, holds=is_told(said["evidence"]))
            return scene.event(_REPORT, card.id, "reopen", card, {}, said)

        return self._on_report(who, report, make)

    def defer(self, who: Who, report: str, until: str, reason: str) -> Done:
        """Put a report off to a date.

        Args:
            who: who does.
            report: id.
            until: date or instant on which it is looked at again.
            reason: in words.

        Raises:
            ActRefused: `review-date-missing`; `host-clock-open`; `reason-missing`;
                `act-not-possible`.
            RequestError: `instant-malformed`.
            RingwallError: as `open`.
        """
        said = {"reason": checked_text(reason, "reason")}

        def make(scene: Scene, card: RaidCard) -> Event:
            due = instant_to_come(until, scene.now)
            scene.require("reason", card.id, holds=is_told(said["reason"]))
            scene.require("review-date", card.id, holds=due is not None)
            links = cases_of(scene.rows, [card.id]).get(card.id, ())
            clocks = open_host_clocks(scene.rows, {link.case for link in links})
            may_know = self._acting.may_know
            named = [one for one in clocks if may_know(who, one.case)]
            check_host_clocks("no-host-clock", card.id, clocks, named)
            scene.require("no-host-clock", card.id, holds=not clocks)
            told = {**said, "until": "" if due is None else format_instant(due)}
            return scene.event(_REPORT, card.id, "defer", card, {}, told)

        return self._on_report(who, report, make)

    def close(self, who: Who, report: str, feedback: str) -> Done:
        """Close a report whose reporter was told, or could not be reached.

        Args:
            who: who does.
            report: id.
            feedback: what they were told, or `unreachable`.

        Raises:
            ActRefused: `feedback-missing`; `act-not-possible`.
            RingwallError: as `open`.
        """
        said = {"feedback": checked_text(feedback, "feedback")}

        def make(scene: Scene, card: RaidCard) -> Event:
            scene.require("feedback", card.id, holds=is_told(said["feedback"]))
            return scene.event(_REPORT, card.id, "close", card, {}, said)

        return self._on_report(who, report, make)

    def _on_report(self, who: Who, report: str, make: _Make) -> Done:
        report = parse_id(_REPORT, report)

        def made(scene: Scene) -> list[Event]:
            return [make(scene, scene.card(_REPORT, report))]

        return self._acting.act(who, _WRITE, report, made)

    def _is_grave(self, report: str) -> bool:
        """Tell whether a report takes two to set aside; for none either will do.

        What a report says never changes, so that nobody else's act can change this.
        """
        card = self._acting.rows.card(_REPORT, report)
        if card is None:
            return False
        document = document_of(self._acting.rows.first({report})[report])
        facts, rules = self._acting.gate.ground.facts, self._acting.rules.conflicts
        names = host_names(rules, self._acting.host, facts.documents())
        return is_grave(document, card.card) or names_host(document, names)


def carry_invalidate(scene: Scene, doc: Mapping[str, Any]) -> list[Event]:
    """Return the event by which a grave report is set aside by a second person.

    Args:
        scene: of the second person's act.
        doc: of the proposal: `report` and `reason`.
    """
    card = scene.card(_REPORT, doc["report"])
    return [_invalidated(scene, card, doc["reason"], is_grave=True)]


def _grade(report: str, credibility: str) -> str:
    """Return a grade of the Admiralty scale; raise if it is none."""
    grade = credibility.strip().upper()
    demand("credibility-assessed", holds=is_credibility(grade), about=report)
    return grade


def _check_first(scene: Scene, report: RaidCard, visible: Visible) -> None:
    """Refuse to open a case unawares for a report that has one."""
    known = known_cases(scene.rows, visible, [report.id]).get(report.id, ())
    if known:
        raise ActRefused(
            "case-open-already",
            f"`{report.id}` belongs to `{known[0]}`",
            next_step=f"go on with that: `ringwall raid show {known[0]}`; if it tells "
            "of a second event, say so: `--another REASON`",
        )


def _validated(scene: Scene, card: RaidCard, credibility: str) -> Event:
    grade = _grade(card.id, credibility)
    scene.require("credibility-assessed", card.id, holds=True)
    said = {"credibility": grade}
    return scene.event(_REPORT, card.id, "validate", card, {}, said)


def _invalidated(scene: Scene, card: RaidCard, reason: str, *, is_grave: bool) -> Event:
    told = checked_text(reason, "reason")
    demand("reason", holds=is_told(told), about=card.id)
    is_enough = scene.is_second or not is_grave
    scene.require("second-if-grave", card.id, holds=is_enough)
    return scene.event(_REPORT, card.id, "invalidate", card, {}, {"reason": told})


def _opened(scene: Scene, report: RaidCard, team: str, why: str) -> list[Event]:
    """Return the events by which a case is opened, and given its first report."""
    case = new_id(_CASE)
    received = scene.rows.first({report.id})[report.id]
    states = document_of(received).get("states")
    card = {
        "opened": format_instant(scene.now),
        "team": team,
        "states": " ".join(sorted(states)) if isinstance(states, list) else "",
        **{name: report.card[name] for name in _HINTS},
    }
    said = {"title": title_of(received)}
    opened = scene.event(_CASE, case, "open", None, card, said)
    link = Link("same-event", why or "the report that the case was opened for")
    return [opened, *link_events(scene, report, scene.latest(case), link)]
