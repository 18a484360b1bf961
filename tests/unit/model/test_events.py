"""Events: their JSON shape, and that what was recorded is read back."""

from dataclasses import replace

import pytest

from ringwall.base.canonical import dump_canonical
from ringwall.model.decisions import Change, Effect, Reason, Stage, Verdict
from ringwall.model.disagreements import Disagreement
from ringwall.model.events import (
    BASIS_KINDS,
    EVENT_KINDS,
    Event,
    alarm_raised,
    amount_left,
    anchor_begun,
    anchor_ended,
    change_of,
    decision_made,
    fact_declared,
    fact_removed,
    institute_created,
    institute_grown,
    key_rotated,
    load_event,
    log_pruned,
    log_recovered,
    policy_activated,
    reasons_of,
    rests_on_of,
    subject_erased,
    witness_added,
    witness_quorum,
    witness_removed,
    witnesses_overdue,
)
from ringwall.model.identity import Proof
from ringwall.model.levels import Authentication
from ringwall.model.matter_events import MATTER_KINDS, PASSING_KINDS
from ringwall.model.raid_events import RAID_KINDS
from ringwall.model.requests import AccessRequest

AT = 1_800_000_000_000_000
REQUEST = AccessRequest(
    "user:ada",
    "weights.read",
    "weights:w",
    "point:desk",
    Authentication.HARDWARE_FRESH,
    "nightly run",
    ("subject.clearance",),
)
REASONS = (
    Reason(Stage.FACTS, "unknown-subject", "`user:x` is not on record"),
    Reason(
        Stage.ACCESS,
        "site-level-insufficient",
        "the site falls short",
        "acc-031",
        "policies/access/policy.csv:31",
        "site",
        "SL2",
        "SL3 or higher",
    ),
)
GROUND = {"basis": 7, "policy": "ab" * 32}
PERMIT = Verdict(Effect.PERMIT, rules=("class-010", "acc-031"))
DENY = Verdict(Effect.DENY, rules=("acc-900",), reasons=REASONS, explicit=True)
CHANGE = (
    Change("subject.roles", "none", "custodian"),
    Change("session.authentication", "mfa", "hardware or higher"),
)
DISAGREEMENT = Disagreement("access", "permit by acc-021", "deny")

EVENTS = [
    institute_created(AT, "Example", "two", "log.example", "key+1+AA"),
    fact_declared(AT, {"id": "user:ada", "organisation": "org:x"}),
    fact_removed(AT, "user:ada"),
    policy_activated(AT, "cd" * 32, {"access": "ef" * 32}, "01" * 32),
    decision_made(AT, "dec-1", REQUEST, PERMIT, GROUND),
    decision_made(AT, "dec-2", REQUEST, DENY, GROUND),
    alarm_raised(AT, "dec-2", "ab" * 32, DISAGREEMENT),
    amount_left(AT, "dec-1", REQUEST, 1000, 1),
    institute_grown(
        AT, institute_created(0, "Example", "two", "log.example", "key+1+AA")
    ),
    key_rotated(AT, "key+2+BB"),
    witness_added(AT, "w.example", "w.example+3+CC"),
    witness_removed(AT, "w.example"),
    witness_quorum(AT, 2, 60, mandatory=True),
    subject_erased(AT, ["user:~a"], "asked for"),
    log_pruned(AT, 7, "ten years old"),
    log_recovered(AT, 3, 9, ["pid 7"]),
    anchor_begun(AT, "the other disk broke", "5" * 64),
    anchor_ended(AT, "the machine was taken apart"),
    witnesses_overdue(AT, AT - 5_000_000, 2, 60, 7),
]


@pytest.mark.parametrize("event", EVENTS)
def test_a_recorded_event_is_read_back(event: Event) -> None:
    assert load_event(dump_canonical(event)) == event


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_says_its_version_its_kind_and_its_instant(event: Event) -> None:
    assert event["v"] == 1
    assert event["kind"] in EVENT_KINDS
    assert event["at"] == "2027-01-15T08:00:00Z"


