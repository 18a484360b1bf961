"""From a question to its answer on record: how often, and how many at once."""

import asyncio
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ringwall.base.clock import FixedClock
from ringwall.gate.verdicts import is_pending
from ringwall.institute import Gatekeeper, Institute
from ringwall.ledger.ledger import Ledger, StaleBasis
from ringwall.model.decisions import Decision
from ringwall.model.declarations import document_of, dump_document
from ringwall.model.events import Event, fact_declared
from ringwall.pdp.opening import Opening, session_statement
from ringwall.signing.ssh import sign_ssh
from tests.example import BOUNDED, NOON, READ, SUSPENSION, apply, declare, size_of
from tests.office import EXPORT, Office, key_entry, keyed, private_key

SECOND = 1_000_000
POINT = "point:trainer"
EXPORTED: dict[str, Any] = {
    "subject": EXPORT.subject,
    "action": EXPORT.action,
    "resource": EXPORT.resource,
    "authn": "hardware-fresh",
    "purpose": EXPORT.purpose,
    "amount": 1,
    "present": ["user:grace"],
    "handles": ["watermark", "byte-budget"],
}
ALAN = {**READ, "subject": "user:alan"}


@pytest.fixture(scope="module")
def keyed_folder(
    institute_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """An institute whose people have keys, that of user:ada in hardware."""
    folder = tmp_path_factory.mktemp("keyed")
    shutil.copytree(institute_folder, folder / "institute")
    institute = Institute(folder / "institute", FixedClock(NOON))
    hardware = {"keys": [{**key_entry("ada"), "hardware": True}]}
    apply(institute, declare(folder, keyed(institute.facts(), ada=hardware)))
    return folder / "institute"


@pytest.fixture
def office(keyed_folder: Path, tmp_path: Path) -> Iterator[Office]:
    shutil.copytree(keyed_folder, tmp_path / "institute")
    office = Office(tmp_path / "institute")
    yield office
    office.close()


def put(institute: Institute, entity: str, **changes: Any) -> None:  # noqa: ANN401 - fields of documents
    """Change a document on record, whatever the plan would say."""
    ledger = institute.ledger(writable=True)
    try:
        known: dict[str, Any] = ledger.registry_since(-1).documents
        document = document_of({**known[entity], **changes})
        ledger.append([fact_declared(NOON, dump_document(document))])
    finally:
        ledger.close()


def codes(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.verdict.reasons]


def events_since(institute: Institute, index: int) -> list[Event]:
    ledger = institute.ledger(writable=False)
    try:
        return [ledger.entry(at).event for at in range(index, ledger.head().size)]
    finally:
        ledger.close()


def asked(gate: Gatekeeper, words: dict[str, Any], *, later: bool) -> Decision:
    """Ask, as a thread or as a coroutine."""
    if later:
        return asyncio.run(gate.acheck(**words))
    return gate.check(**words)


@pytest.mark.parametrize("later", [False, True])
def test_of_those_who_ask_too_fast_the_first_refusal_is_on_record(
    institute: Institute, *, later: bool
) -> None:
    put(institute, POINT, rate={"per_person": 2, "in_all": 3})
    with institute.gatekeeper(POINT) as gate:
        served = [asked(gate, READ, later=later) for _ in range(2)]
        before = size_of(institute)
        first, *others = [asked(gate, READ, later=later) for _ in range(4)]
        after = size_of(institute)

    assert all(decision.permitted for decision in served)
    assert codes(first) == ["person-rate-exceeded"]
    assert first.receipt is not None
    assert [codes(other) for other in others] == [["person-rate-exceeded"]] * 3
    assert {other.receipt for other in others} == {None}
    assert not any(decision.permitted for decision in (first, *others))
    assert after == before + 1
    assert first.caller_reasons() == ("person-rate-exceeded",)


def test_one_who_asks_too_fast_leaves_the_others_their_share(
    institute: Institute,
) -> None:
    put(institute, POINT, rate={"per_person": 2, "in_all": 3})
    with institute.gatekeeper(POINT) as gate:
        for _ in range(6):
            gate.check(**READ)
        alan = gate.check(**ALAN)
        all_gone = gate.check(**ALAN)

    assert alan.permitted
    assert codes(all_gone) == ["point-rate-exceeded"]
    assert all_gone.receipt is not None


def test_after_a_minute_one_may_ask_again(institute: Institute) -> None:
    put(institute, POINT, rate={"per_person": 1, "in_all": 3})
    clock = FixedClock(NOON)
    with Institute(institute.folder, clock).gatekeeper(POINT) as gate:
        assert gate.check(**READ).permitted
        told = gate.check(**READ).verdict.reasons[0].needed
        clock.instant = NOON + 61 * SECOND
        assert gate.check(**READ).permitted

    assert told == "to ask again in 61 s"


def test_who_has_shown_nothing_uses_up_nobodys_share(institute: Institute) -> None:
    put(institute, "org:institute", identity=None)
    put(institute, POINT, rate={"per_person": 2, "in_all": 2})
    hardware = {"keys": [{**key_entry("ada"), "hardware": True}]}
    put(institute, "user:ada", **hardware)
    with institute.gatekeeper(POINT) as gate:
        unproven = [gate.check(**READ) for _ in range(5)]
        with gate.session(**statement(gate, "ada")) as session:
            shown = session.check(action=READ["action"], resource=READ["resource"])

    assert [codes(one) for one in unproven[:2]] == [["identity-unproven"]] * 2
    assert {one.receipt for one in unproven[3:]} == {None}
    assert shown.permitted


def statement(gate: Gatekeeper, name: str) -> dict[str, Any]:
    """Return what opens a session of somebody at a gate."""
    nonce = f"{name:-<22}"
    opening = Opening(gate.ground.origin, gate.point, NOON)
    said = session_statement(opening, f"user:{name}", NOON + 600 * SECOND, nonce)
    return {"statement": said, "signature": sign_ssh(said, private_key(name))}


def at_once(
    gates: Sequence[Gatekeeper], ask: Callable[[Gatekeeper], Decision]
) -> list[Decision]:
    """Ask at all gates in the same moment, each in a thread of its own."""
    start = threading.Barrier(len(gates))

    def run(gate: Gatekeeper) -> Decision:
        start.wait(30)
        return ask(gate)

    with ThreadPoolExecutor(len(gates)) as pool:
        return list(pool.map(run, gates))


@pytest.mark.parametrize("gates", [1, 2])
def test_a_grant_for_one_use_is_used_once_by_threads_and_gates_at_once(
    office: Office, gates: int
) -> None:
    name = office.granted()
    before = size_of(office.institute)
    with ExitStack() as stack:
        opened = [
            stack.enter_context(office.institute.gatekeeper("point:west-bench"))
            for _ in range(gates)
        ]
        answers = at_once(opened * (8 // gates), lambda gate: gate.check(**EXPORTED))

    served = [answer for answer in answers if answer.permitted]
    assert len(served) == 1
    assert served[0].verdict.grant == name
    assert served[0].obligations == ("watermark",)
    denied = [answer for answer in answers if not answer.permitted]
    assert all("grant-spent" in codes(answer) for answer in denied)
    assert all(answer.receipt is not None for answer in answers)
    spent = [e for e in events_since(office.institute, before) if "spent" in e["kind"]]
    assert [event["request"] for event in spent] == [name]
    assert spent[0]["decision"] == served[0].id


@pytest.mark.parametrize("gates", [1, 2])
def test_coroutines_use_a_grant_for_one_use_once(office: Office, gates: int) -> None:
    office.granted()

    async def all_at_once(opened: list[Gatekeeper]) -> list[Decision]:
        asking = [gate.acheck(**EXPORTED) for gate in opened * (8 // gates)]
        return await asyncio.gather(*asking)

    with ExitStack() as stack:
        opened = [
            stack.enter_context(office.institute.gatekeeper("point:west-bench"))
            for _ in range(gates)
        ]
        answers = asyncio.run(all_at_once(opened))

    assert [answer.permitted for answer in answers].count(True) == 1


def test_a_grant_for_three_uses_is_used_three_times(office: Office) -> None:
    office.granted(uses=3, action="weights.copy")
    words = {**EXPORTED, "action": "weights.copy"}
    with (
        office.institute.gatekeeper("point:west-bench") as one,
        office.institute.gatekeeper("point:west-bench") as other,
    ):
        answers = at_once([one, other] * 4, lambda gate: gate.check(**words))

    assert [answer.permitted for answer in answers].count(True) == 3


def test_a_grant_that_is_revoked_between_two_gates_is_not_outrun(
    office: Office,
) -> None:
    name = office.granted()
    with office.institute.gatekeeper("point:west-bench") as gate:
        office.revoke(name, "grace")
        denied = gate.check(**EXPORTED)

    assert "grant-revoked" in codes(denied)


def test_what_waits_for_an_approval_is_told_from_what_does_not(office: Office) -> None:
    with office.institute.gatekeeper("point:west-bench") as gate:
        nothing = gate.check(**EXPORTED)
        assert not is_pending(nothing, gate.ground)
        name = office.opened()
        waits = gate.check(**EXPORTED)
        assert is_pending(waits, gate.ground)
        weak = gate.check(**{**EXPORTED, "authn": "mfa"})
        assert not is_pending(weak, gate.ground)
        for who, seat in (("grace", "custodian"), ("cleo", "custodian")):
            office.approve(name, who, seat)
        assert is_pending(gate.check(**EXPORTED), gate.ground)
        office.approve(name, "marian", "ciso")
        permit = gate.check(**EXPORTED)
        assert permit.permitted
        assert not is_pending(permit, gate.ground)
        assert not is_pending(gate.check(**EXPORTED), gate.ground)


def test_an_answer_says_on_what_the_next_may_rest(office: Office) -> None:
    office.granted()
    with office.institute.gatekeeper("point:west-bench") as gate:
        deny = gate.check(**{**EXPORTED, "authn": "mfa"})
        permit = gate.check(**EXPORTED)
        after = gate.ground.basis
        bounded = gate.check(**BOUNDED, amount=1)

    assert deny.settled == deny.basis
    assert permit.receipt is not None
    kinds = [e["kind"] for e in events_since(office.institute, permit.receipt.index)]
    assert kinds[:4] == [
        *("decision.made", "grant.spent", "notice.sent", "amount.left"),
    ]
    assert permit.settled == permit.receipt.index + 3 == after
    assert bounded.basis == permit.settled
    assert bounded.receipt is not None
    assert bounded.settled == bounded.receipt.index + 1


def test_what_rests_on_an_answer_is_stale_once_facts_have_moved(
    office: Office,
) -> None:
    with office.institute.gatekeeper("point:west-bench") as gate:
        settled = gate.check(**BOUNDED, amount=1).settled
    apply(office.institute, declare(office.institute.folder.parent, SUSPENSION))
    ledger: Ledger = office.institute.ledger(writable=True)
    try:
        with pytest.raises(StaleBasis):
            ledger.append([fact_declared(NOON, {"id": "user:x"})], settled)
    finally:
        ledger.close()


def test_a_session_is_shared_by_threads_and_ends_for_all_of_them(
    office: Office,
) -> None:
    put(office.institute, "org:institute", identity=None)
    words = {"action": READ["action"], "resource": READ["resource"]}
    with office.institute.gatekeeper(POINT) as gate:
        with gate.session(**statement(gate, "ada")) as session:
            shared = [gate] * 8

            def ask(_: Gatekeeper) -> Decision:
                return session.check(**words)

            served = at_once(shared, ask)
            put(office.institute, "user:ada", keys=[])
            denied = at_once(shared, ask)
        proof = session.proof

    assert proof is not None
    assert all(decision.permitted for decision in served)
    receipts = [decision.receipt for decision in served if decision.receipt]
    assert len({receipt.index for receipt in receipts}) == 8
    assert all("identity-key-gone" in codes(decision) for decision in denied)
    found = events_since(office.institute, min(r.index for r in receipts))
    asked_within = [e["session"] for e in found if e["kind"] == "decision.made"]
    assert asked_within == [proof.session] * 16


def test_a_question_of_another_session_is_that_of_nobody(office: Office) -> None:
    put(office.institute, "org:institute", identity=None)
    with office.institute.gatekeeper(POINT) as gate:
        proof = gate.open_session(**statement(gate, "ada"))
        question = replace(gate.check(**READ).request, proof=proof)
        theirs = gate.check_request(replace(question, subject="user:alan"))

    assert "identity-other-subject" in codes(theirs)
