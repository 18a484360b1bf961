"""People who ask and approve at the desk in tests, with keys of their own."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from typing_extensions import override

from ringwall.base.clock import FixedClock, format_instant
from ringwall.base.errors import RingwallError
from ringwall.grants.desk import GrantsDesk, Told, Wish
from ringwall.institute import Institute
from ringwall.ledger.ledger import Ledger
from ringwall.matters.requests import GrantRequest
from ringwall.matters.statements import statement_of
from ringwall.model.decisions import Decision
from ringwall.model.declarations import dump_document
from ringwall.model.events import Event
from ringwall.pdp.facts import FactBase
from ringwall.registry.judge import Judge
from ringwall.signing.ssh import sign_ssh
from tests.example import NOON, apply, declare

__all__ = [
    "DAY",
    "EXPORT",
    "GLASS",
    "HOUR",
    "PEOPLE",
    "QUORUM",
    "REASON",
    "Office",
    "key_entry",
    "keyed",
    "private_key",
    "public_line",
    "refused_code",
    "signed",
]

HOUR: Final = 3600 * 1_000_000
DAY: Final = 24 * HOUR
PEOPLE: Final = ("ada", "cleo", "dennis", "grace", "john", "marian", "radia")
"""Who has a key: researcher, three custodians (cleo, dennis, grace), evaluator, CISO
(marian) and security officer (radia)."""
QUORUM: Final = (("grace", "custodian"), ("cleo", "custodian"), ("marian", "ciso"))
"""Who has to approve `EXPORT`, each in a seat."""
REASON: Final = "there are copies enough"
EXPORT: Final = Wish(
    subject="user:dennis",
    action="weights.export",
    resource="weights:aurora-1",
    purpose="copy for the second site",
    until=NOON + DAY,
)
"""A wish that takes two custodians and the CISO."""
GLASS: Final = Wish(
    subject="user:dennis",
    action="weights.delete",
    resource="weights:aurora-1",
    purpose="the machines are being carried off",
    until=NOON + HOUR,
    manner="break-glass",
)
"""A wish that takes nobody."""

_SCREENED: Final = {
    "level": "SL4",
    "assessor": "institute security office",
    "from": "2026-02-15T00:00:00Z",
    "until": "2039-02-15T00:00:00Z",
}
_NEW: Final[dict[str, dict[str, Any]]] = {
    "user:cleo": {
        "id": "user:cleo",
        "organisation": "org:institute",
        "roles": ["custodian"],
        "compartments": ["aurora"],
        "screening": _SCREENED,
    }
}


def private_key(name: str, passphrase: bytes = b"") -> bytes:
    """Return the private key file of somebody; the same key each time."""
    lock = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return _key(name).private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, lock)


def public_line(name: str) -> str:
    """Return the line of the `.pub` file of somebody."""
    public = _key(name).public_key()
    return public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def key_entry(name: str, until: int = NOON + 4000 * DAY) -> dict[str, Any]:
    """Return somebody's key as a document has it."""
    return {
        "key": public_line(name),
        "from": format_instant(NOON - 400 * DAY),
        "until": format_instant(until),
    }


def keyed(facts: FactBase, **changes: Mapping[str, Any]) -> str:
    """Return a declaration, as YAML, that gives each of `PEOPLE` a key.

    Args:
        facts: what is on record before.
        changes: by the name of a person, fields that are otherwise; None for none.
    """
    known = facts.documents()
    people = []
    for name in PEOPLE:
        entity = f"user:{name}"
        before = dump_document(known[entity]) if entity in known else _NEW[entity]
        keys = before.get("keys") or [key_entry(name)]
        document = {**before, "keys": keys, **changes.get(name, {})}
        people.append({k: v for k, v in document.items() if v is not None})
    return json.dumps({"people": people})


def signed(name: str, kind: str, said: Mapping[str, Any]) -> str:
    """Return somebody's signature over what is said."""
    return sign_ssh(statement_of(kind, said), private_key(name))


def _key(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())


