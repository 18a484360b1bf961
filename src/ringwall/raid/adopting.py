"""Putting other rules in force: what a second person carries of what was proposed.

What is adopted are the kept files that were proposed, whatever lies in the folder now.
Must never replace other rules than the proposal names, nor adopt a copy unread.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ringwall.base.errors import ActRefused, DeclarationError, IntegrityError
from ringwall.ledger.asking.raid_rows import RaidCard
from ringwall.model.events import Event
from ringwall.model.raid_permits import ADOPT
from ringwall.raid.acting import Acting
from ringwall.raid.proposals import Carrier
from ringwall.raid.rule_changes import changes_of
from ringwall.raid.rule_files import RULES_ID, digest_of, kept_folder, read_files
from ringwall.raid.scene import Scene

__all__ = ["adopting_carrier", "digest_on_record"]

_DESK: Final = "raid.desk"
_MOST_TOLD: Final = 200
_MOST_CELL: Final = 120


def adopting_carrier(acting: Acting) -> Carrier:
    """Return how a proposal to adopt rules is carried.

    Args:
        acting: knows the institute's folder, where the rules are kept.
    """

    def carry(scene: Scene, doc: Mapping[str, Any]) -> list[Event]:
        return _carried(acting, scene, doc)

    return Carrier(carry)


def digest_on_record(latest: RaidCard | None) -> str:
    """Return the digest of the rules on record, empty before there are any.

    Args:
        latest: the row of the rules; None for none.
    """
    return "" if latest is None else str(latest.card["digest"])


def _carried(acting: Acting, scene: Scene, doc: Mapping[str, Any]) -> list[Event]:
    """Return the event by which the proposed rules are in force."""
    latest = scene.maybe(_DESK, RULES_ID)
    before, digest = digest_on_record(latest), str(doc["digest"])
    place = kept_folder(acting.folder, digest)
    if before != doc["before"]:
        raise ActRefused(
            "proposal-outdated",
            "other rules are on record now than those that this proposal replaces",
            next_step=f"see what differs now: `ringwall raid rules diff --source "
            f"{place}`; if it shall still be, have the director propose it anew: "
            f"`ringwall raid rules adopt --source {place} --reason TEXT`",
        )
    files = _proposed(place, digest)
    scene.require("two-persons", RULES_ID, holds=scene.is_second)
    # Nothing is proposed without one, and there it stands.
    scene.require("reason", RULES_ID, holds=True)
    changes = changes_of(_replaced(acting), files)
    said = {
        "before": before,
        "changes": [
            [cell[:_MOST_CELL] for cell in change] for change in changes[:_MOST_TOLD]
        ],
        "changed": len(changes),
    }
    return [scene.event(_DESK, RULES_ID, ADOPT, latest, {"digest": digest}, said)]


def _proposed(place: Path, digest: str) -> Mapping[str, bytes]:
    """Return the files that were kept when they were proposed.

    Raises:
        IntegrityError: `raid-rules-changed`, they are gone or are others.
        DeclarationError: this version of ringwall can't go by them.
    """
    # The rooms of the tables are large; few acts go by them.
    from ringwall.raid.rulebook import read_rulebook  # noqa: PLC0415 - start-up time

    try:
        files = read_files(place)
    except DeclarationError as error:
        raise _changed(place) from error
    if digest_of(files) != digest or read_rulebook(place).digest != digest:
        raise _changed(place)
    return files


def _replaced(acting: Acting) -> Mapping[str, bytes]:
    """Return the files of the rules in force; none where their copy is lost."""
    from ringwall.raid.rules_in_force import (  # noqa: PLC0415 - start-up time
        folder_in_force,
    )

    try:
        place, _ = folder_in_force(acting.folder, acting.rows)
    except IntegrityError:
        return {}
    return read_files(place)


def _changed(place: Path) -> IntegrityError:
    return IntegrityError(
        "raid-rules-changed",
        f"`{place}` does not hold the rules that were proposed",
        next_step="have the director propose them anew, which keeps them anew: "
        "`ringwall raid rules adopt --reason TEXT`",
    )
