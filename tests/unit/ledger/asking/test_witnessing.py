"""Witnesses on record: what they have seen, and until when they are in time."""

from dataclasses import replace
from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.ledger.asking.witnessing import (
    Sight,
    Witnessing,
    last_overdue,
    next_checkpoint,
    witnessing_of,
)
from ringwall.model.events import (
    witness_added,
    witness_quorum,
    witness_removed,
    witnesses_overdue,
)
from ringwall.signing.cosigner_keys import CosigningKey
from ringwall.signing.keys import format_vkey
from ringwall.tlog.checkpoints import Checkpoint, format_checkpoint, sign_checkpoint
from ringwall.tlog.cosignatures import cosign
from tests.fault.ledger_simulator import (
    AT,
    HISTORY,
    KEY,
    ORIGIN,
    LedgerFile,
    alarm,
    policy,
)
from tests.unit.ledger.rotated import RotatedFile

CITY = CosigningKey("city.example", bytes(range(7, 39)))
PORT = CosigningKey("port.example", bytes(range(9, 41)))
SECOND = 1_000_000
ADDED = tuple(
    witness_added(AT, name, format_vkey(key.verifier()))
    for name, key in (("port", PORT), ("city", CITY))
)


def cosigned(size: int, *signed: tuple[CosigningKey, int]) -> bytes:
    """Return a checkpoint that witnesses have cosigned at some second."""
    checkpoint = Checkpoint(ORIGIN, size, bytes(32))
    text = format_checkpoint(checkpoint)
    lines = (cosign(text, key, at) for key, at in signed)
    return sign_checkpoint(checkpoint, KEY) + b"".join(lines)


def store(file: LedgerFile, size: int, note: object) -> None:
    """Put a checkpoint among those published."""
    file.edit("INSERT OR REPLACE INTO checkpoint VALUES (?, ?)", size, note)


def read(file: LedgerFile) -> Witnessing:
    """Return what is on record."""
    with file.opened(writable=False) as ledger:
        return witnessing_of(ledger.store, ledger.keys)


@pytest.fixture
def watched(tmp_path: Path) -> LedgerFile:
    """Return a ledger with two witnesses of which one is asked for."""
    quorum = witness_quorum(AT, 1, 60, mandatory=True)
    return LedgerFile(tmp_path, (*HISTORY, *ADDED, quorum))


def test_a_log_without_witnesses_asks_for_none(file: LedgerFile) -> None:
    assert read(file) == Witnessing()
    assert read(file).deadline is None
    assert read(file).size == 0


def test_witnesses_and_quorum_are_read_in_the_order_of_names(
    watched: LedgerFile,
) -> None:
    known = read(watched)

    assert list(known.witnesses) == ["city", "port"]
    assert (known.need, known.seconds, known.mandatory) == (1, 60, True)
    assert known.since == AT


def test_a_removed_witness_is_not_asked(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, (*HISTORY, *ADDED, witness_removed(AT, "city")))

    assert list(read(file).witnesses) == ["port"]


def test_the_newest_cosignature_of_each_counts(watched: LedgerFile) -> None:
    store(watched, 3, cosigned(3, (CITY, 5), (PORT, 9)))
    store(watched, 7, cosigned(7, (CITY, 6)))
    store(watched, 9, cosigned(9))

    assert read(watched).seen == {
        "city": Sight(7, 6 * SECOND),
        "port": Sight(3, 9 * SECOND),
    }


def test_a_line_of_the_same_name_under_another_key_is_none_of_theirs(
    watched: LedgerFile,
) -> None:
    other = CosigningKey("city.example", bytes(range(1, 33)))
    store(watched, 9, cosigned(9, (other, 9)))
    store(watched, 5, cosigned(5, (CITY, 5)))

    assert read(watched).seen == {"city": Sight(5, 5 * SECOND)}


def test_a_checkpoint_that_was_tampered_with_is_told(watched: LedgerFile) -> None:
    store(watched, 9, cosigned(9, (CITY, 5)).replace(b"\n9\n", b"\n8\n"))

    with pytest.raises(IntegrityError) as caught:
        read(watched)
    assert caught.value.code == "signature-invalid"


