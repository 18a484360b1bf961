"""Stored entries: their very bytes, or a refusal that says what became of them."""

import pytest

from ringwall.base.errors import (
    IntegrityError,
    RequestError,
    RingwallError,
    UnknownItem,
)
from ringwall.ledger.stored_entries import (
    StoredEntry,
    entries_between,
    entry_at,
    entry_kept,
    pruned_bundles,
    pruned_end,
)
from ringwall.model.events import log_pruned
from ringwall.tlog.bundles import format_bundle
from tests.fault.ledger_simulator import AT, HISTORY, LedgerFile

PRUNED = [1, 2, 3, 4, 7, 9]


def leaves(file: LedgerFile, first: int, end: int) -> bytes:
    """Return the leaf hashes of a stretch in a row."""
    query = "SELECT hash FROM leaf WHERE idx >= ? AND idx < ? ORDER BY idx"
    return b"".join(leaf for (leaf,) in file.query(query, first, end))


def prune(file: LedgerFile, before: int = 10) -> None:
    """Prune the log, on record."""
    with file.opened() as ledger:
        ledger.append([log_pruned(AT, before, "old")])


def refused(file: LedgerFile, index: int) -> RingwallError:
    """Return why an entry is not given."""
    with (
        file.opened(writable=False) as ledger,
        ledger.store.reading() as connection,
        pytest.raises(RingwallError) as caught,
    ):
        entry_at(connection, index)
    return caught.value


def refused_between(file: LedgerFile, first: int, hashes: bytes) -> str:
    """Return the code for which a stretch is not given."""
    with (
        file.opened(writable=False) as ledger,
        ledger.store.reading() as connection,
        pytest.raises(IntegrityError) as caught,
    ):
        entries_between(connection, first, hashes)
    return caught.value.code


def between(file: LedgerFile, first: int, end: int) -> list[bytes | None]:
    """Return the entries of a stretch."""
    hashes = leaves(file, first, end)
    with file.opened(writable=False) as ledger, ledger.store.reading() as connection:
        return entries_between(connection, first, hashes)


def test_an_entry_is_given_with_its_leaf_hash(file: LedgerFile) -> None:
    [(leaf, data)] = file.query("SELECT hash, entry FROM leaf WHERE idx = 4")
    with file.opened(writable=False) as ledger, ledger.store.reading() as connection:
        assert entry_at(connection, 4) == StoredEntry(leaf, data)


@pytest.mark.parametrize("index", [10, -1, 2**63 - 1, 2**63, 10**30])
def test_an_index_that_the_log_has_not_is_unknown(file: LedgerFile, index: int) -> None:
    refusal = refused(file, index)

    assert refusal.code == "unknown-entry"
    assert "`ringwall audit tail`" in refusal.next_step


def test_changed_bytes_are_not_given(file: LedgerFile) -> None:
    file.edit("UPDATE leaf SET entry = CAST(entry || ' ' AS BLOB) WHERE idx = 4")

    assert refused(file, 4).code == "entry-changed"


def test_bytes_that_are_gone_without_a_record_of_it_are_missing(
    file: LedgerFile,
) -> None:
    file.edit("UPDATE leaf SET entry = NULL WHERE idx = 4")

    assert refused(file, 4).code == "entry-changed"
    assert refused_between(file, 3, leaves(file, 3, 6)) == "entry-missing"


def test_a_pruned_entry_is_said_to_be_pruned(file: LedgerFile) -> None:
    prune(file)

    assert refused(file, 4).code == "entry-pruned"
    assert "audit prove --leaf" in refused(file, 4).next_step


def kept(file: LedgerFile, index: int, data: bytes) -> StoredEntry:
    """Return an entry of which somebody kept the bytes."""
    with file.opened(writable=False) as ledger, ledger.store.reading() as connection:
        return entry_kept(connection, index, data)


def bytes_of(file: LedgerFile) -> list[bytes]:
    """Return the bytes of all entries."""
    return [data for (data,) in file.query("SELECT entry FROM leaf ORDER BY idx")]


