"""Requests and the form of an action."""

import pytest

from ringwall.model.levels import Authentication
from ringwall.model.requests import AccessRequest, parse_action


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
