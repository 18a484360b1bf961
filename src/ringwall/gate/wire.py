"""The messages between a server and the service behind the gate, while it answers.

Must never let one through that no permit carries, nor let an answer that was cut look
like one that came to its end. Never looks at what a message holds, only how long it is.
"""

from ringwall.base.errors import ConfigurationError
from ringwall.gate.denied import AccessDenied
from ringwall.gate.http_answers import (
    ASGIApp,
    Message,
    Receive,
    Scope,
    Send,
    refusal_of,
    refusal_of_error,
    send_refusal,
)
from ringwall.gate.streaming import AsyncHold

__all__ = ["Wire"]

_HELD: frozenset[str] = frozenset({"http.request", "websocket.receive"})
_LAST: frozenset[str] = frozenset({"websocket.close"})
# What a service may say, and all that of each is told to a client. Of any other message
# nobody here knows how much it has the server send, or from where.
_KNOWN: frozenset[str] = frozenset(
    {
        "http.response.start",
        "http.response.body",
        "http.response.early_hint",
        "http.response.trailers",
        "websocket.accept",
        "websocket.send",
        "websocket.close",
        "websocket.http.response.start",
        "websocket.http.response.body",
    }
)


class Wire:
    """One connection, decided again while it lasts.

    Args:
        receive: of the server.
        send: of the server.
        hold: stands before each message.
    """

    def __init__(self, receive: Receive, send: Send, hold: AsyncHold) -> None:
        self._receive = receive
        self._send = send
        self._hold = hold
        self._cut: Exception | None = None
        self._has_begun = False
        self._has_ended = False

    async def serve(self, app: ASGIApp, scope: Scope) -> None:
        """Let the service answer.

        Raises:
            AccessDenied: it was cut; the server drops the connection, so that nobody
                takes what has arrived for all of it.
            Exception: of the service.
        """
        try:
            await app(scope, self._receive_held, self._send_held)
        except Exception:
            if self._cut is None:
                raise
        # The service may have caught what it was told, or raised something of its own.
        if self._cut is not None:
            await self._end(scope, self._cut)

    async def _end(self, scope: Scope, cut: Exception) -> None:
        """Tell the client that it was cut, in the one way that is left."""
        if scope["type"] == "websocket":
            if not self._has_ended:
                await self._send({"type": "websocket.close", "code": 1008})
        elif self._has_begun:
            raise cut
        else:
            refusal = (
                refusal_of(cut.decision)
                if isinstance(cut, AccessDenied)
                else refusal_of_error(cut)
            )
            await send_refusal(scope, self._receive, self._send, refusal)

    async def _receive_held(self) -> Message:
        message = await self._receive()
        kind = message["type"]
        if kind in _HELD:
            await self._check(0)
        elif kind == "websocket.disconnect":
            self._has_ended = True
        return message

    async def _send_held(self, message: Message) -> None:
        if message["type"] not in _KNOWN:
            self._refuse(message["type"])
        if message["type"] in _LAST:
            self._has_ended = True  # to leave is always allowed
        else:
            await self._check(_size(message))
            self._has_begun = True
        await self._send(message)

    def _refuse(self, kind: object) -> None:
        """Cut the connection of a service that says what nobody knows.

        Raises:
            ConfigurationError: `message-unknown`.
        """
        if self._cut is None:
            self._cut = ConfigurationError(
                "message-unknown",
                f"the service sent `{str(kind)[:60]}`, which can't be guarded",
                next_step="have the service answer by the plain messages of ASGI",
            )
        raise self._cut

    async def _check(self, size: int) -> None:
        """Raise if it is cut, now or already."""
        if self._cut is not None:
            raise self._cut
        try:
            await self._hold.check(size)
        except Exception as error:
            self._cut = error
            raise


def _size(message: Message) -> int:
    """Return the bytes that a message takes to the client, in headers as well."""
    size = len(message.get("body") or b"") + len(message.get("bytes") or b"")
    size += sum(len(name) + len(value) for name, value in message.get("headers") or ())
    size += sum(len(link) for link in message.get("links") or ())
    texts = message.get("text") or "", message.get("subprotocol") or ""
    return size + sum(len(text.encode()) for text in texts)
