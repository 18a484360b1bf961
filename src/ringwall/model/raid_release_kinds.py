"""The kind of event of what is released: its row, its permits, its machine.

Must never have a column for what is told: the bytes are kept by their digest, and what
was withheld is for the approver alone.
"""

from collections.abc import Mapping
from typing import Final

from ringwall.model.raid_moves import Move

__all__ = [
    "ACTIONS_OF_RELEASES",
    "APPROVED",
    "CARDS_OF_RELEASES",
    "MACHINES_OF_RELEASES",
    "RELEASE",
    "ROUTABLE",
]

RELEASE: Final = "raid.release"
"""The kind; also the action that takes a grant of two."""
APPROVED: Final = (RELEASE, "approve")
"""The act under such a grant."""
ROUTABLE: Final = frozenset(
    {"triaged", "owned", "handed-over", "watch", "coordinating"}
)
"""States of a case of which something may be told to a recipient.

One that was merged is not among them: what keeps the case that stays keeps it too.
"""

CARDS_OF_RELEASES: Final[Mapping[str, Mapping[str, type]]] = {
    RELEASE: {
        "state": str,
        "recipient": str,
        "content": str,
        "label": str,
        "exit": str,
        "terms": str,
    },
}
"""Kind -> the columns of its row.

`recipient` is a contact of the routing tables, `content` the digest of the very bytes,
`label` that of TLP, `exit` of the barrier or empty, `terms` what the two signatures are
bound to: see `raid_release_laws.terms_of`.
"""

_WRITE: Final = ("raid.write", "case")
_ROUTE: Final = ("raid.route", "case")

ACTIONS_OF_RELEASES: Final[Mapping[tuple[str, str], tuple[tuple[str, str], ...]]] = {
    (RELEASE, "draft"): (_WRITE,),
    # Who sends finds that it was overtaken, and it is a draft again.
    (RELEASE, "amend"): (_WRITE, _ROUTE),
    (RELEASE, "clear"): (_WRITE,),
    APPROVED: ((RELEASE, "case"),),
    (RELEASE, "send"): (_ROUTE,),
    (RELEASE, "acknowledge"): (_ROUTE,),
    (RELEASE, "recall"): (_ROUTE,),
}
"""Kind and act -> the permits that it may be recorded under; see `RAID_ACTIONS`."""

MACHINES_OF_RELEASES: Final[Mapping[str, tuple[Move, ...]]] = {
    RELEASE: (
        Move("", "draft", "draft", ("case-routable",)),
        *(
            Move(state, "amend", "draft", ("reason",))
            for state in ("draft", "cleared", "approved")
        ),
        Move("draft", "clear", "cleared", ("case-routable", "may-go")),
        Move(
            *("cleared", "approve", "approved"),
            ("case-routable", "not-the-author", "as-cleared"),
        ),
        Move("approved", "send", "sent", ("case-routable", "may-go", "as-cleared")),
        Move("sent", "acknowledge", "acknowledged", ("signed",)),
        *(
            Move(state, "recall", "recalled", ("reason",))
            for state in ("sent", "acknowledged")
        ),
    ),
}
"""Kind -> the rows of its machine."""
