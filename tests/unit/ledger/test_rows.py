"""Writing a batch: leaves, tables, tree and basis move together."""

from sqlalchemy import select

from ringwall.ledger.basis import Basis
from ringwall.ledger.in_force import stored_basis
from ringwall.ledger.projections import project
from ringwall.ledger.rebuild import scratch_database
from ringwall.ledger.rows import put_rows, write_batch, write_leaves
from ringwall.ledger.schema import LEAF, PROJECTIONS
from ringwall.tlog.frontier import Frontier
from tests.fault.ledger_simulator import SPENT, fact, removal, sealed
from tests.oracle import merkle, projections


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
