"""A proof opens one session, on record first, whichever gate it is shown to."""

import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from ringwall.base.clock import FixedClock
from ringwall.base.errors import IdentityUnproven, RecordUnavailable
from ringwall.gate.gatekeeper import Gatekeeper
from ringwall.gate.request_reader import request_from_words
from ringwall.gate.session_words import Asked
from ringwall.institute import Institute
from ringwall.ledger.ledger import StaleBasis
from ringwall.model.declarations import Document, document_of, dump_document
from ringwall.model.events import fact_declared
from ringwall.model.levels import Authentication
from ringwall.pdp.opening import Opening, session_statement
from tests.example import NOON
from tests.property.grant_signing import signed
from tests.property.grant_world import key_line

SECOND = 1_000_000
DATES = {"from": "2026-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z"}
POINT = "point:trainer"
FORGED = "a.b.c"


def declare(institute: Institute, entity: str, **changes: Any) -> None:  # noqa: ANN401 - fields of documents
    """Change a document on record, whatever the plan would say."""
    ledger = institute.ledger(writable=True)
    try:
        known: dict[str, Any] = ledger.registry_since(-1).documents
        document: Document = document_of({**known[entity], **changes})
        ledger.append([fact_declared(NOON, dump_document(document))])
    finally:
        ledger.close()


@pytest.fixture
def strict(institute: Institute) -> Institute:
    """An institute that takes nobody's word, where ada has a key in hardware."""
    declare(institute, "org:institute", identity=None)
    key = {"key": key_line("ada"), **DATES, "hardware": True}
    declare(institute, "user:ada", keys=[key])
    return institute


@pytest.fixture
def gate(strict: Institute) -> Iterator[Gatekeeper]:
    with strict.gatekeeper(POINT) as gate:
        yield gate


def statement(gate: Gatekeeper, subject: str = "user:ada", point: str = POINT) -> bytes:
    opening = Opening(gate.ground.origin, point, NOON)
    nonce = secrets.token_urlsafe(16)
    return session_statement(opening, subject, NOON + 60 * SECOND, nonce)


def last(institute: Institute) -> dict[str, Any]:
    """Return the last event on record."""
    ledger = institute.ledger(writable=False)
    try:
        return ledger.entry(ledger.head().size - 1).event
    finally:
        ledger.close()


def ask(gate: Gatekeeper, said: bytes, key: str = "ada") -> list[str]:
    """Ask within a session; return the codes of the answer."""
    with gate.session(statement=said, signature=signed(said, key)) as session:
        decision = session.check(action="weights.read", resource="weights:aurora-2")
    return [reason.code for reason in decision.verdict.reasons]


def refused(gate: Gatekeeper, said: bytes, key: str = "ada") -> str:
    with pytest.raises(IdentityUnproven) as caught:
        gate.open_session(statement=said, signature=signed(said, key))
    assert caught.value.exit_code == 5
    return caught.value.code


def test_a_word_is_not_enough(gate: Gatekeeper) -> None:
    decision = gate.check(
        subject="user:ada",
        action="weights.read",
        resource="weights:aurora-2",
        authn="hardware-fresh",
    )

    assert [reason.code for reason in decision.verdict.reasons] == ["identity-unproven"]
    assert decision.caller_reasons() == ("identity-unproven",)
    assert decision.receipt is not None


def test_a_signed_statement_opens_a_session_on_record(
    strict: Institute, gate: Gatekeeper
) -> None:
    said = statement(gate)
    proof = gate.open_session(statement=said, signature=signed(said, "ada"))
    event = last(strict)

    assert proof.subject == "user:ada"
    assert proof.level is Authentication.HARDWARE
    assert event["kind"] == "session.opened"
    assert event["id"] == proof.session
    assert event["nonce"] == proof.nonce
    assert event["provider"] == proof.key
    assert event["point"] == POINT


def test_what_is_asked_in_a_session_is_permitted(gate: Gatekeeper) -> None:
    assert ask(gate, statement(gate)) == []


def test_a_statement_is_used_once_here_and_at_any_other_gate(
    strict: Institute, gate: Gatekeeper
) -> None:
    said = statement(gate)
    assert ask(gate, said) == []

    assert refused(gate, said) == "token-replayed"
    with strict.gatekeeper(POINT) as other:
        assert refused(other, said) == "token-replayed"
    event = last(strict)
    assert event["kind"] == "proof.refused"
    assert (event["what"], event["code"]) == ("session", "token-replayed")


def test_two_gates_that_see_it_at_once_let_one_in(
    strict: Institute, gate: Gatekeeper
) -> None:
    with strict.gatekeeper(POINT) as other:
        # The other gate has read the record before this one writes.
        said = statement(gate)
        assert ask(gate, said) == []
        assert refused(other, said) == "token-replayed"


