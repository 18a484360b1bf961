"""Checkpoints, kept here or brought along: what contradicts the log is told."""

from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.ledger.verification.checking import Options
from ringwall.ledger.verification.claims import (
    FROM,
    SECOND,
    Compared,
    note_fault,
    stated_size,
)
from ringwall.model.events import key_rotated
from ringwall.signing.cosigner_keys import CosigningKey
from ringwall.signing.keys import SigningKey, format_vkey
from ringwall.signing.notes import sign_note
from ringwall.tlog.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from ringwall.tlog.cosignatures import cosign
from tests.fault.ledger_simulator import AT, HISTORY, KEY, ORIGIN, OTHER_KEY, decision
from tests.unit.ledger.written_log import WrittenLog, checkpoint

SIZES = (3, 6, 10)
WITNESS = CosigningKey("witness.example/a", bytes(range(3, 35)))


@pytest.fixture
def log(tmp_path: Path) -> WrittenLog:
    """Return a short log with three checkpoints."""
    return WrittenLog(tmp_path, HISTORY, SIZES)


def found(
    log: WrittenLog, *, kept: bytes | None = None, anchor: bytes | None = None
) -> list[tuple[str, str]]:
    report = log.verify(Options(kept=kept, anchor=anchor))
    return [(finding.code, finding.place) for finding in report.findings]


def test_the_newest_checkpoint_that_fits_is_reported(log: WrittenLog) -> None:
    report = log.verify()

    assert report.is_sound
    assert report.newest is not None
    assert report.newest.checkpoint == Checkpoint(ORIGIN, 10, report.root)
    assert report.newest.note == log.note(10)
    assert report.witnessed is None


STRIPPED = b"log.example\n6\n" + b"A" * 43 + b"=\n\n"


@pytest.mark.parametrize(
    ("note", "code"),
    [
        (b"", "signature-missing"),
        (STRIPPED, "signature-missing"),
        (b"log.example\n6\n\n\xe2\x80\x94 x\n", "note-malformed"),
        ("text", "note-malformed"),
        (5, "note-malformed"),
        (checkpoint(6, bytes(32), OTHER_KEY), "wrong-key"),
        (
            sign_checkpoint(Checkpoint("other.example", 6, bytes(32)), KEY),
            "checkpoint-wrong-origin",
        ),
        (sign_note("something\n", KEY), "checkpoint-malformed"),
        (checkpoint(6, bytes(32)), "log-forked"),
        (checkpoint(5, bytes(32)), "checkpoint-differs"),
        (checkpoint(6, bytes(32)).replace(b"\n6\n", b"\n7\n"), "signature-invalid"),
    ],
)
def test_an_edit_of_a_stored_checkpoint_is_told(
    log: WrittenLog, note: object, code: str
) -> None:
    log.edit("UPDATE checkpoint SET note = ? WHERE size = 6", note)

    assert found(log) == [(code, "checkpoint 6")]


def test_a_checkpoint_with_a_witness_alone_is_not_signed_by_the_log(
    log: WrittenLog,
) -> None:
    text, _, _ = log.note(6).partition(b"\n\n")
    line = cosign(f"{text.decode()}\n", WITNESS, 1_800_000_000)
    log.edit("UPDATE checkpoint SET note = ? WHERE size = 6", text + b"\n\n" + line)

    assert found(log) == [("signature-missing", "checkpoint 6")]


def test_the_wrong_key_is_told_once_for_all_stored_checkpoints(log: WrittenLog) -> None:
    report = log.verify_with(OTHER_KEY.verifier(), Options())

    assert [(f.code, f.place) for f in report.findings] == [
        ("wrong-key", "head"),
        ("wrong-key", "checkpoints 3 to 10 (3)"),
    ]
    log.edit("UPDATE checkpoint SET note = '' WHERE size <> 6")
    assert found(log) == [
        ("note-malformed", "checkpoint 3"),
        ("note-malformed", "checkpoint 10"),
    ]


@pytest.mark.parametrize("size", [-1, 12])
def test_a_checkpoint_moved_to_another_size_is_told(log: WrittenLog, size: int) -> None:
    log.edit("UPDATE checkpoint SET size = ? WHERE size = 6", size)

    [(code, place)] = found(log)
    assert code == ("note-malformed" if size < 0 else "checkpoint-differs")
    assert place == f"checkpoint {size}"


