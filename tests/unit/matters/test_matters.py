"""Each event goes to the folds that it concerns, in the order of the log."""

import pytest

from ringwall.matters.matters import Matters
from ringwall.model.matter_events import (
    MATTER_KINDS,
    decoy_lifted,
    decoy_placed,
    duty_recorded,
    person_left,
)
from tests.matters_world import GLASS, World

AT = 1_795_262_400_000_000


def test_every_kind_that_decisions_rest_on_has_a_fold() -> None:
    assert Matters()._of_kind.keys() == MATTER_KINDS


def test_a_kind_that_is_none_is_an_error() -> None:
    with pytest.raises(KeyError):
        Matters().take_in(0, {"kind": "decision.made"})


def test_requests_and_reviews_are_followed() -> None:
    world = World()
    request = world.request(GLASS)
    world.use(request)
    review = world.open_review(request)

    assert world.known(request.id).left == 0
    assert world.matters.reviews.get(review) is not None


def test_who_leaves_is_on_record_as_a_person_and_for_sessions() -> None:
    matters = Matters()
    matters.take_in(0, person_left(AT, "user:ann", "user:eli", "moved on"))

    assert matters.people.records("log.example")["user:ann"].left
    assert matters.sessions.has_left("user:ann")
    assert not matters.sessions.has_left("user:bea")


def test_duties_move_the_version_of_people() -> None:
    matters = Matters()
    said = {
        "duty": "insider-training",
        "outcome": "passed",
        "from": "2026-01-01T00:00:00Z",
        "until": "2027-01-01T00:00:00Z",
        "by": "user:eli",
        "evidence": "",
    }
    before = matters.people.version
    matters.take_in(0, duty_recorded(AT, "user:ann", said))

    assert matters.people.version > before


def test_decoys_come_and_go() -> None:
    matters = Matters()
    matters.take_in(0, decoy_placed(AT, "ab" * 32))
    assert "ab" * 32 in matters.decoys
    matters.take_in(1, decoy_lifted(AT, "ab" * 32))
    assert not matters.decoys
