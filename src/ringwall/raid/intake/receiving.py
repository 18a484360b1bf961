"""A report on its way onto the record: the event of its receipt, and of its refusal.

Must never put a word of a report, or a name, where the log can't forget it.
"""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final, NamedTuple, Protocol

from ringwall.base.clock import format_instant
from ringwall.base.errors import DeclarationError
from ringwall.model.events import Event
from ringwall.raid.ids import new_id
from ringwall.raid.intake.originals import Kept
from ringwall.raid.scene import Scene

__all__ = [
    "UNMARKED",
    "Incoming",
    "LookAt",
    "Looked",
    "receive",
    "reject",
    "rejected_id",
]

UNMARKED: Final = "amber+strict"
"""The label of a report whose reporter wishes for none."""

_REPORT: Final = "raid.report"
_DESK: Final = "raid.desk"
_SCHEMA: Final = "schema-minimum"
_DIGITS: Final = 16
_MOST_FAULTS: Final = 50


class Looked(Protocol):
    """What a first look at a report says of where it should wait."""

    @property
    def imminent(self) -> int:
        """1 if danger to life is said to be imminent, else 0."""
        ...

    @property
    def priority(self) -> int:
        """From 0 (decline) to 4 (immediate)."""
        ...

    @property
    def owned(self) -> int:
        """1 if RAID would own it, else 0."""
        ...

    @property
    def compute(self) -> int:
        """Tier of the training compute, 0 to 3."""
        ...

    @property
    def reach(self) -> int:
        """From 0 (one user) to 4 (Union)."""
        ...


LookAt = Callable[[Mapping[str, Any]], Looked]
"""Gives the first look at a document."""


class Incoming(NamedTuple):
    """A report that is about to be received.

    Attributes:
        id: that it gets.
        document: as JSON data; fits the schema.
        channel: `form`, `file`, `import`, `decoy` or `watch`.
        digest: hex SHA-256 of what came in.
        pointer: where it stands in the original; empty for all of it.
        source: scheme and id, where an importer vouches for them; else empty.
        receipt: digest of the receipt code; empty for none.
        revises: id of the report of which this is a new version; else empty.
        box: digest of the box in which its reporter is sealed; empty while nobody is
            custodian.
    """

    id: str
    document: Mapping[str, Any]
    channel: str
    digest: str
    pointer: str = ""
    source: str = ""
    receipt: str = ""
    revises: str = ""
    box: str = ""

    @classmethod
    def of(
        cls, document: Mapping[str, Any], channel: str, digest: str, **rest: str
    ) -> "Incoming":
        """Return one with a new id.

        Args:
            document: as the attribute, likewise the others.
            channel: likewise.
            digest: likewise.
            **rest: the attributes that may be empty.
        """
        return cls(new_id(_REPORT), document, channel, digest, **rest)


def receive(
    scene: Scene, incoming: Incoming, looked: Looked, kept: Kept | None, alike: str
) -> Event:
    """Return the event by which a report is received.

    Args:
        scene: of the act.
        incoming: the report.
        looked: the first look at it.
        kept: its original; None for a report that the log itself is the original of.
        alike: id of the report that it is a copy of; empty for none.
    """
    document = incoming.document
    told = bool(document["title"] and document["narrative"])
    scene.require(_SCHEMA, incoming.id, holds=told)
    card: dict[str, str | int] = {
        "received": format_instant(scene.now),
        "channel": incoming.channel,
        "source": incoming.source,
        "digest": incoming.digest,
        "receipt": incoming.receipt,
        "kind": document["kind"],
        "tlp": document.get("tlp", UNMARKED),
        "alike": alike,
        "cases": 0,
        "imminent": int(looked.imminent),
        "priority": int(looked.priority),
        "owned": int(looked.owned),
        "compute": int(looked.compute),
        "reach": int(looked.reach),
    }
    said: dict[str, Any] = {"document": dict(document)}
    if kept is not None:
        said["original"] = {**kept._asdict(), "pointer": incoming.pointer}
    if incoming.revises:
        said["revises"] = incoming.revises
    if incoming.box:
        said["box"] = incoming.box
    return scene.event(_REPORT, incoming.id, "receive", None, card, said)


def rejected_id(digest: str) -> str:
    """Return the id under which a refused attempt stands on record."""
    return f"raid:rejected-{digest[:_DIGITS]}"


def reject(
    scene: Scene, data: bytes, error: DeclarationError, channel: str
) -> list[Event]:
    """Return the event that an attempt was refused; none if it is on record.

    Args:
        scene: of the act.
        data: what was refused; it is not kept.
        error: why.
        channel: by which it came.
    """
    digest = sha256(data).hexdigest()
    name = rejected_id(digest)
    if scene.maybe(_DESK, name) is not None:
        return []
    # A file's name may tell who wrote it.
    faults = [
        {"place": f"{fault.line}", "code": fault.code, "message": fault.message}
        for fault in error.faults[:_MOST_FAULTS]
    ]
    said = {"channel": channel, "faults": faults}
    return [scene.event(_DESK, name, "reject", None, {"digest": digest}, said)]
