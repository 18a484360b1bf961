"""Opening a ledger: whatever broke off is settled, whatever is wrong keeps it shut."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ringwall.base.clock import FixedClock
from ringwall.base.errors import (
    ConfigurationError,
    IntegrityError,
    RecordUnavailable,
    RingwallError,
)
from ringwall.ledger.committing.recovery import unacknowledged
from ringwall.ledger.older_shape import is_older
from ringwall.ledger.raid_tables import JOURNAL
from ringwall.ledger.schema import RAID_CARDS
from ringwall.ledger.shape import known_shape, shape_of
from ringwall.model.events import anchor_begun
from ringwall.model.settings import Settings
from ringwall.registry import opening
from ringwall.registry.founding import make_folder, new_settings
from ringwall.registry.institute_folder import read_signing_key, read_verifier
from ringwall.registry.keeping import last_checkpoint, rotate
from ringwall.registry.key_files import KeyFiles
from ringwall.registry.opening import (
    LASTING,
    LedgerPlace,
    open_for_reading,
    open_for_writing,
)
from ringwall.registry.second_place import FOUND, named_place
from ringwall.signing.keys import SigningKey, VerifierKey, generate_signing_key
from tests.fault.ledger_simulator import AT, decision

CLOCK = FixedClock(AT)


@pytest.fixture
def place(tmp_path: Path) -> LedgerPlace:
    """Return the ledger of a new institute with a second place."""
    folder = tmp_path / "institute"
    anchor = tmp_path / "anchor"
    settings = new_settings(folder, "two", "", "log.example", anchor)
    make_folder(folder, settings, AT)
    return LedgerPlace(folder, settings)


def refusal(kind: type[RingwallError], call: Callable[[], object]) -> str:
    """Return the code with which a call is refused."""
    with pytest.raises(kind) as caught:
        call()
    return caught.value.code


def test_it_is_where_the_settings_say(tmp_path: Path) -> None:
    settings = Settings(name="Hub", tiers="two", origin="log.example")

    assert LedgerPlace(tmp_path, settings).path == tmp_path / "ledger.db"
    assert LedgerPlace(tmp_path, settings).anchor is None
    beside = settings.model_copy(update={"anchor": "../anchor"})
    assert LedgerPlace(tmp_path, beside).anchor == tmp_path / ".." / "anchor"
    elsewhere = settings.model_copy(update={"anchor": "/media/anchor"})
    assert LedgerPlace(tmp_path, elsewhere).anchor == Path("/media/anchor")


def test_without_a_second_place_none_is_asked(tmp_path: Path) -> None:
    folder = tmp_path / "institute"
    settings = new_settings(folder, "two", "", "")
    make_folder(folder, settings, AT)

    open_for_writing(LedgerPlace(folder, settings), CLOCK).close()


def test_reading_asks_no_second_place(place: LedgerPlace) -> None:
    assert place.anchor is not None
    place.anchor.unlink()

    open_for_reading(place).close()
    open_for_writing(place, CLOCK, is_anchored=False).close()
    assert (
        refusal(RecordUnavailable, lambda: open_for_writing(place, CLOCK))
        == "anchor-missing"
    )


def test_without_the_second_place_on_record_nothing_is_written(
    place: LedgerPlace,
) -> None:
    changed = place.settings.model_copy(update={"anchor": None})
    bare = place._replace(settings=changed)

    code = refusal(ConfigurationError, lambda: open_for_writing(bare, CLOCK))
    assert code == "anchor-not-configured"
    # A change of keys that broke off is not finished behind its back either.
    files = KeyFiles(place.folder)
    files.put_next(generate_signing_key("log.example"))
    code = refusal(ConfigurationError, lambda: open_for_writing(bare, CLOCK))
    assert code == "anchor-not-configured"
    assert not files.is_settled()
    open_for_reading(bare).close()
    open_for_writing(place, CLOCK).close()


def test_a_second_place_that_was_given_later_goes_on_record_once(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "institute"
    settings = new_settings(folder, "two", "", "log.example")
    make_folder(folder, settings, AT)
    note = last_checkpoint(LedgerPlace(folder, settings)).note
    (tmp_path / "anchor").write_bytes(note)
    given = settings.model_copy(update={"anchor": str(tmp_path / "anchor")})
    place = LedgerPlace(folder, given)

    for _ in range(2):
        open_for_writing(place, CLOCK).close()

    ledger = open_for_reading(place)
    assert ledger.head().size == 3
    assert ledger.entry(2).event == anchor_begun(AT, FOUND, named_place(given))
    ledger.close()
    code = refusal(
        ConfigurationError,
        lambda: open_for_writing(LedgerPlace(folder, settings), CLOCK),
    )
    assert code == "anchor-not-configured"


def test_a_folder_that_was_put_back_is_not_written(
    place: LedgerPlace, tmp_path: Path
) -> None:
    shutil.copytree(place.folder, tmp_path / "older")
    ledger = open_for_writing(place, CLOCK)
    ledger.append([decision("dec-1")])
    ledger.close()

    shutil.rmtree(place.folder)
    (tmp_path / "older").rename(place.folder)

    assert (
        refusal(IntegrityError, lambda: open_for_writing(place, CLOCK))
        == "log-rolled-back"
    )
    open_for_reading(place).close()


def test_after_an_unclean_end_it_is_on_record(place: LedgerPlace) -> None:
    ledger = open_for_writing(place, CLOCK)
    ledger.append([decision("dec-1")])
    shutil.copytree(place.folder, place.folder.with_name("crashed"))
    ledger.close()
    shutil.rmtree(place.folder)
    place.folder.with_name("crashed").rename(place.folder)

    unanchored = open_for_writing(place, CLOCK, is_anchored=False)
    with unanchored.store.reading() as connection:
        assert unacknowledged(connection) == (range(3, 4),)
    unanchored.close()


def test_a_change_of_keys_that_broke_off_is_finished(place: LedgerPlace) -> None:
    files = KeyFiles(place.folder)
    rotate(place, CLOCK)
    current = files.current()
    assert current is not None
    (files.folder / "log.key").rename(files.folder / "log.key.next")

    open_for_writing(place, CLOCK).close()

    assert (files.current(), files.told()) == (current, current.verifier())
    assert files.is_settled()


def test_a_change_of_keys_that_did_not_begin_is_undone_without_a_second_place(
    place: LedgerPlace,
) -> None:
    files = KeyFiles(place.folder)
    files.put_next(generate_signing_key("log.example"))

    open_for_writing(place, CLOCK, is_anchored=False).close()

    assert files.is_settled()


def test_old_keys_that_were_put_back_open_nothing_for_writing(
    place: LedgerPlace, tmp_path: Path
) -> None:
    shutil.copytree(place.folder / "keys", tmp_path / "old-keys")
    rotate(place, CLOCK)
    shutil.rmtree(place.folder / "keys")
    (tmp_path / "old-keys").rename(place.folder / "keys")

    assert (
        refusal(RecordUnavailable, lambda: open_for_writing(place, CLOCK))
        == "key-rotated"
    )
    open_for_reading(place).close()


def test_keys_of_another_log_open_nothing(place: LedgerPlace) -> None:
    files = KeyFiles(place.folder)
    files.tell(generate_signing_key("log.example").verifier())

    for call in (
        lambda: open_for_writing(place, CLOCK),
        lambda: open_for_reading(place),
    ):
        assert refusal(IntegrityError, call) == "key-not-on-record"


def test_a_second_place_taken_out_of_its_table_is_not_believed_gone(
    place: LedgerPlace,
) -> None:
    without = place._replace(settings=place.settings.model_copy(update={"anchor": ""}))
    with closing(sqlite3.connect(place.path, isolation_level=None)) as connection:
        connection.execute("DELETE FROM event WHERE kind = 'anchor.begun'")

    assert refusal(IntegrityError, lambda: rotate(without, CLOCK)) == "table-differs"
    opening = refusal(IntegrityError, lambda: open_for_writing(without, CLOCK, LASTING))
    assert opening == "table-differs"


def test_a_key_that_is_changed_while_it_is_read_is_read_anew(
    place: LedgerPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = iter([True])

    def overtaken(folder: Path, verifier: VerifierKey) -> SigningKey:
        if next(turns, False):
            rotate(place, CLOCK)
        return read_signing_key(folder, verifier)

    monkeypatch.setattr(opening, "read_signing_key", overtaken)
    ledger = open_for_writing(place, CLOCK)
    ledger.close()

    assert ledger.verifier == read_verifier(place.folder)


def test_a_ledger_of_before_the_incident_desk_gets_its_tables_when_it_is_written(
    place: LedgerPlace,
) -> None:
    with closing(sqlite3.connect(place.path, isolation_level=None)) as connection:
        for table in (JOURNAL, *RAID_CARDS):
            connection.execute(f"DROP TABLE {table}")

    with closing(open_for_reading(place)) as ledger, ledger.store.reading() as stored:
        assert is_older(stored)
    with closing(open_for_writing(place, CLOCK)) as ledger:
        ledger.append([decision("dec-0", basis=ledger.head().basis)])
        with ledger.store.reading() as stored:
            assert shape_of(stored) == known_shape()
