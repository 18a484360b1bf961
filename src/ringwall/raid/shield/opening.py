"""Opening a box: custodians pass their shares on to the asker, who alone combines.

Each share is sealed anew, to the asker's key, and bound to the request: who asks, for
what, until when. Must never be run where the desk is for more than passing sealed
bytes on: the key is in one place only, with whoever may know.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final, NamedTuple

from ringwall.base.canonical import dump_canonical, load_canonical
from ringwall.base.clock import format_instant
from ringwall.base.errors import ActRefused, IntegrityError, RequestError
from ringwall.raid.shield.box import (
    Box,
    Held,
    Inside,
    box_damaged,
    digest_of,
    format_box,
    share_context,
    unlock,
)
from ringwall.raid.shield.sealing import (
    OVERHEAD,
    fingerprint_of,
    open_sealed,
    public_of,
    seal,
)
from ringwall.raid.shield.shares import (
    SHARE_BYTES,
    Share,
    combine,
    format_share,
    is_committed,
    parse_share,
)
from ringwall.signing.base64text import decode_base64, encode_base64

__all__ = [
    "Passed",
    "Terms",
    "format_passed",
    "open_box",
    "parse_passed",
    "pass_on",
    "purpose_digest",
]

_DOMAIN: Final = "ringwall raid share for an asker"
_VERSION: Final = 1


class Terms(NamedTuple):
    """What a request for an identity binds each share to.

    Attributes:
        request: its id.
        report: id of the report.
        asker: id of the person who asks.
        key: the asker's public key, to which the shares are sealed.
        purpose: digest of what it is for and on what legal ground.
        expires: instant from which on nothing is passed on or opened.
    """

    request: str
    report: str
    asker: str
    key: bytes
    purpose: str
    expires: int


class Passed(NamedTuple):
    """A share on its way to the asker.

    Attributes:
        custodian: id of who passed it on.
        sealed: the share, sealed to the asker.
    """

    custodian: str
    sealed: bytes


def purpose_digest(purpose: str, ground: str) -> str:
    """Return the digest of what a request says in words.

    Args:
        purpose: what the identity is needed for.
        ground: the legal ground.
    """
    told = dump_canonical({"purpose": purpose, "ground": ground})
    return sha256(told).hexdigest()


def pass_on(box: Box, custodian: str, private: bytes, terms: Terms, now: int) -> Passed:
    """Return a custodian's share, sealed to the asker.

    Args:
        box: of the report.
        custodian: id of who passes it on.
        private: their private key.
        terms: of the request that they agreed to.
        now: instant.

    Raises:
        ActRefused: `identity-request-expired`, or `no-custodian-of-box`.
        IntegrityError: `share-not-opened`, it is sealed to another key or was changed;
            `share-wrong`, it is not the one that was handed out; `box-damaged`.
        ConfigurationError: `sealing-unsupported`.
    """
    _check_terms(box, terms, now)
    number, held = _held_by(box, custodian)
    try:
        plain = open_sealed(held.sealed, private, share_context(box.report, custodian))
        share = parse_share(plain)
    except ValueError:
        raise IntegrityError(
            "share-not-opened",
            f"the share of `{custodian}` does not open under this key",
            next_step="use the private key of the time when the report came in",
        ) from None
    if share.number != number or not is_committed(share, held.commitment, box.report):
        raise _wrong([custodian])
    context = _context(box, terms, custodian)
    return Passed(custodian, seal(format_share(share), terms.key, context))


def open_box(
    box: Box, terms: Terms, passed: Sequence[Passed], private: bytes, now: int
) -> Inside:
    """Return what is in a box; for the asker, with their own private key.

    Args:
        box: of the report.
        terms: of the request.
        passed: shares that custodians passed on.
        private: the asker's private key.
        now: instant.

    Raises:
        ActRefused: `identity-request-expired`.
        RequestError: `key-of-another`, the private key is not that of the public key
            that was asked with; `share-doubled` or `shares-too-few`.
        IntegrityError: `share-wrong`, which names the custodians; nothing was combined
            then. `box-damaged` or `identity-damaged`.
        ConfigurationError: `sealing-unsupported`.
    """
    _check_terms(box, terms, now)
    if public_of(private) != terms.key:
        # Before a share is looked at: no custodian is to blame for it.
        raise RequestError(
            "key-of-another",
            "this is not the private key of the public key that was asked with",
            next_step="give the private key that belongs to the --key of the request, "
            f"`{fingerprint_of(terms.key)}`",
        )
    names = [one.custodian for one in passed]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise RequestError(
            "share-doubled",
            f"`{doubled[0]}` passed on more than one share",
            next_step="give each custodian's share once",
        )
    shares: list[Share] = []
    wrong: list[str] = []
    for one in passed:
        try:
            shares.append(_opened(box, terms, one, private))
        except ValueError:
            wrong.append(one.custodian)
    if wrong:
        raise _wrong(wrong)
    if len(shares) < box.threshold:
        raise RequestError(
            "shares-too-few",
            f"{len(shares)} of the {box.threshold} shares that are needed",
            next_step="wait for further custodians",
        )
    commitments = {number: held.commitment for number, held in enumerate(box.shares, 1)}
    return unlock(box, combine(shares, box.threshold, commitments, box.report))


def format_passed(passed: Passed, terms: Terms) -> bytes:
    """Return a passed share as it travels: canonical JSON of one size for all.

    Args:
        passed: the share.
        terms: of the request that it is for.
    """
    return _told(passed, terms.request)


def parse_passed(data: bytes, request: str) -> Passed:
    """Return a passed share.

    Args:
        data: as `format_passed` gives it.
        request: id of the request that it should be for.

    Raises:
        RequestError: `share-malformed`, it is none, or one for another request.
    """
    try:
        told = load_canonical(data)
        passed = Passed(str(told["custodian"]), decode_base64(told["sealed"]))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _malformed(request) from None
    is_of_one_size = len(passed.sealed) == SHARE_BYTES + OVERHEAD
    if _told(passed, request) != data or not is_of_one_size:
        raise _malformed(request)
    return passed


def _told(passed: Passed, request: str) -> bytes:
    return dump_canonical(
        {
            "v": _VERSION,
            "request": request,
            "custodian": passed.custodian,
            "sealed": encode_base64(passed.sealed),
        }
    )


def _malformed(request: str) -> RequestError:
    return RequestError(
        "share-malformed",
        f"this is no share for the request `{request}`",
        next_step="ask the custodian to pass theirs on again",
    )


def _opened(box: Box, terms: Terms, passed: Passed, private: bytes) -> Share:
    """Return a share, held against its commitment; a ValueError if it is wrong."""
    held = {one.custodian: (at, one) for at, one in enumerate(box.shares, 1)}
    if passed.custodian not in held:
        raise ValueError("of nobody who holds one")
    number, of_box = held[passed.custodian]
    context = _context(box, terms, passed.custodian)
    share = parse_share(open_sealed(passed.sealed, private, context))
    if share.number != number or not is_committed(share, of_box.commitment, box.report):
        raise ValueError("not what was handed out")
    return share


def _held_by(box: Box, custodian: str) -> tuple[int, Held]:
    for number, held in enumerate(box.shares, 1):
        if held.custodian == custodian:
            return number, held
    raise ActRefused(
        "no-custodian-of-box",
        f"`{custodian}` holds no share of this box",
        next_step="those who do were custodians when the report came in",
    )


def _check_terms(box: Box, terms: Terms, now: int) -> None:
    if terms.report != box.report:
        raise box_damaged(terms.report)
    if now >= terms.expires:
        raise ActRefused(
            "identity-request-expired",
            f"the request `{terms.request}` held until {format_instant(terms.expires)}",
            next_step="ask anew; what was passed on for it opens nothing",
        )


def _context(box: Box, terms: Terms, custodian: str) -> bytes:
    """Return what a passed share is bound to."""
    return dump_canonical(
        {
            "for": _DOMAIN,
            "request": terms.request,
            "report": terms.report,
            "asker": terms.asker,
            "key": fingerprint_of(terms.key),
            "purpose": terms.purpose,
            "expires": format_instant(terms.expires),
            "box": digest_of(format_box(box)),
            "custodian": custodian,
        }
    )


def _wrong(custodians: Sequence[str]) -> IntegrityError:
    names = ", ".join(f"`{name}`" for name in custodians)
    return IntegrityError(
        "share-wrong",
        f"the share of {names} is not the one that was handed out for this; nothing "
        "was combined",
        next_step="ask other custodians, and find out what happened to that share",
    )
