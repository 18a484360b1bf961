"""Who can, what can, and which assets: the pipeline asked for those it could permit.

Every way is a permit of the very pipeline that checks, given that nothing has left
yet and that as many people are there as it takes; so the answers can't disagree with
it. Must never leave out a way that a check would permit.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, Final, TypeAlias

from ringwall.model.decisions import Stage
from ringwall.model.facts import (
    AmountFacts,
    AssetFacts,
    GrantFacts,
    SessionFacts,
    Situation,
)
from ringwall.model.levels import Authentication, Quorum
from ringwall.pdp.census import Census, Party
from ringwall.pdp.facts import FactBase
from ringwall.pdp.missing import FactMissing
from ringwall.pdp.pipeline import DecisionPoint
from ringwall.pdp.proof import MANY_PRESENT, Proof, Prover
from ringwall.pdp.stages import stages_of
from ringwall.policy.search.population import Population
from ringwall.policy.search.shortlist import Shortlist

__all__ = ["NOTHING_LEFT", "Page", "Search", "Way"]

NOTHING_LEFT: Final = AmountFacts(0, 0, 0, 0)
"""What a search assumes to have left: a way may be shut until a budget renews."""

_NO_SESSION = SessionFacts(Authentication.NONE, MANY_PRESENT)
_NO_GRANT = GrantFacts(Quorum.NONE)
_Entrance: TypeAlias = tuple[str, Proof]
"""A point, and the least proof that serves there."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way in: a subject, an action, an asset, through a point.

    Attributes:
        subject: id.
        action: e.g. `weights.read`.
        resource: id of the asset.
        point: id of the enforcement point.
        authentication: the weakest that serves with that quorum.
        quorum: the least approval that serves.
    """

    subject: str
    action: str
    resource: str
    point: str
    authentication: Authentication
    quorum: Quorum


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the ways, those of one subject or asset never split.

    Attributes:
        ways: by subject or asset, then by action and point.
        next: the id to go on after; empty when there is no more.
    """

    ways: tuple[Way, ...]
    next: str


class Search:
    """Searches the registry at one instant; the first question takes its census.

    Amounts count as nothing and presence as enough, since neither is on record
    ahead of a question.

    Args:
        decider: decides.
        facts: the registry.
        now: the instant.
    """

    def __init__(self, decider: DecisionPoint, facts: FactBase, now: int) -> None:
        concerns = {stage: item.concern for stage, item in decider.concerns.items()}
        self._actions = sorted(decider.actions)
        self._access = concerns[Stage.ACCESS]
        self._census = Census(facts, now, concerns)
        self._institute = facts.institute
        self._prover = Prover(decider)
        self._shortlists: dict[int, Shortlist] = {}

    def who_can(
        self, action: str, resource: str, *, after: str = "", limit: int = 0
    ) -> Page:
        """Return the ways by which anybody may act on an asset.

        Args:
            action: e.g. `weights.read`.
            resource: id of the asset; one that is not on record gives no ways.
            after: only subjects whose ids sort after it.
            limit: the most subjects; 0 for all.

        Raises:
            ValueError: the limit is negative.
        """
        return _page(self._by_subject(action, resource, after), limit)

    def what_can(self, subject: str, *, after: str = "", limit: int = 0) -> Page:
        """Return the ways by which one subject may act on anything.

        Args:
            subject: its id; one that is not on record gives no ways.
            after: only assets whose ids sort after it.
            limit: the most assets; 0 for all.

        Raises:
            ValueError: the limit is negative.
        """
        return _page(self._by_asset(subject, self._actions, after), limit)

    def which_assets(
        self, subject: str, action: str, *, after: str = "", limit: int = 0
    ) -> Page:
        """Return the ways by which one subject may do one thing.

        Args:
            subject: its id; one that is not on record gives no ways.
            action: e.g. `weights.read`.
            after: only assets whose ids sort after it.
            limit: the most assets; 0 for all.

        Raises:
            ValueError: the limit is negative.
        """
        return _page(self._by_asset(subject, [action], after), limit)

    def _shortlist(self, population: Population[Any]) -> Shortlist:
        """Return what finds members of a population, which the census keeps."""
        found = self._shortlists.get(id(population))
        if found is None:
            found = Shortlist(self._access, population)
            self._shortlists[id(population)] = found
        return found

    def _by_subject(
        self, action: str, resource: str, after: str
    ) -> Iterator[tuple[str, list[Way]]]:
        """Give the ways of each subject that has any."""
        try:
            asset = self._census.holding(resource).asset
        except FactMissing:
            return
        parties = self._census.parties(stages_of(action))
        known: dict[int, list[_Entrance]] = {}
        asked = {"asset": asset, "action": action}
        for rank in self._shortlist(parties).ranks(asked, after):
            profile = parties.profiles[rank]
            entrances = known.get(profile)
            if entrances is None:
                party = parties.examples[profile]
                entrances = known[profile] = self._entrances(party, action, asset)
            if entrances:
                subject = parties.ids[rank]
                yield subject, _ways(subject, action, resource, entrances)

    def _by_asset(
        self, subject: str, actions: Iterable[str], after: str
    ) -> Iterator[tuple[str, list[Way]]]:
        """Give the ways to each asset to which there are any."""
        try:
            party = self._census.party(subject)
        except FactMissing:
            return
        known: dict[tuple[int, str], list[_Entrance]] = {}
        asked = merge(*(self._assets_for(party, action, after) for action in actions))
        for rank, group in groupby(asked, itemgetter(0)):
            found: list[Way] = []
            for _, action in group:
                # The ranks are the same whichever concerns are asked.
                assets = self._census.assets(stages_of(action))
                profile, resource = assets.profiles[rank], assets.ids[rank]
                entrances = known.get((profile, action))
                if entrances is None:
                    asset = assets.examples[profile].asset
                    entrances = self._entrances(party, action, asset)
                    known[profile, action] = entrances
                found += _ways(subject, action, resource, entrances)
            if found:
                yield found[0].resource, found

    def _assets_for(
        self, party: Party, action: str, after: str
    ) -> Iterator[tuple[int, str]]:
        known = {
            "subject": party.subject,
            "organisation": party.organisation,
            "action": action,
        }
        assets = self._census.assets(stages_of(action))
        for rank in self._shortlist(assets).ranks(known, after):
            yield rank, action

    def _entrances(
        self, party: Party, action: str, asset: AssetFacts
    ) -> list[_Entrance]:
        """Return the points through which a question passes; sites alike ask once."""
        places = self._census.places(stages_of(action))
        proofs = [
            self._prover.least(
                Situation(
                    party.subject,
                    party.organisation,
                    asset,
                    place.site,
                    _NO_SESSION,
                    _NO_GRANT,
                    action,
                    place.point,
                    NOTHING_LEFT,
                    self._institute,
                )
            )
            for place in places.examples
        ]
        return [
            (point, proof)
            for point, profile in zip(places.ids, places.profiles, strict=True)
            for proof in proofs[profile]
        ]


def _ways(
    subject: str, action: str, resource: str, entrances: Iterable[_Entrance]
) -> list[Way]:
    return [
        Way(subject, action, resource, point, authentication, quorum)
        for point, (quorum, authentication) in entrances
    ]


def _page(found: Iterator[tuple[str, list[Way]]], limit: int) -> Page:
    if limit < 0:
        raise ValueError("the limit of a page can't be negative")
    shown = list(islice(found, limit) if limit else found)
    ways = tuple(way for _, some in shown for way in some)
    more = next(found, None) is not None
    return Page(ways, shown[-1][0] if more else "")
