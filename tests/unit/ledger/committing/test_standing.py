"""What stands for what: each event takes out the one before about the same thing."""

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.ledger.basis import Basis
from ringwall.ledger.committing.standing import Moving, Standing
from ringwall.ledger.in_force import stored_basis
from ringwall.ledger.store import Store
from ringwall.model.events import Event
from tests.fault.ledger_simulator import (
    LedgerFile,
    amount,
    decision,
    fact,
    policy,
    removal,
    sealed,
)


def moving(first: int, *events: Event) -> list[Moving]:
    """Return events as entries that stand from an index on."""
    entries = [sealed(event) for event in events]
    return [Moving(n, e.leaf, e.data) for n, e in enumerate(entries, first)]


def test_what_is_replaced_is_taken_out_and_nothing_else(file: LedgerFile) -> None:
    entries = moving(10, fact("org:ada"), policy("3" * 64), amount("x", 7))
    with Store(file.path, writable=False).reading() as connection:
        basis = stored_basis(connection)
        expected = basis.copy()
        Standing.read(connection).followed(connection, basis, entries)
        read = connection.exec_driver_sql("SELECT idx, hash FROM leaf").all()
        hashes = {row.idx: row.hash for row in read}

    expected.take_out([(5, hashes[5]), (8, hashes[8])])
    expected.put_in_force((entry.place, entry.leaf) for entry in entries)
    assert (basis.last, basis.tally) == (12, expected.tally)


def test_what_was_appended_here_is_what_others_replace(file: LedgerFile) -> None:
    own = [sealed(decision("dec-4")), sealed(fact("org:eve")), sealed(amount("x", 7))]
    with file.opened() as ledger:
        ledger.append([decision("dec-4"), fact("org:eve"), amount("x", 7)])
    [(leaf,)] = file.query("SELECT hash FROM leaf WHERE idx = 11")
    with Store(file.path, writable=False).reading() as connection:
        before = Standing({})
        after, basis = before.extended(10, own), Basis()
        after.followed(connection, basis, moving(13, removal("org:eve")))

    expected = Basis()
    expected.take_out([(11, leaf)])
    expected.put_in_force((e.place, e.leaf) for e in moving(13, removal("org:eve")))
    assert basis.tally == expected.tally
    assert before.extended(10, own[:1]) is before


def test_what_is_replaced_must_have_its_leaf_hash(file: LedgerFile) -> None:
    file.edit("UPDATE leaf SET hash = x'00' WHERE idx = 5")
    entries = moving(10, removal("org:ada"))
    with Store(file.path, writable=False).reading() as connection:
        standing = Standing.read(connection)
        with pytest.raises(IntegrityError) as caught:
            standing.followed(connection, Basis(), entries)

    assert caught.value.code == "table-differs"
