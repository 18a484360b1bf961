"""Links between reports and cases, many to many, typed, and reversible.

Must never link or part anything by itself, nor tell of a case that the asker has no
need to know of.
"""

from dataclasses import replace
from typing import Final

from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import RaidCard
from ringwall.model.events import Event
from ringwall.raid.acting import READ, Acting, Done
from ringwall.raid.candidates import Alike, Candidate
from ringwall.raid.guards import demand, is_told
from ringwall.raid.ids import parse_id
from ringwall.raid.linked import HUB, known_cases, link_between, linked_reports
from ringwall.raid.linking import Link, check_type, link_events, unlink_events
from ringwall.raid.scene import Scene, unknown
from ringwall.raid.words import checked_text

__all__ = ["Links"]

_REPORT: Final = "raid.report"
_CASE: Final = "raid.case"
_LINK: Final = "raid.link"
_WRITE: Final = "raid.write"
_SHARED: Final = 50


class Links:
    """Where reports are linked to cases.

    Args:
        acting: puts the questions and acts.
        alike: finds likenesses.
    """

    def __init__(self, acting: Acting, alike: Alike) -> None:
        self._acting = acting
        self._alike = alike

    def attach(self, who: Who, report: str, case: str, link: Link) -> Done:
        """Link a report to a case.

        Args:
            who: who does.
            report: id.
            case: id; where it was merged, its successor is meant.
            link: what the report is to the case.

        Raises:
            AccessDenied: the answer is no; or there is no such case, for all that
                they may know.
            UnknownItem: `unknown-report`.
            RequestError: `link-type-unknown`.
            ActRefused: `reason-missing`; `act-not-possible`.
        """
        report = parse_id(_REPORT, report)
        kind = check_type(link.type)
        told = link._replace(type=kind, reason=checked_text(link.reason, "reason"))
        case = self._acting.case(who, case, _WRITE)

        def make(scene: Scene) -> list[Event]:
            demand("reason", holds=is_told(told.reason), about=report)
            ends = scene.card(_REPORT, report), scene.card(_CASE, case)
            return link_events(scene, *ends, told)

        return self._acting.act(who, _WRITE, case, make)

    def unlink(self, who: Who, report: str, case: str, reason: str) -> Done:
        """Take a link back; it stays on record and can be made again.

        Args:
            who: who does.
            report: id.
            case: id, as of `attach`.
            reason: in words.

        Raises:
            UnknownItem: `unknown-link`, they never were linked.
            RingwallError: as `attach`.
        """
        report = parse_id(_REPORT, report)
        told = checked_text(reason, "reason")
        case = self._acting.case(who, case, _WRITE)

        def make(scene: Scene) -> list[Event]:
            demand("reason", holds=is_told(told), about=report)
            known = link_between(scene.rows, report, case)
            if known is None:
                raise unknown(_LINK, f"{report} {case}")
            return unlink_events(scene, scene.card(_LINK, known.id), told)

        return self._acting.act(who, _WRITE, case, make)

    def of_report(self, who: Who, report: str) -> list[Candidate]:
        """Return which reports, and through them cases, are like a report.

        Args:
            who: who asks.
            report: id.

        Raises:
            AccessDenied: the answer is no; or there is no such report.
        """
        report = parse_id(_REPORT, report)
        self._acting.ask(who, READ, report)
        found = self._alike.candidates(report)
        known = self._known_cases(who, [one.report for one in found])
        return [
            Candidate(
                one.report, one.reasons, one.overlap, tuple(known.get(one.report, ()))
            )
            for one in found
        ]

    def of_case(self, who: Who, case: str) -> list[Candidate]:
        """Return which cases may be one with a case, and which reports belong to it.

        Cases come in for reports that they share, or that are alike. A report that
        cites many events says nothing about which of them are one: it is marked.

        Args:
            who: who asks.
            case: id, as of `attach`.

        Raises:
            AccessDenied: the answer is no, as `attach`.
        """
        case = self._acting.case(who, case, READ)
        self._acting.ask(who, READ, case)
        own = [linked.report for linked in linked_reports(self._acting.rows, case)]
        shared = self._sharing(who, case, own)
        alike = self._alike_reports(who, case, own)
        return sorted((*shared, *alike), key=lambda one: (one.is_hub, -one.score))

    def _sharing(self, who: Who, case: str, own: list[RaidCard]) -> list[Candidate]:
        """Return the cases that share a report with one."""
        known = self._known_cases(who, [report.id for report in own])
        found: dict[str, list[str]] = {}
        for report, cases in known.items():
            for other in cases:
                if other != case:
                    found.setdefault(other, []).append(report)
        return [_shared(other, reports, known) for other, reports in found.items()]

    def _alike_reports(
        self, who: Who, case: str, own: list[RaidCard]
    ) -> list[Candidate]:
        """Return the reports that are like those of a case and not of it."""
        mine = {report.id for report in own}
        best: dict[str, Candidate] = {}
        for report in own:
            for one in self._alike.candidates(report.id):
                known = best.get(one.report)
                if one.report in mine or (known and known.score >= one.overlap):
                    continue
                best[one.report] = Candidate(one.report, one.reasons, one.overlap)
        cases = self._known_cases(who, list(best))
        return [
            replace(one, cases=tuple(cases.get(one.id, ())))
            for one in best.values()
            if case not in cases.get(one.id, ())
        ]

    def _known_cases(self, who: Who, reports: list[str]) -> dict[str, list[str]]:
        """Return report -> the cases that it belongs to and the asker may know of."""
        visible = self._acting.visible(who)
        return known_cases(self._acting.rows, visible, reports)


def _shared(other: str, reports: list[str], known: dict[str, list[str]]) -> Candidate:
    """Return a case that shares reports with another one.

    Only cases that the asker may know of count for a hub: the rest is not theirs.
    """
    hubs = {report for report in reports if len(known[report]) >= HUB}
    reasons = [
        f"shares {report}, a hub: it belongs to {len(known[report])} cases"
        if report in hubs
        else f"shares {report}"
        for report in sorted(reports, key=lambda report: len(known[report]))
    ]
    is_hub = len(hubs) == len(reports)
    return Candidate(other, tuple(reasons), 0 if is_hub else _SHARED, (), is_hub)