def test_there_is_a_builder_for_each_kind() -> None:
    told = {event["kind"] for event in EVENTS}
    assert told == EVENT_KINDS - MATTER_KINDS - PASSING_KINDS - RAID_KINDS
    idle = {"decision.made", "alarm.raised", "log.pruned", "log.recovered"}
    assert EVENT_KINDS - idle - PASSING_KINDS - RAID_KINDS == BASIS_KINDS


def test_an_activation_names_its_request_if_there_is_one() -> None:
    plain = policy_activated(AT, "ab", {}, "cd")

    assert "request" not in plain
    assert policy_activated(AT, "ab", {}, "cd", "req-1") == {
        **plain,
        "request": "req-1",
    }


def test_a_decision_names_its_session_its_grant_and_its_obligations() -> None:
    proof = Proof(
        *("ssh", "ses-1", "user:ada", "point:p", "", "SHA256:key"),
        at=AT,
        until=AT + 1,
        level=Authentication.MFA,
    )
    asked = AccessRequest("user:ada", "weights.read", "weights:w", "point:p")
    permit = Verdict(Effect.PERMIT, grant="req-2", obligations=("notify",))
    shown = replace(asked, proof=proof, grant="req-1", binds="ab", continues="dec-0")
    ground: Event = {"basis": 0, "policy": ""}

    event = decision_made(AT, "dec-1", shown, permit, ground)
    assert event["session"] == "ses-1"
    assert event["grant"] == "req-2"
    assert event["binds"] == "ab"
    assert event["continues"] == "dec-0"
    assert event["obligations"] == ["notify"]
    denied = decision_made(AT, "dec-1", shown, Verdict(Effect.DENY), ground)
    assert denied["grant"] == "req-1"
    plain = decision_made(AT, "dec-1", asked, Verdict(Effect.PERMIT), ground)
    assert plain.keys().isdisjoint(
        {"session", "grant", "binds", "obligations", "continues"}
    )


def test_a_fact_carries_its_document_under_its_id() -> None:
    document = {"id": "user:ada", "organisation": "org:x"}

    assert EVENTS[1].items() >= {"id": "user:ada", "document": document}.items()


def test_a_decision_carries_the_question_the_answer_and_the_ground() -> None:
    event = EVENTS[5]

    assert event == {
        "v": 1,
        "kind": "decision.made",
        "at": "2027-01-15T08:00:00Z",
        "id": "dec-2",
        "subject": "user:ada",
        "action": "weights.read",
        "resource": "weights:w",
        "point": "point:desk",
        "authentication": "hardware-fresh",
        "purpose": "nightly run",
        "ignored": ["subject.clearance"],
        "effect": "deny",
        "explicit": True,
        "rules": ["acc-900"],
        "reasons": event["reasons"],
        "basis": 7,
        "policy": "ab" * 32,
    }


def test_an_alarm_names_the_decision_the_bundle_the_concern_and_both_answers() -> None:
    assert EVENTS[6] == {
        "v": 1,
        "kind": "alarm.raised",
        "at": "2027-01-15T08:00:00Z",
        "code": "engines-disagree",
        "decision": "dec-2",
        "policy": "ab" * 32,
        "concern": "access",
        "compiled": "permit by acc-021",
        "casbin": "deny",
    }


def test_an_alarm_about_witnesses_says_since_when_and_what_was_asked_of_them() -> None:
    assert EVENTS[-1] == {
        "v": 1,
        "kind": "alarm.raised",
        "at": "2027-01-15T08:00:00Z",
        "code": "witnesses-overdue",
        "since": "2027-01-15T07:59:55Z",
        "need": 2,
        "seconds": 60,
        "size": 7,
    }


def test_an_amount_says_who_took_how_much_of_what_and_where() -> None:
    assert EVENTS[7] == {
        "v": 1,
        "kind": "amount.left",
        "at": "2027-01-15T08:00:00Z",
        "decision": "dec-1",
        "subject": "user:ada",
        "resource": "weights:w",
        "point": "point:desk",
        "bytes": 1000,
        "copies": 1,
    }


def test_an_institute_grows_to_three_tiers_and_stays_what_it_is() -> None:
    assert EVENTS[8] == {
        "v": 1,
        "kind": "institute.grown",
        "at": "2027-01-15T08:00:00Z",
        "name": "Example",
        "tiers": "three",
        "origin": "log.example",
        "vkey": "key+1+AA",
    }


