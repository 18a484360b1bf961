"""The kinds of events that shield a reporter: their rows, permits and machines.

What they belong to is a report, and it stands where others name their case. Must never
have a column for who somebody is, nor for anything that follows from it.
"""

from collections.abc import Mapping
from typing import Final

from ringwall.model.raid_moves import Move

__all__ = ["ACTIONS_OF_SHIELD", "CARDS_OF_SHIELD", "ERASE", "MACHINES_OF_SHIELD"]

ERASE: Final = "erase-box"
"""What is proposed where the box of a report is to be destroyed."""

CARDS_OF_SHIELD: Final[Mapping[str, Mapping[str, type]]] = {
    "raid.identity": {
        "state": str,
        "purpose": str,
        "key": str,
        "expires": str,
        "needed": int,
        "votes": int,
        "refusals": int,
        "untold": int,
    },
    "raid.message": {
        "state": str,
        "side": str,
    },
    "raid.box": {
        "state": str,
        "digest": str,
    },
    "raid.attachment": {
        "state": str,
        "digest": str,
    },
}
"""Kind -> the columns of its row.

Of a request for an identity: digest of purpose and legal ground, fingerprint of the
asker's key, until when it holds, how many custodians it takes, how many agreed and
refused, and whether the law forbids to tell the reporter. `side` of a message is
`reporter` or `desk`; `digest` of an attachment is that of the sealed original, which
tells nothing of what is in it.
"""

# `case` is what an event belongs to: here the report.
_WRITE: Final = (("raid.write", "case"),)
_VOTE: Final = (("raid.vote", "case"),)

ACTIONS_OF_SHIELD: Final[Mapping[tuple[str, str], tuple[tuple[str, str], ...]]] = {
    ("raid.identity", "ask"): _WRITE,
    ("raid.identity", "vote"): _VOTE,
    ("raid.identity", "refuse"): _VOTE,
    ("raid.identity", "fetch"): _WRITE,
    ("raid.identity", "lapse"): _WRITE,
    ("raid.message", "post"): (("raid.intake", "inbox"), *_WRITE),
    ("raid.attachment", "add"): (("raid.intake", "inbox"), *_WRITE),
    ("raid.box", "erase"): (("raid.approve", "desk"),),
}
"""Kind and act -> the permits that it may be recorded under; see `RAID_ACTIONS`."""

_VOICE: Final = ("custodian-of-box", "one-voice")

MACHINES_OF_SHIELD: Final[Mapping[str, tuple[Move, ...]]] = {
    "raid.identity": (
        Move("", "ask", "open", ("ground-told",)),
        Move("open", "vote", "open", _VOICE),
        Move("open", "vote", "granted", _VOICE),
        Move("open", "refuse", "open", _VOICE),
        Move("open", "refuse", "refused", _VOICE),
        Move("granted", "fetch", "opened", ("the-asker",)),
        Move("opened", "fetch", "opened", ("the-asker",)),
        Move("open", "lapse", "lapsed", ("overdue",)),
        Move("granted", "lapse", "lapsed", ("overdue",)),
    ),
    "raid.message": (Move("", "post", "posted"),),
    "raid.box": (Move("", "erase", "erased", ("two-persons", "reason")),),
    "raid.attachment": (Move("", "add", "kept"),),
}
"""Kind -> the rows of its machine."""
