"""One act ends all that a leaver could do, under each of their names, and lists it."""

import pytest

from ringwall.base.clock import format_instant
from ringwall.base.errors import RingwallError
from ringwall.institute import Institute
from ringwall.matters.statements import statement_of
from ringwall.model.matter_events import (
    request_approved,
    request_opened,
    review_opened,
    session_opened,
)
from ringwall.registry.leaving import Leaving, leave
from tests.example import NOON, READ
from tests.unit.registry.people_desks import DAY, Desks


@pytest.fixture
def desks(institute: Institute) -> Desks:
    return Desks.of(institute)


def left(desks: Desks, person: str = "user:ada", by: str = "user:hedy") -> Leaving:
    with desks.writing() as ledger:
        return leave(ledger, desks.clock, person, by, "end of contract")


def names(found: Leaving, what: str) -> list[tuple[str, str]]:
    return [(one.name, one.of) for one in found.ended if one.what == what]


def session(desks: Desks, name: str, subject: str) -> None:
    said = {
        "nonce": name * 8,
        "subject": subject,
        "point": "point:trainer",
        "method": "ssh",
        "provider": "SHA256:x",
        "until": format_instant(NOON + DAY),
    }
    desks.record(session_opened(NOON, name, said))


def request(desks: Desks, name: str, subject: str, approver: str, days: int) -> None:
    """Put a request and an approval on record, signed by nobody."""
    said = {
        "subject": subject,
        "action": "weights.export",
        "resource": "weights:aurora-1",
        "purpose": "a second site",
        "manner": "approved",
        "uses": 1,
        "from": format_instant(NOON - 2 * DAY),
        "until": format_instant(NOON + days * DAY),
        "binds": "",
        "nonce": "0" * 32,
        "origin": "example.org/log",
    }
    facts = {"approver": "0" * 64, "subject": "0" * 64, "resource": "0" * 64}
    approval = {
        "request": name,
        "digest": "0" * 64,
        "approver": approver,
        "seat": "custodian",
        "facts": facts,
        "origin": "example.org/log",
    }
    assert statement_of("request.opened", said)
    desks.record(
        request_opened(NOON, name, said, "-"), request_approved(NOON, approval, "-")
    )


def test_all_that_ends_is_listed(desks: Desks) -> None:
    desks.give_key("ada")
    desks.declare("user:alan", manager="user:ada")
    session(desks, "ses-1", "user:ada")
    session(desks, "ses-2", "service:trainer-agent")
    session(desks, "ses-3", "user:alan")
    request(desks, "req-live", "user:ada", "user:grace", 1)
    request(desks, "req-over", "user:ada", "user:grace", -1)
    request(desks, "req-other", "user:dennis", "user:ada", 1)
    for number, subject in enumerate(("user:ada", "user:alan", "user:grace")):
        due = format_instant(NOON + DAY)
        said = {"subject": subject, "what": "power", "about": "", "due": due}
        desks.record(review_opened(NOON, f"rev-{number}", said))

    found = left(desks)

    assert not found.was_gone
    assert names(found, "account") == [("user:ada", "user:ada")]
    assert names(found, "role") == [("weights-researcher", "user:ada")]
    assert names(found, "compartment") == [("aurora", "user:ada")]
    assert len(names(found, "key")) == 1
    assert names(found, "service") == [("service:trainer-agent", "user:ada")]
    assert names(found, "session") == [
        ("ses-1", "user:ada"),
        ("ses-2", "service:trainer-agent"),
    ]
    assert names(found, "request") == [("req-live", "user:ada")]
    assert names(found, "approval") == [("req-other", "user:ada")]
    assert names(found, "review") == [("rev-0", "user:ada"), ("rev-1", "user:ada")]


def test_it_is_one_transaction_that_ends_every_session(desks: Desks) -> None:
    session(desks, "ses-1", "user:ada")
    desks.declare("user:ada-too", account_of="user:ada")

    found = left(desks)

    first, last = found.entries[0], found.entries[-1]
    assert list(found.entries) == list(range(first, last + 1))
    ledger = desks.institute.ledger(writable=False)
    events = [ledger.entry(index).event for index in found.entries]
    ledger.close()
    assert [(e["kind"], e.get("person") or e["subject"]) for e in events] == [
        ("person.left", "user:ada"),
        ("person.left", "user:ada-too"),
        ("session.ended", "user:ada"),
        ("session.ended", "user:ada-too"),
        ("session.ended", "service:trainer-agent"),
    ]
    assert desks.state().matters.sessions.is_ended("ses-1", "user:ada")


def test_whoever_has_left_is_denied_from_then_on(desks: Desks) -> None:
    with desks.institute.gatekeeper("point:trainer") as gate:
        assert gate.check(**READ).permitted
        left(desks)
        decision = gate.check(**READ)

    assert not decision.permitted
    assert {one.code for one in decision.verdict.reasons} == {"floor-suspended"}


def test_to_leave_twice_writes_nothing_more(desks: Desks) -> None:
    left(desks)
    size = desks.state().size
    again = left(desks)

    assert (again.was_gone, again.entries) == (True, ())
    assert names(again, "account") == [("user:ada", "user:ada")]
    assert desks.state().size == size


def test_an_account_that_leaves_takes_its_person_along(desks: Desks) -> None:
    desks.declare("user:ada-too", account_of="user:ada")

    assert names(left(desks, "user:ada-too"), "account") == [
        ("user:ada-too", "user:ada-too"),
        ("user:ada", "user:ada"),
    ]


@pytest.mark.parametrize(
    ("person", "by", "code"),
    [
        ("user:nobody", "user:hedy", "unknown-person"),
        ("user:ada", "user:nobody", "unknown-person"),
        ("user:ada", "user:ada", "leaver-by-themselves"),
        ("user:ada", "user:nina", "recorder-not-active"),
        ("user:ada", "user:alan", "recorder-not-entitled"),
    ],
)
def test_who_is_not_there_or_may_not_record_it_is_refused(
    desks: Desks, person: str, by: str, code: str
) -> None:
    size = desks.state().size
    with pytest.raises(RingwallError) as caught:
        left(desks, person, by)

    assert caught.value.code == code
    assert desks.state().size == size
