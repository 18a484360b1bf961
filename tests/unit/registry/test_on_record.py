"""What is on record at one moment, and what is appended on its strength."""

import pytest

from ringwall.base.errors import RecordUnavailable, UnknownItem
from ringwall.institute import Institute
from ringwall.model.events import Event
from ringwall.model.matter_events import person_left
from ringwall.registry.on_record import OnRecord, record_on
from tests.example import NOON, size_of
from tests.unit.registry.people_desks import Desks


@pytest.fixture
def desks(institute: Institute) -> Desks:
    return Desks.of(institute)


def test_the_state_is_that_of_the_log(desks: Desks) -> None:
    state = desks.state()

    assert state.size == size_of(desks.institute)
    assert state.now == NOON
    assert state.person("user:ada").id == "user:ada"
    assert state.documents is state.facts.documents()


@pytest.mark.parametrize("name", ["user:nobody", "weights:aurora-1", ""])
def test_who_is_no_person_is_told(desks: Desks, name: str) -> None:
    with pytest.raises(UnknownItem) as caught:
        desks.state().person(name)

    assert caught.value.code == "unknown-person"


def test_staff_is_who_is_active_each_natural_person_once(desks: Desks) -> None:
    desks.declare("user:ada-too", account_of="user:ada")
    desks.declare("user:aaron", account_of="user:alan", suspended=True)
    desks.record(person_left(NOON, "user:grace", "user:hedy", "end of contract"))
    names = {person.id for person in desks.state().staff()}

    assert {"user:ada", "user:alan", "user:hedy"} <= names
    assert names.isdisjoint({"user:ada-too", "user:aaron", "user:grace", "user:nina"})


def test_a_suspended_institute_has_no_staff(desks: Desks) -> None:
    desks.declare("org:institute", suspended=True)

    assert desks.state().staff() == ()


def test_a_draft_of_nothing_appends_nothing(desks: Desks) -> None:
    before = desks.state().size
    with desks.writing() as ledger:
        _, receipts = record_on(ledger, desks.clock, lambda _: [])

    assert receipts == []
    assert desks.state().size == before


def test_a_draft_is_written_anew_when_the_state_has_moved(desks: Desks) -> None:
    states: list[OnRecord] = []

    def draft(state: OnRecord) -> list[Event]:
        states.append(state)
        if len(states) == 1:
            desks.record(person_left(NOON, "user:alan", "user:hedy", "first"))
        return [person_left(NOON, "user:ada", "user:hedy", "second")]

    with desks.writing() as ledger:
        state, receipts = record_on(ledger, desks.clock, draft)

    assert len(states) == 2
    assert state is states[1]
    assert state.facts.people.of("user:alan").left
    assert len(receipts) == 1


def test_a_state_that_never_rests_is_given_up_on(desks: Desks) -> None:
    def draft(_: OnRecord) -> list[Event]:
        event = person_left(NOON, "user:alan", "user:hedy", "again")
        desks.record(event)
        return [event]

    with desks.writing() as ledger, pytest.raises(RecordUnavailable) as caught:
        record_on(ledger, desks.clock, draft)

    assert caught.value.code == "facts-unsettled"
