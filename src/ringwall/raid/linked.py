"""Which reports belong to which cases, and what they say.

Reads alone; whoever asks has asked the gate for the case before. Must never follow a
link that was taken back.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from ringwall.ledger.asking.raid_rows import (
    RaidCard,
    RaidEvent,
    RaidQuestion,
    RaidRows,
    Visible,
)
from ringwall.raid.guards import OWED_BY_HOST, UNDONE_CLOCKS
from ringwall.raid.scene import Scene

__all__ = [
    "HUB",
    "LinkedReport",
    "cases_of",
    "clerks_of",
    "document_of",
    "known_cases",
    "link_between",
    "linked_reports",
    "linked_to",
    "open_clocks",
    "open_host_clocks",
    "title_of",
]

HUB: Final = 3
"""A report of so many cases or more shows nothing about whether two of them are one."""

_LINK: Final = "raid.link"
_REPORT: Final = "raid.report"
_LINKED: Final = "linked"
_Asked = dict[str, str | int | frozenset[str | int]]


class LinkedReport(NamedTuple):
    """A report of a case.

    Attributes:
        link: by which it is.
        report: as it now is.
        received: the event by which it came in.
    """

    link: RaidCard
    report: RaidCard
    received: RaidEvent

    @property
    def document(self) -> Mapping[str, Any]:
        """What it says."""
        return document_of(self.received)


def document_of(received: RaidEvent) -> Mapping[str, Any]:
    """Return the document of a report, from the event by which it came in."""
    document: Mapping[str, Any] = received.event["said"].get("document", {})
    return document


def title_of(made: RaidEvent | None) -> str:
    """Return the title that a report or case was made with; empty if it has none."""
    if made is None:
        return ""
    said = made.event["said"]
    title: str = said.get("title") or document_of(made).get("title") or ""
    return title


def linked_reports(rows: RaidRows, case: str) -> list[LinkedReport]:
    """Return the reports of a case, the one linked first in front.

    Args:
        rows: of the desk.
        case: its id.
    """
    return linked_to(rows, [case]).get(case, [])


def linked_to(rows: RaidRows, cases: Iterable[str]) -> dict[str, list[LinkedReport]]:
    """Return case -> its reports, as `linked_reports`, of those that have any.

    Args:
        rows: of the desk.
        cases: ids.
    """
    wanted: _Asked = {"case_id": frozenset(cases), "state": _LINKED}
    links = rows.find(RaidQuestion(_LINK, equal=wanted, order=("idx",)))
    ids = frozenset(str(link.card["report"]) for link in links)
    if not ids:
        return {}
    reports = {
        card.id: card for card in rows.find(RaidQuestion(_REPORT, equal={"id": ids}))
    }
    first = rows.first(ids)
    found: dict[str, list[LinkedReport]] = {}
    for link in links:
        report = str(link.card["report"])
        one = LinkedReport(link, reports[report], first[report])
        found.setdefault(link.case, []).append(one)
    return found


def cases_of(rows: RaidRows, reports: Iterable[str]) -> dict[str, list[RaidCard]]:
    """Return report -> its links, of those that have any.

    Args:
        rows: of the desk.
        reports: ids.
    """
    ids = frozenset(reports)
    found: dict[str, list[RaidCard]] = {}
    if ids:
        asked: _Asked = {"report": ids, "state": _LINKED}
        for link in rows.find(RaidQuestion(_LINK, equal=asked, order=("idx",))):
            found.setdefault(str(link.card["report"]), []).append(link)
    return found


def known_cases(
    rows: RaidRows, visible: Visible, reports: Iterable[str]
) -> dict[str, list[str]]:
    """Return report -> ids of the cases that it belongs to, of those open to somebody.

    Args:
        rows: of the desk.
        visible: what is open to who asks.
        reports: ids.
    """
    links = cases_of(rows, reports)
    ids = frozenset(link.case for found in links.values() for link in found)
    if not ids:
        return {}
    question = RaidQuestion("raid.case", equal={"id": ids}, visible=visible)
    known = {card.id for card in rows.find(question)}
    return {
        report: [link.case for link in found if link.case in known]
        for report, found in links.items()
    }


def link_between(rows: RaidRows, report: str, case: str) -> RaidCard | None:
    """Return the link of a report and a case, taken back or not; None if never made.

    Args:
        rows: of the desk.
        report: id.
        case: id.
    """
    asked = {"case_id": case, "report": report}
    found = rows.find(RaidQuestion(_LINK, equal=asked, limit=1))
    return found[0] if found else None


def clerks_of(scene: Scene, case: str) -> frozenset[str]:
    """Return the natural persons who took in the reports of a case.

    Args:
        scene: of an act on it.
        case: id.
    """
    return frozenset(
        scene.natural(linked.received.event["by"])
        for linked in linked_reports(scene.rows, case)
    )


def open_host_clocks(rows: RaidRows, cases: Iterable[str]) -> list[RaidCard]:
    """Return the clocks of cases that the institute itself owes and that are open.

    Args:
        rows: of the desk.
        cases: ids.
    """
    return [one for one in open_clocks(rows, cases) if one.card["owed"] == OWED_BY_HOST]


def open_clocks(rows: RaidRows, cases: Iterable[str]) -> list[RaidCard]:
    """Return the clocks of cases that are open, whoever owes what they count.

    Args:
        rows: of the desk.
        cases: ids.
    """
    ids = frozenset(cases)
    if not ids:
        return []
    asked: _Asked = {"case_id": ids, "state": UNDONE_CLOCKS}
    return rows.find(RaidQuestion("raid.clock", equal=asked))
