"""Requests for an identity: asked for with a ground, decided by custodians, opened.

What custodians pass on is put on record sealed to the asker; the desk never holds a
share, nor the key. Must never let anybody decide on what they asked for, or twice.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from ringwall.base.clock import format_instant, parse_instant
from ringwall.base.errors import ActRefused, RequestError
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import RaidCard, RaidEvent
from ringwall.model.events import Event
from ringwall.raid.acting import Acting, Done
from ringwall.raid.guards import is_told
from ringwall.raid.ids import new_id, parse_id
from ringwall.raid.scene import Scene
from ringwall.raid.shield.asked import VOTE, voices_of
from ringwall.raid.shield.box import Box
from ringwall.raid.shield.boxes import Boxes, digest_on_record
from ringwall.raid.shield.opening import Passed, Terms, purpose_digest
from ringwall.raid.shield.sealing import fingerprint_of, format_public, parse_public
from ringwall.raid.shield.steady import steady
from ringwall.raid.words import checked_text
from ringwall.signing.base64text import decode_base64, encode_base64

__all__ = ["LONGEST", "Fetched", "IdentityRequests", "Passing"]

LONGEST: Final = 30 * 86_400_000_000
"""Longest that a request holds, in microseconds: 30 days (OWN)."""

_KIND: Final = "raid.identity"
_REPORT: Final = "raid.report"
_MESSAGE: Final = "raid.message"
_WRITE: Final = "raid.write"
_OPEN: Final = "open"
_GRANTED: Final = "granted"
_TOLD: Final = (
    "Your identity was asked for, and the custodians have let it be opened to the one "
    "who asked. Purpose: {purpose}. Legal ground: {ground}."
)
Passing = Callable[[Box, Terms, int], Passed]
"""Passes a custodian's share on, with their own key, at an instant."""


class Fetched(NamedTuple):
    """What an asker needs to open a box, with their own private key.

    Attributes:
        box: of the report.
        terms: of the request.
        passed: what the custodians passed on.
        done: the act.
    """

    box: Box
    terms: Terms
    passed: tuple[Passed, ...]
    done: Done


