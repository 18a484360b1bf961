"""Who a reporter is, as they said it: padded, so that every identity is as long.

Nobody is one too: a reporter who stays unnamed. Must never stand anywhere but inside
a box, and never be cut short without a word.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import Field

from ringwall.base.canonical import dump_canonical, load_canonical
from ringwall.base.errors import IntegrityError, RequestError
from ringwall.model.values import Strict
from ringwall.raid.intake.report_values import Line, Paragraph

__all__ = [
    "IDENTITY_BYTES",
    "NOBODY",
    "Identity",
    "identity_of",
    "pad_identity",
    "parse_identity",
]

IDENTITY_BYTES: Final = 4096
"""Bytes of every identity, that of nobody too."""

_LENGTH_BYTES: Final = 2
_ROOM: Final = IDENTITY_BYTES - _LENGTH_BYTES
_MOST_WAYS: Final = 10


class Identity(Strict):
    """Who a reporter is.

    Attributes:
        name: as they call themselves; None if they don't say.
        reach: ways to reach them, such as an e-mail address.
        about: what else they say of themselves, e.g. where they work.
    """

    # Shown nowhere by accident: neither in a traceback nor in a log.
    name: Line | None = Field(default=None, repr=False)
    reach: Annotated[tuple[Line, ...], Field(max_length=_MOST_WAYS)] = Field(
        default=(), repr=False
    )
    about: Paragraph | None = Field(default=None, repr=False)


NOBODY: Final = Identity()
"""A reporter who says nothing of who they are."""


def identity_of(data: Mapping[str, Any]) -> Identity:
    """Return an identity that fits into a box.

    Args:
        data: JSON data: `name`, `reach` and `about`, all of them optional.

    Raises:
        RequestError: `identity-malformed`, or `identity-too-long`. Nothing of what was
            given is repeated.
    """
    try:
        identity = Identity.model_validate(_with_ways(data))
        size = len(_told(identity))
    except ValueError:
        # What pydantic says of a value quotes it.
        raise RequestError(
            "identity-malformed",
            "what was given is not who somebody is",
            next_step="give `name`, `reach` (a list of ways) and `about`, each as text",
        ) from None
    if size > _ROOM:
        raise RequestError(
            "identity-too-long",
            f"it takes {size:,} bytes, more than {_ROOM:,}: every box is of one size",
            next_step="leave out what nobody needs to reach you",
        )
    return identity


def pad_identity(identity: Identity) -> bytes:
    """Return the 4,096 bytes of an identity.

    Raises:
        ValueError: it doesn't fit; `identity_of` makes none that don't.
    """
    told = _told(identity)
    if len(told) > _ROOM:
        raise ValueError(f"an identity of {len(told)} bytes")
    return len(told).to_bytes(_LENGTH_BYTES, "big") + told.ljust(_ROOM, b"\0")


def parse_identity(padded: bytes) -> Identity:
    """Return the identity in padded bytes.

    Raises:
        IntegrityError: `identity-damaged`.
    """
    size = int.from_bytes(padded[:_LENGTH_BYTES], "big")
    told, rest = padded[_LENGTH_BYTES:][:size], padded[_LENGTH_BYTES + size :]
    is_whole = len(padded) == IDENTITY_BYTES and not rest.strip(b"\0")
    try:
        return Identity.model_validate(
            _with_ways(load_canonical(told if is_whole else b""))
        )
    except ValueError:
        raise IntegrityError(
            "identity-damaged",
            "what was in the box is not who somebody is",
            next_step="tell whoever keeps the desk: what sealed it was not this desk",
        ) from None


def _with_ways(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data with its list as a tuple, as strict values are."""
    ways = data.get("reach", [])
    return {**data, "reach": tuple(ways) if isinstance(ways, list) else ways}


def _told(identity: Identity) -> bytes:
    data = identity.model_dump(mode="json")
    return dump_canonical(data)
