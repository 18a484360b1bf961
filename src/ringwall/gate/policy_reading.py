"""Policies for the gate, from whatever reads them; what is refused becomes a deny.

Must never tell where an institute lies: the fault goes on record.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from ringwall.base.errors import DeclarationError, PolicyError
from ringwall.gate.ground import LoadedPolicies
from ringwall.pdp.pipeline import DecisionPoint
from ringwall.threats.catalogue import Catalogue

__all__ = ["PoliciesRead", "PolicyReading"]


class PoliciesRead(Protocol):
    """Policies and threat models as they were read together."""

    @property
    def decider(self) -> DecisionPoint:
        """What they decide."""
        ...

    @property
    def catalogue(self) -> Catalogue:
        """The threat models."""
        ...

    @property
    def digest(self) -> str:
        """Hex digest of both together."""
        ...

    @property
    def concerns(self) -> Mapping[str, str]:
        """Concern name -> hex digest of its files."""
        ...


class PolicyReading:
    """A source of policies.

    Args:
        read: reads them, or raises why they are refused.
        folder: of the institute, to be left out of what is told.
    """

    def __init__(self, read: Callable[[], PoliciesRead], folder: Path) -> None:
        self._read = read
        self._folder = folder

    def load(self) -> LoadedPolicies:
        """Return what is read now, or why it can't be used."""
        try:
            read = self._read()
        except (DeclarationError, PolicyError) as error:
            fault = str(error.faults[0]) if error.faults else error.message
            told = fault.replace(f"{self._folder}/", "")
            return LoadedPolicies(None, "", told)
        return LoadedPolicies(
            read.decider,
            read.digest,
            concerns=read.concerns,
            catalogue=read.catalogue,
        )