class IdentityRequests:
    """Where identities are asked for, and decided on.

    Args:
        acting: puts the questions and acts.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting
        self._boxes = Boxes(acting.folder)

    def ask(  # noqa: PLR0913, PLR0917 - each is a part of the form, the last by name
        self,
        who: Who,
        report: str,
        purpose: str,
        ground: str,
        key: str,
        until: str,
        *,
        untold: bool = False,
    ) -> Done:
        """Ask for who sent a report.

        Args:
            who: who asks.
            report: its id.
            purpose: what the identity is needed for.
            ground: the legal ground.
            key: public key of the asker, to which alone the box is opened.
            until: instant up to which the request holds.
            untold: whether the law forbids to tell the reporter.

        Raises:
            AccessDenied: the answer is no; the same for a report that does not exist.
            RequestError: `key-malformed`, `expiry-refused`, `text-too-long`.
            ActRefused: `ground-missing`.
            UnknownItem: `box-never`, `box-missing`.
            IntegrityError: `box-damaged`.
        """
        report = parse_id(_REPORT, report)
        words = checked_text(purpose, "purpose"), checked_text(ground, "legal ground")
        public = _public(key)

        def make(scene: Scene) -> list[Event]:
            expires = _expiry(until, scene.now)
            name = new_id(_KIND)
            box = self._box(scene, report)
            has_ground = is_told(words[0]) and is_told(words[1])
            scene.require("ground-told", name, holds=has_ground)
            card: dict[str, str | int] = {
                "purpose": purpose_digest(*words),
                "key": fingerprint_of(public),
                "expires": format_instant(expires),
                "needed": box.threshold,
                "untold": int(untold),
            }
            said = {
                "purpose": words[0],
                "ground": words[1],
                "key": format_public(public),
            }
            return [scene.event(_KIND, name, "ask", None, card, said, case=report)]

        with steady():
            return self._acting.act(who, _WRITE, report, make)

    def vote(self, who: Who, request: str, passing: Passing) -> Done:
        """Agree to a request, and pass one's share on to the asker.

        Args:
            who: the custodian.
            request: id.
            passing: passes the share on; see `pass_on`.

        Raises:
            AccessDenied: the answer is no.
            ActRefused: `no-custodian-of-box`, `voice-given`,
                `identity-request-expired`, `act-not-possible`; or as `passing`.
            UnknownItem: `unknown-request`; `box-missing`.
            IntegrityError: as `passing`.
        """

        def make(scene: Scene, card: RaidCard) -> list[Event]:
            box = self._voice(scene, card)
            terms = self._terms(card)
            passed = passing(box, terms, scene.now)
            votes = int(card.card["votes"]) + 1
            after = _GRANTED if votes >= box.threshold else _OPEN
            said = {"share": encode_base64(passed.sealed)}
            changes = {"votes": votes}
            return [
                scene.event(*(_KIND, card.id, "vote", card, changes, said), after=after)
            ]

        return self._on(who, VOTE, request, make)

    def refuse(self, who: Who, request: str, reason: str) -> Done:
        """Refuse a request, with a reason that the asker is shown.

        Args:
            who: the custodian.
            request: id.
            reason: in words.

        Raises:
            AccessDenied: the answer is no.
            RequestError: `reason-missing`, `text-too-long`.
            ActRefused: as `vote`.
            UnknownItem: likewise.
        """
        words = checked_text(reason, "reason")
        if not is_told(words):
            raise RequestError(
                "reason-missing",
                "an identity is refused with a reason",
                next_step="say why: `--reason TEXT`; the asker is shown it",
            )

        def make(scene: Scene, card: RaidCard) -> list[Event]:
            box = self._voice(scene, card)
            refusals = int(card.card["refusals"]) + 1
            # So many that those who are left are too few.
            is_over = len(box.shares) - refusals < box.threshold
            after = "refused" if is_over else _OPEN
            said, changes = {"reason": words}, {"refusals": refusals}
            return [
                scene.event(
                    *(_KIND, card.id, "refuse", card, changes, said), after=after
                )
            ]

        return self._on(who, VOTE, request, make)

    def fetch(self, who: Who, request: str) -> Fetched:
        """Hand the asker what the custodians passed on; the reporter is told of it.

        Args:
            who: the asker.
            request: id.

        Raises:
            AccessDenied: the answer is no.
            ActRefused: `not-the-asker`, `identity-request-expired`,
                `identity-not-granted`, it was refused or too few agreed as yet;
                `act-not-possible`, it lapsed.
            UnknownItem: `unknown-request`; `box-missing`.
            IntegrityError: `box-damaged`.
        """
        found: list[tuple[Box, Terms]] = []

        def make(scene: Scene, card: RaidCard) -> list[Event]:
            terms = self._terms(card)
            is_asker = scene.natural(terms.asker) == scene.person
            scene.require("the-asker", card.id, holds=is_asker)
            _check_time(card, scene.now)
            _check_granted(card)
            found[:] = [(self._box(scene, card.case), terms)]
            events = [scene.event(_KIND, card.id, "fetch", card, {}, {})]
            if not card.card["untold"]:
                said = self._first(card).event["said"]
                words = _TOLD.format(purpose=said["purpose"], ground=said["ground"])
                events.append(_message(scene, card.case, words))
            return events

        done = self._on(who, _WRITE, request, make)
        passed = tuple(
            Passed(voice.event["by"], decode_base64(voice.event["said"]["share"]))
            for voice in voices_of(self._acting.rows, done.events[0]["id"])
            if voice.event["act"] == "vote"
        )
        return Fetched(*found[0], passed, done)

    def lapse(self, who: Who, request: str) -> Done:
        """Put on record that the time of a request is over, and nobody opened it.

        Args:
            who: an analyst.
            request: id.

        Raises:
            AccessDenied: the answer is no.
            ActRefused: `not-overdue`; `act-not-possible`, it was decided or opened.
            UnknownItem: `unknown-request`.
        """

        def make(scene: Scene, card: RaidCard) -> list[Event]:
            scene.require("overdue", card.id, holds=_is_over(card, scene.now))
            return [scene.event(_KIND, card.id, "lapse", card, {}, {})]

        return self._on(who, _WRITE, request, make)

    def _on(
        self,
        who: Who,
        action: str,
        request: str,
        make: Callable[[Scene, RaidCard], list[Event]],
    ) -> Done:
        name = parse_id(_KIND, request)
        with steady():
            # Of what does not exist the gate says what it says of any other report.
            case = self._acting.case_of(_KIND, name)
            return self._acting.act(
                who, action, case, lambda scene: make(scene, scene.card(_KIND, name))
            )

    def _voice(self, scene: Scene, card: RaidCard) -> Box:
        """Judge whether somebody may decide on a request; return the box."""
        box = self._box(scene, card.case)
        _check_time(card, scene.now)
        is_one = scene.by in {held.custodian for held in box.shares}
        scene.require("custodian-of-box", card.id, holds=is_one)
        heard = {
            scene.natural(one.event["by"])
            for one in voices_of(self._acting.rows, card.id)
        }
        heard.add(scene.natural(self._first(card).event["by"]))
        scene.require("one-voice", card.id, holds=scene.person not in heard)
        return box

    def _box(self, scene: Scene, report: str) -> Box:
        card = scene.card(_REPORT, report)
        digest = digest_on_record(self._acting.rows, card.id)
        return self._boxes.read(report, digest)

    def _first(self, card: RaidCard) -> RaidEvent:
        return self._acting.rows.first([card.id])[card.id]

    def _terms(self, card: RaidCard) -> Terms:
        """Return the terms, all of them from what was asked at first."""
        event = self._first(card).event
        return Terms(
            request=card.id,
            report=card.case,
            asker=event["by"],
            key=parse_public(event["said"]["key"]),
            purpose=purpose_digest(event["said"]["purpose"], event["said"]["ground"]),
            expires=parse_instant(event["card"]["expires"]),
        )


def _message(scene: Scene, report: str, text: str) -> Event:
    said, card = {"text": text}, {"side": "desk"}
    name = new_id(_MESSAGE)
    return scene.event(_MESSAGE, name, "post", None, card, said, case=report)


def _public(key: str) -> bytes:
    try:
        return parse_public(key)
    except ValueError as error:
        raise RequestError(
            "key-malformed",
            f"this is no public key: {error}",
            next_step="`ringwall raid identity key FILE` makes one",
        ) from None


def _expiry(until: str, now: int) -> int:
    """Return the instant up to which a request holds."""
    try:
        expires = parse_instant(until)
    except ValueError:
        expires = 0
    if not now < expires <= now + LONGEST:
        raise RequestError(
            "expiry-refused",
            f"`{until[:40]}` is no instant within the next 30 days",
            next_step="write it like 2026-12-01T12:00:00Z",
        )
    return expires


def _is_over(card: RaidCard, now: int) -> bool:
    return now >= parse_instant(str(card.card["expires"]))


def _check_granted(card: RaidCard) -> None:
    agreed, needed = card.card["votes"], card.card["needed"]
    told = f"{agreed} of the {needed} custodians that it takes have agreed"
    waiting = {
        "open": (told, "wait for more"),
        "refused": (f"{told}, and too few are left", "see why they refused"),
    }
    if card.card["state"] in waiting:
        message, step = waiting[str(card.card["state"])]
        raise ActRefused(
            "identity-not-granted",
            message,
            next_step=f"{step}: `ringwall raid identity show {card.id}`",
        )


def _check_time(card: RaidCard, now: int) -> None:
    if _is_over(card, now):
        raise ActRefused(
            "identity-request-expired",
            f"the request `{card.id}` held until {card.card['expires']}",
            next_step="ask anew; what was passed on for it opens nothing",
        )
