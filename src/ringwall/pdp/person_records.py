"""What is on record of each natural person, put together from all of their ids.

Must never let somebody escape what is on record of them by a further account.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ringwall.model.declarations import Document
from ringwall.model.parties import Person
from ringwall.pdp.people import NOTHING_KNOWN, PersonRecord
from ringwall.pdp.reviewing import Known, counted

__all__ = ["PersonRecords"]


class PersonRecords:
    """The records of all people; each is put together when it is first asked for.

    Args:
        by_id: id -> what is on record of it, not judged yet.
        known: who there is, to judge by who decided their reviews.
    """

    def __init__(self, by_id: Mapping[str, PersonRecord], known: Known) -> None:
        self.by_id = by_id
        self._known = known
        self._natural: dict[str, PersonRecord] = {}

    def of(self, person: str) -> PersonRecord:
        """Return what is on record of a natural person, and counts.

        Args:
            person: any of their ids.
        """
        if not self.by_id:
            return NOTHING_KNOWN
        persons = self._known.natural_persons
        natural = persons.get(person, person)
        found = self._natural.get(natural)
        if found is None:
            found = self._natural[natural] = self._joined(self._ids(person))
        return found

    def left_at(self, person: str) -> int | None:
        """Return the entry from which on a natural person is gone, None if not.

        Judges no review, so that those who judge them may ask.

        Args:
            person: any of their ids.
        """
        return _left_at(self._records(self._ids(person))) if self.by_id else None

    def without_leavers(self) -> Mapping[str, Document]:
        """Return id -> declared value, whoever has left suspended."""
        documents = self._known.documents()
        if not any(record.left for record in self.by_id.values()):
            return documents
        return {
            entity: document.model_copy(update={"suspended": True})
            if isinstance(document, Person) and self.of(entity).left
            else document
            for entity, document in documents.items()
        }

    def _ids(self, person: str) -> set[str]:
        persons = self._known.natural_persons
        natural = persons.get(person, person)
        return {person, *(one for one, root in persons.items() if root == natural)}

    def _records(self, ids: set[str]) -> list[PersonRecord]:
        return [self.by_id[one] for one in ids if one in self.by_id]

    def _joined(self, ids: set[str]) -> PersonRecord:
        records = self._records(ids)
        duties = (duty for record in records for duty in record.duties)
        reviews = (review for record in records for review in record.reviews)
        return replace(
            NOTHING_KNOWN,
            left_at=_left_at(records),
            duties=tuple(sorted(duties, key=lambda duty: duty.index)),
            reviews=tuple(
                counted(review, self._known)
                for review in sorted(reviews, key=lambda review: review.index)
            ),
        )


def _left_at(records: Iterable[PersonRecord]) -> int | None:
    return min(
        (one.left_at for one in records if one.left_at is not None), default=None
    )
