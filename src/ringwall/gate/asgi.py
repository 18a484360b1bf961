"""Somebody else's web service behind the gate: ASGI 3, whatever framework it uses.

A request that no route names is refused. Must never hand one to the service that was
not permitted, nor one that the service could read in another way than the gate did.
"""

import logging
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from typing import Any, Final, NamedTuple

from ringwall.base.errors import IdentityUnproven, RequestError
from ringwall.gate.denied import AccessDenied
from ringwall.gate.diary import Diary
from ringwall.gate.guard import check_action
from ringwall.gate.http_answers import (
    ASGIApp,
    Receive,
    Refusal,
    Scope,
    Send,
    refusal_of,
    refusal_of_error,
    send_refusal,
)
from ringwall.gate.routes import WEBSOCKET, Match, Route, Routes, route_path
from ringwall.gate.session import Session
from ringwall.gate.session_words import Asked, Streamed
from ringwall.gate.streaming import (
    RECHECK,
    Allowance,
    AskingLater,
    AsyncHold,
    parse_recheck,
)
from ringwall.gate.token_sessions import OpeningGate, TokenSessions
from ringwall.gate.wire import Wire
from ringwall.model.decisions import Decision

__all__ = ["Guarded"]

_KEY: Final = "ringwall"
_BEARER: Final = "bearer "
_AUTHORIZATION: Final = b"authorization"
# Headers by which some service takes another method or path than the request has; an
# underscore for a hyphen is the same one to whatever reads them by CGI's rules (PEP
# 3333), as Django and adapters to WSGI do.
_STEERING: Final = frozenset(
    {
        b"x-http-method",
        b"x-http-method-override",
        b"x-method-override",
        b"x-original-uri",
        b"x-original-url",
        b"x-rewrite-url",
    }
)
# By these a service has the server send what has not passed through here.
_BYPASSES: Final = frozenset(
    {
        "http.response.debug",
        "http.response.pathsend",
        "http.response.push",
        "http.response.zerocopysend",
    }
)
_NOT_PERMITTED: Final = Refusal(403, ("not-permitted",))
_NOT_FOUND: Final = Refusal(404, ("not-found",))


class Guarded:
    """An ASGI application whose every request needs a permit first.

    A client shows its token as `Authorization: Bearer ...`; it is one session, at
    this gate only, up to its end. On a permit the service finds the `Decision` and
    the `Session` in `scope["ringwall"]`; it has to see to the decision's obligations
    that its route says it handles. A service that takes the method or the path from
    a query or a body can't be guarded here: decide within it, by the session.

    Args:
        app: the service.
        gate: decides; it has to prove who asks.
        routes: what each request amounts to; what fits none is refused.
        open_paths: whole paths that need no permit, such as `/health`.
        recheck: seconds after which a response that still runs is decided again,
            1 to 3600.
        on_denied: is told of each deny, to count them; it can't change the answer.

    Raises:
        ValueError: two routes fit the same path; or no policy of the gate knows the
            action of one; or `recheck` is out of range; or the service, or one mounted
            in it, has a `root_path` of its own.
    """

    def __init__(  # noqa: PLR0913 - by name only, save what is wrapped, by whom and how
        self,
        app: ASGIApp,
        gate: OpeningGate,
        routes: Iterable[Route],
        *,
        open_paths: Iterable[str] = (),
        recheck: int = RECHECK,
        on_denied: Callable[[Decision], None] | None = None,
    ) -> None:
        parse_recheck(recheck)
        _check_rooted(app)
        self._app = app
        routes = tuple(routes)
        known: Collection[str] = getattr(gate, "actions", ())
        for route in routes:
            check_action(route.action, known)
        self._routes = Routes(routes, open_paths)
        purposes = {_plain(route.purpose.encode()) for route in routes}
        self._watched = _STEERING | purposes | {_AUTHORIZATION}
        self._recheck = recheck
        self._sessions = TokenSessions(gate, recheck)
        self._on_denied = on_denied
        self._diary = Diary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] not in {"http", "websocket"}:
            raise RuntimeError("only http and websocket can be guarded")
        found = await self._found(scope)
        if isinstance(found, Refusal):
            await send_refusal(scope, receive, send, found)
        elif found.hold is None:
            await self._app(found.scope, receive, send)
        else:
            await Wire(receive, send, found.hold).serve(self._app, found.scope)

    async def _found(self, scope: Scope) -> "Refusal | _Permitted":
        """Decide on a request; whatever goes wrong, it does not reach the service."""
        try:
            return await self._decided(scope)
        except AccessDenied as denied:
            if self._on_denied is not None:
                with suppress(Exception):
                    self._on_denied(denied.decision)
            return refusal_of(denied.decision)
        except Exception as error:  # noqa: BLE001 - whatever failed, the answer is no
            refusal = refusal_of_error(error)
            if refusal.status == 503:
                self._diary.note(logging.ERROR, "guard_failed", exc_info=error)
            return refusal

    async def _decided(self, scope: Scope) -> "Refusal | _Permitted":
        shown = _shown(scope, self._watched)
        path = route_path(scope)
        if path is None or shown.is_steering:
            return _NOT_PERMITTED
        method = scope["method"] if scope["type"] == "http" else WEBSOCKET
        match = self._routes.find(method, path)
        if match is None:
            return _NOT_PERMITTED
        if match.route is None:
            return _Permitted(_inner(scope, None), None)
        if not match.resource:
            return _NOT_FOUND
        session = await self._sessions.session_of(_token(shown))
        question = _Question(session, _words(match, match.route, shown))
        allowance = Allowance(self._recheck, match.route.chunk_bytes)
        hold = AsyncHold(AskingLater(question.ask, session.running), allowance)
        await hold.check()
        inner = {"decision": question.decision, "session": session}
        return _Permitted(_inner(scope, inner), hold)


