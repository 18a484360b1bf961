"""What the registry knows about the parties of one question, at one instant.

These are the objects that policies see. Each attribute has a definite value:
evidence that is missing or has lapsed shows as the lowest of its scale, an amount
that nobody knows as more than any budget.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

from ringwall.model.levels import (
    Agreement,
    Authentication,
    Capability,
    ClusterStanding,
    Disclosure,
    DualUse,
    Equivalence,
    Integrity,
    Proof,
    Quorum,
    Screening,
    SecurityLevel,
)
from ringwall.model.tiers import Tier

__all__ = [
    "UNKNOWN_AMOUNT",
    "WINDOWS",
    "AmountFacts",
    "ApprovalFacts",
    "AssetFacts",
    "ExceptionFacts",
    "GrantFacts",
    "InstituteFacts",
    "Lapse",
    "OrganisationFacts",
    "PointFacts",
    "SessionFacts",
    "SiteFacts",
    "Situation",
    "SubjectFacts",
]

UNKNOWN_AMOUNT: Final = 10**60
"""What an amount that is not known counts as: more than a number may be."""

_HOUR: Final = 3600 * 1_000_000
WINDOWS: Final[Mapping[str, int]] = MappingProxyType(
    {"hour": _HOUR, "month": 30 * 24 * _HOUR, "year": 365 * 24 * _HOUR}
)
"""The times in which what leaves is added up, in microseconds up to now."""


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

    Attributes:
        id: its id.
        roles: that it holds.
        compartments: that it is in.
        personnel: level of screening, training, tests and confirmation.
        suspended: whether it, or who runs it, is suspended or has left.
        lapses: what is out of date and holds the personnel level down.
        lacks: what holds it down and has no dates, in words.
    """

    id: str
    roles: frozenset[str]
    compartments: frozenset[str]
    personnel: SecurityLevel
    suspended: bool
    lapses: tuple[Lapse, ...] = ()
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """The organisation a subject belongs to; scores run from 0 to 100."""

    id: str
    relation: str
    screening: Screening
    agreement: Agreement
    cyber: SecurityLevel
    rule_of_law: int
    freedoms: int
    suspended: bool
    enforcing: bool
    lapses: tuple[Lapse, ...] = ()


@dataclass(frozen=True, slots=True)
class AssetFacts:
    """A thing that is guarded.

    Attributes:
        id: its id.
        kind: e.g. `model-weights`.
        tier: that it is held in.
        compartments: that whoever reaches it must be in.
        compute: upper bound of training FLOP, summed over all it derives from.
        capability: the highest of its own and of all it derives from.
        content: e.g. `restricted`.
        source_tier: the highest tier of what it derives from; lower if nothing.
        source_compartments: all compartments of what it derives from.
        integrity: how far its content is vouched for.
        dual_use: the worst of its own and of all it derives from.
        disclosure: where coordinated disclosure stands.
        authors: who wrote it.
        equivalent: whether it, or any it derives from, counts as above 1e26 FLOP.
        notice: of a training run, whether notice of it was given.
        security_evaluation: whether a third party evaluated its security.
        alignment_evaluation: whether a third party evaluated its alignment procedures.
        evaluator: whether an evaluator on the premises is agreed.
        need_to_know: whether it, or any it derives from, is open only to who is
            approved for it by name.
        lapses: safeguards that are out of date.
    """

    id: str
    kind: str
    tier: Tier
    compartments: frozenset[str]
    compute: int
    capability: Capability
    content: str
    source_tier: Tier = Tier.LOWER
    source_compartments: frozenset[str] = frozenset()
    integrity: Integrity = Integrity.UNVERIFIED
    dual_use: DualUse = DualUse.UNKNOWN
    disclosure: Disclosure = Disclosure.PENDING
    authors: frozenset[str] = frozenset()
    equivalent: Equivalence = Equivalence.NO
    notice: Proof = Proof.NONE
    security_evaluation: Proof = Proof.NONE
    alignment_evaluation: Proof = Proof.NONE
    evaluator: Proof = Proof.NONE
    need_to_know: bool = False
    lapses: tuple[Lapse, ...] = ()


