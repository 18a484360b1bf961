"""Who asks for a decoy at the desk is told of, and sees nothing of it."""

from collections.abc import Callable
from typing import Any

import pytest

from ringwall.base.errors import RingwallError
from ringwall.grants.claim import Claim
from ringwall.matters.touches import BLIND
from ringwall.registry.decoy_key import decoy_key_file
from ringwall.registry.decoys import DecoyDesk
from tests.example import NOON, size_of
from tests.office import EXPORT, REASON, Office, signed

ALARM = ["alarm.raised", "report.filed"]


def place(office: Office, asset: str = EXPORT.resource) -> None:
    """Make a decoy of an asset."""
    institute = office.institute
    desk = DecoyDesk(institute.ledger(writable=True), institute.folder, office.clock)
    try:
        desk.place(asset, "user:radia")
    finally:
        desk.close()


@pytest.fixture
def guarded(office: Office) -> Office:
    """An office in which what `EXPORT` asks for is a decoy."""
    place(office)
    return office


def landed(office: Office, act: Callable[[], Any]) -> list[dict[str, Any]]:
    """Return what an act puts on record."""
    before = size_of(office.institute)
    act()
    ledger = office.institute.ledger(writable=False)
    try:
        size = ledger.head().size
        return [ledger.entry(index).event for index in range(before, size)]
    finally:
        ledger.close()


def kinds(events: list[dict[str, Any]]) -> list[str]:
    """Return of what kinds they are."""
    return [event["kind"] for event in events]


def test_a_request_for_a_decoy_raises_the_alarm_in_its_own_transaction(
    guarded: Office,
) -> None:
    said = guarded.draft()
    receipts = []

    def file() -> None:
        with guarded.desk() as desk:
            told, receipt = desk.file(said, signed("dennis", "request.opened", said))
            receipts.append((told, receipt))

    opened, alarm, report = landed(guarded, file)

    told, receipt = receipts[0]
    assert [opened["kind"], *kinds([alarm, report])] == ["request.opened", *ALARM]
    assert (alarm["code"], alarm["request"]) == ("decoy-requested", opened["id"])
    assert alarm["subject"] == report["subject"] == "user:dennis"
    assert report["resource"] == EXPORT.resource
    # The tree that holds the request holds the alarm.
    assert receipt.size == size_of(guarded.institute)
    assert told.standing.state.value == "open"


def test_an_approval_for_a_decoy_raises_it_again_and_names_the_approver(
    guarded: Office,
) -> None:
    name = guarded.opened()

    events = landed(guarded, lambda: guarded.approve(name, "grace", "custodian"))

    assert kinds(events) == ["request.approved", *ALARM]
    assert events[1]["subject"] == "user:grace"
    assert events[1]["request"] == name


def test_what_is_refused_at_the_desk_raises_it_too(guarded: Office) -> None:
    said = guarded.draft()
    name = guarded.opened()

    def refused(act: Callable[[], object]) -> Callable[[], None]:
        def tried() -> None:
            with pytest.raises(RingwallError):
                act()

        return tried

    forged = landed(guarded, refused(lambda: guarded.file(said, by="grace")))
    own = landed(guarded, refused(lambda: guarded.approve(name, "ada", "custodian")))

    assert kinds(forged) == kinds(own) == ["proof.refused", *ALARM]


def test_who_refuses_or_takes_back_asks_for_nothing(guarded: Office) -> None:
    name, other = guarded.opened(), guarded.opened()

    refused = landed(guarded, lambda: guarded.refuse(name, "grace"))
    revoked = landed(guarded, lambda: guarded.revoke(other, "radia"))

    assert kinds(refused) == ["request.refused"]
    assert kinds(revoked) == ["grant.revoked"]


def test_a_request_for_anything_else_is_recorded_alone(office: Office) -> None:
    place(office, "weights:aurora-2")

    assert kinds(landed(office, office.opened)) == ["request.opened"]


def test_a_desk_without_the_key_says_so_and_goes_on(guarded: Office) -> None:
    decoy_key_file(guarded.institute.folder).unlink()

    opened, report = landed(guarded, guarded.opened)

    assert opened["kind"] == "request.opened"
    assert (report["kind"], report["told"]) == ("report.filed", BLIND)


def test_a_refusal_names_who_was_said_to_sign() -> None:
    event = Claim("refusal", "user:ada", "req-1").refused(NOON, "key-unknown")

    assert (event["kind"], event["what"]) == ("proof.refused", "refusal")
    assert (event["subject"], event["about"]) == ("user:ada", "req-1")
    assert REASON not in str(event)
