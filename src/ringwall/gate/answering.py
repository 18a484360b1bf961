"""From a question to its answer on record: decided, appended, and only then given.

INVARIANT: a permit leaves this module only with a receipt. Whatever goes wrong on
the way is a deny with a reason; the broad `except` below exists for nothing else.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from typing import Final, TypeVar

from ringwall.base.errors import IntegrityError, RecordUnavailable
from ringwall.gate.amounts import taken_by
from ringwall.gate.decoys import DecoyWatch
from ringwall.gate.diary import Diary
from ringwall.gate.ground import Ground, PolicySource, read_ground
from ringwall.gate.question import Draft, Moved, draft_of
from ringwall.gate.verdicts import Question, grants_for
from ringwall.ledger.ledger import Ledger, StaleBasis
from ringwall.model.decisions import Decision, Effect, Reason, Receipt, Stage, Verdict
from ringwall.model.requests import AccessRequest

__all__ = ["Answering"]

_T = TypeVar("_T")

# Each amount that another process spends makes what is being decided stale.
_ATTEMPTS: Final = 64
_NO_TURN: Final = nullcontext()


class Answering:
    """Answers questions on one ledger; shared by all threads.

    Args:
        ledger: opened for writing.
        source: the policies.
        watch: knows the decoys.

    Raises:
        IntegrityError: the registry is not what the log says.
    """

    def __init__(self, ledger: Ledger, source: PolicySource, watch: DecoyWatch) -> None:
        self.ledger = ledger
        self._source = source
        self._watch = watch
        self._refreshing = threading.Lock()
        self.spending = threading.Lock()
        """Held by what moves the basis: one makes all others stale."""
        self.diary = Diary()
        self.ground = read_ground(ledger, source)
        """What the next decision starts from."""
        self.diary.note_obstacle(None, self.ground.obstacle, self.ground.policy)

    def answer(self, question: Question) -> Decision:
        """Decide, record and return the answer."""
        try:
            return self._settled(question)
        except Exception as error:  # noqa: BLE001 - whatever failed, the answer is no
            return self._unrecorded(question, error)

    async def answer_later(self, question: Question) -> Decision:
        """As `answer`, for a coroutine; on its event loop only what is quick."""
        try:
            return await self._awaited(question)
        except Exception as error:  # noqa: BLE001 - as in `answer`
            return self._unrecorded(question, error)

    def is_decoy(self, question: Question) -> bool:
        """Return whether a decoy is asked for: that is on record, whatever else."""
        ground, resource = self.ground, question.request.resource
        same_file = ground.facts.same_file(resource)
        return bool(self._watch.touched(resource, same_file, ground.matters.decoys))

    def refused(self, question: Question, reason: Reason) -> Decision:
        """Return a deny that is not put on record, with its reason."""
        verdict = Verdict(Effect.DENY, reasons=(reason,))
        request, decision, now = question.request, question.decision, question.now
        ground = self.ground
        return Decision(
            decision, now, request, verdict, None, ground.basis, ground.policy
        )

    def refresh(self, seen: Ground) -> None:
        """Take in what has landed on the ledger, unless somebody has done so.

        Args:
            seen: the ground that is known to be old.

        Raises:
            IntegrityError: the registry is not what the log says.
        """
        with self._refreshing:
            if self.ground is seen:
                self.ground = read_ground(self.ledger, self._source, seen)
                self.diary.note_obstacle(
                    seen.obstacle, self.ground.obstacle, self.ground.policy
                )

    def advance(self, ground: Ground, moved: Moved) -> None:
        """Move on by entries of our own, without reading the ledger again.

        INVARIANT: they were appended on the basis of this ground, so nothing else that
        decisions rest on lies between the two.
        """
        if not moved:
            return
        ground.spending.take_in(moved)
        with self._refreshing:
            if self.ground is ground:
                self.ground = replace(ground, basis=moved[-1][0])

    def on_present_ground(self, attempt: Callable[[Ground], _T]) -> _T:
        """Return what comes of an attempt on the ground as it is when it is recorded.

        Args:
            attempt: records on a ground; made anew as often as that was moved on.

        Raises:
            RecordUnavailable: `facts-unsettled`, it was, each time.
            IntegrityError: the registry is not what the log says.
        """
        for _ in range(_ATTEMPTS):
            ground = self.ground
            try:
                return attempt(ground)
            except StaleBasis:
                self.refresh(ground)
        raise RecordUnavailable(
            "facts-unsettled", "facts changed faster than something could be recorded"
        )

    def _settled(self, question: Question) -> Decision:
        """Decide and record, anew as often as facts have changed meanwhile."""
        if self.ground.obstacle is not None:
            # The policies may have been mended without an event that tells of it.
            self.refresh(self.ground)
        with self._turn(question.request):
            return self.on_present_ground(
                lambda ground: self._attempt(ground, question)
            )

    async def _awaited(self, question: Question) -> Decision:
        """As `_settled`; on the event loop only what takes microseconds."""
        ground = self.ground
        is_quick = question.sampler is None and ground.obstacle is None
        is_quick = is_quick and ground.vigil.is_quiet(question.now)
        if is_quick and not _spends(question.request, ground):
            draft = draft_of(question, ground, self._watch)
            with suppress(StaleBasis):
                receipts = await self.ledger.append_async(draft.events, ground.basis)
                return self._answered(question, ground, draft, receipts)
        # Waits for its turn, for a file or for another engine.
        return await asyncio.to_thread(self._settled, question)

    def _turn(self, request: AccessRequest) -> AbstractContextManager[object]:
        """Let questions that spend take turns: one makes all others stale."""
        return self.spending if _spends(request, self.ground) else _NO_TURN

    def _attempt(self, ground: Ground, question: Question) -> Decision:
        """Decide and record on one ground.

        Raises:
            StaleBasis: it is not the present one; nothing was recorded.
        """
        draft = draft_of(question, ground, self._watch)
        receipts = self.ledger.append(draft.events, ground.basis)
        return self._answered(question, ground, draft, receipts)

    def _answered(
        self, question: Question, ground: Ground, draft: Draft, receipts: list[Receipt]
    ) -> Decision:
        moved = draft.moved(receipts)
        self.advance(ground, moved)
        answer = draft.answer(question, ground, receipts)
        self.diary.note_answer(answer, receipts[0], draft.finding.disagreements)
        return answer

    def _unrecorded(self, question: Question, error: Exception) -> Decision:
        """Return the deny for a question whose answer could not be recorded."""
        decision = question.decision
        if isinstance(error, RecordUnavailable):
            code, message = "audit-unavailable", error.message
        elif isinstance(error, IntegrityError):
            code, message = "integrity-failed", error.message
        else:
            code, message = "internal-error", type(error).__name__
            self.diary.note(
                logging.ERROR, "decision_failed", decision=decision, exc_info=error
            )
        self.diary.note(
            logging.WARNING, "deny_unrecorded", decision=decision, code=code
        )
        return self.refused(question, Reason(Stage.RECORD, code, message))


def _spends(request: AccessRequest, ground: Ground) -> bool:
    """Return whether an answer may use up what others count on."""
    if taken_by(request, ground.facts, ground.spending) is not None:
        return True
    return bool(grants_for(request, ground))
