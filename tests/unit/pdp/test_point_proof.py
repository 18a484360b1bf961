"""A point shows that it is itself by answering a challenge, and in no other way."""

import pytest

from ringwall.base.errors import IdentityUnproven
from ringwall.pdp.point_proof import check_point_answer, point_challenge
from tests.unit.pdp.proven import NOW, ORIGIN, facts, fingerprint, signed

CHALLENGE = point_challenge(ORIGIN, "point:hub", "A" * 22, NOW)


def refused(challenge: bytes, signature: str) -> str:
    with pytest.raises(IdentityUnproven) as caught:
        check_point_answer(challenge, signature, facts())
    return caught.value.code


def test_a_point_that_has_its_key_shows_it() -> None:
    answer = signed(CHALLENGE, 3)

    assert check_point_answer(CHALLENGE, answer, facts()) == fingerprint(3)


def test_another_key_does_not_answer_for_a_point() -> None:
    assert refused(CHALLENGE, signed(CHALLENGE, 4)) == "signature-foreign"


@pytest.mark.parametrize(
    "other",
    [
        point_challenge(ORIGIN, "point:hub", "B" * 22, NOW),
        point_challenge(ORIGIN, "point:hub", "A" * 22, NOW + 1),
        point_challenge("log.other.example", "point:hub", "A" * 22, NOW),
        point_challenge(ORIGIN, "point:campus", "A" * 22, NOW),
    ],
)
def test_an_answer_to_another_challenge_does_not_count(other: bytes) -> None:
    assert refused(CHALLENGE, signed(other, 3)) == "signature-invalid"


@pytest.mark.parametrize("point", ["point:campus", "point:none", "user:ada"])
def test_a_point_without_a_key_has_nothing_to_show(point: str) -> None:
    challenge = point_challenge(ORIGIN, point, "A" * 22, NOW)

    assert refused(challenge, signed(challenge, 3)) == "point-keyless"
