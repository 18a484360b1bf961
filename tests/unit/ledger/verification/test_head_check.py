"""The head row: what it says, what is sealed, and how far the entries go."""

from pathlib import Path

import pytest

from ringwall.ledger.basis import Basis
from ringwall.ledger.committing.tip import Tip
from ringwall.ledger.head import read_head, sign_head
from ringwall.ledger.store import Store
from ringwall.ledger.verification.checking import Options
from ringwall.ledger.verification.findings import Finding
from ringwall.model.events import log_pruned
from ringwall.signing.keys import SigningKey
from ringwall.signing.notes import sign_note
from ringwall.tlog.frontier import Frontier
from tests.fault.ledger_simulator import (
    AT,
    HISTORY,
    KEY,
    ORIGIN,
    OTHER_KEY,
    LedgerFile,
    decision,
    sealed,
)
from tests.unit.ledger.written_log import WrittenLog

SECOND_HEAD = (
    "INSERT INTO head SELECT 2, size, root, frontier, basis, tally, seal, tag FROM head"
)
STRANGER = SigningKey("other.example", bytes(range(2, 34)))


@pytest.fixture
def log(tmp_path: Path) -> WrittenLog:
    """Return a short log without checkpoints."""
    return WrittenLog(tmp_path, HISTORY)


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        ("DELETE FROM head", "head-differs"),
        (SECOND_HEAD, "head-differs"),
        ("UPDATE head SET size = 'x'", "head-differs"),
        ("UPDATE head SET size = 9", "head-differs"),
        ("UPDATE head SET size = -1", "head-differs"),
        ("UPDATE head SET size = 9223372036854775807", "head-differs"),
        ("UPDATE head SET root = zeroblob(32)", "head-differs"),
        ("UPDATE head SET frontier = zeroblob(64)", "head-differs"),
        ("UPDATE head SET basis = 5", "head-differs"),
        ("UPDATE head SET tally = zeroblob(256)", "head-differs"),
        ("UPDATE head SET tag = zeroblob(32)", "head-differs"),
        ("UPDATE head SET tag = 'x'", "head-differs"),
        ("UPDATE head SET seal = X'00'", "signature-missing"),
        ("UPDATE head SET seal = X''", "signature-missing"),
        ("UPDATE head SET seal = CAST(seal || 'x' AS BLOB)", "note-malformed"),
    ],
)
def test_an_edit_of_the_head_is_told(log: WrittenLog, edit: str, code: str) -> None:
    assert log.verify().is_sound
    assert log.edit(edit) == 1

    assert log.codes() == {code}


def resealed(log: LedgerFile, key: SigningKey, basis: int | None = None) -> None:
    """Seal the head anew by a key, over a basis of one's own."""
    with log.opened(writable=False) as ledger, ledger.store.reading() as connection:
        head = read_head(connection)
    frontier = Frontier.load(head.size, head.frontier)
    last = head.basis if basis is None else basis
    forged = sign_head(frontier, Basis(last, head.tally), key, ORIGIN)
    log.edit("UPDATE head SET basis = ?, seal = ?", last, forged.seal)


@pytest.mark.parametrize("key", [OTHER_KEY, STRANGER])
def test_a_seal_by_another_key_is_told_by_its_own_word(
    log: WrittenLog, key: SigningKey
) -> None:
    resealed(log, key)

    report = log.verify()
    assert [(f.code, f.place) for f in report.findings] == [("wrong-key", "head")]
    assert report.signed_size is None


def test_a_seal_with_another_text_is_told_as_forged(log: WrittenLog) -> None:
    [(seal,)] = log.query("SELECT seal FROM head")
    log.edit(
        "UPDATE head SET seal = ?", seal.replace(b"ringwall seal", b"ringwall seam")
    )

    assert log.codes() == {"signature-invalid"}


def test_a_signed_note_that_is_no_seal_does_not_pass_for_one(log: WrittenLog) -> None:
    log.edit("UPDATE head SET seal = ?", sign_note("something else\n", KEY))

    assert log.codes() == {"head-differs"}


def test_a_head_sealed_over_another_basis_is_told(log: WrittenLog) -> None:
    # Whoever holds the key can sign it; the entries still say otherwise.
    resealed(log, KEY, basis=5)

    assert log.verify().findings == (
        Finding("head-differs", "head", "basis 5 is not that of the entries, 8"),
    )


def test_an_end_that_is_cut_off_is_told(log: WrittenLog) -> None:
    log.edit("DELETE FROM leaf WHERE idx = 9")
    log.edit("DELETE FROM decision WHERE idx = 9")

    report = log.verify()
    assert [(f.code, f.message) for f in report.findings] == [
        ("log-truncated", "10 entries were signed, 9 are there")
    ]
    assert report.signed_size == 10


def test_entries_that_nobody_signed_are_told(log: WrittenLog) -> None:
    log.edit("INSERT INTO leaf SELECT 10, hash, entry FROM leaf WHERE idx = 4")
    log.edit(
        "INSERT INTO decision SELECT 10, id, at, subject, action, resource, point, "
        "effect, code, rules FROM decision WHERE idx = 4"
    )

    assert log.places() == {("entries-unsigned", "head"), ("basis-stale", "entry 10")}


