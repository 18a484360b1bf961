"""Links: many to many, typed, reversible; what is only alike is only offered."""

import pytest

from ringwall.gate.denied import AccessDenied
from ringwall.raid.candidates import Candidate
from ringwall.raid.desk import RaidDesk
from ringwall.raid.ids import new_id
from ringwall.raid.linking import LINK_TYPES, Link
from ringwall.raid.links import Links
from tests.raid_office import given, opened_case, refused, report_document, who

JOAN = who("joan")
SAME = Link("same-event", "one ward, one morning")


class Likeness:
    """A report that a test holds for like another."""

    def __init__(self, report: str, overlap: int = 80) -> None:
        self.report = report
        self.reasons: tuple[str, ...] = ("same title",)
        self.overlap = overlap


class Alike:
    """Finds what it was told."""

    def __init__(self, **found: list[Likeness]) -> None:
        self.found = found

    def candidates(self, report: str) -> list[Likeness]:
        return self.found.get(report, [])


def valid(desk: RaidDesk, **changes: object) -> str:
    report = given(desk.acting, report_document(**changes))
    desk.screening.validate(JOAN, report, "B2")
    return report


def count_of(desk: RaidDesk, report: str) -> int:
    card = desk.acting.rows.card("raid.report", report)
    assert card is not None
    return int(card.card["cases"])


def test_a_report_belongs_to_several_cases_and_a_case_has_several_reports(
    desk: RaidDesk,
) -> None:
    """Hard scenario 6: one article covers five incidents, five reports cover one."""
    article = valid(desk, title="Five failures of one assistant")
    cases = [opened_case(desk)[1] for _ in range(5)]
    for case in cases:
        desk.links.attach(JOAN, article, case, SAME)
    reports = [valid(desk, title=f"Account {n}") for n in range(4)]
    for report in reports:
        desk.links.attach(JOAN, report, cases[0], SAME)

    view = desk.timelines.show(JOAN, cases[0])
    assert len(view.reports) == 6
    assert {one.id: one.hub for one in view.reports}[article] == 5
    assert count_of(desk, article) == 5
    # All that speaks for any two of them to be one is the article: it is a hub.
    found = desk.links.of_case(JOAN, cases[0])
    offered = {one.id: one for one in found if one.id.startswith("case:")}
    assert offered.keys() == set(cases[1:])
    assert all(one.is_hub and one.score == 0 for one in offered.values())
    assert "a hub: it belongs to 5 cases" in offered[cases[1]].reasons[0]
    states = {desk.timelines.show(JOAN, case).case.card["state"] for case in cases}
    assert states == {"new"}


@pytest.mark.parametrize("kind", LINK_TYPES)
def test_each_type_of_link_is_kept_with_its_reason(desk: RaidDesk, kind: str) -> None:
    _, case = opened_case(desk)
    report = valid(desk)

    done = desk.links.attach(JOAN, report, case, Link(kind, " why ", 71))

    link = done.events[0]
    assert link["card"] | {} == {
        "report": report,
        "score": 71,
        "state": "linked",
        "type": kind,
    }
    assert link["said"] == {"reason": "why"}
    assert [event["kind"] for event in done.events] == [
        *("raid.link", "raid.report", "raid.case")
    ]


def test_what_is_no_link_is_refused(desk: RaidDesk) -> None:
    report, case = opened_case(desk)
    attach = desk.links.attach
    waiting = given(desk.acting)

    assert refused(attach, JOAN, report, case, Link("twin", "x")) == "link-type-unknown"
    other = valid(desk)
    assert refused(attach, JOAN, other, case, Link("context", "")) == "reason-missing"
    assert refused(attach, JOAN, waiting, case, SAME) == "act-not-possible"
    assert refused(attach, JOAN, report, case, SAME) == "act-not-possible"
    nothing = new_id("raid.report")
    assert refused(attach, JOAN, nothing, case, SAME) == "unknown-report"
    with pytest.raises(AccessDenied):
        attach(JOAN, other, new_id("raid.case"), SAME)


