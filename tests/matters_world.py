"""Requests, approvals and reviews as tests of one grant make them: signed, in order."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from ringwall.base.clock import format_instant
from ringwall.gate.ground import Ground, LoadedPolicies
from ringwall.gate.vigil import Vigil
from ringwall.ledger.asking.witnessing import Witnessing
from ringwall.ledger.spending import Spending
from ringwall.matters.glass import BrokenGlass
from ringwall.matters.judging import Judgement, judge_grant
from ringwall.matters.matters import Matters
from ringwall.matters.requests import GrantRequest
from ringwall.matters.scene import Scene
from ringwall.matters.statements import (
    document_digest,
    request_id,
    statement_of,
)
from ringwall.model.declarations import document_of
from ringwall.model.events import Event
from ringwall.model.matter_events import (
    grant_revoked,
    grant_spent,
    request_approved,
    request_opened,
    request_refused,
    review_decided,
    review_opened,
)
from ringwall.model.requests import AccessRequest
from ringwall.pdp.facts import FactBase
from tests.property.asking import point
from tests.property.grant_signing import signed
from tests.property.grant_world import (
    BASE,
    HOUR,
    NOW,
    ORIGIN,
    PURPOSES,
    TEMPLATES,
    Template,
    changed,
    question_of,
)
from tests.unit.pdp.ladder import BENCHMARK

__all__ = [
    "COPY",
    "DELETE",
    "EXPORT",
    "GLASS",
    "NOTHING",
    "POLICY_CHANGE",
    "SECRET",
    "World",
    "codes",
    "ground",
    "void",
]

COPY, EXPORT, SECRET, POLICY_CHANGE, GLASS, DELETE = (
    TEMPLATES[number] for number in (0, 2, 4, 5, 6, 7)
)


NOTHING: Final[Mapping[str, object]] = MappingProxyType({})


class World:
    """A small institute, what is on record of its matters, and the instant.

    Attributes:
        documents: as they are.
        matters: as the record tells them.
        now: the instant.
    """

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any]] = dict(BASE)
        self.matters = Matters()
        self.now = NOW
        self._size = 0

    def record(self, event: Event) -> None:
        """Put an event on record."""
        self.matters.take_in(self._size, event)
        self._size += 1

    def change(self, entity: str, change: str) -> None:
        """Change a document, as `grant_world.CHANGES` names it."""
        document = changed(self.documents[entity], change)
        if document is None:
            del self.documents[entity]
        else:
            self.documents[entity] = document

    def request(
        self,
        template: Template = COPY,
        changes: Mapping[str, object] = NOTHING,
        key: str = "",
    ) -> GrantRequest:
        """Put a request on record, signed by who asks or with another key."""
        said: dict[str, Any] = {
            "subject": template.subject,
            "action": template.action,
            "resource": template.resource,
            "purpose": PURPOSES[0],
            "manner": template.manner,
            "uses": 1,
            "from": format_instant(self.now),
            "until": format_instant(self.now + HOUR),
            "binds": template.binds,
            "nonce": f"{self._size:032d}",
            "origin": ORIGIN,
            **changes,
        }
        name, message = request_id(said), statement_of("request.opened", said)
        signature = signed(message, key or template.subject.partition(":")[2])
        self.record(request_opened(self.now, name, said, signature))
        return self.known(name)

    def known(self, request: str) -> GrantRequest:
        """Return a request as the record has it now."""
        found = self.matters.requests.get(request)
        assert found is not None
        return found

    def approve(
        self,
        request: GrantRequest,
        person: str,
        seat: str,
        changes: Mapping[str, object] = NOTHING,
        key: str = "",
    ) -> None:
        """Put an approval on record, signed by who approves or with another key."""
        said: dict[str, Any] = {
            "request": request.id,
            "digest": request.digest,
            "approver": f"user:{person}",
            "seat": seat,
            "facts": {
                "approver": self._digest(f"user:{person}"),
                "resource": self._digest(request.resource),
                "subject": self._digest(request.subject),
            },
            "origin": ORIGIN,
            **changes,
        }
        signature = signed(statement_of("request.approved", said), key or person)
        self.record(request_approved(self.now, said, signature))

    def object(self, request: GrantRequest, person: str, kind: str) -> None:
        """Put a refusal or a revocation on record."""
        said = {
            "request": request.id,
            "by": f"user:{person}",
            "reason": "it is not needed",
            "origin": ORIGIN,
        }
        signature = signed(statement_of(kind, said), person)
        build = request_refused if kind == "request.refused" else grant_revoked
        self.record(build(self.now, said, signature))

    def use(self, request: GrantRequest, point: str = "point:campus") -> str:
        """Put it on record that a grant was used; return the decision's id."""
        said = {
            "subject": request.subject,
            "action": request.action,
            "resource": request.resource,
            "point": point,
        }
        decision = f"dec-{self._size}"
        self.record(grant_spent(self.now, request.id, decision, said))
        return decision

    def open_review(self, request: GrantRequest, subject: str = "") -> str:
        """Put the review of broken glass on record; return its id."""
        name = f"rev-{self._size}"
        said = {
            "subject": subject or request.subject,
            "what": "break-glass",
            "about": request.id,
            "due": format_instant(self.now + HOUR),
        }
        self.record(review_opened(self.now, name, said))
        return name

    def close_review(self, review: str, person: str, outcome: str = "closed") -> None:
        """Put a decision on a review on record."""
        said = {
            "review": review,
            "by": f"user:{person}",
            "outcome": outcome,
            "until": "",
            "reason": "looked into",
            "origin": ORIGIN,
        }
        signature = signed(statement_of("review.decided", said), person)
        self.record(review_decided(self.now, said, signature))

    def facts(self) -> FactBase:
        """Return the registry as it is."""
        documents = {k: document_of(data) for k, data in self.documents.items()}
        people = self.matters.people.records(ORIGIN)
        return FactBase(documents, BENCHMARK).with_people(people)

    def scene(self) -> Scene:
        """Return what a grant is judged on now."""
        glass = BrokenGlass(self.matters.reviews, self.matters.requests)
        return Scene(self.facts(), point(), ORIGIN, self.now, glass)

    def judged(
        self, request: GrantRequest, question: AccessRequest | None = None
    ) -> Judgement:
        """Return what a grant is worth for its own question, or for another."""
        request = self.known(request.id)
        asked = question or self.question(request)
        return judge_grant(request, asked, self.scene())

    @staticmethod
    def question(request: GrantRequest, purpose: str | None = None) -> AccessRequest:
        """Return the question that a request is for."""
        asked = request.subject, request.action, request.resource
        template = next(
            t for t in TEMPLATES if (t.subject, t.action, t.resource) == asked
        )
        stated = request.purpose if purpose is None else purpose
        return question_of(template._replace(binds=request.binds), stated)

    def _digest(self, entity: str) -> str:
        return document_digest(self.documents.get(entity, {}))


def codes(judgement: Judgement) -> list[str]:
    """Return why a grant is worth nothing."""
    return [reason.code for reason in judgement.reasons]


def void(judgement: Judgement) -> dict[str, str]:
    """Return why each approval that does not count does not, by who gave it."""
    return {approval.approver: code for approval, code, _ in judgement.void}


def ground(world: World) -> Ground:
    """Return the ground that a gate would have, nobody asking for witnesses."""
    return Ground(
        decider=point(),
        obstacle=None,
        facts=world.facts(),
        basis=7,
        policy="ab" * 32,
        loaded=LoadedPolicies(point(), "ab" * 32),
        spending=Spending(world.matters.take_in),
        vigil=Vigil(Witnessing, lambda _, now: now),
        matters=world.matters,
        people=0,
        origin=ORIGIN,
    )
