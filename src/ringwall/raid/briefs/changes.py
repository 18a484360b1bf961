"""What differs between a brief and the last one of the same state.

Must never compare briefs of two recipients: what one of them was told is not for the
other.
"""

import json
from dataclasses import dataclass
from typing import Any, Final

from ringwall.base.errors import RequestError
from ringwall.raid.briefs.brief import FORMAT

__all__ = ["MAX_BRIEF_BYTES", "Changes", "changes_of"]

MAX_BRIEF_BYTES: Final = 16 * 1024 * 1024
"""Largest brief that is read again."""

_Facts = dict[tuple[str, str, str], Any]


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs; each fact by case, what it is about, and name, in order.

    Attributes:
        new: told now, and not before.
        changed: told before with another value or label.
        gone: told before, and not now.
    """

    new: tuple[tuple[str, str, str], ...]
    changed: tuple[tuple[str, str, str], ...]
    gone: tuple[tuple[str, str, str], ...]

    def document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "new": [list(one) for one in self.new],
            "changed": [list(one) for one in self.changed],
            "gone": [list(one) for one in self.gone],
        }


def changes_of(before: bytes, now: bytes) -> Changes:
    """Return what differs between two briefs.

    Args:
        before: the last brief.
        now: the present one.

    Raises:
        RequestError: `brief-malformed`; `brief-of-another`, the last one was for
            another recipient.
    """
    was, told = _read(before), _read(now)
    if (was["state"], was["recipient"]) != (told["state"], told["recipient"]):
        raise RequestError(
            "brief-of-another",
            "the last brief was for another recipient",
            next_step="give the folder with the last brief of this very recipient, or "
            "leave --diff out",
        )
    old, new = _facts(was), _facts(told)
    both = old.keys() & new.keys()
    return Changes(
        tuple(sorted(new.keys() - old.keys())),
        tuple(sorted(one for one in both if old[one] != new[one])),
        tuple(sorted(old.keys() - new.keys())),
    )


def _read(data: bytes) -> dict[str, Any]:
    try:
        told = json.loads(data) if len(data) <= MAX_BRIEF_BYTES else None
        if not isinstance(told, dict) or told["kind"] != FORMAT:
            raise _malformed()
        _facts(told)
        document: dict[str, Any] = {**told, "state": told["state"]}
        return {**document, "recipient": told["recipient"]}
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _malformed() from None


def _facts(told: dict[str, Any]) -> _Facts:
    found: _Facts = {}
    for case in told["cases"]:
        for fact in case["facts"]:
            place = (str(case["case"]), str(fact["about"]), str(fact["name"]))
            found[place] = (fact["label"], fact["value"])
        for one in case["deadlines"]:
            place = (str(case["case"]), str(one["rule"]), f"deadline:{one['stage']}")
            found[place] = one["due"]
    return found


def _malformed() -> RequestError:
    return RequestError(
        "brief-malformed",
        "the last brief is none that ringwall wrote",
        next_step="give the folder into which the last briefs were written, unchanged",
    )
