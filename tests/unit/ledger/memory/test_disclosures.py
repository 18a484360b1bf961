"""Concealing: an entry says of people nothing but tokens, and a token tells nothing."""

import base64
from hashlib import sha256
from typing import Any

import pytest

from ringwall.base.canonical import dump_canonical
from ringwall.base.errors import IntegrityError
from ringwall.ledger.memory.disclosures import (
    DESK,
    Concealed,
    Disclosure,
    Pseudonyms,
    commitment,
    conceal,
    owner_of,
    reveal,
    reveal_text,
    tokens_in,
)
from ringwall.ledger.projections import project
from ringwall.model.events import Event, subject_erased
from tests.fault.ledger_simulator import decision, fact, policy
from tests.matter_events import MATTERS
from tests.raid_records import NEEDS, RAID

TOKEN = "user:~" + "A" * 43


def nobody() -> Pseudonyms:
    """Return the tokens of a log that holds none."""
    return Pseudonyms(lambda _: None)


def by(subject: str, **said: object) -> Event:
    """Return a decision on somebody's question."""
    return {**decision("dec-1"), "subject": subject, **said}


def values(concealed: Concealed) -> dict[str, bytes]:
    """Return token -> value of what was concealed."""
    return {one.token: one.value for one in concealed.disclosures}


CASES: list[Event] = [
    by("user:ada"),
    by("user:ada", purpose="nightly run for user:bob"),
    by("service:nightly", purpose="nightly run"),
    by("user:ada", present=["user:bob", "user:ada"]),
    by("user:ada", reasons=[{"code": "x", "message": "`user:eve` is not on record"}]),
    by("user:ada", ignored=["user:~x", TOKEN, "text:~", "text:~" + "B" * 43, "user:"]),
    by("user:ada", purpose='\u00e9 \n " \\ \u2028 user:~z'),
    by("user:ada", change=[{"attribute": "user:zoe", "seen": "a", "needed": "b"}]),
    by("user:ada", extra={"user:bob": 1, "a": 2, "user:adam": 3}),
    fact("user:ada"),
    {**fact("weights:w"), "document": {"id": "weights:w", "authors": ["user:ada"]}},
    {"v": 1, "kind": "fact.removed", "at": "2027-01-15T08:00:00Z", "id": "user:ada"},
    policy("1" * 64),
]


@pytest.mark.parametrize("event", CASES)
def test_what_was_concealed_is_revealed(event: Event) -> None:
    concealed = conceal(event, nobody())

    assert reveal(concealed.data, values(concealed)) == event
    assert concealed.data == dump_canonical(concealed.event)
    assert all(one.is_true for one in concealed.disclosures)
    assert tokens_in(concealed.data) == {one.token for one in concealed.disclosures}


@pytest.mark.parametrize("event", CASES)
def test_no_person_and_no_purpose_is_in_the_bytes_that_are_hashed(event: Event) -> None:
    data = conceal(event, nobody()).data

    for said in (b"user:a", b"user:b", b"user:e", b"user:z", b"nightly run", b"Ada"):
        assert said not in data


def test_why_a_container_was_destroyed_is_told_by_a_token_of_who_did_it() -> None:
    (event,) = (one for one in MATTERS if one["kind"] == "vault.destroyed")
    concealed = conceal(event, nobody())

    assert concealed.event["reason"].startswith("text:~")
    (reason,) = (one for one in concealed.disclosures if one.token[:5] == "text:")
    assert reason.owner == concealed.event["subject"]
    assert b"superseded" not in concealed.data
    assert reveal(concealed.data, values(concealed)) == event


def test_an_event_that_names_nobody_stays_as_it_is() -> None:
    assert conceal(policy("1" * 64), nobody()) == (
        policy("1" * 64),
        dump_canonical(policy("1" * 64)),
        (),
    )


def test_an_event_is_not_changed_by_concealing_it() -> None:
    event = by("user:ada", purpose="x", present=["user:bob"])
    before = dump_canonical(event)
    conceal(event, nobody())

    assert dump_canonical(event) == before


def test_a_person_has_one_token_and_a_text_a_new_one_each_time() -> None:
    people = nobody()
    one = conceal(by("user:ada", purpose="x", present=["user:ada"]), people)
    other = conceal(by("user:ada", purpose="x"), people)

    assert one.event["subject"] == other.event["subject"] == one.event["present"][0]
    assert one.event["purpose"] != other.event["purpose"]


