"""Which ids stand for the same natural person.

Two do if one is declared a further account of the other, or if they share a key or a
login: then whoever can act as the one can act as the other. Must never take two for
different people because nobody said that they are one.
"""

from collections.abc import Iterator, Mapping

from ringwall.model.declarations import Document
from ringwall.model.parties import Person, Service

__all__ = ["accounts_of", "natural_person", "natural_persons"]


def natural_persons(documents: Mapping[str, Document]) -> dict[str, str]:
    """Return for each person's id one id that stands for the natural person.

    Args:
        documents: id -> declared value; all but people are left out.
    """
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    people = [doc for doc in documents.values() if isinstance(doc, Person)]
    for person in people:
        for mark in _marks(person):
            # The lesser id stands for both, so that order has no say in it.
            one, other = sorted((root(person.id), root(mark)))
            parent[other] = one
    by_root: dict[str, str] = {}
    for person in sorted(people, key=lambda one: one.id):
        by_root.setdefault(root(person.id), person.id)
    return {person.id: by_root[root(person.id)] for person in people}


def natural_person(
    entity: str, documents: Mapping[str, Document], persons: Mapping[str, str]
) -> str:
    """Return the id that stands for who answers for an account.

    Args:
        entity: id of a person or of a service, which counts for who runs it; who is
            not on record stands for themselves.
        documents: id -> declared value.
        persons: what `natural_persons` gives for them.
    """
    document = documents.get(entity)
    behind = document.operator if isinstance(document, Service) else entity
    return persons.get(behind, behind)


def accounts_of(
    documents: Mapping[str, Document], persons: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Return for each natural person all their ids, services they run included.

    Args:
        documents: id -> declared value.
        persons: what `natural_persons` gives for them.
    """
    found: dict[str, tuple[str, ...]] = {}
    for entity, document in documents.items():
        if isinstance(document, Person | Service):
            person = natural_person(entity, documents, persons)
            found[person] = (*found.get(person, ()), entity)
    return found


def _marks(person: Person) -> Iterator[str]:
    """Give what two ids of one person have in common; a blank is in no id."""
    if person.account_of is not None:
        yield person.account_of
    for key in person.keys:
        yield " ".join(["key", *key.key.split()[:2]])
    for login in person.logins:
        yield f"login {login.provider} {login.subject}"
