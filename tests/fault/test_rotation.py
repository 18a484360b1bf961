"""A change of keys that breaks off is finished or undone, and leaves no old key."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ringwall.base.clock import FixedClock
from ringwall.base.errors import RecordUnavailable
from ringwall.ledger.committing.recovery import unacknowledged
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.publication.anchor import read_anchor
from ringwall.registry.founding import make_folder, new_settings
from ringwall.registry.keeping import last_checkpoint, rotate
from ringwall.registry.key_files import KeyFiles
from ringwall.registry.opening import LedgerPlace, open_for_reading, open_for_writing
from ringwall.signing.keys import SigningKey, dump_signing_key
from tests.fault.children import Child
from tests.fault.ledger_simulator import AT, decision
from tests.fault.test_ledger_faults import DEEP

CLOCK = FixedClock(AT)
CALLS = ("open", "write", "fsync", "rename", "replace", "unlink", "close")


@pytest.fixture
def place(tmp_path: Path) -> LedgerPlace:
    """Return the ledger of a small institute with a second place."""
    folder = tmp_path / "institute"
    settings = new_settings(folder, "two", "", "log.example", tmp_path / "anchor")
    make_folder(folder, settings, AT)
    shutil.rmtree(folder / "policies")
    shutil.rmtree(folder / "threat_models")
    return LedgerPlace(folder, settings)


def key_of(place: LedgerPlace) -> SigningKey:
    """Return the secret key in the folder."""
    key = KeyFiles(place.folder).current()
    assert key is not None
    return key


def secrets_in(folder: Path, key: SigningKey) -> list[str]:
    """Return the files that hold a secret key, as text or as bytes."""
    text = dump_signing_key(key).split("+", 4)[4].encode()
    return [
        path.name
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and any(secret in path.read_bytes() for secret in (text, key.seed))
    ]


def append(place: LedgerPlace, name: str) -> int:
    """Append one entry; return the size of the log."""
    ledger = open_for_writing(place, CLOCK)
    try:
        ledger.append([decision(name)])
        return ledger.head().size
    finally:
        ledger.close()


def crash_at(place: LedgerPlace, fatal: int) -> bool:
    """Change the key in a process that ends hard at a call; return whether it did."""

    def work(say: Callable[[object], None]) -> None:
        count = 0

        def counted(real: Callable[..., object]) -> Callable[..., object]:
            def call(*given: object, **named: object) -> object:
                nonlocal count
                count += 1
                if count == fatal:
                    os._exit(9)
                return real(*given, **named)

            return call

        for name in CALLS:
            setattr(os, name, counted(getattr(os, name)))
        setattr(fcntl, "flock", counted(fcntl.flock))  # noqa: B010 - of another type
        rotate(place, CLOCK)
        say("done")

    child = Child(work)
    said = list(child.lines())
    assert child.ended() == (0 if said else 9)
    return not said


def announced(ledger: Ledger) -> list[int]:
    """Return where the log says that its key has changed."""
    with ledger.store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT idx FROM epoch ORDER BY idx").all()
    return [row[0] for row in rows]


def test_wherever_it_breaks_off_one_key_is_in_force_and_no_other_is_left(
    place: LedgerPlace, tmp_path: Path
) -> None:
    outcomes: set[bool] = set()
    template = tmp_path / "template"
    shutil.copytree(place.folder, template)
    first = (tmp_path / "anchor").read_bytes()
    old = key_of(place)
    fatal, step = 1, 1 if DEEP else 6
    while crash_at(place, fatal):
        size = append(place, "dec-after")

        ledger = open_for_reading(place)
        changed = announced(ledger)
        ledger.close()
        files = KeyFiles(place.folder)
        new = key_of(place)
        assert files.is_settled()
        assert files.told() == new.verifier()
        assert (new != old) == bool(changed)
        assert size == 4 + len(changed)
        if changed:
            assert secrets_in(tmp_path / "institute", old) == []
        assert secrets_in(tmp_path / "institute", new) == ["log.key"]
        names = {path.name for path in files.folder.iterdir()}
        # A draft of the public key may be left, which is no secret.
        kept = {name for name in names if not name.startswith(".log.vkey.")}
        assert kept <= {".log.key-lock", "log.key", "log.vkey"}
        assert last_checkpoint(place).note == read_anchor(tmp_path / "anchor")
        outcomes.add(bool(changed))

        shutil.rmtree(place.folder)
        shutil.copytree(template, place.folder)
        (tmp_path / "anchor").write_bytes(first)
        fatal += step
    assert outcomes == {False, True}
    assert fatal > 40


@pytest.fixture
def open_gate(place: LedgerPlace) -> Iterator[Ledger]:
    """Give a ledger that another process, say a gate, has open for writing."""
    ledger = open_for_writing(place, CLOCK)
    ledger.append([decision("dec-before")])
    yield ledger
    ledger.close()


def test_whoever_has_the_log_open_stops_and_has_ended_cleanly_nevertheless(
    place: LedgerPlace, open_gate: Ledger
) -> None:
    rotate(place, CLOCK)

    codes = []
    for _ in range(2):
        with pytest.raises(RecordUnavailable) as caught:
            open_gate.append([decision("dec-after")])
        codes.append(caught.value.code)
    open_gate.close()

    assert codes == ["key-rotated", "ledger-stopped"]
    assert append(place, "dec-anew") == 6
    ledger = open_for_reading(place)
    with ledger.store.reading() as connection:
        assert unacknowledged(connection) == ()
    ledger.close()


def test_whoever_has_it_open_and_asks_nothing_ends_cleanly_too(
    place: LedgerPlace, open_gate: Ledger
) -> None:
    rotate(place, CLOCK)

    open_gate.close()

    assert append(place, "dec-anew") == 6


def test_two_who_change_the_key_at_once_do_it_one_after_the_other(
    place: LedgerPlace, tmp_path: Path
) -> None:
    def work(say: Callable[[object], None]) -> None:
        try:
            say(rotate(place, CLOCK).entry)
        except RecordUnavailable as error:
            say(error.code)

    said = [child.finish() for child in [Child(work), Child(work), Child(work)]]

    entries = sorted(line for [line] in said if isinstance(line, int))
    assert entries == list(range(3, len(entries) + 3))
    assert entries
    assert {line for [line] in said if isinstance(line, str)} <= {"key-rotated"}
    assert append(place, "dec-after") == len(entries) + 4
    assert secrets_in(tmp_path, key_of(place)) == ["log.key"]


def test_after_many_changes_no_old_key_is_anywhere(
    place: LedgerPlace, tmp_path: Path
) -> None:
    used = [key_of(place)]
    for number in range(4):
        rotate(place, CLOCK)
        append(place, f"dec-{number}")
        used.append(key_of(place))

    assert len({key.seed for key in used}) == 5
    for key in used[:-1]:
        assert secrets_in(tmp_path, key) == []
    for key in used:
        reader = Ledger(place.path, key.verifier(), "log.example")
        assert reader.head().size == 11