def test_a_token_on_record_is_used_until_somebody_is_erased() -> None:
    known = conceal(by("user:ada"), nobody()).disclosures[0]
    record = {"user:ada": known}
    people = Pseudonyms(record.get)
    assert people.of("user:ada") == known

    record.clear()
    assert people.of("user:ada") == known
    people.forget()
    assert people.of("user:ada").token != known.token


def test_what_has_been_read_already_is_not_asked_for() -> None:
    one, other = nobody().of("user:ada"), nobody().of("user:ada")
    [text] = conceal(by("service:x", purpose="user:bob"), nobody()).disclosures
    people = Pseudonyms(lambda _: None)
    people.learn([one, text, other])

    assert people.of("user:ada") == one
    assert people.of("user:bob").value == b'"user:bob"'
    assert people.of("user:bob") != text


def test_of_very_many_people_the_tokens_are_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ringwall.ledger.memory.disclosures._MOST_KNOWN", 3)
    asked: list[str] = []
    people = Pseudonyms(asked.append)
    for name in ("a", "b", "c", "a", "d", "a"):
        people.of(f"user:{name}")

    assert asked == ["user:a", "user:b", "user:c", "user:d", "user:a"]


def test_what_is_said_of_a_person_is_owned_by_that_person() -> None:
    own, purpose, other = conceal(
        by("user:ada", purpose="x", present=["user:bob"]), nobody()
    ).disclosures

    assert own.owner == purpose.owner == own.token
    assert other.owner == other.token


@pytest.mark.parametrize("event", [*RAID, *NEEDS], ids=lambda e: e["kind"] + e["act"])
def test_what_is_told_of_a_case_is_the_desks_whoever_wrote_it(event: Event) -> None:
    concealed = conceal(event, nobody())
    [said] = [one for one in concealed.disclosures if one.token[:5] == "text:"]

    assert said.owner == owner_of(concealed.event) == DESK
    assert said.value == dump_canonical(event.get("said", event.get("reason")))
    assert b"user:a" not in concealed.data
    assert reveal(concealed.data, values(concealed)) == event


def test_what_names_nobody_is_owned_by_nobody() -> None:
    concealed = conceal(by("user:ada", purpose="x"), nobody())

    assert owner_of(concealed.event) == concealed.event["subject"]
    assert owner_of(policy("1" * 64)) == ""


def test_what_a_program_said_is_owned_by_nobody() -> None:
    [said] = conceal(by("service:nightly", purpose="x"), nobody()).disclosures

    assert said.owner == ""


def test_a_token_is_the_hash_of_two_salt_and_value() -> None:
    digest = sha256(b"\x02" + b"s" * 32 + b'"user:ada"').digest()
    text = base64.urlsafe_b64encode(digest).decode().rstrip("=")

    assert commitment("user:", b"s" * 32, b'"user:ada"') == f"user:~{text}"


def test_salts_are_of_256_bits_and_never_twice_the_same() -> None:
    salts = {conceal(by("user:ada"), nobody()).disclosures[0].salt for _ in range(50)}

    assert len(salts) == 50
    assert {len(salt) for salt in salts} == {32}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("token", TOKEN),
        ("token", "text:~" + "A" * 43),
        ("token", "\udc80" + "A" * 48),
        ("token", 5),
        ("owner", None),
        ("salt", b"s" * 32),
        ("salt", "s" * 32),
        ("value", b'"user:bob"'),
        ("value", None),
    ],
)
def test_a_disclosure_with_anything_else_in_it_is_not_true(
    field: str, value: object
) -> None:
    [own] = conceal(by("user:ada"), nobody()).disclosures

    assert own.is_true
    changed: dict[str, Any] = {field: value}
    assert not own._replace(**changed).is_true


def test_what_is_not_known_stays_a_token() -> None:
    concealed = conceal(by("user:ada", purpose="x"), nobody())
    own, purpose = concealed.disclosures

    assert reveal(concealed.data, {}) == concealed.event
    assert reveal(concealed.data, {own.token: own.value}) == by(
        "user:ada", purpose=purpose.token
    )
    assert reveal(concealed.data, {TOKEN: b'"user:eve"'}) == concealed.event


