"""The second place of the settings held against the one on record."""

from pathlib import Path

import pytest

from ringwall.base.errors import ConfigurationError
from ringwall.ledger.publication.recorded_place import place_of
from ringwall.ledger.store import Store
from ringwall.model.events import Event, anchor_begun, anchor_ended
from ringwall.model.settings import Settings
from ringwall.registry.second_place import check_second_place, named_place
from tests.fault.ledger_simulator import AT, ORIGIN, creation
from tests.unit.ledger.written_log import WrittenLog

HERE = "/media/other/log.note"
BEGUN = anchor_begun(AT, "a disk", place_of(HERE, ORIGIN))
ENDED = anchor_ended(AT, "no disk")


def settings(anchor: str | None) -> Settings:
    """Return settings that name a second place, or none."""
    return Settings(name="Hub", tiers="two", origin=ORIGIN, anchor=anchor)


def checked(folder: Path, anchor: str | None, *events: Event) -> bool:
    """Hold settings against a log with these events."""
    log = WrittenLog(folder, [creation(), *events])
    return check_second_place(Store(log.path, writable=False), settings(anchor))


def test_settings_are_called_as_the_record_calls_them() -> None:
    assert named_place(settings(HERE)) == BEGUN["place"]
    assert named_place(settings(None)) == ""


@pytest.mark.parametrize(
    ("anchor", "events", "is_new"),
    [
        (None, (), False),
        (HERE, (), True),
        (HERE, (BEGUN,), False),
        (None, (BEGUN, ENDED), False),
        (HERE, (BEGUN, ENDED), True),
        (HERE, (BEGUN, ENDED, BEGUN), False),
    ],
)
def test_the_latest_event_says_whether_it_is_to_be_recorded(
    tmp_path: Path, anchor: str | None, events: tuple[Event, ...], is_new: bool
) -> None:
    assert checked(tmp_path, anchor, *events) is is_new


@pytest.mark.parametrize(
    ("anchor", "code"),
    [(None, "anchor-not-configured"), ("./log.note", "anchor-differs")],
)
def test_settings_that_name_none_or_another_one_are_refused(
    tmp_path: Path, anchor: str | None, code: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        checked(tmp_path, anchor, ENDED, BEGUN)

    assert caught.value.code == code
    assert "entry 2" in caught.value.message
    assert "ringwall audit checkpoint --anchor-" in caught.value.next_step
