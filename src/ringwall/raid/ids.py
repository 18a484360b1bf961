"""Ids of the desk's objects: opaque and permanent, and how people may write them.

Must never make an id that tells anything of what it stands for.
"""

import re
import secrets
from hashlib import sha256
from typing import Final

from ringwall.base.errors import RequestError

__all__ = ["LISTED", "SHORT", "id_of", "new_id", "parse_id"]

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz234567"
_KINDS: Final = {
    "raid.report": ("report:r-", 10),
    "raid.case": ("case:c-", 10),
    "raid.link": ("lnk-", 16),
    "raid.clock": ("clk-", 16),
    "raid.handover": ("hnd-", 16),
    "raid.proposal": ("prp-", 16),
    "raid.drill": ("drl-", 16),
    "raid.inquiry": ("inq-", 16),
    "raid.matter": ("mtr-", 16),
    "raid.embargo": ("emb-", 16),
    "raid.party": ("pty-", 16),
    "raid.identity": ("idr-", 16),
    "raid.message": ("msg-", 16),
    "raid.box": ("box-", 16),
    "raid.attachment": ("att-", 16),
    "raid.release": ("rel-", 16),
    "raid.brief": ("brf-", 16),
}
SHORT: Final = {
    "raid.report": "report",
    "raid.case": "case",
    "raid.link": "link",
    "raid.clock": "clock",
    "raid.handover": "handover",
    "raid.proposal": "proposal",
    "raid.desk": "desk",
    "raid.drill": "drill",
    "raid.inquiry": "inquiry",
    "raid.matter": "matter",
    "raid.embargo": "embargo",
    "raid.party": "party",
    "raid.identity": "request",
    "raid.message": "message",
    "raid.box": "box",
    "raid.attachment": "attachment",
    "raid.release": "release",
    "raid.brief": "brief",
}
"""Kind of object -> what it is called in codes and messages."""
LISTED: Final = {
    "raid.report": "ringwall raid ls reports",
    "raid.case": "ringwall raid ls cases",
    "raid.link": "ringwall raid ls links",
    "raid.clock": "ringwall raid ls clocks",
    "raid.handover": "ringwall raid ls handovers",
    "raid.proposal": "ringwall raid proposals",
    "raid.desk": "ringwall raid ls",
    "raid.drill": "ringwall raid drill show",
    "raid.inquiry": "ringwall raid inquiry ls",
    "raid.matter": "ringwall raid matter show CASE",
    "raid.embargo": "ringwall raid embargo status CASE",
    "raid.party": "ringwall raid party ls CASE",
    "raid.identity": "ringwall raid identity ls",
    "raid.message": "ringwall raid mailbox show REPORT",
    "raid.box": "ringwall raid ls reports",
    "raid.attachment": "ringwall raid attachment ls REPORT",
    "raid.release": "ringwall raid release ls",
    "raid.brief": "ringwall audit ls --kind raid.brief",
}
"""Kind of object -> the command that lists those there are."""
_FORMS: Final = {
    kind: re.compile(f"{prefix}[{_LETTERS}]{{{length}}}")
    for kind, (prefix, length) in _KINDS.items()
}


def new_id(kind: str) -> str:
    """Return an id that nothing has: 50 random bits for a report or case, else 80.

    Args:
        kind: of object, e.g. `raid.case`.
    """
    prefix, length = _KINDS[kind]
    return prefix + "".join(secrets.choice(_LETTERS) for _ in range(length))


def id_of(kind: str, *told: str) -> str:
    """Return the id that everybody gives to one thing: whoever is second finds it used.

    Args:
        kind: of object.
        *told: what makes it the one thing; must stand in plain words beside the id, so
            that the id tells nothing more.
    """
    prefix, length = _KINDS[kind]
    digest = sha256("\0".join((kind, *told)).encode("utf-8")).digest()
    return prefix + "".join(_LETTERS[byte % 32] for byte in digest[:length])


def parse_id(kind: str, text: str) -> str:
    """Return the whole id of what a person wrote, who may leave out `case:` and such.

    Args:
        kind: of object.
        text: e.g. `c-mfzwizltmr` or `case:c-mfzwizltmr`, in capitals or not.

    Raises:
        RequestError: `id-malformed`.
    """
    prefix, length = _KINDS[kind]
    name, colon, _ = prefix.rpartition(":")
    bare = text.strip().lower()
    whole = bare if bare.startswith(name + colon) else name + colon + bare
    if not _FORMS[kind].fullmatch(whole):
        example = prefix + "mfzwizltmrqw2zlt"[:length]
        raise RequestError(
            "id-malformed",
            f"`{text[:40]}` is no id of a {SHORT[kind]}",
            next_step=f"write it as `{example}`; `{LISTED[kind]}` shows them",
        )
    return whole