def test_a_document_that_is_not_known_stays_hidden() -> None:
    concealed = conceal(fact("user:ada"), nobody())
    own, document = concealed.disclosures

    assert reveal(concealed.data, {own.token: own.value}) == {
        **fact("user:ada"),
        "document": {"concealed": document.token},
    }


def test_what_is_revealed_is_not_looked_at_for_tokens() -> None:
    [own] = conceal(by("user:ada"), nobody()).disclosures
    concealed = conceal(by("service:x", purpose=own.token), nobody())
    known = {**values(concealed), own.token: own.value}

    assert reveal(concealed.data, known)["purpose"] == own.token


def test_a_line_of_text_is_revealed_too() -> None:
    own = Disclosure(TOKEN, TOKEN, b"", b'"user:ada"')
    text = f"table registry row {TOKEN}, not {TOKEN[:-1]}B"

    assert reveal_text(text, {own.token: own.value}) == (
        f"table registry row user:ada, not {TOKEN[:-1]}B"
    )
    assert tokens_in(text) == {TOKEN, TOKEN[:-1] + "B"}


def test_the_reason_of_an_erasure_names_nobody() -> None:
    tokens = [TOKEN]
    erased = subject_erased(0, tokens, "request 12")

    assert conceal(erased, nobody()) == (erased, dump_canonical(erased), ())
    with pytest.raises(ValueError, match="names a person"):
        conceal(subject_erased(0, tokens, "as user:ada asked"), nobody())


def test_a_value_without_canonical_form_is_refused() -> None:
    with pytest.raises(ValueError, match="canonical form"):
        conceal(by("user:ada", purpose=0.5), nobody())


@pytest.mark.parametrize(
    ("scheme", "value"),
    [
        ("user:", b'"user:ada","effect":"permit"'),
        ("user:", b"user:ada"),
        ("user:", b'"ada"'),
        ("user:", b'{"id":"user:ada"}'),
        ("user:", b'"user:\xff"'),
        ("user:", b""),
        ("text:", b'"a","effect":"permit"'),
        ("text:", b"{ }"),
        ("text:", b"\xff"),
        ("text:", b"[" * 100_000),
        ("text:", b"0.5"),
    ],
)
def test_a_value_that_no_entry_can_have_held_is_not_true(
    scheme: str, value: bytes
) -> None:
    token = commitment(scheme, b"s" * 32, value)

    assert not Disclosure(token, token, b"s" * 32, value).is_true


def test_a_text_is_learnt_as_nobody() -> None:
    [text] = conceal(by("service:x", purpose="user:zoe"), nobody()).disclosures
    people = nobody()
    people.learn([text._replace(owner=text.token)])

    assert people.of("user:zoe").token.startswith("user:~")


def test_a_value_that_does_not_fit_in_its_place_is_refused() -> None:
    token = "text:~" + "a" * 43
    data = b'{"purpose":"' + token.encode() + b'"}'

    with pytest.raises(IntegrityError) as caught:
        reveal(data, {token: b'{"a":"b"}'})
    assert caught.value.code == "disclosure-unfit"


@pytest.mark.parametrize("event", MATTERS, ids=lambda event: event["kind"])
def test_what_somebody_signed_is_told_by_tokens_alone(event: Event) -> None:
    people = Pseudonyms(lambda _: None)
    concealed = conceal(event, people)
    known = {one.token: one.value for one in concealed.disclosures}

    private = {"signature": "signed by", "purpose": "second vault", "nonce": "n" * 22}
    for words in private.values():
        assert words.encode() not in concealed.data
    assert b"user:ada" not in concealed.data
    assert b"user:grace" not in concealed.data
    assert reveal(concealed.data, known) == event
    project(0, concealed.event)


def test_what_an_approver_says_in_private_is_theirs() -> None:
    people = Pseudonyms(lambda _: None)
    approver = people.of("user:grace").token
    approved = next(one for one in MATTERS if one["kind"] == "request.approved")
    concealed = conceal(approved, people)

    private = [one for one in concealed.disclosures if one.token.startswith("text:")]
    assert len(private) == 2
    assert {one.owner for one in private} == {approver}
