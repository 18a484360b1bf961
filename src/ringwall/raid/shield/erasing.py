"""Erasing a reporter: their box is destroyed, and that it was stays on record.

Must never destroy a box before it is on record that it was to be, nor touch the report.
"""

from typing import Final

from ringwall.base.errors import ActRefused
from ringwall.gate.asker import Who
from ringwall.model.events import Event
from ringwall.model.raid_events import DESK
from ringwall.raid.acting import Acting, Done
from ringwall.raid.guards import is_told
from ringwall.raid.ids import id_of, parse_id
from ringwall.raid.scene import Scene
from ringwall.raid.shield.boxes import Boxes
from ringwall.raid.words import checked_text

__all__ = ["Erasing"]

_KIND: Final = "raid.box"
_REPORT: Final = "raid.report"
_DIRECT: Final = "raid.direct"


class Erasing:
    """Where boxes are destroyed.

    Args:
        acting: puts the questions and acts.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting
        self._boxes = Boxes(acting.folder)

    def erase(self, who: Who, report: str, reason: str) -> Done:
        """Destroy the box of a report, for ever.

        Whoever was stopped after it was put on record does it again: nothing is
        recorded twice.

        Args:
            who: the director.
            report: id.
            reason: in words, e.g. that the reporter asked for it.

        Raises:
            AccessDenied: the answer is no.
            UnknownItem: `unknown-report`.
            ActRefused: `reason-missing`.
            RecordUnavailable: `box-unwritable`.
        """
        report = parse_id(_REPORT, report)
        words = checked_text(reason, "reason")

        def make(scene: Scene) -> list[Event]:
            if not is_told(words):
                raise ActRefused(
                    "reason-missing",
                    "a reporter is erased with a reason",
                    next_step="say why: `--reason TEXT`",
                )
            scene.card(_REPORT, report)
            name = id_of(_KIND, report)
            if scene.maybe(_KIND, name) is not None:
                return []
            made = self._acting.rows.first([report])[report].event
            card = {"digest": str(made["said"].get("box", ""))}
            said = {"reason": words}
            return [scene.event(_KIND, name, "erase", None, card, said, case=report)]

        done = self._acting.act(who, _DIRECT, DESK, make)
        self._boxes.erase(report)
        return done
