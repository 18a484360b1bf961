"""Files that come with a report: the original sealed, a working copy without its maker.

Must never keep an original that anybody could read without custodians, nor the name
that a file had: it often says whose it is.
"""

from typing import Any, Final, NamedTuple

from ringwall.base.errors import ActRefused, RequestError, UnknownItem
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import RaidEvent
from ringwall.model.events import Event
from ringwall.model.raid_events import INBOX
from ringwall.raid.acting import READ, Acting, Done
from ringwall.raid.ids import new_id, parse_id
from ringwall.raid.intake.originals import Kept, Originals
from ringwall.raid.scene import Scene
from ringwall.raid.shield.boxes import Boxes, digest_on_record
from ringwall.raid.shield.by_receipt import report_of
from ringwall.raid.shield.scrub.result import MAX_FILE_BYTES, Scrubbed
from ringwall.raid.shield.scrub.scrubbing import scrub
from ringwall.raid.shield.sealed_file import open_file, seal_file

__all__ = ["Attached", "Attachments", "Opened"]

_KIND: Final = "raid.attachment"
_REPORT: Final = "raid.report"
_INTAKE: Final = "raid.intake"
_WRITE: Final = "raid.write"
_DAY: Final = len("2026-11-23")


class Attached(NamedTuple):
    """A file of a report.

    Attributes:
        id: of the attachment.
        report: id of the report.
        day: on which it came.
        suffix: of the working copy, e.g. `.pdf`; empty where there is none.
        bytes: of the working copy; 0 where there is none.
        removed: what was taken out, in plain words.
    """

    id: str
    report: str
    day: str
    suffix: str
    bytes: int
    removed: tuple[str, ...]


class Opened(NamedTuple):
    """The original of a file, opened.

    Attributes:
        id: of the attachment.
        data: its bytes, as they came.
    """

    id: str
    data: bytes