def test_what_is_put_in_force_names_policies_and_threat_models() -> None:
    assert EVENTS[3] == {
        "v": 1,
        "kind": "policy.activated",
        "at": "2027-01-15T08:00:00Z",
        "digest": "cd" * 32,
        "concerns": {"access": "ef" * 32},
        "catalogue": "01" * 32,
    }


def test_a_decision_carries_the_amount_and_who_was_there_if_they_were_told() -> None:
    request = replace(REQUEST, amount=0, present=("user:bob", "user:eve"))
    event = decision_made(AT, "dec-4", request, PERMIT, GROUND)

    assert event["bytes"] == 0
    assert event["present"] == ["user:bob", "user:eve"]
    assert not {"bytes", "present"} & EVENTS[4].keys()


def test_the_exceptions_that_a_permit_rests_on_are_read_back() -> None:
    line = "SL3-WP-2 at site:hub is not in force; an exception stands in for it"
    verdict = replace(PERMIT, rests_on=(line,))
    event = decision_made(AT, "dec-4", REQUEST, verdict, GROUND)

    assert rests_on_of(load_event(dump_canonical(event))) == (line,)
    assert rests_on_of(EVENTS[4]) == ()
    assert "rests_on" not in EVENTS[4]


def test_the_reasons_of_a_decision_are_read_back() -> None:
    assert reasons_of(load_event(dump_canonical(EVENTS[5]))) == REASONS
    assert reasons_of(EVENTS[4]) == ()


def test_what_would_turn_the_answer_is_read_back() -> None:
    verdict = Verdict(Effect.DENY, reasons=REASONS, change=CHANGE)
    event = decision_made(AT, "dec-3", REQUEST, verdict, GROUND)

    assert change_of(load_event(dump_canonical(event))) == CHANGE
    assert event["change"][0] == {
        "attribute": "subject.roles",
        "seen": "none",
        "needed": "custodian",
    }


def test_where_nothing_turns_the_answer_no_change_is_written() -> None:
    assert "change" not in EVENTS[5]
    assert change_of(EVENTS[5]) == ()


def test_what_a_reason_lacks_is_not_written() -> None:
    assert set(EVENTS[5]["reasons"][0]) == {"stage", "code", "message"}


@pytest.mark.parametrize(
    "entry",
    [
        b'{"kind":"fact.removed"}',
        b'{"kind":"fact.removed","v":2}',
        b'{"kind":"fact.removed","v":"1"}',
        b'{"kind":"fact.removed","v":true}',
        b'{"kind":"fact.removed","v":null}',
    ],
)
def test_an_event_of_another_version_is_refused(entry: bytes) -> None:
    with pytest.raises(ValueError, match="version of the event is not 1"):
        load_event(entry)


@pytest.mark.parametrize(
    "entry",
    [
        b'{"v":1}',
        b'{"kind":"fact.changed","v":1}',
        b'{"kind":null,"v":1}',
        b'{"kind":[],"v":1}',
        b'{"kind":{},"v":1}',
    ],
)
def test_an_event_of_an_unknown_kind_is_refused(entry: bytes) -> None:
    with pytest.raises(ValueError, match="is not a known kind of event"):
        load_event(entry)


def test_an_entry_that_is_not_canonical_is_refused() -> None:
    with pytest.raises(ValueError, match="not in canonical form"):
        load_event(b'{"v":1,"kind":"fact.removed"}')


def test_events_about_the_log_carry_what_they_were_given() -> None:
    said = [
        {k: v for k, v in event.items() if k not in {"v", "at", "kind"}}
        for event in EVENTS[-10:-1]
    ]

    assert said == [
        {"vkey": "key+2+BB"},
        {"name": "w.example", "vkey": "w.example+3+CC"},
        {"name": "w.example"},
        {"need": 2, "seconds": 60, "mandatory": True},
        {"tokens": ["user:~a"], "reason": "asked for"},
        {"before": 7, "reason": "ten years old"},
        {"first": 3, "size": 9, "writers": ["pid 7"]},
        {"reason": "the other disk broke", "place": "5" * 64},
        {"reason": "the machine was taken apart"},
    ]
