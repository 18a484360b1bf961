"""Whether an approval is taken: the rules that count at use, asked when it is given.

Must never be laxer than `judging`: what is on record would only be void.
"""

import sys
from collections.abc import Mapping
from typing import Any, Final

from ringwall.base.errors import RingwallError
from ringwall.grants.refusals import refusal_of
from ringwall.grants.signing import SignedText, signature_refusal
from ringwall.grants.standing import closed_by
from ringwall.grants.ways import Use, demands_of, ways_of
from ringwall.matters.judging import approval_faults
from ringwall.matters.requests import Approval, GrantRequest
from ringwall.matters.scene import Scene

__all__ = ["approval_refusal", "closed_refusal", "seats_asked"]

_NOT_YET: Final = sys.maxsize
"""The index of what is not on record yet: behind all that is."""


def approval_refusal(
    request: GrantRequest, said: Mapping[str, Any], signed: SignedText, scene: Scene
) -> RingwallError | None:
    """Return why an approval is not taken; None if it is.

    Args:
        request: on record.
        said: what the approver says, each value in its form.
        signed: the statement that it makes, and the signature.
        scene: the facts of the moment.
    """
    if said["origin"] != scene.origin:
        return refusal_of("request-foreign", "it was written for another institute")
    approver, seat = said["approver"], said["seat"]
    refused = signature_refusal(approver, signed, scene.facts, scene.now)
    refused = refused or closed_refusal(request, scene.now)
    if refused is not None:
        return refused
    faults = approval_faults(request, _approval(said, signed, scene.now), scene)
    if faults:
        return refusal_of(faults[0].code, faults[0].message)
    if seat not in seats_asked(request, scene):
        asked = ", ".join(seats_asked(request, scene)) or "nobody"
        return refusal_of(
            "seat-not-asked",
            f"no row asks for `{seat}`; the rows ask for {asked}",
            "name one of these with --seat",
        )
    persons = scene.facts.natural_persons
    for earlier in request.approvals:
        same = persons.get(earlier.approver) == persons[approver]
        if same and not approval_faults(request, earlier, scene):
            return refusal_of(
                "approved-already", f"`{earlier.approver}` has approved it already"
            )
    return None


def closed_refusal(request: GrantRequest, now: int) -> RingwallError | None:
    """Return why nothing can be said to a request any more; None if it can."""
    closed = closed_by(request, now)
    if closed is None:
        return None
    return refusal_of("request-closed", f"the request is {closed.state}: {closed.told}")


def seats_asked(request: GrantRequest, scene: Scene) -> tuple[str, ...]:
    """Return the roles whose approval a request takes, by one demand or another."""
    use = Use(request.subject, request.action, request.resource, request.manner)
    demands = demands_of(ways_of(use, scene))
    return tuple(dict.fromkeys(role for d in demands for role, _ in d.seats))


def _approval(said: Mapping[str, Any], signed: SignedText, now: int) -> Approval:
    return Approval(
        index=_NOT_YET,
        at=now,
        approver=said["approver"],
        seat=said["seat"],
        digest=said["digest"],
        facts=said["facts"],
        origin=said["origin"],
        statement=signed.statement,
        signature=signed.signature,
    )
