"""What is known of a case, as briefs take it.

Must never hold who reported it, nor a deadline that tells when they became aware.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ringwall.raid.outgoing.lattice import Label
from ringwall.raid.routing.facts import CaseFacts, Report
from ringwall.raid.routing.labels import Tlp

__all__ = ["BriefedCase", "Deadline", "has_agreed", "is_refused"]


class Deadline(NamedTuple):
    """A deadline of the institute's own.

    Attributes:
        rule: id of the clock rule.
        stage: of it.
        due: instant, RFC 3339.
    """

    rule: str
    stage: str
    due: str


@dataclass(frozen=True, slots=True)
class BriefedCase:
    """A case whose briefing was decided on.

    Attributes:
        facts: what is known of it.
        briefing: which states are told: `none`, `affected` or `all`.
        compartments: that it is shut to.
        is_embargoed: whether an embargo is in force.
        defenders: contacts that may be told under it.
        deadlines: of clocks that the institute itself owes, in order.
    """

    facts: CaseFacts
    briefing: str
    compartments: frozenset[str] = frozenset()
    is_embargoed: bool = False
    defenders: frozenset[str] = frozenset()
    deadlines: tuple[Deadline, ...] = ()

    def concerned(self, ceiling: Tlp) -> frozenset[str]:
        """Return the states that it happened in, by what may be told.

        A report that may not be told says of no state that it is concerned: else what
        a state is told, or that it is told anything, would repeat the report.

        Args:
            ceiling: highest label that may be told.
        """
        named: set[str] = set()
        for report in self.facts.reports:
            said = report.document.get("states", "unknown")
            label = max(report.label, self.facts.standing.label)
            if said != "unknown" and label <= ceiling and not is_refused(report):
                named |= {*said}
        return frozenset(named)

    def label(self, tlp: Tlp, ceiling: Tlp) -> Label:
        """Return the label of a fact of the case.

        Args:
            tlp: of the fact.
            ceiling: as `concerned`.
        """
        states = {
            "all": None,
            "affected": self.concerned(ceiling),
        }.get(self.briefing, frozenset[str]())
        return Label(tlp, self.compartments, states, is_case=True)


def has_agreed(report: Report) -> bool:
    """Return whether a reporter has agreed that authorities are told."""
    return _consent(report).get("authorities") == "yes"


def is_refused(report: Report) -> bool:
    """Return whether a reporter does not want authorities to be told."""
    return _consent(report).get("authorities") == "no"


def _consent(report: Report) -> Mapping[str, str]:
    said: Mapping[str, str] = report.document.get("consent") or {}
    return said
