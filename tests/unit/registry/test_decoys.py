"""Decoys are placed, lifted and listed by those who have their key, and only so."""

from collections.abc import Iterator

import pytest

from ringwall.base.errors import (
    ActRefused,
    ConfigurationError,
    RecordUnavailable,
    UnknownItem,
)
from ringwall.institute import Institute
from ringwall.registry.decoy_key import decoy_key_file, read_decoy_key
from ringwall.registry.decoys import DecoyDesk, KnownDecoy
from ringwall.signing.decoy_marks import decoy_mark, key_mark
from tests.example import apply, declare, size_of

ASSET = "weights:aurora-2"
BY = "user:hedy"
CASE = """\
assets:
- {id: case:decoy-1, tier: upper, content: raid, authors: [user:joan]}
"""
NOTES = "assets:\n- {id: dataset:notes, tier: lower, content: internal}\n"


@pytest.fixture
def desk(institute: Institute) -> Iterator[DecoyDesk]:
    """Return the desk of the example institute."""
    ledger = institute.ledger(writable=True)
    desk = DecoyDesk(ledger, institute.folder, institute.clock)
    yield desk
    desk.close()


def test_the_first_decoy_makes_the_key_and_puts_its_mark_on_record(
    institute: Institute, desk: DecoyDesk
) -> None:
    before = size_of(institute)

    receipt = desk.place(ASSET, BY)

    key = read_decoy_key(institute.folder)
    assert receipt is not None
    ledger = institute.ledger(writable=False)
    events = [ledger.entry(index).event for index in range(before, receipt.index + 1)]
    ledger.close()
    assert [event["kind"] for event in events] == ["decoy.placed"] * 2
    assert [event["mark"] for event in events] == [
        key_mark(key),
        decoy_mark(key, ASSET),
    ]
    assert not any(ASSET in str(event) for event in events)
    assert desk.known() == (KnownDecoy(ASSET, is_on_record=True),)


def test_the_next_one_has_one_event_and_the_same_again_none(
    institute: Institute, desk: DecoyDesk
) -> None:
    desk.place(ASSET, BY)
    before = size_of(institute)

    assert desk.place("weights:aurora-1", BY) is not None
    assert desk.place(ASSET, BY) is None

    assert size_of(institute) == before + 1
    assert [one.asset for one in desk.known()] == ["weights:aurora-1", ASSET]


def test_a_case_may_be_a_decoy(institute: Institute, desk: DecoyDesk) -> None:
    apply(institute, declare(institute.folder, CASE))

    assert desk.place("case:decoy-1", BY) is not None
    assert [one.asset for one in desk.known()] == ["case:decoy-1"]


@pytest.mark.parametrize("entity", ["weights:nowhere", "user:ada", "", "site:hub-west"])
def test_what_is_no_asset_on_record_becomes_no_decoy(
    institute: Institute, desk: DecoyDesk, entity: str
) -> None:
    with pytest.raises(UnknownItem) as caught:
        desk.place(entity, BY)

    assert caught.value.code == "unknown-asset"
    assert not decoy_key_file(institute.folder).exists()


def test_what_was_lifted_is_no_decoy_and_may_become_one_again(desk: DecoyDesk) -> None:
    desk.place(ASSET, BY)

    assert desk.lift(ASSET, BY) is not None
    assert desk.lift(ASSET, BY) is None
    assert desk.known() == ()
    assert desk.place(ASSET, BY) is not None


def test_a_decoy_that_was_taken_off_the_record_is_still_listed(
    institute: Institute, desk: DecoyDesk
) -> None:
    apply(institute, declare(institute.folder, NOTES))
    desk.place("dataset:notes", BY)
    apply(institute, declare(institute.folder, "remove: [dataset:notes]\n"))

    assert desk.known() == (KnownDecoy("dataset:notes", is_on_record=False),)


def test_without_decoys_no_key_is_asked_for(desk: DecoyDesk) -> None:
    assert desk.known() == ()
    assert desk.lift_all(BY) == 0


def test_a_lost_key_is_not_made_anew_while_decoys_are_on_record(
    institute: Institute, desk: DecoyDesk
) -> None:
    desk.place(ASSET, BY)
    decoy_key_file(institute.folder).unlink()

    for call in (lambda: desk.place("weights:aurora-1", BY), desk.known):
        with pytest.raises(ConfigurationError) as caught:
            call()
        assert caught.value.code == "decoy-key-missing"
    assert not decoy_key_file(institute.folder).exists()


def test_another_key_than_that_of_the_record_is_refused(
    institute: Institute, desk: DecoyDesk
) -> None:
    desk.place(ASSET, BY)
    decoy_key_file(institute.folder).write_text("ab" * 32 + "\n")

    for call in (
        lambda: desk.place(ASSET, BY),
        lambda: desk.lift(ASSET, BY),
        desk.known,
    ):
        with pytest.raises(ConfigurationError) as caught:
            call()
        assert caught.value.code == "decoy-key-differs"


def test_after_all_were_lifted_another_key_may_begin(
    institute: Institute, desk: DecoyDesk
) -> None:
    desk.place(ASSET, BY)
    desk.place("weights:aurora-1", BY)
    old = read_decoy_key(institute.folder)
    decoy_key_file(institute.folder).unlink()

    assert desk.lift_all(BY) == 2
    assert desk.place(ASSET, BY) is not None

    assert read_decoy_key(institute.folder) != old
    assert [one.asset for one in desk.known()] == [ASSET]
    assert institute.verify().is_sound


def test_where_no_key_can_be_written_no_decoy_is_placed(
    desk: DecoyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> bytes:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr("ringwall.registry.decoys.make_decoy_key", full)

    with pytest.raises(RecordUnavailable) as caught:
        desk.place(ASSET, BY)

    assert caught.value.code == "folder-unwritable"


@pytest.mark.parametrize(
    ("by", "code"),
    [
        ("user:nobody", "unknown-person"),
        ("service:trainer-agent", "unknown-person"),
        ("user:ada", "recorder-not-entitled"),
        ("user:nina", "recorder-not-active"),
    ],
)
def test_only_an_officer_places_or_lifts_one(
    institute: Institute, desk: DecoyDesk, by: str, code: str
) -> None:
    desk.place(ASSET, BY)
    before = size_of(institute)
    acts = (
        lambda: desk.place("weights:aurora-1", by),
        lambda: desk.lift(ASSET, by),
        lambda: desk.lift_all(by),
    )
    for act in acts:
        with pytest.raises((UnknownItem, ActRefused)) as caught:
            act()
        assert caught.value.code == code

    assert size_of(institute) == before


def test_who_placed_and_who_lifted_one_is_on_record(
    institute: Institute, desk: DecoyDesk
) -> None:
    desk.place(ASSET, BY)
    lifted = desk.lift(ASSET, "user:marian")

    assert lifted is not None
    ledger = institute.ledger(writable=False)
    placed, gone = (ledger.entry(lifted.index - back).event for back in (1, 0))
    ledger.close()
    assert (placed["kind"], placed["by"]) == ("decoy.placed", BY)
    assert (gone["kind"], gone["by"]) == ("decoy.lifted", "user:marian")
