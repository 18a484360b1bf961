"""The counter of the rules: what is in force, what would change, and adopting it.

Must never put rules in force that have a fault, or that were not kept before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ringwall.base.errors import ActRefused, IntegrityError, RequestError
from ringwall.gate.asker import Who
from ringwall.model.events import Event
from ringwall.model.raid_events import DESK
from ringwall.raid.acting import READ, Acting, Done
from ringwall.raid.rule_changes import Change, changes_of
from ringwall.raid.rule_files import RAID_FOLDER, digest_of, keep_files, read_files
from ringwall.raid.rulebook import read_rulebook
from ringwall.raid.rules_in_force import RULES_ID, folder_in_force
from ringwall.raid.scene import Scene
from ringwall.raid.words import checked_text

__all__ = ["Adopted", "Comparison", "RulesCounter"]

_DESK: Final = "raid.desk"
_DIRECT: Final = "raid.direct"
_MOST_TOLD: Final = 200
_MOST_CELL: Final = 120


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rules in a folder beside those in force.

    Attributes:
        in_force: digest of what the desk goes by; empty where that can't be read.
        found: digest of what is in the folder.
        changes: what differs.
        decision: id of the permit.
    """

    in_force: str
    found: str
    changes: Sequence[Change]
    decision: str


@dataclass(frozen=True, slots=True)
class Adopted:
    """Rules that were put in force.

    Attributes:
        digest: of them.
        before: digest of what was in force; empty where that can't be read.
        changes: what differs.
        kept: where their copy is.
        done: the act.
    """

    digest: str
    before: str
    changes: Sequence[Change]
    kept: Path
    done: Done


class RulesCounter:
    """Where the rules of the desk are compared and adopted.

    Args:
        acting: what it acts through.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    @property
    def folder(self) -> Path:
        """Where the institute's rules are that may be edited."""
        return self._acting.folder / RAID_FOLDER

    def diff(self, who: Who, folder: Path | None = None) -> Comparison:
        """Return what differs between rules in a folder and those in force.

        Args:
            who: who asks.
            folder: of the rules; the institute's if None.

        Raises:
            AccessDenied: the answer is no.
            DeclarationError: they can't be read, or have faults.
        """
        decision = self._acting.ask(who, READ, DESK)
        place = folder or self.folder
        new = read_files(place)
        read_rulebook(place)
        old, digest = self._in_force()
        return Comparison(digest, digest_of(new), changes_of(old, new), decision.id)

    def adopt(self, who: Who, reason: str, folder: Path | None = None) -> Adopted:
        """Put rules in force, and keep a copy of them.

        Args:
            who: who asks.
            reason: in words.
            folder: of the rules; the institute's if None.

        Raises:
            AccessDenied: the answer is no.
            DeclarationError: they can't be read, or have faults; what was in force
                stays so.
            RequestError: `reason-missing`, `text-too-long` or `text-unreadable`.
            ActRefused: `rules-in-force`, they are that already.
            RecordUnavailable: no copy can be kept.
        """
        words = checked_text(reason, "reason")
        if not words:
            raise RequestError(
                "reason-missing",
                "rules are put in force with a reason",
                next_step="say why they are changed: `--reason TEXT`",
            )
        place = folder or self.folder
        files = read_files(place)
        book = read_rulebook(place)
        if book.digest != digest_of(files):
            raise _moved(place)
        old, before = self._in_force()
        changes = changes_of(old, files)
        kept: list[Path] = []

        def make(scene: Scene) -> list[Event]:
            latest = scene.maybe(_DESK, RULES_ID)
            if latest is not None and latest.card["digest"] == book.digest:
                raise ActRefused(
                    "rules-in-force",
                    "these rules are in force already",
                    next_step="`ringwall raid rules diff` shows what differs",
                )
            # Kept before they are in force: nobody shall go by what is not there.
            kept.append(keep_files(self._acting.folder, files))
            said = {
                "reason": words,
                "before": before,
                "changes": [
                    [cell[:_MOST_CELL] for cell in change]
                    for change in changes[:_MOST_TOLD]
                ],
                "changed": len(changes),
            }
            card = {"digest": book.digest}
            return [scene.event(_DESK, RULES_ID, "adopt", latest, card, said)]

        done = self._acting.act(who, _DIRECT, DESK, make)
        return Adopted(book.digest, before, changes, kept[-1], done)

    def _in_force(self) -> tuple[Mapping[str, bytes], str]:
        """Return the rules in force and their digest.

        Where the copy is lost, none: whoever adopts others mends that.
        """
        try:
            place, digest = folder_in_force(self._acting.folder, self._acting.rows)
        except IntegrityError:
            return {}, ""
        return read_files(place), digest


def _moved(place: Path) -> ActRefused:
    return ActRefused(
        "raid-rules-moved",
        f"the rules in `{place}` were changed while they were read",
        next_step="wait until whoever writes them is done, then run it again",
    )
