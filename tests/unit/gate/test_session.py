"""Within a session each question is its own decision, and none after its end."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from typing_extensions import Unpack, override

from ringwall.base.clock import FixedClock
from ringwall.base.errors import IdentityUnproven, RequestError
from ringwall.gate.denied import AccessDenied
from ringwall.gate.session import MOST_QUESTIONS, Session, guarded
from ringwall.gate.session_words import Asked, Streamed
from ringwall.institute import Gatekeeper, Institute
from ringwall.model.decisions import Decision
from ringwall.model.levels import Authentication
from tests.example import READ, SUSPENSION, apply, declare, size_of
from tests.scripted_gate import DENY, ScriptedGate, proof_of

FIRST = "dec-00000000000000000001"

ASKED: Streamed = {"action": "weights.read", "resource": "weights:aurora-2"}

QUESTION: Asked = {"action": "weights.read", "resource": "weights:aurora-2"}


@pytest.fixture
def gate() -> ScriptedGate:
    return ScriptedGate()


@pytest.fixture
def session(gate: ScriptedGate) -> Session:
    return Session(gate, proof_of("user:ada"), recheck=5)


@pytest.fixture
def claimed(example_gate: Gatekeeper) -> Session:
    """Return a session where the institute takes the caller's word."""
    return Session(example_gate, None, READ["subject"], 5, READ["authn"])


def test_each_question_carries_the_proof_and_its_level_of_the_moment(
    gate: ScriptedGate, session: Session
) -> None:
    session.check(**ASKED)
    gate.pass_seconds(61)
    session.check(**ASKED)

    first, later = gate.asked
    assert (first.subject, first.proof) == ("user:ada", session.proof)
    assert first.authentication is Authentication.HARDWARE_FRESH
    assert later.authentication is Authentication.HARDWARE


def test_a_session_knows_its_gate(gate: ScriptedGate, session: Session) -> None:
    assert session.is_of(gate)
    assert not session.is_of(ScriptedGate())


def test_the_word_of_a_caller_counts_for_nothing_beside_a_proof(
    gate: ScriptedGate,
) -> None:
    session = Session(gate, proof_of("user:ada"), "user:alan", authn="none")

    session.check(**ASKED)

    assert (session.subject, gate.asked[0].subject) == ("user:ada", "user:ada")
    assert gate.asked[0].authentication is Authentication.HARDWARE_FRESH


def test_a_claimed_session_is_answered_and_recorded(
    institute: Institute, claimed: Session
) -> None:
    before = size_of(institute)

    decision = claimed.require(**ASKED)

    assert (decision.permitted, claimed.proof) == (True, None)
    assert decision.receipt is not None
    assert size_of(institute) == before + 1


def test_facts_that_lapse_end_what_a_session_may_do(
    institute: Institute, claimed: Session
) -> None:
    assert claimed.check(**ASKED).permitted

    apply(institute, declare(institute.folder, SUSPENSION))

    with pytest.raises(AccessDenied):
        claimed.require(**ASKED)


def test_a_coroutine_asks_as_well(gate: ScriptedGate, session: Session) -> None:
    async def ask() -> None:
        assert (await session.acheck(**ASKED)).permitted
        assert (await session.arequire(**ASKED)).permitted
        gate.reasons = (DENY,)
        assert not (await session.acheck(**ASKED)).permitted
        with pytest.raises(AccessDenied):
            await session.arequire(**ASKED)

    asyncio.run(ask())

    assert len(gate.asked) == 4


async def one() -> AsyncIterator[int]:
    """Give one item."""
    yield 1


async def first(session: Session) -> int:
    """Return the first item of a stream."""
    return await anext(session.astream(one(), **ASKED))


def named(model: str) -> str:
    """Return the name of a model."""
    return model


def guard_one(session: Session) -> str:
    """Call a function that the session guards."""
    guard = session.guard(action="weights.read", resource="model")
    return guard(named)("weights:aurora-2")


WAYS: dict[str, Callable[[Session], object]] = {
    "check": lambda session: session.check(**ASKED),
    "acheck": lambda session: asyncio.run(session.acheck(**ASKED)),
    "check_all": lambda session: session.check_all([QUESTION]),
    "acheck_all": lambda session: asyncio.run(session.acheck_all([QUESTION])),
    "stream": lambda session: next(session.stream([1], **ASKED)),
    "astream": lambda session: asyncio.run(first(session)),
    "guard": guard_one,
}


