"""Erasing a reporter: their box is destroyed, and that it was stays on record.

The director proposes it and a second person carries it. Must never destroy a box before
it is on record that it was to be, nor touch the report.
"""

from collections.abc import Mapping
from typing import Any, Final

from ringwall.base.errors import UnknownItem
from ringwall.gate.asker import Who
from ringwall.model.events import Event
from ringwall.model.raid_events import DESK
from ringwall.model.raid_shield_kinds import ERASE
from ringwall.raid.acting import Acting, Done
from ringwall.raid.ids import id_of, parse_id
from ringwall.raid.proposals import Carrier, propose
from ringwall.raid.scene import Scene
from ringwall.raid.shield.boxes import Boxes, digest_on_record

__all__ = ["Erasing", "erasing_carrier"]

_KIND: Final = "raid.box"
_REPORT: Final = "raid.report"
_DIRECT: Final = "raid.direct"


class Erasing:
    """Where it is proposed that a box is destroyed.

    Args:
        acting: puts the questions and acts.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting
        self._boxes = Boxes(acting.folder)

    def erase(self, who: Who, report: str, reason: str) -> Done:
        """Propose to destroy the box of a report, for ever; another person carries it.

        Where that is on record already and the box is still there, since somebody was
        stopped in between, it is destroyed now, and nothing more is recorded.

        Args:
            who: the director.
            report: id.
            reason: in words, e.g. that the reporter asked for it.

        Returns:
            The proposal on record; or no events at all.

        Raises:
            AccessDenied: the answer is no.
            UnknownItem: `unknown-report`; `box-never`, it never had one.
            ActRefused: `reason-missing`.
            RequestError: the reason is too long, or no text.
            RecordUnavailable: `box-unwritable`.
        """
        report = parse_id(_REPORT, report)

        def make(scene: Scene) -> list[Event]:
            scene.card(_REPORT, report)
            if scene.maybe(_KIND, id_of(_KIND, report)) is not None:
                return []
            digest = digest_on_record(self._acting.rows, report)
            if not digest:
                raise UnknownItem(
                    "box-never",
                    f"`{report}` never had a box: it came before there were custodians",
                    next_step="there is nothing to destroy",
                )
            doc = {"report": report, "box": digest}
            return [propose(scene, "", ERASE, doc, reason)]

        done = self._acting.act(who, _DIRECT, DESK, make)
        if not done.events:
            self._boxes.erase(report)
        return done


def erasing_carrier(acting: Acting) -> Carrier:
    """Return how it is carried that a box is destroyed: on record first.

    Args:
        acting: of the desk.
    """
    boxes = Boxes(acting.folder)
    return Carrier(_erased, settle=lambda doc: boxes.erase(_report(doc)))


def _erased(scene: Scene, doc: Mapping[str, Any]) -> list[Event]:
    report = _report(doc)
    name = id_of(_KIND, report)
    scene.require("two-persons", name, holds=scene.is_second)
    # `propose` took it.
    scene.require("reason", name, holds=True)
    card = {"digest": str(doc["box"])}
    before = scene.maybe(_KIND, name)
    return [scene.event(_KIND, name, "erase", before, card, {}, case=report)]


def _report(doc: Mapping[str, Any]) -> str:
    # A file is found by it.
    return parse_id(_REPORT, str(doc["report"]))
