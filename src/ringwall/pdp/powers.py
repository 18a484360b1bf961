"""Who holds a power: the people to whom a row of the access policy gives it.

Counts by roles alone, so never too few: that a row also asks for a site, a proof or
an approval takes nobody off the list.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from ringwall.model.declarations import Document
from ringwall.model.parties import Organisation, Person, Service
from ringwall.model.tiers import Tier
from ringwall.policy.concern import Concern
from ringwall.policy.rows import Rule
from ringwall.policy.search.ties import Tie, read_ties

__all__ = ["holders"]

_SERVICE: Final = "service"


def holders(
    actions: Collection[str],
    tier: Tier,
    access: Concern,
    documents: Mapping[str, Document],
) -> frozenset[str]:
    """Return the ids of the natural persons who hold a power.

    Those hold it whose roles, with all that they include, an allow row names for one
    of the actions in the tier or above. A service counts as who runs it. Whoever is
    suspended, or whose organisation is, holds nothing.

    Args:
        actions: of the power.
        tier: the lowest in which it counts.
        access: the concern that says what roles may do.
        documents: id -> declared value.
    """
    giving: set[object] = set()
    for words in _roles_given(actions, tier, access):
        if words is None:
            return frozenset(_people(documents, None))
        giving.update(words)
    return frozenset(_people(documents, giving))


def _roles_given(
    actions: Collection[str], tier: Tier, access: Concern
) -> Iterator[Collection[object] | None]:
    """Give the roles that each row serves which gives a power; None for any role."""
    ties = {tie.path: tie for tie in read_ties(access)}
    roles = ties.get("subject.roles")
    for rule in access.rules:
        action = _field(rule, ties.get("action"))
        held = _field(rule, ties.get("asset.tier"))
        gives = action is None or action in actions
        reaches = held is None or (isinstance(held, int) and held >= tier)
        if rule.effect == "allow" and gives and reaches:
            field = _field(rule, roles)
            yield None if roles is None or field is None else roles.words_serving(field)


def _field(rule: Rule, tie: Tie | None) -> str | int | frozenset[str] | None:
    """Return what a row asks of an attribute; None where it asks nothing."""
    return None if tie is None else rule.values[tie.column]


def _people(
    documents: Mapping[str, Document], giving: Collection[object] | None
) -> Iterator[str]:
    """Give those who have one of some roles, or any."""
    for document in documents.values():
        if not isinstance(document, Person | Service):
            continue
        is_service = isinstance(document, Service)
        held = {*document.roles, _SERVICE} if is_service else {*document.roles}
        holds = giving is None or not held.isdisjoint(giving)
        if holds and not _is_suspended(document, documents):
            yield document.operator if isinstance(document, Service) else document.id


def _is_suspended(party: Person | Service, documents: Mapping[str, Document]) -> bool:
    organisation = documents.get(party.organisation)
    suspended = isinstance(organisation, Organisation) and organisation.suspended
    return party.suspended or suspended