@pytest.mark.parametrize("way", WAYS)
def test_a_session_that_was_closed_asks_nothing(
    gate: ScriptedGate, session: Session, way: str
) -> None:
    with session as entered:
        assert entered is session
        assert not session.is_closed
        WAYS[way](session)
    asked = len(gate.asked)

    with pytest.raises(IdentityUnproven) as refused:
        WAYS[way](session)

    assert (refused.value.code, refused.value.exit_code) == ("session-closed", 5)
    assert (session.is_closed, len(gate.asked)) == (True, asked)


def test_a_session_is_closed_by_a_coroutine_too(session: Session) -> None:
    async def leave() -> None:
        async with session as entered:
            assert entered is session

    asyncio.run(leave())

    assert session.is_closed


def test_a_stream_ends_with_its_session(session: Session) -> None:
    stream = session.stream(range(9), **ASKED)
    next(stream)
    session.close()

    with pytest.raises(IdentityUnproven):
        next(stream)


def test_a_recheck_out_of_range_is_refused(gate: ScriptedGate) -> None:
    with pytest.raises(ValueError, match="1 to 3600"):
        Session(gate, None, "user:ada", 0)


def test_a_batch_is_answered_in_its_order(
    institute: Institute, claimed: Session
) -> None:
    other: Asked = {"action": "weights.read", "resource": "weights:none"}
    before = size_of(institute)

    answers = claimed.check_all([QUESTION, other] * 20)

    assert [answer.permitted for answer in answers] == [True, False] * 20
    assert len({answer.id for answer in answers}) == 40
    assert size_of(institute) == before + 40


def test_a_batch_waits_for_the_record_once(claimed: Session) -> None:
    answers = claimed.check_all([QUESTION] * 64)

    # Those of one transaction tell the same size of the tree.
    assert len({a.receipt.size for a in answers if a.receipt is not None}) <= 8


def test_a_batch_is_asked_within_a_running_event_loop(session: Session) -> None:
    async def ask() -> int:
        return len(session.check_all([QUESTION] * 3))

    assert asyncio.run(ask()) == 3


def test_a_batch_of_nothing_has_no_answers(session: Session) -> None:
    assert session.check_all([]) == []


def test_a_batch_too_large_is_refused_unasked(
    gate: ScriptedGate, session: Session
) -> None:
    with pytest.raises(RequestError) as refused:
        session.check_all([QUESTION] * (MOST_QUESTIONS + 1))

    assert (refused.value.code, gate.asked) == ("batch-too-large", [])


def test_one_malformed_question_stops_the_batch(
    gate: ScriptedGate, session: Session
) -> None:
    with pytest.raises(RequestError):
        session.check_all([QUESTION, {"action": "weights.read", "resource": "aurora"}])

    assert gate.asked == []


def test_a_stream_is_cut_when_the_answer_turns(
    gate: ScriptedGate, session: Session
) -> None:
    stream = session.stream(range(9), **ASKED)
    assert next(stream) == 0
    gate.reasons = (DENY,)
    assert next(stream) == 1
    gate.pass_seconds(5)

    with pytest.raises(AccessDenied) as cut:
        next(stream)

    assert cut.value.decision.request == gate.asked[-1]


def test_the_bytes_of_a_stream_are_asked_for_in_chunks(
    gate: ScriptedGate, session: Session
) -> None:
    list(session.stream([b"abc", b"def"], chunk_bytes=4, **ASKED))

    assert [request.amount for request in gate.asked] == [4, 4]
    assert continued(gate) == ["", FIRST]


def continued(gate: ScriptedGate) -> list[str]:
    """Return the permit that each question is the next look of."""
    return [request.continues for request in gate.asked]


def test_a_stream_takes_nobodys_word_for_the_permit_it_began_with(
    session: Session,
) -> None:
    words: Any = {**ASKED, "continues": FIRST}

    with pytest.raises(TypeError, match="continues"):
        next(session.stream([1], **words))


def test_the_bytes_of_a_stream_are_taken_off_the_budget(
    example_gate: Gatekeeper,
) -> None:
    with_bytes = Session(example_gate, None, READ["subject"], 5, READ["authn"])

    list(with_bytes.stream([b"abc"] * 3, chunk_bytes=6, **ASKED))

    now = example_gate.clock.now()
    spent = example_gate.ground.spending.before(
        READ["subject"], READ["resource"], "point:trainer", now
    )
    assert spent.month == 12


def test_an_asynchronous_stream_is_cut_as_well(
    gate: ScriptedGate, session: Session
) -> None:
    async def items() -> AsyncIterator[bytes]:
        for _ in range(9):
            yield b"abc"

    async def read() -> None:
        stream = session.astream(items(), chunk_bytes=3, **ASKED)
        assert await anext(stream) == b"abc"
        gate.reasons = (DENY,)
        with pytest.raises(AccessDenied):
            await anext(stream)

    asyncio.run(read())

    assert [request.amount for request in gate.asked] == [3, 3]
    assert continued(gate) == ["", FIRST]


