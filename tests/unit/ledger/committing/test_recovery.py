"""After an unclean end: what may never have been acknowledged goes on record."""

from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError, RecordUnavailable
from ringwall.ledger.committing.presence import Presence
from ringwall.ledger.committing.recovery import Recovered, recover, unacknowledged
from ringwall.ledger.committing.writer_claims import sign_claim
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.publication.anchor import begin_anchor
from ringwall.ledger.publication.epochs import Keys
from ringwall.ledger.store import Store
from ringwall.model.events import log_pruned
from tests.fault.ledger_simulator import (
    AT,
    KEY,
    ORIGIN,
    OTHER_KEY,
    VERIFIER,
    LedgerFile,
    creation,
    decision,
)
from tests.unit.ledger.rotated import RotatedFile

GONE = "0" * 32
ALSO_GONE = "1" * 32


def leave_row(
    file: LedgerFile, size: object, writer: str = GONE, claim: int | None = 0
) -> None:
    """Leave what a writer whose process is gone leaves: its row and its claim."""
    row = (writer, 7, "2027-01-15T08:00:00Z", size)
    file.edit("INSERT INTO writer VALUES (?, ?, ?, ?)", *row)
    if claim is not None:
        leave_claim(file, sign_claim(KEY, ORIGIN, writer, claim), writer)


def leave_claim(file: LedgerFile, note: bytes, writer: str = GONE) -> None:
    """Leave what a writer has signed, or somebody else."""
    Path(f"{file.path}-writer-{writer}").write_bytes(note)


def recovered(file: LedgerFile, anchor: Path | None = None) -> Recovered | None:
    """Return what is done when the log is opened for writing."""
    ledger = Ledger(file.path, VERIFIER, ORIGIN, KEY, anchor)
    try:
        return recover(ledger.store, KEY, ledger.keys, ledger.anchor, AT)
    finally:
        ledger.close()


def refusal(file: LedgerFile) -> str:
    """Return the code with which a log that left a row is refused."""
    leave_row(file, 10)
    before = file.query("SELECT count(*), max(idx) FROM leaf")
    with pytest.raises(IntegrityError) as caught:
        recovered(file)
    assert file.query("SELECT count(*), max(idx) FROM leaf") == before
    assert file.query("SELECT count(*) FROM writer") == [(1,)]
    return caught.value.code


def ranges(file: LedgerFile) -> tuple[range, ...]:
    """Return the entries that may never have been acknowledged."""
    with file.opened(writable=False) as ledger, ledger.store.reading() as connection:
        return unacknowledged(connection)


def test_after_a_clean_end_there_is_nothing_to_do(file: LedgerFile) -> None:
    assert recovered(file) is None
    assert ranges(file) == ()
    assert file.query("SELECT count(*) FROM leaf") == [(10,)]


def test_what_a_dead_writer_left_goes_on_record(file: LedgerFile) -> None:
    leave_row(file, 7)
    Path(f"{file.path}-writer-{GONE}").touch(mode=0o600)

    assert recovered(file) == Recovered(10, 7, 10, 1)

    with file.opened(writable=False) as ledger:
        assert ledger.entry(10).event == {
            "v": 1,
            "kind": "log.recovered",
            "at": "2027-01-15T08:00:00Z",
            "first": 7,
            "size": 10,
            "writers": [GONE],
        }
        assert ledger.head().size == 11
    assert ranges(file) == (range(7, 10),)
    assert file.query("SELECT * FROM writer") == []
    assert not list(file.path.parent.glob("*-writer-*"))
    assert recovered(file) is None


def test_of_very_many_rows_not_all_are_named(file: LedgerFile) -> None:
    for number in range(300):
        leave_row(file, 9, f"{number:032x}")

    assert recovered(file) == Recovered(10, 9, 10, 300)
    with file.opened(writable=False) as ledger:
        assert len(ledger.entry(10).event["writers"]) == 256
    assert file.query("SELECT * FROM writer") == []


def test_the_earliest_of_several_counts(file: LedgerFile) -> None:
    leave_row(file, 9)
    leave_row(file, 8, ALSO_GONE)

    assert recovered(file) == Recovered(10, 8, 10, 2)


