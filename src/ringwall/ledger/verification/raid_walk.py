"""The incident desk's events held against its machines and the permits that they name.

The gate refuses to record what is found here: so whoever did had the key of the log.
Must never hold against an entry what nobody can tell any more, because it was pruned.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from typing import Final

from ringwall.ledger.printable import shown
from ringwall.ledger.projections import project
from ringwall.ledger.verification.doubts import Doubts
from ringwall.ledger.verification.findings import Finding, Findings
from ringwall.ledger.verification.leaf_walk import LeafRow, Stretch
from ringwall.ledger.verification.raid_objects import RaidObjects
from ringwall.ledger.verification.raid_permits import RaidPermits
from ringwall.ledger.verification.same_person import SamePerson
from ringwall.ledger.verification.vault_opens import Told
from ringwall.model.events import Event, load_event
from ringwall.model.raid_embargo_laws import EmbargoLaws
from ringwall.model.raid_events import RAID_ALARMS, RAID_KINDS
from ringwall.model.raid_inquiry_laws import InquiryLaws
from ringwall.model.raid_merge_laws import MergeLaws
from ringwall.model.raid_permits import alone_in
from ringwall.model.raid_release_laws import ReleaseLaws

__all__ = ["RaidWalk"]

_MARK: Final = b'"kind":"raid.'
_ALARM: Final = "alarm.raised"
_MARKS: Final = (_MARK, *(f'"code":"{code}"'.encode() for code in sorted(RAID_ALARMS)))
_NEED: Final = "raid.need"
_KINDS: Final = RAID_KINDS | {_NEED}
_CARRY: Final = ("raid.proposal", "carry")
_IN_FORCE: Final = ("raid.desk", "adopted")
_Run = list[tuple[int, Event]]


class RaidWalk:
    """Takes in the events of the desk among the entries of a log, in their order.

    Args:
        cursor: to the ledger's database.
        findings: takes in `raid-permit-missing`, `raid-permit-reused`,
            `raid-move-impossible`, `raid-clock-unstarted`, `raid-embargo-broken`,
            `raid-inquiry-broken`, `raid-merge-broken`, `raid-release-broken` and
            `raid-person-alone`.
    """

    def __init__(self, cursor: sqlite3.Cursor, findings: Findings) -> None:
        self._findings = findings
        self._doubts = Doubts(findings)
        self._is_same = SamePerson(cursor)
        # A name of no file: SQLite makes one for this connection alone.
        self._own = sqlite3.connect("", isolation_level=None)
        self._own.execute("BEGIN")
        self._objects = RaidObjects(self._own)
        self._permits = RaidPermits(self._own, self._objects.linked, self._is_same)
        self._embargoes = EmbargoLaws()
        self._inquiries = InquiryLaws()
        self._merges = MergeLaws()
        self._releases = ReleaseLaws(self._is_same.surely)
        self._run: _Run = []
        self._last = -1
        # Digest of the rules on record before the transaction at hand.
        self._rules = ""

    def begin(self, stretch: Stretch) -> None:
        """Take in a stretch, before what is in it."""
        self._doubts.begin(stretch)

    def skim(self, stretch: Stretch, entries: Iterable[LeafRow]) -> None:
        """Take in a stretch of which nobody else reads some entries.

        Args:
            stretch: all of it.
            entries: those of it that are no decisions.
        """
        self.begin(stretch)
        for index, _, data in entries:
            if any(mark in data for mark in _MARKS):
                try:
                    event = load_event(data)
                    project(index, event)
                except ValueError as error:
                    message = f"entry {index} is not an event: {shown(error)}"
                    self._findings.add_entry("entry-unreadable", index, message)
                else:
                    self.take(index, event)

    def take(self, index: int, event: Event) -> None:
        """Take in an event that has been read and projected without fault."""
        if _is_alarm(event) and self._is_next(index, event):
            self._last = index
        if event["kind"] not in _KINDS:
            return
        if not self._is_next(index, event):
            self._end_run()
            for told in self._permits.begin(index, event["decision"]):
                self._tell(index, told)
        self._last = index
        self._run.append((index, event))
        self._permits.take(index, event)
        if event["kind"] != _NEED:
            for told in self._objects.take(event):
                self._tell(index, told)

    def finish(self, cursor: sqlite3.Cursor) -> None:
        """Look for the permits of all acts, now that all are known."""
        self._end_run()
        with closing(self._own):
            for index, told in self._permits.finish(cursor):
                self._tell(index, told)

    def _is_next(self, index: int, event: Event) -> bool:
        """Return whether an event goes on with the transaction at hand."""
        if not self._run or index != self._last + 1:
            return False
        return bool(self._run[0][1]["decision"] == event["decision"])

    def _end_run(self) -> None:
        """Judge whether a transaction that takes two persons has two."""
        run, self._run = self._run, []
        acts = [event for _, event in run]
        alone = alone_in(acts, self._rules)
        carried = [e for e in acts if (e["kind"], e["act"]) == _CARRY]
        broken = [
            *((*one, "raid-embargo-broken") for one in self._embargoes.take(acts)),
            *((*one, "raid-inquiry-broken") for one in self._inquiries.take(acts)),
            *((*one, "raid-merge-broken") for one in self._merges.take(acts)),
            *((*one, "raid-release-broken") for one in self._releases.take(acts)),
        ]
        for index, event in run:
            for told, code in ((told, c) for one, told, c in broken if one is event):
                message = f"`{event['id']}`: {told}"
                self._tell(index, Told(code, message, "matters"))
            if any(event is one for one in alone):
                self._tell(index, _told_alone(event, is_second=bool(carried)))
            if any(event is one for one in carried) and self._is_own(event):
                message = f"`{event['id']}` was carried by whoever proposed it"
                self._tell(index, Told("raid-person-alone", message, "matters"))
            if (event["kind"], event.get("to")) == _IN_FORCE:
                self._rules = event["card"]["digest"]

    def _is_own(self, carried: Event) -> bool:
        """Return whether somebody carries what they proposed, for all that is known."""
        return self._is_same.surely(self._objects.maker(carried["id"]), carried["by"])

    def _tell(self, index: int, told: Told) -> None:
        """Take in what is wrong, unless what that rests on is not all there."""
        if not self._doubts.holds_back(index, told.rests_on):
            finding = Finding(told.code, f"entry {index}", told.message)
            self._findings.add_row(finding, frozenset({index}))


def _told_alone(event: Event, *, is_second: bool) -> Told:
    """Return that an act takes two persons, and what that rests on."""
    what = f"to {event['act']} `{event['id']}` takes two persons"
    if is_second:
        # Held against the rules before it, and these are never pruned.
        message = f"{what}, and what another proposed was not just that"
        return Told("raid-person-alone", message, "matters")
    message = f"{what}, and nothing that another proposed was carried with it"
    return Told("raid-person-alone", message, "beside")


def _is_alarm(event: Event) -> bool:
    """Return whether an event is an alarm that goes with a transaction of the desk."""
    return event["kind"] == _ALARM and event["code"] in RAID_ALARMS
