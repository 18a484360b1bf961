"""Planted reporters: whatever is done at the desk, who they are is found nowhere."""

import base64
import json
import zlib
from collections.abc import Callable
from contextlib import suppress
from hashlib import md5, sha1, sha256
from pathlib import Path
from random import Random

from ringwall.base.errors import RingwallError
from ringwall.raid.desk import RaidDesk
from ringwall.raid.intake.desk import Handed
from ringwall.raid.shield.identity import Identity
from tests.raid_office import RaidOffice, report_document, who
from tests.shield_office import asked, passing, shield

REPORTS = 12


def _planted(number: int) -> Identity:
    return Identity(
        name=f"Zyxel Quorvath {number}",
        reach=(f"zyxel.quorvath{number}@planted.example", f"+49 89 77712{number:03}"),
        about=f"I keep the only cluster of Vorbania, room {number}",
    )


def _traces(identity: Identity) -> set[bytes]:
    """Return what would give an identity away: its words, in many a disguise."""
    words = [identity.name or "", *identity.reach, identity.about or ""]
    plain = {word.encode() for word in words}
    plain |= {word.lower().encode() for word in words}
    found = set(plain)
    for word in plain:
        for hashed in (sha256, sha1, md5):
            digest = hashed(word).digest()
            found |= {digest, digest.hex().encode(), base64.b64encode(digest)}
        found |= {word.hex().encode(), word[::-1], word.decode().encode("utf-16-le")}
        for skip in range(3):
            coded = base64.b64encode(word[skip:]).rstrip(b"=")
            found.add(coded[: len(coded) - 1])
        found.add(zlib.compress(word)[2:-4])
    return {trace for trace in found if len(trace) >= 8}


def _unpacked(data: bytes) -> list[bytes]:
    """Return bytes as they are, and what is packed in them."""
    found = [data]
    at = 0
    while (at := data.find(b"\x78", at)) >= 0 and len(found) < 200:
        with suppress(zlib.error):
            found.append(zlib.decompressobj().decompress(data[at:], 1 << 16))
        at += 1
    return found


def test_planted_reporters_are_found_nowhere(raid_office: RaidOffice) -> None:
    chance = Random(20261123)
    shield(raid_office)
    told: list[str] = []
    with raid_office.raid() as desk:
        for number in range(REPORTS):
            document = report_document(title=f"Case {number}")
            handed = desk.intake.hand_in(who("ruth"), document, _planted(number))
            for deed in chance.sample(_deeds(desk, handed), 4):
                try:
                    told.append(repr(deed()))
                except RingwallError as error:
                    told.append(f"{error} {error.next_step} {error.__cause__!r}")
            told.append(repr(handed))
    told += [json.dumps(event) for event in raid_office.events()]
    traces = [trace for number in range(REPORTS) for trace in _traces(_planted(number))]

    seen = {"what was told": "\n".join(told).encode()}
    for path in Path(raid_office.folder).rglob("*"):
        if path.is_file():
            seen[str(path)] = path.read_bytes()
    hits = [
        (name, trace)
        for name, data in seen.items()
        for part in (_unpacked(data) if len(data) < 1 << 20 else [data])
        for trace in traces
        if trace in part
    ]

    assert hits == []
    sizes = {
        path.stat().st_size
        for path in (raid_office.folder / "raid/boxes").rglob("*.json")
    }
    assert len(sizes) == 1


def _deeds(desk: RaidDesk, handed: Handed) -> list[Callable[[], object]]:
    """Return what may be done with a report, some of which is refused."""
    report = handed.taken.report
    return [
        lambda: asked(desk, report),
        lambda: asked(desk, report, ground=""),
        lambda: desk.mailbox.post(who("joan"), report, "which one?"),
        lambda: desk.mailbox.write(who("ruth"), handed.receipt, "again"),
        lambda: desk.screening.open(who("joan"), report, "B2"),
        lambda: desk.erasing.erase(who("niels"), report, "asked"),
        lambda: _decided(desk, asked(desk, report)),
    ]


def _decided(desk: RaidDesk, request: str) -> str:
    for number in (1, 2, 3):
        desk.identities.vote(who(f"custodian-{number}"), request, passing(number))
    return repr(desk.identities.fetch(who("joan"), request).done)
