"""Whether a request was signed by who asks, once, and here.

Must never say whose key it was that signed in somebody's name.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ringwall.base.errors import (
    ActRefused,
    ConfigurationError,
    IdentityUnproven,
    RingwallError,
)
from ringwall.grants.asking import ways_to_ask
from ringwall.grants.ground import DeskGround
from ringwall.grants.refusals import refusal_of
from ringwall.matters.glass import review_open_text
from ringwall.matters.scene import Scene
from ringwall.matters.statements import request_id, statement_of
from ringwall.model.parties import Person
from ringwall.pdp.facts import FactBase
from ringwall.pdp.reviewing import BREAK_GLASS
from ringwall.pdp.signers import signed_by
from ringwall.signing.ssh import check_ssh_signature, parse_public_key

__all__ = ["SignedText", "opening_refusal", "signature_refusal"]


class SignedText(NamedTuple):
    """Bytes and a signature that is said to be over them.

    Attributes:
        statement: the bytes.
        signature: armored.
    """

    statement: bytes
    signature: str


def opening_refusal(
    said: Mapping[str, Any], signature: str, ground: DeskGround, scene: Scene
) -> RingwallError | None:
    """Return why a request is not taken; None if it is.

    Args:
        said: what it says, each value in its form.
        signature: armored.
        ground: the record.
        scene: the facts of the moment.
    """
    subject = said["subject"]
    signed = SignedText(statement_of("request.opened", said), signature)
    if said["origin"] != scene.origin:
        return refusal_of("request-foreign", "it was written for another institute")
    if ground.matters.requests.get(request_id(said)) is not None:
        return refusal_of("request-replayed", "that very request is on record already")
    refused = signature_refusal(subject, signed, scene.facts, scene.now)
    if refused is not None:
        if refused.code == "signature-not-own":
            return refusal_of("request-not-own", refused.message)
        return refused
    try:
        ways_to_ask(said, scene)
    except (IdentityUnproven, ActRefused) as error:
        return error
    return _review_refusal(said, scene)


def signature_refusal(
    person: str, signed: SignedText, facts: FactBase, now: int
) -> RingwallError | None:
    """Return why something does not count as signed by a person; None if it does.

    Args:
        person: id of who should have signed.
        signed: the bytes and the signature.
        facts: whose documents hold people's keys.
        now: instant at which the key has to be in date.
    """
    code = signed_by(person, signed, facts.documents(), now)
    if not code:
        return None
    if code != "signer-unknown" and _is_by_another(person, signed, facts):
        return refusal_of(
            "signature-not-own", f"it is signed, and not with a key of `{person}`"
        )
    return refusal_of(code, _TOLD[code].format(person=person))


_TOLD = {
    "signer-unknown": "`{person}` is no person on record",
    "key-unknown": "`{person}` has no key on record",
    "key-lapsed": "the key of `{person}` that signed it is out of date",
    "signature-invalid": "the signature is not by `{person}` over this very text",
}


def _is_by_another(person: str, signed: SignedText, facts: FactBase) -> bool:
    """Return whether somebody else on record has signed it."""
    for name, document in facts.documents().items():
        if name == person or not isinstance(document, Person):
            continue
        for key in document.keys:
            try:
                check_ssh_signature(
                    signed.statement, signed.signature, parse_public_key(key.key)
                )
            except (ConfigurationError, IdentityUnproven):
                continue
            return True
    return False


def _review_refusal(said: Mapping[str, Any], scene: Scene) -> RingwallError | None:
    if said["manner"] != BREAK_GLASS:
        return None
    review = scene.reviews.hinders(said["subject"], said["resource"], scene)
    if not review:
        return None
    return refusal_of("review-open", review_open_text(review))
