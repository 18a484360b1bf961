"""The second place: it never goes back, and whoever rolls the log back is told."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ringwall.base.errors import (
    ConfigurationError,
    IntegrityError,
    RecordUnavailable,
    RingwallError,
)
from ringwall.ledger.file_lock import FileLock
from ringwall.ledger.publication.anchor import (
    ANEW,
    Anchor,
    begin_anchor,
    check_free,
    held_in,
    is_apart,
    read_anchor,
)
from ringwall.signing.notes import MAX_NOTE_BYTES
from ringwall.tlog.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from tests.fault.ledger_simulator import (
    KEY,
    ORIGIN,
    OTHER_KEY,
    VERIFIER,
    LedgerFile,
    decision,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the second place of the log is."""
    place = tmp_path / "other-disk"
    place.mkdir()
    return place / "anchor"


@pytest.fixture
def anchor(file: LedgerFile, path: Path) -> Anchor:
    """Return the second place of the log, which has seen all of it."""
    begin_anchor(path, noted(file)[1])
    return anchor_of(file, path)


def anchor_of(file: LedgerFile, path: Path) -> Anchor:
    """Return the second place as a process that opens it has it."""
    with file.opened(writable=False) as ledger:
        return Anchor(path, held_in(ledger.store, ledger.keys))


def noted(file: LedgerFile) -> tuple[Checkpoint, bytes]:
    """Return the checkpoint of the whole log, and its note."""
    with file.opened(writable=False) as ledger:
        head = ledger.head()
    checkpoint = Checkpoint(ORIGIN, head.size, head.root)
    return checkpoint, sign_checkpoint(checkpoint, KEY)


def grow(file: LedgerFile, count: int = 3) -> tuple[Checkpoint, bytes]:
    """Append; return the checkpoint of the whole log, and its note."""
    with file.opened() as ledger:
        ledger.append([decision("dec-new")] * count)
    return noted(file)


def refusal(kind: type[RingwallError], call: Callable[[], object]) -> str:
    """Return the code with which a call is refused."""
    with pytest.raises(kind) as caught:
        call()
    assert caught.value.next_step
    return caught.value.code


def test_it_holds_what_it_began_with_and_then_the_last(
    file: LedgerFile, anchor: Anchor
) -> None:
    old, _ = noted(file)
    assert anchor.check(old.size) == old

    for _ in range(2):
        new, note = grow(file)
        assert anchor.advance(new, note)
        assert read_anchor(anchor.path) == note
        assert anchor.check(new.size) == new
    assert sorted(os.listdir(anchor.path.parent)) == ["anchor", "anchor-lock"]


def test_a_longer_log_is_one_that_it_holds(file: LedgerFile, anchor: Anchor) -> None:
    old, _ = noted(file)
    grow(file)

    assert anchor.check(old.size) == old


def test_two_processes_share_it(file: LedgerFile, anchor: Anchor, path: Path) -> None:
    other = anchor_of(file, path)
    old, old_note = noted(file)
    assert anchor.advance(old, old_note)
    new, note = grow(file)
    assert other.advance(new, note)

    assert not anchor.advance(old, old_note)
    assert not other.advance(old, old_note)
    assert read_anchor(path) == note
    newer, newer_note = grow(file)
    assert anchor.advance(newer, newer_note)


def test_a_log_that_was_rolled_back_is_found_out(
    file: LedgerFile, anchor: Anchor, tmp_path: Path
) -> None:
    put_back = file.saved(tmp_path / "saved")
    new, note = grow(file)
    anchor.advance(new, note)

    put_back()

    assert refusal(IntegrityError, lambda: anchor.check(0)) == "log-rolled-back"


def test_a_log_that_went_another_way_is_found_out(
    file: LedgerFile, anchor: Anchor, tmp_path: Path
) -> None:
    put_back = file.saved(tmp_path / "saved")
    new, note = grow(file)
    anchor.advance(new, note)
    put_back()
    with file.opened() as ledger:
        ledger.append([decision(f"dec-other-{number}") for number in range(5)])

    assert refusal(IntegrityError, lambda: anchor.check(0)) == "log-forked"
    other, other_note = noted(file)
    anew = anchor_of(file, anchor.path)
    assert (
        refusal(IntegrityError, lambda: anew.advance(other, other_note)) == "log-forked"
    )
    assert read_anchor(anchor.path) == note


def test_another_root_at_the_same_size_is_a_fork(
    file: LedgerFile, anchor: Anchor
) -> None:
    same, _ = noted(file)
    forged = Checkpoint(ORIGIN, same.size, b"x" * 32)
    note = sign_checkpoint(forged, KEY)

    assert refusal(IntegrityError, lambda: anchor.advance(forged, note)) == "log-forked"


def test_the_same_again_changes_nothing(file: LedgerFile, anchor: Anchor) -> None:
    same, note = noted(file)

    assert anchor.advance(same, note)
    assert anchor.advance(same, note)
    assert anchor.check(same.size) == same


def test_what_was_put_back_there_is_found_out(file: LedgerFile, anchor: Anchor) -> None:
    old = anchor.path.read_bytes()
    new, note = grow(file)
    anchor.advance(new, note)

    anchor.path.write_bytes(old)

    assert refusal(IntegrityError, lambda: anchor.check(new.size)) == "anchor-behind"
    newer, newer_note = grow(file)
    assert (
        refusal(IntegrityError, lambda: anchor.advance(newer, newer_note))
        == "anchor-behind"
    )


