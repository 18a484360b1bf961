"""Hand-overs going out: who is told of a case, and with what.

A package is made, kept and put on record; nothing is sent from here. Must never give
away what RAID owns, nor pass the barrier but by two persons in a danger to life.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ringwall.base.clock import format_instant
from ringwall.base.errors import ActRefused
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import RaidCard, RaidQuestion
from ringwall.model.events import Event
from ringwall.model.raid_events import DESK
from ringwall.model.raid_release_kinds import ROUTABLE
from ringwall.raid.acting import READ, Acting, Done
from ringwall.raid.embargo.standing import EMBARGO, object_id
from ringwall.raid.ids import id_of, parse_id
from ringwall.raid.intake.originals import Kept, Originals
from ringwall.raid.outgoing.barrier import Content, Way
from ringwall.raid.outgoing.bodies import body_of
from ringwall.raid.outgoing.exits import Ground
from ringwall.raid.outgoing.lattice import Label
from ringwall.raid.outgoing.minimum import FACTS_OF, fields_told
from ringwall.raid.outgoing.refusals import PERSONS, check_may_go, exit_in_force
from ringwall.raid.outgoing.silence import may_know, silence_of
from ringwall.raid.proposals import Carrier, propose
from ringwall.raid.routed_case import routed_case
from ringwall.raid.routing.facts import NOTHING_TOLD, CaseFacts, Told
from ringwall.raid.routing.package import Package, pack
from ringwall.raid.routing.plan import Plan, PlannedRow, plan
from ringwall.raid.routing.recipients import Wanted, chosen_row
from ringwall.raid.scene import Scene, unknown

__all__ = ["ROUTE", "WARN", "Handing", "Sent", "warning_carrier"]

ROUTE: Final = "raid.route"
WARN: Final = "warn"
"""What is proposed where a danger to life leads past the barrier."""

_KIND: Final = "raid.handover"
_CASE: Final = "raid.case"
_SENT: Final = "sent"
_DANGER: Final = "danger"
_HOUR: Final = 3_600_000_000


@dataclass(frozen=True, slots=True)
class Sent:
    """A hand-over that is on record, or a proposal to make one.

    Attributes:
        done: the act.
        handover: id; of the proposal where it takes a second person.
        package: what is to be sent.
        row: to whom; None where it takes a second person.
    """

    done: Done
    handover: str
    package: Package
    row: PlannedRow


class Handing:
    """Where cases are routed, and packages are made for those who must hear of them.

    Args:
        acting: puts the questions and acts.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting
        self._kept = Originals(acting.folder)

    def plan(self, who: Who, case: str, told: Told = NOTHING_TOLD) -> Plan:
        """Return who must hear of a case.

        Args:
            who: who asks.
            case: id.
            told: sectors and states that nobody has said.

        Raises:
            AccessDenied: the answer is no.
            UnknownItem: `unknown-case`.
        """
        case = self._acting.case(who, case, READ)
        self._acting.ask(who, READ, case)
        card = self._card(_CASE, case)
        tables = self._acting.rules.routes
        facts = routed_case(self._acting.rows, card, told, tables)
        return plan(facts, tables, self._acting.gate.clock.now())

    def send(self, who: Who, case: str, wanted: Wanted) -> Sent:
        """Put on record that a package goes to one recipient of the plan.

        Nothing is sent by this: the package is made, kept, and given back. Where a
        danger to life leads past the barrier, it is proposed for a second person.

        Args:
            who: the routing officer.
            case: id.
            wanted: to whom.

        Raises:
            AccessDenied: the answer is no.
            UnknownItem: `unknown-case`, `recipient-unknown`.
            RequestError: `route-ambiguous`.
            ActRefused: `case-not-routable`, `package-sent-before`, or as
                `chosen_row`; `barrier-shut`, `exit-unknown`.
            RecordUnavailable: `original-unwritable`.
        """
        case = self._acting.case(who, case, ROUTE)
        made: list[tuple[str, Package, PlannedRow]] = []

        def make(scene: Scene) -> list[Event]:
            package, row = self._package(scene, case, wanted)
            if row.route.is_danger:
                event = _proposed(scene, case, wanted, package)
            else:
                event = self._sent(scene, case, wanted, (package, row))
            made[:] = [(event["id"], package, row)]
            return [event]

        done = self._acting.act(who, ROUTE, case, make)
        return Sent(done, *made[0])

    def warn(self, scene: Scene, doc: Mapping[str, Any]) -> list[Event]:
        """Return the events of a warning that a second person carries."""
        wanted = Wanted.of(doc["wanted"])
        package, row = self._package(scene, doc["case"], wanted, doc.get("first", ""))
        if package.digest != doc["package"]:
            raise ActRefused(
                "package-changed",
                "what would be sent is no longer what was proposed",
                next_step="propose it anew: `ringwall raid route send`",
            )
        return [self._sent(scene, doc["case"], wanted, (package, row))]

    def package(self, who: Who, handover: str) -> bytes:
        """Return the bytes of a package that was put on record, as they are kept.

        Args:
            who: the routing officer.
            handover: id.

        Raises:
            AccessDenied: as `accept`.
            UnknownItem: `unknown-handover`; `original-missing`.
            IntegrityError: `original-differs`.
        """
        name = parse_id(_KIND, handover)
        self._acting.ask(who, ROUTE, self._acting.case_of(_KIND, name))
        card = self._card(_KIND, name)
        sent = self._acting.rows.first({name})[name].event
        return self._kept.read(Kept(str(card.card["package"]), sent["said"]["bytes"]))

    def listed(self, who: Who, question: RaidQuestion) -> list[RaidCard]:
        """Return hand-overs of cases that somebody may know of.

        Args:
            who: who asks.
            question: which; `visible` is set here.
        """
        self._acting.ask(who, READ, DESK)
        visible = self._acting.visible(who)
        told = RaidQuestion(
            _KIND,
            equal=question.equal,
            since=question.since,
            until=question.until,
            instant=question.instant,
            order=question.order,
            limit=question.limit,
            skip=question.skip,
            visible=visible,
        )
        return self._acting.rows.find(told)

    def overdue(self, who: Who) -> list[RaidCard]:
        """Return the hand-overs whose limit has passed unanswered, the oldest first.

        Args:
            who: who asks.
        """
        question = RaidQuestion(
            _KIND,
            equal={"state": _SENT},
            until=self._acting.gate.clock.now() + 1,
            instant="limit",
            order=("limit",),
        )
        return self.listed(who, question)

    def _card(self, kind: str, name: str) -> RaidCard:
        card = self._acting.rows.card(kind, name)
        if card is None:
            # What the gate knows as an asset, and the desk never heard of.
            raise unknown(kind, name)
        return card

    def _package(
        self, scene: Scene, case: str, wanted: Wanted, first: str = ""
    ) -> tuple[Package, PlannedRow]:
        """Return what would be sent, and to whom; raise what speaks against it."""
        card = scene.card(_CASE, case)
        if card.card["state"] not in ROUTABLE:
            raise ActRefused(
                "case-not-routable",
                f"`{case}` is {card.card['state']}: nothing of it is handed over",
                next_step="triage it first: `ringwall raid triage run CASE`",
            )
        tables = scene.rules.routes
        facts = routed_case(scene.rows, card, wanted.told, tables)
        row = chosen_row(plan(facts, tables, scene.now), wanted)
        package = _packed(scene, facts, row, self._acting.exercise, first)
        asked: dict[str, str | frozenset[str]] = {
            "case_id": case,
            "recipient": row.recipient,
            "package": package.digest,
            "state": frozenset({"sent", "accepted", "refused"}),
        }
        if scene.rows.find(RaidQuestion(_KIND, equal={**asked}, limit=1)):
            raise ActRefused(
                "package-sent-before",
                f"`{row.recipient}` was sent just this package",
                next_step="`ringwall raid route ls` shows what became of it",
            )
        return package, row

    def _sent(
        self,
        scene: Scene,
        case: str,
        wanted: Wanted,
        what: tuple[Package, PlannedRow],
    ) -> Event:
        """Keep the package, and return the event by which it is sent."""
        package, row = what
        name = _named(scene, case, row.recipient, package.digest)
        scene.require("recipient-fit", name, holds=True)
        is_copy = row.role == "copy"
        owned = bool(scene.card(_CASE, case).card["owned"])
        scene.require("not-raid-owned-or-copy", name, holds=is_copy or not owned)
        kept = self._kept.keep(package.data)
        hours = scene.rules.routes.functions[row.function].silence_hours
        card = {
            "route": row.route.id,
            "role": row.role,
            "recipient": row.recipient,
            "package": kept.sha256,
            "limit": format_instant(scene.now + hours * _HOUR),
        }
        said = {
            "name": row.name,
            "part": row.part,
            "label": package.label.word,
            "why": list(row.why),
            "withheld": dict(package.withheld),
            "bytes": kept.bytes,
            **wanted.document(),
        }
        return scene.event(_KIND, name, "send", None, card, said, case=case)


