"""Which changes touch what proves somebody, or how far that has to be proven.

Whoever makes them can speak for others, so none must pass without an alarm.
"""

from collections.abc import Collection
from typing import Final

from ringwall.model.parties import Organisation, Person, Service
from ringwall.model.places import Point
from ringwall.model.providers import Provider
from ringwall.registry.proposal import Proposal

__all__ = ["touches_credentials"]

_OF_PEOPLE: Final = frozenset({"account_of", "keys", "logins"})
_OF_POINTS: Final = frozenset({"key", "vouches"})
_OF_THE_INSTITUTE: Final = frozenset({"identity", "programme"})


def touches_credentials(
    proposal: Proposal, entity: str, fields: Collection[str]
) -> bool:
    """Return whether a change raises an alarm.

    Changed keys or logins of a person or service, key or word of a point, `identity`
    or `programme` of the institute do, and each provider, but for those that come
    before anybody is on record. So do keys under an id that was removed before.

    Args:
        proposal: with what is on record and what is wanted.
        entity: id of what is added, changed or removed.
        fields: names of those that differ; empty unless it is changed.
    """
    old, new = proposal.current.get(entity), proposal.wanted.get(entity)
    match new if old is None else old:
        case Provider():
            return old is not None or _has_people(proposal)
        case Person() | Service() as account:
            again = old is None and entity in proposal.retired
            proven = bool(account.keys or account.logins)
            return (again and proven) or not _OF_PEOPLE.isdisjoint(fields)
        case Point():
            return not _OF_POINTS.isdisjoint(fields)
        case Organisation(is_institute=True):
            return not _OF_THE_INSTITUTE.isdisjoint(fields)
        case _:
            return False


def _has_people(proposal: Proposal) -> bool:
    return any(isinstance(one, Person) for one in proposal.current.values())
