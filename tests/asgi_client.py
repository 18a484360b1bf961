"""A web client and its server in one: drives an ASGI application message by message.

Unlike a real server it sends whatever a test wants, well-formed or not.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
App = Callable[[MutableMapping[str, Any], Any, Any], Awaitable[None]]


def http_scope(method: str, path: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - what servers put in
    """Return the scope of a request; `bearer` is its token."""
    headers = [(b"host", b"service"), *more.pop("headers", [])]
    bearer = more.pop("bearer", "")
    if bearer:
        headers.append((b"authorization", f"Bearer {bearer}".encode()))
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
        "state": {},
        **more,
    }


def socket_scope(path: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - what servers put in
    """Return the scope of a websocket."""
    scope = http_scope("GET", path, **more)
    del scope["method"]
    return {**scope, "type": "websocket", "scheme": "ws", "subprotocols": []}


class Exchange:
    """One connection and what came of it.

    Args:
        scope: what is asked.
        incoming: messages of the client; after the last it only waits.

    Attributes:
        sent: messages of the application, in order.
    """

    def __init__(self, scope: dict[str, Any], *incoming: Message) -> None:
        self.scope = scope
        self.incoming = list(incoming)
        if scope["type"] == "http" and not incoming:
            self.incoming = [{"type": "http.request", "body": b"", "more_body": False}]
        self.sent: list[Message] = []

    def run(self, app: App) -> "Exchange":
        """Let an application answer, in an event loop of its own."""
        asyncio.run(self.serve(app))
        return self

    async def serve(self, app: App) -> None:
        """Let an application answer."""
        await app(self.scope, self.receive, self.send)

    async def receive(self) -> Message:
        """Return the next message of the client."""
        if not self.incoming:
            await asyncio.Event().wait()
        return self.incoming.pop(0)

    async def send(self, message: Message) -> None:
        """Take a message of the application."""
        self.sent.append(message)

    @property
    def status(self) -> int:
        """Status of the answer."""
        return int(self.sent[0]["status"])

    @property
    def headers(self) -> dict[str, str]:
        """Headers of the answer."""
        return {key.decode(): value.decode() for key, value in self.sent[0]["headers"]}

    @property
    def body(self) -> bytes:
        """Body of the answer."""
        return b"".join(message.get("body", b"") for message in self.sent[1:])

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever it is
        """Body of the answer, parsed."""
        return json.loads(self.body)

    @property
    def is_whole(self) -> bool:
        """Whether the answer came to a clean end."""
        return bool(self.sent) and not self.sent[-1].get("more_body", False)
