"""What the incident desk keeps beside the log, held against the digests on record.

Originals of reports, files that came with them, packages of hand-overs, rules that were
in force: each is a file, or a folder, that an entry names by its digest. Boxes go by
the report that they are of. Must never take for lost what the log itself has forgotten,
nor ask for a file by a name that is no digest.
"""

import json
import re
import sqlite3
from contextlib import closing
from typing import Any, Final, Protocol

from ringwall.ledger.memory.disclosures import Disclosure
from ringwall.ledger.printable import shown
from ringwall.ledger.verification.findings import Finding, Findings
from ringwall.model.events import Event

__all__ = ["ATTACHMENT", "PACKAGE", "REPORT", "RULES", "KeptFiles", "KeptWalk"]

REPORT: Final = "report"
"""What is kept: the original of a report, or of a letter that asks."""
PACKAGE: Final = "package"
"""Likewise: what went to a recipient."""
ATTACHMENT: Final = "attachment"
"""Likewise: a file that came with a report, sealed, or its working copy."""
RULES: Final = "rules"
"""Likewise: the rules that the desk went by."""
_BOX: Final = "box"
"""Likewise: who sent a report, sealed."""

_LEFT_OUT: Final = (
    "the originals, files, packages, rules and boxes that the incident desk keeps"
)
_TABLE: Final = (
    "CREATE TABLE kept (what TEXT, digest TEXT, bytes INTEGER, idx INTEGER, id TEXT, "
    "PRIMARY KEY (what, digest)) WITHOUT ROWID"
)
_BOXES: Final = (
    "CREATE TABLE box (report TEXT PRIMARY KEY, digest TEXT, erased INTEGER, "
    "idx INTEGER) WITHOUT ROWID"
)
_PUT_BOX: Final = (
    "INSERT INTO box VALUES (?, ?, ?, ?) ON CONFLICT (report) "
    "DO UPDATE SET erased = max(erased, excluded.erased), idx = excluded.idx"
)
_ALL_BOXES: Final = "SELECT report, digest, idx, erased FROM box ORDER BY idx"
_ANY: Final = "SELECT 1 FROM kept UNION ALL SELECT 1 FROM box LIMIT 1"
_PUT: Final = "INSERT OR IGNORE INTO kept VALUES (?, ?, ?, ?, ?)"
_ALL: Final = "SELECT what, digest, bytes, idx, id FROM kept ORDER BY idx"
_FIND: Final = "SELECT token, owner, salt, value FROM disclosure WHERE token = ?"
_ERASED: Final = "SELECT 1 FROM erasure WHERE instr(tokens, ?) > 0 LIMIT 1"
_REPORT_ID: Final = re.compile(r"report:r-[a-z2-7]{10}", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_RECEIVED: Final = ("raid.report", "receive")
_ADDED: Final = ("raid.attachment", "add")
_ERASED_BOX: Final = ("raid.box", "erase")
_ASKED: Final = ("raid.inquiry", "inquire")
# Act -> the column with the digest of what went out.
_SENT: Final = {
    ("raid.handover", "send"): "package",
    ("raid.inquiry", "answer"): "answer",
    ("raid.inquiry", "disclose"): "answer",
    ("raid.release", "send"): "content",
    ("raid.brief", "brief"): "content",
}
_IN_FORCE: Final = frozenset({("raid.desk", "adopt"), ("raid.desk", "found")})
_CODES: Final = {
    (REPORT, "missing"): "original-missing",
    (REPORT, "changed"): "original-changed",
    (PACKAGE, "missing"): "package-missing",
    (PACKAGE, "changed"): "package-changed",
    (ATTACHMENT, "missing"): "attachment-missing",
    (ATTACHMENT, "changed"): "attachment-changed",
    (RULES, "missing"): "raid-rules-missing",
    (RULES, "changed"): "raid-rules-changed",
    (_BOX, "missing"): "box-missing",
    (_BOX, "changed"): "box-changed",
}
_WORDS: Final = {
    REPORT: "the original",
    PACKAGE: "the package",
    ATTACHMENT: "the file",
    RULES: "the copy of the rules",
    _BOX: "the box",
}
_FAULTS: Final = {
    "missing": "is not in the institute's folder",
    "changed": "is not what its digest says",
}


class KeptFiles(Protocol):
    """Where the files are that entries name by their digests."""

    def fault(self, what: str, digest: str, size: int) -> str:
        """Return `missing` or `changed`; empty if it is there as it was.

        Args:
            what: `REPORT`, `PACKAGE`, `ATTACHMENT` or `RULES`.
            digest: 64 hex digits.
            size: in bytes; 0 of rules, which are a folder.
        """
        ...

    def fault_of_box(self, report: str, digest: str) -> str:
        """Return `missing` or `changed`; empty if the box is there as it was sealed.

        Args:
            report: id of the report that it is of.
            digest: 64 hex digits.
        """
        ...


class KeptWalk:
    """Takes in the events of the desk, then looks at what they say is kept.

    Args:
        cursor: to the ledger's database.
        findings: takes in `original-missing`, `original-changed`, `package-missing`,
            `package-changed`, `attachment-missing`, `attachment-changed`,
            `raid-rules-missing`, `raid-rules-changed`, `box-missing`, `box-changed`
            and `box-left`.
        files: where they are; None for who has the ledger alone.
    """

    def __init__(
        self, cursor: sqlite3.Cursor, findings: Findings, files: KeptFiles | None
    ) -> None:
        self._cursor = cursor.connection.cursor()
        self._findings = findings
        self._files = files
        # A name of no file: SQLite makes one for this connection alone.
        self._own = sqlite3.connect("", isolation_level=None)
        self._own.execute("BEGIN")
        self._own.execute(_TABLE)
        self._own.execute(_BOXES)
        self.left_out = ""
        """What was not looked at, in words; empty for nothing."""

    def take(self, index: int, event: Event) -> None:
        """Take in an event that has been read and projected without fault."""
        deed = event["kind"], event.get("act")
        if deed == _RECEIVED:
            self._note_report(index, event)
        elif deed == _ERASED_BOX:
            box = (str(event["case"]), str(event["card"]["digest"]), 1, index)
            self._own.execute(_PUT_BOX, box)
        elif deed == _ADDED:
            self._note_files(index, event)
        elif deed == _ASKED or deed in _SENT:
            said, what = self._said(event), REPORT if deed == _ASKED else PACKAGE
            if "bytes" in said:
                digest = event["card"][_SENT.get(deed, "letter")]
                self._note(what, digest, said["bytes"], index, event)
        elif deed in _IN_FORCE:
            self._note(RULES, event["card"]["digest"], 0, index, event)

    def _note_report(self, index: int, event: Event) -> None:
        """Keep in mind what a report came as, and the box of who sent it."""
        said = self._said(event)
        kept = said.get("original")
        if isinstance(kept, dict):
            self._note(REPORT, kept.get("sha256"), kept.get("bytes"), index, event)
        if "box" in said:
            box = (str(event["id"]), str(said["box"]), 0, index)
            self._own.execute(_PUT_BOX, box)

    def _note_files(self, index: int, event: Event) -> None:
        """Keep in mind both files of an attachment: as it came, and as it is read."""
        said = self._said(event)
        for name in ("sealed", "working"):
            kept = said.get(name)
            if isinstance(kept, dict):
                told = kept.get("sha256"), kept.get("bytes")
                self._note(ATTACHMENT, *told, index, event)

    def finish(self) -> None:
        """Look at each file once, however many entries name it."""
        with closing(self._own):
            if self._files is None:
                is_any = self._own.execute(_ANY).fetchone() is not None
                self.left_out = _LEFT_OUT if is_any else ""
                return
            for what, digest, size, index, name in self._own.execute(_ALL):
                is_digest = bool(_DIGEST.fullmatch(digest)) and size >= 0
                fault = "missing"
                if is_digest:
                    fault = self._files.fault(what, digest, size)
                if fault:
                    self._tell((what, digest, index, name), fault)
            for *box, is_erased in self._own.execute(_ALL_BOXES):
                self._judge_box(self._files, *box, is_erased=bool(is_erased))

    def _judge_box(
        self, files: KeptFiles, report: str, digest: str, index: int, *, is_erased: bool
    ) -> None:
        """Tell if a box is not as it was, or still there though it was erased."""
        # By the id the file is found, so what is none is not asked for.
        is_id = bool(_REPORT_ID.fullmatch(report))
        fault = files.fault_of_box(report, digest) if is_id else "missing"
        if not is_erased and fault:
            self._tell((_BOX, digest, index, report), fault)
        elif is_erased and fault != "missing":
            message = (
                f"the box of `{report}` was erased and is still in the institute's "
                f"folder; the director runs `ringwall raid identity erase {report}`"
            )
            finding = Finding("box-left", f"entry {index}", message)
            self._findings.add_row(finding, frozenset({index}))

    def _note(
        self, what: str, digest: object, size: object, index: int, event: Event
    ) -> None:
        """Keep in mind what an entry names, once; what can't be a file, as none."""
        is_size = type(size) is int and size >= 0
        row = (what, str(digest), size if is_size else -1, index, str(event["id"]))
        self._own.execute(_PUT, row)

    def _said(self, event: Event) -> dict[str, Any]:
        """Return what an event says in words, as far as that is known and true.

        Without it nobody can tell what was kept: it was erased, or the walk over what
        is disclosed tells that it is missing or changed.
        """
        token = event["said"].get("concealed")
        if not isinstance(token, str):
            return {}
        row = self._cursor.execute(_FIND, (token,)).fetchone()
        if row is None or self._cursor.execute(_ERASED, (token,)).fetchone():
            return {}
        known = Disclosure(*row)
        said = json.loads(known.value) if known.is_true else {}
        return said if isinstance(said, dict) else {}

    def _tell(self, kept: tuple[str, str, int, str], fault: str) -> None:
        what, digest, index, name = kept
        message = f"{_WORDS[what]} `{shown(digest)}` of `{name}` {_FAULTS[fault]}"
        finding = Finding(_CODES[what, fault], f"entry {index}", message)
        self._findings.add_row(finding, frozenset({index}))
