"""Releases as they stand: listed, and shown with what is in their way.

Must never show what was withheld, nor what would go before it may.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import RaidCard, RaidQuestion
from ringwall.model.raid_events import DESK
from ringwall.model.raid_release_kinds import RELEASE
from ringwall.raid.acting import READ, Acting
from ringwall.raid.outgoing.release_judging import Judging
from ringwall.raid.outgoing.release_record import ReleaseRecord
from ringwall.raid.outgoing.release_text import Wanted
from ringwall.raid.scene import Scene

__all__ = ["ReleasesSeen", "Seen"]

_APPROVER: Final = "raid-release-approver"
_GONE: Final = frozenset({"sent", "acknowledged", "recalled"})


class Seen(NamedTuple):
    """A release as it stands.

    Attributes:
        card: its row.
        wanted: what is to be told to whom.
        author: id of who wrote it last.
        missing: codes of what stands in the way now.
        changed: what has changed since it was written.
        data: the bytes that would go now; empty once it went.
        withheld: why facts were left out -> how many; None for all but approvers.
    """

    card: RaidCard
    wanted: Wanted
    author: str
    missing: tuple[str, ...]
    changed: tuple[str, ...]
    data: bytes
    withheld: Mapping[str, int] | None


class ReleasesSeen:
    """Where releases are looked at.

    Args:
        acting: puts the questions.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting
        self._judging = Judging(acting.exercise)
        self._record = ReleaseRecord(acting)

    def show(self, who: Who, release: str) -> Seen:
        """Return a release as it stands, and what stands in its way.

        Args:
            who: who reads.
            release: id.

        Raises:
            AccessDenied: the answer is no; the same for one that does not exist.
        """
        name, case = self._record.of(release)
        decision = self._acting.ask(who, READ, case)
        card = self._record.card(name)
        gate = self._acting.gate
        scene = Scene(
            *(gate.clock.now(), decision.id, decision.request.subject),
            *(gate.ground, self._acting.rows, lambda: self._acting.rules),
        )
        wanted = self._record.wanted(card)
        if card.card["state"] in _GONE:
            return Seen(card, wanted, self._record.author(name), (), (), b"", None)
        told = scene, name, case, wanted
        signers = self._record.last(name, "approve").get("signers", ())
        judged = self._judging.judge(*told, tuple(signers))
        author = self._record.author(name)
        is_approver = _APPROVER in self._acting.roles(who)
        return Seen(
            *(card, wanted, author, judged.missing, judged.changed(card)),
            data=judged.written.data,
            withheld=judged.written.withheld if is_approver else None,
        )

    def listed(self, who: Who) -> list[RaidCard]:
        """Return the releases of cases that somebody may know of, the newest first.

        Args:
            who: who asks.

        Raises:
            AccessDenied: the answer is no.
        """
        self._acting.ask(who, READ, DESK)
        visible = self._acting.visible(who)
        return self._acting.rows.find(RaidQuestion(RELEASE, visible=visible))
