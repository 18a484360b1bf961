"""The example institute as tests of its people's desks use it: some have keys."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from ringwall.base.clock import FixedClock, format_instant
from ringwall.institute import Institute
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.publication.published import last_published
from ringwall.model.declarations import dump_document
from ringwall.model.events import Event
from ringwall.model.matter_events import notice_sent
from ringwall.registry.on_record import OnRecord, read_on_record
from tests.example import NOON, apply, declare
from tests.office import key_entry

__all__ = ["DAY", "Desks"]

DAY: Final = 24 * 3600 * 1_000_000


@dataclass
class Desks:
    """An institute whose clock a test moves.

    Attributes:
        institute: the example, copied for this test.
        clock: its clock.
    """

    institute: Institute
    clock: FixedClock

    @classmethod
    def of(cls, institute: Institute) -> "Desks":
        """Return the desks of an institute at noon."""
        clock = FixedClock(NOON)
        return cls(Institute(institute.folder, clock), clock)

    def declare(self, name: str, **changes: object) -> None:
        """Declare somebody, or the institute, with other fields than before."""
        known = self.institute.facts().documents()
        before: dict[str, Any] = {"id": name, "organisation": "org:institute"}
        if name in known:
            before = dump_document(known[name])
        section = "organisations" if name.startswith("org:") else "people"
        text = f"{section}:\n- {_flow({**before, **changes})}\n"
        apply(self.institute, declare(self.institute.folder.parent, text))

    def give_key(self, *names: str) -> None:
        """Put a key of each of these people on record."""
        for name in names:
            self.declare(f"user:{name}", keys=[key_entry(name)])

    def programme(self, **months: int) -> None:
        """Declare a programme of the institute."""
        whole = {
            "screening_months": 120,
            "training_months": 12,
            "integrity_months": 12,
            "review_months": 6,
            **months,
        }
        self.declare("org:institute", programme=whole)

    @contextmanager
    def writing(self) -> Iterator[Ledger]:
        """Give the ledger, opened for writing."""
        ledger = self.institute.ledger(writable=True)
        try:
            yield ledger
        finally:
            ledger.close()

    def state(self) -> OnRecord:
        """Return what is on record now."""
        ledger = self.institute.ledger(writable=False)
        try:
            return read_on_record(ledger, self.clock.now())
        finally:
            ledger.close()

    def last(self) -> Event:
        """Return the last event on record."""
        ledger = self.institute.ledger(writable=False)
        try:
            return ledger.entry(ledger.head().size - 1).event
        finally:
            ledger.close()

    def record(self, *events: Event) -> list[int]:
        """Put events on record without asking any desk."""
        with self.writing() as ledger:
            return [receipt.index for receipt in ledger.append(events)]

    def pass_by(self) -> None:
        """Let somebody else write an entry that changes nothing."""
        said = {"subject": "user:ada", "action": "a.b", "resource": "weights:w"}
        self.record(notice_sent(self.clock.now(), "dec-0", "notify", said))

    def publish(self) -> int:
        """Publish a checkpoint of all there is; return its size."""
        self.institute.checkpoint(now=True)
        ledger = self.institute.ledger(writable=False)
        try:
            with ledger.store.reading() as connection:
                return last_published(connection).size
        finally:
            ledger.close()

    def day(self, number: int) -> str:
        """Return the text of an instant some days after noon."""
        return format_instant(NOON + number * DAY)


def _flow(document: dict[str, Any]) -> str:
    """Return a document as YAML in one line."""
    return json.dumps(document)