@pytest.mark.parametrize(
    ("changed", "key", "code"),
    [
        ({}, "mallory", "key-unknown"),
        ({"subject": "user:alan"}, "ada", "key-unknown"),
        ({"point": "point:west-bench"}, "ada", "session-foreign"),
    ],
)
def test_a_false_statement_is_refused_on_record(
    strict: Institute, gate: Gatekeeper, changed: dict[str, Any], key: str, code: str
) -> None:
    assert refused(gate, statement(gate, **changed), key) == code
    event = last(strict)
    assert event["code"] == code
    # Whom it names, whoever has signed it.
    assert event["subject"] == changed.get("subject", "user:ada")


def test_a_statement_that_is_none_is_refused_in_nobodys_name(
    strict: Institute, gate: Gatekeeper
) -> None:
    assert refused(gate, b'{"subject":"user:ada"}') == "session-malformed"
    assert last(strict)["subject"] == ""


def test_a_forged_token_is_refused_on_record(
    strict: Institute, gate: Gatekeeper
) -> None:
    with pytest.raises(IdentityUnproven) as caught:
        gate.open_session(token=FORGED, subject="user:ada")

    event = last(strict)
    assert event["code"] == caught.value.code
    assert event["subject"] == "user:ada"


def test_refusals_do_not_fill_the_record(strict: Institute, gate: Gatekeeper) -> None:
    before = gate.ground
    for _ in range(30):
        with pytest.raises(IdentityUnproven):
            gate.open_session(token=FORGED, subject="user:ada")

    ledger = strict.ledger(writable=False)
    kinds = [
        ledger.entry(i).event["kind"]
        for i in range(before.basis + 1, ledger.head().size)
    ]
    ledger.close()
    assert kinds.count("proof.refused") == 20


def test_a_flood_of_one_code_hides_no_other_and_no_replay(
    strict: Institute,
) -> None:
    clock = FixedClock(NOON)
    with Institute(strict.folder, clock).gatekeeper(POINT) as steady:
        said = statement(steady)
        steady.open_session(statement=said, signature=signed(said, "ada"))
        start = steady.ground.basis
        for _ in range(100):
            with pytest.raises(IdentityUnproven):
                steady.open_session(token="garbage")  # noqa: S106 - no secret
        for _ in range(70):
            assert refused(steady, said) == "token-replayed"
        assert refused(steady, statement(steady), "mallory") == "key-unknown"

    ledger = strict.ledger(writable=False)
    codes = Counter(
        ledger.entry(i).event["code"] for i in range(start + 1, ledger.head().size)
    )
    ledger.close()
    assert codes == {"token-malformed": 20, "token-replayed": 70, "key-unknown": 1}


def test_a_session_is_opened_by_one_of_the_two(gate: Gatekeeper) -> None:
    with pytest.raises(ValueError, match="token or by a signed"):
        gate.open_session()
    with pytest.raises(ValueError, match="token or by a signed"):
        gate.open_session(token=FORGED, statement=b"{}")
    with pytest.raises(ValueError, match="needs a token"):
        gate.session()


def test_a_mere_subject_makes_a_session_whose_questions_are_denied(
    gate: Gatekeeper,
) -> None:
    with gate.session(subject="user:ada", authn="hardware-fresh") as session:
        decision = session.check(action="weights.read", resource="weights:aurora-2")

    assert [reason.code for reason in decision.verdict.reasons] == ["identity-unproven"]


