"""The tip: a log once seen only ever grows."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from ringwall.base.errors import IntegrityError
from ringwall.ledger.committing.tip import Tip
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.store import Store
from tests.fault.ledger_simulator import (
    KEY,
    ORIGIN,
    OTHER_KEY,
    LedgerFile,
    decision,
    fact,
    sealed,
)
from tests.oracle import merkle


@pytest.fixture
def store(file: LedgerFile) -> Iterator[Store]:
    """Give the store, open for writing."""
    store = Store(file.path, writable=True)
    yield store
    store.close()


def read(store: Store) -> Tip:
    """Return the tip as it is stored."""
    with store.reading() as connection:
        return Tip.read(connection, KEY, ORIGIN)


def follow(tip: Tip, store: Store) -> Tip:
    """Return the tip as it is now."""
    with store.reading() as connection:
        return tip.followed(connection, KEY, ORIGIN)


def extend(tip: Tip, connection: Connection, *names: str) -> Tip:
    """Write decisions behind the tip."""
    entries = [sealed(decision(name)) for name in names]
    return tip.extended(connection, entries, KEY, ORIGIN)


def test_the_tip_is_read_as_it_was_signed(store: Store) -> None:
    tip = read(store)

    assert (tip.head.size, tip.basis.last, tip.frontier.size) == (10, 8, 10)


def test_a_tip_that_another_key_signed_is_not_read(store: Store) -> None:
    with store.reading() as connection, pytest.raises(IntegrityError) as caught:
        Tip.read(connection, OTHER_KEY, ORIGIN)
    assert caught.value.code == "signature-missing"


def test_what_is_written_is_what_is_read_next(store: Store) -> None:
    tip = read(store)
    with store.writing() as connection:
        extended = extend(tip, connection, "dec-4", "dec-5")

    assert follow(extended, store) is extended
    again = read(store)
    assert again.head == extended.head
    assert again.frontier.dump() == extended.frontier.dump()
    assert again.basis.tally == extended.basis.tally


def test_an_extension_leaves_the_tip_before_it_as_it_was(store: Store) -> None:
    tip = read(store)
    with store.writing() as connection:
        tip.extended(connection, [sealed(fact("org:eve"))], KEY, ORIGIN)

    assert (tip.frontier.size, tip.basis.last) == (10, 8)
    assert tip.basis.tally == tip.head.tally


def test_what_another_process_wrote_is_followed(store: Store) -> None:
    tip = read(store)
    with store.writing() as connection:
        other = extend(tip, connection, "dec-4", "dec-5", "dec-6")

    followed = follow(tip, store)

    assert followed.head == other.head
    assert followed.frontier.root() == other.head.root


def test_the_same_process_writes_on_where_another_stopped(
    file: LedgerFile, store: Store
) -> None:
    tip = read(store)
    with store.writing() as connection:
        extend(tip, connection, "dec-4")
    with store.writing() as connection:
        extend(tip.followed(connection, KEY, ORIGIN), connection, "dec-5")

    report = file.verify()
    entries = [entry for (entry,) in file.query("SELECT entry FROM leaf ORDER BY idx")]
    assert report.is_sound
    assert report.root == merkle.root(entries)


def test_an_older_state_put_back_is_not_followed(
    file: LedgerFile, tmp_path: Path
) -> None:
    put_back = file.saved(tmp_path / "older.db")
    with file.opened() as ledger:
        ledger.append([decision("dec-4")])
    tip = read(Store(file.path, writable=False))
    put_back()

    with pytest.raises(IntegrityError) as caught:
        follow(tip, Store(file.path, writable=False))
    assert caught.value.code == "log-rolled-back"


@pytest.mark.parametrize("more", [["dec-x"], ["dec-x", "dec-y"]])
def test_another_log_of_the_same_key_is_not_followed(
    file: LedgerFile, tmp_path: Path, more: list[str]
) -> None:
    put_back = file.saved(tmp_path / "older.db")
    with file.opened() as ledger:
        ledger.append([decision("dec-4")])
    tip = read(Store(file.path, writable=False))
    put_back()
    with file.opened() as ledger:
        ledger.append([decision(name) for name in more])

    with pytest.raises(IntegrityError) as caught:
        follow(tip, Store(file.path, writable=False))
    assert caught.value.code == "log-forked"


@pytest.mark.parametrize("leaf", [None, "text", bytes(31), bytes(32)])
def test_a_damaged_leaf_among_the_new_ones_is_not_followed(
    file: LedgerFile, leaf: object
) -> None:
    tip = read(Store(file.path, writable=False))
    with file.opened() as ledger:
        ledger.append([decision("dec-4"), decision("dec-5")])
    if leaf is None:
        file.edit("DELETE FROM leaf WHERE idx = 11")
    else:
        file.edit("UPDATE leaf SET hash = ? WHERE idx = 11", leaf)

    with pytest.raises(IntegrityError) as caught:
        follow(tip, Store(file.path, writable=False))
    assert caught.value.code == "log-forked"


def test_a_basis_moved_behind_our_back_is_not_followed(file: LedgerFile) -> None:
    tip = read(Store(file.path, writable=False))
    file.edit("UPDATE head SET basis = 5")

    with pytest.raises(IntegrityError) as caught:
        follow(tip, Store(file.path, writable=False))
    assert caught.value.code == "head-differs"


def test_a_basis_moved_behind_our_back_is_not_read(file: LedgerFile) -> None:
    file.edit("UPDATE head SET basis = 5")

    with pytest.raises(IntegrityError) as caught:
        Ledger(file.path, KEY.verifier(), ORIGIN, KEY).append([decision("dec-4")], 5)
    assert caught.value.code == "head-differs"
