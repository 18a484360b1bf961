"""What happens to a ledger when the machine fails, or somebody helps it to."""

import json
import os
import random
import resource
import shutil
import signal
import sqlite3
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from ringwall.base.errors import IntegrityError, RecordUnavailable
from ringwall.ledger.ledger import Ledger, StaleBasis
from ringwall.ledger.schema import METADATA
from tests.fault.children import Child, in_threads
from tests.fault.ledger_simulator import (
    HISTORY,
    KEY,
    ORIGIN,
    VERIFIER,
    LedgerFile,
    decision,
    fact,
)
from tests.recorded import newest_first


@pytest.fixture
def file(tmp_path: Path) -> LedgerFile:
    """Return a ledger with a short history in it."""
    return LedgerFile(tmp_path)


# The main gate has a budget; the deep profile tries more of everything here.
DEEP = os.environ.get("RINGWALL_HYPOTHESIS") == "deep"


def append_until_killed(file: LedgerFile, say: Callable[[object], None]) -> None:
    """Append in four threads, now one entry and now three, and say what is durable."""

    def work(name: int) -> None:
        for number in count():
            events = [
                decision(f"dec-{name}-{number}-{n}", basis=8) for n in range(number % 3)
            ]
            say([(r.index, r.leaf.hex()) for r in ledger.append(events)])

    with file.opened() as ledger:
        in_threads(4, work)


def test_a_killed_process_loses_nothing_that_it_was_told_is_recorded(
    file: LedgerFile,
) -> None:
    chance = random.Random(20)
    acknowledged: dict[int, str] = {}
    for kill in range(50 if DEEP else 10):
        child = Child(partial(append_until_killed, file))
        wanted = chance.randrange(1, 60)
        for number, receipts in enumerate(child.lines()):
            acknowledged.update(receipts)
            if number == wanted:
                child.kill()
        assert child.ended() == -signal.SIGKILL

        stored = dict(file.query("SELECT idx, lower(hex(hash)) FROM leaf"))
        assert acknowledged.items() <= stored.items()
        assert file.verify().findings == ()
        with file.opened() as ledger:
            [receipt] = ledger.append([decision(f"dec-after-{kill}", basis=8)])
        assert receipt.index == len(stored)
        acknowledged[receipt.index] = receipt.leaf.hex()
    assert len(acknowledged) > 50


def append_in_eight_threads(file: LedgerFile, say: Callable[[object], None]) -> None:
    """Append 25 decisions in each of eight threads."""

    def work(name: int) -> None:
        for number in range(25):
            [receipt] = ledger.append([decision(f"dec-{name}-{number}", basis=8)], 8)
            say([receipt.index, receipt.size])

    with file.opened() as ledger:
        in_threads(8, work)


def test_processes_with_many_threads_leave_neither_gap_nor_double(
    file: LedgerFile,
) -> None:
    children = [Child(partial(append_in_eight_threads, file)) for _ in range(4)]
    receipts = [receipt for child in children for receipt in child.finish()]
    report = file.verify()

    assert sorted(index for index, _ in receipts) == [*range(10, 810)]
    assert all(index < size for index, size in receipts)
    assert (report.size, report.findings) == (810, ())


def decide_until_the_last_fact(
    file: LedgerFile, last: int, say: Callable[[object], None]
) -> None:
    """Decide on the state as it is, again and again, until a fact is in force."""
    with file.opened() as ledger:
        while True:
            changes = ledger.registry_since(-1)
            ground = decision("dec", basis=changes.basis)
            try:
                while True:
                    say(ledger.append([ground], changes.basis)[0].index)
                    if f"user:u{last}" in changes.documents:
                        return
            except StaleBasis:
                pass


def revoke(file: LedgerFile, last: int, say: Callable[[object], None]) -> None:
    """Declare fact after fact."""
    with file.opened() as ledger:
        for number in range(last + 1):
            [receipt] = ledger.append([fact(f"user:u{number}", "SL0")])
            say(receipt.index)


def test_no_decision_is_recorded_on_a_basis_revoked_before_in_any_process(
    file: LedgerFile,
) -> None:
    last = 40
    deciders = [Child(partial(decide_until_the_last_fact, file, last)) for _ in "ab"]
    revoked = Child(partial(revoke, file, last)).finish()
    decided = [index for child in deciders for index in child.finish()]

    basis, expected = 8, iter(revoked)
    for index, entry in file.query("SELECT idx, entry FROM leaf WHERE idx > 9"):
        event = json.loads(entry)
        if event["kind"] == "decision.made":
            assert event["basis"] == basis
        else:
            basis = index
            assert index == next(expected)
    assert basis == revoked[-1]
    assert len(decided) >= 2
    assert file.verify().findings == ()