def test_a_log_shorter_than_a_checkpoint_it_has_was_rolled_back(
    log: WrittenLog, tmp_path: Path
) -> None:
    (tmp_path / "later").mkdir()
    later = WrittenLog(tmp_path / "later", [*HISTORY, decision("dec-9")], (11,))
    log.edit("INSERT INTO checkpoint VALUES (11, ?)", later.note(11))

    assert found(log) == [("log-rolled-back", "checkpoint 11")]
    assert log.verify().newest is not None


def test_an_end_cut_off_is_no_roll_back_as_long_as_the_seal_tells(
    log: WrittenLog,
) -> None:
    log.edit("DELETE FROM leaf WHERE idx = 9")
    log.edit("DELETE FROM decision WHERE idx = 9")

    report = log.verify()
    assert [finding.code for finding in report.findings] == ["log-truncated"]
    assert report.newest is not None
    assert report.newest.checkpoint.size == 6


def test_only_the_first_contradicted_checkpoint_is_told_with_both_notes(
    log: WrittenLog,
) -> None:
    log.edit("UPDATE checkpoint SET note = ? WHERE size = 3", checkpoint(3, bytes(32)))
    log.edit("UPDATE checkpoint SET note = ? WHERE size = 6", checkpoint(6, bytes(32)))

    report = log.verify()
    assert [(f.code, f.place) for f in report.findings] == [
        ("log-forked", "checkpoint 3")
    ]
    [fork] = report.forks
    assert (fork.note, fork.own) == (checkpoint(3, bytes(32)), log.note(10))


def test_a_checkpoint_that_other_entries_gave_is_told_if_the_head_can_not(
    log: WrittenLog,
) -> None:
    log.edit("DELETE FROM head")
    update = "UPDATE checkpoint SET note = ? WHERE size = ?"
    log.edit(update, checkpoint(10, bytes(32)), 10)

    assert found(log) == [
        ("head-differs", "head"),
        ("checkpoint-differs", "checkpoint 10"),
    ]
    other = checkpoint(6, bytes(32))
    log.edit(update, other, 6)
    log.edit("DELETE FROM checkpoint WHERE size = 10")
    assert found(log)[1:] == [("checkpoint-differs", "checkpoint 6")]
    # Whether the entries or the note are what was changed, nothing signed can tell.
    assert found(log, kept=other)[2:] == [("root-differs", "--from")]


def test_what_the_head_tells_is_not_told_again_by_each_checkpoint(
    log: WrittenLog,
) -> None:
    log.exchange(4, 7)

    report = log.verify()
    assert [finding.code for finding in report.findings] == ["entries-reordered"]
    assert report.newest is not None
    assert report.newest.checkpoint.size == 3


def test_behind_a_gap_no_checkpoint_is_judged_and_that_is_said(log: WrittenLog) -> None:
    log.edit("DELETE FROM leaf WHERE idx = 4")

    report = log.verify()
    assert {finding.code for finding in report.findings} == {
        "entry-missing",
        "row-unfounded",
    }
    assert report.left_out == ("what is signed beyond entry 4, which is missing",)


@pytest.mark.parametrize("place", ["kept", "anchor"])
def test_the_log_has_to_extend_what_the_checker_brings_along(
    log: WrittenLog, tmp_path: Path, place: str
) -> None:
    name = {"kept": "--from", "anchor": "--anchor"}[place]
    (tmp_path / "fork").mkdir()
    events = [*HISTORY[:5], decision("dec-x"), *HISTORY[6:], decision("dec-y")]
    fork = WrittenLog(tmp_path / "fork", events, (*SIZES, 11))

    assert found(log, **{place: log.note(6)}) == []
    assert found(log, **{place: fork.note(3)}) == []
    assert found(log, **{place: fork.note(6)}) == [("log-forked", name)]
    assert found(log, **{place: fork.note(11)}) == [("log-rolled-back", name)]
    second = place == "anchor"
    for note, code in (
        (checkpoint(6, bytes(32), OTHER_KEY), "wrong-key"),
        (STRIPPED, "signature-missing"),
        (b"nothing", "note-malformed"),
        (b"\xff\x00\n\n", "note-malformed"),
    ):
        word = "anchor-malformed" if second else code
        assert found(log, **{place: note}) == [(word, name)]


def test_both_notes_of_a_fork_are_shown(log: WrittenLog) -> None:
    other = checkpoint(6, bytes(32))
    [fork] = log.verify(Options(kept=other)).forks

    assert (fork.place, fork.note, fork.own) == ("--from", other, log.note(6))


