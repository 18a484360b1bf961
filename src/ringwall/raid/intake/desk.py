"""The counter of intake: reports of people, of files and of the system itself.

Must never tell a reporter more than where the report stands, nor anybody whether a code
was ever given.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from hashlib import sha256
from typing import Any, Final, NamedTuple

from ringwall.base.canonical import dump_canonical
from ringwall.base.errors import DeclarationError, IntegrityError, UnknownItem
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import RaidEvent, RaidQuestion
from ringwall.model.raid_events import INBOX
from ringwall.raid.acting import READ, Acting
from ringwall.raid.ids import parse_id
from ringwall.raid.intake.alike.finding import Alike
from ringwall.raid.intake.automatic import incoming_of, source_of
from ringwall.raid.intake.bulk import Bulk, Imported
from ringwall.raid.intake.counter import INTAKE, Counter, Taken
from ringwall.raid.intake.document import ReportDocument, plain
from ringwall.raid.intake.originals import Kept
from ringwall.raid.intake.receipts import digest_of, new_receipt
from ringwall.raid.intake.receiving import UNMARKED, Incoming, LookAt, reject
from ringwall.raid.intake.report_reader import check_report, check_times, read_report
from ringwall.raid.intake.status import Status, status_of
from ringwall.raid.intake.turns import turn_of
from ringwall.raid.scene import unknown
from ringwall.raid.shield.identity import NOBODY, Identity
from ringwall.raid.shield.tells import Warned, tells_in

__all__ = ["Handed", "Intake"]

_REPORT: Final = "raid.report"
_PAGE: Final = 200
# No digest is this; asked for where no code is, so that it takes as long.
_NO_DIGEST: Final = "-"


class _Came(NamedTuple):
    # Bytes, the channel that they came by, and what the file is called in faults.
    data: bytes
    channel: str
    file: str


class Handed(NamedTuple):
    """A report that was handed in.

    Attributes:
        taken: what is on record.
        receipt: the code by which its reporter asks for it; shown once.
        tlp: its label.
    """

    taken: Taken
    receipt: str
    tlp: str


class Intake:
    """Where reports are taken in; shared by all threads.

    Args:
        acting: puts the questions and acts.
        alike: finds reports that are alike.
        look_at: gives the first look at a report; that of triage if None.
    """

    def __init__(
        self, acting: Acting, alike: Alike, look_at: LookAt | None = None
    ) -> None:
        self._acting = acting
        self._counter = Counter(acting, alike, look_at)

    @property
    def is_shielding(self) -> bool:
        """Whether the next report gets a box; none does while nobody is custodian."""
        return self._counter.door.is_shielding

    @cached_property
    def _bulk(self) -> Bulk:
        return Bulk(self._counter, self._acting.rows)

    def catch_up(self, progress: Callable[[int, int], None] | None = None) -> None:
        """As `Counter.catch_up`; who does not ask for it waits at the first report."""
        self._counter.catch_up(progress)

    def warn(self, answers: Mapping[str, Any], identity: Identity = NOBODY) -> Warned:
        """Return what in answers may tell who gives them, before they are handed in.

        Nothing is kept, nobody is asked, and whatever the rules are it is answered.

        Args:
            answers: as JSON data.
            identity: of the reporter.
        """
        try:
            rules = self._acting.rules.tells
            unlooked = "" if rules else "the rules in force are older than `tells.csv`"
        except (DeclarationError, IntegrityError):
            # A report is taken in whatever the rules are.
            rules, unlooked = (), "the rules in force can't be read"
        return Warned(tells_in(answers, identity, rules), unlooked)

    def warn_file(self, data: bytes, identity: Identity = NOBODY) -> Warned:
        """Return what in a report in JSON may tell who wrote it; see `warn`.

        Args:
            data: as for `hand_in_file`; of one that does not fit nothing is said, for
                it is refused.
            identity: of the reporter.
        """
        try:
            document = read_report(data, "")
        except DeclarationError:
            return Warned(())
        return self.warn(plain(document), identity)

    def hand_in(
        self, who: Who, answers: Mapping[str, Any], identity: Identity = NOBODY
    ) -> Handed:
        """Take in the answers to the questions of a report.

        Args:
            who: the clerk who takes them down, or the service of a form.
            answers: as JSON data.
            identity: of the reporter; it is sealed before anything is kept.

        Raises:
            ConfigurationError: `custodians-missing`, there is nobody to seal it to.
            DeclarationError: `report-refused`; that is on record, and nothing else.
            AccessDenied: the answer is no.
            RecordUnavailable: nothing was taken in.
        """
        try:
            data = dump_canonical(dict(answers))
        except ValueError:
            # What has no canonical form is told by what it is not.
            data = b""
        came = _Came(data, "form", "the answers")
        return self._hand_in(
            who, came, identity, lambda: check_report(answers, came.file)
        )

    def hand_in_file(
        self, who: Who, data: bytes, file: str, identity: Identity = NOBODY
    ) -> Handed:
        """Take in a report in JSON.

        Args:
            who: who hands it in.
            data: at most one byte more than `MAX_REPORT_BYTES`.
            file: its name, for the faults; it is not kept.
            identity: as `hand_in`.

        Raises:
            ConfigurationError: as `hand_in`.
            DeclarationError: likewise.
            AccessDenied: likewise.
            RecordUnavailable: likewise.
        """
        came = _Came(data, "file", file)
        return self._hand_in(who, came, identity, lambda: read_report(data, file))

    def import_file(
        self,
        who: Who,
        data: bytes,
        file: str,
        scheme: str = "",
        progress: Callable[[int, int], None] | None = None,
    ) -> Imported:
        """Take in records that others published; see `Bulk.take`.

        Raises:
            ConfigurationError: `import-running`.
        """
        self._acting.ask(who, INTAKE, INBOX)
        with turn_of(self._counter.folder):
            return self._bulk.take(who, data, file, scheme, progress)

    def try_file(self, who: Who, data: bytes, file: str, scheme: str = "") -> Imported:
        """Return what would come of a file; nothing is taken in."""
        self._acting.ask(who, INTAKE, INBOX)
        return self._bulk.plan(data, file, scheme)[0]

    def take_filed(
        self, who: Who, progress: Callable[[int, int], None] | None = None
    ) -> list[Taken]:
        """Take in the reports that decoys and the watch have filed, each once.

        Args:
            who: who takes them in.
            progress: is told how many of how many are done.

        Raises:
            ConfigurationError: `import-running`.
            AccessDenied: the answer is no.
        """
        self._acting.ask(who, INTAKE, INBOX)
        taken: list[Taken] = []
        with turn_of(self._counter.folder):
            new = self._not_taken(self._acting.rows.filed())
            for start in range(0, len(new), _PAGE):
                some = [incoming_of(one) for one in new[start : start + _PAGE]]
                taken += self._counter.take(who, some, None)
                if progress is not None:
                    progress(start + len(some), len(new))
        return taken

    def status(self, who: Who, code: str) -> Status:
        """Return where the report stands of which somebody has the receipt.

        Args:
            who: who asks for the reporter.
            code: of the receipt.

        Raises:
            UnknownItem: `receipt-unknown`; the same for what is no code.
            AccessDenied: the answer is no.
        """
        self._acting.ask(who, INTAKE, INBOX)
        digest = digest_of(code) or _NO_DIGEST
        found = self._acting.rows.find(
            RaidQuestion(_REPORT, equal={"receipt": digest}, limit=1)
        )
        if not found:
            raise UnknownItem(
                "receipt-unknown",
                "no report has this receipt",
                next_step="compare it with what was given out, letter by letter; a "
                "code that is lost can't be had again",
            )
        card = found[0].card
        book = self._acting.rules.clocks
        return status_of(book, str(card["state"]), str(card["received"]))

    def original(self, who: Who, report: str) -> bytes:
        """Return the bytes that a report came as, held against the log.

        Args:
            who: who wants to see them.
            report: its id, with or without `report:`.

        Raises:
            AccessDenied: the answer is no.
            UnknownItem: `unknown-report`; or `original-missing`, it has none, or its
                file is gone.
            IntegrityError: `original-differs`.
        """
        name = parse_id(_REPORT, report)
        self._acting.ask(who, READ, name)
        made = self._acting.rows.first([name]).get(name)
        if made is None:
            raise unknown(_REPORT, name)
        kept = made.event["said"].get("original")
        if kept is None:
            raise UnknownItem(
                "original-missing",
                f"`{name}` came without a file",
                next_step="what it says stands in the log alone",
            )
        return self._counter.originals.read(Kept(kept["sha256"], kept["bytes"]))

    def _hand_in(
        self,
        who: Who,
        came: _Came,
        identity: Identity,
        read: Callable[[], ReportDocument],
    ) -> Handed:
        data, channel, file = came
        try:
            document = read()
            check_times(document, file, self._acting.gate.clock.now())
        except DeclarationError as error:
            refusal = error
            self._counter.take(
                who, (), None, lambda scene: reject(scene, data, refusal, channel)
            )
            raise
        code = new_receipt()
        incoming = Incoming.of(
            *(plain(document), channel, sha256(data).hexdigest()),
            receipt=digest_of(code),
        )
        named = {incoming.id: identity}
        [taken] = self._counter.take(who, [incoming], data, identities=named)
        return Handed(taken, code, document.tlp or UNMARKED)

    def _not_taken(self, filed: list[RaidEvent]) -> list[RaidEvent]:
        """Return those of the reports of the system that the desk has not."""
        known: set[str] = set()
        for start in range(0, len(filed), _PAGE):
            sources = frozenset(source_of(one) for one in filed[start : start + _PAGE])
            question = RaidQuestion(_REPORT, equal={"source": sources})
            known |= {
                str(card.card["source"]) for card in self._acting.rows.find(question)
            }
        return [one for one in filed if source_of(one) not in known]
