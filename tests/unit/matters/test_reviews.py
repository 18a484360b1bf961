"""Reviews stay open until somebody who may has decided them, by their signature."""

import pytest

from ringwall.base.clock import format_instant
from ringwall.matters.reviews import (
    Reviews,
    decision_of,
    instant_told,
    is_closed,
    is_decided,
    review_id,
)
from ringwall.model.matter_events import review_opened
from ringwall.pdp.reviewing import Review
from tests.matters_world import GLASS, World
from tests.unit.matters.test_people import DAY, NOW, decided, opened


@pytest.fixture
def world() -> World:
    return World()


def ids(found: tuple[Review, ...]) -> list[str]:
    return [review.id for review in found]


def test_a_review_is_open_until_another_closes_it(world: World) -> None:
    request = world.request(GLASS)
    name = world.open_review(request)
    reviews = world.matters.reviews

    assert ids(reviews.open(world.scene())) == [name]

    world.close_review(name, "fay")

    review = reviews.get(name)
    assert review is not None
    assert is_closed(review, world.scene())
    assert ids(reviews.open(world.scene())) == []
    assert ids(reviews.all()) == [name]


def test_a_decision_for_another_log_closes_nothing(world: World) -> None:
    name = world.open_review(world.request(GLASS))
    world.close_review(name, "fay")
    review = world.matters.reviews.get(name)

    assert review is not None
    assert is_decided(review, world.facts(), world.scene().origin)
    assert not is_decided(review, world.facts(), "elsewhere.org/log")
    assert not is_closed(review, world.scene()._replace(origin="elsewhere.org/log"))


def test_a_row_that_nobody_signed_closes_nothing(world: World) -> None:
    name = world.open_review(world.request(GLASS))
    world.record(decided(name, origin=world.scene().origin))

    assert ids(world.matters.reviews.open(world.scene())) == [name]


def test_a_second_review_of_one_id_and_a_decision_of_none_are_left_out() -> None:
    reviews = Reviews()
    for index, event in enumerate((opened(), opened(what="break-glass"), decided("x"))):
        reviews.take_in(index, event)

    (review,) = reviews.all()
    assert (review.what, review.index, review.decisions) == ("power", 0, ())
    assert reviews.get("x") is None


def test_what_is_due_at_no_instant_is_due_at_once() -> None:
    said = {"subject": "user:ada", "what": "power", "about": "", "due": "some day"}
    reviews = Reviews()
    reviews.take_in(0, review_opened(NOW, "rev-1", said))

    assert reviews.all()[0].due == NOW
    assert instant_told("some day", 7) == 7
    assert instant_told(format_instant(NOW), 7) == NOW


def test_a_decision_says_what_was_signed() -> None:
    event = decided(until=format_instant(NOW + DAY))
    found = decision_of(4, event)

    assert (found.index, found.at, found.until) == (4, NOW, NOW + DAY)
    assert (found.by, found.outcome, found.reason) == (
        event["by"],
        event["outcome"],
        event["reason"],
    )
    assert b'"what":"review"' in found.statement
    assert decision_of(4, decided(until="nonsense")).until == NOW


def test_the_id_of_a_review_is_made_of_what_it_says() -> None:
    said = {"subject": "user:ada", "what": "power", "about": "", "due": "d"}
    name = review_id("log", NOW, said)

    assert (len(name), name[:4]) == (24, "rev-")
    assert name == review_id("log", NOW, dict(said))
    others = {
        review_id("other", NOW, said),
        review_id("log", NOW + 1, said),
        review_id("log", NOW, {**said, "subject": "user:kay"}),
    }
    assert len(others | {name}) == 4
