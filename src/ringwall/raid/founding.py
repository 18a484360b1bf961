"""Founding the desk: the rules that it begins with go on record with a first report.

From then on neither an edit of files nor another installation moves what it goes by.
Must never stand in the way of a report: one is taken in whatever the rules are.
"""

from pathlib import Path
from typing import Final

from ringwall.base.errors import DeclarationError, RecordUnavailable
from ringwall.model.events import Event
from ringwall.raid.rule_files import (
    RAID_FOLDER,
    RULES_ID,
    digest_of,
    keep_files,
    read_files,
)
from ringwall.raid.scene import Scene
from ringwall.shipped import shipped_path

__all__ = ["founding"]

_DESK: Final = "raid.desk"
_FOUND: Final = "found"


def founding(scene: Scene, folder: Path, *, is_exercise: bool = False) -> list[Event]:
    """Return the event by which the desk is founded; none once it has rules on record.

    Args:
        scene: of an act whose own events are made.
        folder: of the institute; a copy of the rules is kept there before.
        is_exercise: whether it is an exercise's: that goes by the rules that were
            copied with it, which were in force where they come from.
    """
    if scene.maybe(_DESK, RULES_ID) is not None:
        return []
    place = folder / RAID_FOLDER if is_exercise else shipped_path(RAID_FOLDER)
    try:
        files = read_files(place)
        keep_files(folder, files)
    except (DeclarationError, RecordUnavailable):
        # The next act tries again; until then the same rules are in force unrecorded.
        return []
    card = {"digest": digest_of(files)}
    return [scene.event(_DESK, RULES_ID, _FOUND, None, card, {})]
