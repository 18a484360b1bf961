"""Files of records that others published, taken in whole and nothing twice.

A record that is on record stays as it is; one that was changed is a new version beside
it. Must never let one bad record keep the others out, nor go in silence.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

from ringwall.base.errors import DeclarationError, Fault
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import RaidCard, RaidQuestion, RaidRows
from ringwall.model.events import Event
from ringwall.raid.intake.bounded_json import refused
from ringwall.raid.intake.counter import Counter, Taken
from ringwall.raid.intake.document import plain
from ringwall.raid.intake.importing.choosing import read_records
from ringwall.raid.intake.importing.records import Batch, Record
from ringwall.raid.intake.receiving import Incoming, reject
from ringwall.raid.intake.report_reader import check_report
from ringwall.raid.scene import Scene

__all__ = ["Bulk", "Double", "Imported", "Planned"]

_AT_ONCE: Final = 50
_MOST_ASKED: Final = 500
_CHANNEL: Final = "import"


class Double(NamedTuple):
    """A record that is on record already, or stands twice in one file.

    Attributes:
        source: scheme and id.
        report: id of the report that it is.
        title: of that report, as the record still says.
    """

    source: str
    report: str
    title: str


class Planned(NamedTuple):
    """A record that would be taken in.

    Attributes:
        source: scheme and id.
        revises: id of the report of which it is a new version; empty for none.
        title: of the report.
        unmapped: names of the fields that have no place in a report.
    """

    source: str
    revises: str
    title: str
    unmapped: tuple[str, ...]


class Imported(NamedTuple):
    """What came of one file.

    Attributes:
        file: its name.
        scheme: of its records.
        planned: what is new in it.
        taken: the same on record; empty for a trial.
        doubles: what was there already.
        faults: each with its place and reason.
    """

    file: str
    scheme: str
    planned: list[Planned]
    taken: list[Taken]
    doubles: list[Double]
    faults: list[Fault]


class Bulk:
    """Takes in files of records.

    Args:
        counter: takes in reports.
        rows: of the desk.
    """

    def __init__(self, counter: Counter, rows: RaidRows) -> None:
        self._counter = counter
        self._rows = rows

    def take(
        self,
        who: Who,
        data: bytes,
        file: str,
        scheme: str,
        progress: Callable[[int, int], None] | None = None,
    ) -> Imported:
        """Take in the records of a file that are not on record.

        Args:
            who: who hands them in.
            data: of the file.
            file: its name, for the faults.
            scheme: of the importer; empty to tell it by the file.
            progress: is told how many records of how many are done.

        Raises:
            AccessDenied: the answer is no.
            RecordUnavailable: the log or the original can't be written; what was
                taken in so far is found again next time.
        """
        imported, incoming = self.plan(data, file, scheme)
        faults = imported.faults
        for start in range(0, len(incoming), _AT_ONCE):
            some = incoming[start : start + _AT_ONCE]
            imported.taken.extend(self._counter.take(who, some, data))
            if progress is not None:
                progress(start + len(some), len(incoming))
        for start in range(0, len(faults), _AT_ONCE):
            some_faults = faults[start : start + _AT_ONCE]
            self._counter.take(who, (), None, _rejecting(data, file, some_faults))
        return imported

    def plan(
        self, data: bytes, file: str, scheme: str
    ) -> tuple[Imported, list[Incoming]]:
        """Return what would come of a file, and the reports that would be taken in.

        Args:
            data: as of `take`, likewise the others.
            file: likewise.
            scheme: likewise.
        """
        try:
            batch = read_records(data, file, scheme)
        except DeclarationError as error:
            return Imported(file, scheme, [], [], [], list(error.faults)), []
        imported = Imported(file, batch.scheme, [], [], [], batch.faults)
        incoming: list[Incoming] = []
        known = self._known(batch.records)
        for record in batch.records:
            one = self._planned(record, known, imported, batch)
            if one is not None:
                incoming.append(one)
                known.setdefault(record.source, []).append((one.digest, one.id))
        return imported, incoming

    def _planned(
        self,
        record: Record,
        known: dict[str, list[tuple[str, str]]],
        imported: Imported,
        batch: Batch,
    ) -> Incoming | None:
        """Return what is to be taken in of a record; None if nothing is."""
        versions = known.get(record.source, [])
        same = [report for digest, report in versions if digest == record.digest]
        if same:
            # The digest is the same, so the title is: the report itself is not read,
            # for which a clerk may have no permit.
            title = str(record.document.get("title", ""))
            imported.doubles.append(Double(record.source, same[-1], title))
            return None
        place = f"{imported.file} ({record.pointer or record.id})"
        try:
            document = plain(check_report(record.document, place))
        except DeclarationError as error:
            for fault in error.faults:
                batch.refuse(fault)
            return None
        revises = versions[-1][1] if versions else ""
        unmapped = tuple(one["field"] for one in document.get("unmapped", ()))
        imported.planned.append(
            Planned(record.source, revises, document["title"], unmapped)
        )
        return Incoming.of(
            *(document, _CHANNEL, record.digest),
            pointer=record.pointer,
            source=record.source,
            revises=revises,
        )

    def _known(self, records: Sequence[Record]) -> dict[str, list[tuple[str, str]]]:
        """Return source -> digest and report of its versions on record, in order."""
        sources = sorted({record.source for record in records})
        cards: list[RaidCard] = []
        for start in range(0, len(sources), _MOST_ASKED):
            asked = frozenset(sources[start : start + _MOST_ASKED])
            question = RaidQuestion("raid.report", equal={"source": asked})
            cards += self._rows.find(question)
        found: dict[str, list[tuple[str, str]]] = {}
        for card in sorted(cards, key=lambda one: str(one.card["received"])):
            versions = found.setdefault(str(card.card["source"]), [])
            versions.append((str(card.card["digest"]), card.id))
        return found


def _rejecting(
    data: bytes, file: str, faults: Sequence[Fault]
) -> Callable[[Scene], list[Event]]:
    """Return what makes an event of each record that was refused."""
    whole = sha256(data).hexdigest()

    def make(scene: Scene) -> list[Event]:
        events: list[Event] = []
        for fault in faults:
            # One record of a file stands for itself, however often it is tried.
            told = f"{whole} {fault.line} {fault.code} {fault.message}"
            error = refused(file, [fault])
            events += reject(scene, told.encode(), error, _CHANNEL)
        return events

    return make
