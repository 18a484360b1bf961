"""Who asks for a decoy is told of, on record and in the same transaction.

Must never change an answer, nor say who knows the decoys. One that lacks their key
says so, once, rather than be silent.
"""

import logging
from collections.abc import Iterable

from ringwall.gate.diary import Diary
from ringwall.gate.verdicts import Question
from ringwall.matters.decoys import Decoys
from ringwall.matters.touches import DecoySight, Touch
from ringwall.model.events import Event

__all__ = ["DecoyWatch"]


class DecoyWatch(DecoySight):
    """Knows the decoys; one for each gate, shared by its threads.

    Args:
        key: of the marks, `DECOY_KEY_BYTES` long; None if it is not at hand.
    """

    def __init__(self, key: bytes | None) -> None:
        super().__init__(key)
        self._diary = Diary()

    def events(
        self, question: Question, decoys: Decoys, same_file: Iterable[str] = ()
    ) -> list[Event]:
        """Return what is to be recorded beside a decision, permit or deny.

        Args:
            question: what was decided.
            decoys: what was in force on its ground.
            same_file: as for `touched`.
        """
        request, decision = question.request, question.decision
        touch = Touch(question.now, request.subject, request.resource, decision)
        found = self.events_of(touch, decoys, same_file)
        if found == touch.blind():
            self._diary.note(
                logging.ERROR, "decoys_unwatched", code="decoy-key-missing"
            )
        return found
