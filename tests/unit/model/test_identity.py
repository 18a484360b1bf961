"""A proof counts for what it was made for, and as fresh for a minute at most."""

from dataclasses import replace

import pytest

from ringwall.model.identity import Proof
from ringwall.model.levels import Authentication

SECOND = 1_000_000
PROOF = Proof(
    method="ssh",
    session="ses-a",
    subject="user:ada",
    point="point:desk",
    provider="",
    key="SHA256:x",
    at=1000 * SECOND,
    until=5000 * SECOND,
    level=Authentication.HARDWARE,
    fresh_until=1060 * SECOND,
)
READ = ("weights.read", "weights:w")


@pytest.mark.parametrize(
    ("second", "level"),
    [
        (999, Authentication.HARDWARE),
        (1000, Authentication.HARDWARE_FRESH),
        (1060, Authentication.HARDWARE_FRESH),
        (1061, Authentication.HARDWARE),
    ],
)
def test_a_hardware_key_is_fresh_for_a_minute(
    second: int, level: Authentication
) -> None:
    assert PROOF.level_at(second * SECOND, *READ) is level


@pytest.mark.parametrize(
    "level", [Authentication.NONE, Authentication.PASSWORD, Authentication.MFA]
)
def test_nothing_weaker_than_a_hardware_key_is_ever_fresh(
    level: Authentication,
) -> None:
    assert replace(PROOF, level=level).level_at(PROOF.at, *READ) is level


def test_what_was_signed_for_one_action_is_fresh_for_no_other() -> None:
    bound = replace(PROOF, fresh_for="weights.read weights:w")

    assert bound.level_at(PROOF.at, *READ) is Authentication.HARDWARE_FRESH
    for other in (("weights.read", "weights:v"), ("weights.copy", "weights:w")):
        assert bound.level_at(PROOF.at, *other) is Authentication.HARDWARE
        assert not bound.covers(*other)
    assert bound.covers(*READ)
    assert PROOF.covers(*READ)
