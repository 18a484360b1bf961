"""A data key is released on a permit on record, for one act, and once."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ringwall.base.clock import FixedClock
from ringwall.base.errors import ActRefused, IntegrityError
from ringwall.model.decisions import Decision, Effect, Reason, Receipt, Stage, Verdict
from ringwall.model.levels import Authentication
from ringwall.model.requests import AccessRequest, Reach
from ringwall.vault.container.slots import KeySlot, wrapped_slot
from ringwall.vault.keys.keyring import Keyring
from ringwall.vault.release import Act, Releases
from tests.example import NOON

SECOND = 1_000_000
DIGEST = bytes(32)
DATA_KEY = bytes(range(32))
REACH = Reach("box-aaaaaaaaaaaaaaaaaaaa", 0, 0)
ACT = Act("weights.read", "weights:a", REACH)
REQUEST = AccessRequest(
    "user:ada",
    "weights.read",
    "weights:a",
    "point:here",
    Authentication.HARDWARE_FRESH,
    reach=REACH,
)
PERMIT = Decision(
    "dec-00000000000000000001",
    NOON,
    REQUEST,
    Verdict(Effect.PERMIT),
    Receipt(7, bytes(32), 8),
    6,
    "",
)
DENY = Verdict(Effect.DENY, reasons=(Reason(Stage.ACCESS, "no-role", "no"),))


class Desk:
    """Releases, the clock they go by, and a slot under a key of the keyring."""

    def __init__(self, keyring: Keyring) -> None:
        keyring.make("one", "file")
        self.clock = FixedClock(NOON)
        self.provider = keyring.provider("one")
        self.slot: KeySlot = wrapped_slot(self.provider, 1, DATA_KEY, DIGEST)
        self.releases = Releases("point:here", self.clock, lambda _: self.provider)

    def unwrap(self, decision: Decision = PERMIT, act: Act = ACT) -> bytes:
        return self.releases.unwrap(decision, act, self.slot, DIGEST)

    def code(self, decision: Decision = PERMIT, act: Act = ACT) -> str:
        with pytest.raises(ActRefused) as caught:
            self.unwrap(decision, act)
        assert caught.value.next_step
        return caught.value.code


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(Keyring(tmp_path / "keys", FixedClock(NOON)))


def test_a_permit_releases_the_key_once(desk: Desk) -> None:
    assert desk.unwrap() == DATA_KEY
    assert desk.code() == "permit-used"


def test_a_deny_releases_nothing(desk: Desk) -> None:
    assert desk.code(replace(PERMIT, verdict=DENY)) == "permit-missing"


def test_a_permit_that_is_not_on_record_releases_nothing(desk: Desk) -> None:
    assert desk.code(replace(PERMIT, receipt=None)) == "permit-missing"


@pytest.mark.parametrize(
    "changes",
    [
        {"action": "weights.load"},
        {"resource": "weights:b"},
        {"point": "point:there"},
        {"reach": None},
        {"reach": Reach("box-bbbbbbbbbbbbbbbbbbbb", 0, 0)},
        {"reach": Reach(REACH.container, 0, 1)},
        {"binds": "ab" * 32},
        {"continues": "dec-00000000000000000002"},
    ],
)
def test_a_permit_for_something_else_releases_nothing(
    desk: Desk, changes: dict[str, Any]
) -> None:
    other = replace(PERMIT, request=replace(REQUEST, **changes))

    assert desk.code(other) == "permit-for-another"
    assert desk.unwrap() == DATA_KEY


def test_a_permit_that_is_bound_releases_what_it_is_bound_to(desk: Desk) -> None:
    bound = replace(PERMIT, request=replace(REQUEST, binds="ab" * 32))

    assert desk.unwrap(bound, replace(ACT, binds="ab" * 32)) == DATA_KEY


def test_what_was_interrupted_goes_on_under_its_own_permit_alone(desk: Desk) -> None:
    begun = "dec-00000000000000000002"
    going_on = replace(PERMIT, request=replace(REQUEST, continues=begun))
    act = replace(ACT, continues=begun)

    assert desk.code(PERMIT, act) == "permit-for-another"
    assert (
        desk.code(going_on, replace(act, continues=PERMIT.id)) == "permit-for-another"
    )
    assert desk.unwrap(going_on, act) == DATA_KEY


@pytest.mark.parametrize("later", [61 * SECOND, -61 * SECOND])
def test_an_old_permit_releases_nothing(desk: Desk, later: int) -> None:
    desk.clock.instant += later

    assert desk.code() == "permit-used"


def test_what_was_used_is_remembered_as_long_as_it_could_be_used(desk: Desk) -> None:
    desk.unwrap()
    for second in range(1, 61):
        desk.clock.instant = NOON + second * SECOND
        later = f"dec-000000000000000001{second:02}"
        desk.unwrap(replace(PERMIT, id=later, at=desk.clock.instant))
        assert desk.code() == "permit-used"
    desk.clock.instant += 5 * SECOND
    desk.unwrap(replace(PERMIT, id="dec-z", at=desk.clock.instant))

    # Of the oldest ones nobody needs to know any more.
    assert PERMIT.id not in desk.releases._used
    assert len(desk.releases._used) == 57
    assert desk.code() == "permit-used"


def test_a_key_of_another_kind_than_the_container_says_is_wrong(desk: Desk) -> None:
    desk.slot = replace(desk.slot, kind="passphrase")
    with pytest.raises(IntegrityError) as caught:
        desk.unwrap()

    assert caught.value.code == "key-wrong"


def test_a_slot_of_another_container_is_not_unwrapped(desk: Desk) -> None:
    with pytest.raises(IntegrityError) as caught:
        desk.releases.unwrap(PERMIT, ACT, desk.slot, b"x" * 32)

    assert caught.value.code == "key-unwrap-failed"
