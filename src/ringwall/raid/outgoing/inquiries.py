"""What enforcers ask: taken in, kept apart, answered the same whatever the desk holds.

Must never look at a case for an answer, but where an exit of the barrier is open.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ringwall.base.canonical import dump_canonical
from ringwall.base.errors import RequestError, UnknownItem
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import RaidCard, RaidQuestion
from ringwall.model.events import Event
from ringwall.model.raid_events import DESK, INBOX
from ringwall.model.raid_inquiry_kinds import DISCLOSE, DISCLOSING
from ringwall.model.raid_inquiry_laws import STANDARD_ANSWER
from ringwall.model.raid_permits import digest_bound
from ringwall.raid.acting import READ, Acting, Done
from ringwall.raid.guards import is_told
from ringwall.raid.ids import new_id, parse_id
from ringwall.raid.intake.originals import Kept, Originals
from ringwall.raid.outgoing.barrier import Way
from ringwall.raid.outgoing.bodies import body_of
from ringwall.raid.outgoing.claimed import Claimed, ground_of
from ringwall.raid.outgoing.minimum import content_of, minimum_of
from ringwall.raid.outgoing.refusals import PERSONS, check_may_go, exit_in_force
from ringwall.raid.proposals import Carrier, propose
from ringwall.raid.routed_case import routed_case
from ringwall.raid.routing.facts import NOTHING_TOLD
from ringwall.raid.routing.rows import Contact
from ringwall.raid.scene import Scene
from ringwall.raid.words import checked_text

__all__ = ["MAX_LETTER_BYTES", "Answered", "Inquiries", "disclosing_carrier"]

MAX_LETTER_BYTES: Final = 4 * 1024 * 1024
"""Largest letter."""

_KIND: Final = "raid.inquiry"
_CASE: Final = "raid.case"
_INTAKE: Final = "raid.intake"
_ROUTE: Final = "raid.route"
_ARM: Final = "raid.arm"
_ORDER: Final = "order"
_FORMAT: Final = "ringwall-inquiry-answer"


class Answered(NamedTuple):
    """An inquiry that was answered.

    Attributes:
        done: the act.
        data: the answer, to be sent as it is.
    """

    done: Done
    data: bytes


class Inquiries:
    """Where it is put on record what enforcers ask, and what they are told.

    Args:
        acting: puts the questions and acts.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting
        self._kept = Originals(acting.folder)

    def receive(self, who: Who, letter: bytes, sender: str) -> Done:
        """Take in what somebody asks; nothing is looked up for it.

        Args:
            who: the clerk.
            letter: as it came.
            sender: id of a contact of the routing tables; else a name.

        Raises:
            AccessDenied: the answer is no.
            RequestError: `letter-empty`, `letter-too-large`, `sender-missing`.
            RecordUnavailable: `original-unwritable`.
        """
        name = checked_text(sender, "sender")
        _check_letter(letter, name)

        def make(scene: Scene) -> list[Event]:
            kept = self._kept.keep(letter)
            is_known = name in scene.rules.routes.contacts
            card = {"recipient": name if is_known else "", "letter": kept.sha256}
            said = {"name": name, "bytes": kept.bytes}
            return [scene.event(_KIND, new_id(_KIND), "inquire", None, card, said)]

        return self._acting.act(who, _INTAKE, INBOX, make)

    def listed(self, who: Who) -> list[RaidCard]:
        """Return the inquiries, the oldest first.

        Args:
            who: who asks; of those that were answered about a case, they see the ones
                of cases that they may know of.

        Raises:
            AccessDenied: the answer is no.
        """
        self._acting.ask(who, READ, DESK)
        visible = self._acting.visible(who)
        asked = RaidQuestion(_KIND, order=("idx",), visible=visible)
        return self._acting.rows.find(asked)

    def sender(self, inquiry: str) -> str:
        """Return who asked, as it was told; for somebody who was given the inquiry.

        Args:
            inquiry: id.
        """
        made = self._acting.rows.first({inquiry}).get(inquiry)
        return "" if made is None else str(made.event["said"].get("name", ""))

    def about(self, inquiry: str) -> str:
        """Return the case to ask about before its answer is looked at; empty for none.

        Args:
            inquiry: id.
        """
        card = self._acting.rows.card(_KIND, parse_id(_KIND, inquiry))
        return "" if card is None else card.case

    def is_answered(self, inquiry: str) -> bool:
        """Tell whether an inquiry has an answer, of whatever sort.

        Args:
            inquiry: id.
        """
        card = self._acting.rows.card(_KIND, parse_id(_KIND, inquiry))
        return card is not None and bool(card.card["answer"])

    def answer(self, who: Who, inquiry: str) -> Answered:
        """Give the answer that everybody gets: the same whatever the desk holds.

        Args:
            who: the routing officer.
            inquiry: id.

        Raises:
            AccessDenied: the answer is no.
            UnknownItem: `unknown-inquiry`.
            ActRefused: `act-not-possible`, it was answered or declined.
        """
        name = parse_id(_KIND, inquiry)

        def make(scene: Scene) -> list[Event]:
            card = scene.card(_KIND, name)
            kept = self._kept.keep(STANDARD_ANSWER)
            changes = {"answer": kept.sha256}
            said = {"bytes": kept.bytes}
            return [scene.event(_KIND, name, "answer", card, changes, said)]

        return Answered(self._acting.act(who, _ROUTE, DESK, make), STANDARD_ANSWER)

    def decline(self, who: Who, inquiry: str, reason: str) -> Done:
        """Put on record that an inquiry is not answered at all.

        Args:
            who: the routing officer.
            inquiry: id.
            reason: in words; for the record, and not for who asked.

        Raises:
            AccessDenied: the answer is no.
            UnknownItem: `unknown-inquiry`.
            ActRefused: `reason-missing`, `act-not-possible`.
        """
        name = parse_id(_KIND, inquiry)
        told = checked_text(reason, "reason")

        def make(scene: Scene) -> list[Event]:
            card = scene.card(_KIND, name)
            scene.require("reason", name, holds=is_told(told))
            return [scene.event(_KIND, name, "decline", card, {}, {"reason": told})]

        return self._acting.act(who, _ROUTE, DESK, make)

    def propose(
        self, who: Who, inquiry: str, case: str, claimed: Claimed, reason: str
    ) -> Done:
        """Propose to answer about a case by an exit; another person carries it.

        Args:
            who: the routing officer; of an order of a court the legal officer.
            inquiry: id.
            case: that is told of.
            claimed: the exit, and what it rests on.
            reason: in words.

        Raises:
            AccessDenied: the answer is no.
            UnknownItem: `unknown-inquiry`, `unknown-message`.
            ActRefused: `barrier-shut`, with all that is missing; `exit-unknown`;
                `reason-missing`; `act-not-possible`.
        """
        name = parse_id(_KIND, inquiry)
        action = _ARM if claimed.exit == _ORDER else _ROUTE
        case = self._acting.case(who, case, action)

        def make(scene: Scene) -> list[Event]:
            doc = {
                "inquiry": name,
                "case": case,
                "claimed": claimed.document(),
                "first": scene.person,
            }
            answer = self._answer(scene, doc, (scene.person,))
            doc["answer"] = digest_bound(answer)
            what = DISCLOSING[claimed.exit]
            return [propose(scene, case, what, doc, reason)]

        return self._acting.act(who, action, case, make)

    def disclose(self, scene: Scene, doc: Mapping[str, Any]) -> list[Event]:
        """Return the events by which an inquiry is answered about a case.

        Raises:
            ActRefused: `barrier-shut`; `exit-shut`, other facts would be told than
                were proposed.
        """
        name, case = doc["inquiry"], doc["case"]
        persons = tuple(dict.fromkeys((doc["first"], scene.person)))
        answer = self._answer(scene, doc, persons)
        scene.require("two-persons", name, holds=scene.is_second)
        # `propose` took it.
        scene.require("reason", name, holds=True)
        is_same = digest_bound(answer) == doc["answer"]
        scene.require("exit-open", name, holds=is_same)
        kept = self._kept.keep(dump_canonical(answer))
        claimed = doc["claimed"]
        changes = {
            "exit": claimed["exit"],
            "ground": digest_bound(doc),
            "answer": kept.sha256,
        }
        said = {"claimed": claimed, "bytes": kept.bytes}
        card = scene.card(_KIND, name)
        return [scene.event(_KIND, name, DISCLOSE, card, changes, said, case=case)]

    def told(self, who: Who, inquiry: str) -> bytes:
        """Return the bytes of an answer, as they are kept.

        Args:
            who: the routing officer.
            inquiry: id.

        Raises:
            AccessDenied: the answer is no.
            UnknownItem: `unknown-inquiry`; `inquiry-unanswered`; `original-missing`.
            IntegrityError: `original-differs`.
        """
        name = parse_id(_KIND, inquiry)
        self._acting.ask(who, _ROUTE, self.about(name) or DESK)
        card = self._acting.rows.card(_KIND, name)
        if card is None or not card.card["answer"]:
            raise UnknownItem(
                "inquiry-unanswered",
                f"`{name}` has no answer",
                next_step="`ringwall raid inquiry ls` shows how each stands",
            )
        kept = Kept(str(card.card["answer"]), card.event["said"]["bytes"])
        return self._kept.read(kept)

    def _answer(
        self, scene: Scene, doc: Mapping[str, Any], persons: tuple[str, ...]
    ) -> dict[str, Any]:
        """Return what is told by an exit; raise what the barrier has against it."""
        tables, claimed = scene.rules.routes, Claimed.of(doc["claimed"])
        way_out = exit_in_force(scene.rules.exits, claimed.exit)
        contact = self._contact(scene, doc["inquiry"])
        card = scene.card(_CASE, doc["case"])
        facts = routed_case(scene.rows, card, NOTHING_TOLD, tables)
        told = minimum_of(facts, way_out)
        content = content_of(facts, told)
        ground = ground_of(scene, claimed, facts, contact, persons)
        later = () if scene.is_second else (PERSONS,)
        body = body_of(contact, tables, scene.now)
        check_may_go(content, body, Way(way_out, ground), later)
        exercise = self._acting.exercise
        return {
            "v": 1,
            "kind": _FORMAT,
            "inquiry": doc["inquiry"],
            "recipient": contact.id,
            "exit": claimed.exit,
            "label": content.label.tlp.word,
            "facts": told,
            **({"exercise": exercise} if exercise else {}),
        }

    def _contact(self, scene: Scene, inquiry: str) -> Contact:
        """Return who asks, as the tables in force have it."""
        recipient = str(scene.card(_KIND, inquiry).card["recipient"])
        contact = scene.rules.routes.contacts.get(recipient)
        if contact is None:
            raise UnknownItem(
                "recipient-unknown",
                "whoever asked is no contact of the routing tables",
                next_step="put the contact into raid/routes/contacts.csv, and take the "
                "inquiry in anew by its id",
            )
        return contact


def disclosing_carrier(acting: Acting) -> Carrier:
    """Return how an answer by an exit is carried by a second person.

    Args:
        acting: of the desk.
    """
    return Carrier(Inquiries(acting).disclose)


def _check_letter(letter: bytes, sender: str) -> None:
    if not is_told(sender):
        raise RequestError(
            "sender-missing",
            "it is not said who asks",
            next_step="name the contact, or whoever it is: --from csirt.de",
        )
    if not letter.strip():
        raise RequestError(
            "letter-empty",
            "the letter is empty",
            next_step="give the file as it came",
        )
    if len(letter) > MAX_LETTER_BYTES:
        raise RequestError(
            "letter-too-large",
            f"the letter has more than {MAX_LETTER_BYTES} bytes",
            next_step="take in the letter itself, and keep what came with it apart",
        )
