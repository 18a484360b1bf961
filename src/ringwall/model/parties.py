"""Who there is: organisations, people and services.

People carry a pseudonymous id only: names don't belong in a log that never forgets.
"""

from typing import Annotated, Final, Literal, Self, get_args

from pydantic import model_validator

from ringwall.model.dated import (
    Attestation,
    Evidence,
    MeasureException,
    Screened,
    check_apart,
)
from ringwall.model.fields import Listed, Words
from ringwall.model.ids import prefix_of
from ringwall.model.values import OrganisationId, PersonId, ServiceId, Strict, Text

__all__ = [
    "INDEPENDENT_RELATIONS",
    "RELATIONS",
    "OpenSource",
    "Organisation",
    "Person",
    "Relation",
    "Service",
]

Relation = Literal[
    "institute",
    "partner",
    "licensee",
    "research-organisation",
    "member-state",
    "associated-state",
    "candidate-state",
    "international-body",
    "eu-institution",
    "assessor",
]
RELATIONS: Final[tuple[str, ...]] = get_args(Relation)
"""What an organisation can be to the institute."""
INDEPENDENT_RELATIONS: Final[frozenset[str]] = frozenset({"assessor", "eu-institution"})
"""Whose word counts where the word of the judged, or of their friends, does not:
of measures from SL3 up and of evaluations of training runs."""

OpenSource = Literal["scenario-1", "scenario-2", "scenario-3"]
_STATES: Final = frozenset({"member-state", "associated-state", "candidate-state"})


class Organisation(Strict):
    """The institute itself, a partner, a licensee, an assessor or a government.

    Attributes:
        enforcing: whether it enforces law; what such a body may not see of RAID
            does not depend on its relation.
        open_source: which of the three scenarios of the report (section on open
            source) the institute goes by; only the institute has one.
        attestations: of measures that hold for the organisation as a whole, and so
            for each site that it runs.
        exceptions: likewise.
    """

    id: OrganisationId
    relation: Relation
    evidence: Annotated[tuple[Evidence, ...], Listed] = ()
    suspended: bool = False
    enforcing: bool = False
    open_source: OpenSource | None = None
    attestations: Annotated[tuple[Attestation, ...], Listed] = ()
    exceptions: Annotated[tuple[MeasureException, ...], Listed] = ()
    note: Text | None = None

    @model_validator(mode="after")
    def _kind_fits(self) -> Self:
        if (self.relation in _STATES) != (prefix_of(self.id) == "gov"):
            raise ValueError("states have ids gov:..., all others org:...")
        return self

    @model_validator(mode="after")
    def _institutes_own(self) -> Self:
        if self.open_source and not self.is_institute:
            raise ValueError("only the institute has `open_source`")
        return self

    @model_validator(mode="after")
    def _apart(self) -> Self:
        check_apart((m, a) for a in self.attestations for m in a.measures)
        check_apart((e.measure, e) for e in self.exceptions)
        return self

    @property
    def is_institute(self) -> bool:
        """Whether it is the institute itself."""
        return self.relation == "institute"


class Person(Strict):
    """A natural person, known by a pseudonymous id."""

    id: PersonId
    organisation: OrganisationId
    roles: Words = ()
    compartments: Words = ()
    screening: Screened | None = None
    suspended: bool = False
    note: Text | None = None


class Service(Strict):
    """A program with an identity; its operator answers for it."""

    id: ServiceId
    organisation: OrganisationId
    operator: PersonId
    roles: Words = ()
    compartments: Words = ()
    suspended: bool = False
    note: Text | None = None
