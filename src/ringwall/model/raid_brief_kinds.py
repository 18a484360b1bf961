"""The kind of event of a brief to a state: its row, its permit, its machine.

Must never have a column for what is told, nor for how much was left out.
"""

from collections.abc import Mapping
from typing import Final

from ringwall.model.raid_moves import Move

__all__ = ["ACTIONS_OF_BRIEFS", "BRIEF", "CARDS_OF_BRIEFS", "MACHINES_OF_BRIEFS"]

BRIEF: Final = "raid.brief"
"""The kind; also the action, which takes a grant of two."""

CARDS_OF_BRIEFS: Final[Mapping[str, Mapping[str, type]]] = {
    BRIEF: {
        "state": str,
        "recipient": str,
        "content": str,
        "label": str,
        "reduced": int,
    },
}
"""Kind -> the columns of its row.

`recipient` is a contact of the routing tables, `content` the digest of the very bytes,
`label` that of TLP; `reduced` where the attestation of the state had lapsed.
"""

ACTIONS_OF_BRIEFS: Final[Mapping[tuple[str, str], tuple[tuple[str, str], ...]]] = {
    (BRIEF, "brief"): ((BRIEF, "desk"),),
}
"""Kind and act -> the permits that it may be recorded under; see `RAID_ACTIONS`."""

MACHINES_OF_BRIEFS: Final[Mapping[str, tuple[Move, ...]]] = {
    BRIEF: (Move("", "brief", "briefed"),),
}
"""Kind -> the rows of its machine."""