def test_facts_that_never_settle_open_no_session(
    gate: Gatekeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = statement(gate)

    def stale(*_: object) -> None:
        raise StaleBasis

    monkeypatch.setattr(gate._ledger, "append", stale)
    with pytest.raises(RecordUnavailable) as caught:
        gate.open_session(statement=said, signature=signed(said, "ada"))
    assert caught.value.code == "facts-unsettled"


def test_a_point_with_a_key_on_record_has_to_show_it(strict: Institute) -> None:
    declare(strict, POINT, key=key_line("trainer"), vouches=True)
    with strict.gatekeeper(POINT) as gate:
        unshown = gate.check(
            subject="user:ada",
            action="weights.read",
            resource="weights:aurora-2",
            authn="hardware-fresh",
        )
        with pytest.raises(IdentityUnproven) as caught:
            gate.prove_point(lambda challenge: signed(challenge, "mallory"))
        event = last(strict)
        gate.prove_point(lambda challenge: signed(challenge, "trainer"))
        vouched = gate.check(
            subject="user:ada",
            action="weights.read",
            resource="weights:aurora-2",
            authn="hardware-fresh",
        )

    assert [r.code for r in unshown.verdict.reasons] == ["point-unproven"]
    assert (event["what"], event["code"]) == ("point", caught.value.code)
    assert vouched.permitted


def test_what_a_point_has_shown_it_has_shown_of_itself_alone(
    strict: Institute,
) -> None:
    for entity, name in ((POINT, "trainer"), ("point:west-bench", "bench")):
        declare(strict, entity, key=key_line(name), vouches=True)
    asked = request_from_words(
        subject="user:ada",
        action="weights.read",
        resource="weights:aurora-2",
        point=POINT,
        authn="hardware-fresh",
    )
    with strict.gatekeeper(POINT) as gate:
        gate.prove_point(lambda challenge: signed(challenge, "trainer"))
        other = gate.check_request(replace(asked, point="point:west-bench"))

    assert [r.code for r in other.verdict.reasons] == ["point-unproven"]


def test_a_key_that_is_changed_on_record_has_to_be_shown_anew(
    strict: Institute,
) -> None:
    declare(strict, POINT, key=key_line("trainer"), vouches=True)
    asked = {
        "subject": "user:ada",
        "action": "weights.read",
        "resource": "weights:aurora-2",
        "authn": "hardware-fresh",
    }
    with strict.gatekeeper(POINT) as gate:
        gate.prove_point(lambda challenge: signed(challenge, "trainer"))
        assert gate.check(**asked).permitted  # type: ignore[arg-type]  # plain words
        declare(strict, POINT, key=key_line("another"), vouches=True)
        denied = gate.check(**asked)  # type: ignore[arg-type]  # plain words

    assert [r.code for r in denied.verdict.reasons] == ["point-unproven"]


def test_a_session_lapses_with_its_key(strict: Institute, gate: Gatekeeper) -> None:
    said = statement(gate)
    with gate.session(statement=said, signature=signed(said, "ada")) as session:
        words = Asked(action="weights.read", resource="weights:aurora-2")
        assert session.check(**words).permitted
        declare(strict, "user:ada", keys=[])
        denied = session.check(**words)

    assert "identity-key-gone" in [r.code for r in denied.verdict.reasons]


def test_a_session_ends_by_itself(strict: Institute) -> None:
    clock = FixedClock(NOON)
    with Institute(strict.folder, clock).gatekeeper(POINT) as gate:
        said = statement(gate)
        with gate.session(statement=said, signature=signed(said, "ada")) as session:
            clock.instant = NOON + 60 * SECOND
            denied = session.check(action="weights.read", resource="weights:aurora-2")

    assert "identity-expired" in [r.code for r in denied.verdict.reasons]


def opened_in(institute: Institute, since: int) -> list[str]:
    """Return the kinds of the events from an index on."""
    ledger = institute.ledger(writable=False)
    try:
        size = ledger.head().size
        return [ledger.entry(index).event["kind"] for index in range(since, size)]
    finally:
        ledger.close()


def test_no_more_sessions_are_opened_in_a_minute_than_the_point_lets_through(
    strict: Institute,
) -> None:
    declare(strict, POINT, rate={"per_person": 3, "in_all": 4})
    key = {"key": key_line("two"), **DATES, "hardware": True}
    account = {"id": "user:ada2", "account_of": "user:ada"}
    declare(strict, "user:ada", **account, keys=[key])
    declare(strict, "user:alan", keys=[{**key, "key": key_line("alan")}])
    start = len(opened_in(strict, 0))
    with strict.gatekeeper(POINT) as gate:
        for _ in range(3):
            assert ask(gate, statement(gate)) == []
        said = statement(gate, "user:ada2")
        with pytest.raises(IdentityUnproven) as caught:
            gate.open_session(statement=said, signature=signed(said, "two"))
        assert "in an open session" in (caught.value.next_step or "")
        assert refused(gate, statement(gate)) == "person-rate-exceeded"
        said = statement(gate, "user:alan")
        gate.open_session(statement=said, signature=signed(said, "alan"))
        assert refused(gate, statement(gate, "user:alan"), "alan") == (
            "point-rate-exceeded"
        )
        kinds = opened_in(strict, start)
        refusals = [kind for kind in kinds if kind == "proof.refused"]
        assert kinds.count("session.opened") == 4
        # Of each kind the first within a minute is on record.
        assert len(refusals) == 2
        assert last(strict)["subject"] == "user:alan"


def test_without_a_rate_of_the_point_a_person_opens_sixty_a_minute(
    strict: Institute,
) -> None:
    clock = FixedClock(NOON)
    with Institute(strict.folder, clock).gatekeeper(POINT) as gate:
        all_said = [statement(gate) for _ in range(60)]
        for said in all_said:
            gate.open_session(statement=said, signature=signed(said, "ada"))
        assert refused(gate, all_said[0]) == "token-replayed"
        late = statement(gate)
        assert refused(gate, late) == "person-rate-exceeded"
        clock.instant = NOON + 59 * SECOND
        assert refused(gate, late) == "person-rate-exceeded"
