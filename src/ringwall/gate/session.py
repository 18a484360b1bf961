"""A session: questions of one subject whose identity was shown once.

Each question is a decision of its own, on the facts of its own moment. Must never
answer once it is closed, nor say more of who asks than the proof does.
"""

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    Callable,
    Generator,
    Iterable,
    Mapping,
    Sequence,
)
from concurrent.futures import ThreadPoolExecutor
from typing import (
    Any,
    Final,
    ParamSpec,
    Protocol,
    Self,
    TypeVar,
)

from typing_extensions import Unpack

from ringwall.base.clock import Clock
from ringwall.base.errors import IdentityUnproven, RequestError
from ringwall.gate.denied import AccessDenied
from ringwall.gate.guard import Doorkeeper, check_action, guard_function
from ringwall.gate.session_words import Asked, Asker, Streamed, request_of
from ringwall.gate.streaming import (
    RECHECK,
    Allowance,
    Asking,
    AskingLater,
    AsyncHold,
    Hold,
    astream_items,
    parse_recheck,
    stream_items,
)
from ringwall.model.decisions import Decision
from ringwall.model.identity import Proof
from ringwall.model.requests import AccessRequest

__all__ = ["MOST_QUESTIONS", "AskingGate", "Session", "guarded"]

MOST_QUESTIONS: Final = 256
"""Most questions of one batch."""

_P = ParamSpec("_P")
_R = TypeVar("_R")
_T = TypeVar("_T")


class AskingGate(Protocol):
    """What a session needs of its gate."""

    @property
    def point(self) -> str:
        """Id of the enforcement point that it speaks for."""
        ...

    @property
    def clock(self) -> Clock:
        """What gives the instant of each decision."""
        ...

    def check_request(self, request: AccessRequest) -> Decision:
        """Decide, record and return the answer."""
        ...

    async def acheck_request(self, request: AccessRequest) -> Decision:
        """As `check_request`, for a coroutine."""
        ...


