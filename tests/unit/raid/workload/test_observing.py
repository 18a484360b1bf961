import pytest

from ringwall.model.events import Event
from ringwall.pdp.people import PersonRecord
from ringwall.raid.desk import RaidDesk
from ringwall.raid.queue.order import terms_of
from ringwall.raid.scene import Scene
from ringwall.raid.workload.observing import (
    Arrivals,
    Held,
    analysts_of,
    arrivals_of,
    held_of,
)
from tests.example import NOON
from tests.raid_office import DAY, RaidOffice, given, opened_case, who


def _raised(desk: RaidDesk, case: str, **columns: str | int) -> None:
    """Give a case other columns, past the tables of triage."""

    def make(scene: Scene) -> list[Event]:
        card = scene.card("raid.case", case)
        return [scene.event("raid.case", case, "note", card, columns, {"text": "x"})]

    desk.acting.act(who("joan"), "raid.write", case, make)


def _arrivals(desk: RaidDesk, name: str = "niels") -> Arrivals:
    book, acting = desk.acting.rules, desk.acting
    visible = acting.visible(who(name))
    now = acting.gate.clock.now()
    return arrivals_of(acting.rows, book.capacity, book.workload, visible, now)


def _held(desk: RaidDesk, name: str = "niels") -> Held:
    book, acting = desk.acting.rules, desk.acting
    terms = terms_of(book.capacity, acting.gate.clock.now(), acting.visible(who(name)))
    return held_of(acting.rows, terms, book.capacity, book.workload)


def test_analysts_are_natural_persons_of_the_team_who_are_still_there(
    desk: RaidDesk,
) -> None:
    facts = desk.acting.gate.ground.facts
    assumed = desk.acting.rules.workload

    assert analysts_of(facts, assumed) == 4
    gone = facts.with_people({"user:joan": PersonRecord(left_at=1)})
    assert analysts_of(gone, assumed) == 3
    ill = facts.documents()["user:dorothy"].model_copy(update={"suspended": True})
    assert analysts_of(gone.with_changes({"user:dorothy": ill}), assumed) == 2


def test_a_desk_to_which_nothing_came_counts_a_week_of_nothing(desk: RaidDesk) -> None:
    given(desk.acting)
    found = _arrivals(desk)

    assert (found.weeks, found.reports, found.cases) == (1, 1, 0)
    assert [(one.lane, one.items) for one in found.streams] == [("screening", 1)]


def test_copies_are_one_item(desk: RaidDesk) -> None:
    first = given(desk.acting)
    given(desk.acting, alike=first)

    assert _arrivals(desk).reports == 1
    assert _held(desk).items["screening"] == 1


def test_a_case_is_work_to_assess_and_then_work_of_its_class(desk: RaidDesk) -> None:
    _, case = opened_case(desk)
    columns: dict[str, str | int] = {"lane": "incident", "class": "cyber"}
    _raised(desk, case, priority=3, **columns)

    found = {one.lane: one for one in _arrivals(desk).streams}

    capacity = desk.acting.rules.capacity
    assert found.keys() == {"screening", "unassessed", "incident"}
    assert (found["incident"].sort, found["incident"].deep_count) == ("cyber", 1)
    assert found["incident"].minutes == capacity.classes["cyber"].deep
    assert found["unassessed"].minutes == capacity.classes["unassessed"].deep
    held = _held(desk)
    assert (held.items["incident"], held.minutes["incident"]) == (1, 960)
    assert sum(held.items.values()) == 1


def test_what_is_dangerous_at_once_is_urgent_wherever_it_stands(
    desk: RaidDesk,
) -> None:
    given(desk.acting, imminent=1)

    [one] = _arrivals(desk).streams
    assert (one.lane, one.sort, one.deep_count) == ("urgent", "screening", 1)
    assert _held(desk).items["urgent"] == 1


def test_a_merged_case_and_an_unknown_class_count_as_they_should(
    desk: RaidDesk,
) -> None:
    _, case = opened_case(desk)
    _, other = opened_case(desk)
    done = desk.merging.merge(who("joan"), case, other, "the same")
    desk.proposals.second(who("rosalind"), done.events[0]["id"])
    _raised(desk, other, **{"lane": "hazard", "class": "cats"})

    found = _arrivals(desk)

    assert found.cases == 1
    [hazard] = [one for one in found.streams if one.lane == "hazard"]
    assert hazard.deep == desk.acting.rules.capacity.classes["unassessed"].deep


def test_only_the_last_weeks_count(desk: RaidDesk, raid_office: RaidOffice) -> None:
    given(desk.acting)
    raid_office.clock.instant = NOON + 21 * DAY
    given(desk.acting)

    assert (_arrivals(desk).weeks, _arrivals(desk).reports) == (3, 2)

    raid_office.clock.instant = NOON + 100 * DAY
    found = _arrivals(desk)
    assert (found.weeks, found.reports) == (12, 1)


def test_a_case_that_is_shut_to_who_asks_is_not_counted(desk: RaidDesk) -> None:
    _, case = opened_case(desk)
    desk.needs.admit(who("mileva"), case, "user:joan", "2027-06-01", "works on it")
    desk.needs.shut(who("mileva"), case, "few may know")

    assert (_arrivals(desk, "joan").cases, _arrivals(desk, "niels").cases) == (1, 0)
    assert sum(_held(desk, "joan").items.values()) == pytest.approx(1)
    assert sum(_held(desk, "niels").items.values()) == 0
