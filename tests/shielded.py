"""Custodians with their private keys, and boxes that are sealed to them."""

from functools import cache
from hashlib import sha256

from ringwall.raid.shield.box import Box, seal_box
from ringwall.raid.shield.custodians import Custodian, Custodians
from ringwall.raid.shield.identity import Identity
from ringwall.raid.shield.opening import Terms, purpose_digest
from ringwall.raid.shield.sealing import format_public, public_of

REPORT = "report:r-aaaaaaaaaa"
ASKER = "user:lead-1"
NOW = 1_795_000_000_000_000
HOUR = 3_600_000_000
MARY = Identity(
    name="Mary Planted-Name",
    reach=("mary.planted@reporter.example", "+49 30 5550123"),
    about="I look after the cluster at the only laboratory that has one",
)


@cache
def private_key(person: str) -> bytes:
    """Return the private key that somebody has in all tests."""
    return sha256(person.encode()).digest()


@cache
def custodians(threshold: int = 3, own: int = 2, outside: int = 3) -> Custodians:
    """Return custodians: RAID's own first, then those from outside."""
    people = [f"user:custodian-{number}" for number in range(1, own + outside + 1)]
    return Custodians(
        threshold,
        tuple(
            Custodian(person, number >= own, public_of(private_key(person)))
            for number, person in enumerate(people)
        ),
    )


def custodians_yaml(found: Custodians | None = None) -> bytes:
    """Return the file that names custodians."""
    chosen = custodians() if found is None else found
    lines = ["version: 1", f"threshold: {chosen.threshold}", "custodians:"]
    for one in chosen.people:
        unit = "outside" if one.from_outside else "raid"
        lines += [f"  - person: {one.person}", f"    unit: {unit}"]
        lines += [f'    key: "{format_public(one.public)}"']
    return ("\n".join(lines) + "\n").encode()


def boxed(identity: Identity = MARY, report: str = REPORT) -> Box:
    """Return a box that was sealed just now."""
    return seal_box(report, identity, custodians())


def terms(**other: str | bytes | int) -> Terms:
    """Return the terms of a request of the asker, for an hour."""
    found = Terms(
        request="idr-aaaaaaaaaaaaaaaa",
        report=REPORT,
        asker=ASKER,
        key=public_of(private_key(ASKER)),
        purpose=purpose_digest("to warn them", "Article 5 of the statute"),
        expires=NOW + HOUR,
    )
    return found._replace(**other)  # type: ignore[arg-type]  # one field of its type
