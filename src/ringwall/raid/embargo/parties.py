"""The parties of an embargo: invited by its lead, each the master of its own consent.

Must never take a missing answer for consent, nor anybody's word for that of a party
without whose consent there is no embargo.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ringwall.base.clock import format_instant, parse_instant
from ringwall.base.errors import ActRefused, RequestError
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import RaidCard
from ringwall.model.events import Event
from ringwall.raid.acting import READ, Acting, Done
from ringwall.raid.embargo.ends import checked_zone
from ringwall.raid.embargo.standing import (
    EMBARGO,
    PARTY,
    expired_events,
    is_expired,
    object_id,
    parties_of,
)
from ringwall.raid.embargo.statements import (
    ANSWERS,
    Expected,
    Statement,
    blank_statement,
    check_statement,
)
from ringwall.raid.ids import parse_id
from ringwall.raid.scene import Scene
from ringwall.signing.ssh import SshKey, parse_public_key

__all__ = ["Invited", "Parties", "Said"]

_CASE: Final = "raid.case"
_INVITE: Final = "raid.invite"
_WRITE: Final = "raid.write"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9:._-]{0,63}", re.ASCII)
_CONSENTING: Final = frozenset({"accept", "agree"})
_FRESH: Final[Mapping[str, str | int]] = {
    **dict.fromkeys(("answer", "terms", "before", "agrees", "spoken"), ""),
}


@dataclass(frozen=True, slots=True)
class Invited:
    """Who is invited.

    Attributes:
        name: what they are called at the desk, e.g. `lab:example`.
        zone: of their clocks.
        key: line of their public SSH key; empty for none.
        is_necessary: whether there is no embargo without their consent.
    """

    name: str
    zone: str
    key: str = ""
    is_necessary: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What a party said.

    Attributes:
        act: of the machine: `answer`, `accept`, `agree`, `reject` or `leave`.
        answer: of `ANSWERS`, of an answer; else empty.
        statement: as it was signed; empty where somebody just took it down.
        signature: armored, over just these bytes; likewise.
    """

    act: str
    answer: str = ""
    statement: bytes = b""
    signature: str = ""


