"""The receipt of a hand-over: a statement that its recipient signed.

Must never look at what a receipt says before its signature was found good.
"""

import json
from typing import Final, NamedTuple

from ringwall.base.clock import format_instant
from ringwall.base.errors import ActRefused
from ringwall.raid.signed_statement import StatementForm, is_timely
from ringwall.signing.ssh import SshKey

__all__ = [
    "HANDOVER_NAMESPACE",
    "Awaited",
    "Receipt",
    "blank_receipt",
    "check_receipt",
]

HANDOVER_NAMESPACE: Final = "ringwall-handover"
"""What receipts are signed for: `ssh-keygen -Y sign -n ringwall-handover`."""

_OTHERS: Final = {
    "handover": "receipt-of-another-handover",
    "package": "receipt-of-another-package",
    "recipient": "receipt-of-another-recipient",
}
_FORM: Final = StatementForm(
    code="receipt-malformed",
    name="the receipt",
    namespace=HANDOVER_NAMESPACE,
    fields=("handover", "package", "recipient", "accepted_by", "at"),
    speaker="accepted_by",
    sign="the recipient signs the receipt with `ssh-keygen -Y sign -n "
    f"{HANDOVER_NAMESPACE}`, with the key that the desk has on record",
    fill="the page that was sent shows the statement to sign",
)


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
    said, at = _FORM.read(data, signature, key)
    for field, code in _OTHERS.items():
        value = getattr(awaited, field)
        if said[field] != value:
            raise ActRefused(
                code,
                f"the receipt names another {field} than `{value}`",
                next_step="have the recipient sign the receipt of this hand-over",
            )
    if not is_timely(at, awaited.sent, awaited.now):
        raise ActRefused(
            "receipt-time-odd",
            f"the receipt says {format_instant(at)}, which is before the hand-over "
            "was sent, or yet to come",
            next_step="have the recipient sign it with the time of acceptance",
        )
    return Receipt(said["accepted_by"], at)
