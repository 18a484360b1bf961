"""Writing a batch: leaves, tables, tree and basis move together."""

from sqlalchemy import select

from ringwall.ledger.basis import Basis
from ringwall.ledger.in_force import stored_basis
from ringwall.ledger.projections import project
from ringwall.ledger.rebuild import scratch_database
from ringwall.ledger.rows import put_rows, write_batch, write_leaves
from ringwall.ledger.schema import LEAF, PROJECTIONS, RAID_CARDS
from ringwall.ledger.schema import RAID as RAID_JOURNAL
from ringwall.tlog.frontier import Frontier
from tests.fault.ledger_simulator import SPENT, fact, removal, sealed
from tests.oracle import merkle, projections
from tests.raid_records import NEEDS, RAID, case_event, report_event


def test_batches_amount_to_what_the_oracle_says() -> None:
    frontier, basis = Frontier(), Basis()
    entries = [sealed(event) for event in SPENT]
    with scratch_database() as connection:
        for start in range(0, len(entries), 3):
            write_batch(connection, frontier, basis, entries[start : start + 3])

        assert frontier.root() == merkle.root([entry.data for entry in entries])
        assert basis.last == projections.basis(SPENT)
        assert basis.tally == stored_basis(connection).tally
        assert connection.execute(select(LEAF).order_by(LEAF.c.idx)).all() == [
            (index, entry.leaf, entry.data) for index, entry in enumerate(entries)
        ]
        for name, table in PROJECTIONS.items():
            rows = connection.execute(select(table).order_by(*table.primary_key))
            assert rows.all() == getattr(projections, name)(SPENT)


def test_of_an_object_of_the_desk_one_row_is_left_in_a_batch_as_beyond() -> None:
    acts = [case_event(act="note", before="new", severity=n) for n in range(3)]
    events = [*RAID, *acts, *NEEDS, report_event("report:r-b"), acts[0]]
    entries = [sealed(event) for event in events]
    history = [entry.event for entry in entries]
    for size in (1, 4, len(events)):
        frontier, basis = Frontier(), Basis()
        with scratch_database() as connection:
            for start in range(0, len(entries), size):
                write_batch(connection, frontier, basis, entries[start : start + size])

            assert basis.last == projections.basis(history) == len(RAID) + 6
            for name, table in (("raid", RAID_JOURNAL), *RAID_CARDS.items()):
                rows = connection.execute(select(table).order_by(table.c.idx))
                assert rows.all() == getattr(projections, name)(history)


def test_a_fact_takes_the_place_of_the_one_with_its_id() -> None:
    events = [fact("org:ada"), removal("org:ada")]
    with scratch_database() as connection:
        for index, event in enumerate(events):
            put_rows(connection, project(index, event))

        rows = connection.execute(select(PROJECTIONS["registry"])).all()
        assert rows == [("org:ada", 1, None)]


def test_writing_nothing_is_no_error() -> None:
    with scratch_database() as connection:
        write_leaves(connection, [])
        put_rows(connection, [])
