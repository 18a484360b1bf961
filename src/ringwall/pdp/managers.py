"""Who manages whom, by natural person.

Must never go by one account alone: a further one has a manager of its own on record.
"""

from collections.abc import Iterator, Mapping

from ringwall.model.declarations import Document
from ringwall.model.parties import Person

__all__ = ["managers_of"]


def managers_of(
    natural: str, persons: Mapping[str, str], documents: Mapping[str, Document]
) -> Iterator[str]:
    """Give the natural persons who manage one, by any of their accounts.

    Args:
        natural: the id that stands for the natural person.
        persons: person -> the id that stands for them, as `natural_persons` gives it.
        documents: id -> declared value.
    """
    for account, person in persons.items():
        document = documents[account]
        if person == natural and isinstance(document, Person) and document.manager:
            yield persons.get(document.manager, document.manager)
