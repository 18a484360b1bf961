"""Everybody and everything on record at one instant, in profiles that searches ask.

Must never count whom a check would not know: who is not in order is left out.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final, NamedTuple, TypeVar

from ringwall.model.decisions import Stage
from ringwall.model.facts import (
    AssetFacts,
    OrganisationFacts,
    PointFacts,
    SiteFacts,
    SubjectFacts,
)
from ringwall.model.requests import AccessRequest
from ringwall.pdp.facts import FactBase
from ringwall.pdp.missing import FactMissing
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
        "organisation.enforcing",
        "organisation.relation",
        "organisation.suspended",
        "asset.alignment_evaluation",
        "asset.compartments",
        "asset.compute",
        "asset.content",
        "asset.disclosure",
        "asset.equivalent",
        "asset.evaluator",
        "asset.kind",
        "asset.need_to_know",
        "asset.notice",
        "asset.security_evaluation",
        "asset.source_compartments",
        "asset.source_tier",
        "asset.tier",
        "point.interface",
        "point.tier",
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
    """An enforcement point, and the site at which it stands."""

    site: SiteFacts
    point: PointFacts


class Census:
    """The registry at one instant, each part counted when it is first needed.

    Who is alike depends on which concerns are asked: one of them may tell people
    apart by their ids, which the others do not read.

    Args:
        facts: the registry.
        now: the instant.
        concerns: by the stage at which they are asked.
    """

    def __init__(
        self, facts: FactBase, now: int, concerns: Mapping[Stage, Concern]
    ) -> None:
        self._facts = facts
        self._now = now
        self._read = {
            stage: {item.path for item in concern.schema.attributes}
            for stage, concern in concerns.items()
        }
        self._paths: dict[
            tuple[tuple[Stage, ...], tuple[str, ...]], frozenset[str]
        ] = {}
        self._parties: dict[frozenset[str], Population[Party]] = {}
        self._assets: dict[frozenset[str], Population[Holding]] = {}
        self._places: dict[frozenset[str], Population[Place]] = {}

    def parties(self, stages: tuple[Stage, ...]) -> Population[Party]:
        """Return people and services whose facts are in order.

        Args:
            stages: which are asked; those who are alike to all of them share a
                profile.
        """
        paths = self._read_of(stages, "subject", "organisation", "is_service")
        return _kept(self._parties, paths, self._people)

    def assets(self, stages: tuple[Stage, ...]) -> Population[Holding]:
        """Return assets that are held in a tier; see `parties`."""
        return _kept(self._assets, self._read_of(stages, "asset"), self._things)

    def places(self, stages: tuple[Stage, ...]) -> Population[Place]:
        """Return enforcement points whose sites are in order; see `parties`."""
        paths = self._read_of(stages, "site", "point")
        return _kept(self._places, paths, self._doors)

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
            FactMissing: it, or what it derives from, is not on record, or in no tier.
        """
        return Holding(self._facts.asset(resource, self._now))

    def place(self, point: str) -> Place:
        """Return what is known about an enforcement point and its site.

        Raises:
            FactMissing: it, or what it leans on, is not in order.
        """
        anchor = self._anchor
        asked = AccessRequest(anchor.subject, "", anchor.resource, point)
        found = self._facts.situation(asked, self._now)
        return Place(found.site, found.point)

    @cached_property
    def _people(self) -> dict[str, Party]:
        return dict(self._in_order(self._facts.subjects(), self.party))

    @cached_property
    def _things(self) -> dict[str, Holding]:
        return dict(self._in_order(self._facts.assets(), self.holding))

    @cached_property
    def _doors(self) -> dict[str, Place]:
        return dict(self._in_order(self._facts.points(), self.place))

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

    def _read_of(self, stages: tuple[Stage, ...], *objects: str) -> frozenset[str]:
        """Return the attributes that the floor and some concerns read of objects."""
        paths = self._paths.get((stages, objects))
        if paths is None:
            read = FLOOR_READS.union(*(self._read[stage] for stage in stages))
            paths = frozenset(p for p in read if p.partition(".")[0] in objects)
            self._paths[stages, objects] = paths
        return paths


def _kept(
    known: dict[frozenset[str], Population[_T]],
    paths: frozenset[str],
    members: Mapping[str, _T],
) -> Population[_T]:
    """Return the population parted by some attributes, made once."""
    found = known.get(paths)
    if found is None:
        found = known[paths] = Population(members, paths)
    return found
