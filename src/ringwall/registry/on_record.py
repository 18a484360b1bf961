"""The registry and the matters of one moment, and what is recorded on their strength.

Must never append what was worked out on a state that has since moved.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from ringwall.base.clock import Clock
from ringwall.base.errors import RecordUnavailable, UnknownItem
from ringwall.ledger.ledger import Ledger, StaleBasis
from ringwall.ledger.printable import shown
from ringwall.matters.matters import Matters
from ringwall.model.decisions import Receipt
from ringwall.model.declarations import Document
from ringwall.model.events import Event
from ringwall.model.parties import Person
from ringwall.pdp.facts import FactBase
from ringwall.pdp.standing import institute_of
from ringwall.pip.known import read_known
from ringwall.threats.benchmark import Benchmark

__all__ = ["OnRecord", "read_on_record", "record_on"]

_ATTEMPTS: Final = 8
_NO_BENCHMARK: Final = Benchmark(())


class OnRecord(NamedTuple):
    """What is on record at one moment.

    Attributes:
        facts: the registry, without levels of sites, with what is on record of people.
        matters: requests, sessions, reviews, draws and the like.
        basis: index of the last event that decisions rest on.
        size: how many entries the log has.
        origin: name of the log.
        now: instant at which it is looked at.
        policy: digest of what is in force; empty if nothing is.
    """

    facts: FactBase
    matters: Matters
    basis: int
    size: int
    origin: str
    now: int
    policy: str

    @property
    def documents(self) -> Mapping[str, Document]:
        """Id -> declared value."""
        return self.facts.documents()

    def person(self, name: str) -> Person:
        """Return somebody's document.

        Raises:
            UnknownItem: `unknown-person`.
        """
        document = self.documents.get(name)
        if not isinstance(document, Person):
            raise UnknownItem(
                "unknown-person",
                f"`{shown(name)}` is no person on record",
                next_step="list them with `ringwall people due --within 36500`",
            )
        return document

    def staff(self) -> tuple[Person, ...]:
        """Return the institute's people who are active, each natural person once.

        Of several ids of one the least that is active stands for all.
        """
        persons = self.facts.natural_persons
        found: dict[str, Person] = {}
        for name, document in sorted(self.documents.items()):
            if isinstance(document, Person) and self.is_active(document):
                found.setdefault(persons[name], document)
        return tuple(found.values())

    def is_active(self, person: Person) -> bool:
        """Return whether somebody is of the institute, not suspended and has not left.

        Args:
            person: on record.
        """
        # An institute that is no more, or twice, has nobody.
        institute = institute_of(self.documents)
        return (
            institute is not None
            and person.organisation == institute.id
            and not institute.suspended
            and not person.suspended
            and not self.facts.people.of(person.id).left
        )


def read_on_record(ledger: Ledger, now: int) -> OnRecord:
    """Return what the ledger now has.

    Raises:
        IntegrityError: a row is not what the log says.
    """
    known = read_known(ledger, _NO_BENCHMARK)
    size = ledger.head().size
    facts, matters = known.facts, known.matters
    return OnRecord(facts, matters, known.basis, size, known.origin, now, known.policy)


def record_on(
    ledger: Ledger, clock: Clock, draft: Callable[[OnRecord], Sequence[Event]]
) -> tuple[OnRecord, list[Receipt]]:
    """Append what a draft makes of what is on record; without any, append nothing.

    Args:
        ledger: opened for writing.
        clock: gives the instant.
        draft: is asked anew whenever the state has moved; may refuse by raising.

    Returns:
        The state that the events rest on, and their receipts.

    Raises:
        RecordUnavailable: `facts-unsettled`, or the record can't be written.
    """
    for _ in range(_ATTEMPTS):
        state = read_on_record(ledger, clock.now())
        events = draft(state)
        if not events:
            return state, []
        try:
            return state, ledger.append(events, state.basis)
        except StaleBasis:
            continue
    raise RecordUnavailable(
        "facts-unsettled", "the registry changed faster than it could be looked at"
    )
