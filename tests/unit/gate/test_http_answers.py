"""A client is told what it may know, in the form that the standards give it."""

import json
from typing import Any

import pytest

from ringwall.base.errors import IdentityUnproven, RecordUnavailable, RequestError
from ringwall.gate.http_answers import (
    Message,
    Receive,
    Send,
    refusal_of,
    refusal_of_error,
    send_refusal,
)
from ringwall.model.decisions import Decision, Reason, Stage
from ringwall.model.requests import AccessRequest
from tests.asgi_client import Exchange, http_scope, socket_scope
from tests.scripted_gate import ScriptedGate

REQUEST = AccessRequest("user:ada", "weights.read", "weights:a", "point:trainer")


def deny(*stages: Stage, is_recorded: bool = True) -> Decision:
    gate = ScriptedGate()
    gate.is_recorded = is_recorded
    gate.reasons = tuple(Reason(stage, f"code-{stage}", "why") for stage in stages)
    return gate.check_request(REQUEST)


@pytest.mark.parametrize(
    ("stages", "status", "code"),
    [
        ((Stage.ACCESS, Stage.FLOOR), 403, "not-permitted"),
        ((Stage.OBLIGATION,), 403, "code-obligation"),
        ((Stage.RATE,), 429, "code-rate"),
        ((Stage.IDENTITY,), 401, "code-identity"),
        ((Stage.RECORD,), 503, "code-record"),
    ],
)
def test_each_kind_of_deny_has_its_status(
    stages: tuple[Stage, ...], status: int, code: str
) -> None:
    refusal = refusal_of(deny(*stages))

    assert (refusal.status, refusal.codes) == (status, (code,))


def test_who_is_too_fast_is_told_so_though_that_was_not_recorded() -> None:
    refusal = refusal_of(deny(Stage.RATE, is_recorded=False))

    assert refusal.status == 429
    assert dict(refusal.headers(0))[b"retry-after"] == b"60"


@pytest.mark.parametrize("code", ["person-rate-exceeded", "point-rate-exceeded"])
def test_one_session_too_many_is_too_fast_and_no_wrong_token(code: str) -> None:
    refusal = refusal_of_error(IdentityUnproven(code, "too many"))

    assert (refusal.status, refusal.codes, refusal.challenge) == (429, (code,), "")


def test_a_deny_that_could_not_be_recorded_is_no_verdict() -> None:
    assert refusal_of(deny(Stage.POLICY, is_recorded=False)).status == 503


def test_the_body_is_an_answer_of_authzen_without_what_is_secret() -> None:
    decision = deny(Stage.ACCESS)

    body = json.loads(refusal_of(decision).body())

    assert body == {
        "decision": False,
        "context": {"id": decision.id, "reasons": [{"code": "not-permitted"}]},
    }


def test_an_unproven_caller_is_told_how_to_prove_it() -> None:
    headers = dict(refusal_of(deny(Stage.IDENTITY)).headers(12))

    assert headers[b"www-authenticate"] == (
        b'Bearer realm="ringwall", error="invalid_token", '
        b'error_description="code-identity"'
    )
    assert headers[b"content-length"] == b"12"
    assert headers[b"cache-control"] == b"no-store"


@pytest.mark.parametrize(
    ("error", "status", "code", "challenge"),
    [
        (IdentityUnproven("token-missing", "x"), 401, "token-missing", 'ringwall"'),
        (
            IdentityUnproven("token-ambiguous", "x"),
            400,
            "token-ambiguous",
            '"invalid_request", error_description="token-ambiguous"',
        ),
        (
            IdentityUnproven("token-expired", "x"),
            401,
            "token-expired",
            '"invalid_token", error_description="token-expired"',
        ),
        (RequestError("request-malformed", "x"), 400, "request-malformed", ""),
        (RecordUnavailable("record-closed", "x"), 503, "record-closed", ""),
        (ZeroDivisionError(), 503, "internal-error", ""),
    ],
)
def test_where_nothing_was_decided_the_answer_says_why(
    error: Exception, status: int, code: str, challenge: str
) -> None:
    refusal = refusal_of_error(error)

    assert (refusal.status, refusal.codes, refusal.decision) == (status, (code,), "")
    assert refusal.challenge.endswith(challenge)
    assert json.loads(refusal.body())["context"] == {"reasons": [{"code": code}]}


def answered(scope: dict[str, Any], *incoming: Message) -> Exchange:
    refusal = refusal_of(deny(Stage.ACCESS))

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        await send_refusal(scope, receive, send, refusal)

    return Exchange(scope, *incoming).run(app)


def test_a_refusal_is_a_whole_answer() -> None:
    exchange = answered(http_scope("GET", "/"))

    assert (exchange.status, exchange.is_whole) == (403, True)
    assert exchange.headers["content-length"] == str(len(exchange.body))


CONNECT: Message = {"type": "websocket.connect"}


def test_a_websocket_is_closed_before_it_opens() -> None:
    exchange = answered(socket_scope("/"), CONNECT)

    assert exchange.sent == [{"type": "websocket.close", "code": 1008}]


def test_a_websocket_is_answered_where_the_server_can() -> None:
    extensions: dict[str, Any] = {"websocket.http.response": {}}
    exchange = answered(socket_scope("/", extensions=extensions), CONNECT)

    assert [message["type"] for message in exchange.sent] == [
        "websocket.http.response.start",
        "websocket.http.response.body",
    ]
    assert (exchange.status, exchange.json["decision"]) == (403, False)
