"""The events of grants as people sign them, and as others forge them.

Signatures are real; whoever forges has keys of their own, and the key of the log.
"""

import base64
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha512
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_ssh_private_key,
)

from ringwall.base.clock import format_instant
from ringwall.matters.statements import (
    document_digest,
    request_digest,
    request_id,
    statement_of,
)
from ringwall.model.matter_events import (
    grant_revoked,
    request_approved,
    request_opened,
    request_refused,
    review_decided,
)
from ringwall.signing.ssh import sign_ssh
from tests.property.grant_world import BASE, HOUR, ORIGIN, private_key
from tests.property.strategies_in_order import Institute

__all__ = ["Pen", "signed"]

Event = dict[str, Any]
CHANGED_LATER = {
    *("moved from another request", "seat changed", "approver changed"),
    "documents changed",
}
"""What was signed as one thing and put on record as another."""
ELSEWHERE = "log.example/other"
FORGER = "mallory"


@lru_cache(maxsize=200_000)
def signed(message: bytes, key: str) -> str:
    """Return the signature over a message by the key of a name."""
    return sign_ssh(message, private_key(key))


def _signed_for(namespace: bytes, message: bytes, key: str) -> str:
    """Return a signature that was made for something else than ringwall."""
    private = load_ssh_private_key(private_key(key), None)
    assert isinstance(private, Ed25519PrivateKey)
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    frame = _strings(namespace, b"", b"sha512")
    made = private.sign(b"SSHSIG" + frame + _strings(sha512(message).digest()))
    data = (
        b"SSHSIG\0\0\0\1"
        + _strings(_strings(b"ssh-ed25519", public))
        + frame
        + _strings(_strings(b"ssh-ed25519", made))
    )
    lines = textwrap.wrap(base64.b64encode(data).decode(), 70)
    first, last = (f"-----{word} SSH SIGNATURE-----" for word in ("BEGIN", "END"))
    return "\n".join([first, *lines, last, ""])


def _strings(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _name(person: str) -> str:
    return person.partition(":")[2]


_BUILDERS: Mapping[str, Callable[[int, Mapping[str, Any], str], Event]] = {
    "request.approved": request_approved,
    "request.refused": request_refused,
    "grant.revoked": grant_revoked,
    "review.decided": review_decided,
}


@dataclass
class Pen:
    """Writes events as they are signed at an instant.

    Attributes:
        now: the instant.
        documents: as they are then.
    """

    now: int
    documents: Institute

    def request(self, said: Event, fault: str) -> Event:
        """Return the event of a request, or of one in which something is wrong."""
        changes = dict[str, Event]()
        changes["longer than signed"] = {"until": format_instant(self.now + 48 * HOUR)}
        changes["with more uses than signed"] = {"uses": said["uses"] + 1}
        changes["by another than signed"] = {"subject": "user:cal"}
        changes["for more than signed"] = {"resource": "weights:big"}
        changes["bound to another"] = {"binds": "77" * 32}
        changes["in another manner"] = {"manner": "break-glass"}
        if fault == "for another institute":
            said = {**said, "origin": ELSEWHERE}
        written = {**said, **changes.get(fault, {})}
        named = {**written, "nonce": "renamed"} if fault == "renamed" else written
        name = request_id(named)
        message = statement_of("request.opened", said)
        signature = self._signature(message, said["subject"], fault)
        at = self.now - (48 * HOUR if fault == "backdated" else 0)
        return request_opened(at, name, written, signature)

    def _approval(self, opened: Event, approver: str, seat: str) -> Event:
        """Return what somebody signs who approves a request."""
        return {
            "request": opened["id"],
            "digest": _digest(opened),
            "approver": approver,
            "seat": seat,
            "facts": self._facts(approver, opened, self.documents),
            "origin": ORIGIN,
        }

    def approved(
        self, opened: Event, other: Event, who: tuple[str, str], fault: str
    ) -> list[Event]:
        """Return the events of an approval, or of one in which something is wrong.

        Args:
            opened: the request that it is of.
            other: another one, or the same.
            who: approver and seat.
            fault: what is wrong; empty for nothing.
        """
        wanted = self._approval(opened, *who)
        said = {**wanted, **self._amiss(opened, other, who[0]).get(fault, {})}
        written = wanted if fault in CHANGED_LATER else said
        message = statement_of("request.approved", said)
        if fault == "said as a refusal":
            words = {"request": opened["id"], "by": who[0], "reason": "no"}
            message = statement_of("request.refused", {**words, "origin": ORIGIN})
        at = self.now + {"dated later": 30, "dated earlier": -30}.get(fault, 0) * HOUR
        signature = self._signature(message, said["approver"], fault)
        event = request_approved(at, written, signature)
        return [event, event] if fault == "put on record twice" else [event]

    def _amiss(self, opened: Event, other: Event, approver: str) -> dict[str, Event]:
        """Return for each fault what is said that should not be."""
        facts = self._facts(approver, opened, BASE)
        return {
            "for another institute": {"origin": ELSEWHERE},
            "of another digest": {"digest": _digest(other)},
            "moved from another request": {
                "request": other["id"],
                "digest": _digest(other),
            },
            "of documents as they were": {"facts": facts},
            "of other documents": {"facts": dict.fromkeys(facts, "00" * 32)},
            "seat changed": {"seat": "auditor"},
            "approver changed": {"approver": "user:bob"},
            "documents changed": {"facts": {**facts, "resource": "11" * 32}},
        }

    def objection(self, kind: str, request: str, by: str, fault: str) -> Event:
        """Return the event of a refusal or revocation."""
        said = {"request": request, "by": by, "reason": "no need", "origin": ORIGIN}
        return self._event(kind, said, by, fault)

    def decision(self, review: str, by: str, fault: str) -> Event:
        """Return the event of the decision of a review."""
        said = {
            "review": review,
            "by": by,
            "outcome": "kept" if fault == "kept" else "closed",
            "until": format_instant(self.now + 24 * HOUR),
            "reason": "looked into",
            "origin": ELSEWHERE if fault == "for another institute" else ORIGIN,
        }
        event = self._event("review.decided", said, by, fault)
        if fault == "of another review":
            other = {**said, "review": "rev-other"}
            event["signature"] = signed(
                statement_of("review.decided", other), _name(by)
            )
        return event

    def _event(self, kind: str, said: Event, by: str, fault: str) -> Event:
        message = statement_of(kind, said)
        return _BUILDERS[kind](self.now, said, self._signature(message, by, fault))

    def _signature(self, message: bytes, person: str, fault: str) -> str:
        match fault:
            case "signed by another":
                return signed(message, FORGER)
            case "unsigned":
                return (
                    "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----"
                )
            case "for another namespace":
                return _signed_for(b"file", message, _name(person))
            case "signed with a new key":
                return signed(message, f"{_name(person)} new")
            case _:
                return signed(message, _name(person))

    def _facts(
        self, approver: str, opened: Event, documents: Institute
    ) -> dict[str, str]:
        named = {
            "approver": approver,
            "resource": opened["resource"],
            "subject": opened["subject"],
        }
        return {
            part: document_digest(documents.get(entity, {}))
            for part, entity in named.items()
        }


def _digest(opened: Event) -> str:
    left_out = {"v", "kind", "at", "id", "signature"}
    return request_digest({k: v for k, v in opened.items() if k not in left_out})
