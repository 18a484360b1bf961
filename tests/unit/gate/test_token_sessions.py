"""A token is one session at one gate, however many come with it at once."""

import asyncio
import threading

import pytest

from ringwall.base.errors import IdentityUnproven
from ringwall.gate.session import Session
from ringwall.gate.token_sessions import TokenSessions
from tests.example import NOON
from tests.scripted_gate import SECOND, ScriptedGate, proof_of


@pytest.fixture
def gate() -> ScriptedGate:
    gate = ScriptedGate()
    for name in ("ada", "alan", "mary"):
        gate.proofs[name] = proof_of(f"user:{name}", NOON + 60 * SECOND)
    return gate


def opened(sessions: TokenSessions, *tokens: str) -> list[Session]:
    async def open_all() -> list[Session]:
        return await asyncio.gather(*[sessions.session_of(token) for token in tokens])

    return asyncio.run(open_all())


def test_a_token_is_opened_once(gate: ScriptedGate) -> None:
    sessions = TokenSessions(gate, 30)

    found = opened(sessions, *["ada"] * 20)
    again = opened(sessions, "ada")

    assert len({id(session) for session in [*found, *again]}) == 1
    assert found[0].subject == "user:ada"
    assert gate.opened == ["ada"]


def test_tokens_have_sessions_of_their_own(gate: ScriptedGate) -> None:
    ada, alan = opened(TokenSessions(gate, 30), "ada", "alan")

    assert (ada.subject, alan.subject) == ("user:ada", "user:alan")


def test_a_refused_token_is_refused_for_all_who_wait_and_kept_for_none(
    gate: ScriptedGate,
) -> None:
    sessions = TokenSessions(gate, 30)

    for _ in range(2):
        with pytest.raises(IdentityUnproven) as refused:
            opened(sessions, "forged", "forged")
        assert refused.value.code == "token-forged"


def test_a_session_that_is_over_is_opened_anew_which_the_record_refuses(
    gate: ScriptedGate,
) -> None:
    sessions = TokenSessions(gate, 30)
    opened(sessions, "ada")
    gate.pass_seconds(59)
    opened(sessions, "ada")
    gate.pass_seconds(1)

    with pytest.raises(IdentityUnproven) as refused:
        opened(sessions, "ada")
    assert refused.value.code == "token-replayed"


def test_of_too_many_sessions_the_one_longest_unused_goes(gate: ScriptedGate) -> None:
    sessions = TokenSessions(gate, 30, most=2)
    opened(sessions, "ada")
    opened(sessions, "alan")
    opened(sessions, "ada")
    opened(sessions, "mary")

    assert opened(sessions, "ada", "mary")
    with pytest.raises(IdentityUnproven):
        opened(sessions, "alan")


def test_who_goes_away_takes_the_session_from_nobody(gate: ScriptedGate) -> None:
    is_waiting, may_go_on = threading.Event(), threading.Event()

    def wait() -> None:
        is_waiting.set()
        may_go_on.wait()

    gate.before = wait
    sessions = TokenSessions(gate, 30)

    async def both() -> Session:
        leaving = asyncio.ensure_future(sessions.session_of("ada"))
        staying = asyncio.ensure_future(sessions.session_of("ada"))
        await asyncio.to_thread(is_waiting.wait)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        may_go_on.set()
        return await staying

    assert asyncio.run(both()).subject == "user:ada"
    assert gate.opened == ["ada"]


def test_event_loops_of_two_threads_share_a_session(gate: ScriptedGate) -> None:
    sessions = TokenSessions(gate, 30)
    found: list[Session] = []
    threads = [
        threading.Thread(target=lambda: found.extend(opened(sessions, "ada")))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 4
    assert len({id(session) for session in found}) == 1
