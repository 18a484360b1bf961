"""Who may approve a request, in which seat, at one instant.

An approver is a natural person of the institute, other than the requester and not next
to them in the line of command. Must never go by what a row of the record says of them.
"""

from collections.abc import Iterator
from typing import Final

from ringwall.matters.requests import GrantRequest
from ringwall.matters.scene import Scene
from ringwall.model.decisions import Reason, Stage
from ringwall.model.facts import AssetFacts, OrganisationFacts, SubjectFacts
from ringwall.model.levels import Domain
from ringwall.model.parties import Person, Service
from ringwall.model.tiers import TIER_VECTORS
from ringwall.pdp.facts import FactBase
from ringwall.pdp.managers import managers_of
from ringwall.pdp.missing import FactMissing

__all__ = ["approver_faults", "stands_near"]

_INSTITUTE: Final = "institute"


def approver_faults(
    request: GrantRequest, approver: str, seat: str, scene: Scene
) -> tuple[Reason, ...]:
    """Return why somebody may not approve a request in a seat; empty if they may.

    Args:
        request: what is to be approved.
        approver: id of who would.
        seat: the role in which they would.
        scene: the facts, and the instant they are looked at.
    """
    if not isinstance(scene.facts.documents().get(approver), Person):
        message = f"`{approver}` is no person on record"
        return (_reason("approver-unknown", message),)
    try:
        subject, organisation = scene.facts.subject(approver, scene.now)
        asset, subject = scene.facts.reached(request.resource, subject, scene.now)
    except FactMissing as missing:
        return (missing.reason,)
    near = stands_near(approver, request.subject, scene.facts)
    return (
        *((near,) if near is not None else ()),
        *_unfit(subject, organisation, seat, scene),
        *_unread(subject, asset),
    )


def stands_near(approver: str, requester: str, facts: FactBase) -> Reason | None:
    """Return why two are too near for one to approve the other; None if they are not.

    Whoever runs a service is who asks when it does. A manager and a direct report
    count by natural person, whatever accounts they have.
    """
    documents = facts.documents()
    asking = documents.get(requester)
    if isinstance(asking, Service):
        asking = documents.get(asking.operator)
    if approver == requester:
        return _reason("approver-is-requester", "nobody approves their own request")
    if not isinstance(asking, Person):
        return _reason("requester-unknown", f"`{requester}` is not on record")
    persons = facts.natural_persons
    mine, theirs = persons[approver], persons[asking.id]
    if mine == theirs:
        message = f"`{approver}` and `{requester}` are one natural person"
        return _reason("approver-is-same-person", message)
    if theirs in managers_of(mine, persons, documents):
        message = f"`{approver}` reports to `{requester}`"
        return _reason("approver-reports-to-requester", message)
    if mine in managers_of(theirs, persons, documents):
        message = f"`{approver}` manages `{requester}`"
        return _reason("approver-manages-requester", message)
    return None


def _unfit(
    subject: SubjectFacts,
    organisation: OrganisationFacts,
    seat: str,
    scene: Scene,
) -> Iterator[Reason]:
    name = subject.id
    if organisation.relation != _INSTITUTE:
        yield _reason("approver-outside", f"`{name}` is not of the institute")
    if subject.suspended or organisation.suspended:
        yield _reason("approver-suspended", f"`{name}` is suspended or has left")
    if not _holds(subject.roles, seat, scene):
        yield _reason("approver-lacks-seat", f"`{name}` does not hold `{seat}`")


def _holds(roles: frozenset[str], seat: str, scene: Scene) -> bool:
    """Return whether one of the roles is the seat's, or includes it."""
    links = scene.decider.concerns[Stage.ACCESS].concern.relations["g"]
    return not roles.isdisjoint(links.included_by.get(seat, frozenset()))


def _unread(subject: SubjectFacts, asset: AssetFacts) -> Iterator[Reason]:
    name = subject.id
    if subject.personnel < TIER_VECTORS[asset.tier][Domain.PERSONNEL]:
        message = (
            f"`{name}` is not screened, trained or confirmed for the tier, in date"
        )
        yield _reason("approver-lapsed", message)
    if not asset.compartments <= subject.compartments:
        message = f"`{name}` is not in every compartment of the asset"
        yield _reason("approver-outside-compartment", message)


def _reason(code: str, message: str) -> Reason:
    return Reason(Stage.GRANT, code, message)
