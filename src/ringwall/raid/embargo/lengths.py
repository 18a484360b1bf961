"""Longer than half a year: the director and somebody from outside sign for that.

Must never let either sign for the other, nor for other terms than those proposed.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ringwall.base.clock import parse_instant
from ringwall.base.errors import ActRefused
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import RaidCard
from ringwall.model.events import Event
from ringwall.model.parties import Person
from ringwall.model.raid_embargo_laws import is_long
from ringwall.raid.acting import Acting, Done
from ringwall.raid.embargo.standing import (
    EMBARGO,
    PARTY,
    is_expired,
    object_id,
    offered_at,
    parties_of,
)
from ringwall.raid.embargo.statements import (
    CONSENT_NAMESPACE,
    Expected,
    check_statement,
)
from ringwall.raid.scene import Scene
from ringwall.signing.ssh import (
    SignatureInvalid,
    SshKey,
    check_ssh_signature,
    parse_public_key,
)

if TYPE_CHECKING:
    from ringwall.raid.embargo.limits import Limits

__all__ = ["ALLOW", "Lengths", "Signed", "is_allowed"]

ALLOW: Final = "allow"
"""The act, as a statement names it."""

_CASE: Final = "raid.case"
_DIRECT: Final = "raid.direct"


@dataclass(frozen=True, slots=True)
class Signed:
    """What two have signed.

    Attributes:
        approver: name of who signs from outside, as in the rules.
        statement: the bytes that both signed.
        signature: of the approver, armored.
        own: of the director, armored, likewise over the statement.
    """

    approver: str
    statement: bytes
    signature: str
    own: str


class Lengths:
    """Where it is allowed that an embargo lasts longer than half a year.

    Args:
        acting: puts the questions and acts.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def allow(self, who: Who, case: str, signed: Signed) -> Done:
        """Put on record that two allow the terms that are proposed, however long.

        Args:
            who: the director.
            case: id.
            signed: what both signed.

        Raises:
            AccessDenied: the answer is no; or there is no such case, for all that
                they may know.
            ActRefused: `approver-unknown`; `approver-inside`; `director-leads`;
                `embargo-short-enough`; `offer-not-signed`; `embargo-over`;
                `act-not-possible`; or as `check_statement`.
            SignatureInvalid: as `check_statement`; `signature-foreign`, no key of the
                director's own that counts now was used.
            UnknownItem: `unknown-embargo`.
        """
        case = self._acting.case(who, case, _DIRECT)

        def make(scene: Scene) -> list[Event]:
            return [_allowed(scene, case, signed)]

        return self._acting.act(who, _DIRECT, case, make)


def is_allowed(card: RaidCard, limits: "Limits") -> bool:
    """Return whether what is proposed is short enough, or two have signed for it.

    Args:
        card: of the embargo.
        limits: those in force; who was taken off them signs for nothing any more.
    """
    row = card.card
    if not is_long(row["since"], row["offer_ends"]):
        return True
    known = {key.fingerprint for key in limits.approvers.values()}
    return row["allowed"] == row["offer"] and row["approver"] in known


def _allowed(scene: Scene, case: str, signed: Signed) -> Event:
    name = object_id(EMBARGO, case)
    card = scene.card(EMBARGO, name)
    offer = str(card.card["offer"])
    whole = scene.card(_CASE, case)
    limits: Limits = scene.rules.embargo
    key = limits.approvers.get(signed.approver)
    if key is None:
        raise ActRefused(
            "approver-unknown",
            f"the rules in force name no approver `{signed.approver[:64]}`",
            next_step="adopt rules that name them and their key, in "
            "desk/embargo-approvers.csv: `ringwall raid rules adopt`",
        )
    if card.card["state"] == "revise":
        is_current = not is_expired(card, scene.now)
        scene.require("embargo-current", name, holds=is_current)
        if not is_long(card.card["since"], card.card["offer_ends"]):
            raise ActRefused(
                "embargo-short-enough",
                "what is proposed needs nobody's leave",
                next_step="put it in force: `ringwall raid embargo accept CASE`",
            )
    is_apart = scene.natural(str(whole.card["lead"])) != scene.person
    scene.require("director-apart", name, holds=is_apart)
    is_outside = key.fingerprint not in _inside(scene, whole)
    scene.require("approver-apart", name, holds=is_outside)
    since = offered_at(scene.rows, name) or scene.now
    expected = Expected(name, ALLOW, "", since, None, scene.now)
    found = check_statement(signed.statement, signed.signature, key, expected)
    _check_own(scene, signed)
    scene.require("offer-signed", name, holds=bool(offer) and found.terms == offer)
    changes = {"allowed": offer, "approver": key.fingerprint}
    said = {
        "by": found.by,
        "approver": signed.approver,
        "statement": signed.statement.decode("utf-8"),
        "signature": signed.signature,
        "own": signed.own,
    }
    return scene.event(EMBARGO, name, ALLOW, card, changes, said)


def _inside(scene: Scene, case: RaidCard) -> set[str]:
    """Return the keys of the desk's own people, and of the parties of a case."""
    parties = (scene.card(PARTY, one.id) for one in parties_of(scene.rows, case.id))
    found = {str(one.card["key"]) for one in parties}
    for document in scene.ground.facts.documents().values():
        if isinstance(document, Person) and case.card["team"] in document.compartments:
            found |= {parse_public_key(one.key).fingerprint for one in document.keys}
    return found


def _check_own(scene: Scene, signed: Signed) -> None:
    """Refuse what the director has not signed with a key that counts now."""
    for key in _own_keys(scene):
        try:
            check_ssh_signature(
                signed.statement, signed.own, key, namespace=CONSENT_NAMESPACE
            )
        except SignatureInvalid:
            continue
        return
    raise SignatureInvalid(
        "signature-foreign",
        "no key that is on record for the director signed this statement",
        next_step=f"sign it with `ssh-keygen -Y sign -n {CONSENT_NAMESPACE}`, with the "
        "key that is on record for you",
    )


def _own_keys(scene: Scene) -> list[SshKey]:
    document = scene.ground.facts.documents().get(scene.by)
    keys = document.keys if isinstance(document, Person) else ()
    return [
        parse_public_key(one.key)
        for one in keys
        if parse_instant(one.start) <= scene.now < parse_instant(one.until)
    ]