@dataclass(frozen=True, slots=True)
class ExceptionFacts:
    """A compensating measure without which a site would be on a lower level.

    Attributes:
        measure: id of the measure that is not in force.
        domain: the domain it lifts.
        bare: the level of the domain without any exception.
        until: instant at which it ends.
    """

    measure: str
    domain: str
    bare: SecurityLevel
    until: int


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """The site of the enforcement point that asks.

    `level` is the weakest of weights, network, assurance and detection: strength
    in one domain never makes up for another (RAND ch. 6).

    Attributes:
        id: its id.
        level: the weakest of the first four domains.
        weights: level reached in protecting the weights themselves.
        network: level reached of networks, machines and suppliers.
        assurance: level reached in testing all this.
        detection: level reached in noticing and answering attacks.
        personnel: level reached in choosing and training people.
        cluster: how its machines stand before compute oversight.
        exceptions: those without which a domain would be on a lower level.
        lapses: measures out of date that the next level of their domain lacks.
        lacks: domain and measure, of what the next level of each domain lacks: never
            attested or out of date; the first few of each domain.
        shared_lacks: domain and measure, of what its operator as a whole lacks at the
            lowest level at which it lacks anything: none of its sites gets there.
    """

    id: str
    level: SecurityLevel
    weights: SecurityLevel
    network: SecurityLevel
    assurance: SecurityLevel
    detection: SecurityLevel
    personnel: SecurityLevel
    cluster: ClusterStanding = ClusterStanding.UNREGISTERED
    exceptions: tuple[ExceptionFacts, ...] = ()
    lapses: tuple[Lapse, ...] = ()
    lacks: tuple[tuple[str, str], ...] = ()
    shared_lacks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What the caller proved about the session.

    Attributes:
        authentication: how it was proved.
        present: how many other people, on record and screened for the tier of the
            asset, are there.
    """

    authentication: Authentication
    present: int = 0


@dataclass(frozen=True, slots=True)
class GrantFacts:
    """What was approved for this request."""

    quorum: Quorum


@dataclass(frozen=True, slots=True)
class ApprovalFacts:
    """What was asked of a quorum, and who has agreed.

    Attributes:
        asked: the word that is looked for, such as `two`.
        manner: `approved`, or `break-glass` where nobody was asked.
        seats: `<role>-<count>` of each role in whose seat somebody has approved,
            such as `custodian-2`; nobody fills two.
        hours: how long it holds from its start to its end, rounded up.
        uses: how often it may be used; `UNKNOWN_AMOUNT` if that is not counted.
        waited: whole hours from the request up to now.
    """

    asked: Quorum
    manner: str
    seats: frozenset[str]
    hours: int
    uses: int
    waited: int


@dataclass(frozen=True, slots=True)
class PointFacts:
    """The enforcement point that asks, with its labels."""

    id: str
    interface: str
    tier: Tier
    integrity: Integrity


@dataclass(frozen=True, slots=True)
class AmountFacts:
    """What will have left once this request is served, itself included.

    Attributes:
        hour: bytes through this point in the hour up to now.
        month: bytes by this subject in the 30 days up to now.
        share: of this asset in the 365 days up to now, by everybody, in parts per
            million of its effective size (RAND App. B: a tenth of its bytes).
        copies: copies made of this asset so far.
    """

    hour: int = UNKNOWN_AMOUNT
    month: int = UNKNOWN_AMOUNT
    share: int = UNKNOWN_AMOUNT
    copies: int = UNKNOWN_AMOUNT


@dataclass(frozen=True, slots=True)
class InstituteFacts:
    """What the institute has set for itself on record.

    `open_source` is `undeclared` or one of `scenario-1` to `scenario-3`; `identity`
    is `claimed` where who asks is believed, and `proven` otherwise.
    """

    open_source: str
    identity: str = "proven"


class Situation(NamedTuple):
    """All facts that bear on one question; the request object of every concern."""

    subject: SubjectFacts
    organisation: OrganisationFacts
    asset: AssetFacts
    site: SiteFacts
    session: SessionFacts
    grant: GrantFacts
    action: str
    point: PointFacts
    amount: AmountFacts
    institute: InstituteFacts
