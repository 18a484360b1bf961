"""What lint has to say of a policy that loads.

A finding never changes an answer; whoever reads it decides what becomes of it.
"""

from dataclasses import dataclass
from enum import StrEnum

from ringwall.base.errors import Fault

__all__ = ["Finding", "Severity"]


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    """Something is written that does not do what it says."""

    ADVICE = "advice"
    """Nothing is wrong, but somebody should know."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is doubtful at one place.

    Attributes:
        fault: the place, the code and the words.
        severity: how much it weighs.
    """

    fault: Fault
    severity: Severity = Severity.ERROR
