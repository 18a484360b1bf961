"""Who there is: organisations, people and services.

People carry a pseudonymous id only: names don't belong in a log that never forgets.
"""

from typing import Annotated, Final, Literal, Self, get_args

from pydantic import Field, field_validator, model_validator

from ringwall.model.credentials import Login, RegisteredKey, check_credentials
from ringwall.model.dated import (
    Attestation,
    Evidence,
    MeasureException,
    Screened,
    check_apart,
)
from ringwall.model.fields import Listed, Words
from ringwall.model.ids import UNPROVEN, prefix_of
from ringwall.model.values import OrganisationId, PersonId, ServiceId, Strict, Text

__all__ = [
    "INDEPENDENT_RELATIONS",
    "RELATIONS",
    "OpenSource",
    "Organisation",
    "Person",
    "Programme",
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

_Months = Annotated[int, Field(ge=1, le=120)]
OpenSource = Literal["scenario-1", "scenario-2", "scenario-3"]
_INSTITUTES_OWN: Final = ("open_source", "identity", "programme")
_STATES: Final = frozenset({"member-state", "associated-state", "candidate-state"})


class Programme(Strict):
    """How long what the institute knows of its people counts, in months.

    Attributes:
        screening_months: a screening.
        training_months: training against insider threats.
        integrity_months: an integrity test.
        review_months: the confirmation, by somebody else, of a power that was held.
    """

    screening_months: _Months = 6
    training_months: _Months = 12
    integrity_months: _Months = 12
    review_months: _Months = 6


class Organisation(Strict):
    """The institute itself, a partner, a licensee, an assessor or a government.

    Attributes:
        enforcing: whether it enforces law; what such a body may not see of RAID
            does not depend on its relation.
        open_source: which of the three scenarios of the report (section on open
            source) the institute goes by; only the institute has one.
        identity: `claimed` where who asks is believed as it is said, for examples and
            trials; left out, everybody proves it. Only the institute has one.
        programme: how long what is known of people counts; only the institute has one.
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
    identity: Literal["claimed"] | None = None
    programme: Programme | None = None
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
        if not self.is_institute:
            for name in _INSTITUTES_OWN:
                if getattr(self, name) is not None:
                    raise ValueError(f"only the institute has `{name}`")
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
    """A natural person, known by a pseudonymous id.

    Attributes:
        keys: SSH keys that are theirs alone, for sessions and approvals.
        logins: what providers of identity call them.
        manager: who they report to.
        account_of: the person of whom this is a further account.
    """

    id: PersonId
    organisation: OrganisationId
    roles: Words = ()
    compartments: Words = ()
    screening: Screened | None = None
    suspended: bool = False
    keys: Annotated[tuple[RegisteredKey, ...], Listed] = ()
    logins: Annotated[tuple[Login, ...], Listed] = ()
    manager: PersonId | None = None
    account_of: PersonId | None = None
    note: Text | None = None

    @field_validator("id")
    @classmethod
    def _somebody(cls, entity: str) -> str:
        if entity == UNPROVEN:
            raise ValueError(f"`{UNPROVEN}` stands for whoever proved nothing")
        return entity

    @model_validator(mode="after")
    def _related(self) -> Self:
        if self.id in {self.manager, self.account_of}:
            raise ValueError("nobody is their own `manager` or `account_of` themselves")
        check_credentials(self.keys, self.logins)
        return self


class Service(Strict):
    """A program with an identity; its operator answers for it.

    Attributes:
        keys: SSH keys that are its own, for sessions.
        logins: what providers of identity call it.
    """

    id: ServiceId
    organisation: OrganisationId
    operator: PersonId
    roles: Words = ()
    compartments: Words = ()
    suspended: bool = False
    keys: Annotated[tuple[RegisteredKey, ...], Listed] = ()
    logins: Annotated[tuple[Login, ...], Listed] = ()
    note: Text | None = None

    @model_validator(mode="after")
    def _proven(self) -> Self:
        check_credentials(self.keys, self.logins)
        return self
