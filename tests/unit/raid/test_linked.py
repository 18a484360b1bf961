"""Which reports belong to which cases: links that were taken back count for nothing."""

from ringwall.ledger.asking.raid_rows import Visible
from ringwall.model.events import Event
from ringwall.raid.desk import RaidDesk
from ringwall.raid.linked import (
    cases_of,
    clerks_of,
    document_of,
    known_cases,
    link_between,
    linked_reports,
    open_host_clocks,
    title_of,
)
from ringwall.raid.linking import Link
from ringwall.raid.scene import Scene
from tests.raid_office import armed_clock, given, opened_case, report_document, who


def test_a_case_has_its_reports_in_the_order_of_their_links(desk: RaidDesk) -> None:
    first, case = opened_case(desk, report_document(title="First"))
    rows = desk.acting.rows
    second = given(desk.acting, report_document(title="Second"))
    desk.screening.validate(who("joan"), second, "B2")
    desk.links.attach(who("joan"), second, case, Link("context", "why"))

    found = linked_reports(rows, case)
    assert [one.report.id for one in found] == [first, second]
    assert [one.document["title"] for one in found] == ["First", "Second"]
    assert link_between(rows, second, case) == found[1].link
    desk.links.unlink(who("joan"), first, case, "another ward")
    assert [one.report.id for one in linked_reports(rows, case)] == [second]
    assert cases_of(rows, [first, second]).keys() == {second}
    assert link_between(rows, first, case) is not None


def test_where_there_is_nothing_nothing_is_found(desk: RaidDesk) -> None:
    rows = desk.acting.rows

    assert linked_reports(rows, "case:c-aaaaaaaaaa") == []
    assert cases_of(rows, []) == {}
    assert known_cases(rows, Visible(frozenset(), frozenset()), ["report:r-x"]) == {}
    assert link_between(rows, "report:r-x", "case:c-x") is None
    assert open_host_clocks(rows, []) == []
    assert title_of(None) == ""


def test_a_title_is_that_of_the_case_or_of_the_report(desk: RaidDesk) -> None:
    report, case = opened_case(desk, report_document(title="A title"))
    first = desk.acting.rows.first([report, case])

    assert title_of(first[report]) == title_of(first[case]) == "A title"
    assert document_of(first[case]) == {}


def test_the_clerks_of_a_case_are_natural_persons(desk: RaidDesk) -> None:
    _, case = opened_case(desk)
    other = given(desk.acting, by="ruth")
    desk.screening.validate(who("joan"), other, "B2")
    desk.links.attach(who("joan"), other, case, Link("context", "why"))
    seen: list[frozenset[str]] = []

    def make(scene: Scene) -> list[Event]:
        seen.append(clerks_of(scene, case))
        return []

    desk.acting.act(who("joan"), "raid.write", case, make)
    assert seen == [frozenset({"user:ruth"})]


def test_only_what_the_institute_owes_and_has_not_done_is_open(
    desk: RaidDesk,
) -> None:
    _, case = opened_case(desk)
    armed_clock(desk, case, owed="others")
    assert open_host_clocks(desk.acting.rows, [case]) == []
    clock = armed_clock(desk, case)

    assert [one.id for one in open_host_clocks(desk.acting.rows, [case])] == [clock]
