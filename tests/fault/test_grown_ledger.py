"""An institute that grew a third tier: what it is now, and that it stays so."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.ledger.ledger import Ledger, StaleBasis
from ringwall.ledger.replay import replay_ledger
from ringwall.ledger.store import Store
from ringwall.model.events import Event
from tests.fault.ledger_simulator import (
    ORIGIN,
    VERIFIER,
    LedgerFile,
    creation,
    fact,
    growth,
)


@pytest.fixture
def file(tmp_path: Path) -> LedgerFile:
    return LedgerFile(tmp_path)


def reading(file: LedgerFile) -> Ledger:
    """Return the ledger, open for reading."""
    return Ledger(file.path, VERIFIER, ORIGIN)


def refused(call: Callable[[], Any]) -> str:
    """Return the code of the integrity error that a call ends in."""
    with pytest.raises(IntegrityError) as caught:
        call()
    return caught.value.code


def test_an_institute_that_has_grown_is_what_it_grew_to(file: LedgerFile) -> None:
    with file.opened() as ledger:
        [receipt] = ledger.append([growth()], 8)

        assert ledger.institute() == growth()
        assert ledger.registry_since(-1).basis == receipt.index == 10
        with pytest.raises(StaleBasis):
            ledger.append([growth()], 8)
    assert file.verify().is_sound


@pytest.mark.parametrize(
    "events",
    [
        [fact("user:ada"), creation()],
        [growth()],
        [growth(), creation()],
        [creation(), growth(), creation()],
        [creation(), {**growth(), "origin": "other.example"}],
        [creation(), {**growth(), "vkey": "key+1+AA"}],
        [creation(), {**growth(), "name": "Another"}],
        [creation(), {**growth(), "name": "Another"}, growth()],
    ],
)
def test_a_log_that_does_not_start_with_one_institute_is_refused(
    tmp_path: Path, events: list[Event]
) -> None:
    file = LedgerFile(tmp_path, events)

    assert refused(reading(file).institute) == "table-differs"


@pytest.mark.parametrize(
    "edit",
    [
        "DELETE FROM institute WHERE idx = 10",
        "UPDATE institute SET tiers = 'two' WHERE idx = 10",
        "UPDATE institute SET idx = 9 WHERE idx = 10",
    ],
)
def test_a_growth_that_is_taken_back_behind_the_log_is_found_out(
    file: LedgerFile, edit: str
) -> None:
    with file.opened() as ledger:
        ledger.append([growth()])
    assert file.edit(edit) == 1

    # Where the row is gone the institute looks as before, but the signed tally knows.
    reader = reading(file)
    asked = reader.registry_since if "DELETE" in edit else lambda _: reader.institute()
    assert refused(lambda: asked(-1)) == "table-differs"
    assert file.codes() & {"row-missing", "row-changed", "row-unfounded"}


def test_a_grown_ledger_is_rebuilt_from_its_entries_alone(
    file: LedgerFile, tmp_path: Path
) -> None:
    with file.opened() as ledger:
        ledger.append([growth(), fact("user:ada", "SL5")])

    size, differences = replay_ledger(
        Store(file.path, writable=False), tmp_path / "copy.db"
    )

    assert (size, differences) == (12, ())
    assert Ledger(tmp_path / "copy.db", VERIFIER, ORIGIN).institute() == growth()
