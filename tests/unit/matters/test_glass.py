"""Broken glass is looked at by somebody else before it is broken again."""

import pytest

from ringwall.base.clock import format_instant
from ringwall.model.matter_events import review_opened
from tests.matters_world import COPY, GLASS, World


@pytest.fixture
def world() -> World:
    return World()


def hinders(world: World, subject: str, resource: str) -> str:
    scene = world.scene()
    return scene.reviews.hinders(subject, resource, scene)


def test_without_reviews_nothing_hinders(world: World) -> None:
    assert hinders(world, "user:ann", "weights:big") == ""


def test_an_open_review_hinders_its_subject_and_its_resource(world: World) -> None:
    review = world.open_review(world.request(GLASS))

    assert hinders(world, "user:ann", "weights:small") == review
    assert hinders(world, "user:dot", "weights:big") == review
    assert hinders(world, "user:dot", "weights:small") == ""


def test_it_hinders_every_account_of_its_subject(world: World) -> None:
    review = world.open_review(world.request(GLASS), subject="user:bea")

    assert hinders(world, "user:bob", "weights:small") == review


def test_a_review_about_nothing_on_record_still_hinders_its_subject(
    world: World,
) -> None:
    request = world.request(COPY)
    review = world.open_review(request)
    world.matters.requests = type(world.matters.requests)()

    assert hinders(world, "user:ann", "weights:big") == review
    assert hinders(world, "user:dot", "weights:small") == ""


def test_a_review_of_a_power_hinders_nobody(world: World) -> None:
    said = {
        "subject": "user:ann",
        "what": "power",
        "about": "",
        "due": format_instant(world.now),
    }
    world.record(review_opened(world.now, "rev-1", said))

    assert hinders(world, "user:ann", "weights:big") == ""


def test_a_review_that_another_closed_hinders_nobody(world: World) -> None:
    review = world.open_review(world.request(GLASS))
    world.close_review(review, "fay")

    assert hinders(world, "user:ann", "weights:big") == ""


def test_the_same_weights_under_another_id_are_hindered_too(world: World) -> None:
    file = {"sha256": "a" * 64, "bytes": 9, "tensor_count": 1}
    file["tensors_sha256"] = "b" * 64
    for entity in ("weights:big", "weights:small"):
        world.documents[entity] = {**world.documents[entity], "file": file}
    review = world.open_review(world.request(GLASS))

    assert hinders(world, "user:dot", "weights:small") == review
