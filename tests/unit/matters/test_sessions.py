"""A proof opens one session, and a session ends when it was ended."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.base.clock import format_instant, parse_instant
from ringwall.matters.sessions import Sessions
from ringwall.model.identity import Proof
from ringwall.model.levels import Authentication

HOUR = 3600 * 1_000_000
DAY = 24 * HOUR
START = 1_800_000_000 * 1_000_000
Event = dict[str, Any]


def opened(
    at: int, session: str, *, nonce: str = "", subject: str = "user:ada", hours: int = 8
) -> Event:
    return {
        "kind": "session.opened",
        "at": format_instant(at),
        "id": session,
        "nonce": nonce or f"nonce of {session}",
        "subject": subject,
        "point": "point:trainer",
        "method": "token",
        "provider": "provider:sso",
        "until": format_instant(at + hours * HOUR),
    }


def proof(**other: Any) -> Proof:  # noqa: ANN401 - fields of a proof
    """Return the proof that has opened the session `ses-a` at the start."""
    told = {
        "method": "token",
        "session": "ses-a",
        "subject": "user:ada",
        "point": "point:trainer",
        "provider": "provider:sso",
        "key": "thumbprint",
        "at": START,
        "until": START + 8 * HOUR,
        "level": Authentication.HARDWARE,
        "nonce": "nonce of ses-a",
    }
    return Proof(**{**told, **other})


def ended(at: int, session: str, subject: str = "user:ada") -> Event:
    return {
        "kind": "session.ended",
        "at": format_instant(at),
        "id": session,
        "subject": subject,
    }


def left(at: int, person: str = "user:ada") -> Event:
    return {"kind": "person.left", "at": format_instant(at), "person": person}


def fold(*events: Event) -> Sessions:
    sessions = Sessions()
    for index, event in enumerate(events):
        sessions.take_in(index, event)
    return sessions


def test_nothing_is_open_at_first() -> None:
    sessions = fold()

    assert sessions.is_ended("ses-a", "user:ada")
    assert not sessions.is_used("n", START)
    assert not sessions.has_left("user:ada")
    assert sessions.opened_by("user:ada") == ()


def test_an_opened_session_is_open_for_its_subject_alone() -> None:
    sessions = fold(opened(START, "ses-a"))

    assert not sessions.is_ended("ses-a", "user:ada")
    assert sessions.is_ended("ses-a", "user:eve")
    assert sessions.is_used("nonce of ses-a", START + 8 * HOUR)
    assert not sessions.is_used("another", START + 8 * HOUR)


@pytest.mark.parametrize(
    "other",
    [
        {"session": "ses-none"},
        {"subject": "user:eve"},
        {"point": "point:west-bench"},
        {"method": "ssh"},
        {"provider": "provider:other"},
        {"provider": ""},
        {"until": START + 24 * HOUR},
        {"nonce": "another"},
    ],
)
def test_only_the_proof_on_record_has_opened_a_session(other: dict[str, Any]) -> None:
    sessions = fold(opened(START, "ses-a"))

    assert sessions.is_as_opened(proof())
    assert not sessions.is_as_opened(proof(**other))


def test_a_key_stands_on_record_where_there_is_no_provider() -> None:
    by_key = {**opened(START, "ses-a"), "method": "ssh", "provider": "SHA256:k"}
    sessions = fold(by_key)

    told = {"method": "ssh", "provider": ""}
    assert sessions.is_as_opened(proof(**told, key="SHA256:k"))
    assert not sessions.is_as_opened(proof(**told, key="SHA256:other"))


def test_an_ended_session_stays_ended() -> None:
    sessions = fold(
        opened(START, "ses-a"), opened(START, "ses-b"), ended(START, "ses-a")
    )

    assert sessions.is_ended("ses-a", "user:ada")
    assert not sessions.is_ended("ses-b", "user:ada")
    assert sessions.opened_by("user:ada") == ("ses-b",)
    assert sessions.is_used("nonce of ses-a", START + 8 * HOUR)


def test_all_of_a_subject_end_but_those_opened_later() -> None:
    sessions = fold(
        opened(START, "ses-a"),
        opened(START, "ses-b"),
        opened(START, "ses-e", subject="user:eve"),
        ended(START, ""),
        opened(START, "ses-c"),
    )

    assert sessions.opened_by("user:ada") == ("ses-c",)
    assert sessions.opened_by("user:eve") == ("ses-e",)


def test_whoever_left_has_left() -> None:
    sessions = fold(opened(START, "ses-a"), left(START), left(START + 1))

    assert sessions.has_left("user:ada")
    assert not sessions.has_left("user:eve")


def test_a_second_event_under_one_id_changes_nothing() -> None:
    sessions = fold(
        opened(START, "ses-a"), opened(START, "ses-a", subject="user:eve", hours=1)
    )

    assert not sessions.is_ended("ses-a", "user:ada")
    assert sessions.is_ended("ses-a", "user:eve")


def passing(at: int) -> list[Event]:
    """Return as many events as it takes to believe that it is so late."""
    return [ended(at, f"ses-none-{number}") for number in range(64)]


def test_what_is_dropped_from_memory_counts_as_used_and_ended() -> None:
    late, end = START + 2 * DAY + 8 * HOUR, START + 8 * HOUR
    midnight = end // DAY * DAY
    sessions = fold(
        opened(START, "ses-a"),
        ended(START, "ses-a"),
        opened(late, "ses-b"),
        *passing(late),
    )

    assert sessions.is_used("nonce of ses-a", end)
    # Of that day nothing is known any more; of the others nothing was dropped.
    assert sessions.is_used("never seen", midnight)
    assert sessions.is_used("never seen", midnight + DAY - 1)
    assert not sessions.is_used("never seen", midnight - 1)
    assert not sessions.is_used("never seen", midnight + DAY)
    assert sessions.is_ended("ses-a", "user:ada")
    assert not sessions.is_ended("ses-b", "user:ada")


FAR = parse_instant("9999-12-30T00:00:00Z")


@pytest.mark.parametrize("count", [1, 63])
@pytest.mark.parametrize("odd", [FAR, parse_instant("0001-01-02T00:00:00Z")])
def test_dates_that_somebody_made_up_close_the_door_on_nobody(
    count: int, odd: int
) -> None:
    forged = [opened(odd, f"ses-x{number}") for number in range(count)]
    sessions = fold(
        opened(START, "ses-a"), *forged, ended(START, ""), opened(START, "ses-b")
    )

    assert sessions.is_used("nonce of ses-a", START + 8 * HOUR)
    for hour in range(48):
        assert not sessions.is_used("fresh", START + hour * HOUR)
    assert not sessions.is_ended("ses-b", "user:ada")


def test_even_a_flood_of_them_closes_it_for_the_days_of_open_proofs_alone() -> None:
    forged = opened(FAR - 400 * DAY, "ses-x", hours=24 * 365)
    sessions = fold(opened(START, "ses-a"), forged, *passing(FAR))

    assert sessions.is_used("nonce of ses-a", START + 8 * HOUR)
    assert not sessions.is_used("fresh", START + 2 * DAY)
    # And memory is swept again once the dates are true.
    later = START + 9 * DAY
    for event in (opened(START + DAY, "ses-b"), *passing(later)):
        sessions.take_in(99, event)
    assert "nonce of ses-b" not in sessions._nonces
    assert sessions.is_used("nonce of ses-b", START + DAY + 8 * HOUR)


def test_a_session_said_to_last_for_ever_is_kept_for_little_more_than_a_day() -> None:
    late = START + 3 * DAY
    sessions = fold(
        opened(START, "ses-a", hours=24 * 365), opened(late, "ses-b"), *passing(late)
    )

    assert sessions._nonces.keys() == {"nonce of ses-b"}


@pytest.mark.parametrize("until", ["", "never", "2026-13-01T00:00:00Z"])
def test_an_end_that_is_none_stops_no_gate_and_leaves_the_nonce_used(
    until: str,
) -> None:
    sessions = fold({**opened(START, "ses-a"), "until": until})

    assert sessions.is_used("nonce of ses-a", START + HOUR)
    assert not sessions.is_used("fresh", START + HOUR)


def test_memory_holds_no_more_than_the_last_days() -> None:
    sessions = Sessions()
    for hour in range(24 * 30):
        at = START + hour * HOUR
        sessions.take_in(2 * hour, opened(at, f"ses-{hour}"))
        sessions.take_in(2 * hour + 1, ended(at, f"ses-{hour}"))

    held = (sessions._nonces, sessions._opened, sessions._ended)

    assert all(len(known) <= 24 * 5 for known in held)


@given(
    st.lists(
        st.tuples(st.integers(0, 5 * 24), st.integers(0, 20), st.integers(1, 24)),
        max_size=30,
    )
)
def test_no_proof_is_ever_forgotten(history: list[tuple[int, int, int]]) -> None:
    """The slow twin keeps every nonce for ever."""
    sessions, used = Sessions(), dict[str, int]()
    for index, (hour, name, hours) in enumerate(history):
        at = START + hour * HOUR
        until = used.setdefault(f"n{name}", at + hours * HOUR)
        sessions.take_in(
            index, opened(at, f"ses-{name}", nonce=f"n{name}", hours=hours)
        )
        for event in passing(at):
            sessions.take_in(index, event)
        assert all(sessions.is_used(nonce, end) for nonce, end in used.items())
        assert until == used[f"n{name}"]
