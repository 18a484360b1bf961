"""What others did, and what is to be hidden, goes on record by an officer only."""

import pytest

from ringwall.base.errors import ActRefused
from ringwall.institute import Institute
from ringwall.model.matter_events import person_left
from ringwall.registry.recorders import check_recorder
from tests.example import NOON
from tests.unit.registry.people_desks import Desks


@pytest.fixture
def desks(institute: Institute) -> Desks:
    return Desks.of(institute)


def refusal(desks: Desks, name: str) -> str:
    state = desks.state()
    with pytest.raises(ActRefused) as caught:
        check_recorder(state.person(name), state)
    assert caught.value.next_step
    return caught.value.code


@pytest.mark.parametrize("name", ["user:hedy", "user:marian"])
def test_a_security_officer_and_the_ciso_may(desks: Desks, name: str) -> None:
    state = desks.state()

    check_recorder(state.person(name), state)


def test_without_the_office_nobody_may(desks: Desks) -> None:
    assert refusal(desks, "user:alan") == "recorder-not-entitled"


def test_who_is_suspended_of_another_house_or_gone_may_not(desks: Desks) -> None:
    assert refusal(desks, "user:nina") == "recorder-not-active"
    desks.declare("user:hedy", suspended=True)
    assert refusal(desks, "user:hedy") == "recorder-not-active"
    desks.record(person_left(NOON, "user:marian", "user:radia", "end of contract"))
    assert refusal(desks, "user:marian") == "recorder-not-active"