def test_all_since_the_last_checkpoint_may_be_meant(file: LedgerFile) -> None:
    with file.opened() as ledger:
        ledger.append([decision("dec-4")])
    file.edit("DELETE FROM checkpoint WHERE size = 11")
    leave_row(file, 11)

    assert recovered(file) == Recovered(11, 10, 11, 1)
    assert ranges(file) == (range(10, 11),)


def test_without_any_checkpoint_it_may_be_all_of_it(file: LedgerFile) -> None:
    file.edit("DELETE FROM checkpoint")
    leave_row(file, 9)

    assert recovered(file) == Recovered(10, 0, 10, 1)


def test_who_is_alive_is_left_alone(file: LedgerFile) -> None:
    leave_row(file, 9, claim=None)
    presence = Presence(file.path, GONE)

    assert recovered(file) is None
    assert file.query("SELECT count(*) FROM writer") == [(1,)]

    leave_row(file, 8, ALSO_GONE)
    assert recovered(file) == Recovered(10, 8, 10, 1)
    assert file.query("SELECT id FROM writer") == [(GONE,)]
    presence.leave()


@pytest.mark.parametrize(
    ("size", "first"),
    [(-1, 3), ("many", 3), (1.5, 3), (2, 3), (5, 5), (999, 10)],
)
def test_a_row_that_was_edited_takes_nothing_back(
    file: LedgerFile, size: object, first: int
) -> None:
    leave_row(file, size, claim=3)

    assert recovered(file) == Recovered(10, first, 10, 1)
    assert file.query("SELECT * FROM writer") == []


def test_a_row_of_nobody_takes_nothing_back(file: LedgerFile) -> None:
    leave_row(file, 0, "../elsewhere", claim=None)

    assert recovered(file) == Recovered(10, 10, 10, 1)

    with file.opened(writable=False) as ledger:
        assert ledger.entry(10).event["writers"] == ["unreadable"]


@pytest.mark.parametrize(
    "note",
    [
        None,
        b"",
        sign_claim(OTHER_KEY, ORIGIN, GONE, 0),
        sign_claim(KEY, "other.example", GONE, 0),
        sign_claim(KEY, ORIGIN, ALSO_GONE, 0),
    ],
)
def test_a_row_without_the_claim_of_its_writer_takes_back_nothing_published(
    file: LedgerFile, note: bytes | None
) -> None:
    leave_row(file, 0, claim=None)
    if note is not None:
        leave_claim(file, note)

    assert recovered(file) == Recovered(10, 10, 10, 1)


def test_a_writer_that_is_known_to_have_ended_does_not_come_again(
    file: LedgerFile,
) -> None:
    leave_row(file, 9)
    assert recovered(file) == Recovered(10, 9, 10, 1)
    leave_row(file, 3)

    assert recovered(file) == Recovered(11, 11, 11, 1)


def test_a_claim_holds_though_the_log_has_another_key_by_now(tmp_path: Path) -> None:
    log = RotatedFile(tmp_path)
    log.announce()
    log.close()
    leave_row(log, 2)
    key = log.held[-1]
    store = Store(log.path, writable=True)

    found = recover(store, key, Keys(key.verifier(), ORIGIN), None, AT)

    assert found == Recovered(11, 2, 11, 1)
    store.close()


def test_a_row_that_was_taken_away_hides_no_unclean_end(file: LedgerFile) -> None:
    with file.opened() as ledger:
        ledger.append([decision("dec-4", basis=8), decision("dec-5", basis=8)])
    file.edit("DELETE FROM checkpoint WHERE size > 10")

    assert recovered(file) == Recovered(12, 10, 12, 0)

    with file.opened(writable=False) as ledger:
        assert ledger.entry(12).event["writers"] == ["unknown"]
    assert ranges(file) == (range(10, 12),)
    assert recovered(file) is None


def test_a_checkpoint_that_was_forged_hides_no_unclean_end(file: LedgerFile) -> None:
    file.edit("UPDATE checkpoint SET note = x'00'")

    with pytest.raises(IntegrityError) as caught:
        recovered(file)
    assert caught.value.code == "note-malformed"


def test_each_clean_end_leaves_nothing_to_do(file: LedgerFile) -> None:
    for number in range(3):
        with file.opened() as ledger:
            assert recovered(file) is None
            ledger.append([decision(f"dec-n{number}", basis=8)])
        assert recovered(file) is None
    assert ranges(file) == ()


