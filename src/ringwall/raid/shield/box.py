"""The box of a report: who sent it, under a key that only custodians have shares of.

Every report has one, and all that are sealed to the same custodians are of one size: a
box doesn't tell whether anybody is in it. Must never hold, in the clear, anything that
follows from who is inside.

Beside who sent the report a box holds the private key of a slot, so that what comes
later, such as a file, can be put in without opening it.
"""

import secrets
from hashlib import sha256
from typing import Any, Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ringwall.base.canonical import (
    MAX_ENTRY_BYTES,
    dump_canonical,
    load_canonical,
)
from ringwall.base.errors import IntegrityError
from ringwall.raid.shield.custodians import Custodians
from ringwall.raid.shield.identity import (
    IDENTITY_BYTES,
    Identity,
    pad_identity,
    parse_identity,
)
from ringwall.raid.shield.sealing import (
    OVERHEAD,
    PRIVATE_BYTES,
    PUBLIC_BYTES,
    new_private,
    public_of,
    seal,
)
from ringwall.raid.shield.shares import (
    KEY_BYTES,
    LEAST,
    MOST,
    SHARE_BYTES,
    commitment_of,
    format_share,
    split,
)
from ringwall.signing.base64text import decode_base64, encode_base64

__all__ = [
    "MAX_BOX_BYTES",
    "Box",
    "Held",
    "Inside",
    "box_damaged",
    "digest_of",
    "format_box",
    "parse_box",
    "seal_box",
    "share_context",
    "unlock",
]

MAX_BOX_BYTES: Final = MAX_ENTRY_BYTES
"""Most bytes of a box."""

_VERSION: Final = 1
_SALT_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_SEALED_TEXT: Final = _NONCE_BYTES + IDENTITY_BYTES + PRIVATE_BYTES + 16
_SEALED_SHARE: Final = SHARE_BYTES + OVERHEAD
_DIGEST_DOMAIN: Final = b"ringwall raid box\n"
_SHARE_DOMAIN: Final = "ringwall raid share of a box"
_TEXT_DOMAIN: Final = "ringwall raid box"


class Held(NamedTuple):
    """A share as a custodian holds it.

    Attributes:
        custodian: id of the person.
        key: fingerprint of the key that it is sealed to.
        commitment: of the share.
        sealed: the share, sealed.
    """

    custodian: str
    key: str
    commitment: str
    sealed: bytes


class Inside(NamedTuple):
    """What is in a box.

    Attributes:
        identity: who sent the report.
        slot: private key of the slot, with which sealed files are opened.
    """

    identity: Identity
    slot: bytes


class Box(NamedTuple):
    """The box of one report.

    Attributes:
        report: id of the report.
        threshold: how many custodians open it.
        salt: 32 random bytes, so that nobody can guess at what its hash is of.
        slot: public key to which files of the report are sealed.
        text: nonce and ciphertext of the identity, and of the private key of the slot.
        shares: in the order of their numbers.
    """

    report: str
    threshold: int
    salt: bytes
    slot: bytes
    text: bytes
    shares: tuple[Held, ...]


def seal_box(report: str, identity: Identity, custodians: Custodians) -> Box:
    """Return the box of a report; its key is nowhere else from then on.

    Args:
        report: its id.
        identity: who sent it; `NOBODY` where they don't say.
        custodians: who gets the shares.

    Raises:
        ConfigurationError: `sealing-unsupported`.
    """
    key = secrets.token_bytes(KEY_BYTES)
    people = custodians.people
    shares = split(key, custodians.threshold, len(people))
    held = tuple(
        Held(
            one.person,
            one.fingerprint,
            commitment_of(share, report),
            seal(format_share(share), one.public, share_context(report, one.person)),
        )
        for one, share in zip(people, shares, strict=True)
    )
    nonce = secrets.token_bytes(_NONCE_BYTES)
    private = new_private()
    slot = public_of(private)
    bound = _bound(report, custodians.threshold, slot, held)
    plain = pad_identity(identity) + private
    text = nonce + AESGCM(key).encrypt(nonce, plain, bound)
    salt = secrets.token_bytes(_SALT_BYTES)
    return Box(report, custodians.threshold, salt, slot, text, held)


