"""Who holds what, of all people and services on record: roles and logins.

Must never leave out a role that a service has by its nature.
"""

from collections.abc import Mapping
from typing import Final

from ringwall.model.declarations import Document
from ringwall.model.parties import Person, Service

__all__ = ["SERVICE_ROLES", "holders_by_login", "roles_by_holder"]

SERVICE_ROLES: Final = ("service",)
"""What a service is by its nature, whatever else it is declared to be."""


def roles_by_holder(documents: Mapping[str, Document]) -> dict[str, frozenset[str]]:
    """Return the roles of each person and service, by its id.

    Args:
        documents: id -> declared value; all others are left out.
    """
    held = {}
    for entity, document in documents.items():
        if isinstance(document, Person | Service):
            implied = SERVICE_ROLES if isinstance(document, Service) else ()
            held[entity] = frozenset((*document.roles, *implied))
    return held


def holders_by_login(
    documents: Mapping[str, Document],
) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return for each login the ids of all who are declared with it, sorted.

    Args:
        documents: id -> declared value; all but people and services are left out.

    Returns:
        Provider and the name it calls them by -> ids.
    """
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for entity, document in sorted(documents.items()):
        if isinstance(document, Person | Service):
            for login in document.logins:
                key = login.provider, login.subject
                found[key] = (*found.get(key, ()), entity)
    return found