def test_unsigned_entries_do_not_hide_that_the_signed_ones_are_others(
    log: WrittenLog,
) -> None:
    log.edit("INSERT INTO leaf SELECT 10, hash, entry FROM leaf WHERE idx = 4")
    log.exchange(4, 7)

    assert log.codes() >= {"entries-unsigned", "root-differs"}


def test_two_entries_that_changed_places_are_named_with_their_rows_left_out(
    log: WrittenLog,
) -> None:
    log.exchange(4, 7)

    report = log.verify()
    assert [(f.code, f.place, f.message) for f in report.findings] == [
        (
            "entries-reordered",
            "entry 4",
            "entries 4, 7 do not stand where they were recorded",
        )
    ]
    assert report.first_bad == 4


def test_another_entry_in_a_short_log_is_told_by_the_root(log: WrittenLog) -> None:
    log.edit(
        "UPDATE leaf SET hash = (SELECT hash FROM leaf WHERE idx = 7), "
        "entry = (SELECT entry FROM leaf WHERE idx = 7) WHERE idx = 4"
    )

    assert log.places() == {
        ("root-differs", "head"),
        ("row-changed", "table decision row 4"),
        ("basis-stale", "entry 4"),
    }


def tagged(log: WrittenLog, count: int = 1) -> None:
    """Append decisions as a running gate does: the head is not signed yet."""
    store = Store(log.path, writable=True)
    entries = [sealed(decision(f"dec-t{n}", basis=8)) for n in range(count)]
    with store.writing() as connection:
        tip = Tip.read(connection, KEY, ORIGIN)
        tip.extended(connection, entries, KEY, ORIGIN, is_signed=False)
    store.close()


def test_of_a_tagged_log_it_is_told_how_far_it_is_signed(log: WrittenLog) -> None:
    tagged(log, 3)
    report = log.verify()

    assert report.is_sound
    assert (report.size, report.signed_size) == (13, 10)


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        ("UPDATE head SET seal = X''", "signature-missing"),
        ("UPDATE head SET size = 9", "head-differs"),
        ("UPDATE head SET size = 10", "head-differs"),
        ("UPDATE head SET size = 11", "entries-unsigned"),
        ("UPDATE head SET size = 13", "log-truncated"),
        ("UPDATE head SET root = zeroblob(32)", "root-differs"),
        ("UPDATE head SET frontier = zeroblob(64)", "head-differs"),
        ("UPDATE head SET basis = 5", "head-differs"),
        ("UPDATE head SET tally = zeroblob(256)", "head-differs"),
        ("UPDATE head SET tag = X''", "head-differs"),
    ],
)
def test_an_edit_of_a_tagged_head_is_told(
    log: WrittenLog, edit: str, code: str
) -> None:
    tagged(log, 2)
    assert log.edit(edit) == 1

    assert code in log.codes()


def test_an_entry_changed_below_what_is_signed_is_told_though_the_head_fits(
    log: WrittenLog,
) -> None:
    tagged(log)
    folder = log.path.parent / "other"
    folder.mkdir()
    other = WrittenLog(folder, [*HISTORY[:-1], decision("dec-x")])
    tagged(other)
    [(seal,)] = log.query("SELECT seal FROM head")
    other.edit("UPDATE head SET seal = ?", seal)

    assert "root-differs" in other.codes()


def forged_tail(log: WrittenLog) -> None:
    """Have a log that nobody signed say that the entries before it were pruned."""
    stranger = SigningKey(ORIGIN, bytes(range(9, 41)))
    store = Store(log.path, writable=True)
    with store.writing() as connection:
        tip = Tip.read(connection, KEY, ORIGIN)
        forged = [sealed(log_pruned(AT, 5, "forged"))]
        tip.extended(connection, forged, stranger, ORIGIN, is_signed=False)
    store.close()


def test_a_tail_that_nobody_signed_excuses_nothing(log: WrittenLog) -> None:
    forged_tail(log)

    assert not log.verify().is_sound
    assert "entry-pruned" in log.codes()


def test_of_a_tail_that_only_a_tag_vouches_for_there_is_a_warning(
    log: WrittenLog,
) -> None:
    tagged(log, 2)

    said = {found.code: found for found in log.verify().warnings}["tail-unsigned"]
    assert said.place == "head"
    assert said.message.startswith("the last 2 of the entries are not signed")
    checked = log.verify(Options(key=KEY))
    assert checked.is_sound
    assert "tail-unsigned" not in {found.code for found in checked.warnings}


def test_who_has_the_key_is_told_that_a_tag_is_another_one(log: WrittenLog) -> None:
    tagged(log)
    log.edit("UPDATE head SET tag = zeroblob(32)")

    assert log.verify().is_sound
    report = log.verify(Options(key=KEY))
    assert [found.code for found in report.findings] == ["head-differs"]