def unlock(box: Box, key: bytes) -> Inside:
    """Return what is in a box.

    Args:
        box: the box.
        key: that its shares give.

    Raises:
        IntegrityError: `box-damaged` or `identity-damaged`.
    """
    nonce, sealed = box.text[:_NONCE_BYTES], box.text[_NONCE_BYTES:]
    bound = _bound(box.report, box.threshold, box.slot, box.shares)
    try:
        plain = AESGCM(key).decrypt(nonce, sealed, bound)
    except InvalidTag:
        raise box_damaged(box.report) from None
    return Inside(parse_identity(plain[:IDENTITY_BYTES]), plain[IDENTITY_BYTES:])


def format_box(box: Box) -> bytes:
    """Return a box as it is kept: canonical JSON."""
    return dump_canonical(
        {
            "v": _VERSION,
            "report": box.report,
            "threshold": box.threshold,
            "salt": encode_base64(box.salt),
            "slot": encode_base64(box.slot),
            "text": encode_base64(box.text),
            "shares": [
                {**one._asdict(), "sealed": encode_base64(one.sealed)}
                for one in box.shares
            ],
        }
    )


def parse_box(data: bytes, report: str) -> Box:
    """Return the box of a report.

    Args:
        data: as `format_box` gives it.
        report: id of the report that it should be of.

    Raises:
        IntegrityError: `box-damaged`, it is no box, or that of another report.
    """
    try:
        box = _read(load_canonical(data))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise box_damaged(report) from None
    if format_box(box) != data or box.report != report or not _is_whole(box):
        raise box_damaged(report)
    return box


def digest_of(data: bytes) -> str:
    """Return what stands on record for a box: hex SHA-256, salted by what is in it.

    Args:
        data: the box as it is kept.
    """
    return sha256(_DIGEST_DOMAIN + data).hexdigest()


def share_context(report: str, custodian: str) -> bytes:
    """Return what the share of a custodian is bound to as it is sealed."""
    told = {"for": _SHARE_DOMAIN, "report": report, "custodian": custodian}
    return dump_canonical(told)


def box_damaged(report: str) -> IntegrityError:
    """Return the error of a box that is not what was sealed."""
    return IntegrityError(
        "box-damaged",
        f"the box of `{report}` is not what was sealed",
        next_step="bring it back from a copy of the institute's folder",
    )


def _bound(report: str, threshold: int, slot: bytes, held: tuple[Held, ...]) -> bytes:
    """Return what the text is bound to: all of the box that can be read."""
    shares = [[one.custodian, one.key, one.commitment] for one in held]
    told = {"for": _TEXT_DOMAIN, "report": report, "threshold": threshold}
    return dump_canonical({**told, "slot": encode_base64(slot), "shares": shares})


def _read(told: dict[str, Any]) -> Box:
    return Box(
        report=str(told["report"]),
        threshold=int(told["threshold"]),
        salt=decode_base64(told["salt"]),
        slot=decode_base64(told["slot"]),
        text=decode_base64(told["text"]),
        shares=tuple(_held(one) for one in told["shares"]),
    )


def _held(told: dict[str, Any]) -> Held:
    return Held(
        custodian=str(told["custodian"]),
        key=str(told["key"]),
        commitment=str(told["commitment"]),
        sealed=decode_base64(told["sealed"]),
    )


def _is_whole(box: Box) -> bool:
    """Return whether the parts of a box are as long, and as many, as they must be."""
    return (
        LEAST <= box.threshold <= len(box.shares) <= MOST
        and len(box.salt) == _SALT_BYTES
        and len(box.slot) == PUBLIC_BYTES
        and len(box.text) == _SEALED_TEXT
        and all(len(one.sealed) == _SEALED_SHARE for one in box.shares)
        and len({one.custodian for one in box.shares}) == len(box.shares)
    )