@pytest.mark.parametrize("index", [4, 5])
def test_an_entry_that_somebody_kept_is_known_by_its_hash(
    file: LedgerFile, index: int
) -> None:
    entries = bytes_of(file)
    [(leaf,)] = file.query("SELECT hash FROM leaf WHERE idx = ?", index)
    prune(file)

    for data in (entries[index], format_bundle(entries)):
        assert kept(file, index, data) == StoredEntry(leaf, entries[index])


@pytest.mark.parametrize("data", [b"", b"{}", b"\x00\x05short", b"\x00\x00" * 256])
def test_other_bytes_are_not_what_was_kept(file: LedgerFile, data: bytes) -> None:
    prune(file)
    for given in (data, bytes_of(file)[5]):
        with pytest.raises(RequestError) as caught:
            kept(file, 4, given)
        assert caught.value.code == "leaf-differs"
        assert "`tile/entries/000`" in caught.value.next_step


@pytest.mark.parametrize("index", [11, -1, 2**63, 10**30])
def test_of_an_entry_that_the_log_has_not_nothing_can_be_kept(
    file: LedgerFile, index: int
) -> None:
    with pytest.raises(UnknownItem) as caught:
        kept(file, index, b"{}")
    assert caught.value.next_step
    assert caught.value.code == "unknown-entry"


def test_a_stretch_is_given_in_order(file: LedgerFile) -> None:
    found = between(file, 2, 7)

    rows = file.query("SELECT entry FROM leaf WHERE idx BETWEEN 2 AND 6 ORDER BY idx")
    assert found == [data for (data,) in rows]


def test_a_stretch_shows_which_entries_are_pruned(file: LedgerFile) -> None:
    prune(file)
    found = between(file, 0, 11)

    assert [index for index, data in enumerate(found) if data is None] == PRUNED


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("UPDATE leaf SET entry = CAST(entry || ' ' AS BLOB)", "entry-changed"),
        ("UPDATE leaf SET entry = CAST(entry AS TEXT)", "entry-changed"),
        ("DELETE FROM leaf", "entry-missing"),
        ("UPDATE leaf SET idx = 40", "entry-missing"),
        ("UPDATE leaf SET entry = NULL", "entry-missing"),
    ],
)
def test_a_stretch_in_which_one_is_not_as_recorded_is_refused(
    file: LedgerFile, sql: str, code: str
) -> None:
    hashes = leaves(file, 2, 7)
    file.edit(f"{sql} WHERE idx = 4")

    assert refused_between(file, 2, hashes) == code


def test_exchanged_entries_are_found_whatever_is_stored_as_their_hash(
    file: LedgerFile,
) -> None:
    hashes = leaves(file, 2, 7)
    for old, new in ((4, 40), (5, 4), (40, 5)):
        file.edit("UPDATE leaf SET idx = ? WHERE idx = ?", new, old)

    assert refused_between(file, 2, hashes) == "entry-changed"


def test_what_is_pruned_is_what_an_entry_says(file: LedgerFile) -> None:
    with file.opened(writable=False) as ledger, ledger.store.reading() as connection:
        assert pruned_end(connection) == 0
        assert pruned_bundles(connection, 0, len(HISTORY)) == {}
    prune(file)
    with file.opened(writable=False) as ledger, ledger.store.reading() as connection:
        assert pruned_end(connection) == 10
        assert pruned_bundles(connection, 0, 11) == {0: 10}
        assert pruned_bundles(connection, 0, 8) == {0: 8}
        assert pruned_bundles(connection, 8, 9) == {}
        assert pruned_bundles(connection, 10, 11) == {}
    file.edit("UPDATE pruning SET before = 3")
    with (
        file.opened(writable=False) as ledger,
        ledger.store.reading() as connection,
        pytest.raises(IntegrityError) as caught,
    ):
        pruned_end(connection)
    assert caught.value.code == "table-differs"
