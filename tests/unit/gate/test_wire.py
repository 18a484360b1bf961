"""What was cut never looks whole, whatever the service does about it."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from ringwall.base.errors import ConfigurationError
from ringwall.gate.denied import AccessDenied
from ringwall.gate.http_answers import ASGIApp, Message, Receive, Scope, Send
from ringwall.gate.session import Session
from ringwall.gate.streaming import Allowance, AskingLater, AsyncHold
from ringwall.gate.wire import Wire
from ringwall.model.decisions import Decision
from tests.asgi_client import Exchange, http_scope, socket_scope
from tests.scripted_gate import DENY, ScriptedGate, proof_of

START: Message = {"type": "http.response.start", "status": 200, "headers": []}
MORE: Message = {"type": "http.response.body", "body": b"abc", "more_body": True}
LAST: Message = {"type": "http.response.body", "body": b"end"}
CONNECT: Message = {"type": "websocket.connect"}
HEARD: Message = {"type": "websocket.receive", "text": "hello"}
GONE: Message = {"type": "websocket.disconnect", "code": 1001}
ACCEPT: Message = {"type": "websocket.accept"}
SAID: Message = {"type": "websocket.send", "text": "hé"}
CLOSE: Message = {"type": "websocket.close", "code": 1000}


@pytest.fixture
def gate() -> ScriptedGate:
    return ScriptedGate()


def turn(gate: ScriptedGate) -> None:
    """Have the gate say no from now on."""
    gate.pass_seconds(30)
    gate.reasons = (DENY,)


def served(
    gate: ScriptedGate,
    exchange: Exchange,
    app: ASGIApp,
    chunk_bytes: int = 0,
) -> Exchange:
    """Let an application answer over a wire; keep what the server saw."""
    session = Session(gate, proof_of("user:ada"))

    async def ask(amount: int | None, continues: str) -> Decision:
        return await session.arequire(
            action="weights.read",
            resource="weights:a",
            amount=amount,
            continues=continues,
        )

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        hold = AsyncHold(AskingLater(ask, session.now), Allowance(30, chunk_bytes))
        await hold.check()
        await Wire(receive, send, hold).serve(app, scope)

    return exchange.run(serve)


def request() -> Exchange:
    """Return a plain request."""
    return Exchange(http_scope("GET", "/"))


def test_an_answer_passes_as_it_is(gate: ScriptedGate) -> None:
    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        assert (await receive())["type"] == "http.request"
        for message in (START, MORE, LAST):
            await send(message)

    assert served(gate, request(), app).sent == [START, MORE, LAST]
    assert len(gate.asked) == 1


def test_a_stream_that_runs_on_is_decided_again(gate: ScriptedGate) -> None:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send(START)
        for message in (MORE, MORE, MORE, LAST):
            gate.pass_seconds(15)
            await send(message)

    assert served(gate, request(), app).is_whole
    first = "dec-00000000000000000001"
    assert [asked.continues for asked in gate.asked] == ["", first, first]


def test_a_stream_that_is_cut_ends_by_an_error(gate: ScriptedGate) -> None:
    exchange = request()

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send(START)
        await send(MORE)
        turn(gate)
        await send(LAST)

    with pytest.raises(AccessDenied):
        served(gate, exchange, app)

    assert exchange.sent == [START, MORE]


def test_a_service_that_swallows_the_cut_does_not_end_well(gate: ScriptedGate) -> None:
    exchange = request()

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send(START)
        turn(gate)
        for message in (MORE, LAST):
            with suppress(Exception):
                await send(message)
        gate.reasons = ()
        with suppress(Exception):
            await send(LAST)

    with pytest.raises(AccessDenied):
        served(gate, exchange, app)

    assert exchange.sent == [START]


def test_a_service_that_raises_its_own_error_of_the_cut_is_cut(
    gate: ScriptedGate,
) -> None:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send(START)
        turn(gate)
        try:
            await send(LAST)
        except AccessDenied as denied:
            raise ExceptionGroup("of a task group", [denied]) from denied

    with pytest.raises(AccessDenied):
        served(gate, request(), app)


def test_what_is_denied_before_it_begins_is_answered(gate: ScriptedGate) -> None:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        turn(gate)
        await send(START)

    exchange = served(gate, request(), app)

    assert (exchange.status, exchange.json["decision"]) == (403, False)


def test_what_fails_before_it_begins_is_answered(gate: ScriptedGate) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        gate.pass_seconds(30)
        gate.before = fail
        await send(START)

    assert served(gate, request(), app).status == 503


def test_what_is_uploaded_is_held_as_well(gate: ScriptedGate) -> None:
    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        turn(gate)
        await receive()

    assert served(gate, request(), app).status == 403


def test_an_error_of_the_service_stays_its_own(gate: ScriptedGate) -> None:
    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        served(gate, request(), app)


def test_a_cancelled_service_is_cancelled(gate: ScriptedGate) -> None:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send(START)
        turn(gate)
        with suppress(Exception):
            await send(LAST)
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        served(gate, request(), app)


def test_bytes_are_asked_for_before_they_leave(gate: ScriptedGate) -> None:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        for message in (START, MORE, MORE, LAST):
            await send(message)

    served(gate, request(), app, chunk_bytes=4)

    assert [asked.amount for asked in gate.asked] == [4, 4, 4]


@pytest.mark.parametrize(
    ("messages", "amounts"),
    [
        ([{**START, "headers": [(b"x-data", b"abcdef")]}, LAST], [4, 8, 4]),
        ([{"type": "http.response.early_hint", "links": [b"abcde"]}, START], [4, 4]),
        (
            [
                START,
                LAST,
                {"type": "http.response.trailers", "headers": [(b"t", b"a")]},
            ],
            [4, 4],
        ),
        ([START, {"type": "http.response.trailers", "headers": None}], [4]),
    ],
)
def test_bytes_in_headers_hints_and_trailers_are_counted_too(
    gate: ScriptedGate, messages: list[Message], amounts: list[int]
) -> None:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        for message in messages:
            await send(message)

    exchange = served(gate, request(), app, chunk_bytes=4)

    assert exchange.sent == messages
    assert [asked.amount for asked in gate.asked] == amounts


@pytest.mark.parametrize(
    "kind",
    [
        "http.response.pathsend",
        "http.response.zerocopysend",
        "http.response.push",
        "http.response.debug",
        "websocket.push",
        "",
    ],
)
def test_a_message_that_the_gate_does_not_know_ends_the_answer(
    gate: ScriptedGate, kind: str
) -> None:
    exchange = request()

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send(START)
        bad: Message = {"type": kind, "path": "/etc/passwd"}
        for message in (bad, bad, LAST):
            with suppress(ConfigurationError):
                await send(message)

    with pytest.raises(ConfigurationError) as caught:
        served(gate, exchange, app)

    assert caught.value.code == "message-unknown"
    assert caught.value.next_step
    assert exchange.sent == [START]


def test_a_message_that_the_gate_does_not_know_is_answered_before_it_begins(
    gate: ScriptedGate,
) -> None:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.pathsend", "path": "/etc/passwd"})

    exchange = served(gate, request(), app)

    assert exchange.status == 503
    assert exchange.json["context"]["reasons"] == [{"code": "message-unknown"}]


def socket(*incoming: Message) -> Exchange:
    """Return a websocket."""
    return Exchange(socket_scope("/"), CONNECT, *incoming)


async def echo(_scope: Scope, receive: Receive, send: Send) -> None:
    """Say something for each message that is heard, until the client leaves."""
    while (message := await receive())["type"] != "websocket.disconnect":
        await send(ACCEPT if message["type"] == "websocket.connect" else SAID)


def test_a_websocket_talks(gate: ScriptedGate) -> None:
    exchange = served(gate, socket(HEARD, GONE), echo)

    assert exchange.sent == [ACCEPT, SAID]


@pytest.mark.parametrize("size", [1, 3])
def test_the_text_of_a_websocket_is_counted_as_it_is_sent(
    gate: ScriptedGate, size: int
) -> None:
    served(gate, socket(HEARD, GONE), echo, chunk_bytes=size)

    assert sum(asked.amount or 0 for asked in gate.asked) == 3


def test_what_is_said_when_a_websocket_is_accepted_is_counted(
    gate: ScriptedGate,
) -> None:
    accept = {**ACCEPT, "subprotocol": "hé", "headers": [(b"x", b"yz")]}

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send(accept)

    served(gate, socket(), app, chunk_bytes=1)

    assert sum(asked.amount or 0 for asked in gate.asked) == 6


def test_a_websocket_is_closed_when_it_is_cut(gate: ScriptedGate) -> None:
    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send(ACCEPT)
        turn(gate)
        await receive()

    exchange = served(gate, socket(HEARD), app)

    assert exchange.sent == [ACCEPT, {"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize("end", [CLOSE, None])
def test_a_websocket_that_has_ended_is_not_closed_twice(
    gate: ScriptedGate, end: Message | None
) -> None:
    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send(ACCEPT)
        turn(gate)
        with suppress(Exception):
            await send(SAID)
        await (receive() if end is None else send(end))

    exchange = served(gate, socket(GONE), app)

    expected: list[Any] = [ACCEPT] if end is None else [ACCEPT, CLOSE]
    assert exchange.sent == expected
