"""The counter of the rules: what is in force, what would change, and proposing it.

Must never propose rules that have a fault, or that were not kept before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ringwall.base.errors import ActRefused, IntegrityError, RequestError
from ringwall.gate.asker import Who
from ringwall.model.events import Event
from ringwall.model.raid_events import DESK
from ringwall.model.raid_permits import ADOPT
from ringwall.raid.acting import READ, Acting, Done
from ringwall.raid.adopting import digest_on_record
from ringwall.raid.proposals import propose
from ringwall.raid.rule_changes import Change, changes_of
from ringwall.raid.rule_files import RAID_FOLDER, digest_of, keep_files, read_files
from ringwall.raid.rulebook import read_rulebook
from ringwall.raid.rules_in_force import RULES_ID, folder_in_force
from ringwall.raid.scene import Scene
from ringwall.raid.words import checked_text

__all__ = ["Comparison", "ProposedRules", "RulesCounter"]

_DESK: Final = "raid.desk"
_DIRECT: Final = "raid.direct"


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
class ProposedRules:
    """Rules that a second person can put in force.

    Attributes:
        digest: of them.
        before: digest of those that they replace; empty where none are on record.
        changes: what differs from the files in force, as far as these can be read.
        kept: where their copy is.
        proposal: its id; empty where they are in force already, and only their lost
            copy was kept anew.
        until: instant up to which it can be carried; likewise.
        done: the act.
    """

    digest: str
    before: str
    changes: Sequence[Change]
    kept: Path
    proposal: str
    until: str
    done: Done


class RulesCounter:
    """Where the rules of the desk are compared, and proposed.

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

    def adopt(self, who: Who, reason: str, folder: Path | None = None) -> ProposedRules:
        """Propose to put rules in force, and keep a copy of them for that.

        Another person carries it: `Proposals.second`. Of rules that are in force a
        copy that is lost or damaged is kept anew; that changes nothing, so it takes no
        second person.

        Args:
            who: who asks.
            reason: in words.
            folder: of the rules; the institute's if None.

        Raises:
            AccessDenied: the answer is no.
            DeclarationError: they can't be read, or have faults; what was in force
                stays so.
            RequestError: `reason-missing`, `text-too-long` or `text-unreadable`.
            ActRefused: `rules-in-force`, they are that already; `reason-missing`;
                `raid-rules-moved`.
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
        old, found = self._in_force()
        said: dict[str, str] = {}

        def make(scene: Scene) -> list[Event]:
            before = digest_on_record(scene.maybe(_DESK, RULES_ID))
            is_same = before == book.digest
            if is_same and found:
                raise ActRefused(
                    "rules-in-force",
                    "these rules are in force already",
                    next_step="`ringwall raid rules diff` shows what differs",
                )
            # Kept before they are proposed: what is adopted is just what was shown.
            said.update(before=before, kept=str(keep_files(self._acting.folder, files)))
            doc = {"before": before, "digest": book.digest}
            return [] if is_same else [propose(scene, "", ADOPT, doc, words)]

        done = self._acting.act(who, _DIRECT, DESK, make)
        until = [str(event["card"]["until"]) for event in done.events]
        return ProposedRules(
            digest=book.digest,
            before=said["before"],
            changes=changes_of(old, files),
            kept=Path(said["kept"]),
            proposal="".join(str(event["id"]) for event in done.events),
            until="".join(until),
            done=done,
        )

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
