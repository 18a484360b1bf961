"""Who else is there, as natural persons: a second pair of eyes has a head of its own.

Must never count who asks, by whatever account, nor anybody twice.
"""

from collections.abc import Mapping
from typing import Protocol

from ringwall.model.declarations import Document
from ringwall.model.facts import AssetFacts, OrganisationFacts, SubjectFacts
from ringwall.model.levels import Domain
from ringwall.model.parties import Person
from ringwall.model.requests import AccessRequest
from ringwall.model.tiers import TIER_VECTORS
from ringwall.pdp.missing import FactMissing
from ringwall.pdp.natural_persons import natural_person

__all__ = ["KnownPeople", "people_present"]

_INSTITUTE = "institute"


class KnownPeople(Protocol):
    """What is known of people, as a `FactBase` tells it."""

    @property
    def natural_persons(self) -> Mapping[str, str]:
        """For each person's id, one that stands for the natural person."""
        ...

    def documents(self) -> Mapping[str, Document]:
        """Return id -> declared value."""
        ...

    def subject(self, entity: str, now: int) -> tuple[SubjectFacts, OrganisationFacts]:
        """Return the facts of a person, and of their organisation."""
        ...


def people_present(
    request: AccessRequest, asset: AssetFacts, known: KnownPeople, now: int
) -> int:
    """Return how many of the institute's other people are there who may see an asset.

    Args:
        request: it names who is there; a service and who runs it are one.
        asset: what is asked for.
        known: who there is.
        now: the instant.
    """
    documents, persons = known.documents(), known.natural_persons
    there = {
        persons[one]
        for one in set(request.present)
        if isinstance(documents.get(one), Person) and _may_see(one, asset, known, now)
    }
    return len(there - {natural_person(request.subject, documents, persons)})


def _may_see(entity: str, asset: AssetFacts, known: KnownPeople, now: int) -> bool:
    try:
        person, organisation = known.subject(entity, now)
    except FactMissing:
        return False
    return (
        not person.suspended
        and not organisation.suspended
        and organisation.relation == _INSTITUTE
        and person.personnel >= TIER_VECTORS[asset.tier][Domain.PERSONNEL]
        and asset.compartments <= person.compartments
    )