def append_in_little_room(
    file: LedgerFile, room: int, say: Callable[[object], None]
) -> None:
    """Append until no file may grow any more, then with room again."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with file.opened() as ledger:

        def try_to_append(name: str) -> str:
            try:
                say(ledger.append([decision(name, basis=8)])[0].index)
            except RecordUnavailable as error:
                return error.code
            return ""

        resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
        codes = [""]
        while not codes[-1]:
            codes.append(try_to_append("dec-more"))
        codes.append(try_to_append("dec-again"))
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        codes.append(try_to_append("dec-last"))
    say(codes[-3:])


@pytest.mark.parametrize("room", [120_000, 150_001, 200_000])
def test_a_disk_without_room_stops_the_ledger_and_loses_nothing(
    file: LedgerFile, room: int
) -> None:
    said: list[Any] = Child(partial(append_in_little_room, file, room)).finish()

    *receipts, codes = said
    assert codes == ["record-unavailable", "ledger-stopped", "ledger-stopped"]
    assert receipts == [*range(10, 10 + len(receipts))]
    report = file.verify()
    assert report.findings == ()
    # A refused entry may be found in the record, an acknowledged one is never missing.
    assert report.size - len(receipts) in {10, 11}
    with file.opened() as ledger:
        assert ledger.append([decision("dec-later", basis=8)])[0].index == report.size
    names = {name for (name,) in file.query("SELECT id FROM decision")}
    assert names.isdisjoint({"dec-again", "dec-last"})


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> LedgerFile:
    """Return a ledger that each test copies."""
    return LedgerFile(tmp_path_factory.mktemp("small"), [*HISTORY[:5]])


@pytest.fixture
def copy(small: LedgerFile, tmp_path: Path) -> LedgerFile:
    """Return a copy of it to damage."""
    copy = LedgerFile.__new__(LedgerFile)
    copy.path = tmp_path / "ledger.db"
    shutil.copy(small.path, copy.path)
    return copy


@pytest.mark.parametrize(
    ("table", "column", "key"),
    [
        *(("leaf", "entry", f"idx = {index}") for index in (0, 1, 2, 4)),
        *(("leaf", "hash", f"idx = {index}") for index in (0, 2, 4)),
        *(("head", column, "one = 1") for column in ("root", "frontier", "seal")),
        *(("head", column, "one = 1") for column in ("tally", "seal")),
    ],
)
def test_every_single_byte_of_log_and_head_counts(
    copy: LedgerFile, table: str, column: str, key: str
) -> None:
    select = f"SELECT {column} FROM {table} WHERE {key}"  # noqa: S608 - our own names
    update = f"UPDATE {table} SET {column} = ? WHERE {key}"  # noqa: S608 - as above
    [(original,)] = copy.query(select)
    chance = random.Random(1)
    # The long ones are thinned out, each byte standing for those around it.
    step = 1 if DEEP else 11
    for place in range(0, len(original), step):
        changed = bytearray(original)
        changed[place] ^= 1 << chance.randrange(8)
        copy.edit(update, bytes(changed))

        assert not copy.verify().is_sound, place
    copy.edit(update, original)
    assert copy.verify().findings == ()


CELLS = [
    *(("head", column) for column in ("one", "size", "basis")),
    *(("institute", column) for column in ("idx", "name", "tiers", "origin", "vkey")),
    *(("registry", column) for column in ("id", "idx", "document")),
    *(("policy", column) for column in ("idx", "at", "digest", "concerns")),
    *(("decision", c) for c in ("idx", "id", "at", "subject", "action", "resource")),
    *(("decision", c) for c in ("point", "effect", "code")),
    *(("leaf", column) for column in ("idx", "hash", "entry")),
]


@pytest.mark.parametrize(("table", "column"), CELLS)
def test_every_cell_counts_whatever_it_is_changed_to(
    copy: LedgerFile, table: str, column: str
) -> None:
    pristine = copy.path.read_bytes()
    where = f"rowid = (SELECT max(rowid) FROM {table})"  # noqa: S608 - our own names
    select = f"SELECT typeof({column}), hex({column}) FROM {table} WHERE {where}"  # noqa: S608 - as above
    before = copy.query(select)
    for value in ("'x'", "X'ff'", "-1", "CAST(X'ff' AS TEXT)", "NULL"):
        copy.path.write_bytes(pristine)
        try:
            copy.edit(f"UPDATE {table} SET {column} = {value} WHERE {where}")  # noqa: S608 - as above
        except sqlite3.IntegrityError:
            continue  # The schema has no room for it.
        report = copy.verify()
        # Nothing rests on the name of the only row of its table.
        is_same = column == "one" or copy.query(select) == before

        assert report.is_sound == is_same, value
        assert all(finding.message.isprintable() for finding in report.findings)


def test_damage_of_the_file_is_found_or_changes_nothing_that_is_read(
    copy: LedgerFile,
) -> None:
    pristine = copy.path.read_bytes()
    chance = random.Random(3)
    content = _content(copy)
    outcomes = {"found": 0, "ledger-unreadable": 0, "same": 0}
    for _ in range(2_000 if DEEP else 200):
        damaged = bytearray(pristine)
        for _ in range(chance.choice((1, 1, 4, 64))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        copy.path.write_bytes(damaged)
        try:
            sound = copy.verify().is_sound
        except IntegrityError as error:
            outcomes[error.code] += 1
            continue
        if sound:
            assert _content(copy) == content
        outcomes["same" if sound else "found"] += 1
    assert outcomes["found"] > 5, outcomes


def test_pages_that_are_lost_or_changed_for_others_are_found(copy: LedgerFile) -> None:
    pristine = copy.path.read_bytes()
    pages = [pristine[at : at + 4096] for at in range(0, len(pristine), 4096)]
    recorded = _all_rows(copy)
    for first in range(len(pages)):
        zeroed = [*pages[:first], bytes(4096), *pages[first + 1 :]]
        doubled = [*pages[:first], pages[first - 1], *pages[first + 1 :]]
        for damaged in (zeroed, doubled, pages[:first]):
            copy.path.write_bytes(b"".join(damaged))

            # Pages of two tables that hold nothing may stand for each other.
            assert not _is_sound(copy) or _all_rows(copy) == recorded, first


def test_the_gate_side_of_a_damaged_file_refuses_or_reads_what_was_recorded(
    copy: LedgerFile,
) -> None:
    pristine = copy.path.read_bytes()
    chance = random.Random(4)
    with copy.opened(writable=False) as ledger:
        recorded = ledger.registry_since(-1)
    for _ in range(2_000 if DEEP else 100):
        damaged = bytearray(pristine)
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        copy.path.write_bytes(damaged)
        try:
            with copy.opened(writable=False) as ledger:
                assert ledger.registry_since(-1) == recorded
        except IntegrityError:
            pass


def _all_rows(file: LedgerFile) -> dict[str, list[tuple[Any, ...]]]:
    return {
        name: file.query(f"SELECT * FROM {name}")  # noqa: S608 - names of our tables
        for name in METADATA.tables
    }


def _is_sound(file: LedgerFile) -> bool:
    try:
        return file.verify().is_sound
    except IntegrityError:
        return False


def _content(file: LedgerFile) -> list[object]:
    with file.opened(writable=False) as ledger:
        said = [(r.index, r.leaf, r.event) for r in newest_first(ledger)]
        return [ledger.head(), ledger.institute(), ledger.registry_since(-1), *said]


def test_a_running_gate_notices_that_an_older_ledger_was_put_back(
    file: LedgerFile, tmp_path: Path
) -> None:
    put_back = file.saved(tmp_path / "older.db")
    with file.opened() as ledger:
        ledger.append([fact("org:ada", "SL0")])
    gate = Ledger(file.path, VERIFIER, ORIGIN, KEY)
    gate.append([decision("dec-4", basis=10)], 10)
    gate.store.close()
    put_back()

    with pytest.raises(IntegrityError) as caught:
        gate.append([decision("dec-5", basis=10)], 10)
    assert caught.value.code == "log-rolled-back"
    gate.close()


def test_what_a_killed_writer_left_is_folded_by_whoever_comes_next(
    tmp_path: Path,
) -> None:
    file = LedgerFile(tmp_path)
    child = Child(partial(append_until_killed, file))
    lines = child.lines()
    while not next(lines):
        pass
    child.kill()
    child.ended()
    assert (tmp_path / "ledger.db-wal").stat().st_size > 0

    assert file.verify().findings == ()
    with file.opened() as ledger:
        ledger.append([decision("dec-1", basis=8)])
    assert not (tmp_path / "ledger.db-wal").exists()
