"""What an officer does for the log itself, and what stands in the way."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ringwall.base.clock import FixedClock
from ringwall.base.errors import (
    ConfigurationError,
    RecordUnavailable,
    RingwallError,
    UnknownItem,
)
from ringwall.ledger.publication.anchor import read_anchor
from ringwall.model.events import anchor_begun, anchor_ended
from ringwall.registry import keeping
from ringwall.registry.founding import make_folder, new_settings
from ringwall.registry.institute_folder import read_signing_key
from ringwall.registry.keeping import (
    anchor_anew,
    anchor_end,
    last_checkpoint,
    publish_now,
    rotate,
)
from ringwall.registry.opening import LedgerPlace, open_for_reading, open_for_writing
from ringwall.registry.second_place import named_place
from ringwall.signing.keys import (
    SigningKey,
    VerifierKey,
    dump_signing_key,
    generate_signing_key,
)
from ringwall.tlog.checkpoints import open_checkpoint
from tests.fault.ledger_simulator import AT, decision

CLOCK = FixedClock(AT)


@pytest.fixture
def place(tmp_path: Path) -> LedgerPlace:
    """Return the ledger of a new institute with a second place."""
    folder = tmp_path / "institute"
    settings = new_settings(folder, "two", "", "log.example", tmp_path / "anchor")
    make_folder(folder, settings, AT)
    return LedgerPlace(folder, settings)


def anchor_of(place: LedgerPlace) -> Path:
    """Return where the second place is."""
    assert place.anchor is not None
    return place.anchor


def without_anchor(place: LedgerPlace) -> LedgerPlace:
    """Return the same ledger, its second place taken out of the settings."""
    changed = place.settings.model_copy(update={"anchor": None})
    return place._replace(settings=changed)


def refusal(kind: type[RingwallError], call: Callable[[], object]) -> str:
    """Return the code with which a call is refused."""
    with pytest.raises(kind) as caught:
        call()
    assert caught.value.next_step
    return caught.value.code


def drop_checkpoints(place: LedgerPlace) -> None:
    """Forget what has been published."""
    ledger = open_for_writing(place, CLOCK)
    with ledger.store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM checkpoint")
    ledger.close()


def test_the_last_checkpoint_is_of_the_whole_log_after_a_clean_end(
    place: LedgerPlace,
) -> None:
    ledger = open_for_writing(place, CLOCK)
    ledger.append([decision("dec-1")])
    ledger.close()

    published = last_checkpoint(place)
    assert published.size == 4
    assert published.note == read_anchor(anchor_of(place))


def test_a_checkpoint_is_published_when_it_is_due(place: LedgerPlace) -> None:
    drop_checkpoints(place)
    assert refusal(UnknownItem, lambda: last_checkpoint(place)) == "checkpoint-unknown"

    publish_now(place, CLOCK)
    first = last_checkpoint(place)
    publish_now(place, CLOCK)

    assert last_checkpoint(place) == first
    # A log without its checkpoints has come to an unclean end, and says so.
    assert first.size == 4


def test_the_key_changes_and_the_checkpoint_shows_both(place: LedgerPlace) -> None:
    rotation = rotate(place, CLOCK)

    assert rotation.entry == 3
    published = last_checkpoint(place)
    assert published.size == 4
    ledger = open_for_reading(place)
    verifier = ledger.verifier
    ledger.close()
    assert open_checkpoint(published.note, verifier, "log.example").size == 4


def test_a_second_place_that_is_lost_begins_anew_on_record(place: LedgerPlace) -> None:
    anchor_of(place).unlink()

    published = anchor_anew(place, CLOCK, "the other disk broke")

    assert read_anchor(anchor_of(place)) == published.note
    ledger = open_for_writing(place, CLOCK)
    assert ledger.entry(3).event == anchor_begun(
        AT, "the other disk broke", named_place(place.settings)
    )
    assert ledger.head().size == published.size == 4
    ledger.close()


def test_a_second_place_that_is_there_stays(place: LedgerPlace) -> None:
    before = anchor_of(place).read_bytes()

    assert (
        refusal(ConfigurationError, lambda: anchor_anew(place, CLOCK, "why not"))
        == "anchor-in-use"
    )
    assert anchor_of(place).read_bytes() == before
    ledger = open_for_reading(place)
    assert ledger.head().size == 3
    ledger.close()


def test_without_a_place_in_the_settings_none_begins(place: LedgerPlace) -> None:
    bare = without_anchor(place)

    assert (
        refusal(ConfigurationError, lambda: anchor_anew(bare, CLOCK, "why not"))
        == "anchor-unset"
    )


def test_a_second_place_ends_on_record_once_the_settings_name_none(
    place: LedgerPlace,
) -> None:
    assert (
        refusal(ConfigurationError, lambda: anchor_end(place, CLOCK, "why not"))
        == "anchor-set"
    )
    bare = without_anchor(place)

    published = anchor_end(bare, CLOCK, "the machine was taken apart")

    ledger = open_for_writing(bare, CLOCK)
    assert ledger.entry(3).event == anchor_ended(AT, "the machine was taken apart")
    assert ledger.head().size == published.size == 4
    ledger.close()
    assert (
        refusal(ConfigurationError, lambda: anchor_end(bare, CLOCK, "once more"))
        == "anchor-not-on-record"
    )


def test_where_there_never_was_a_second_place_none_ends(tmp_path: Path) -> None:
    settings = new_settings(tmp_path / "institute", "two", "", "log.example")
    make_folder(tmp_path / "institute", settings, AT)
    place = LedgerPlace(tmp_path / "institute", settings)

    assert (
        refusal(ConfigurationError, lambda: anchor_end(place, CLOCK, "why not"))
        == "anchor-not-on-record"
    )


def test_a_second_place_elsewhere_begins_on_record(
    place: LedgerPlace, tmp_path: Path
) -> None:
    changed = place.settings.model_copy(update={"anchor": str(tmp_path / "other")})
    moved = place._replace(settings=changed)
    assert (
        refusal(ConfigurationError, lambda: publish_now(moved, CLOCK))
        == "anchor-differs"
    )

    anchor_anew(moved, CLOCK, "a larger disk")

    publish_now(moved, CLOCK)
    assert (
        refusal(ConfigurationError, lambda: publish_now(place, CLOCK))
        == "anchor-differs"
    )


def test_whoever_is_overtaken_by_a_change_of_the_key_is_told_so(
    place: LedgerPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = iter([True])

    def overtaken(folder: Path, verifier: VerifierKey) -> SigningKey:
        if next(turns, False):
            rotate(place, CLOCK)
        return read_signing_key(folder, verifier)

    monkeypatch.setattr(keeping, "read_signing_key", overtaken)
    with pytest.raises(RecordUnavailable) as caught:
        publish_now(place, CLOCK)

    assert caught.value.code == "key-rotated"


def test_a_key_that_was_exchanged_without_a_record_is_no_rotation(
    place: LedgerPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exchanged(folder: Path, verifier: VerifierKey) -> SigningKey:
        path = folder / "keys" / "log.key"
        path.write_text(dump_signing_key(generate_signing_key(verifier.name)) + "\n")
        return read_signing_key(folder, verifier)

    monkeypatch.setattr(keeping, "read_signing_key", exchanged)
    with pytest.raises(RecordUnavailable) as caught:
        publish_now(place, CLOCK)

    assert caught.value.code == "signing-key-differs"
