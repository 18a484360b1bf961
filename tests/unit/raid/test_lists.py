"""Lists: by what rows say, in windows, and never of what is shut to who asks."""

import pytest

from ringwall.base.clock import parse_instant
from ringwall.gate.denied import AccessDenied
from ringwall.ledger.asking.raid_rows import RaidQuestion
from ringwall.model.events import Event
from ringwall.raid.desk import RaidDesk
from ringwall.raid.ids import new_id
from ringwall.raid.lists import FILTERS, ROOMS, Wanted
from ringwall.raid.scene import Scene
from tests.example import NOON
from tests.raid_office import (
    DAY,
    RaidOffice,
    armed_clock,
    given,
    opened_case,
    refused,
    report_document,
    who,
)

JOAN = who("joan")


def test_cases_are_listed_the_newest_first_with_their_titles(desk: RaidDesk) -> None:
    _, first = opened_case(desk, report_document(title="First"))
    _, second = opened_case(desk, report_document(title="Second"))

    found = desk.lists.ls(JOAN, Wanted())

    assert [(one.card.id, one.title) for one in found.rows] == [
        (second, "Second"),
        (first, "First"),
    ]
    assert found.total == 2
    assert found.decision.startswith("dec-")


def test_a_list_is_narrowed_by_columns_windows_and_bounds(
    raid_office: RaidOffice,
) -> None:
    with raid_office.raid() as desk:
        early = opened_case(desk, None, "joan", priority=4)[1]
        raid_office.clock.instant = NOON + DAY
        late = opened_case(desk)[1]
        ls = desk.lists.ls

        def ids(**words: object) -> list[str]:
            wanted = Wanted(**words)  # type: ignore[arg-type] # words of a test
            return [one.card.id for one in ls(JOAN, wanted).rows]

        assert ids(equal={"priority": 4}) == [early]
        assert ids(since=NOON + 1) == [late]
        assert ids(until=NOON + 1) == [early]
        assert ids(limit=1) == [late]
        assert ids(limit=None, skip=1) == [early]
        assert ls(JOAN, Wanted(limit=1)).total == 2


def test_clocks_are_listed_by_the_latest_that_they_have_to_be_met(
    desk: RaidDesk,
) -> None:
    case = opened_case(desk)[1]

    def clock(**changes: str) -> str:
        name = new_id("raid.clock")

        def make(scene: Scene) -> list[Event]:
            scene.require("rule-sourced", name, holds=True)
            card = {"owed": "other", "rule": "NIS2-23", **changes}
            return [scene.event("raid.clock", name, "arm", None, card, {}, case=case)]

        desk.acting.act(who("ole"), "raid.arm", case, make)
        return name

    late = clock(worst="2026-12-09T00:00:00Z")
    soon = clock(worst="2026-12-01T00:00:00.5Z")
    now = clock()

    def ids(**words: object) -> list[str]:
        wanted = Wanted(room="clocks", **words)  # type: ignore[arg-type] # of a test
        return [one.card.id for one in desk.lists.ls(JOAN, wanted).rows]

    assert ids() == [now, soon, late]
    day = parse_instant("2026-12-02T00:00:00Z")
    assert ids(until=day) == [now, soon]
    assert ids(since=day) == [late]


def test_reports_tell_the_cases_that_are_open_to_who_asks(desk: RaidDesk) -> None:
    report, case = opened_case(desk)
    waiting = given(desk.acting)

    rows = desk.lists.ls(JOAN, Wanted("reports")).rows
    assert [(one.card.id, one.cases) for one in rows] == [
        (waiting, ()),
        (report, (case,)),
    ]
    by_clerk = desk.lists.ls(who("ruth"), Wanted("reports")).rows
    assert {one.card.id for one in by_clerk} == {report, waiting}


def test_what_is_shut_is_neither_listed_nor_counted(desk: RaidDesk) -> None:
    report, case = opened_case(desk)
    clock = armed_clock(desk, case)
    asked = {room: desk.lists.ls(JOAN, Wanted(room)).total for room in ROOMS}
    assert asked == {
        "cases": 1,
        "reports": 1,
        "clocks": 1,
        "handovers": 0,
        "links": 1,
    }
    desk.needs.shut(who("mileva"), case, "abroad")

    for room in ("cases", "clocks", "links"):
        found = desk.lists.ls(JOAN, Wanted(room))
        assert (found.rows, found.total) == ([], 0)
    (row,) = desk.lists.ls(JOAN, Wanted("reports")).rows
    assert (row.card.id, row.cases) == (report, ())
    assert clock


def test_nothing_is_listed_for_whom_the_desk_is_not(desk: RaidDesk) -> None:
    for person in ("ruth", "hertha"):
        with pytest.raises(AccessDenied):
            desk.lists.ls(who(person), Wanted())


def test_what_is_no_list_and_no_filter_is_refused(desk: RaidDesk) -> None:
    assert refused(desk.lists.ls, JOAN, Wanted("rooms")) == "list-unknown"
    odd = Wanted("clocks", {"lead": "user:rosalind"})
    assert refused(desk.lists.ls, JOAN, odd) == "filter-unknown"


def test_each_filter_is_a_column_of_its_kind() -> None:
    for kind, names in FILTERS.items():
        for name in names:
            RaidQuestion(kind, equal={name: ""})
    assert set(ROOMS.values()) == FILTERS.keys()


def test_where_a_case_went_is_not_listed_for_who_may_not_know_that(
    desk: RaidDesk,
) -> None:
    _, gone = opened_case(desk)
    _, stays = opened_case(desk)
    merge = desk.merging.merge(JOAN, gone, stays, "one event")
    desk.proposals.second(who("rosalind"), merge.events[0]["id"])

    def into() -> str:
        rows = desk.lists.ls(JOAN, Wanted(equal={"state": "merged"})).rows
        [row] = [one for one in rows if one.card.id == gone]
        return str(row.card.card["redirect"])

    assert into() == stays
    desk.needs.shut(who("mileva"), stays, "a source is at risk")
    assert into() == ""
