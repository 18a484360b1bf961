"""Each event goes to the folds that it concerns, in the order of the log."""

from collections.abc import Iterator

import pytest

from ringwall.base.clock import parse_instant
from ringwall.ledger.projections import project
from ringwall.matters.matters import Matters
from ringwall.model.events import Event
from ringwall.model.matter_events import (
    MATTER_KINDS,
    decoy_lifted,
    decoy_placed,
    duty_recorded,
    person_left,
)
from tests.matter_events import MATTERS
from tests.matters_world import COPY, GLASS, World
from tests.property.grant_world import HOUR

AT = 1_795_262_400_000_000


def test_every_kind_that_decisions_rest_on_has_a_fold() -> None:
    assert Matters()._of_kind.keys() == MATTER_KINDS


def test_a_kind_that_is_none_is_an_error() -> None:
    with pytest.raises(KeyError):
        Matters().take_in(0, {"kind": "decision.made"})


def test_requests_and_reviews_are_followed() -> None:
    world = World()
    request = world.request(GLASS)
    world.use(request)
    review = world.open_review(request)

    assert world.known(request.id).left == 0
    assert world.matters.reviews.get(review) is not None


def test_who_leaves_is_on_record_as_a_person_and_for_sessions() -> None:
    matters = Matters()
    matters.take_in(0, person_left(AT, "user:ann", "user:eli", "moved on"))

    assert matters.people.records("log.example")["user:ann"].left
    assert matters.sessions.has_left("user:ann")
    assert not matters.sessions.has_left("user:bea")


def test_duties_move_the_version_of_people() -> None:
    matters = Matters()
    said = {
        "duty": "insider-training",
        "outcome": "passed",
        "from": "2026-01-01T00:00:00Z",
        "until": "2027-01-01T00:00:00Z",
        "by": "user:eli",
        "evidence": "",
    }
    before = matters.people.version
    matters.take_in(0, duty_recorded(AT, "user:ann", said))

    assert matters.people.version > before


def test_what_is_dated_back_is_as_old_as_what_came_before_it() -> None:
    world = World()
    early = world.request(COPY)
    world.now -= 48 * HOUR
    late = world.request(COPY, {"nonce": "11" * 16})

    assert world.known(late.id).at == world.known(early.id).at
    world.now += 49 * HOUR
    assert world.known(world.request(COPY, {"nonce": "22" * 16}).id).at == world.now


def test_decoys_come_and_go() -> None:
    matters = Matters()
    matters.take_in(0, decoy_placed(AT, "ab" * 32, "user:hedy"))
    assert "ab" * 32 in matters.decoys
    matters.take_in(1, decoy_lifted(AT, "ab" * 32, "user:hedy"))
    assert not matters.decoys


ODD_TEXTS = ("", "never", "\u00e9" * 44, "9999-12-31T23:59:59Z", "=", "A" * 44)
ODD_NUMBERS = (0, 1, 2**53 - 1)
STANDING = ("v", "kind", "at")


def odd_ones(event: Event) -> Iterator[Event]:
    """Give an event with whatever the ledger would take instead of what it tells."""
    texts = [
        name for name in event if name not in STANDING and type(event[name]) is str
    ]
    numbers = [k for k in event if k not in STANDING and type(event[k]) is int]
    lists = [name for name in event if type(event[name]) is list]
    for text in ODD_TEXTS:
        yield {**event, **dict.fromkeys(texts, text)}
        yield from ({**event, name: text} for name in texts)
        yield {**event, **{name: [text, text] for name in lists}}
    for number in ODD_NUMBERS:
        yield {**event, **dict.fromkeys(numbers, number)}
        yield from ({**event, name: number} for name in numbers)
    yield {**event, **{name: [] for name in lists}}
    for at in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"):
        yield {**event, "at": at}
    if "facts" in event:
        yield {**event, "facts": {"concealed": f"text:~{'A' * 43}"}}


@pytest.mark.parametrize("event", MATTERS, ids=lambda event: str(event["kind"]))
def test_no_event_that_the_ledger_takes_stops_a_gate(event: Event) -> None:
    odd = list(odd_ones(event))
    for one in odd:
        matters = Matters()
        # Each after all that it may be about, and once more after itself.
        for index, taken in enumerate((*MATTERS, one, *MATTERS, one)):
            project(index, taken)
            matters.take_in(index, taken)
        assert matters.people.records("example.org/log").keys() >= {"user:ada"}
    assert len(odd) > len(ODD_TEXTS)


def test_one_date_that_somebody_made_up_closes_no_door() -> None:
    matters = Matters()
    (session,) = (one for one in MATTERS if one["kind"] == "session.opened")
    matters.take_in(0, {**session, "at": "9999-12-01T00:00:00Z", "nonce": "odd"})
    for index in range(1, 200):
        matters.take_in(index, {**session, "id": f"ses-{index}", "nonce": f"{index}"})

    day = 24 * HOUR
    at = parse_instant(session["at"])
    assert not any(matters.sessions.is_used("new", at + n * day) for n in range(9))
    assert matters.sessions.is_used("7", at)