def _packed(
    scene: Scene, facts: CaseFacts, row: PlannedRow, exercise: str, first: str
) -> Package:
    """Return a package that the barrier lets go; raise what it has against it.

    To who enforces a danger to life is the one exit by which a warning goes, and then
    it holds no more than the exit names.
    """
    tables, case = scene.rules.routes, facts.standing.id
    body = body_of(tables.contacts[row.recipient], tables, scene.now)
    way, only = None, None
    if row.route.is_danger and body.enforces:
        danger = exit_in_force(scene.rules.exits, _DANGER)
        persons = frozenset({first, scene.person} - {""})
        # The row holds with certainty: it is in the plan.
        met = frozenset({"danger-to-life"})
        way = Way(danger, Ground(_DANGER, row.recipient, case, persons, met))
        named = [FACTS_OF.get(field, frozenset()) for field in danger.fields]
        only = frozenset().union(*named)
    package = pack(facts, row, tables, exercise, only)
    told = fields_told(fact.name for fact in package.facts)
    silence = frozenset[str]()
    if not row.route.is_danger:
        # A danger to life goes before any agreement.
        embargo = scene.maybe(EMBARGO, object_id(EMBARGO, case))
        silence = silence_of(embargo, case, scene.now)
        body = replace(body, compartments=may_know(scene.rows, case, row.recipient))
    content = Content(case, Label(package.label, silence, is_case=True), told)
    check_may_go(content, body, way, () if scene.is_second else (PERSONS,))
    return package


def _named(scene: Scene, case: str, recipient: str, package: str) -> str:
    """Return the id of a hand-over, the same for two who send the same at once.

    So of the two one is overtaken, looks again, and finds that it was sent. What
    lapsed may go out again, and counts.
    """
    asked: dict[str, str | int | frozenset[str | int]] = {
        "case_id": case,
        "recipient": recipient,
        "package": package,
    }
    before = scene.rows.count(RaidQuestion(_KIND, equal=asked))
    return id_of(_KIND, case, recipient, package, str(before))


def warning_carrier(acting: Acting) -> Carrier:
    """Return how a warning of a danger to life is carried by a second person.

    Args:
        acting: of the desk.
    """
    return Carrier(Handing(acting).warn)


def _proposed(scene: Scene, case: str, wanted: Wanted, package: Package) -> Event:
    doc = {
        "case": case,
        "wanted": wanted.document(),
        "package": package.digest,
        "first": scene.person,
    }
    return propose(scene, case, WARN, doc, wanted.reason)
