"""What a web client is told when its request does not go through.

The codes that a caller may know and the id of the decision, in AuthZEN's shape; must
never tell whether there is what was asked for.
"""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, NamedTuple

from ringwall.base.errors import IdentityUnproven, RequestError, RingwallError
from ringwall.gate.rates import PERSON_RATE, POINT_RATE
from ringwall.model.decisions import Decision, Stage

__all__ = [
    "ASGIApp",
    "Message",
    "Receive",
    "Refusal",
    "Scope",
    "Send",
    "refusal_of",
    "refusal_of_error",
    "send_refusal",
]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

_REALM: Final = 'Bearer realm="ringwall"'
# Both windows of a rate last a minute.
_RETRY: Final = "60"
_POLICY_VIOLATION: Final = 1008
_DENIAL: Final = "websocket.http.response"


class Refusal(NamedTuple):
    """An answer that is not the service's.

    Attributes:
        status: of HTTP.
        codes: why, as far as a caller may know.
        decision: its id; empty if nothing was decided.
        challenge: how to prove who asks; empty if that is not what is missing.
    """

    status: int
    codes: tuple[str, ...]
    decision: str = ""
    challenge: str = ""

    def headers(self, length: int) -> list[tuple[bytes, bytes]]:
        """Return the headers of the answer, given the length of its body."""
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(length).encode()),
            (b"cache-control", b"no-store"),
        ]
        if self.challenge:
            headers.append((b"www-authenticate", self.challenge.encode()))
        if self.status == 429:
            headers.append((b"retry-after", _RETRY.encode()))
        return headers

    def body(self) -> bytes:
        """Return the body: an answer of AuthZEN 1.0, redacted."""
        context: dict[str, Any] = {"reasons": [{"code": code} for code in self.codes]}
        if self.decision:
            context = {"id": self.decision, **context}
        return json.dumps({"decision": False, "context": context}).encode()


def refusal_of(decision: Decision) -> Refusal:
    """Return the answer to a deny."""
    stages = {reason.stage for reason in decision.verdict.reasons}
    codes, challenge = decision.caller_reasons(), ""
    if Stage.IDENTITY in stages:
        status, challenge = 401, _challenge("invalid_token", codes[0])
    elif Stage.RATE in stages:
        status = 429
    elif decision.receipt is None or stages == {Stage.RECORD}:
        status = 503
    else:
        status = 403
    return Refusal(status, codes, decision.id, challenge)


def refusal_of_error(error: Exception) -> Refusal:
    """Return the answer where nothing was decided, for whatever reason."""
    if isinstance(error, IdentityUnproven):
        code = error.code
        if code == "token-missing":
            # RFC 6750 3: who shows nothing is told no error.
            return Refusal(401, (code,), challenge=_REALM)
        if code == "token-ambiguous":
            challenge = _challenge("invalid_request", code)
            return Refusal(400, (code,), challenge=challenge)
        if code in {PERSON_RATE, POINT_RATE}:
            return Refusal(429, (code,))
        return Refusal(401, (code,), challenge=_challenge("invalid_token", code))
    if isinstance(error, RequestError):
        return Refusal(400, (error.code,))
    code = error.code if isinstance(error, RingwallError) else "internal-error"
    return Refusal(503, (code,))


async def send_refusal(
    scope: Scope, receive: Receive, send: Send, refusal: Refusal
) -> None:
    """Answer in the service's place, before it has sent anything."""
    body = refusal.body()
    kind = "http"
    if scope["type"] == "websocket":
        await receive()  # its `websocket.connect`
        if _DENIAL not in (scope.get("extensions") or {}):
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
            return
        kind = "websocket.http"
    await send(
        {
            "type": f"{kind}.response.start",
            "status": refusal.status,
            "headers": refusal.headers(len(body)),
        }
    )
    await send({"type": f"{kind}.response.body", "body": body})


def _challenge(error: str, code: str) -> str:
    return f'{_REALM}, error="{error}", error_description="{code}"'
