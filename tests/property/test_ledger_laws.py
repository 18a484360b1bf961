"""Laws of the ledger: whatever is appended, and however it is cut into batches."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ringwall.ledger.basis import Basis
from ringwall.ledger.ledger import Ledger, StaleBasis
from ringwall.ledger.replay import replay_ledger
from ringwall.ledger.spending import Spending
from ringwall.ledger.store import Store
from ringwall.model.events import Event
from tests.fault.ledger_simulator import (
    AT,
    LedgerFile,
    alarm,
    amount,
    creation,
    decision,
    fact,
    grounded,
    growth,
    policy,
    removal,
    sealed,
)
from tests.oracle import merkle, projections

# Each example makes files and flushes them, so there are fewer of them than usual.
few = settings(max_examples=40)

entities = st.sampled_from(["org:ada", "org:bob", "org:eve"])
levels = st.sampled_from(["SL1", "SL2", "SL3"])
codes = st.sampled_from(["", "not-screened", "suspended"])
sizes = st.integers(0, 2**53 - 1) | st.integers(0, 3)
instants = st.integers(AT - 40 * 24 * 3600 * 10**6, AT)
digests = st.sampled_from(["1" * 64, "2" * 64])
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(fact, entities, levels),
    st.builds(removal, entities),
    st.builds(policy, digests),
    st.builds(growth),
    st.builds(decision, st.uuids().map(str), codes),
    st.builds(alarm, st.uuids().map(str)),
    st.builds(
        amount,
        st.uuids().map(str),
        sizes,
        st.integers(0, 2),
        subject=entities,
        at=instants,
    ),
)
batches = st.lists(st.lists(events, max_size=6), max_size=6)


@contextmanager
def ledger_file() -> Iterator[LedgerFile]:
    """Give a ledger that holds the creation of its institute alone."""
    with tempfile.TemporaryDirectory() as folder:
        yield LedgerFile(Path(folder), [creation()])


def flat(history: list[list[Event]]) -> list[Event]:
    """Return all events of a log that starts with the creation."""
    return [creation(), *(event for batch in history for event in batch)]


@few
@given(batches)
def test_tables_tree_and_basis_are_those_of_the_events(
    history: list[list[Event]],
) -> None:
    recorded = grounded(flat(history))
    rest = iter(recorded[1:])
    with ledger_file() as file:
        with file.opened() as ledger:
            for batch in history:
                ledger.append([*islice(rest, len(batch))])
            head = ledger.head()
        for table in ("registry", "policy", "decision", "institute", "amount"):
            rows = file.query(f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608 - our own names
            assert rows == getattr(projections, table)(recorded)
        report = file.verify()

    assert head.root == merkle.root([sealed(event).data for event in recorded])
    assert head.basis == projections.basis(recorded)
    assert (report.findings, report.root) == ((), head.root)


@few
@given(batches)
def test_a_replayed_log_is_the_same_log(history: list[list[Event]]) -> None:
    with ledger_file() as file:
        with file.opened() as ledger:
            for batch in history:
                ledger.append(batch)
        store = Store(file.path, writable=False)
        size, found = replay_ledger(store, file.path.with_name("replayed.db"))

    assert (size, found) == (len(flat(history)), ())


@few
@given(batches, st.data())
def test_changes_since_any_index_lead_to_the_registry_as_it_is(
    history: list[list[Event]], data: st.DataObject
) -> None:
    recorded = flat(history)
    cut = data.draw(st.integers(-1, len(recorded) - 1))
    with ledger_file() as file, file.opened() as ledger:
        ledger.append(recorded[1 : cut + 1])
        known = dict(ledger.registry_since(-1).documents)
        ledger.append(recorded[max(cut, 0) + 1 :])
        known.update(ledger.registry_since(cut).documents)
        whole = ledger.registry_since(-1)

    assert known == whole.documents
    assert whole.basis == projections.basis(recorded)
    policies = projections.policy(recorded)
    assert whole.policy == (policies[-1][2] if policies else "")


@few
@given(batches, st.data(), entities, instants)
def test_what_has_left_is_the_sum_of_the_events_however_it_was_learnt(
    history: list[list[Event]], data: st.DataObject, subject: str, now: int
) -> None:
    recorded = flat(history)
    cut = data.draw(st.integers(0, len(history)))
    learnt, at_once = Spending(), Spending()
    with ledger_file() as file, file.opened() as ledger:
        for batch in history[:cut]:
            ledger.append(batch)
            ledger.registry_since(-1, learnt)
        for batch in history[cut:]:
            ledger.append(batch)
        ledger.registry_since(-1, learnt)
        ledger.registry_since(-1, at_once)

    asked = (subject, "weights:aurora-2", "point:trainer", now)
    assert learnt.before(*asked) == at_once.before(*asked)
    assert at_once.before(*asked) == projections.spent(recorded, subject, now)
    assert learnt.basis().tally == at_once.basis().tally


moves = st.lists(
    st.tuples(
        st.integers(0, 2),  # which of three writers
        st.lists(events, min_size=1, max_size=3),
        # How old the basis is that it believes in; None for one that needs none.
        st.none() | st.integers(0, 2),
    ),
    max_size=15,
)


@few
@given(moves)
def test_of_several_writers_each_is_accepted_on_the_present_basis_only(
    attempts: list[tuple[int, list[Event], int | None]],
) -> None:
    recorded = [creation()]
    bases = [0]
    with ledger_file() as file, ExitStack() as stack:
        writers: list[Ledger] = [stack.enter_context(file.opened()) for _ in range(3)]
        for writer, drawn, age in attempts:
            believed = None if age is None else bases[max(-len(bases), -1 - age)]
            batch = grounded(drawn, len(recorded), bases[-1])
            try:
                receipts = writers[writer].append(batch, believed)
            except StaleBasis:
                assert believed not in {None, bases[-1]}
                continue
            assert believed in {None, bases[-1]}
            assert [receipt.index for receipt in receipts] == [
                *range(len(recorded), len(recorded) + len(batch))
            ]
            recorded += batch
            if projections.basis(recorded) != bases[-1]:
                bases.append(projections.basis(recorded))
        report = file.verify()

    assert (report.size, report.findings) == (len(recorded), ())
    assert report.root == merkle.root([sealed(event).data for event in recorded])


marks = st.tuples(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))
sets = st.lists(marks, unique=True, max_size=8)


@given(sets, sets)
def test_a_tally_knows_which_set_it_stands_for(
    one: list[tuple[object, object]], other: list[tuple[object, object]]
) -> None:
    left, right = Basis(), Basis()
    left.put_in_force(one)
    right.put_in_force(other)

    assert (left.tally == right.tally) == (set(one) == set(other))


@given(sets, sets)
def test_what_goes_in_and_out_of_a_tally_leaves_no_trace(
    stay: list[tuple[object, object]], go: list[tuple[object, object]]
) -> None:
    moved, still = Basis(), Basis()
    moved.put_in_force([*go, *stay])
    moved.take_out(go)
    still.put_in_force(stay)

    assert moved.tally == still.tally
