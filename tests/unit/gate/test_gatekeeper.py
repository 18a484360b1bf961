"""The gate answers what is on record, and answers no when nothing is."""

import asyncio
import json
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from typing_extensions import override

from ringwall.base.clock import FixedClock
from ringwall.base.errors import RecordUnavailable, RequestError
from ringwall.gate import answering
from ringwall.gate.denied import AccessDenied
from ringwall.gate.ground import LoadedPolicies, read_ground
from ringwall.gate.sampling import Sampler
from ringwall.institute import Gatekeeper, Institute
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.store import Store
from ringwall.model.decisions import Decision, Receipt, Stage
from ringwall.model.events import Event, fact_declared
from ringwall.model.levels import Authentication
from ringwall.model.requests import AccessRequest
from tests.example import (
    BOUNDED,
    DENY_ROW,
    NOON,
    READ,
    SUSPENSION,
    activate,
    add_row,
    apply,
    declare,
    edit_measure,
    policy_file,
    size_of,
)

SOON = 30.0


def codes(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.verdict.reasons]


def test_a_permit_comes_with_its_receipt(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    decision = example_gate.check(**READ, purpose="a trial")

    assert decision.permitted
    assert decision.receipt is not None
    ledger = institute.ledger(writable=False)
    recorded = ledger.entry(decision.receipt.index)
    ledger.close()
    assert recorded.leaf == decision.receipt.leaf
    event = recorded.event
    assert (event["id"], event["effect"]) == (decision.id, "permit")
    assert (event["purpose"], event["point"]) == ("a trial", "point:trainer")
    assert (event["basis"], event["policy"]) == (decision.basis, decision.policy)


def test_a_deny_is_on_record_with_its_reasons(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    decision = example_gate.check(**{**READ, "subject": "user:emmy"})

    assert not decision.permitted
    assert "no-role" in codes(decision)
    assert decision.receipt is not None
    ledger = institute.ledger(writable=False)
    event = ledger.decision(decision.id).event
    ledger.close()
    assert event["effect"] == "deny"
    assert event["reasons"][0]["code"] == codes(decision)[0]


def test_a_malformed_question_is_refused_and_not_recorded(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    before = size_of(institute)

    with pytest.raises(RequestError):
        example_gate.check(**{**READ, "subject": "Ada"})

    assert size_of(institute) == before


def test_require_returns_the_permit(example_gate: Gatekeeper) -> None:
    assert example_gate.require(**READ).permitted


def test_require_raises_on_a_deny_with_the_decision(example_gate: Gatekeeper) -> None:
    with pytest.raises(AccessDenied) as caught:
        example_gate.require(**{**READ, "authn": "password"})

    assert caught.value.decision.receipt is not None


def test_a_request_may_name_another_point(example_gate: Gatekeeper) -> None:
    request = AccessRequest(
        READ["subject"],
        READ["action"],
        READ["resource"],
        "point:serving",
        Authentication.HARDWARE_FRESH,
    )

    assert "site-level-insufficient" in codes(example_gate.check_request(request))


def test_leaving_the_context_closes_the_gate(institute: Institute) -> None:
    with institute.gatekeeper("point:trainer") as gate:
        assert gate.check(**READ).permitted

    assert codes(gate.check(**READ)) == ["audit-unavailable"]


def test_the_ground_tells_basis_and_policy(example_gate: Gatekeeper) -> None:
    ground, decision = example_gate.ground, example_gate.check(**READ)

    assert (decision.basis, decision.policy) == (ground.basis, ground.policy)


def test_a_suspension_by_another_process_counts_at_once(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    assert example_gate.check(**READ).permitted

    _, receipts = apply(institute, declare(institute.folder, SUSPENSION))
    decision = example_gate.check(**READ)

    assert not decision.permitted
    assert decision.basis == receipts[-1].index


def test_refresh_takes_in_news_without_a_question(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    _, receipts = apply(institute, declare(institute.folder, SUSPENSION))

    example_gate.refresh()

    assert example_gate.ground.basis == receipts[-1].index


def test_an_edited_policy_counts_once_it_is_in_force_and_not_before(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    add_row(institute, DENY_ROW)
    before = example_gate.check(**READ)

    activate(institute)
    after = example_gate.check(**READ)

    assert before.permitted
    assert codes(after)[0] == "forbidden-by-rule"
    assert after.policy == institute.load().digest != before.policy


def test_a_policy_edited_after_another_came_in_force_denies(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    good = policy_file(institute).read_text()
    add_row(institute, DENY_ROW)
    activate(institute)
    policy_file(institute).write_text(good)

    decision = example_gate.check(**READ)

    assert codes(decision) == ["policy-not-activated"]
    assert decision.receipt is not None


def test_a_broken_policy_is_a_recorded_deny_until_it_is_mended(
    institute: Institute,
) -> None:
    institute.gatekeeper("point:trainer").close()
    good = policy_file(institute).read_text()
    add_row(institute, "no row at all")

    with institute.gatekeeper("point:trainer") as gate:
        broken = gate.check(**READ)
        policy_file(institute).write_text(good)
        mended = gate.check(**READ)

    assert codes(broken) == ["policy-unavailable"]
    assert broken.receipt is not None
    assert mended.permitted


def test_facts_that_never_settle_are_a_deny(institute: Institute) -> None:
    class Restless:
        """Policies that can't be used; facts change each time they are asked for."""

        count = 0

        def load(self) -> LoadedPolicies:
            self.count += 1
            person = {"id": f"user:new-{self.count}", "organisation": "org:institute"}
            ledger.append([fact_declared(NOON, person)])
            return LoadedPolicies(None, "", "a fault")

    ledger = institute.ledger(writable=True)

    with Gatekeeper(ledger, Restless(), institute.clock, "point:trainer") as gate:
        decision = gate.check(**READ)

    assert codes(decision) == ["audit-unavailable"]
    assert "faster" in decision.verdict.reasons[0].message
    assert decision.receipt is None


def test_a_registry_edited_behind_our_back_is_a_deny(institute: Institute) -> None:
    add_row(institute, "no row at all")

    with institute.gatekeeper("point:trainer") as gate:
        # Without usable policies the gate looks at the ledger again each time.
        connection = sqlite3.connect(institute.folder / "ledger.db")
        connection.execute("DELETE FROM registry WHERE id LIKE 'user:~%'")
        connection.commit()
        connection.close()
        decision = gate.check(**READ)

    assert codes(decision) == ["integrity-failed"]
    assert decision.receipt is None


def test_a_fault_of_our_own_is_a_deny_that_names_its_kind(
    institute: Institute,
) -> None:
    ledger = institute.ledger(writable=True)
    # No instant of the calendar: the event has no form to be recorded in.
    clock = FixedClock(2**62)

    with Gatekeeper(ledger, institute, clock, "point:trainer") as gate:
        decision = gate.check(**READ)

    assert not decision.permitted
    assert decision.receipt is None
    assert codes(decision) == ["internal-error"]
    assert decision.verdict.reasons[0].stage is Stage.RECORD
    assert decision.verdict.reasons[0].message == "ValueError"


def test_sixteen_threads_never_outrun_a_suspension(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    decisions: list[Decision] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            decisions.append(example_gate.check(**READ))

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    _, receipts = apply(institute, declare(institute.folder, SUSPENSION))
    last = example_gate.check(**READ)
    stop.set()
    for thread in threads:
        thread.join()

    suspended = receipts[-1].index
    assert not last.permitted
    for decision in decisions:
        assert decision.receipt is not None
        assert decision.permitted == (decision.receipt.index < suspended)


def events(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [json.loads(record.getMessage()) for record in caplog.records]


def test_the_diary_tells_of_each_decision_without_its_purpose(
    example_gate: Gatekeeper, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "ringwall")

    decision = example_gate.check(**READ, purpose="a private matter")

    (event,) = events(caplog)
    assert decision.receipt is not None
    assert (event["event"], event["level"]) == ("decision_made", "info")
    assert (event["decision"], event["effect"]) == (decision.id, "permit")
    assert (event["entry"], event["subject"]) == (decision.receipt.index, "user:ada")
    assert "private" not in caplog.text


def test_the_diary_tells_of_a_deny_that_could_not_be_recorded(
    institute: Institute, caplog: pytest.LogCaptureFixture
) -> None:
    gate = institute.gatekeeper("point:trainer")
    gate.close()

    decision = gate.check(**READ)

    (event,) = events(caplog)
    assert (event["event"], event["level"]) == ("deny_unrecorded", "warning")
    assert (event["decision"], event["code"]) == (decision.id, "audit-unavailable")


def test_the_diary_holds_the_traceback_of_a_fault_without_values(
    institute: Institute, caplog: pytest.LogCaptureFixture
) -> None:
    add_row(institute, DENY_ROW)
    ledger = institute.ledger(writable=True)

    with Gatekeeper(ledger, institute, FixedClock(2**62), "point:trainer") as gate:
        gate.check(**READ, purpose="a private matter")

    unusable, failed, unrecorded = events(caplog)
    assert unusable["code"] == "policy-not-activated"
    assert failed["event"] == "decision_failed"
    assert unrecorded["code"] == "internal-error"
    assert "ValueError" in caplog.text
    assert "private" not in caplog.text


def test_a_diary_that_fails_changes_no_answer(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    class Broken(logging.Handler):
        """A handler on a full disk, say."""

        @override
        def handle(self, record: logging.LogRecord) -> bool:
            raise OSError(record.getMessage())

    logger = logging.getLogger("ringwall")
    handler = Broken()
    logger.addHandler(handler)
    level = logger.level
    logger.setLevel(logging.INFO)
    try:
        permit = example_gate.check(**READ)
        gate = institute.gatekeeper("point:trainer")
        gate.close()
        deny = gate.check(**READ)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)

    assert permit.permitted
    assert codes(deny) == ["audit-unavailable"]


def test_evidence_that_lapses_while_the_gate_is_open_no_longer_counts(
    institute: Institute,
) -> None:
    clock = FixedClock(NOON)
    gate = Institute(institute.folder, clock).gatekeeper("point:trainer")
    before = gate.check(**READ)
    clock.instant = NOON + 15 * 365 * 24 * 3600 * 1_000_000
    after = gate.check(**READ)
    gate.close()

    assert before.permitted
    assert "personnel-level-insufficient" in codes(after)


HOUR = 3600 * 1_000_000
COPY: dict[str, Any] = {
    "subject": "user:grace",
    "action": "weights.copy",
    "resource": "weights:aurora-2",
    "authn": "hardware-fresh",
    "purpose": "for the second vault",
    "handles": ["watermark"],
    "present": ["user:ada"],
}
COPY_ROW = (
    "p, acc-998, custodian, model-weights, upper, weights.copy, "
    "SL3, SL4, hardware-fresh, none, allow"
)
"""A row that permits a copy without approval."""


@pytest.fixture
def clock(institute: Institute) -> FixedClock:
    assert isinstance(institute.clock, FixedClock)
    return institute.clock


@pytest.fixture
def bench(institute: Institute) -> Iterator[Gatekeeper]:
    """Return a gate at the point whose interface counts what leaves."""
    with institute.gatekeeper("point:west-bench") as gate:
        yield gate


def recorded(institute: Institute, index: int) -> Event:
    ledger = institute.ledger(writable=False)
    try:
        return ledger.entry(index).event
    finally:
        ledger.close()


def test_a_permit_puts_on_record_what_leaves_beside_the_decision(
    institute: Institute, bench: Gatekeeper
) -> None:
    decision = bench.check(**BOUNDED, amount=300_000)

    assert decision.permitted
    assert decision.receipt is not None
    assert decision.receipt.size == decision.receipt.index + 2
    assert recorded(institute, decision.receipt.index)["bytes"] == 300_000
    assert recorded(institute, decision.receipt.index + 1) == {
        "v": 1,
        "kind": "amount.left",
        "at": "2026-11-21T12:00:00Z",
        "decision": decision.id,
        "subject": "user:alan",
        "resource": "weights:aurora-1",
        "point": "point:west-bench",
        "bytes": 300_000,
        "copies": 0,
    }
    assert bench.ground.basis == decision.receipt.index + 1


def test_the_budget_of_an_hour_is_spent_and_comes_back(
    bench: Gatekeeper, clock: FixedClock
) -> None:
    first = bench.check(**BOUNDED, amount=300_000)
    last = bench.check(**BOUNDED, amount=100_000)
    over = bench.check(**BOUNDED, amount=1)
    clock.instant += HOUR + 1
    later = bench.check(**BOUNDED, amount=1)

    assert first.permitted
    assert last.permitted
    assert codes(over) == ["hourly-amount-exceeded"]
    assert over.verdict.reasons[0].seen == "400001"
    assert later.permitted
    assert last.basis == first.basis + 2


def test_a_deny_takes_nothing(institute: Institute, bench: Gatekeeper) -> None:
    before = size_of(institute)

    denied = bench.check(**{**BOUNDED, "authn": "mfa"}, amount=400_000)

    assert not denied.permitted
    assert size_of(institute) == before + 1
    assert bench.check(**BOUNDED, amount=400_000).permitted


def test_what_nobody_states_is_over_every_budget_and_needs_none_where_none_is_set(
    institute: Institute, bench: Gatekeeper
) -> None:
    unstated = bench.check(**BOUNDED)
    with institute.gatekeeper("point:trainer") as isolated:
        before = size_of(institute)
        free = isolated.check(**BOUNDED)

    assert "interface-not-constrained" in codes(unstated)
    assert free.permitted
    assert size_of(institute) == before + 1


def test_another_gate_spends_from_the_same_budget(
    institute: Institute, bench: Gatekeeper
) -> None:
    with institute.gatekeeper("point:west-bench") as other:
        assert other.check(**BOUNDED, amount=300_000).permitted
        assert not bench.check(**BOUNDED, amount=300_000).permitted
        assert bench.check(**BOUNDED, amount=100_000).permitted
        assert not other.check(**BOUNDED, amount=1).permitted


def test_copies_are_counted_and_come_to_an_end(institute: Institute) -> None:
    add_row(institute, COPY_ROW)
    activate(institute)

    with institute.gatekeeper("point:vault-desk") as gate:
        decisions = [gate.check(**COPY) for _ in range(4)]

    assert [decision.permitted for decision in decisions] == [True, True, True, False]
    assert codes(decisions[-1]) == ["copies-exceeded"]
    assert decisions[0].receipt is not None
    assert decisions[0].obligations == ("watermark",)
    assert recorded(institute, decisions[0].receipt.index + 1)["kind"] == "notice.sent"
    taken = recorded(institute, decisions[0].receipt.index + 2)
    assert (taken["bytes"], taken["copies"]) == (0, 1)


def test_who_is_there_is_put_on_record(institute: Institute, bench: Gatekeeper) -> None:
    decision = bench.check(**BOUNDED, amount=1, present=["user:radia", "user:ada"])

    assert decision.receipt is not None
    event = recorded(institute, decision.receipt.index)
    assert event["present"] == ["user:ada", "user:radia"]


def test_nobody_enters_a_room_with_weights_alone(institute: Institute) -> None:
    enter: dict[str, Any] = {
        "subject": "user:grace",
        "action": "site.enter",
        "resource": "room:weights-hall",
        "authn": "hardware-fresh",
    }
    with institute.gatekeeper("point:hall-door") as gate:
        alone = gate.check(**enter)
        with_another = gate.require(**enter, present=["user:dennis"])

    assert codes(alone) == ["nobody-else-present"]
    assert with_another.permitted


def test_a_permit_that_rests_on_an_exception_says_so_on_record(
    institute: Institute, bench: Gatekeeper
) -> None:
    decision = bench.require(**BOUNDED, amount=1)

    assert decision.receipt is not None
    event = recorded(institute, decision.receipt.index)
    assert event["rests_on"] == list(decision.verdict.rests_on)
    assert "SL3-WP-2 at site:hub-west" in event["rests_on"][0]


def test_edited_threat_models_count_once_they_are_in_force_and_not_before(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    edit_measure(institute, "SL3-WP-2", "scope: site", "scope: institute")
    before = example_gate.check(**READ)

    activate(institute)
    after = example_gate.check(**READ)

    assert before.permitted
    assert "site-level-insufficient" in codes(after)
    assert after.policy == institute.load().digest != before.policy


def test_broken_threat_models_are_a_recorded_deny_until_they_are_mended(
    institute: Institute,
) -> None:
    institute.gatekeeper("point:trainer").close()
    edit_measure(institute, "SL3-WP-2", "domain: weights", "domain: weight")

    with institute.gatekeeper("point:trainer") as gate:
        broken = gate.check(**READ)
        edit_measure(institute, "SL3-WP-2", "domain: weight", "domain: weights")
        mended = gate.check(**READ)

    assert codes(broken) == ["policy-unavailable"]
    assert broken.receipt is not None
    assert "threat_models/measures.yaml" in broken.verdict.reasons[0].message
    assert mended.permitted


class Interposed(Ledger):
    """A ledger that lets something happen after each append, before the answer."""

    then: Callable[[], object] = staticmethod(lambda: None)

    @override
    def append(
        self,
        events: Sequence[Event],
        basis: int | None = None,
        seen: Mapping[str, int] | None = None,
    ) -> list[Receipt]:
        receipts = super().append(events, basis, seen)
        self.then()
        return receipts


@contextmanager
def interposed(institute: Institute) -> Iterator[tuple[Gatekeeper, Interposed]]:
    """Give a gate at the bench, and its ledger."""
    institute.gatekeeper("point:west-bench").close()
    plain = institute.ledger(writable=True)
    ledger = Interposed(plain.path, plain.verifier, plain.origin)
    ledger._writing = plain._writing
    with Gatekeeper(ledger, institute, institute.clock, "point:west-bench") as gate:
        yield gate, ledger


def test_an_amount_that_was_read_before_it_was_answered_counts_once(
    institute: Institute,
) -> None:
    with interposed(institute) as (gate, ledger):
        ledger.then = gate.refresh
        first = gate.check(**BOUNDED, amount=300_000)
        ground = gate.ground
        second = gate.check(**BOUNDED, amount=100_000)

    assert first.permitted
    assert second.permitted
    assert first.receipt is not None
    assert ground.basis == first.receipt.index + 1
    whole = read_ground(institute.ledger(writable=False), institute)
    asked = ("user:alan", "weights:aurora-1", "point:west-bench", NOON)
    assert gate.ground.spending.before(*asked) == whole.spending.before(*asked)
    assert whole.spending.before(*asked).hour == 400_000


def slowed(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """Let commits wait at a door; return it, and what tells that one is there."""
    door, entered, end = threading.Event(), threading.Event(), Store.end

    def slow(self: Store, *, commit: bool) -> None:
        entered.set()
        assert door.wait(SOON)
        end(self, commit=commit)

    monkeypatch.setattr(Store, "end", slow)
    return door, entered


def test_a_permit_comes_with_its_receipt_to_a_coroutine(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    decision = asyncio.run(example_gate.acheck(**READ))

    assert decision.permitted
    assert decision.receipt is not None
    recorded = institute.ledger(writable=False).entry(decision.receipt.index)
    assert (recorded.event["id"], recorded.leaf) == (
        decision.id,
        decision.receipt.leaf,
    )


def test_many_at_once_share_the_flush_and_each_has_its_own_index(
    example_gate: Gatekeeper,
) -> None:
    async def all_at_once() -> list[Decision]:
        return await asyncio.gather(*(example_gate.acheck(**READ) for _ in range(50)))

    receipts = [decision.receipt for decision in asyncio.run(all_at_once())]

    indices = sorted(receipt.index for receipt in receipts if receipt is not None)
    assert indices == [*range(indices[0], indices[0] + 50)]
    assert len({receipt.size for receipt in receipts if receipt is not None}) < 50


def test_require_returns_the_permit_and_raises_on_a_deny(
    example_gate: Gatekeeper,
) -> None:
    assert asyncio.run(example_gate.arequire(**READ)).permitted
    with pytest.raises(AccessDenied) as caught:
        asyncio.run(example_gate.arequire(**{**READ, "authn": "mfa"}))
    assert caught.value.decision.receipt is not None


def test_a_malformed_question_is_refused(example_gate: Gatekeeper) -> None:
    with pytest.raises(RequestError) as caught:
        asyncio.run(example_gate.acheck(**{**READ, "subject": "nobody"}))
    assert caught.value.code == "request-malformed"


def test_a_suspension_counts_at_once(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    assert asyncio.run(example_gate.acheck(**READ)).permitted
    apply(institute, declare(institute.folder, SUSPENSION))

    decision = asyncio.run(example_gate.acheck(**READ))

    assert not decision.permitted
    assert decision.receipt is not None


def test_what_is_spent_is_taken_off_the_budget(institute: Institute) -> None:
    async def ask() -> list[Decision]:
        asked = (gate.acheck(**BOUNDED, amount=100_000) for _ in range(6))
        return await asyncio.gather(*asked)

    with institute.gatekeeper("point:west-bench") as gate:
        decisions = asyncio.run(ask())

    assert sum(decision.permitted for decision in decisions) == 4
    assert all(decision.receipt for decision in decisions)


def test_a_sampled_decision_is_made_off_the_loop(example_gate: Gatekeeper) -> None:
    threads: list[threading.Thread] = []

    class Noting(Sampler):
        @override
        def disagreements(self, *_: Any) -> tuple[()]:
            threads.append(threading.current_thread())
            return ()

    example_gate._sampler = Noting(1, lambda _: pytest.fail("no referee is needed"))

    assert asyncio.run(example_gate.acheck(**READ)).permitted
    assert threads != [threading.current_thread()]
    assert len(threads) == 1


def test_policies_that_were_mended_count_again(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    table = institute.folder / "policies" / "access" / "policy.csv"
    text = table.read_text()
    table.write_text(text + "no row at all\n")
    loaded = replace(example_gate.ground, loaded=institute.load())
    example_gate._answering.ground = loaded
    example_gate.refresh()
    assert codes(asyncio.run(example_gate.acheck(**READ))) == ["policy-unavailable"]
    table.write_text(text)

    assert asyncio.run(example_gate.acheck(**READ)).permitted


def test_the_loop_goes_on_while_the_record_is_made(
    example_gate: Gatekeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    door, entered = slowed(monkeypatch)

    async def ask() -> Decision:
        asked = asyncio.create_task(example_gate.acheck(**READ))
        while not entered.is_set():
            await asyncio.sleep(0)
        for _ in range(100):
            await asyncio.sleep(0)
        assert not asked.done()
        door.set()
        return await asked

    assert asyncio.run(ask()).permitted


def test_who_is_cancelled_has_no_answer_and_the_next_one_has(
    institute: Institute, example_gate: Gatekeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    door, entered = slowed(monkeypatch)

    async def ask() -> Decision:
        asked = asyncio.create_task(example_gate.acheck(**READ))
        while not entered.is_set():
            await asyncio.sleep(0)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        door.set()
        return await example_gate.acheck(**READ)

    decision = asyncio.run(ask())

    assert decision.permitted
    assert decision.receipt is not None
    # It had been handed in: it landed, and nobody holds a permit for it.
    before = institute.ledger(writable=False).entry(decision.receipt.index - 1)
    assert before.event["kind"] == "decision.made"


def test_a_loop_that_is_closed_meanwhile_stops_nobody(
    example_gate: Gatekeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    door, entered = slowed(monkeypatch)
    loop = asyncio.new_event_loop()
    asked = loop.create_task(example_gate.acheck(**READ))
    while not entered.is_set():
        loop.run_until_complete(asyncio.sleep(0))
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        loop.run_until_complete(asked)
    loop.close()
    door.set()

    assert example_gate.check(**READ).permitted


def test_without_a_record_the_answer_is_no(
    example_gate: Gatekeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RecordUnavailable("record-unavailable", "disk full")

    monkeypatch.setattr(Store, "begin", fail)
    decision = asyncio.run(example_gate.acheck(**READ))

    assert codes(decision) == ["audit-unavailable"]
    assert decision.receipt is None


def test_a_fault_of_our_own_is_a_deny(
    example_gate: Gatekeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(answering, "draft_of", fail)
    decision = asyncio.run(example_gate.acheck(**READ))

    assert codes(decision) == ["internal-error"]
    assert decision.receipt is None