class _Permitted(NamedTuple):
    """A request that may go to the service; with no hold where the path is open."""

    scope: Scope
    hold: AsyncHold | None


class _Shown(NamedTuple):
    """What the headers of a request say to the gate."""

    headers: dict[bytes, list[bytes]]
    is_steering: bool


class _Question:
    """The question of one connection, asked again as long as it lasts."""

    def __init__(self, session: Session, words: Streamed) -> None:
        self._session = session
        self._words = words
        self.decision: Decision | None = None

    async def ask(self, amount: int | None, continues: str) -> Decision:
        question: Asked = {
            **self._words,
            "amount": amount,
            "continues": continues,
            # Whoever asks from elsewhere reaches for no container.
            "reach": None,
        }
        self.decision = await self._session.arequire(**question)
        return self.decision


def _check_rooted(app: object) -> None:
    """Refuse a service that would cut something else off the path than was decided on.

    FastAPI puts a `root_path` that it was made with in place of the server's, after
    the gate has read the path, so the two would read it in two ways.

    Raises:
        ValueError: the service, or one within it, has been made with one.
    """
    seen: dict[int, object] = {}
    inside = [app]
    while inside:
        one = inside.pop()
        if id(one) in seen:
            continue
        seen[id(one)] = one
        root = getattr(one, "root_path", "")
        if root:
            raise ValueError(
                f"the service has a root path of its own, `{root}`, by which it reads "
                "another path than the gate; make it without `root_path` and have the "
                "server set one, such as `uvicorn --root-path`"
            )
        routes = getattr(one, "routes", ())
        inside.append(getattr(one, "app", None))
        inside += routes if isinstance(routes, Iterable) else ()


def _shown(scope: Scope, watched: frozenset[bytes]) -> _Shown:
    headers: dict[bytes, list[bytes]] = {}
    for name, value in scope["headers"]:
        plain = _plain(name)
        if plain in watched:
            headers.setdefault(plain, []).append(value)
    return _Shown(headers, not _STEERING.isdisjoint(headers))


def _plain(name: bytes) -> bytes:
    """Return the name of a header in the one way that all of its spellings share."""
    return name.lower().replace(b"_", b"-")


def _token(shown: _Shown) -> str:
    """Return the token that a request shows (RFC 6750 2.1)."""
    authorization = shown.headers.get(_AUTHORIZATION)
    if not authorization:
        raise IdentityUnproven(
            "token-missing",
            "the request shows no token",
            next_step="send it as `Authorization: Bearer TOKEN`",
        )
    text = authorization[0].decode("latin-1")
    scheme, token = text[: len(_BEARER)].lower(), text[len(_BEARER) :].strip(" ")
    if len(authorization) > 1 or scheme != _BEARER or not token.isascii() or not token:
        raise IdentityUnproven(
            "token-ambiguous",
            "the request shows something else than one token",
            next_step="send one, as `Authorization: Bearer TOKEN`",
        )
    return token


def _words(match: Match, route: Route, shown: _Shown) -> Streamed:
    purposes = shown.headers.get(_plain(route.purpose.encode()), [])
    if len(purposes) > 1:
        raise RequestError("request-malformed", "a request has one purpose")
    try:
        purpose = purposes[0].decode() if purposes else ""
    except UnicodeDecodeError:
        raise RequestError("request-malformed", "a purpose is UTF-8") from None
    words: Streamed = {"action": route.action, "resource": match.resource}
    if purpose:
        words["purpose"] = purpose
    if route.handles:
        words["handles"] = route.handles
    return words


def _inner(scope: Scope, told: dict[str, Any] | None) -> Scope:
    """Return the scope for the service: what it can read in one way only."""
    extensions = scope.get("extensions") or {}
    inner = {
        **scope,
        "raw_path": scope["path"].encode("ascii"),
        "extensions": {
            name: value for name, value in extensions.items() if name not in _BYPASSES
        },
    }
    inner.pop(_KEY, None)
    if told is not None:
        inner[_KEY] = told
    return inner
