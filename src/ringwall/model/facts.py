"""What the registry knows about the parties of one question, at one instant.

These are the objects that policies see. Each attribute has a definite value:
evidence that is missing or has lapsed shows as the lowest of its scale.
"""

from dataclasses import dataclass
from typing import NamedTuple

from ringwall.model.levels import (
    Authentication,
    Capability,
    Quorum,
    Screening,
    SecurityLevel,
)
from ringwall.model.tiers import Tier

__all__ = [
    "AssetFacts",
    "GrantFacts",
    "Lapse",
    "OrganisationFacts",
    "SessionFacts",
    "SiteFacts",
    "Situation",
    "SubjectFacts",
]


@dataclass(frozen=True, slots=True)
class Lapse:
    """Evidence that would have counted, had it been in date.

    Attributes:
        attribute: the fact it was for, e.g. `personnel`.
        value: what it attested, as text.
        start: instant from which it counts.
        until: instant at which it ceases to count.
    """

    attribute: str
    value: str
    start: int
    until: int


@dataclass(frozen=True, slots=True)
class SubjectFacts:
    """A person or service.

    A service always has the role `service`, and the personnel level of its operator.
    """

    id: str
    roles: frozenset[str]
    compartments: frozenset[str]
    personnel: SecurityLevel
    suspended: bool
    lapses: tuple[Lapse, ...] = ()


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """The organisation a subject belongs to; scores run from 0 to 100."""

    id: str
    relation: str
    screening: Screening
    cyber: SecurityLevel
    rule_of_law: int
    freedoms: int
    suspended: bool
    lapses: tuple[Lapse, ...] = ()


@dataclass(frozen=True, slots=True)
class AssetFacts:
    """A thing that is guarded; `compute` is the upper bound of training FLOP."""

    id: str
    kind: str
    tier: Tier
    compartments: frozenset[str]
    compute: int
    capability: Capability
    content: str


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """The site of the enforcement point that asks.

    `level` is the weakest of weights, network, assurance and detection: strength
    in one domain never makes up for another (RAND ch. 6).
    """

    id: str
    level: SecurityLevel
    weights: SecurityLevel
    network: SecurityLevel
    assurance: SecurityLevel
    detection: SecurityLevel
    personnel: SecurityLevel
    lapses: tuple[Lapse, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What the caller proved about the session."""

    authentication: Authentication


@dataclass(frozen=True, slots=True)
class GrantFacts:
    """What was approved for this request."""

    quorum: Quorum


class Situation(NamedTuple):
    """All facts that bear on one question; the request object of every concern."""

    subject: SubjectFacts
    organisation: OrganisationFacts
    asset: AssetFacts
    site: SiteFacts
    session: SessionFacts
    grant: GrantFacts
    action: str
