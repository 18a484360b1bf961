"""Changing the key of a log: announced and closed by the old one, once."""

from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError, RecordUnavailable
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.publication.anchor import (
    Anchor,
    begin_anchor,
    held_in,
    read_anchor,
)
from ringwall.ledger.publication.epochs import Keys
from ringwall.ledger.publication.rotation import (
    announce_key,
    close_epoch,
    keys_on_record,
)
from ringwall.ledger.store import Store
from ringwall.signing.cosigner_keys import generate_cosigning_key
from ringwall.signing.keys import format_vkey
from ringwall.signing.notes import open_note
from ringwall.tlog.cosignatures import cosign
from tests.fault.ledger_simulator import (
    AT,
    KEY,
    ORIGIN,
    OTHER_KEY,
    VERIFIER,
    decision,
)
from tests.unit.ledger.rotated import KEYS, RotatedFile

NEW = KEYS[0]


@pytest.fixture
def log(tmp_path: Path) -> RotatedFile:
    """Return a log that has not changed its key yet."""
    return RotatedFile(tmp_path)


def note_at(log: RotatedFile, size: int) -> bytes:
    """Return the stored checkpoint of a size."""
    [(note,)] = log.query("SELECT note FROM checkpoint WHERE size = ?", size)
    assert isinstance(note, bytes)
    return note


def closed(
    log: RotatedFile, anchor: Path | None = None, *, has_old: bool = True
) -> None:
    """Close the epoch that has been announced to end."""
    store = Store(log.path, writable=True)
    keys = Keys(VERIFIER, ORIGIN)
    second = None if anchor is None else Anchor(anchor, held_in(store, keys))
    try:
        close_epoch(store, KEY if has_old else None, NEW, keys, second)
    finally:
        store.close()


def refused_append(ledger: Ledger) -> str:
    """Return the code with which an append is refused."""
    with pytest.raises(RecordUnavailable) as caught:
        ledger.append([])
    return caught.value.code


def test_the_old_key_announces_the_new_one_in_its_last_entry(log: RotatedFile) -> None:
    assert log.announce() == 10

    ledger = log.trusting(KEY)
    assert ledger.entry(10).event == {
        "v": 1,
        "kind": "key.rotated",
        "at": "2027-01-15T08:00:00Z",
        "vkey": format_vkey(NEW.verifier()),
    }
    assert ledger.head().size == 11


def test_both_keys_sign_the_tree_that_closes_the_epoch(log: RotatedFile) -> None:
    log.rotate()

    note = note_at(log, 11)
    assert open_note(note, [VERIFIER]).text == open_note(note, [NEW.verifier()]).text
    assert len(open_note(note, [VERIFIER, NEW.verifier()]).signers) == 2


def test_the_old_key_announces_nothing_any_more(log: RotatedFile) -> None:
    log.announce()
    store = Store(log.path, writable=True)

    with pytest.raises(RecordUnavailable) as caught:
        announce_key(store, KEY, ORIGIN, OTHER_KEY.verifier(), AT)

    assert caught.value.code == "key-rotated"
    store.close()
    assert log.trusting(KEY).head().size == 11


def test_who_had_the_log_open_appends_nothing_under_the_old_key(
    log: RotatedFile,
) -> None:
    with log.opened() as ledger:
        ledger.append([])
        log.rotate()
        codes = [refused_append(ledger) for _ in range(2)]
    assert codes == ["key-rotated", "ledger-stopped"]
    assert log.trusting(NEW).head().size == 11


@pytest.mark.parametrize("count", [0, 1])
def test_who_had_the_log_open_has_ended_cleanly_nevertheless(
    log: RotatedFile, count: int
) -> None:
    with log.opened() as ledger:
        ledger.append([decision("dec-before")])
        log.rotate()
        assert [refused_append(ledger) for _ in range(count)] == ["key-rotated"][:count]

    assert log.query("SELECT * FROM writer") == []


def test_what_was_closed_is_not_closed_again(log: RotatedFile) -> None:
    log.rotate()
    before = note_at(log, 11)

    closed(log, has_old=False)

    assert note_at(log, 11) == before


def test_without_the_old_key_an_epoch_stays_open(log: RotatedFile) -> None:
    log.announce()

    with pytest.raises(RecordUnavailable) as caught:
        closed(log, has_old=False)

    assert caught.value.code == "epoch-unclosed"
    assert log.query("SELECT max(size) FROM checkpoint") == [(10,)]


def test_the_line_of_the_new_key_is_joined_to_what_is_there(log: RotatedFile) -> None:
    log.rotate()
    witness = generate_cosigning_key("witness.example")
    text, _, lines = note_at(log, 11).partition(b"\n\n")
    old = text + b"\n\n" + lines.split(b"\n")[0] + b"\n"
    line = cosign(f"{text.decode()}\n", witness, 1_800_000_000)
    log.edit("UPDATE checkpoint SET note = ? WHERE size = 11", old + line)

    closed(log, has_old=False)

    note = note_at(log, 11)
    assert note.startswith(text)
    assert b"witness.example" in note
    assert len(open_note(note, [VERIFIER, NEW.verifier()]).signers) == 2


def test_the_second_place_hears_of_it_before_it_is_stored(
    log: RotatedFile, tmp_path: Path
) -> None:
    anchor = tmp_path / "anchor"
    log.announce()

    with pytest.raises(RecordUnavailable) as caught:
        closed(log, anchor)
    assert caught.value.code == "anchor-missing"
    assert log.query("SELECT max(size) FROM checkpoint") == [(10,)]

    begin_anchor(anchor, note_at(log, 10))
    closed(log, anchor)
    anchored = read_anchor(anchor)
    assert anchored is not None
    assert note_at(log, 11).startswith(anchored)


def test_keys_on_record_are_those_that_were_signed_for(log: RotatedFile) -> None:
    store = Store(log.path, writable=False)
    assert len(keys_on_record(store, VERIFIER, ORIGIN).epochs) == 1
    log.rotate()
    assert keys_on_record(store, VERIFIER, ORIGIN).epochs[1].verifier == NEW.verifier()

    log.edit("DELETE FROM epoch")

    with pytest.raises(IntegrityError) as caught:
        keys_on_record(store, VERIFIER, ORIGIN)
    assert caught.value.code == "table-differs"