def test_a_key_on_record_that_is_none_is_told(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, (*HISTORY, witness_added(AT, "city", "no key")))

    with pytest.raises(IntegrityError) as caught:
        read(file)
    assert caught.value.code == "table-differs"


SEEN = {"a": Sight(9, AT + 5 * SECOND), "b": Sight(7, AT + 8 * SECOND)}
ASKED = Witnessing(seen=SEEN, need=1, seconds=60, since=AT)


@pytest.mark.parametrize(
    ("known", "size", "after"),
    [
        (ASKED, 9, 68),
        (replace(ASKED, need=2), 7, 65),
        (replace(ASKED, need=3), 0, 60),
        (replace(ASKED, since=AT + 20 * SECOND), 9, 80),
    ],
)
def test_in_time_is_counted_from_what_enough_of_them_have_seen(
    known: Witnessing, size: int, after: int
) -> None:
    assert (known.size, known.deadline) == (size, AT + after * SECOND)


def test_a_witness_is_sent_the_newest_or_first_what_closes_its_epoch(
    tmp_path: Path,
) -> None:
    file = RotatedFile(tmp_path)
    assert sizes(file, 0, 3) == [10, 10]
    end = file.rotate() + 1
    file.grow(3)

    assert sizes(file, 0, 3, end, end + 1) == [end + 3, end, end + 3, end + 3]


def test_what_closes_its_epoch_is_sent_once_more_to_a_witness_that_asks(
    tmp_path: Path,
) -> None:
    file = RotatedFile(tmp_path)
    end = file.rotate() + 1
    file.grow(3)

    again = sizes(file, 0, 3, end, end + 1, closing=True)
    assert again == [end + 3, end, end, end + 3]


def sizes(file: RotatedFile, *olds: int, closing: bool = False) -> list[int]:
    """Return the size of the checkpoint that follows each size."""
    with file.opened(writable=False) as ledger, ledger.store.reading() as connection:
        found = [next_checkpoint(connection, old, closing=closing) for old in olds]
    return [0 if published is None else published.size for published in found]


@pytest.mark.parametrize("table", ["quorum", "witness"])
def test_rows_that_somebody_took_away_are_told(watched: LedgerFile, table: str) -> None:
    watched.edit(f"DELETE FROM {table}")  # noqa: S608 - our tables

    with pytest.raises(IntegrityError) as caught:
        read(watched)
    assert caught.value.code == "table-differs"


def test_one_key_under_two_names_is_told(tmp_path: Path) -> None:
    again = witness_added(AT, "town", format_vkey(CITY.verifier()))
    file = LedgerFile(tmp_path, (*HISTORY, *ADDED, again))

    with pytest.raises(IntegrityError, match="have the same key") as caught:
        read(file)
    assert caught.value.code == "table-differs"


def overdue_on(file: LedgerFile) -> int:
    """Return when the last alarm on record was raised."""
    with file.opened(writable=False) as ledger:
        return last_overdue(ledger.store)


def test_the_last_alarm_that_they_were_overdue_is_found_among_others(
    tmp_path: Path,
) -> None:
    alarms = [witnesses_overdue(AT + n, AT, 1, 60, 0) for n in (5, 7)]
    file = LedgerFile(tmp_path, (*HISTORY, *alarms, alarm("dec-1"), policy("3" * 64)))

    assert overdue_on(file) == AT + 7


def test_without_an_alarm_about_witnesses_there_is_no_instant(tmp_path: Path) -> None:
    # What another alarm quotes is not its code.
    said = {**alarm("dec-1"), "casbin": '"code":"witnesses-overdue"'}

    assert overdue_on(LedgerFile(tmp_path, (*HISTORY, said))) == -1


def test_an_alarm_that_is_not_what_was_recorded_is_not_believed(tmp_path: Path) -> None:
    overdue = witnesses_overdue(AT, AT, 1, 60, 0)
    file = LedgerFile(tmp_path, (*HISTORY, overdue))
    file.edit("UPDATE event SET at = '2027-01-16T08:00:00Z' WHERE idx = ?", 10)

    with pytest.raises(IntegrityError) as caught:
        overdue_on(file)
    assert caught.value.code == "table-differs"
