"""What covers an entry: only what was signed, by whom it was signed."""

from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.ledger.asking.covering import (
    Coverage,
    Seen,
    coverage_of,
    last_seen,
    witnesses_of,
)
from ringwall.model.events import Event, witness_added, witness_removed
from ringwall.signing.cosigner_keys import CosigningKey
from ringwall.signing.keys import format_vkey
from ringwall.tlog.checkpoints import Checkpoint, sign_checkpoint
from ringwall.tlog.cosignatures import add_signatures, cosign
from ringwall.tlog.frontier import Frontier
from tests.fault.ledger_simulator import (
    AT,
    KEY,
    ORIGIN,
    OTHER_KEY,
    LedgerFile,
    creation,
    decision,
)

SECOND = 1_000_000
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
ONE, TWO = (CosigningKey(f"w{n}.example/w", bytes([n]) * 32) for n in (1, 2))


def added(key: CosigningKey, name: str) -> Event:
    """Return the event that a witness is on record from now on."""
    return witness_added(AT, name, format_vkey(key.verifier()))


EVENTS = (
    creation(),
    added(ONE, "north"),
    added(TWO, "south"),
    *(decision(f"dec-{number}") for number in range(7)),
)


@pytest.fixture
def file(tmp_path: Path) -> LedgerFile:
    """Return a ledger with checkpoints at 4, 6 and 8; `north` cosigned 6 and 8."""
    made = LedgerFile(tmp_path, EVENTS)
    made.edit("DELETE FROM checkpoint")
    for size, cosigners in ((4, ()), (6, (ONE,)), (8, (ONE,))):
        put(made, size, note_of(made, size, *cosigners))
    return made


def note_of(file: LedgerFile, size: int, *cosigners: CosigningKey) -> bytes:
    """Return the checkpoint of a size, cosigned at as many seconds."""
    tree = Frontier()
    for (leaf,) in file.query("SELECT hash FROM leaf ORDER BY idx LIMIT ?", size):
        tree.append(leaf)
    note = sign_checkpoint(Checkpoint(ORIGIN, size, tree.root()), KEY)
    text = note.partition(b"\n\n")[0].decode() + "\n"
    for key in cosigners:
        note = add_signatures(note, cosign(text, key, size), [key.verifier()])
    return note


def put(file: LedgerFile, size: int, note: object) -> None:
    """Store a checkpoint."""
    file.edit("INSERT OR REPLACE INTO checkpoint VALUES (?, ?)", size, note)


def covered(file: LedgerFile, index: int) -> Coverage:
    """Return what covers an entry."""
    with file.opened(writable=False) as ledger, ledger.store.reading() as connection:
        return coverage_of(connection, ORIGIN, index)


def seen(file: LedgerFile) -> tuple[Seen, ...]:
    """Return what the witnesses have seen last."""
    with file.opened(writable=False) as ledger, ledger.store.reading() as connection:
        return last_seen(connection, ORIGIN)


def test_the_first_checkpoint_above_an_entry_covers_it(file: LedgerFile) -> None:
    north = Seen("north", 6, 6 * SECOND)

    assert covered(file, 3) == Coverage(4, (north,))
    assert covered(file, 4) == Coverage(6, (north,))
    assert covered(file, 7) == Coverage(8, (Seen("north", 8, 8 * SECOND),))
    assert covered(file, 8) == Coverage(None, ())


def test_each_witness_says_what_it_has_seen_last(file: LedgerFile) -> None:
    assert seen(file) == (Seen("north", 8, 8 * SECOND), Seen("south", None, None))

    put(file, 4, note_of(file, 4, TWO))

    assert seen(file)[1] == Seen("south", 4, 4 * SECOND)


def test_a_witness_that_was_removed_is_not_named(file: LedgerFile) -> None:
    with file.opened() as ledger:
        ledger.append([witness_removed(AT, "north")])
        with ledger.store.reading() as connection:
            assert witnesses_of(connection) == {"south": TWO.verifier()}

    assert covered(file, 3).seen == ()


def test_the_line_of_a_key_with_the_same_beginning_is_passed_over(
    file: LedgerFile,
) -> None:
    # A digit of base64 holds six bits: the fifth ends two bits short of the key id.
    note = note_of(file, 9)
    dash, name, digits = note_of(file, 9, ONE).removeprefix(note).decode().split(" ")
    other = DIGITS[DIGITS.index(digits[5]) ^ 16]
    line = f"{dash} {name} {digits[:5]}{other}AAAA==\n"
    put(file, 9, note + line.encode())

    assert seen(file)[0] == Seen("north", 8, 8 * SECOND)


@pytest.mark.parametrize("index", [3, 5])
def test_a_checkpoint_of_another_key_is_refused(file: LedgerFile, index: int) -> None:
    text = Checkpoint(ORIGIN, index + 1, bytes(32))
    put(file, index + 1, sign_checkpoint(text, OTHER_KEY))

    with pytest.raises(IntegrityError) as caught:
        covered(file, index)

    assert caught.value.code == "signature-missing"


def test_a_checkpoint_of_another_size_is_refused(file: LedgerFile) -> None:
    put(file, 4, note_of(file, 6))

    with pytest.raises(IntegrityError) as caught:
        covered(file, 3)

    assert caught.value.code == "table-differs"


@pytest.mark.parametrize("cell", ["text", 7])
def test_a_note_that_is_no_bytes_is_refused(file: LedgerFile, cell: object) -> None:
    put(file, 4, cell)

    with pytest.raises(IntegrityError) as caught:
        covered(file, 3)

    assert caught.value.code == "table-differs"


def test_a_forged_cosignature_is_refused(file: LedgerFile) -> None:
    note = bytearray(note_of(file, 8, ONE))
    note[-8] ^= 1
    put(file, 8, bytes(note))

    with pytest.raises(IntegrityError) as caught:
        seen(file)

    assert caught.value.code in {"signature-invalid", "note-malformed"}


def test_a_witness_that_no_entry_adds_is_refused(file: LedgerFile) -> None:
    file.edit("UPDATE witness SET vkey = 'x' WHERE name = 'north'")

    with pytest.raises(IntegrityError) as caught:
        seen(file)

    assert caught.value.code == "table-differs"


def test_a_witness_whose_key_is_none_is_told(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, (creation(), witness_added(AT, "north", "no key")))

    with pytest.raises(IntegrityError) as caught:
        seen(file)

    assert caught.value.code == "table-differs"