def test_two_recoveries_are_two_ranges(file: LedgerFile) -> None:
    leave_row(file, 9)
    recovered(file)
    with file.opened() as ledger:
        ledger.append([decision("dec-4")])
    file.edit("DELETE FROM checkpoint WHERE size > 10")
    leave_row(file, 12)
    recovered(file)

    assert ranges(file) == (range(9, 10), range(11, 12))


def test_a_range_that_was_edited_is_found_out(file: LedgerFile) -> None:
    leave_row(file, 9)
    recovered(file)
    file.edit("UPDATE event SET idx = 9 WHERE kind = 'log.recovered'")

    with pytest.raises(IntegrityError) as caught:
        ranges(file)
    assert caught.value.code == "table-differs"


def test_many_entries_since_the_last_checkpoint_are_all_followed(
    tmp_path: Path,
) -> None:
    file = LedgerFile(tmp_path, [creation()])
    with file.opened() as ledger:
        ledger.append([decision("dec-many")] * 1500)
    file.edit("DELETE FROM checkpoint WHERE size > 1")
    leave_row(file, 1200)

    assert recovered(file) == Recovered(1501, 1, 1501, 1)


def test_what_a_checkpoint_vouches_for_is_not_read_again(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, [creation()])
    with file.opened() as ledger:
        ledger.append([decision("dec-many")] * 700)
    file.edit("UPDATE leaf SET entry = x'00' WHERE idx = 3")
    leave_row(file, 650)

    assert recovered(file) == Recovered(701, 650, 701, 1)


def test_a_changed_entry_at_the_end_is_refused(file: LedgerFile) -> None:
    file.edit("DELETE FROM checkpoint")
    file.edit("UPDATE leaf SET entry = x'00' WHERE idx = 9")

    assert refusal(file) == "entry-changed"


def test_a_missing_entry_at_the_end_is_refused(file: LedgerFile) -> None:
    file.edit("DELETE FROM checkpoint")
    file.edit("DELETE FROM leaf WHERE idx = 8")

    assert refusal(file) == "entry-missing"


@pytest.mark.parametrize(
    "edit",
    [
        "DELETE FROM leaf WHERE idx = 9",
        "INSERT INTO leaf SELECT 10, hash, entry FROM leaf WHERE idx = 9",
        "REPLACE INTO leaf SELECT 9, hash, entry FROM leaf WHERE idx = 4",
    ],
)
def test_an_end_that_is_not_what_was_signed_is_refused(
    file: LedgerFile, edit: str
) -> None:
    file.edit("DELETE FROM checkpoint")
    file.edit(edit)

    assert refusal(file) == "root-differs"


def test_a_checkpoint_that_the_log_did_not_sign_is_refused(file: LedgerFile) -> None:
    file.edit("UPDATE checkpoint SET note = x'00'")

    assert refusal(file) == "note-malformed"


def test_a_head_that_was_not_sealed_is_refused(file: LedgerFile) -> None:
    file.edit("UPDATE head SET basis = 3")

    assert refusal(file) == "head-differs"


def test_what_has_been_pruned_needs_no_bytes(file: LedgerFile) -> None:
    with file.opened() as ledger:
        ledger.append([log_pruned(AT, 5, "old")])
    file.edit("DELETE FROM checkpoint")
    file.edit("UPDATE leaf SET entry = NULL WHERE idx = 4")
    leave_row(file, 9)
    assert recovered(file) == Recovered(11, 0, 11, 1)

    file.edit("DELETE FROM checkpoint")
    file.edit("UPDATE leaf SET hash = x'00', entry = NULL WHERE idx = 4")
    leave_row(file, 9)
    with pytest.raises(IntegrityError) as caught:
        recovered(file)
    assert caught.value.code == "entry-changed"


def test_the_log_is_compared_with_its_second_place(
    file: LedgerFile, tmp_path: Path
) -> None:
    anchor = tmp_path / "anchor"
    with pytest.raises(RecordUnavailable) as missing:
        recovered(file, anchor)
    assert missing.value.code == "anchor-missing"

    [(note,)] = file.query("SELECT note FROM checkpoint")
    begin_anchor(anchor, note)
    leave_row(file, 9)
    assert recovered(file, anchor) == Recovered(10, 9, 10, 1)

    file.edit("DELETE FROM checkpoint")
    assert recovered(file, anchor) is None