def test_a_link_is_taken_back_and_can_return(desk: RaidDesk) -> None:
    _, case = opened_case(desk)
    report = valid(desk)
    first = desk.links.attach(JOAN, report, case, SAME).events[0]["id"]

    assert refused(desk.links.unlink, JOAN, report, case, "") == "reason-missing"
    desk.links.unlink(JOAN, report, case, "another ward")
    assert count_of(desk, report) == 0
    assert len(desk.timelines.show(JOAN, case).reports) == 1
    assert refused(desk.links.unlink, JOAN, report, case, "again") == "act-not-possible"
    again = desk.links.attach(JOAN, report, case, Link("context", "it is told there"))

    assert again.events[0]["id"] == first
    assert count_of(desk, report) == 1
    acts = [one.event["act"] for one in desk.acting.rows.events(about=first)]
    assert acts == ["link", "unlink", "link"]


def test_what_was_never_linked_is_not_unlinked(desk: RaidDesk) -> None:
    _, case = opened_case(desk)
    report = valid(desk)

    assert refused(desk.links.unlink, JOAN, report, case, "why") == "unknown-link"


def test_until_its_triage_a_case_takes_the_graver_hint(desk: RaidDesk) -> None:
    _, case = opened_case(desk, priority=1)
    grave = given(desk.acting, None, "ruth", priority=4, imminent=1, reach=3)
    desk.screening.validate(JOAN, grave, "B2")

    desk.links.attach(JOAN, grave, case, SAME)

    card = desk.acting.rows.card("raid.case", case)
    assert card is not None
    hints = ("priority", "imminent", "reach", "owned")
    assert [card.card[name] for name in hints] == [4, 1, 3, 0]


def test_what_is_like_a_report_is_offered_with_the_cases_it_belongs_to(
    desk: RaidDesk,
) -> None:
    first, case = opened_case(desk)
    report, lone = valid(desk), valid(desk)
    alike = Alike(**{report: [Likeness(first), Likeness(lone, 30)]})
    links = Links(desk.acting, alike)

    assert links.of_report(JOAN, report) == [
        Candidate(first, ("same title",), 80, (case,)),
        Candidate(lone, ("same title",), 30, ()),
    ]
    assert links.of_report(JOAN, lone) == []
    with pytest.raises(AccessDenied):
        links.of_report(JOAN, new_id("raid.report"))


def test_what_is_like_the_reports_of_a_case_is_offered_once_and_not_its_own(
    desk: RaidDesk,
) -> None:
    first, case = opened_case(desk)
    second, other = valid(desk), opened_case(desk)[1]
    desk.links.attach(JOAN, second, case, SAME)
    lone = valid(desk)
    found = [Likeness(lone, 40), Likeness(second)]
    alike = Alike(**{first: found, second: [Likeness(lone, 60), Likeness(lone, 20)]})

    offered = Links(desk.acting, alike).of_case(JOAN, case)

    assert offered == [Candidate(lone, ("same title",), 60, ())]
    desk.links.attach(JOAN, second, other, SAME)
    offered = Links(desk.acting, alike).of_case(JOAN, case)
    assert offered[1] == Candidate(other, (f"shares {second}",), 50)


def test_nothing_is_offered_or_counted_of_a_case_that_is_shut(desk: RaidDesk) -> None:
    article = valid(desk)
    cases = [opened_case(desk)[1] for _ in range(4)]
    for case in cases:
        desk.links.attach(JOAN, article, case, SAME)
    for case in cases[2:]:
        desk.needs.shut(who("mileva"), case, "abroad")

    found = desk.links.of_case(JOAN, cases[0])

    (offered,) = [one for one in found if one.id.startswith("case:")]
    assert (offered.id, offered.is_hub) == (cases[1], False)
    view = desk.timelines.show(JOAN, cases[0])
    assert [one.hub for one in view.reports] == [0, 0]