@pytest.mark.parametrize(
    "note",
    [
        b"no note",
        b"\xff\x00\n",
        b"x" * (MAX_NOTE_BYTES + 1),
        sign_checkpoint(Checkpoint(ORIGIN, 3, bytes(32)), OTHER_KEY),
        sign_checkpoint(Checkpoint("other.example", 3, bytes(32)), KEY),
    ],
)
def test_what_is_no_checkpoint_of_this_log_is_malformed(
    anchor: Anchor, note: bytes
) -> None:
    anchor.path.write_bytes(note)

    with pytest.raises(IntegrityError) as caught:
        anchor.check(0)
    assert caught.value.code == "anchor-malformed"
    assert ANEW in caught.value.next_step


def test_what_is_empty_is_missing(file: LedgerFile, anchor: Anchor) -> None:
    new, noted_then = grow(file)
    anchor.path.write_bytes(b"")

    assert refusal(RecordUnavailable, lambda: anchor.check(0)) == "anchor-missing"
    with pytest.raises(RecordUnavailable) as caught:
        anchor.advance(new, noted_then)
    assert (caught.value.code, ANEW in caught.value.next_step) == (
        "anchor-missing",
        True,
    )
    assert anchor.path.read_bytes() == b""


def test_a_copy_from_before_a_change_of_keys_is_put_back_and_not_the_note_to_blame(
    anchor: Anchor,
) -> None:
    later = sign_checkpoint(Checkpoint(ORIGIN, 77, bytes(32)), OTHER_KEY)
    anchor.path.write_bytes(later)

    with pytest.raises(IntegrityError) as caught:
        anchor.check(0)
    assert caught.value.code == "log-rolled-back"
    assert "put back to before a change of keys" in caught.value.message
    assert "look for the newest copy" in caught.value.next_step
    assert anchor.path.read_bytes() == later


def test_what_is_not_there_is_missing(file: LedgerFile, anchor: Anchor) -> None:
    new, note = grow(file)
    anchor.path.unlink()

    assert refusal(RecordUnavailable, lambda: anchor.check(0)) == "anchor-missing"
    assert (
        refusal(RecordUnavailable, lambda: anchor.advance(new, note))
        == "anchor-missing"
    )
    assert not anchor.path.exists()


def test_what_can_not_be_read_is_missing(anchor: Anchor) -> None:
    anchor.path.unlink()
    anchor.path.mkdir()

    assert refusal(RecordUnavailable, lambda: anchor.check(0)) == "anchor-missing"


def test_a_pipe_in_its_place_is_not_waited_for(anchor: Anchor) -> None:
    anchor.path.unlink()
    os.mkfifo(anchor.path)

    assert refusal(RecordUnavailable, lambda: anchor.check(0)) == "anchor-missing"


def test_a_folder_that_is_gone_can_not_be_written(
    file: LedgerFile, anchor: Anchor
) -> None:
    new, note = grow(file)
    anchor.path.parent.rename(anchor.path.parent.with_name("unmounted"))

    assert (
        refusal(RecordUnavailable, lambda: anchor.advance(new, note))
        == "anchor-unwritable"
    )


def test_whoever_holds_its_lock_for_long_keeps_it_from_being_written(
    file: LedgerFile, anchor: Anchor
) -> None:
    lock = anchor.path.with_name("anchor-lock")
    anchor._lock = FileLock(lock, 0.0)
    new, note = grow(file)

    with FileLock(lock, 0.0).held():
        assert (
            refusal(RecordUnavailable, lambda: anchor.advance(new, note))
            == "anchor-unwritable"
        )


def test_a_link_stays_one_and_leads_to_the_other_disk(
    file: LedgerFile, anchor: Anchor, tmp_path: Path
) -> None:
    link = tmp_path / "link"
    link.symlink_to(anchor.path)
    new, note = grow(file)

    assert anchor_of(file, link).advance(new, note)

    assert link.is_symlink()
    assert anchor.path.read_bytes() == note


def test_where_there_is_something_none_begins(anchor: Anchor) -> None:
    before = anchor.path.read_bytes()

    assert (
        refusal(ConfigurationError, lambda: begin_anchor(anchor.path, b"other"))
        == "anchor-in-use"
    )
    assert anchor.path.read_bytes() == before


def test_where_there_is_no_folder_none_begins(tmp_path: Path) -> None:
    place = tmp_path / "nowhere" / "anchor"

    assert refusal(RecordUnavailable, lambda: check_free(place)) == "anchor-unwritable"


def test_what_fails_while_it_begins_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    assert (
        refusal(RecordUnavailable, lambda: begin_anchor(path, b"note"))
        == "anchor-unwritable"
    )
    assert os.listdir(path.parent) == []


def test_whether_it_lies_on_another_disk_is_known(tmp_path: Path) -> None:
    assert not is_apart(tmp_path / "anchor", tmp_path)
    assert is_apart(Path("/proc/anchor"), tmp_path)


def test_it_opens_only_what_the_log_signed(file: LedgerFile, anchor: Anchor) -> None:
    note = read_anchor(anchor.path)

    assert note is not None
    assert open_checkpoint(note, VERIFIER, ORIGIN) == noted(file)[0]
    assert read_anchor(anchor.path.with_name("gone")) is None
