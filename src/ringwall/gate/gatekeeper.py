"""The gatekeeper: decides, records, and only then answers.

INVARIANT: a permit leaves this module only with a receipt. Whatever goes wrong on
the way is a deny with a reason; the broad `except` below exists for nothing else.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from typing import Any, Final, ParamSpec, Self, TypeVar

from typing_extensions import Unpack

from ringwall.base.clock import Clock
from ringwall.base.errors import IntegrityError, RecordUnavailable
from ringwall.gate.amounts import taken_by
from ringwall.gate.denied import AccessDenied
from ringwall.gate.diary import Diary
from ringwall.gate.ground import Ground, PolicySource, read_ground
from ringwall.gate.guard import guard_function
from ringwall.gate.ids import new_decision_id
from ringwall.gate.question import Draft, Question, draft_of
from ringwall.gate.request_reader import Words, request_from_words
from ringwall.gate.sampling import Sampler
from ringwall.ledger.ledger import Ledger, StaleBasis
from ringwall.model.decisions import (
    Decision,
    Effect,
    Reason,
    Receipt,
    Stage,
    Verdict,
)
from ringwall.model.events import Event
from ringwall.model.requests import AccessRequest

__all__ = ["Gatekeeper"]

# Each amount that another process spends makes what is being decided stale.
_ATTEMPTS: Final = 64
_NO_TURN: Final = nullcontext()
_P = ParamSpec("_P")
_R = TypeVar("_R")


class Gatekeeper:
    """Checks requests at one enforcement point; shared by all threads.

    Args:
        ledger: opened for writing.
        source: the policies.
        clock: gives the instant of each decision.
        point: id of the enforcement point it speaks for; a request may name
            another only through `check_request`.
        sampler: has some decisions made twice; None to make each once.

    Raises:
        IntegrityError: the registry is not what the log says.
    """

    def __init__(
        self,
        ledger: Ledger,
        source: PolicySource,
        clock: Clock,
        point: str = "",
        sampler: Sampler | None = None,
    ) -> None:
        self._ledger = ledger
        self._source = source
        self._clock = clock
        self._point = point
        self._sampler = sampler
        self._refreshing = threading.Lock()
        self._spending = threading.Lock()
        self._diary = Diary()
        self._ground = read_ground(ledger, source)
        self._diary.note_obstacle(None, self._ground.obstacle, self._ground.policy)

    @property
    def ground(self) -> Ground:
        """The facts and policy that the next decision starts from."""
        return self._ground

    def check(  # noqa: PLR0913 - the words of one question, by name only
        self,
        *,
        subject: str,
        action: str,
        resource: str,
        authn: str = "none",
        purpose: str = "",
        amount: int | None = None,
        present: Sequence[str] = (),
    ) -> Decision:
        """Decide, record and return the answer.

        Args:
            subject: id of the person or service, proven by the caller.
            action: e.g. `weights.read`.
            resource: id of the asset.
            authn: how the session was proven: none, password, mfa, hardware or
                hardware-fresh.
            purpose: why, at most 500 characters; recorded.
            amount: bytes that are to leave through the point; a permit takes them
                off the budgets. Not stated, they count as more than any budget.
            present: ids of the other people who are there.

        Returns:
            The decision. Without a receipt it is always a deny: the record could
            not be made.

        Raises:
            RequestError: a word is malformed; nothing was asked or recorded.
        """
        request = request_from_words(
            subject=subject,
            action=action,
            resource=resource,
            point=self._point,
            authn=authn,
            purpose=purpose,
            amount=amount,
            present=present,
        )
        return self.check_request(request)

    def check_request(self, request: AccessRequest) -> Decision:
        """Decide, record and return the answer to a request already read."""
        question = self._question(request)
        try:
            return self._settled(question)
        except Exception as error:  # noqa: BLE001 - whatever failed, the answer is no
            return self._unrecorded(question, error)

    async def acheck(self, **words: Unpack[Words]) -> Decision:
        """As `check`, for a coroutine: its event loop goes on meanwhile.

        Whoever is cancelled while waiting has no answer, though there may be one on
        record.
        """
        request = request_from_words(point=self._point, **words)
        return await self.acheck_request(request)

    async def acheck_request(self, request: AccessRequest) -> Decision:
        """As `check_request`, for a coroutine."""
        question = self._question(request)
        try:
            return await self._awaited(question)
        except Exception as error:  # noqa: BLE001 - as in `check_request`
            return self._unrecorded(question, error)

    def require(  # noqa: PLR0913 - as `check`
        self,
        *,
        subject: str,
        action: str,
        resource: str,
        authn: str = "none",
        purpose: str = "",
        amount: int | None = None,
        present: Sequence[str] = (),
    ) -> Decision:
        """As `check`, but raise `AccessDenied`, carrying the decision, on a deny."""
        decision = self.check(
            subject=subject,
            action=action,
            resource=resource,
            authn=authn,
            purpose=purpose,
            amount=amount,
            present=present,
        )
        if not decision.permitted:
            raise AccessDenied(decision)
        return decision

    async def arequire(self, **words: Unpack[Words]) -> Decision:
        """As `require`, for a coroutine."""
        decision = await self.acheck(**words)
        if not decision.permitted:
            raise AccessDenied(decision)
        return decision

    def guard(
        self,
        *,
        action: str,
        resource: str,
        subject: str = "subject",
        authn: str = "authn",
    ) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
        """Return a decorator that requires a permit before each call.

        Args:
            action: the action that a call amounts to.
            resource: name of the parameter that holds the asset's id.
            subject: name of the parameter that holds the subject's id.
            authn: name of the parameter that holds the authentication level; a
                function without it is asked with `none`.

        Raises:
            TypeError: at decoration, if the function lacks a named parameter.
        """

        def decorate(function: Callable[_P, _R]) -> Callable[_P, _R]:
            names = {"subject": subject, "resource": resource, "authn": authn}

            def ask(values: dict[str, Any]) -> Decision:
                return self.require(action=action, **values)

            async def ask_async(values: dict[str, Any]) -> Decision:
                return await self.arequire(action=action, **values)

            return guard_function(function, names, ask, ask_async)

        return decorate

    def refresh(self) -> None:
        """Take in what has landed on the ledger since the last decision.

        Raises:
            IntegrityError: the registry is not what the log says.
        """
        self._refresh(self._ground)

    def __enter__(self) -> Self:
        """Return the gate itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the gate."""
        self.close()

    def close(self) -> None:
        """Commit what is pending and let go of the ledger."""
        self._ledger.close()

    def _question(self, request: AccessRequest) -> Question:
        now = self._clock.now()
        # Drawn once: that facts changed meanwhile gives nobody a second draw.
        is_sampled = self._sampler is not None and self._sampler.draws()
        sampler = self._sampler if is_sampled else None
        return Question(request, new_decision_id(now), now, sampler)

    def _settled(self, question: Question) -> Decision:
        """Decide and record, anew as often as facts have changed meanwhile."""
        if self._ground.obstacle is not None:
            # The policies may have been mended without an event that tells of it.
            self._refresh(self._ground)
        with self._turn(question.request):
            for _ in range(_ATTEMPTS):
                ground = self._ground
                try:
                    return self._attempt(ground, question)
                except StaleBasis:
                    self._refresh(ground)
        raise RecordUnavailable(
            "facts-unsettled", "facts changed faster than a decision could be recorded"
        )

    async def _awaited(self, question: Question) -> Decision:
        """As `_settled`; on the event loop only what takes microseconds."""
        ground = self._ground
        is_quick = question.sampler is None and ground.obstacle is None
        is_quick = is_quick and ground.vigil.is_quiet(question.now)
        if is_quick and taken_by(question.request, ground.facts) is None:
            draft = draft_of(question, ground)
            with suppress(StaleBasis):
                receipts = await self._ledger.append_async(draft.events, ground.basis)
                return self._answered(question, ground, draft, receipts)
        # Waits for its turn, for a file or for another engine.
        return await asyncio.to_thread(self._settled, question)

    def _turn(self, request: AccessRequest) -> AbstractContextManager[object]:
        """Let questions that spend take turns: one makes all others stale."""
        return (
            _NO_TURN
            if taken_by(request, self._ground.facts) is None
            else self._spending
        )

    def _attempt(self, ground: Ground, question: Question) -> Decision:
        """Decide and record on one ground.

        Raises:
            StaleBasis: it is not the present one; nothing was recorded.
        """
        draft = draft_of(question, ground)
        receipts = self._ledger.append(draft.events, ground.basis)
        return self._answered(question, ground, draft, receipts)

    def _answered(
        self, question: Question, ground: Ground, draft: Draft, receipts: list[Receipt]
    ) -> Decision:
        if draft.events[-1]["kind"] == "amount.left":
            self._advance(ground, receipts[-1], draft.events[-1])
        answer = draft.answer(question, ground, receipts[0])
        self._diary.note_answer(answer, receipts[0], draft.found)
        return answer

    def _advance(self, ground: Ground, receipt: Receipt, event: Event) -> None:
        """Move on by an amount of our own, without reading the ledger again.

        INVARIANT: it was appended on the basis of this ground, so nothing that
        decisions rest on lies between the two.
        """
        ground.spending.take_in([(receipt.index, receipt.leaf, event)])
        with self._refreshing:
            if self._ground is ground:
                self._ground = replace(ground, basis=receipt.index)

    def _refresh(self, seen: Ground) -> None:
        with self._refreshing:
            if self._ground is seen:
                self._ground = read_ground(self._ledger, self._source, seen)
                self._diary.note_obstacle(
                    seen.obstacle, self._ground.obstacle, self._ground.policy
                )

    def _unrecorded(self, question: Question, error: Exception) -> Decision:
        """Return the deny for a question whose answer could not be recorded."""
        request, decision, now, _ = question
        if isinstance(error, RecordUnavailable):
            code, message = "audit-unavailable", error.message
        elif isinstance(error, IntegrityError):
            code, message = "integrity-failed", error.message
        else:
            code, message = "internal-error", type(error).__name__
            self._diary.note(
                logging.ERROR, "decision_failed", decision=decision, exc_info=error
            )
        self._diary.note(
            logging.WARNING, "deny_unrecorded", decision=decision, code=code
        )
        reason = Reason(Stage.RECORD, code, message)
        verdict = Verdict(Effect.DENY, reasons=(reason,))
        ground = self._ground
        return Decision(
            decision, now, request, verdict, None, ground.basis, ground.policy
        )