def test_a_note_of_other_entries_is_a_fork_only_if_another_note_shows_it(
    log: WrittenLog,
) -> None:
    log.exchange(4, 7)

    report = log.verify(Options(kept=log.note(6), anchor=log.note(10)))

    assert [(f.code, f.place) for f in report.findings] == [
        ("entries-reordered", "entry 4"),
        ("root-differs", "--from"),
        ("root-differs", "--anchor"),
    ]
    assert report.findings[1].message == (
        "the first 6 entries, as they are stored, do not give the root that is signed "
        "there"
    )
    assert report.forks == ()
    assert report.compared == (Compared(FROM, 6, False), Compared(SECOND, 10, False))


@pytest.mark.parametrize(
    ("size", "own", "is_alike"),
    [(3, 3, True), (4, 6, False), (6, 6, True), (8, None, False), (10, None, True)],
)
def test_the_note_that_shows_a_fork_is_of_no_fewer_entries(
    log: WrittenLog, size: int, own: int | None, is_alike: bool
) -> None:
    log.edit("DELETE FROM checkpoint WHERE size = 10")
    seal = log.query("SELECT seal FROM head")[0][0]

    report = log.verify(Options(kept=checkpoint(size, bytes(32))))

    [fork], [finding] = report.forks, report.findings
    assert fork.own == (seal if own is None else log.note(own))
    assert finding.code == "log-forked"
    assert finding.message.endswith("show it") is is_alike
    assert finding.message.endswith("to whoever has the entries") is not is_alike


def test_two_notes_of_one_size_show_a_fork_whatever_the_entries_are(
    log: WrittenLog,
) -> None:
    log.exchange(4, 7)

    for size, own in ((6, log.note(6)), (10, log.note(10))):
        [fork] = log.verify(Options(kept=checkpoint(size, bytes(32)))).forks
        assert fork.own == own
    log.edit("DELETE FROM checkpoint WHERE size = 10")
    [fork] = log.verify(Options(kept=checkpoint(10, bytes(32)))).forks
    assert fork.own == log.query("SELECT seal FROM head")[0][0]


@pytest.mark.parametrize("note", ["text", b"no note", checkpoint(5, bytes(32))])
def test_a_stored_note_that_is_no_good_shows_no_fork(
    log: WrittenLog, note: object
) -> None:
    log.exchange(4, 7)
    log.edit("UPDATE checkpoint SET note = ? WHERE size = 6", note)

    assert log.verify(Options(kept=checkpoint(6, bytes(32)))).forks == ()


def test_a_stored_note_beyond_the_seal_is_no_fork_of_it(tmp_path: Path) -> None:
    log = WrittenLog(tmp_path, HISTORY, (3,))
    log.exchange(4, 7)
    log.edit("INSERT INTO checkpoint VALUES (6, ?)", checkpoint(6, bytes(32)))

    assert found(log) == [("entries-reordered", "entry 4")]


@pytest.mark.parametrize("place", ["kept", "anchor"])
def test_a_larger_log_signed_by_a_key_unknown_here_looks_like_one_put_back(
    tmp_path: Path, place: str
) -> None:
    # From before the change of keys: this copy knows nothing of the later one.
    log = WrittenLog(tmp_path, ROTATED[:5], (3, 5))
    (tmp_path / "whole").mkdir()
    whole = WrittenLog(tmp_path / "whole", ROTATED, (6, 11), KEYS)
    name = {"kept": "--from", "anchor": "--anchor"}[place]

    later = whole.note(11)
    is_kept = place == "kept"
    report = log.verify(Options(kept=later) if is_kept else Options(anchor=later))

    [finding] = report.findings
    assert (finding.code, finding.place) == ("log-rolled-back", name)
    assert "says 11 entries, the log has 5; it is signed by a key" in finding.message
    assert "of itself it proves nothing" in finding.message
    assert report.compared_with(name) == Compared(name, None, False)
    # Of no more entries than there are it is by the wrong key, no more.
    strange = checkpoint(5, bytes(32), OTHER_KEY)
    code = "wrong-key" if is_kept else "anchor-malformed"
    assert found(log, **{place: strange}) == [(code, name)]


def test_a_log_without_checkpoints_shows_its_seal(tmp_path: Path) -> None:
    log = WrittenLog(tmp_path, HISTORY)
    [fork] = log.verify(Options(kept=checkpoint(6, bytes(32)))).forks

    assert fork.own == log.query("SELECT seal FROM head")[0][0]


