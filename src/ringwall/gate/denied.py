"""The exception of a deny; its text is what the caller may know."""

from typing import ClassVar

from typing_extensions import override

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

    @override
    def __reduce__(self) -> tuple[type["AccessDenied"], tuple[Decision]]:
        """Let it pass from a worker process to the one that waits for it."""
        return type(self), (self.decision,)