class Session:
    """What one subject asks at one gate; shared by threads and coroutines.

    A session that is over is no error: its questions are denied, on record. One that
    was closed asks nothing any more.

    Args:
        gate: answers.
        proof: what was shown; None where the institute takes the caller's word, or
            where the point vouches.
        subject: who asks, where there is no proof.
        recheck: seconds after which a stream is decided again, 1 to 3600.
        authn: how the caller says the session was proven, where there is no proof.

    Raises:
        TypeError: `recheck` is not a whole number.
        ValueError: `recheck` is out of range.
    """

    def __init__(
        self,
        gate: AskingGate,
        proof: Proof | None,
        subject: str = "",
        recheck: int = RECHECK,
        authn: str = "none",
    ) -> None:
        parse_recheck(recheck)
        self._gate = gate
        self._recheck = recheck
        self._now = gate.clock.now
        who = subject if proof is None else proof.subject
        self._asker = Asker(who, gate.point, authn, proof)
        self._is_closed = False

    @property
    def subject(self) -> str:
        """Id of who asks."""
        return self._asker.subject

    @property
    def proof(self) -> Proof | None:
        """What was shown of who asks; None where somebody's word is taken."""
        return self._asker.proof

    @property
    def is_closed(self) -> bool:
        """Whether it asks nothing any more."""
        return self._is_closed

    def is_of(self, gate: AskingGate) -> bool:
        """Return whether it asks a gate, and no other one."""
        return self._gate is gate

    def now(self) -> int:
        """Return the gate's instant."""
        return self._now()

    def running(self) -> int:
        """As `now`, for what goes on within the session.

        Raises:
            IdentityUnproven: `session-closed`.
        """
        if self._is_closed:
            raise IdentityUnproven(
                "session-closed",
                "the session was closed, so nothing is asked within it",
                next_step="open another session",
            )
        return self.now()

    def check(self, **words: Unpack[Asked]) -> Decision:
        """Decide, record and return the answer to one question.

        Args:
            **words: `action` and `resource`; `purpose`, `amount` and `present` as of
                `Gatekeeper.check`; `grant`, the id of an approved request to go by,
                and `binds`, the hex digest of what it was approved for; `handles`,
                the obligations that the caller can carry out; `continues`, the id of
                the permit that this is the next look of; `reach`, the bytes of a
                container that it is for.

        Raises:
            RequestError: a word is malformed; nothing was asked or recorded.
            IdentityUnproven: `session-closed`.
        """
        return self._gate.check_request(self._request(words))

    async def acheck(self, **words: Unpack[Asked]) -> Decision:
        """As `check`, for a coroutine."""
        return await self._gate.acheck_request(self._request(words))

    def require(self, **words: Unpack[Asked]) -> Decision:
        """As `check`, but raise `AccessDenied`, carrying the decision, on a deny."""
        return _permitted(self.check(**words))

    async def arequire(self, **words: Unpack[Asked]) -> Decision:
        """As `require`, for a coroutine."""
        return _permitted(await self.acheck(**words))

    def check_all(self, questions: Sequence[Asked]) -> list[Decision]:
        """Return the answers to a batch, in order; all wait for the record at once.

        Each is a decision of its own, whatever the others are (AuthZEN 1.0, access
        evaluations, `execute_all`). They are decided side by side, so that none may
        count on another of the same batch.

        Args:
            questions: at most 256, each as the words of `check`.

        Raises:
            RequestError: `batch-too-large`; or a question is malformed. None was
                asked or recorded.
            IdentityUnproven: `session-closed`.
        """
        requests = self._requests(questions)
        if len(requests) < 2:
            return [self._gate.check_request(request) for request in requests]
        # Its own thread: the one at hand may run an event loop already.
        with ThreadPoolExecutor(1, "ringwall-batch") as thread:
            return thread.submit(asyncio.run, self._answers(requests)).result()

    async def acheck_all(self, questions: Sequence[Asked]) -> list[Decision]:
        """As `check_all`, for a coroutine."""
        return await self._answers(self._requests(questions))

    def guard(
        self, *, action: str, resource: str, recheck: int | None = None
    ) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
        """Return a decorator that requires a permit of this session before each call.

        Args:
            action: the action that a call amounts to.
            resource: name of the parameter that holds the asset's id.
            recheck: seconds after which a generator is decided again; those of the
                session if None.

        Raises:
            TypeError: at decoration, if the function lacks the parameter.
            ValueError: at decoration, if `recheck` is out of range, or the action has
                not its form.
        """
        check_action(action, ())
        doorkeeper = Doorkeeper(
            lambda values: self.require(action=action, **values),
            lambda values: self.arequire(action=action, **values),
            lambda _: self.running(),
            self._recheck if recheck is None else recheck,
        )
        names = {"resource": resource}
        return lambda function: guard_function(function, names, doorkeeper)

    def stream(
        self, items: Iterable[_T], *, chunk_bytes: int = 0, **words: Unpack[Streamed]
    ) -> Generator[_T, None, None]:
        """Give items while they are permitted: decided first, and again and again.

        Args:
            items: what is given; closed at the end, if it can be.
            chunk_bytes: where bytes are counted, how many a permit is asked for at a
                time; each item is bytes then. 0 to count none.
            **words: as of `check`.

        Returns:
            A generator that raises `AccessDenied` where it is cut.

        Raises:
            TypeError: `chunk_bytes` is not a whole number.
            ValueError: `chunk_bytes` is negative.
        """

        def ask(amount: int | None, continues: str) -> Decision:
            return self.require(**words, amount=amount, continues=continues)

        allowance = Allowance(self._recheck, chunk_bytes)
        return stream_items(items, Hold(Asking(ask, self.running), allowance))

    def astream(
        self,
        items: AsyncIterable[_T],
        *,
        chunk_bytes: int = 0,
        **words: Unpack[Streamed],
    ) -> AsyncGenerator[_T, None]:
        """As `stream`, for an asynchronous iterable."""

        async def ask(amount: int | None, continues: str) -> Decision:
            return await self.arequire(**words, amount=amount, continues=continues)

        allowance = Allowance(self._recheck, chunk_bytes)
        return astream_items(
            items, AsyncHold(AskingLater(ask, self.running), allowance)
        )

    def __enter__(self) -> Self:
        """Return the session itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the session."""
        self.close()

    async def __aenter__(self) -> Self:
        """Return the session itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the session."""
        self.close()

    def close(self) -> None:
        """Ask nothing any more; streams that still run are cut at their next item."""
        self._is_closed = True

    def _requests(self, questions: Sequence[Asked]) -> list[AccessRequest]:
        if len(questions) > MOST_QUESTIONS:
            raise RequestError(
                "batch-too-large",
                f"a batch has at most {MOST_QUESTIONS} questions, not {len(questions)}",
                next_step="ask in several batches",
            )
        return [self._request(question) for question in questions]

    async def _answers(self, requests: list[AccessRequest]) -> list[Decision]:
        answers = [self._gate.acheck_request(request) for request in requests]
        return list(await asyncio.gather(*answers))

    def _request(self, words: Mapping[str, Any]) -> AccessRequest:
        """Return a question of this session."""
        return request_of(words, self._asker, self.running())


def guarded(
    *, action: str, resource: str, session: str = "session", recheck: int = RECHECK
) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Return a decorator that requires a permit of the session that a call is given.

    So a library can be guarded where it is written, before there is any gate.

    Args:
        action: the action that a call amounts to.
        resource: name of the parameter that holds the asset's id.
        session: name of the parameter that holds the `Session`; a call with anything
            else is a TypeError.
        recheck: seconds after which a generator is decided again, 1 to 3600.

    Raises:
        TypeError: at decoration, if the function lacks a named parameter.
        ValueError: at decoration, if `recheck` is out of range, or the action has not
            its form.
    """
    check_action(action, ())

    def ask(values: dict[str, Any]) -> Decision:
        resource, continues = values["resource"], values.get("continues", "")
        question = _session(values).require
        return question(action=action, resource=resource, continues=continues)

    async def ask_later(values: dict[str, Any]) -> Decision:
        resource, continues = values["resource"], values.get("continues", "")
        question = _session(values).arequire
        return await question(action=action, resource=resource, continues=continues)

    doorkeeper = Doorkeeper(
        ask, ask_later, lambda values: _session(values).running(), recheck
    )
    names = {"session": session, "resource": resource}
    return lambda function: guard_function(function, names, doorkeeper)


def _session(values: dict[str, Any]) -> Session:
    session = values["session"]
    # Whoever could pass an object of their own would be asked by it, not by the gate.
    if type(session) is not Session:
        raise TypeError("a guarded function is called with the session of a gate")
    return session


def _permitted(decision: Decision) -> Decision:
    if not decision.permitted:
        raise AccessDenied(decision)
    return decision
