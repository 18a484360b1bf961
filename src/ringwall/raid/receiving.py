"""Hand-overs coming back: accepted, refused, or never answered.

A package is pending until its recipient has signed for it. Must never take a case for
handed over on anybody's mere word, nor let silence pass without an alarm.
"""

from collections.abc import Sequence
from typing import Final

from ringwall.base.clock import format_instant, parse_instant
from ringwall.base.errors import ActRefused
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import RaidCard
from ringwall.model.events import Event
from ringwall.model.raid_events import handover_silent
from ringwall.raid.acting import Acting, Done, Make
from ringwall.raid.guards import is_told
from ringwall.raid.handing import ROUTE
from ringwall.raid.ids import parse_id
from ringwall.raid.routing.receipts import Awaited, check_receipt
from ringwall.raid.scene import Scene
from ringwall.raid.words import checked_text

__all__ = ["Receiving"]

_KIND: Final = "raid.handover"
_CASE: Final = "raid.case"


class Receiving:
    """Where it is put on record what became of hand-overs.

    Args:
        acting: puts the questions and acts.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def accept(self, who: Who, handover: str, receipt: bytes, signature: str) -> Done:
        """Put on record that a recipient has signed for a package.

        A case that RAID does not own is handed over by that, if it went to the one
        who takes it.

        Args:
            who: the routing officer.
            handover: id.
            receipt: the statement, as it was signed.
            signature: armored, over just these bytes.

        Raises:
            AccessDenied: the answer is no; or there is no such hand-over, for all
                that they may know.
            ActRefused: `recipient-keyless`; `act-not-possible`; or as
                `check_receipt`.
            RequestError: `receipt-malformed`.
            SignatureInvalid: as `check_receipt`.
        """
        name = parse_id(_KIND, handover)

        def make(scene: Scene) -> list[Event]:
            card = scene.card(_KIND, name)
            tables = scene.rules.routes
            contact = tables.contacts.get(str(card.card["recipient"]))
            if contact is None or contact.key is None:
                raise _keyless(str(card.card["recipient"]))
            awaited = Awaited(
                name,
                str(card.card["package"]),
                contact.id,
                parse_instant(scene.rows.first({name})[name].event["at"]),
                scene.now,
            )
            found = check_receipt(receipt, signature, contact.key, awaited)
            scene.require("signed", name, holds=True)
            said = {
                "accepted_by": found.accepted_by,
                "accepted_at": format_instant(found.at),
                "receipt": receipt.decode("utf-8"),
                "signature": signature,
            }
            event = scene.event(_KIND, name, "accept", card, {}, said)
            return [event, *_handed_over(scene, card)]

        return self._act(who, name, make)

    def refuse(self, who: Who, handover: str, reason: str) -> Done:
        """Put on record that a recipient does not take a package: an alarm.

        Args:
            who: the routing officer.
            handover: id.
            reason: what the recipient said.

        Raises:
            RingwallError: as `accept`; `reason-missing`.
        """
        name = parse_id(_KIND, handover)

        def make(scene: Scene) -> list[Event]:
            card = scene.card(_KIND, name)
            said = {"reason": _reason(reason)}
            event = scene.event(_KIND, name, "refuse", card, {}, said)
            return [event, *_come_back(scene, card, "refused")]

        return self._act(who, name, make)

    def lapse(self, who: Who, handover: str) -> Done:
        """Put on record that nobody signed for a package in time: an alarm.

        Args:
            who: the routing officer.
            handover: id.

        Raises:
            RingwallError: as `accept`; `not-overdue`.
        """
        name = parse_id(_KIND, handover)

        def make(scene: Scene) -> list[Event]:
            card = scene.card(_KIND, name)
            is_over = scene.now >= parse_instant(str(card.card["limit"]))
            scene.require("overdue", name, holds=is_over)
            event = scene.event(_KIND, name, "lapse", card, {}, {})
            return [event, *_come_back(scene, card, "lapsed")]

        return self._act(who, name, make)

    def give_back(self, who: Who, case: str, reason: str) -> Done:
        """Put on record that whoever took a case over has given it back.

        Args:
            who: the routing officer.
            case: id.
            reason: what they said.

        Raises:
            RingwallError: as `send`; `reason-missing`; `act-not-possible`.
        """
        case = self._acting.case(who, case, ROUTE)

        def make(scene: Scene) -> list[Event]:
            card = scene.card(_CASE, case)
            said = {"reason": _reason(reason)}
            return [scene.event(_CASE, case, "return", card, {}, said)]

        return self._acting.act(who, ROUTE, case, make)

    def _act(self, who: Who, name: str, make: Make) -> Done:
        return self._acting.act(who, ROUTE, self._acting.case_of(_KIND, name), make)


def _handed_over(scene: Scene, handover: RaidCard) -> Sequence[Event]:
    """Return the event by which the case goes, if it went to the one who takes it."""
    case = scene.card(_CASE, handover.case)
    if handover.card["role"] != "primary" or case.card["state"] != "triaged":
        return ()
    # What RAID came to own while the receipt was under way is no longer triaged.
    scene.require("not-raid-owned", case.id, holds=not case.card["owned"])
    scene.require("accepted", case.id, holds=True)
    said = {"handover": handover.id}
    return (scene.event(_CASE, case.id, "hand-over", case, {}, said),)


def _come_back(scene: Scene, handover: RaidCard, found: str) -> list[Event]:
    """Return the alarm, and the event by which a case that was gone is back."""
    case = scene.card(_CASE, handover.case)
    events: list[Event] = []
    is_gone = case.card["state"] == "handed-over"
    if is_gone and handover.card["role"] == "primary":
        said = {"handover": handover.id, "reason": found}
        events.append(scene.event(_CASE, case.id, "return", case, {}, said))
    told = (scene.now, handover.id, handover.case, found, scene.decision)
    return [*events, handover_silent(*told)]


def _reason(text: str) -> str:
    told = checked_text(text, "reason")
    if not is_told(told):
        raise ActRefused(
            "reason-missing",
            "this takes a reason",
            next_step="say with --reason what the recipient said",
        )
    return told


def _keyless(recipient: str) -> ActRefused:
    return ActRefused(
        "recipient-keyless",
        f"no key is on record by which `{recipient}` could sign",
        next_step="put it into raid/routes/contacts.csv, checked with them, and run "
        "`ringwall raid rules adopt`",
    )
