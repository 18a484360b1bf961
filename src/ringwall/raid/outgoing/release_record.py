"""What is on record of a release: its row, its words, who wrote it last.

Reads alone; whoever asks has asked the gate for its case.
"""

from collections.abc import Mapping
from typing import Any

from ringwall.base.errors import UnknownItem
from ringwall.ledger.asking.raid_rows import RaidCard
from ringwall.model.raid_release_kinds import RELEASE
from ringwall.raid.acting import Acting
from ringwall.raid.ids import parse_id
from ringwall.raid.outgoing.release_text import Wanted
from ringwall.raid.scene import unknown

__all__ = ["ReleaseRecord"]


class ReleaseRecord:
    """Where releases are looked up.

    Args:
        acting: knows the rows of the desk.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def of(self, release: str) -> tuple[str, str]:
        """Return the id of a release, and of its case; a stand-in where there is none.

        Args:
            release: as somebody wrote it.

        Raises:
            RequestError: `id-malformed`.
        """
        name = parse_id(RELEASE, release)
        return name, self._acting.case_of(RELEASE, name)

    def card(self, name: str) -> RaidCard:
        """Return the row of a release.

        Raises:
            UnknownItem: `unknown-release`.
        """
        card = self._acting.rows.card(RELEASE, name)
        if card is None:
            raise unknown(RELEASE, name)
        return card

    def wanted(self, card: RaidCard) -> Wanted:
        """Return what a release is to tell, as it was written last.

        Raises:
            UnknownItem: `release-forgotten`, its words were erased.
        """
        for one in self._acting.rows.events(about=card.id, newest=True):
            if "wanted" in one.event["said"]:
                return Wanted.of(one.event["said"]["wanted"])
        raise UnknownItem(
            "release-forgotten",
            f"the words of `{card.id}` were erased",
            next_step="write it anew: `ringwall raid release draft`",
        )

    def last(self, name: str, act: str) -> Mapping[str, Any]:
        """Return what the last act of a sort on a release said; nothing for none.

        Args:
            name: id.
            act: e.g. `clear`.
        """
        found = self._acting.rows.events(about=name, act=act, newest=True, limit=1)
        return found[0].event["said"] if found else {}

    def author(self, name: str) -> str:
        """Return the id of who wrote a release last; empty for one there is not.

        Whoever found at the sending that it was overtaken wrote nothing.
        """
        for one in self._acting.rows.events(about=name, newest=True):
            said = one.event["said"]
            if one.event["act"] in {"draft", "amend"} and "changed" not in said:
                return str(one.event["by"])
        return ""
