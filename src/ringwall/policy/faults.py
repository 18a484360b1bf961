"""Gathers what is wrong with a concern, so that a person sees all of it at once.

Holds faults only; must never hold so many that a hostile file costs time.
"""

from dataclasses import replace

from ringwall.base.errors import Fault, PolicyError
from ringwall.policy.dialect import MAX_FAULTS

__all__ = ["Faults", "shown"]


def shown(text: str) -> str:
    """Return text that can do nothing to a terminal: one line, all of it visible."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


class Faults:
    """The faults found so far in the files of one concern, in the order found."""

    def __init__(self) -> None:
        self._kept: list[Fault] = []

    def __len__(self) -> int:
        """Return how many faults were found."""
        return len(self._kept)

    def add(self, fault: Fault) -> None:
        """Note a fault; the one after the last that is kept ends the reading.

        Nobody reads thousands of faults, and finding them all is what would make a
        hostile file slow to refuse.

        Raises:
            PolicyError: `policy-refused`, with `MAX_FAULTS` faults and a last one,
                `more-faults`, at the place where the reading ended.
        """
        if len(self._kept) == MAX_FAULTS:
            message = "reading ends here; what follows may hold more faults"
            place = (fault.file, fault.line, 0)
            self._kept.append(Fault(*place, "more-faults", message))
            raise _refusal(f"what was read is refused: over {MAX_FAULTS}", self._kept)
        file, message = shown(fault.file), shown(fault.message)
        self._kept.append(replace(fault, file=file, message=message))

    def refusal(self, what: str) -> PolicyError:
        """Return the error that lists what was found.

        Args:
            what: what is refused, for the message, e.g. "concern `access`".

        Returns:
            PolicyError: `policy-refused`, with every fault found.
        """
        return _refusal(f"{what} is refused: {len(self._kept)}", self._kept)


def _refusal(message: str, faults: list[Fault]) -> PolicyError:
    noun = "fault" if len(faults) == 1 else "faults"
    return PolicyError(
        "policy-refused",
        f"{message} {noun}",
        next_step="correct the places listed and run `ringwall policy lint`",
        faults=tuple(faults),
    )
