"""Whether a refusal or a revocation is taken, and from whom.

Must never keep somebody from taking back what is theirs to take back.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from ringwall.base.errors import RingwallError
from ringwall.grants.approving import closed_refusal, seats_asked
from ringwall.grants.ground import DeskGround
from ringwall.grants.refusals import refusal_of
from ringwall.grants.signing import SignedText, signature_refusal
from ringwall.matters.approvers import approver_faults
from ringwall.matters.requests import GrantRequest
from ringwall.matters.scene import Scene
from ringwall.pdp.facts import FactBase
from ringwall.pdp.missing import FactMissing

__all__ = ["OFFICERS", "refusing_refusal", "revoking_refusal"]

OFFICERS: Final = frozenset({"ciso", "security-officer"})
"""Roles that may take back any grant."""

_INSTITUTE: Final = "institute"


def refusing_refusal(
    request: GrantRequest, said: Mapping[str, Any], signed: SignedText, scene: Scene
) -> RingwallError | None:
    """Return why a refusal is not taken; None if it is.

    Whoever could approve the request in one of the seats can refuse it.

    Args:
        request: on record.
        said: what they say, each value in its form.
        signed: the statement that it makes, and the signature.
        scene: the facts of the moment.
    """
    if said["origin"] != scene.origin:
        return refusal_of("request-foreign", "it was written for another institute")
    refused = signature_refusal(said["by"], signed, scene.facts, scene.now)
    refused = refused or closed_refusal(request, scene.now)
    if refused is not None:
        return refused
    seats = seats_asked(request, scene)
    found = [approver_faults(request, said["by"], seat, scene) for seat in seats]
    if not found:
        return refusal_of(
            "seat-not-asked",
            "no row asks for anybody's approval",
            "take it back: `ringwall request revoke`",
        )
    # The least of what is in the way: most seats are of roles that they don't hold.
    least = min(found, key=len)
    if not least:
        return None
    if least[0].code != "approver-lacks-seat":
        return refusal_of(least[0].code, least[0].message)
    roles = " or ".join(dict.fromkeys(seats))
    return refusal_of(
        "approver-lacks-seat",
        f"`{said['by']}` does not hold the role {roles}",
        "let somebody refuse it who could approve it",
    )


def revoking_refusal(
    request: GrantRequest,
    said: Mapping[str, Any],
    signed: SignedText,
    ground: DeskGround,
) -> RingwallError | None:
    """Return why a revocation is not taken; None if it is.

    Who asked, whoever approved, and the security officers can take a grant back, spent
    or not: up to its end a stream may run on under what was spent.

    Args:
        request: on record.
        said: what they say, each value in its form.
        signed: the statement that it makes, and the signature.
        ground: the record.
    """
    if said["origin"] != ground.origin:
        return refusal_of("request-foreign", "it was written for another institute")
    refused = signature_refusal(said["by"], signed, ground.facts, ground.now)
    if refused is not None:
        return refused
    concerned = {request.subject, *(a.approver for a in request.approvals)}
    if said["by"] not in concerned and not _is_officer(
        said["by"], ground.facts, ground.now
    ):
        return refusal_of(
            "revoker-not-entitled",
            f"`{said['by']}` neither asked for it, nor approved it, nor is a security "
            "officer",
            "tell a security officer",
        )
    return closed_refusal(replace(request, used=()), ground.now)


def _is_officer(name: str, facts: FactBase, now: int) -> bool:
    try:
        subject, organisation = facts.subject(name, now)
    except FactMissing:
        return False
    return (
        organisation.relation == _INSTITUTE
        and not subject.suspended
        and not organisation.suspended
        and not subject.roles.isdisjoint(OFFICERS)
    )