class Attachments:
    """Where files of reports are kept.

    Args:
        acting: puts the questions and acts.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting
        self._boxes = Boxes(acting.folder)
        self._files = Originals(acting.folder)

    def add(
        self, who: Who, report: str, data: bytes, *, sealed_only: bool = False
    ) -> Done:
        """Keep a file that belongs to a report.

        Args:
            who: who adds it for the desk.
            report: id.
            data: of the file, as it came.
            sealed_only: keep no working copy, where none can be made.

        Raises:
            AccessDenied: the answer is no.
            UnknownItem: `unknown-report`; `box-missing`, there is nothing to seal it
                to.
            RequestError: `attachment-empty`, `attachment-too-large`.
            ActRefused: `metadata-not-removable`; nothing was kept.
            ConfigurationError: `scrubber-missing`, `sealing-unsupported`.
            RecordUnavailable: `original-unwritable`, or the log can't be written.
            IntegrityError: `box-damaged`, `original-differs`.
        """
        report = parse_id(_REPORT, report)
        copy = _copy(data, sealed_only=sealed_only)

        def make(scene: Scene) -> list[Event]:
            return [self._kept(scene, report, data, copy)]

        return self._acting.act(who, _WRITE, report, make)

    def send(
        self, who: Who, receipt: str, data: bytes, *, sealed_only: bool = False
    ) -> Done:
        """Keep a file that the reporter hands in later, by their receipt.

        Args:
            who: the clerk, or the service of a form.
            receipt: the code that was given out once.
            data: of the file, as it came.
            sealed_only: as for `add`.

        Raises:
            RingwallError: as `add`, but for a report that there is not.
            UnknownItem: `receipt-unknown`; the same for what is no code.
        """
        copy = _copy(data, sealed_only=sealed_only)

        def make(scene: Scene) -> list[Event]:
            report = report_of(self._acting.rows, receipt)
            return [self._kept(scene, report, data, copy)]

        return self._acting.act(who, _INTAKE, INBOX, make)

    def listed(self, who: Who, report: str) -> tuple[Attached, ...]:
        """Return the files of a report, in the order in which they came.

        Args:
            who: who reads.
            report: id.

        Raises:
            AccessDenied: the answer is no.
        """
        report = parse_id(_REPORT, report)
        self._acting.ask(who, READ, report)
        return tuple(_attached(one) for one in self._of(report))

    def working_copy(self, who: Who, attachment: str) -> bytes:
        """Return the working copy of a file, held against the record.

        Args:
            who: who reads.
            attachment: id.

        Raises:
            AccessDenied: the answer is no; the same for one that does not exist.
            UnknownItem: `working-copy-missing`, the original alone is kept;
                `original-missing`.
            IntegrityError: `original-differs`.
        """
        name = parse_id(_KIND, attachment)
        report = self._acting.case_of(_KIND, name)
        self._acting.ask(who, READ, report)
        said = self._acting.rows.first([name])[name].event["said"]
        if "working" not in said:
            raise UnknownItem(
                "working-copy-missing",
                f"of `{name}` the original alone is kept, sealed",
                next_step="ask the custodians: `ringwall raid identity request REPORT`",
            )
        return self._files.read(_kept(said["working"]))

    def originals(self, report: str, slot: bytes) -> tuple[Opened, ...]:
        """Return the originals of a report's files, for who may know the reporter.

        Args:
            report: id, whose box was opened; that was asked, and is on record.
            slot: private key that was in the box.

        Raises:
            IntegrityError: `attachment-not-opened`, `original-differs`.
            UnknownItem: `original-missing`.
        """
        found: list[Opened] = []
        for one in self._of(report):
            name = one.event["id"]
            sealed = self._files.read(_kept(one.event["said"]["sealed"]))
            found.append(Opened(name, open_file(sealed, slot, report, name)))
        return tuple(found)

    def _kept(
        self, scene: Scene, report: str, data: bytes, copy: Scrubbed | None
    ) -> Event:
        """Keep both files, and return the event; they are durable before it is."""
        scene.card(_REPORT, report)
        digest = digest_on_record(self._acting.rows, report)
        box = self._boxes.read(report, digest)
        name = new_id(_KIND)
        sealed = self._files.keep(seal_file(data, box.slot, report, name))
        said: dict[str, Any] = {"sealed": sealed._asdict()}
        if copy is not None:
            said["working"] = self._files.keep(copy.data)._asdict()
            said |= {"suffix": copy.suffix, "removed": list(copy.removed)}
        card = {"digest": sealed.sha256}
        return scene.event(_KIND, name, "add", None, card, said, case=report)

    def _of(self, report: str) -> list[RaidEvent]:
        return self._acting.rows.events(case=report, kind=_KIND)


def _copy(data: bytes, *, sealed_only: bool) -> Scrubbed | None:
    """Return the working copy of a file; None where none is wanted."""
    if not data:
        raise RequestError(
            "attachment-empty",
            "the file is empty",
            next_step="name the file that the reporter sent",
        )
    if len(data) > MAX_FILE_BYTES:
        raise RequestError(
            "attachment-too-large",
            f"the file has more than {MAX_FILE_BYTES:,} bytes",
            next_step="hand it in in parts, or keep it elsewhere and say where",
        )
    if sealed_only:
        return None
    try:
        return scrub(data)
    except ActRefused as error:
        raise ActRefused(
            error.code,
            error.message,
            next_step=f"{error.next_step}; or keep it sealed, where no analyst reads "
            "it: --sealed-only",
        ) from None


def _attached(one: RaidEvent) -> Attached:
    said = one.event["said"]
    return Attached(
        id=str(one.event["id"]),
        report=str(one.event["case"]),
        day=str(one.event["at"])[:_DAY],
        suffix=str(said.get("suffix", "")),
        bytes=int(said.get("working", {}).get("bytes", 0)),
        removed=tuple(said.get("removed", ())),
    )


def _kept(said: Any) -> Kept:  # noqa: ANN401 - as it stands on record
    return Kept(str(said["sha256"]), int(said["bytes"]))
