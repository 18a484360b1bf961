"""Plays histories of grants to the product and to its slow twin, side by side.

The product is its pure part: the folds, the judge and the pipeline. Events are put on
record as they are, without the desk: the judge alone has to hold.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from ringwall.base.clock import format_instant
from ringwall.matters.glass import BrokenGlass
from ringwall.matters.judging import Judgement, approval_faults, judge_grant
from ringwall.matters.matters import Matters
from ringwall.matters.requests import GrantRequest, Requests
from ringwall.matters.reviews import review_id
from ringwall.matters.scene import Scene
from ringwall.model.declarations import Document, document_of
from ringwall.model.facts import GrantFacts
from ringwall.model.levels import Quorum
from ringwall.model.matter_events import (
    duty_recorded,
    grant_spent,
    person_left,
    review_opened,
)
from ringwall.model.requests import AccessRequest
from ringwall.pdp.facts import FactBase
from tests.oracle import grants
from tests.oracle.sshsig import canonical
from tests.property.grant_questions import altered, asked_of
from tests.property.grant_rules import in_force
from tests.property.grant_signing import Pen
from tests.property.grant_twin import twin_decides
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
from tests.property.strategies_grants import (
    EVERYBODY,
    Approve,
    Close,
    Duty,
    Edit,
    Enforce,
    History,
    Leave,
    Object,
    Open,
    Pass,
    Step,
    Use,
)
from tests.property.strategies_institute import NOTHING_LEFT
from tests.unit.pdp.ladder import BENCHMARK

__all__ = ["Play", "goes_wrong", "play", "shortest"]

Event = dict[str, Any]


class Play:
    """One history as it goes on.

    Attributes:
        counts: what was tried -> what came out -> how often.
        wrong: how the product and its twin differ; empty if they never do.
    """

    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = {}
        self.wrong: list[str] = []
        self._now = NOW
        self._in_force = in_force()
        self._documents = dict(BASE)
        self._events: list[grants.Event] = []
        self._matters = Matters()
        self._opened: list[tuple[Template, Event]] = []
        self._reviews: list[str] = []
        self._facts: FactBase | None = None
        # Id -> how many events there were when its document was last changed: as many
        # as stand before the entry that says so.
        self._edits: dict[str, int] = {}

    def step(self, step: Step) -> None:
        """Do one step."""
        _DONE_BY[type(step)](self, step)

    # --- what is put on record ------------------------------------------------

    def _put(self, event: Event) -> None:
        self._matters.take_in(len(self._events), event)
        self._events.append(event)

    @property
    def _pen(self) -> Pen:
        return Pen(self._now, self._documents)

    def _open(self, step: Open) -> None:
        template = TEMPLATES[step.template]
        start = self._now + step.start * HOUR
        said = {
            "subject": template.subject,
            "action": template.action,
            "resource": template.resource,
            "purpose": PURPOSES[step.purpose],
            "manner": template.manner,
            "uses": step.uses,
            "from": format_instant(start),
            "until": format_instant(start + step.hours * HOUR),
            "binds": template.binds,
            "nonce": f"{len(self._opened):032x}",
            "origin": ORIGIN,
        }
        event = self._pen.request(said, step.fault)
        if step.fault == "opened again" and self._opened:
            template, event = self._opened[0]
        self._opened.append((template, event))
        self._put(event)

    def _approve(self, step: Approve) -> None:
        if not self._opened:
            return
        _, opened = self._opened[step.request % len(self._opened)]
        _, other = self._opened[(step.request + 1) % len(self._opened)]
        who = step.approver, step.seat
        for event in self._pen.approved(opened, other, who, step.fault):
            self._hold_approval(opened["id"], event, step)
            self._put(event)

    def _object(self, step: Object) -> None:
        if self._opened:
            _, opened = self._opened[step.request % len(self._opened)]
            written = self._pen.objection(step.kind, opened["id"], step.by, step.fault)
            self._put(written)

    def _edit(self, step: Edit) -> None:
        known = self._documents.get(step.entity)
        if known is None:
            known = BASE[step.entity] if step.change == "restored" else None
        made = None if known is None else changed(known, step.change)
        self._documents.pop(step.entity, None)
        if made is not None:
            self._documents[step.entity] = made
        self._edits[step.entity] = len(self._events)
        self._facts = None

    def _record(self, step: Duty) -> None:
        everybody = sorted(name for name in BASE if name.startswith("user:"))
        start = self._now + step.start * HOUR
        said = {
            "duty": step.duty,
            "outcome": step.outcome,
            "from": format_instant(start),
            "until": format_instant(start + step.hours * HOUR),
            "by": "user:fay",
            "evidence": "",
        }
        for person in everybody if step.person == EVERYBODY else [step.person]:
            self._put(duty_recorded(self._now, person, said))
        self._facts = None

    def _leave(self, step: Leave) -> None:
        self._put(person_left(self._now, step.person, "user:fay", "leaves"))
        self._facts = None

    def _enforce(self, step: Enforce) -> None:
        self._in_force = in_force(stricter=step.stricter)

    def _pass(self, step: Pass) -> None:
        self._now += step.time

    def _close(self, step: Close) -> None:
        if self._reviews:
            review = self._reviews[step.review % len(self._reviews)]
            self._put(self._pen.decision(review, step.by, step.fault))

    # --- what is asked --------------------------------------------------------

    def _use(self, step: Use) -> None:
        if not self._opened:
            return
        template, opened = self._opened[step.request % len(self._opened)]
        question = altered(
            question_of(template, opened["purpose"]), opened["id"], step.change
        )
        kind = f"a use, {step.change}" if step.change else "a use"
        used = self._ask(question, kind, opened["id"])
        if used is not None:
            self._spend(used, question)

    def probe(self) -> None:
        """Hold together what both say of the use of each request, and use none."""
        for template, opened in self._opened:
            question = question_of(template, opened["purpose"])
            self._ask(question, "a use", opened["id"])

    def branch(self) -> "Play":
        """Return the same history, to go on from here in another way."""
        other = Play()
        for event in self._events:
            other._put(dict(event))
        other._now, other._documents = self._now, dict(self._documents)
        other._opened, other._reviews = [*self._opened], [*self._reviews]
        other._facts, other._in_force = self._facts, self._in_force
        other.counts, other.wrong = self.counts, self.wrong
        other._edits = dict(self._edits)
        return other

    def _ask(
        self, question: AccessRequest, kind: str, about: str
    ) -> GrantRequest | None:
        """Put a question to the product and to its twin; return the grant it uses."""
        used: GrantRequest | None = None
        best, told = Quorum.NONE, "no grant"
        expected = self._expected(question)
        for request in self._matters.requests.all():
            judged = judge_grant(request, question, self.scene)
            self._hold_grant(question, judged, expected[request.id])
            if judged.quorum > best:
                best, used = judged.quorum, request
            if judged.reasons and request.id == about:
                told = judged.reasons[0].code
        bare = self._permits(question, Quorum.NONE)
        permitted = bare or self._permits(question, best)
        denied = "denied beside a grant" if best else f"denied: {told}"
        said = f"permitted by {best}" if permitted else denied
        if permitted is not self._twin_permits(question, {0, *expected.values()}):
            self.wrong.append(f"{question} is {said}, the twin says otherwise")
        self._count(kind, said)
        return used if permitted and not bare else None

    def _permits(self, question: AccessRequest, quorum: Quorum) -> bool:
        grant, scene = GrantFacts(quorum), self.scene
        evaluation = scene.decider.evaluate(
            question, scene.facts, self._now, NOTHING_LEFT, grant
        )
        return evaluation.permitted

    def _spend(self, request: GrantRequest, question: AccessRequest) -> None:
        said = {
            "subject": question.subject,
            "action": question.action,
            "resource": question.resource,
            "point": question.point,
        }
        name = f"dec-{len(self._events)}"
        self._put(grant_spent(self._now, request.id, name, said))
        if request.manner == "break-glass":
            about = {
                "subject": request.subject,
                "what": "break-glass",
                "about": request.id,
                "due": format_instant(self._now + 24 * HOUR),
            }
            review = review_id(ORIGIN, self._now + len(self._events), about)
            self._reviews.append(review)
            self._put(review_opened(self._now, review, about))

    # --- the product and its twin ---------------------------------------------

    @property
    def scene(self) -> Scene:
        """What the product judges on."""
        if self._facts is None:
            documents = {k: _document(canonical(v)) for k, v in self._documents.items()}
            people = self._matters.people.records(ORIGIN)
            self._facts = FactBase(documents, BENCHMARK, people, dict(self._edits))
        glass = BrokenGlass(self._matters.reviews, self._matters.requests)
        decider = self._in_force.decider
        return Scene(self._facts, decider, ORIGIN, self._now, glass)

    @property
    def case(self) -> grants.Case:
        """What the twin judges on."""
        rules = self._in_force.rules
        events = grants.dated(self._events)
        return grants.Case(
            events, self._documents, rules, ORIGIN, self._now, self._edits
        )

    def _hold_approval(self, request: str, event: Event, step: Approve) -> None:
        """Hold together what both say of an approval before it is on record."""
        place = grants.found(self.case, request)
        if place is None:
            return
        alone = Requests()
        alone.take_in(0, dict(place[1]))
        alone.take_in(len(self._events), event)
        (known,) = alone.all()
        faults = approval_faults(known, known.approvals[0], self.scene)
        code = faults[0].code if faults else "counts"
        kind = f"an approval, {step.fault}" if step.fault else "an approval"
        self._count(kind, code)
        counts = grants.approval_counts(self.case, place[1], event, len(self._events))
        if counts is bool(faults):
            self.wrong.append(f"{step}: {code}, the twin says otherwise")

    def _hold_grant(
        self, question: AccessRequest, judged: Judgement, expected: int
    ) -> None:
        """Hold together what both say of a grant for a question."""
        if expected != judged.quorum:
            codes = [reason.code for reason in judged.reasons]
            self.wrong.append(
                f"{question} is worth {judged.quorum} {codes}, "
                f"the twin says {Quorum(expected)}"
            )

    def _expected(self, question: AccessRequest) -> dict[str, int]:
        """Return for each request what the twin says of it for a question."""
        names = [e["id"] for e in self._events if e["kind"] == "request.opened"]
        if not self._is_on_record(question):
            return dict.fromkeys(names, 0)
        asked, case = asked_of(question), self.case
        return {name: grants.quorum_of(case, name, asked) for name in names}

    def _is_on_record(self, question: AccessRequest) -> bool:
        """Return whether there is a situation to be judged: who, what and where."""
        subject = self._documents.get(question.subject, {})
        asset = self._documents.get(question.resource, {})
        site = self._documents[self._documents[question.point]["site"]]
        runs = self._documents.get(site["operator"], {"suspended": True})
        is_known = subject.get("organisation") in self._documents and "tier" in asset
        return is_known and not runs.get("suspended")

    def _twin_permits(self, question: AccessRequest, quorums: set[int]) -> bool:
        """Return what the twin of the pipeline says, with each of these quorums."""
        documents: dict[str, grants.Event] = dict(self._documents)
        if question.subject in documents:
            documents[question.subject] = grants.effective(self.case, question.subject)
        return any(
            twin_decides(question, documents, quorum, self.case) for quorum in quorums
        )

    def _count(self, kind: str, outcome: str) -> None:
        self.counts.setdefault(kind, Counter())[outcome] += 1


@lru_cache(maxsize=10_000)
def _document(data: bytes) -> Document:
    return document_of(json.loads(data))


_DONE_BY: Mapping[type, Callable[[Play, Any], None]] = {
    Open: Play._open,
    Approve: Play._approve,
    Object: Play._object,
    Edit: Play._edit,
    Enforce: Play._enforce,
    Leave: Play._leave,
    Duty: Play._record,
    Pass: Play._pass,
    Use: Play._use,
    Close: Play._close,
}


def play(history: History) -> Play:
    """Play a history from its beginning."""
    game = Play()
    for step in history:
        game.step(step)
        if game.wrong:
            break
    return game


def goes_wrong(history: History) -> bool:
    """Return whether the product and its twin differ on a history."""
    return bool(play(history).wrong)


def shortest(
    history: History, is_wrong: Callable[[History], bool] = goes_wrong
) -> History:
    """Return a history that is still wrong, with no step that could be left out."""
    place = 0
    while place < len(history):
        shorter = history[:place] + history[place + 1 :]
        if is_wrong(shorter):
            history, place = shorter, 0
        else:
            place += 1
    return history
