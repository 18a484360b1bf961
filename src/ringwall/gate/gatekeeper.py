"""The gatekeeper: decides, records, and only then answers.

INVARIANT: a permit leaves this module only with a receipt. Whatever goes wrong on
the way is a deny with a reason; the broad `except` below exists for nothing else.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from typing import Any, Final, NamedTuple, ParamSpec, Self, TypeVar

from ringwall.base.clock import Clock
from ringwall.base.errors import IntegrityError, RecordUnavailable
from ringwall.gate.amounts import amount_facts, taken_by
from ringwall.gate.denied import AccessDenied
from ringwall.gate.diary import DIARY, open_diary
from ringwall.gate.ground import Ground, PolicySource, read_ground
from ringwall.gate.guard import guard_function
from ringwall.gate.ids import new_decision_id
from ringwall.gate.request_reader import request_from_words
from ringwall.gate.sampling import Sampler, overruled
from ringwall.ledger.ledger import Ledger, StaleBasis
from ringwall.model.decisions import (
    Decision,
    Effect,
    Reason,
    Receipt,
    Stage,
    Verdict,
)
from ringwall.model.disagreements import Disagreement
from ringwall.model.events import Event, alarm_raised, amount_left, decision_made
from ringwall.model.requests import AccessRequest

__all__ = ["Gatekeeper"]

# Each amount that another process spends makes what is being decided stale.
_ATTEMPTS: Final = 64
_NO_TURN: Final = nullcontext()
_P = ParamSpec("_P")
_R = TypeVar("_R")


class _Question(NamedTuple):
    """A request with what stays the same in each attempt to answer it."""

    request: AccessRequest
    decision: str
    now: int
    sampler: Sampler | None


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
        self._diary = open_diary()
        self._is_noted = logging.getLogger(DIARY).isEnabledFor
        self._ground = read_ground(ledger, source)
        self._note_obstacle(None)

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
        now = self._clock.now()
        decision = new_decision_id(now)
        try:
            return self._decide(request, decision, now)
        except RecordUnavailable as error:
            reason = Reason(Stage.RECORD, "audit-unavailable", error.message)
        except IntegrityError as error:
            reason = Reason(Stage.RECORD, "integrity-failed", error.message)
        except Exception as error:  # noqa: BLE001 - whatever failed, the answer is no
            reason = Reason(Stage.RECORD, "internal-error", type(error).__name__)
            self._note(
                logging.ERROR, "decision_failed", decision=decision, exc_info=True
            )
        self._note(
            logging.WARNING, "deny_unrecorded", decision=decision, code=reason.code
        )
        return self._unrecorded(request, decision, now, reason)

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

            return guard_function(function, names, ask)

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

    def _decide(self, request: AccessRequest, decision: str, now: int) -> Decision:
        if self._ground.obstacle is not None:
            # The policies may have been mended without an event that tells of it.
            self._refresh(self._ground)
        # Drawn once: that facts changed meanwhile gives nobody a second draw.
        is_sampled = self._sampler is not None and self._sampler.draws()
        question = _Question(
            request, decision, now, self._sampler if is_sampled else None
        )
        with self._turn(request):
            for _ in range(_ATTEMPTS):
                ground = self._ground
                try:
                    return self._attempt(ground, question)
                except StaleBasis:
                    self._refresh(ground)
        raise RecordUnavailable(
            "facts-unsettled", "facts changed faster than a decision could be recorded"
        )

    def _turn(self, request: AccessRequest) -> AbstractContextManager[object]:
        """Let questions that spend take turns: one makes all others stale."""
        return (
            _NO_TURN
            if taken_by(request, self._ground.facts) is None
            else self._spending
        )

    def _attempt(self, ground: Ground, question: _Question) -> Decision:
        """Decide and record on one ground.

        Raises:
            StaleBasis: it is not the present one; nothing was recorded.
        """
        request, decision, now, _ = question
        verdict, found = self._verdict(ground, question)
        basis = {"basis": ground.basis, "policy": ground.policy}
        events = [
            decision_made(now, decision, request, verdict, basis),
            *(alarm_raised(now, decision, ground.policy, item) for item in found),
        ]
        taken = taken_by(request, ground.facts)
        if verdict.effect is Effect.PERMIT and taken is not None:
            events.append(amount_left(now, decision, request, *taken))
        receipts = self._ledger.append(events, ground.basis)
        if events[-1]["kind"] == "amount.left":
            self._advance(ground, receipts[-1], events[-1])
        answer = Decision(
            decision, now, request, verdict, receipts[0], ground.basis, ground.policy
        )
        self._note_answer(answer, receipts[0], found)
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

    def _note_answer(
        self, answer: Decision, receipt: Receipt, found: tuple[Disagreement, ...]
    ) -> None:
        self._note(
            logging.INFO,
            "decision_made",
            decision=answer.id,
            effect=answer.verdict.effect.value,
            subject=answer.request.subject,
            action=answer.request.action,
            resource=answer.request.resource,
            index=receipt.index,
        )
        for item in found:
            self._note(
                logging.ERROR,
                "engines_disagree",
                decision=answer.id,
                concern=item.concern,
                compiled=item.compiled,
                casbin=item.casbin,
            )

    def _note_obstacle(self, before: Reason | None) -> None:
        """Tell operators, once, that policies stand in the way of every permit."""
        found = self._ground.obstacle
        if found is not None and found != before:
            self._note(
                logging.WARNING,
                "policies_unusable",
                code=found.code,
                message=found.message,
                policy=self._ground.policy,
            )

    def _note(self, level: int, event: str, **words: object) -> None:
        """Write in the diary; what goes wrong there must not change an answer."""
        if not self._is_noted(level):
            return  # asked first: to find out below costs more than a decision
        with suppress(Exception):
            self._diary.log(level, event, **words)

    @staticmethod
    def _verdict(
        ground: Ground, question: _Question
    ) -> tuple[Verdict, tuple[Disagreement, ...]]:
        """Return the answer, and where the engines disagree if they were both asked."""
        decider = ground.decider
        if decider is None or ground.obstacle is not None:
            reasons = (ground.obstacle,) if ground.obstacle else ()
            return Verdict(Effect.DENY, reasons=reasons), ()
        request, _, now, sampler = question
        amount = amount_facts(request, ground.facts, ground.spending, now)
        evaluation = decider.evaluate(request, ground.facts, now, amount)
        verdict = decider.verdict(evaluation)
        if sampler is None:
            return verdict, ()
        found = sampler.disagreements(decider.concerns, evaluation)
        return overruled(verdict, found), found

    def _refresh(self, seen: Ground) -> None:
        with self._refreshing:
            if self._ground is seen:
                self._ground = read_ground(self._ledger, self._source, seen)
                self._note_obstacle(seen.obstacle)

    def _unrecorded(
        self, request: AccessRequest, decision: str, now: int, reason: Reason
    ) -> Decision:
        verdict = Verdict(Effect.DENY, reasons=(reason,))
        ground = self._ground
        return Decision(
            decision, now, request, verdict, None, ground.basis, ground.policy
        )
