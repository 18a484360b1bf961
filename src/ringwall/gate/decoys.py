"""Who asks for a decoy is told of, on record and in the same transaction.

Must never change an answer, nor say who knows the decoys. One that lacks their key
says so, once, rather than be silent.
"""

import logging
from collections.abc import Iterable
from typing import Final

from ringwall.gate.diary import Diary
from ringwall.gate.verdicts import Question
from ringwall.matters.decoys import Decoys
from ringwall.model.events import Event
from ringwall.model.matter_events import decoy_touched, report_filed
from ringwall.signing.decoy_marks import decoy_mark, key_mark

__all__ = ["BLIND", "TOUCHED", "DecoyWatch"]

TOUCHED: Final = "a decoy was asked for; find out why, and tell nobody what it is"
"""What a report says of a touch: one line, the same for each."""

BLIND: Final = "there are decoys, and this gate lacks the key that tells which"
"""What a report says of a gate that notices no touch."""

_SOURCE: Final = "decoy"
_MOST_REMEMBERED: Final = 16_384


class DecoyWatch:
    """Knows the decoys; one for each gate, shared by its threads.

    Args:
        key: of the marks, `DECOY_KEY_BYTES` long; None if it is not at hand.
    """

    def __init__(self, key: bytes | None) -> None:
        self._key = key
        self._own = "" if key is None else key_mark(key)
        self._marks: dict[str, str] = {}
        self._told_with = ""
        self._diary = Diary()

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

    def events(
        self, question: Question, decoys: Decoys, same_file: Iterable[str] = ()
    ) -> list[Event]:
        """Return what is to be recorded beside a decision, permit or deny.

        Args:
            question: what was decided.
            decoys: what was in force on its ground.
            same_file: as for `touched`.
        """
        if not decoys:
            return []
        request, decision, now = question.request, question.decision, question.now
        mark = self.touched(request.resource, same_file, decoys)
        if mark:
            said = {"subject": request.subject, "resource": request.resource}
            return [
                decoy_touched(now, decision, mark),
                _report(question, {**said, "told": TOUCHED}),
            ]
        if not self._is_to_tell(decision, decoys):
            return []
        self._diary.note(logging.ERROR, "decoys_unwatched", code="decoy-key-missing")
        return [_report(question, {"subject": "", "resource": "", "told": BLIND})]

    def _is_to_tell(self, decision: str, decoys: Decoys) -> bool:
        """Return whether the report of blindness goes with this decision.

        One decision is drafted anew as often as facts change under it.
        """
        if not self.is_blind(decoys):
            return False
        self._told_with = self._told_with or decision
        return self._told_with == decision


def _report(question: Question, said: dict[str, str]) -> Event:
    decision = question.decision
    name = f"rep-{decision.removeprefix('dec-')}"
    told = {"source": _SOURCE, "decision": decision, **said}
    return report_filed(question.now, name, told)
