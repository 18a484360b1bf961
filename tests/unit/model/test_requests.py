"""Requests, the form of an action, and what a request reaches for."""

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from ringwall.model.levels import Authentication
from ringwall.model.requests import MAX_AMOUNT, AccessRequest, Reach, parse_action
from tests.matter_events import BOX


@pytest.mark.parametrize("text", ["weights.read", "raid-case.write-off", "a.b"])
def test_an_action_is_taken_as_it_is(text: str) -> None:
    assert parse_action(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "read",
        "weights.",
        ".read",
        "weights.read.all",
        "weights.Read",
        "weights.re ad",
        "weights.read\n",
        "weights-.read",
        "weights.-read",
        "weights.réad",
        "weights.read1",
        "a." + "b" * 63,
    ],
)
def test_an_action_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not an action"):
        parse_action(text)


def test_an_action_may_have_64_characters() -> None:
    assert parse_action("a." + "b" * 62)


def test_a_request_without_evidence_claims_none() -> None:
    request = AccessRequest("user:a", "weights.read", "weights:w", "point:p")

    assert request.authentication is Authentication.NONE
    assert (request.purpose, request.ignored) == ("", ())


def test_a_request_says_nothing_of_amounts_and_of_others_by_itself() -> None:
    request = AccessRequest("user:a", "weights.read", "weights:w", "point:p")

    assert request.amount is None
    assert request.present == ()


def test_a_request_reaches_for_no_container_by_itself() -> None:
    request = AccessRequest("user:a", "weights.read", "weights:w", "point:p")

    assert request.reach is None


@pytest.mark.parametrize(("start", "stop"), [(0, 0), (0, MAX_AMOUNT), (5, 5), (5, 9)])
def test_a_reach_is_a_range_of_bytes_of_a_container(start: int, stop: int) -> None:
    reach = Reach(BOX, start, stop)

    assert (reach.container, reach.start, reach.stop) == (BOX, start, stop)
    with pytest.raises(FrozenInstanceError):
        setattr(reach, "stop", 0)  # noqa: B010 - a type checker knows it can't be set


@pytest.mark.parametrize("box", ["", "box-1", BOX + "\n", None])
def test_a_reach_names_a_container(box: Any) -> None:  # noqa: ANN401 - of any type
    with pytest.raises(ValueError, match="the id of a container"):
        Reach(box, 0, 0)


@pytest.mark.parametrize(
    ("start", "stop", "message"),
    [
        (-1, 0, "goes upwards"),
        (9, 5, "goes upwards"),
        (0, MAX_AMOUNT + 1, "goes upwards"),
        (False, 1, "whole numbers"),
        (0, True, "whole numbers"),
        (0, 1.0, "whole numbers"),
        ("0", 1, "whole numbers"),
    ],
)
def test_what_is_no_range_of_bytes_is_refused(
    start: Any,  # noqa: ANN401 - of any type
    stop: Any,  # noqa: ANN401 - of any type
    message: str,
) -> None:
    with pytest.raises(ValueError, match=message):
        Reach(BOX, start, stop)
