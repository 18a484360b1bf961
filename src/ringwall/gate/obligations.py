"""What a permit obliges to: checked by the gate, or handed to the caller.

Must never let an obligation pass that nobody carries out: an unknown one is a deny.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from ringwall.model.decisions import Reason, Stage
from ringwall.model.requests import AccessRequest

__all__ = ["CALLERS", "NOTIFY", "OBLIGATIONS", "Obliged", "obliged_by"]

NOTIFY: Final = "notify"
"""The obligation that the gate carries out itself, by an event beside the decision."""
_LEAST_PURPOSE: Final = 10


class Obliged(NamedTuple):
    """What obligations come to for one request.

    Attributes:
        words: what the caller must carry out, sorted.
        reasons: why it is a deny after all; empty if it is not.
    """

    words: tuple[str, ...]
    reasons: tuple[Reason, ...]


def obliged_by(words: Iterable[str], request: AccessRequest, others: int) -> Obliged:
    """Return what a permit with these obligations asks of the caller.

    Args:
        words: the obligations of the rows that permit.
        request: what was stated, and what the caller says it can carry out.
        others: how many other people are there, as the decision counted them.
    """
    obliged = sorted(set(words))
    reasons = [_reason(word, request, others) for word in obliged]
    theirs = tuple(word for word in obliged if word in CALLERS)
    return Obliged(theirs, tuple(reason for reason in reasons if reason is not None))


def _reason(word: str, request: AccessRequest, others: int) -> Reason | None:
    """Return why an obligation is not met, None if it is."""
    check = _CHECKS.get(word)
    if check is None:
        return Reason(
            Stage.OBLIGATION,
            "obligation-unknown",
            f"nobody knows how to carry out the obligation `{word}`",
            condition=word,
        )
    return check(request, others)


def _purpose(request: AccessRequest, _: int) -> Reason | None:
    length = len(request.purpose.strip())
    if length >= _LEAST_PURPOSE:
        return None
    return Reason(
        Stage.OBLIGATION,
        "purpose-missing",
        "the purpose has to be stated, for the record",
        condition="record-purpose",
        seen=f"{length} characters",
        needed=f"{_LEAST_PURPOSE} characters or more",
    )


def _amount(request: AccessRequest, _: int) -> Reason | None:
    if request.amount is not None:
        return None
    return Reason(
        Stage.OBLIGATION,
        "amount-not-stated",
        "the bytes that are to leave have to be stated",
        condition="byte-budget",
        seen="none stated",
        needed="a number of bytes",
    )


def _presence(_: AccessRequest, others: int) -> Reason | None:
    if others >= 1:
        return None
    return Reason(
        Stage.OBLIGATION,
        "nobody-else-present",
        "somebody else who may be there has to be",
        condition="four-eyes",
        seen="nobody else",
        needed="1 other or more",
    )


def _watermark(request: AccessRequest, _: int) -> Reason | None:
    if "watermark" in request.handles:
        return None
    return Reason(
        Stage.OBLIGATION,
        "obligation-unsupported",
        "the caller does not say that it can carry out the obligation `watermark`",
        condition="watermark",
        seen=", ".join(request.handles) or "none",
        needed="watermark",
    )


def _notice(_: AccessRequest, __: int) -> Reason | None:
    return None


_CHECKS: Final[Mapping[str, Callable[[AccessRequest, int], Reason | None]]] = {
    "byte-budget": _amount,
    "four-eyes": _presence,
    NOTIFY: _notice,
    "record-purpose": _purpose,
    "watermark": _watermark,
}
CALLERS: Final = frozenset({"watermark"})
"""Those that only the caller can carry out."""
OBLIGATIONS: Final = frozenset(_CHECKS)
"""Every obligation that there is."""
