"""The kinds of events of an embargo: what is so of the matter, the terms, who agreed.

Must never put words or names of terms on a card: they are concealed in `said`.
"""

from collections.abc import Mapping
from typing import Final

from ringwall.model.raid_moves import Move

__all__ = [
    "ACTIONS_OF_EMBARGO",
    "BITS",
    "CARDS_OF_EMBARGO",
    "LONGEST",
    "MACHINES_OF_EMBARGO",
    "OPEN_EMBARGO",
    "OVER",
    "RECOVERABLE",
    "UTMOST",
]

OVER: Final[Mapping[str, str]] = {
    "public": "public",
    "uplift": "recipe-public",
    "misuse": "misuse-observed",
}
"""Bit of a matter -> why an embargo ends at once when it is told, the first first."""
BITS: Final = (*OVER, "aware", "ready", "mitigated", "warned")
"""What can be so of a matter, each by itself."""
RECOVERABLE: Final = ("", "service-side", "contained", "released")
"""Whether the capability can be taken back, the easiest first; empty for not told."""
OPEN_EMBARGO: Final = frozenset({"proposed", "active", "revise"})
"""States of an embargo that a matter which is out leaves in the same transaction."""
LONGEST: Final = 180 * 86_400_000_000
"""Microseconds from the start of an embargo to its end, whatever the tables say."""
UTMOST: Final = 365 * 86_400_000_000
"""Likewise where the director and somebody from outside have signed for it."""

CARDS_OF_EMBARGO: Final[Mapping[str, Mapping[str, type]]] = {
    "raid.matter": {
        "state": str,
        **dict.fromkeys(BITS, int),
        "recoverable": str,
    },
    "raid.embargo": {
        "state": str,
        "terms": str,
        "ends": str,
        "since": str,
        "offer": str,
        "offer_ends": str,
        "cause": str,
        "allowed": str,
        "approver": str,
    },
    "raid.party": {
        "state": str,
        "who": str,
        "necessary": int,
        "answer": str,
        "terms": str,
        "before": str,
        "agrees": str,
        "key": str,
        "zone": str,
        "spoken": str,
    },
}
"""Kind -> the columns of its row.

Of an embargo `terms` and `ends` are those in force, `offer` those proposed, `since` the
instant of its start, `allowed` the terms that may be longer, by who has the key of the
fingerprint `approver`. Of a party `terms` and `before` are the digests of terms that it
consented to, `agrees` of those that it agrees to end early, `key` the fingerprint of
its key, `spoken` the instant of its latest signed statement.
"""

_WRITE: Final = ("raid.write", "case")
_EMBARGO: Final = (("raid.embargo", "case"),)
_APPROVE: Final = (("raid.approve", "case"),)

ACTIONS_OF_EMBARGO: Final[Mapping[tuple[str, str], tuple[tuple[str, str], ...]]] = {
    ("raid.matter", "tell"): (_WRITE,),
    ("raid.matter", "retract"): _APPROVE,
    **{
        ("raid.embargo", act): _EMBARGO
        for act in ("propose", "accept", "reject", "revise")
    },
    # With what is told of the matter, or once its time is over, anybody's act ends it.
    ("raid.embargo", "end"): (*_EMBARGO, _WRITE),
    ("raid.embargo", "drop"): _APPROVE,
    ("raid.embargo", "allow"): (("raid.direct", "case"),),
    ("raid.party", "invite"): (("raid.invite", "case"),),
    **{
        ("raid.party", act): (_WRITE,)
        for act in ("answer", "accept", "reject", "agree", "leave")
    },
}
"""Kind and act -> the permits that it may be recorded under; see `RAID_ACTIONS`."""

_NEW_TERMS: Final = ("case-lead", "case-in-work", "matter-not-out", "within-limits")
_ACCEPTED: Final = ("case-lead", "matter-not-out", "within-limits", "consents-given")
_CURRENT: Final = "embargo-current"
_SIGNED: Final = ("director-apart", "approver-apart", "offer-signed")

MACHINES_OF_EMBARGO: Final[Mapping[str, tuple[Move, ...]]] = {
    "raid.matter": (
        Move("", "tell", "known"),
        Move("known", "tell", "known"),
        Move("known", "retract", "known", ("two-persons", "reason")),
    ),
    "raid.embargo": (
        *(
            Move(state, "propose", "proposed", _NEW_TERMS)
            for state in ("", "proposed", "none")
        ),
        Move("proposed", "reject", "none", ("case-lead",)),
        Move("proposed", "accept", "active", _ACCEPTED),
        Move("active", "revise", "revise", (*_NEW_TERMS, _CURRENT)),
        Move("revise", "revise", "revise", (*_NEW_TERMS, _CURRENT)),
        Move("revise", "reject", "active", ("case-lead", _CURRENT)),
        Move("revise", "accept", "active", (*_ACCEPTED, _CURRENT, "length-allowed")),
        Move("revise", "allow", "revise", (*_SIGNED, _CURRENT)),
        *(
            Move(state, "end", "exited", ("ending-cause",))
            for state in ("proposed", "active", "revise")
        ),
        *(
            Move(state, "drop", "exited", ("two-persons", "reason", "consent-gone"))
            for state in ("active", "revise")
        ),
    ),
    "raid.party": (
        *(
            Move(state, "invite", "invited")
            for state in ("", "invited", "rejected", "left")
        ),
        Move("invited", "answer", "invited", ("statement-good",)),
        Move("party", "answer", "party", ("statement-good",)),
        Move("invited", "accept", "party", ("statement-good", "terms-at-hand")),
        Move("party", "accept", "party", ("statement-good", "terms-at-hand")),
        Move("party", "agree", "party", ("statement-good", "terms-at-hand")),
        Move("invited", "reject", "rejected", ("statement-good",)),
        Move("party", "leave", "left", ("statement-good",)),
    ),
}
"""Kind -> the rows of its machine."""