class Parties:
    """Where parties are invited, and what they say is put on record.

    Each raises AccessDenied if the answer is no, or if there is no such case or party
    for all that who asks may know.

    Args:
        acting: puts the questions and acts.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def invite(self, who: Who, case: str, invited: Invited) -> Done:
        """Invite a party, or one that rejected or left anew.

        Args:
            who: the lead.
            case: id.
            invited: whom.

        Raises:
            RequestError: `party-malformed`, `zone-unknown`, `party-key-malformed`.
            ActRefused: `party-keyless`, a necessary one needs a key to sign by;
                `act-not-possible`, it is a party already.
        """
        if not _NAME.fullmatch(invited.name):
            raise RequestError(
                "party-malformed",
                f"`{invited.name[:64]}` is no name of a party",
                next_step="write it as `lab:example`: a-z, 0-9 and : . _ -",
            )
        checked_zone(invited.zone)
        key = _key(invited.key.strip()) if invited.key else None
        if invited.is_necessary and key is None:
            raise ActRefused(
                "party-keyless",
                "a party without whose consent there is no embargo signs it",
                next_step="give the file of its public SSH key with --key",
            )
        case = self._acting.case(who, case, _INVITE)
        name = object_id(PARTY, case, invited.name)

        def make(scene: Scene) -> list[Event]:
            scene.card(_CASE, case)
            changes = {
                **_FRESH,
                "who": invited.name,
                "zone": invited.zone,
                "necessary": int(invited.is_necessary),
                "key": "" if key is None else key.fingerprint,
            }
            before = scene.maybe(PARTY, name)
            said = {"key": invited.key.strip()}
            event = scene.event(
                *(PARTY, name, "invite", before, changes, said), case=case
            )
            return [event]

        return self._acting.act(who, _INVITE, case, make)

    def say(self, who: Who, party: str, said: Said, terms: str = "") -> Done:
        """Put on record what a party said of its own consent.

        Where there is no embargo to consent to any more, nothing is recorded.

        Args:
            who: who took it.
            party: id.
            said: what.
            terms: digest of what it is about, where nothing is signed; empty for the
                terms at hand.

        Raises:
            RequestError: `party-answer-unknown`, `statement-malformed`.
            ActRefused: `statement-unsigned`, it is necessary and did not sign;
                `terms-stale`, it is about other terms than those at hand;
                `party-key-forgotten`; or as `check_statement`.
            SignatureInvalid: as `check_statement`.
            UnknownItem: `unknown-party`.
        """
        _check_answer(said)
        name = parse_id(PARTY, party)
        case = self._acting.case_of(PARTY, name)

        def make(scene: Scene) -> list[Event]:
            card = scene.card(PARTY, name)
            found = _statement(scene, card, said)
            about = found.terms if found is not None else terms
            return _said(scene, card, said, found, about)

        return self._acting.act(who, _WRITE, case, make)

    def blank(self, who: Who, party: str, said: Said) -> str:
        """Return the statement by which a party says something, for it to sign.

        Args:
            who: who asks; somebody who may read the case.
            party: id.
            said: what it is to say.

        Returns:
            One line of JSON; it names the terms at hand where it is about terms.

        Raises:
            RequestError: `party-answer-unknown`.
            AccessDenied: the answer is no; or there is no such party.
        """
        _check_answer(said)
        name = parse_id(PARTY, party)
        case = self._acting.case_of(PARTY, name)
        self._acting.ask(who, READ, case)
        embargo = self._acting.rows.card(EMBARGO, object_id(EMBARGO, case))
        known = [] if embargo is None else _at_hand(embargo.card, said.act)
        return blank_statement(name, said.act, "".join(known[:1]), said.answer)

    def ls(self, who: Who, case: str) -> list[RaidCard]:
        """Return the parties of a case."""
        case = self._acting.case(who, case, READ)
        self._acting.ask(who, READ, case)
        return parties_of(self._acting.rows, case)


def _said(
    scene: Scene, card: RaidCard, said: Said, found: Statement | None, about: str
) -> list[Event]:
    """Return the event of what a party said; none where it is about nothing."""
    is_signed = found is not None
    scene.require(
        "statement-good", card.id, holds=is_signed or not card.card["necessary"]
    )
    changes: dict[str, str | int] = {}
    if said.act == "answer":
        changes["answer"] = said.answer
    if said.act == "leave":
        changes |= dict.fromkeys(("terms", "before", "agrees"), "")
    if said.act in _CONSENTING:
        if not _is_embargo(scene, card.case):
            # Late, and there is nothing left to consent to.
            return expired_events(scene, card.case)
        changes |= _consent(scene, card, said.act, about)
    told: dict[str, str | bool] = {"signed": is_signed}
    if found is not None:
        changes["spoken"] = format_instant(found.at)
        text = said.statement.decode("utf-8")
        told |= {"by": found.by, "statement": text, "signature": said.signature}
    return [scene.event(PARTY, card.id, said.act, card, changes, told)]


def _is_embargo(scene: Scene, case: str) -> bool:
    card = scene.maybe(EMBARGO, object_id(EMBARGO, case))
    if card is None or is_expired(card, scene.now):
        return False
    return card.card["state"] in {"proposed", "active", "revise"}


def _consent(
    scene: Scene, card: RaidCard, act: str, about: str
) -> dict[str, str | int]:
    """Return what changes where a party consents to terms, or to end them early."""
    embargo = scene.card(EMBARGO, object_id(EMBARGO, card.case)).card
    known = _at_hand(embargo, act)
    meant = about or (known[0] if known else "")
    scene.require("terms-at-hand", card.id, holds=meant in known)
    if act == "agree":
        return {"agrees": meant}
    before = str(card.card["terms"])
    return {"terms": meant, "before": before if before != meant else ""}


def _at_hand(embargo: Mapping[str, str | int], act: str) -> list[str]:
    """Return the digests of the terms that an act can be about, the likeliest first."""
    # To end early is agreed of what is in force; consent is to the latest proposal,
    # and late consent to what is in force is as good.
    columns = {"agree": ("terms",), "accept": ("offer", "terms")}.get(act, ())
    return [str(embargo[name]) for name in columns if embargo[name]]


def _statement(scene: Scene, card: RaidCard, said: Said) -> Statement | None:
    """Return what a party signed, once it is shown that it did; None for nothing."""
    if not said.statement:
        return None
    invitations = scene.rows.events(about=card.id, act="invite", newest=True, limit=1)
    event = invitations[0].event
    line = str(event["said"].get("key", ""))
    if not line:
        raise ActRefused(
            "party-key-forgotten",
            "nothing on record says by which key the party signs",
            next_step="invite it anew with its key: `ringwall raid party invite`",
        )
    spoken = str(card.card["spoken"])
    expected = Expected(
        card.id,
        said.act,
        said.answer,
        parse_instant(event["at"]),
        parse_instant(spoken) if spoken else None,
        scene.now,
    )
    key = _key(line)
    return check_statement(said.statement, said.signature, key, expected)


def _key(line: str) -> SshKey:
    try:
        return parse_public_key(line)
    except ValueError as error:
        raise RequestError(
            "party-key-malformed",
            f"the key of the party can't be used: {error}",
            next_step="give a file as `ssh-keygen -t ed25519` writes it (.pub)",
        ) from None


def _check_answer(said: Said) -> None:
    wanted = ANSWERS if said.act == "answer" else ("",)
    if said.answer not in wanted:
        raise RequestError(
            "party-answer-unknown",
            f"`{said.answer[:40]}` is no answer of a party",
            next_step=f"one of {', '.join(ANSWERS)}; no answer yet is the fourth",
        )
