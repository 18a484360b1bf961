"""The kind of event of what enforcers ask: its row, its permits, its machine.

Must never have a column for what was asked about: that is in the letter, and of a case
that was told of only its id stands in the event.
"""

from collections.abc import Mapping
from typing import Final

from ringwall.model.raid_moves import Move

__all__ = [
    "ACTIONS_OF_INQUIRIES",
    "CARDS_OF_INQUIRIES",
    "DISCLOSE",
    "DISCLOSING",
    "EXITS",
    "MACHINES_OF_INQUIRIES",
]

DISCLOSE: Final = "disclose"
"""The act by which an inquiry is answered by an exit."""
EXITS: Final = ("law", "consent", "danger", "order")
"""The closed list of exits of the barrier."""
DISCLOSING: Final[Mapping[str, str]] = {one: f"{DISCLOSE}-{one}" for one in EXITS}
"""Exit -> what is proposed where an inquiry is to be answered by it."""

CARDS_OF_INQUIRIES: Final[Mapping[str, Mapping[str, type]]] = {
    "raid.inquiry": {
        "state": str,
        "recipient": str,
        "letter": str,
        "exit": str,
        "ground": str,
        "answer": str,
    },
}
"""Kind -> the columns of its row.

`recipient` is the contact that asks, empty for one that is not on record; `letter` and
`answer` are digests of bytes. `exit` is of `EXITS`, empty for the standard answer;
`ground` is what the proposal was bound to that told of the ground.
"""

_ROUTE: Final = (("raid.route", "desk"),)

ACTIONS_OF_INQUIRIES: Final[Mapping[tuple[str, str], tuple[tuple[str, str], ...]]] = {
    ("raid.inquiry", "inquire"): (("raid.intake", "inbox"),),
    ("raid.inquiry", "answer"): _ROUTE,
    ("raid.inquiry", "decline"): _ROUTE,
    ("raid.inquiry", DISCLOSE): (("raid.approve", "case"),),
}
"""Kind and act -> the permits that it may be recorded under; see `RAID_ACTIONS`."""

MACHINES_OF_INQUIRIES: Final[Mapping[str, tuple[Move, ...]]] = {
    "raid.inquiry": (
        Move("", "inquire", "received"),
        Move("received", "answer", "answered"),
        Move("received", DISCLOSE, "answered", ("two-persons", "reason", "exit-open")),
        Move("received", "decline", "declined", ("reason",)),
    ),
}
"""Kind -> the rows of its machine."""
