"""The exception of a deny; its text is what the caller may know."""

from typing import ClassVar

from ringwall.base.errors import RingwallError
from ringwall.model.decisions import Decision

__all__ = ["AccessDenied"]


class AccessDenied(RingwallError):
    """The answer was deny; `decision` holds it whole, the text only the redacted form.

    Args:
        decision: the answer.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, decision: Decision) -> None:
        codes = ", ".join(decision.caller_reasons())
        super().__init__(
            "access-denied",
            f"denied: {codes} (decision {decision.id})",
            next_step=f"ask a security officer about {decision.id}",
        )
        self.decision = decision
