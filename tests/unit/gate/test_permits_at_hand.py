"""Permits at hand: those on record, each once, the newest of them."""

from dataclasses import replace

import pytest

from ringwall.gate.permits_at_hand import Permit, PermitsAtHand
from ringwall.gate.request_reader import request_from_words
from ringwall.model.decisions import Decision, Effect, Receipt, Verdict
from ringwall.model.raid_events import INBOX
from tests.example import NOON

ON_RECORD = Receipt(7, bytes(32), 8)


def decided(number: int = 0, action: str = "raid.intake") -> Decision:
    """Return a permit of the desk's clerk."""
    request = request_from_words(
        subject="user:ruth", action=action, resource=INBOX, point="point:raid-desk"
    )
    verdict = Verdict(Effect.PERMIT)
    return Decision(f"dec-{number:020}", NOON, request, verdict, ON_RECORD, 6, "0" * 64)


def test_a_permit_is_taken_once() -> None:
    permits, made = PermitsAtHand(), decided()
    permits.note(made)

    assert permits.take("dec-other") is None
    assert permits.take(made.id) == Permit(made.id, "user:ruth", "raid.intake", INBOX)
    assert permits.take(made.id) is None


@pytest.mark.parametrize(
    "made",
    [
        replace(decided(), verdict=Verdict(Effect.DENY)),
        replace(decided(), receipt=None),
        decided(action="raid.read"),
        decided(action="weights.read"),
    ],
)
def test_what_no_act_goes_by_is_not_remembered(made: Decision) -> None:
    permits = PermitsAtHand()
    permits.note(made)

    assert permits.take(made.id) is None


def test_the_oldest_is_forgotten_first() -> None:
    permits = PermitsAtHand(most=2)
    for number in range(3):
        permits.note(decided(number))

    assert permits.take(decided(0).id) is None
    assert permits.take(decided(1).id) is not None
    assert permits.take(decided(2).id) is not None
