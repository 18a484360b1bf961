"""Who holds a power above the lower tier, by whatever name they act."""

import pytest

from ringwall.institute import Institute
from ringwall.model.matter_events import person_left
from ringwall.registry.upper_powers import staff_with_power, upper_holders
from tests.example import NOON
from tests.unit.registry.people_desks import Desks


@pytest.fixture
def desks(institute: Institute) -> Desks:
    return Desks.of(institute)


def test_those_hold_it_whose_roles_a_row_gives_it(desks: Desks) -> None:
    judge, state = desks.institute.judge(), desks.state()
    holders = upper_holders(judge, state)

    assert {"user:ada", "user:dennis", "user:nina"} <= holders
    assert holders.isdisjoint({"user:emmy", "user:sofia", "user:marian"})
    staff = staff_with_power(judge, state)
    assert list(staff) == sorted(staff)
    assert set(staff) <= holders
    assert "user:nina" not in staff


def test_who_has_left_holds_nothing(desks: Desks) -> None:
    desks.record(person_left(NOON, "user:dennis", "user:hedy", "end of contract"))
    judge, state = desks.institute.judge(), desks.state()

    assert "user:dennis" not in upper_holders(judge, state)
    assert "user:dennis" not in staff_with_power(judge, state)


def test_whoever_holds_it_by_a_further_account_is_there_once(desks: Desks) -> None:
    desks.declare("user:sofia-too", account_of="user:sofia", roles=["custodian"])
    staff = staff_with_power(desks.institute.judge(), desks.state())

    assert [one for one in staff if one.startswith("user:sofia")] == ["user:sofia"]