def refused_code(act: Any, *words: Any, **named: Any) -> str:  # noqa: ANN401 - any act
    """Return the code with which an act at the desk is refused."""
    with pytest.raises(RingwallError) as caught:
        act(*words, **named)
    assert caught.value.next_step
    return caught.value.code


class _QuickInstitute(Institute):
    """An institute that reads its policies once for all tests: none here edits them."""

    _read: ClassVar[list[Judge]] = []

    @override
    def judge(self) -> Judge:
        if not self._read:
            self._read.append(super().judge())
        return self._read[0]

    @override
    def judge_in_force(self, ledger: Ledger) -> Judge:
        return self.judge()


class Office:
    """An institute, its clock, and what people do at the desk for grants.

    Args:
        folder: of an institute in which `PEOPLE` have keys.
    """

    def __init__(self, folder: Path) -> None:
        self.clock = FixedClock(NOON)
        self.institute: Institute = _QuickInstitute(folder, self.clock)
        self._desk: GrantsDesk | None = None

    @contextmanager
    def desk(self) -> Iterator[GrantsDesk]:
        """Lend the desk, which stays open for the next."""
        if self._desk is None:
            self._desk = self.institute.grants()
        yield self._desk

    def close(self) -> None:
        """Let go of the record."""
        if self._desk is not None:
            self._desk.close()

    def draft(self, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - of a wish
        """Return what `EXPORT` says with some of it changed, unsigned."""
        with self.desk() as desk:
            return desk.draft(replace(EXPORT, **changes)).said

    def file(self, said: Mapping[str, Any], by: str = "dennis") -> Told:
        """File a request that somebody signs."""
        with self.desk() as desk:
            return desk.file(said, signed(by, "request.opened", said))[0]

    def opened(self, **changes: Any) -> str:  # noqa: ANN401 - of a wish
        """Return the id of a request that was filed by who asks."""
        said = self.draft(**changes)
        return self.file(said, said["subject"].partition(":")[2]).request.id

    def approve(self, name: str, who: str, seat: str, *, by: str = "") -> Told:
        """Approve a request; `by` signs in the name of `who`."""
        with self.desk() as desk:
            said = desk.approval_of(name, f"user:{who}", seat)
            return desk.approve(said, signed(by or who, "request.approved", said))[0]

    def refuse(self, name: str, who: str, *, by: str = "") -> Told:
        """Refuse a request."""
        with self.desk() as desk:
            said = desk.objection_of("request.refused", name, f"user:{who}", REASON)
            return desk.refuse(said, signed(by or who, "request.refused", said))[0]

    def revoke(self, name: str, who: str, *, by: str = "") -> GrantRequest:
        """Take a grant back."""
        with self.desk() as desk:
            said = desk.objection_of("grant.revoked", name, f"user:{who}", REASON)
            return desk.revoke(said, signed(by or who, "grant.revoked", said))[0]

    def granted(self, **changes: Any) -> str:  # noqa: ANN401 - of a wish
        """Return the id of a request that its quorum has approved."""
        name = self.opened(**changes)
        for who, seat in QUORUM:
            self.approve(name, who, seat)
        return name

    def told(self, name: str) -> Told:
        """Return how a request stands."""
        with self.desk() as desk:
            return desk.show(name)

    def state(self, name: str) -> str:
        """Return in one word how a request stands."""
        return self.told(name).standing.state.value

    def declare(self, **changes: Mapping[str, Any]) -> None:
        """Change what is on record of people: see `keyed`."""
        text = keyed(self.institute.facts(), **changes)
        apply(self.institute, declare(self.institute.folder.parent, text))

    def use(self, wish: Wish = EXPORT) -> Decision:
        """Ask the gate for what a wish asks a grant for."""
        with self.institute.gatekeeper("point:west-bench") as gate:
            return gate.check(
                subject=wish.subject,
                action=wish.action,
                resource=wish.resource,
                authn="hardware-fresh",
                purpose=wish.purpose,
                amount=1,
                present=["user:grace"],
                handles=["watermark", "byte-budget"],
            )

    def last(self) -> Event:
        """Return the last event on record."""
        ledger = self.institute.ledger(writable=False)
        try:
            return ledger.entry(ledger.head().size - 1).event
        finally:
            ledger.close()
