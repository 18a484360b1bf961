"""Two engines that answer one question of one policy differently.

Holds what each of them said, in words. Must never say which of them is right.
"""

from dataclasses import dataclass

from typing_extensions import override

__all__ = ["Disagreement"]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What the engine that decides and stock Casbin said of one concern.

    Attributes:
        concern: name of the concern, e.g. `access`.
        compiled: what the compiled form answered, e.g. `permit by acc-021`.
        casbin: what stock Casbin answered, e.g. `deny`, or how it failed.
    """

    concern: str
    compiled: str
    casbin: str

    @override
    def __str__(self) -> str:
        """Return both answers on one line, for an officer."""
        return f"compiled: {self.compiled}; Casbin: {self.casbin}"