def test_a_second_place_that_holds_nothing_is_told(log: WrittenLog) -> None:
    assert found(log, anchor=b"") == [("anchor-missing", "--anchor")]


def test_a_file_that_is_empty_is_no_note(log: WrittenLog) -> None:
    assert found(log, kept=b"") == [("note-malformed", "--from")]


def test_each_checkpoint_from_elsewhere_is_told_with_how_it_did(
    log: WrittenLog,
) -> None:
    def compared(kept: bytes) -> Compared | None:
        return log.verify(Options(kept=kept)).compared_with(FROM)

    both = log.verify(Options(kept=log.note(3), anchor=log.note(6)))
    assert both.compared == (Compared(FROM, 3, True), Compared(SECOND, 6, True))
    assert log.verify().compared_with(FROM) is None
    assert compared(checkpoint(6, bytes(32))) == Compared(FROM, 6, False)
    assert compared(checkpoint(77, bytes(32))) == Compared(FROM, 77, False)
    assert compared(b"nothing") == compared(b"") == Compared(FROM, None, False)
    log.edit("DELETE FROM leaf WHERE idx = 4")
    assert compared(log.note(6)) == Compared(FROM, 6, None)


ROTATED = (
    *HISTORY[:5],
    key_rotated(AT, format_vkey(OTHER_KEY.verifier())),
    *HISTORY[5:],
)
KEYS = (KEY, OTHER_KEY)


def test_each_key_signs_the_sizes_of_its_own_time(tmp_path: Path) -> None:
    log = WrittenLog(tmp_path, ROTATED, (3, 6, 8, 11), KEYS)

    assert log.verify().is_sound
    root = log.verify().root
    for size, key in ((11, KEY), (3, OTHER_KEY)):
        forged = checkpoint(size, root, key)
        kept = log.note(size)
        log.edit("UPDATE checkpoint SET note = ? WHERE size = ?", forged, size)
        assert found(log) == [("wrong-key", f"checkpoint {size}")]
        assert found(log, kept=forged)[-1] == ("wrong-key", "--from")
        log.edit("UPDATE checkpoint SET note = ? WHERE size = ?", kept, size)


def test_an_epoch_has_to_be_closed_by_its_own_key(tmp_path: Path) -> None:
    log = WrittenLog(tmp_path, ROTATED, (3, 6, 8), KEYS)
    log.edit("DELETE FROM checkpoint WHERE size = 6")

    assert found(log) == [("epoch-unsealed", "checkpoint 6")]
    later = log.verify_with(OTHER_KEY.verifier(), Options())
    assert [(f.code, f.place) for f in later.findings] == [
        ("epoch-unsealed", "checkpoint 6")
    ]


@pytest.mark.parametrize(
    ("note", "code", "word"),
    [
        (b"x", "note-malformed", "signature-missing"),
        (b"\xe2\x80\x94 x", "note-malformed", "note-malformed"),
        (None, "note-malformed", "note-malformed"),
        (b"x", "key-not-in-force", "wrong-key"),
        (b"x", "signature-invalid", "signature-invalid"),
    ],
)
def test_each_fault_of_a_note_has_a_word(note: object, code: str, word: str) -> None:
    assert note_fault(note, IntegrityError(code, "x")) == word


def test_the_size_that_a_note_states_is_read_without_believing_it() -> None:
    key = SigningKey("x", bytes(32))
    assert stated_size(checkpoint(77, bytes(32), key)) == 77
    assert stated_size(b"origin\n007\n") == stated_size(b"") == 0


def test_the_line_of_the_next_key_counts_where_an_epoch_ends(tmp_path: Path) -> None:
    rotation = key_rotated(AT, format_vkey(OTHER_KEY.verifier()))
    events = [*HISTORY, rotation, decision("dec-9")]
    log = WrittenLog(tmp_path, events, (11, 12), (KEY, OTHER_KEY))
    root = open_checkpoint(log.note(11), KEY.verifier(), ORIGIN).root
    line = checkpoint(11, root, OTHER_KEY).partition(b"\n\n")[2]
    update = "UPDATE checkpoint SET note = ? WHERE size = 11"
    log.edit(update, log.note(11) + line)
    assert found(log) == []
    # Of the signature itself; a line of a key that nobody knows is passed over.
    other = line[:-20] + (b"A" if line[-20:-19] != b"A" else b"B") + line[-19:]
    log.edit(update, log.note(11)[: -len(line)] + other)

    assert found(log)[0] == ("signature-invalid", "checkpoint 11")
