"""Whether something that is asked for is a decoy, and what is then put on record.

One logic for gate and desks. Must never change an answer, nor say who knows the
decoys.
"""

from base64 import b32encode
from collections.abc import Iterable
from hashlib import sha256
from typing import Final, NamedTuple

from ringwall.base.canonical import dump_canonical
from ringwall.matters.decoys import Decoys
from ringwall.model.events import Event
from ringwall.model.matter_events import (
    decoy_requested,
    decoy_touched,
    report_filed,
)
from ringwall.signing.decoy_marks import decoy_mark, key_mark

__all__ = ["BLIND", "TOUCHED", "DecoySight", "Touch"]

TOUCHED: Final = "a decoy was asked for; find out why, and tell nobody what it is"
"""What a report says of a touch: one line, the same for each."""

BLIND: Final = "there are decoys, and this gate lacks the key that tells which"
"""What a report says of who notices no touch."""

_SOURCE: Final = "decoy"
_MOST_REMEMBERED: Final = 16_384
_LETTERS: Final = 26


class Touch(NamedTuple):
    """Something that was asked for, decoy or not.

    Attributes:
        at: instant.
        subject: id of who asked, as they say.
        resource: id of what they asked for.
        decision: id of the decision on it; empty where none was made.
        request: id of the request for a grant that it was asked with, where no
            decision was made.
    """

    at: int
    subject: str
    resource: str
    decision: str = ""
    request: str = ""

    @property
    def report(self) -> str:
        """Id of the report of it; the same if it is drafted anew."""
        if self.decision:
            return f"rep-{self.decision.removeprefix('dec-')}"
        told = dump_canonical([self.request, self.subject, self.at])
        letters = b32encode(sha256(told).digest()).decode("ascii").lower()
        return f"rep-{letters[:_LETTERS]}"

    def events(self, mark: str) -> list[Event]:
        """Return the alarm and the report of the touch of a decoy."""
        alarm = decoy_touched(self.at, self.decision, mark)
        if not self.decision:
            alarm = decoy_requested(self.at, self.request, self.subject, mark)
        return [alarm, self._filed(self.subject, self.resource, TOUCHED)]

    def blind(self) -> list[Event]:
        """Return the report that no touch is noticed."""
        return [self._filed("", "", BLIND)]

    def _filed(self, subject: str, resource: str, told: str) -> Event:
        said = {"subject": subject, "resource": resource, "told": told}
        known = {"source": _SOURCE, "decision": self.decision}
        return report_filed(self.at, self.report, {**known, **said})


class DecoySight:
    """Tells decoys by their key; shared by the threads of a gate or desk.

    Args:
        key: of the marks, `DECOY_KEY_BYTES` long; None if it is not at hand.
    """

    def __init__(self, key: bytes | None) -> None:
        self._key = key
        self._own = "" if key is None else key_mark(key)
        self._marks: dict[str, str] = {}
        self._told_with = ""

    def is_blind(self, decoys: Decoys) -> bool:
        """Return whether there are decoys, and not under the key at hand."""
        return bool(decoys) and self._own not in decoys

    def mark_of(self, resource: str, decoys: Decoys) -> str:
        """Return the mark of what is a decoy; empty for all else.

        Args:
            resource: id of what is asked for, on record or not.
            decoys: what is in force.
        """
        if self._key is None or not decoys:
            return ""
        mark = self._marks.get(resource)
        if mark is None:
            if len(self._marks) >= _MOST_REMEMBERED:
                self._marks.clear()
            mark = self._marks[resource] = decoy_mark(self._key, resource)
        return mark if mark in decoys else ""

    def touched(self, resource: str, same_file: Iterable[str], decoys: Decoys) -> str:
        """Return the mark of the decoy that is asked for; empty if it is none.

        Args:
            resource: id of what is asked for.
            same_file: ids of all assets that are the same weights: whoever asks for a
                decoy under another id has found it.
            decoys: what is in force.
        """
        marks = (self.mark_of(one, decoys) for one in (resource, *same_file))
        return next(filter(None, marks), "")

    def events_of(
        self, touch: Touch, decoys: Decoys, same_file: Iterable[str] = ()
    ) -> list[Event]:
        """Return what is to be recorded beside what was asked for, permitted or not.

        Args:
            touch: what was asked for.
            decoys: what is in force.
            same_file: as for `touched`.
        """
        if not decoys:
            return []
        mark = self.touched(touch.resource, same_file, decoys)
        if mark:
            return touch.events(mark)
        return touch.blind() if self._is_to_tell(touch, decoys) else []

    def _is_to_tell(self, touch: Touch, decoys: Decoys) -> bool:
        """Return whether the report of blindness goes with this one.

        One decision is drafted anew as often as facts change under it.
        """
        if not self.is_blind(decoys):
            return False
        name = touch.decision or touch.report
        self._told_with = self._told_with or name
        return self._told_with == name
