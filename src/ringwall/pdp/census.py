"""Everybody and everything on record at one instant, in profiles that searches ask.

Must never count whom a check would not know: who is not in order is left out.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Final, NamedTuple, TypeVar

from ringwall.model.declarations import Asset
from ringwall.model.facts import (
    AssetFacts,
    OrganisationFacts,
    SiteFacts,
    SubjectFacts,
)
from ringwall.model.requests import AccessRequest
from ringwall.pdp.facts import FactBase, FactMissing, asset_facts
from ringwall.policy.concern import Concern
from ringwall.policy.search.population import Population

__all__ = ["FLOOR_READS", "Census", "Holding", "Party", "Place"]

FLOOR_READS: Final = frozenset(
    {
        "is_service",
        "subject.compartments",
        "subject.personnel",
        "subject.suspended",
        "organisation.cyber",
        "organisation.relation",
        "organisation.suspended",
        "asset.compartments",
        "asset.content",
        "asset.kind",
        "asset.tier",
        "site.assurance",
        "site.detection",
        "site.network",
        "site.personnel",
        "site.weights",
    }
)
"""What the floor reads of the parties, so that no profile joins what it parts."""

_SERVICE: Final = "service:"
_T = TypeVar("_T")
_NOBODY: Final = AccessRequest("", "", "", "")
# With one of these the point is at fault, whoever asks.
_POINT_FAULTS: Final = frozenset(
    {"unknown-site", "unknown-site-operator", "site-operator-suspended"}
)


class Party(NamedTuple):
    """A person or service with its organisation."""

    subject: SubjectFacts
    organisation: OrganisationFacts
    is_service: bool


class Holding(NamedTuple):
    """An asset that is held in a tier."""

    asset: AssetFacts


class Place(NamedTuple):
    """The site at which an enforcement point stands."""

    site: SiteFacts


class Census:
    """The registry at one instant, each part counted when it is first needed.

    Args:
        facts: the registry.
        now: the instant.
        concerns: that read the facts.
    """

    def __init__(self, facts: FactBase, now: int, concerns: Iterable[Concern]) -> None:
        self._facts = facts
        self._now = now
        paths = {item.path for one in concerns for item in one.schema.attributes}
        self._read = FLOOR_READS | paths

    @cached_property
    def parties(self) -> Population[Party]:
        """People and services whose facts are in order."""
        found = dict(self._in_order(self._facts.subjects(), self.party))
        return Population(found, self._read_of("subject", "organisation", "is_service"))

    @cached_property
    def assets(self) -> Population[Holding]:
        """Assets that are held in a tier."""
        found = dict(self._in_order(self._facts.assets(), self.holding))
        return Population(found, self._read_of("asset"))

    @cached_property
    def places(self) -> Population[Place]:
        """Enforcement points whose sites are in order."""
        found = dict(self._in_order(self._facts.points(), self.place))
        return Population(found, self._read_of("site"))

    def party(self, subject: str) -> Party:
        """Return what is known about a subject.

        Raises:
            FactMissing: it, or what it leans on, is not in order.
        """
        anchor = self._anchor
        asked = AccessRequest(subject, "", anchor.resource, anchor.point)
        found = self._facts.situation(asked, self._now)
        is_service = subject.startswith(_SERVICE)
        return Party(found.subject, found.organisation, is_service)

    def holding(self, resource: str) -> Holding:
        """Return what is known about an asset.

        Raises:
            FactMissing: it is not on record, or in no tier.
        """
        document = self._facts.documents().get(resource)
        if not isinstance(document, Asset):
            raise FactMissing(
                "unknown-resource", f"`{resource[:128]}` is not on record"
            )
        return Holding(asset_facts(document))

    def place(self, point: str) -> Place:
        """Return what is known about the site of an enforcement point.

        Raises:
            FactMissing: it, or what it leans on, is not in order.
        """
        anchor = self._anchor
        asked = AccessRequest(anchor.subject, "", anchor.resource, point)
        return Place(self._facts.situation(asked, self._now).site)

    @cached_property
    def _anchor(self) -> AccessRequest:
        """A question in which all is in order, so that one part can be put in place.

        Where there is none, one in which nothing is.
        """
        facts = self._facts
        held = self._in_order(facts.assets(), self.holding)
        resource = next((entity for entity, _ in held), "")
        subjects = facts.subjects()
        for point in facts.points() if resource else ():
            for subject in subjects:
                request = AccessRequest(subject, "", resource, point)
                try:
                    facts.situation(request, self._now)
                except FactMissing as missing:
                    if missing.reason.code in _POINT_FAULTS:
                        break
                else:
                    return request
        return _NOBODY

    @staticmethod
    def _in_order(
        entities: Iterable[str], look: Callable[[str], _T]
    ) -> Iterator[tuple[str, _T]]:
        for entity in entities:
            try:
                found = look(entity)
            except FactMissing:
                continue
            yield entity, found

    def _read_of(self, *objects: str) -> set[str]:
        return {path for path in self._read if path.partition(".")[0] in objects}
