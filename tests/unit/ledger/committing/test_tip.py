"""The tip: a log once seen only ever grows."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from ringwall.base.errors import IntegrityError
from ringwall.ledger.basis import Basis
from ringwall.ledger.committing.tip import Tip
from ringwall.ledger.head import Head, read_head, sign_head
from ringwall.ledger.in_force import stored_basis
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.store import Store
from ringwall.model.events import (
    Event,
    anchor_begun,
    log_pruned,
    subject_erased,
    witness_added,
    witness_quorum,
    witness_removed,
)
from tests.fault.ledger_simulator import (
    AT,
    HISTORY,
    KEY,
    ORIGIN,
    OTHER_KEY,
    SPENT,
    LedgerFile,
    amount,
    decision,
    fact,
    growth,
    policy,
    removal,
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
    entries = [sealed(decision(name, basis=8)) for name in names]
    return tip.extended(connection, entries, KEY, ORIGIN)


def reseal(file: LedgerFile, basis: Basis) -> Head:
    """Have the key of the log sign a head over another basis, as a thief of it can."""
    store = Store(file.path, writable=False)
    with store.reading() as connection:
        head = read_head(connection)
        frontier = Tip.read(connection, KEY, ORIGIN).frontier
    forged = sign_head(frontier, basis, KEY, ORIGIN)
    file.edit(
        "UPDATE head SET basis = ?, tally = ?, seal = ?",
        forged.basis,
        forged.tally,
        forged.seal,
    )
    return head


def refusal(tip: Tip, file: LedgerFile) -> str:
    """Return the code with which the log as it is now is not followed."""
    with pytest.raises(IntegrityError) as caught:
        follow(tip, Store(file.path, writable=False))
    return caught.value.code


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


@pytest.mark.parametrize(
    ("leaf", "code"),
    [
        (None, "log-forked"),
        ("text", "log-forked"),
        (bytes(31), "log-forked"),
        (bytes(32), "entry-changed"),
    ],
)
def test_a_damaged_leaf_among_the_new_ones_is_not_followed(
    file: LedgerFile, leaf: object, code: str
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
    assert caught.value.code == code


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


def tag_on(tip: Tip, store: Store, *names: str) -> Tip:
    """Write decisions behind the tip, the head tagged and not signed."""
    entries = [sealed(decision(name, basis=8)) for name in names]
    with store.writing() as connection:
        return tip.extended(connection, entries, KEY, ORIGIN, is_signed=False)


def test_what_another_process_tagged_is_followed_and_read(store: Store) -> None:
    tip = read(store)
    other = tag_on(tag_on(tip, store, "dec-4"), store, "dec-5", "dec-6")

    assert len(other.head.tag) == 32
    assert other.head.sealed() == (10, tip.head.root)
    assert follow(tip, store).head == other.head
    assert read(store).head == other.head


def test_what_moves_the_basis_is_signed_whatever_is_asked(store: Store) -> None:
    with store.writing() as connection:
        entries = [sealed(fact("org:eve"))]
        tip = read(store).extended(connection, entries, KEY, ORIGIN, is_signed=False)

    assert tip.head.tag == b""
    assert tip.head.check_seal(KEY.verifier(), ORIGIN).size == 11


def test_the_whole_of_a_tagged_log_can_be_signed(store: Store) -> None:
    tagged = tag_on(read(store), store, "dec-4")
    with store.writing() as connection:
        signed = tagged.sealed(connection, KEY, ORIGIN)
        assert signed.sealed(connection, KEY, ORIGIN) is signed

    assert signed.head == read(store).head
    assert signed.head.check_seal(KEY.verifier(), ORIGIN).size == 11
    assert follow(tagged, store).head == signed.head


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE head SET tag = zeroblob(32)",
        "UPDATE head SET seal = CAST('x' AS BLOB)",
    ],
)
def test_a_tagged_head_that_was_edited_is_not_followed(
    file: LedgerFile, store: Store, edit: str
) -> None:
    tip = read(store)
    tag_on(tip, store, "dec-4")
    file.edit(edit)

    with pytest.raises(IntegrityError) as caught:
        follow(tip, store)
    assert caught.value.code == "head-differs"


def test_a_tag_that_is_not_the_keys_is_not_read(file: LedgerFile, store: Store) -> None:
    tag_on(read(store), store, "dec-4")
    file.edit("UPDATE head SET tag = zeroblob(32)")

    with pytest.raises(IntegrityError) as caught:
        read(store)
    assert caught.value.code == "head-differs"


MOVING: tuple[tuple[Event, ...], ...] = (
    (fact("org:eve"),),
    (fact("org:ada", "SL5"), decision("dec-4"), fact("org:ada", "SL1")),
    (removal("org:ada"), fact("org:bob"), removal("org:bob")),
    (policy("3" * 64), policy("4" * 64)),
    (witness_added(AT, "a", "a+00000000+BA"), witness_removed(AT, "a")),
    (
        witness_quorum(AT, 1, 60, mandatory=True),
        witness_quorum(AT, 2, 9, mandatory=True),
    ),
    (amount("dec-3", 7), amount("dec-3", 9)),
    (growth(), subject_erased(AT, ["user:~" + "A" * 43], "asked for")),
    (anchor_begun(AT, "new", "5" * 64), decision("dec-4")),
)


@pytest.mark.parametrize("events", MOVING)
def test_the_basis_of_what_others_wrote_is_that_of_the_tables(
    file: LedgerFile, events: tuple[Event, ...]
) -> None:
    tip = read(Store(file.path, writable=False))
    seen = [tip]
    for event in events:
        with file.opened() as ledger:
            ledger.append([event])
        seen.append(follow(seen[-1], Store(file.path, writable=False)))

    # Whoever looks after each of them, and whoever looks but once.
    for before in seen:
        followed = follow(before, Store(file.path, writable=False))
        with Store(file.path, writable=False).reading() as connection:
            stored = stored_basis(connection)

        assert (followed.basis.last, followed.basis.tally) == (
            stored.last,
            stored.tally,
        )


def test_what_this_process_wrote_is_what_others_replace(store: Store) -> None:
    tip = read(store)
    with store.writing() as connection:
        own = tip.extended(connection, [sealed(fact("org:eve"))], KEY, ORIGIN)
    with store.writing() as connection:
        entries = [sealed(removal("org:eve")), sealed(decision("dec-4", basis=11))]
        other = own.extended(connection, entries, KEY, ORIGIN)

    followed = follow(own, store)

    assert (followed.basis.last, followed.basis.tally) == (11, other.basis.tally)


def test_a_tip_before_an_extension_does_not_know_of_it(store: Store) -> None:
    tip = read(store)
    with store.writing() as connection:
        tip.extended(connection, [sealed(removal("org:ada"))], KEY, ORIGIN)

    assert follow(tip, store).basis.last == 10


def test_many_entries_of_others_are_followed(file: LedgerFile, store: Store) -> None:
    tip = read(store)
    with file.opened() as ledger:
        ledger.append([decision(f"dec-n{number}", basis=8) for number in range(512)])
        assert follow(tip, store).head.size == 522
        ledger.append([removal("org:ada")])
        ledger.append([decision(f"dec-m{number}", basis=522) for number in range(600)])

    followed = follow(tip, store)

    assert (followed.head.size, followed.basis.last) == (1123, 522)


def test_a_head_sealed_over_the_basis_before_a_removal_is_not_followed(
    file: LedgerFile,
) -> None:
    tip = read(Store(file.path, writable=False))
    with file.opened() as ledger:
        ledger.append([removal("org:ada")])
    reseal(file, tip.basis)

    assert refusal(tip, file) == "head-differs"


def test_a_head_sealed_over_a_tally_without_the_removal_is_not_followed(
    file: LedgerFile,
) -> None:
    tip = read(Store(file.path, writable=False))
    with file.opened() as ledger:
        ledger.append([removal("org:ada")])
    reseal(file, Basis(10, tip.basis.tally))

    assert refusal(tip, file) == "head-differs"


def test_a_basis_resealed_over_the_same_entries_is_not_followed(
    file: LedgerFile,
) -> None:
    tip = read(Store(file.path, writable=False))
    reseal(file, Basis(5, tip.basis.tally))

    assert refusal(tip, file) == "head-differs"


def test_a_fact_of_another_put_back_meanwhile_is_not_followed(file: LedgerFile) -> None:
    # In the tables, in the tally and under a seal, for as long as somebody looks.
    tip = read(Store(file.path, writable=False))
    with file.opened() as ledger:
        ledger.append([fact("org:eve")])
    file.roll_back_fact("org:ada", 2)
    with Store(file.path, writable=False).reading() as connection:
        forged = stored_basis(connection)
    reseal(file, forged)

    assert refusal(tip, file) == "head-differs"


def test_a_removal_hidden_behind_other_bytes_is_not_followed(file: LedgerFile) -> None:
    tip = read(Store(file.path, writable=False))
    with file.opened() as ledger:
        ledger.append([removal("org:ada")])
    file.edit("UPDATE leaf SET entry = ? WHERE idx = 10", sealed(decision("x")).data)
    reseal(file, tip.basis)

    assert refusal(tip, file) == "entry-changed"


@pytest.mark.parametrize("data", [None, "text"])
def test_a_removal_without_bytes_is_not_followed(
    file: LedgerFile, data: object
) -> None:
    tip = read(Store(file.path, writable=False))
    with file.opened() as ledger:
        ledger.append([removal("org:ada")])
    file.edit("UPDATE leaf SET entry = ? WHERE idx = 10", data)
    reseal(file, tip.basis)

    assert refusal(tip, file) == "entry-changed"


def test_what_was_pruned_meanwhile_is_followed(file: LedgerFile, store: Store) -> None:
    tip = read(store)
    with file.opened() as ledger:
        ledger.append([fact("org:ada", "SL1")])
        ledger.append([decision("dec-4", basis=10), fact("org:ada", "SL2")])
        ledger.append([log_pruned(AT, 13, "old")])
    assert file.query("SELECT idx FROM leaf WHERE entry IS NULL AND idx > 9") == [
        (10,),
        (11,),
    ]

    followed = follow(tip, store)

    assert (followed.head.size, followed.basis.last) == (14, 12)


def test_what_a_removal_replaces_must_have_its_leaf_hash(file: LedgerFile) -> None:
    tip = read(Store(file.path, writable=False))
    with file.opened() as ledger:
        ledger.append([removal("org:ada")])
    file.edit("UPDATE leaf SET hash = x'00' WHERE idx = 5")

    assert refusal(tip, file) == "table-differs"


def test_spending_by_others_is_followed(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, HISTORY)
    tip = read(Store(file.path, writable=False))
    with file.opened() as ledger:
        ledger.append(SPENT[10:])

    followed = follow(tip, Store(file.path, writable=False))

    assert (followed.basis.last, followed.basis.tally) == (12, followed.head.tally)
