"""Rebuilt tables, and what is said of stored ones that differ."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text

from ringwall.base.errors import RecordUnavailable
from ringwall.ledger.rebuild import Rebuilder, differences, scratch_database
from ringwall.ledger.row_difference import Difference
from ringwall.ledger.schema import BLOCK, LEAF, PROJECTIONS, SLICE
from ringwall.ledger.slices import FIELDS
from tests.fault.ledger_simulator import (
    ABOUT_THE_LOG,
    HISTORY,
    SPENT,
    alarm,
    decision,
    fact,
    sealed,
)
from tests.matter_events import MATTERS, PASSING
from tests.oracle import projections
from tests.raid_records import NEEDS, RAID, case_event
from tests.unit.ledger.sliced_log import SIZE, decided, decision_rows


def fill(connection: Connection, *, with_leaves: bool = False) -> Rebuilder:
    """Rebuild the short history into a database."""
    rebuilder = Rebuilder(connection, with_leaves=with_leaves)
    for index, event in enumerate(HISTORY):
        entry = sealed(event)
        rebuilder.add(index, event, entry.leaf, entry.data)
    rebuilder.flush()
    return rebuilder


def after(*edits: str) -> list[Difference]:
    """Return what is found after the stored tables have been edited."""
    with scratch_database() as stored, scratch_database() as rebuilt:
        fill(stored)
        fill(rebuilt)
        for edit in edits:
            stored.execute(text(edit))
        return list(differences(stored, rebuilt))


def test_the_rebuilt_tables_are_what_the_oracle_says() -> None:
    with scratch_database() as connection:
        basis = fill(connection).basis()

        assert basis.last == projections.basis(HISTORY)
        for name, table in PROJECTIONS.items():
            rows = connection.execute(select(table).order_by(*table.primary_key))
            assert rows.all() == getattr(projections, name)(HISTORY)
        assert connection.execute(select(LEAF)).all() == []


def test_the_rebuilt_amounts_are_what_the_oracle_says() -> None:
    with scratch_database() as connection:
        rebuilder = Rebuilder(connection)
        for index, event in enumerate(SPENT):
            entry = sealed(event)
            rebuilder.add(index, event, entry.leaf, entry.data)
        rebuilder.flush()

        assert rebuilder.basis().last == projections.basis(SPENT) == 12
        rows = connection.execute(select(PROJECTIONS["amount"]))
        assert rows.all() == projections.amount(SPENT)


def test_an_alarm_is_a_leaf_and_a_listed_event_and_not_in_force() -> None:
    entry = sealed(alarm("dec-3"))
    with scratch_database() as connection:
        rebuilder = fill(connection, with_leaves=True)
        before = rebuilder.basis()
        history = (*HISTORY, alarm("dec-3"))

        rebuilder.add(10, entry.event, entry.leaf, entry.data)
        rebuilder.flush()

        for name, table in PROJECTIONS.items():
            rows = connection.execute(select(table).order_by(*table.primary_key))
            assert rows.all() == getattr(projections, name)(history)
        after_it = rebuilder.basis()
        assert (after_it.last, after_it.tally) == (before.last, before.tally)
        assert connection.execute(select(LEAF.c.idx)).scalars().all() == [*range(11)]


def test_what_is_about_the_log_itself_is_rebuilt_as_the_oracle_says() -> None:
    told = (*HISTORY, *ABOUT_THE_LOG, *MATTERS, *PASSING, *RAID, case_event("c-b"))
    told = (*told, case_event(act="assess", before="new", severity=4), *NEEDS)
    entries = [sealed(event) for event in told]
    history = [entry.event for entry in entries]
    with scratch_database() as connection:
        rebuilder = Rebuilder(connection)
        for index, entry in enumerate(entries):
            rebuilder.add(index, entry.event, entry.leaf, entry.data)
        rebuilder.flush()

        assert rebuilder.basis().last == projections.basis(history)
        for name, table in PROJECTIONS.items():
            rows = connection.execute(select(table).order_by(*table.primary_key))
            assert rows.all() == getattr(projections, name)(history)


def test_leaves_are_stored_where_they_are_asked_for() -> None:
    with scratch_database() as connection:
        fill(connection, with_leaves=True)

        assert connection.execute(select(LEAF.c.idx)).scalars().all() == [*range(10)]


def test_a_long_log_is_written_chunk_by_chunk() -> None:
    with scratch_database() as connection:
        rebuilder = Rebuilder(connection)
        entry = sealed(decision("dec-1"))
        for index in range(2001):
            rebuilder.add(index, entry.event, entry.leaf, entry.data)
        before = connection.execute(text("SELECT count(*) FROM decision")).scalar()
        rebuilder.flush()
        count = connection.execute(text("SELECT count(*) FROM decision")).scalar()

    assert (before, count) == (2000, 2001)


def test_an_event_that_can_not_be_projected_is_refused() -> None:
    with scratch_database() as connection, pytest.raises(ValueError, match="kind"):
        Rebuilder(connection).add(0, {"kind": "other"}, bytes(32), b"")


def test_equal_tables_have_no_differences() -> None:
    assert after() == []


def test_a_changed_field_is_named_with_both_values() -> None:
    [found] = after("UPDATE decision SET effect = 'deny' WHERE idx = 4")

    assert found == Difference(
        "decision", "4", "row-changed", "effect is `deny`, the log says `permit`"
    )


def test_inside_a_document_only_what_differs_is_named() -> None:
    [found] = after(
        "UPDATE registry SET document = replace(document, 'SL4', 'SL5')",
    )

    assert found.key == "org:ada"
    assert found.message == "level is `SL5`, the log says `SL4`"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('["reader"]', '["reader","x"]', "roles[1] is `x`, the log says absent"),
        ('["reader"]', '{"a":1}', "roles.a is `1`, the log says absent; "),
        ('"SL4"', '"\x1b[2J"', "document is "),
        (',"name":"Ada"', "", "name is absent, the log says `Ada`"),
        ('["reader"]', "[]", "roles[0] is absent, the log says `reader`"),
        ('"level"', ' "level"', "document is `{"),
        ("{", "", "document is `"),
    ],
)
def test_what_differs_in_a_document_is_told_in_one_printable_line(
    old: str, new: str, message: str
) -> None:
    with scratch_database() as stored, scratch_database() as rebuilt:
        fill(stored)
        fill(rebuilt)
        stored.execute(
            text("UPDATE registry SET document = replace(document, :old, :new)"),
            {"old": old, "new": new},
        )
        [found] = differences(stored, rebuilt)

    assert found.code == "row-changed"
    assert found.message.startswith(message)
    assert found.message.isprintable()


def test_a_document_with_one_for_true_is_another() -> None:
    event = {**fact("org:eve"), "document": {"x": True}}
    entry = sealed(event)
    with scratch_database() as stored, scratch_database() as rebuilt:
        for connection in (stored, rebuilt):
            rebuilder = Rebuilder(connection)
            rebuilder.add(1, event, entry.leaf, entry.data)
            rebuilder.flush()
        stored.exec_driver_sql("""UPDATE registry SET document = '{"x":1}'""")
        [found] = differences(stored, rebuilt)

    assert found.message == """document is `{"x":1}`, the log says `{"x":true}`"""


def test_a_missing_row_and_one_too_many_are_told() -> None:
    found = after(
        "DELETE FROM policy WHERE idx = 8",
        "INSERT INTO registry VALUES ('org:eve', 3, NULL)",
        "UPDATE decision SET idx = 5 WHERE idx = 4",
    )

    assert [(d.table, d.key, d.code) for d in found] == [
        ("registry", "org:eve", "row-unfounded"),
        ("policy", "8", "row-missing"),
        ("decision", "4", "row-missing"),
        ("decision", "5", "row-unfounded"),
    ]


def test_a_key_of_another_type_is_no_key_of_the_log() -> None:
    found = after(
        "UPDATE registry SET id = CAST(id AS BLOB) WHERE id = 'org:ada'",
        "INSERT INTO registry VALUES (X'FF1B', 3, NULL)",
    )

    assert [(d.key, d.code) for d in found] == [
        ("org:ada", "row-missing"),
        ("b'org:ada'", "row-unfounded"),
        (r"b'\xff\x1b'", "row-unfounded"),
    ]


def test_keys_that_are_all_of_another_type_are_no_keys_of_the_log() -> None:
    found = after("UPDATE registry SET id = CAST(id AS BLOB)")

    assert [d.code for d in found] == ["row-missing"] * 2 + ["row-unfounded"] * 2


def test_a_key_of_no_type_is_no_key_of_the_log() -> None:
    found = after(
        "DROP TABLE registry",
        "CREATE TABLE registry (id, idx, document)",
        "INSERT INTO registry VALUES (NULL, NULL, NULL), (5, 5, NULL), (1.5, 1, NULL)",
    )

    assert [(d.key, d.code) for d in found] == [
        ("None", "row-unfounded"),
        ("1.5", "row-unfounded"),
        ("5", "row-unfounded"),
        ("org:ada", "row-missing"),
        ("org:bob", "row-missing"),
    ]


def test_tiles_are_rebuilt_from_the_leaves_and_compared() -> None:
    with scratch_database() as stored, scratch_database() as rebuilt:
        for connection in (stored, rebuilt):
            rebuilder = Rebuilder(connection, with_leaves=True)
            entry = sealed(decision("dec-1"))
            for index in range(600):
                if index == 7:
                    rebuilder.add_pruned(index, entry.leaf)
                else:
                    rebuilder.add(index, entry.event, entry.leaf, entry.data)
            rebuilder.flush()
        assert list(differences(stored, rebuilt)) == []
        stored.execute(text("UPDATE tile SET root = zeroblob(32) WHERE idx = 0"))
        stored.execute(text("DELETE FROM tile WHERE idx = 1"))
        found = list(differences(stored, rebuilt))

    assert [(d.table, d.key, d.code) for d in found] == [
        ("tile", "0/0", "row-changed"),
        ("tile", "0/1", "row-missing"),
    ]


def test_pruned_leaves_are_written_chunk_by_chunk() -> None:
    with scratch_database() as connection:
        rebuilder = Rebuilder(connection, with_leaves=True)
        for index in range(2001):
            rebuilder.add_pruned(index, bytes(32))
        count = connection.execute(text("SELECT count(*) FROM leaf")).scalar()

    assert count == 2000


def test_a_scratch_database_without_room_is_told() -> None:
    with scratch_database() as connection:
        connection.execute(text("PRAGMA max_page_count=1"))
        rebuilder = Rebuilder(connection)
        for index in range(1999):
            rebuilder.add(index, decision(f"dec-{index}"), bytes(32), b"")

        with pytest.raises(RecordUnavailable, match="is full") as caught:
            rebuilder.flush()
    assert caught.value.code == "rebuild-failed"


def test_a_scratch_file_that_can_not_be_opened_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(RecordUnavailable) as caught,
        scratch_database(tmp_path / "none" / "target.db"),
    ):
        pytest.fail("there is no such folder")
    assert caught.value.code == "rebuild-failed"


def test_a_scratch_file_is_kept_and_complete(tmp_path: Path) -> None:
    target = tmp_path / "target.db"
    target.touch()
    with scratch_database(target) as connection:
        fill(connection, with_leaves=True)

    with closing(sqlite3.connect(target)) as kept:
        assert kept.execute("SELECT count(*) FROM leaf").fetchone() == (10,)


def sliced(*edits: str) -> list[Difference]:
    """Return what is found of slices after the stored ones have been edited."""
    rows = decision_rows()
    with scratch_database() as stored, scratch_database() as rebuilt:
        for connection in (stored, rebuilt):
            rebuilder = Rebuilder(connection, with_leaves=True)
            for index in range(SIZE):
                rebuilder.add_pruned(index, bytes(32))
            rebuilder.flush()
            decided(connection, rows)
            rebuilder.slice_blocks()
        assert rebuilt.execute(select(BLOCK.c.number)).scalars().all() == [0, 1, 2]
        for edit in edits:
            stored.execute(text(edit))
        return list(differences(stored, rebuilt))


def test_slices_are_made_anew_and_those_not_there_are_not_missed() -> None:
    assert sliced() == []
    assert sliced("DELETE FROM slice", "DELETE FROM block WHERE number = 1") == []


def test_a_slice_that_is_another_differs() -> None:
    found = sliced(
        "UPDATE block SET last = 'x' WHERE number = 2",
        "UPDATE slice SET field = 'at' WHERE block = 1 AND field = 'id'",
        "UPDATE slice SET data = x'' WHERE block = 0",
    )

    assert [(one.table, one.key, one.code) for one in found] == [
        (BLOCK.name, "2", "row-changed"),
        (SLICE.name, "at/1", "row-unfounded"),
        *((SLICE.name, f"{field}/0", "row-changed") for field in FIELDS),
    ]
