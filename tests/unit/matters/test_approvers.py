"""Who may approve what, in which seat, at one instant."""

import pytest

from ringwall.matters.approvers import approver_faults, stands_near
from tests.matters_world import COPY, DELETE, SECRET, World

SERVICE = {
    "id": "service:copier",
    "organisation": "org:institute",
    "operator": "user:ann",
}


@pytest.fixture
def world() -> World:
    return World()


def faults(world: World, person: str, seat: str = "custodian") -> list[str]:
    """Return why somebody may not approve a copy."""
    request = world.request(COPY)
    return [
        fault.code for fault in approver_faults(request, person, seat, world.scene())
    ]


def near(world: World, approver: str, requester: str) -> str:
    found = stands_near(approver, requester, world.facts())
    return "" if found is None else found.code


def test_a_custodian_may_take_a_custodians_seat(world: World) -> None:
    assert faults(world, "user:bea") == []


def test_a_role_that_includes_the_seats_may_take_it(world: World) -> None:
    assert faults(world, "user:eli", "security-officer") == []
    assert faults(world, "user:fay", "ciso") == ["approver-lacks-seat"]


@pytest.mark.parametrize("seat", ["", "custodian-2", "no-such-role"])
def test_what_is_no_role_is_no_seat(world: World, seat: str) -> None:
    assert faults(world, "user:bea", seat) == ["approver-lacks-seat"]


@pytest.mark.parametrize("person", ["user:nobody", "weights:small", "org:institute"])
def test_only_people_on_record_approve(world: World, person: str) -> None:
    assert faults(world, person) == ["approver-unknown"]


def test_a_service_never_approves(world: World) -> None:
    world.documents["service:copier"] = {**SERVICE, "roles": ["custodian"]}

    assert faults(world, "service:copier") == ["approver-unknown"]


def test_each_thing_in_the_way_is_told(world: World) -> None:
    for change in ("suspended", "without roles", "not screened", "out of compartments"):
        world.change("user:hal", change)
    world.change("weights:small", "noted")
    request = world.request(SECRET)
    told = approver_faults(request, "user:hal", "custodian", world.scene())

    assert [fault.code for fault in told] == [
        "approver-suspended",
        "approver-lacks-seat",
        "approver-lapsed",
        "approver-outside-compartment",
    ]
    assert all(fault.message for fault in told)


def test_a_suspended_organisation_approves_nothing(world: World) -> None:
    institute = world.documents["org:institute"]
    world.documents["org:institute"] = {**institute, "suspended": True}

    assert faults(world, "user:bea") == ["approver-suspended"]


def test_of_what_is_not_on_record_nothing_is_approved(world: World) -> None:
    request = world.request(DELETE)
    world.change("weights:small", "removed")
    told = approver_faults(request, "user:bea", "custodian", world.scene())

    assert [fault.code for fault in told] == ["unknown-resource"]


def test_the_line_of_command_counts_in_both_directions_and_no_further(
    world: World,
) -> None:
    assert near(world, "user:gus", "user:ann") == "approver-manages-requester"
    assert near(world, "user:hal", "user:ann") == "approver-reports-to-requester"
    # The manager of a manager is not next to one.
    assert near(world, "user:gus", "user:hal") == ""
    assert near(world, "user:ann", "user:ann") == "approver-is-requester"


def test_accounts_have_the_managers_of_their_person(world: World) -> None:
    world.change("user:bob", "managed by ann")
    assert near(world, "user:bea", "user:ann") == "approver-reports-to-requester"
    assert near(world, "user:ann", "user:bea") == "approver-manages-requester"

    world.change("user:cal", "managed by bea")
    assert near(world, "user:bob", "user:cal") == "approver-manages-requester"


def test_one_person_under_two_names_does_not_approve_themselves(world: World) -> None:
    for change in ("with cal's key too", "with cal's login", "account of cal"):
        world.change("user:dot", change)
        world.change("user:cal", "with cal's login")
        assert near(world, "user:dot", "user:cal") == "approver-is-same-person"
        world.change("user:dot", "restored")


def test_whoever_runs_a_service_asks_when_it_does(world: World) -> None:
    world.documents["service:copier"] = SERVICE

    assert near(world, "user:ann", "service:copier") == "approver-is-same-person"
    assert near(world, "user:gus", "service:copier") == "approver-manages-requester"
    assert near(world, "user:bea", "service:copier") == ""


def test_for_a_requester_that_is_gone_nobody_approves(world: World) -> None:
    assert near(world, "user:bea", "user:nobody") == "requester-unknown"
    world.documents["service:copier"] = {**SERVICE, "operator": "user:nobody"}
    assert near(world, "user:bea", "service:copier") == "requester-unknown"


def test_a_manager_who_is_not_on_record_manages_nobody_else(world: World) -> None:
    world.change("user:gus", "removed")

    assert near(world, "user:bea", "user:ann") == ""
