"""Reports that the system has filed by itself, as reports of the desk.

Must never name whom such a report is about: the entry of the log does, to those who may
read it.
"""

from hashlib import sha256
from typing import Any, Final

from ringwall.base.canonical import dump_canonical
from ringwall.ledger.asking.raid_rows import RaidEvent
from ringwall.raid.intake.document import REQUIRED
from ringwall.raid.intake.receiving import Incoming

__all__ = ["SCHEME", "incoming_of", "source_of"]

SCHEME: Final = "ringwall"
"""Scheme of the ids of reports that the system files."""

_CHANNELS: Final = {
    "decoy": ("decoy", "A decoy of the institute was touched"),
    "watch": ("watch", "The watch over the log has found something"),
}
_OTHER: Final = ("watch", "The system has filed a report")


def source_of(filed: RaidEvent) -> str:
    """Return scheme and id of a report that the system has filed.

    Args:
        filed: its entry.
    """
    return f"{SCHEME}:{filed.event['id']}"


def incoming_of(filed: RaidEvent) -> Incoming:
    """Return what the desk takes in of a report that the system has filed.

    Args:
        filed: its entry, of kind `report.filed`.
    """
    event = filed.event
    channel, title = _CHANNELS.get(event["source"], _OTHER)
    about = f" It concerns `{event['resource']}`." if event["resource"] else ""
    asked = f" The decision was `{event['decision']}`." if event["decision"] else ""
    document: dict[str, Any] = {
        **dict.fromkeys(REQUIRED, "unknown"),
        "title": title,
        "narrative": f"{event['told']}.{about}{asked} Entry {filed.index} of the log "
        f"is the report `{event['id']}` and says who is concerned.",
        "occurred": {"from": event["at"]},
        "aware": event["at"],
        "public": "no",
        "source": {"scheme": SCHEME, "id": event["id"]},
    }
    digest = sha256(dump_canonical(event)).hexdigest()
    return Incoming.of(document, channel, digest, source=source_of(filed))
