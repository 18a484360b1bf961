"""Gathers what is wrong with a concern, so that a person sees all of it at once.

Holds faults only; must never decide whether a file is acceptable on its own.
"""

from ringwall.base.errors import Fault, PolicyError
from ringwall.policy.dialect import MAX_FAULTS

__all__ = ["Faults"]


class Faults:
    """The faults found so far in the files of one concern, in the order found."""

    def __init__(self) -> None:
        self._kept: list[Fault] = []
        self._count = 0

    def __len__(self) -> int:
        """Return how many faults were found, kept or not."""
        return self._count

    def add(self, fault: Fault) -> None:
        """Note a fault; beyond the first fifty only their number is kept."""
        self._count += 1
        if self._count <= MAX_FAULTS:
            self._kept.append(fault)

    def refusal(self, what: str) -> PolicyError:
        """Return the error that lists what was found.

        Args:
            what: what is refused, for the message, e.g. "concern `access`".

        Returns:
            PolicyError: `policy-refused`, with the first fifty faults and a last one
            that counts the rest.
        """
        kept = list(self._kept)
        more = self._count - len(kept)
        if more:
            kept.append(Fault(kept[-1].file, 0, 0, "more-faults", f"and {more} more"))
        noun = "fault" if self._count == 1 else "faults"
        return PolicyError(
            "policy-refused",
            f"{what} is refused: {self._count} {noun}",
            next_step="correct the places listed and run `ringwall policy lint`",
            faults=tuple(kept),
        )
