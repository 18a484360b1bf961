"""Concerns that every request passes and that are not there, and the other way round.

Which concerns a program asks is told by name: the pipeline is no matter of a policy's.
"""

from collections.abc import Collection, Iterator

from ringwall.base.errors import Fault
from ringwall.policy.bundle import Bundle
from ringwall.policy.dialect import MODEL_FILE
from ringwall.policy.lint.finding import Finding, Severity

__all__ = ["missing_concerns", "unasked_concerns"]


def missing_concerns(bundle: Bundle, asked: Collection[str]) -> Iterator[Finding]:
    """Give the advice `concern-missing` for each concern that is asked and not there.

    Args:
        bundle: any bundle.
        asked: names of the concerns that every request passes.
    """
    for name in asked:
        if name not in bundle.concerns:
            message = f"there is no concern `{name}`, which every request passes"
            expected = "its folder, before an institute takes these policies"
            yield _advice(name, "concern-missing", message, expected)


def unasked_concerns(bundle: Bundle, asked: Collection[str]) -> Iterator[Finding]:
    """Give the advice `concern-unasked` for each concern that no request passes.

    Args:
        bundle: any bundle.
        asked: names of the concerns that every request passes.
    """
    for name in bundle.concerns:
        if name not in asked:
            message = f"no stage of the pipeline asks the concern `{name}`"
            expected = "a program that asks it"
            yield _advice(name, "concern-unasked", message, expected)


def _advice(name: str, code: str, message: str, expected: str) -> Finding:
    fault = Fault(f"{name}/{MODEL_FILE}", 0, 0, code, message, expected)
    return Finding(fault, Severity.ADVICE)
