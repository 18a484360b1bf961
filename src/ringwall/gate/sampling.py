"""Live sampling: now and then a second engine answers the very same question.

What it finds can turn a permit into a deny and nothing else. Must never be asked
instead of the engine that decides, nor let a caller foresee when it is asked.
"""

import secrets
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final, Protocol

from ringwall.model.decisions import Effect, Reason, Stage, Verdict
from ringwall.model.disagreements import Disagreement
from ringwall.pdp.pipeline import Evaluation
from ringwall.policy.compiler import CompiledConcern
from ringwall.policy.concern import Concern
from ringwall.policy.outcome import Outcome

__all__ = ["Referee", "Sampler", "overruled"]

_RULES_NAMED: Final = 3
_ATTEMPTS: Final = 3


class Referee(Protocol):
    """Another engine on the rows of one concern."""

    def decide(self, request: object) -> Outcome:
        """Return its answer; may raise whatever it likes."""
        ...


class Sampler:
    """Asks a referee for each concern about some of the decisions.

    Referees are made when they are first needed and asked one question at a time:
    stock Casbin is slow to build, and not safe to share between threads.

    Args:
        one_in: of so many decisions one is sampled, on average; 1 for each.
        appoint: returns a new referee for a concern.
    """

    def __init__(self, one_in: int, appoint: Callable[[Concern], Referee]) -> None:
        self._one_in = one_in
        self._appoint = appoint
        self._asking = threading.Lock()
        self._referees: dict[str, tuple[str, Referee]] = {}

    def draws(self) -> bool:
        """Return whether the decision at hand is one to sample; no draw tells the next.

        Whoever could foresee it would ask the unlucky question at another time.
        """
        return secrets.randbelow(self._one_in) == 0

    def disagreements(
        self, concerns: Mapping[Stage, CompiledConcern], evaluation: Evaluation
    ) -> tuple[Disagreement, ...]:
        """Return where the referees of the stages answer otherwise than they did.

        A referee that fails disagrees: its answer is not known to be the same.

        Args:
            concerns: what the evaluation was made with.
            evaluation: what they said; without facts there is nothing to ask about.
        """
        situation = evaluation.situation
        if isinstance(situation, Reason):
            return ()
        asked = zip(evaluation.stages, evaluation.outcomes, strict=True)
        with self._asking:
            found = [
                self._ask(concerns[stage].concern, situation, outcome)
                for stage, outcome in asked
            ]
        return tuple(item for item in found if item is not None)

    def _ask(
        self, concern: Concern, situation: object, first: Outcome
    ) -> Disagreement | None:
        try:
            second = self._second(concern, situation)
            if second.permitted == first.permitted:
                return None
            answer = _answer(second)
        except Exception as error:  # noqa: BLE001 - whatever failed, the answer is no
            answer = f"failed with {type(error).__name__[:60]}"
        return Disagreement(concern.name, _answer(first), answer)

    def _second(self, concern: Concern, situation: object) -> Outcome:
        """Return what the referee answers.

        Casbin parses its matcher for each question, and CPython before 3.11.8 may
        raise SystemError when two threads parse at a time (gh-106905), as when
        policies are compiled meanwhile. That is no answer; asked again, it gives one.
        """
        for _ in range(_ATTEMPTS - 1):
            with suppress(SystemError):
                return self._referee(concern).decide(situation)
        return self._referee(concern).decide(situation)

    def _referee(self, concern: Concern) -> Referee:
        """Return the referee of a concern, the one at hand if it has the same rows."""
        digest, referee = self._referees.get(concern.name, ("", None))
        if referee is None or digest != concern.digest:
            referee = self._appoint(concern)
            self._referees[concern.name] = concern.digest, referee
        return referee


def overruled(verdict: Verdict, disagreements: tuple[Disagreement, ...]) -> Verdict:
    """Return the verdict that is given when the engines disagree: always a deny.

    Args:
        verdict: that of the engine that decides; what it has against the request
            stays, what would turn it does not: that is no longer known.
        disagreements: without any the verdict stands.
    """
    if not disagreements:
        return verdict
    reasons = tuple(
        Reason(
            Stage.POLICY,
            "engines-disagree",
            f"the engines disagree on `{item.concern}` ({item})",
        )
        for item in disagreements
    )
    forbidding = () if verdict.effect is Effect.PERMIT else verdict.rules
    return Verdict(
        Effect.DENY, forbidding, reasons + verdict.reasons, explicit=verdict.explicit
    )


def _answer(outcome: Outcome) -> str:
    word = Effect.PERMIT.value if outcome.permitted else Effect.DENY.value
    if outcome.error:
        return f"{word}, a rule could not be evaluated"
    if not outcome.rules:
        return word
    more = len(outcome.rules) - _RULES_NAMED
    tail = f" and {more} more" if more > 0 else ""
    return f"{word} by {', '.join(outcome.rules[:_RULES_NAMED])}{tail}"
