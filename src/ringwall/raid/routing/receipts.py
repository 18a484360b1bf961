"""The receipt of a hand-over: a statement that its recipient signed.

Must never look at what a receipt says before its signature was found good.
"""

import json
from typing import Any, Final, NamedTuple

from ringwall.base.clock import format_instant, parse_instant
from ringwall.base.errors import ActRefused, RequestError
from ringwall.signing.ssh import SignatureInvalid, SshKey, check_ssh_signature

__all__ = [
    "HANDOVER_NAMESPACE",
    "MAX_RECEIPT_BYTES",
    "Awaited",
    "Receipt",
    "blank_receipt",
    "check_receipt",
]

HANDOVER_NAMESPACE: Final = "ringwall-handover"
"""What receipts are signed for: `ssh-keygen -Y sign -n ringwall-handover`."""
MAX_RECEIPT_BYTES: Final = 16 * 1024

_FIELDS: Final = ("handover", "package", "recipient", "accepted_by", "at")
_OTHERS: Final = {
    "handover": "receipt-of-another-handover",
    "package": "receipt-of-another-package",
    "recipient": "receipt-of-another-recipient",
}
_MAX_NAME: Final = 200
_LATER: Final = 300_000_000
"""Microseconds by which another's clock may be ahead of ours."""


class Awaited(NamedTuple):
    """What a receipt has to be for.

    Attributes:
        handover: id.
        package: SHA-256 of the package, hex.
        recipient: id of the contact.
        sent: instant at which it was recorded as sent.
        now: instant.
    """

    handover: str
    package: str
    recipient: str
    sent: int
    now: int


class Receipt(NamedTuple):
    """A receipt that was found good.

    Attributes:
        accepted_by: who accepted it, as the recipient wrote.
        at: instant, likewise.
    """

    accepted_by: str
    at: int


def blank_receipt(handover: str, package: str, recipient: str) -> str:
    """Return the statement to fill in, as one line of JSON."""
    said = {"handover": handover, "package": package, "recipient": recipient}
    return json.dumps({**said, "accepted_by": "...", "at": "..."})


def check_receipt(
    data: bytes, signature: str, key: SshKey, awaited: Awaited
) -> Receipt:
    """Return what a receipt says, once it is shown to be the recipient's and for this.

    Args:
        data: the file as it was signed.
        signature: armored SSHSIG over just these bytes, made for
            `HANDOVER_NAMESPACE`.
        key: on record for the recipient.
        awaited: what it has to be for.

    Raises:
        RequestError: `receipt-malformed`.
        SignatureInvalid: as `check_ssh_signature`.
        ActRefused: `receipt-of-another-handover`, `receipt-of-another-package`,
            `receipt-of-another-recipient`; or `receipt-time-odd`, it says that it was
            accepted before it was sent, or in the future.
    """
    if len(data) > MAX_RECEIPT_BYTES:
        raise _malformed(f"it has more than {MAX_RECEIPT_BYTES} bytes")
    try:
        check_ssh_signature(data, signature, key, namespace=HANDOVER_NAMESPACE)
    except SignatureInvalid as error:
        raise SignatureInvalid(
            error.code,
            error.message,
            next_step="the recipient signs the receipt with `ssh-keygen -Y sign -n "
            f"{HANDOVER_NAMESPACE}`, with the key that the desk has on record",
        ) from None
    said = _parsed(data)
    for field, code in _OTHERS.items():
        value = getattr(awaited, field)
        if said[field] != value:
            raise ActRefused(
                code,
                f"the receipt names another {field} than `{value}`",
                next_step="have the recipient sign the receipt of this hand-over",
            )
    at = _instant(said["at"])
    if not awaited.sent <= at <= awaited.now + _LATER:
        raise ActRefused(
            "receipt-time-odd",
            f"the receipt says {format_instant(at)}, which is before the hand-over "
            "was sent, or yet to come",
            next_step="have the recipient sign it with the time of acceptance",
        )
    return Receipt(said["accepted_by"], at)


def _parsed(data: bytes) -> dict[str, str]:
    try:
        said: Any = json.loads(data.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise _malformed("it is not one JSON object") from None
    if not isinstance(said, dict) or sorted(said) != sorted(_FIELDS):
        raise _malformed(f"it does not have just {', '.join(_FIELDS)}")
    if not all(isinstance(value, str) for value in said.values()):
        raise _malformed("a value of it is not text")
    name = said["accepted_by"].strip()
    if not 3 < len(name) <= _MAX_NAME or not name.isprintable():
        raise _malformed("it does not say who accepted it")
    return {**said, "accepted_by": name}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands there twice")
    return found


def _instant(text: str) -> int:
    try:
        return parse_instant(text)
    except ValueError as error:
        raise _malformed(str(error)) from None


def _malformed(what: str) -> RequestError:
    return RequestError(
        "receipt-malformed",
        f"the receipt can't be read: {what}",
        next_step="the page that was sent shows the statement to sign",
    )
