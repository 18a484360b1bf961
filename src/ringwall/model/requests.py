"""A question to the decision point: ids and session evidence, nothing else.

What the registry owns (levels, roles, tiers) never comes from the caller; such
properties are dropped at the border and their names kept in `ignored`.
"""

import re
from dataclasses import dataclass
from typing import Final

from ringwall.model.container_names import parse_container
from ringwall.model.identity import Proof
from ringwall.model.levels import Authentication

__all__ = [
    "ACTION_PATTERN",
    "MAX_AMOUNT",
    "MAX_PRESENT",
    "MAX_PURPOSE_CHARACTERS",
    "AccessRequest",
    "Reach",
    "parse_action",
]

ACTION_PATTERN: Final = r"^[a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*$"
MAX_PURPOSE_CHARACTERS: Final = 500
MAX_PRESENT: Final = 32
"""Most people whom a request can name as present."""
MAX_AMOUNT: Final = 2**53 - 1
"""Most bytes that a request can state: more than an event can hold is no amount."""
_ACTION: Final = re.compile(ACTION_PATTERN[1:-1], re.ASCII)


@dataclass(frozen=True, slots=True)
class Reach:
    """The bytes of a container that a question is for.

    Only a point's own program says it: what is asked from elsewhere reaches for none.

    Attributes:
        container: id of the container.
        start: first byte of the plaintext.
        stop: the one behind the last; that of `start` to ask for none yet.

    Raises:
        ValueError: `container` is no id of one, or the two are no range of bytes.
    """

    container: str
    start: int
    stop: int

    def __post_init__(self) -> None:
        """Check what it is made of."""
        parse_container(self.container)
        # `true` is a number in Python, and no place in a file.
        if type(self.start) is not int or type(self.stop) is not int:
            raise ValueError("a range of bytes is two whole numbers")
        if not 0 <= self.start <= self.stop <= MAX_AMOUNT:
            raise ValueError(f"a range of bytes goes upwards, from 0 to {MAX_AMOUNT}")


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """One question.

    Attributes:
        subject: id of the person or service that asks.
        action: e.g. `weights.read`.
        resource: id of the asset.
        point: id of the enforcement point that asks; its registration names the site.
        authentication: how the session was proven.
        purpose: why, in the subject's words; at most 500 characters.
        ignored: names of properties the caller sent that the registry owns.
        amount: bytes that are to leave through the point; None if nobody says.
        present: ids of the other people who are there.
        proof: what was proven of the subject; None if nothing was.
        grant: id of the request under whose grant it is asked; empty for any that
            fits.
        binds: hex digest of what it is done with, such as a policy; or empty.
        handles: the obligations that the caller will carry out if they are put on a
            permit.
        continues: id of the permit that a stream began with, of which this is only
            the next look; nothing is used up twice. Empty for a question of its own.
        reach: the bytes of a container that it is for; None for none.
    """

    subject: str
    action: str
    resource: str
    point: str
    authentication: Authentication = Authentication.NONE
    purpose: str = ""
    ignored: tuple[str, ...] = ()
    amount: int | None = None
    present: tuple[str, ...] = ()
    proof: Proof | None = None
    grant: str = ""
    binds: str = ""
    handles: tuple[str, ...] = ()
    continues: str = ""
    reach: Reach | None = None


def parse_action(text: str) -> str:
    """Return `text` if it has the form of an action such as `weights.read`.

    Raises:
        ValueError: it has not.
    """
    if len(text) > 64 or not _ACTION.fullmatch(text):
        raise ValueError(f"`{text[:40]}` is not an action such as weights.read")
    return text
