"""The record of an institute is checked whole, by a key that the checker may bring."""

from pathlib import Path

import pytest

from ringwall.base.clock import FixedClock
from ringwall.base.errors import ConfigurationError, IntegrityError
from ringwall.institute import Institute
from ringwall.ledger.verification.checking import Options
from ringwall.ledger.verification.report import Report
from ringwall.model.events import fact_declared
from ringwall.registry.opening import LedgerPlace
from ringwall.registry.record_check import check_record, replay_record
from ringwall.signing.keys import format_vkey, generate_signing_key
from tests.example import NOON, size_of


def check(
    institute: Institute, vkey: str | None = None, options: Options | None = None
) -> Report:
    """Check the record of an institute at noon."""
    place = LedgerPlace(institute.folder, institute.settings)
    return check_record(place, FixedClock(NOON), vkey, options)


def test_the_folders_own_key_serves_where_none_is_brought(institute: Institute) -> None:
    own = format_vkey(institute.verifier())
    other = format_vkey(generate_signing_key(institute.settings.origin).verifier())

    assert check(institute).is_sound
    assert check(institute, own).is_sound
    assert not check(institute, other).is_sound


def test_a_text_that_is_no_key_is_refused(institute: Institute) -> None:
    with pytest.raises(ConfigurationError) as caught:
        check(institute, "no key")

    assert caught.value.code == "key-malformed"


def test_a_file_that_is_no_ledger_is_told(institute: Institute) -> None:
    path = institute.folder / institute.settings.store
    for one in path.parent.glob(path.name + "*"):
        one.unlink()
    path.write_bytes(b"nothing of the kind" * 1000)

    with pytest.raises(IntegrityError) as caught:
        check(institute)

    assert caught.value.code == "ledger-unreadable"


def test_of_the_log_alone_the_facts_are_not_asked(institute: Institute) -> None:
    document = {"id": "user:nobody", "roles": 5}
    ledger = institute.ledger(writable=True)
    ledger.append([fact_declared(NOON, document)])
    ledger.close()

    (found,) = check(institute).findings
    assert (found.code, found.place) == ("fact-malformed", "registry")
    assert check(institute, options=Options(log_only=True)).is_sound


def test_the_record_is_made_anew_from_its_entries(
    institute: Institute, tmp_path: Path
) -> None:
    place = LedgerPlace(institute.folder, institute.settings)
    size, found = replay_record(place, tmp_path / "again.db")

    assert (size, found) == (size_of(institute), ())
    with pytest.raises(ConfigurationError) as caught:
        replay_record(place, tmp_path / "again.db")
    assert caught.value.code == "target-exists"