def test_a_guard_of_a_session_asks_for_its_subject(
    gate: ScriptedGate, session: Session
) -> None:
    @session.guard(action="weights.infer", resource="model")
    def answer(model: str) -> str:
        return model

    @session.guard(action="weights.infer", resource="model", recheck=60)
    async def answer_later(model: str) -> str:
        return model

    @session.guard(action="weights.infer", resource="model")
    def tokens(model: str) -> Iterator[str]:
        yield model
        gate.pass_seconds(5)
        yield model

    assert answer("weights:a") == "weights:a"
    assert asyncio.run(answer_later("weights:b")) == "weights:b"
    assert list(tokens("weights:c")) == ["weights:c"] * 2
    assert [request.resource for request in gate.asked] == [
        "weights:a",
        "weights:b",
        "weights:c",
        "weights:c",
    ]
    assert continued(gate) == ["", "", "", "dec-00000000000000000003"]
    assert {request.subject for request in gate.asked} == {"user:ada"}


def test_a_guard_of_a_session_names_a_parameter_that_is_there(
    session: Session,
) -> None:
    with pytest.raises(TypeError, match="no parameter `asset`"):
        session.guard(action="weights.infer", resource="asset")(lambda model: model)
    with pytest.raises(ValueError, match="1 to 3600"):
        session.guard(action="weights.infer", resource="model", recheck=0)(
            lambda model: model
        )


@guarded(action="weights.infer", resource="model", recheck=5)
def infer(session: Session, model: str) -> str:
    """Answer."""
    return f"{session.subject} {model}"


@guarded(action="weights.infer", resource="model", session="who")
async def infer_later(model: str, who: Session) -> str:
    """Answer in a coroutine."""
    return f"{who.subject} {model}"


@guarded(action="weights.infer", resource="model", recheck=5)
def stream_tokens(session: Session, model: str) -> Iterator[str]:
    """Answer bit by bit."""
    yield session.subject
    yield model


@guarded(action="weights.infer", resource="model", recheck=5)
async def tokens_later(
    session: Session, model: str, gate: ScriptedGate
) -> AsyncIterator[str]:
    """Answer bit by bit in a coroutine, and take long over it."""
    yield session.subject
    gate.pass_seconds(5)
    yield model


def test_a_library_is_guarded_by_the_session_that_it_is_called_with(
    gate: ScriptedGate, session: Session
) -> None:
    assert infer(session, "weights:a") == "user:ada weights:a"
    assert asyncio.run(infer_later("weights:a", session)) == "user:ada weights:a"
    assert list(stream_tokens(session, "weights:a")) == ["user:ada", "weights:a"]
    assert inspect.isgeneratorfunction(stream_tokens)

    gate.reasons = (DENY,)

    with pytest.raises(AccessDenied):
        infer(session, "weights:a")
    with pytest.raises(AccessDenied):
        asyncio.run(infer_later("weights:a", session))


def test_a_guarded_library_cuts_its_generators(
    gate: ScriptedGate, session: Session
) -> None:
    running = stream_tokens(session, "weights:a")
    next(running)
    gate.pass_seconds(5)
    gate.reasons = (DENY,)

    with pytest.raises(AccessDenied):
        next(running)
    assert continued(gate) == ["", FIRST]


def test_a_guarded_library_goes_on_in_a_coroutine_too(
    gate: ScriptedGate, session: Session
) -> None:
    async def read() -> list[str]:
        return [token async for token in tokens_later(session, "weights:a", gate)]

    assert asyncio.run(read()) == ["user:ada", "weights:a"]
    assert continued(gate) == ["", FIRST]


def test_a_guarded_library_takes_no_session_but_a_gates(gate: ScriptedGate) -> None:
    class Own(Session):
        """Says yes to everything."""

        @override
        def require(self, **words: Unpack[Asked]) -> Decision:
            raise AssertionError

    impostors: list[Any] = [None, object(), Own(gate, proof_of("user:ada"))]
    for impostor in impostors:
        with pytest.raises(TypeError, match="session of a gate"):
            infer(impostor, "weights:a")
    assert gate.asked == []


def test_a_guarded_library_has_the_parameters_that_are_named() -> None:
    with pytest.raises(TypeError, match="no parameter `session`"):
        guarded(action="weights.infer", resource="model")(lambda model: model)


def test_the_clock_of_a_session_is_the_gates(
    gate: ScriptedGate, session: Session
) -> None:
    assert isinstance(gate.clock, FixedClock)
    assert session.now() == session.running() == gate.clock.now()
