"""The counter of drills: start one, play what happens, end it, say what was on time.

Must never play anything at a desk that is no exercise's.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from ringwall.base.canonical import dump_canonical
from ringwall.base.clock import format_instant, parse_instant
from ringwall.base.errors import ActRefused, UnknownItem
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import RaidCard, RaidQuestion
from ringwall.model.events import Event
from ringwall.model.raid_events import CARDS, DESK, INBOX
from ringwall.raid.acting import READ, Acting, Done
from ringwall.raid.drills.marking import Injected, Mark, Played, Stretch, mark
from ringwall.raid.drills.script import (
    Inject,
    Script,
    check_names,
    filled,
    parse_script,
)
from ringwall.raid.ids import new_id
from ringwall.raid.intake.alike.finding import Alike
from ringwall.raid.intake.counter import INTAKE, Counter
from ringwall.raid.intake.document import plain
from ringwall.raid.intake.receipts import digest_of, new_receipt
from ringwall.raid.intake.receiving import Incoming
from ringwall.raid.intake.report_reader import check_report
from ringwall.raid.scene import Scene

if TYPE_CHECKING:
    from ringwall.raid.rulebook import Rulebook

__all__ = ["DIRECT", "Drill", "Drills", "PlayedInject"]

DIRECT: Final = "raid.direct"

_KIND: Final = "raid.drill"
_RUNNING: Final = "running"
_MINUTE: Final = 60_000_000
_LONGEST_TITLE: Final = 200


@dataclass(frozen=True, slots=True)
class Drill:
    """A drill, as it stands.

    Attributes:
        id: of the drill.
        exercise: name of the exercise.
        script: that is played.
        state: `running` or `ended`.
        started: instant.
        injected: id of each inject that was played -> what came of it.
        marks: what became of each expectation.
    """

    id: str
    exercise: str
    script: Script
    state: str
    started: int
    injected: Mapping[str, Injected]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class PlayedInject:
    """An inject that is on record.

    Attributes:
        done: the act.
        inject: what happened.
        report: id of the report that came in; empty for none.
        receipt: code by which its reporter would ask for it; empty for none.
        left: how many injects are still to come.
    """

    done: Done
    inject: Inject
    report: str
    receipt: str
    left: int


class Drills:
    """Where drills are started, played and ended; shared by all threads.

    Args:
        acting: puts the questions and acts.
        alike: finds reports that are alike.
    """

    def __init__(self, acting: Acting, alike: Alike) -> None:
        self._acting = acting
        self._alike = alike

    def start(self, who: Who, data: bytes, file: str) -> Done:
        """Start a drill by a script, which is kept on record.

        Args:
            who: the director.
            data: the script.
            file: its name, for the faults.

        Raises:
            AccessDenied: the answer is no.
            DeclarationError: as `parse_script` and `check_names`.
            ActRefused: `not-an-exercise`; `drill-running`, one is already.
        """
        script = parse_script(data, file)

        def make(scene: Scene) -> list[Event]:
            name = new_id(_KIND)
            scene.require("in-an-exercise", name, holds=bool(self._acting.exercise))
            check_names(script, _names(scene.rules), file)
            running = self._running()
            if running is not None:
                raise ActRefused(
                    "drill-running",
                    f"`{running.id}` is being played",
                    next_step="end it first: `ringwall raid drill end`",
                )
            card = {"script": script.name, "digest": sha256(data).hexdigest()}
            said = {"text": data.decode("utf-8"), "version": script.version}
            return [scene.event(_KIND, name, "begin", None, card, said)]

        return self._acting.act(who, DIRECT, DESK, make)

    def inject(self, who: Who, name: str = "") -> PlayedInject:
        """Play what happens next, or what is named.

        Args:
            who: who takes in reports; the inject is on record with its report.
            name: id of an inject; the next one that is due if empty.

        Raises:
            AccessDenied: the answer is no.
            UnknownItem: `unknown-drill`, none is being played; `unknown-inject`.
            ActRefused: `inject-not-due`; `inject-played`; `injects-done`.
        """
        self._acting.ask(who, INTAKE, INBOX)
        card = self._expect_running()
        drill = self._drill(card)
        inject = self._chosen(drill, name)
        told = dict(filled(inject.report, self._now)) if inject.report else None
        code, batch, data = "", [], None
        if told is not None:
            told["title"] = self._marked(told)
            document = check_report(told, f"`{inject.id}`")
            data, code = dump_canonical(told), new_receipt()
            source = f"drill:{card.id}/{inject.id}"
            digest = sha256(data).hexdigest()
            batch = [
                Incoming.of(
                    *(plain(document), "file", digest),
                    receipt=digest_of(code),
                    source=source,
                )
            ]
        report = batch[0].id if batch else ""
        made: list[Event] = []

        def also(scene: Scene) -> list[Event]:
            latest = scene.card(_KIND, card.id)
            changes = {"injected": int(latest.card["injected"]) + 1}
            said = {"inject": inject.id, "report": report}
            made[:] = [scene.event(_KIND, card.id, "inject", latest, changes, said)]
            return list(made)

        counter = Counter(self._acting, self._alike)
        taken = counter.take(who, batch, data, also)
        decision = taken[0].decision if taken else str(made[0]["decision"])
        left = len(drill.script.injects) - len(drill.injected) - 1
        return PlayedInject(Done(decision, made, ()), inject, report, code, left)

    def end(self, who: Who) -> tuple[Done, Drill]:
        """End the drill, and return what of it was done on time.

        Args:
            who: the director.

        Raises:
            AccessDenied: the answer is no.
            UnknownItem: `unknown-drill`, none is being played.
        """

        def make(scene: Scene) -> list[Event]:
            card = scene.card(_KIND, self._expect_running().id)
            drill = self._drill(card)
            said = {"marks": {one.id: one.state for one in drill.marks}}
            return [scene.event(_KIND, card.id, "end", card, {}, said)]

        done = self._acting.act(who, DIRECT, DESK, make)
        [event] = done.events
        asked = RaidQuestion(_KIND, equal={"id": event["id"]})
        [card] = self._acting.rows.find(asked)
        return done, self._drill(card)

    def show(self, who: Who) -> Drill:
        """Return the drill that is being played, else the last one.

        Args:
            who: who asks.

        Raises:
            AccessDenied: the answer is no.
            UnknownItem: `unknown-drill`, there never was one.
        """
        self._acting.ask(who, READ, DESK)
        card = self._running()
        if card is None:
            found = self._acting.rows.find(RaidQuestion(_KIND, order=("idx",)))
            if not found:
                raise _none()
            card = found[-1]
        return self._drill(card)

    @property
    def _now(self) -> int:
        return self._acting.gate.clock.now()

    def _running(self) -> RaidCard | None:
        asked = RaidQuestion(_KIND, equal={"state": _RUNNING}, limit=1)
        found = self._acting.rows.find(asked)
        return found[0] if found else None

    def _expect_running(self) -> RaidCard:
        card = self._running()
        if card is None:
            raise _none()
        return card

    def _drill(self, card: RaidCard) -> Drill:
        """Return a drill by what is on record of it."""
        rows = self._acting.rows
        first, *rest = [one.event for one in rows.events(about=card.id)]
        script = parse_script(first["said"]["text"].encode("utf-8"), "the script")
        started = parse_instant(first["at"])
        injected = {
            one["said"]["inject"]: Injected(
                parse_instant(one["at"]), one["said"]["report"]
            )
            for one in rest
            if one["act"] == "inject"
        }
        ended = [parse_instant(one["at"]) for one in rest if one["act"] == "end"]
        until = ended[0] if ended else self._now
        acts = [one for one in self._acts(script) if started <= one.at <= until]
        stretch = Stretch(started, until, bool(ended))
        marks = mark(script, stretch, injected, acts)
        return Drill(
            *(card.id, self._acting.exercise, script, str(card.card["state"])),
            *(started, injected, marks),
        )

    def _acts(self, script: Script) -> list[Played]:
        """Return the acts that a script may ask about, in the order of the log."""
        kinds = {one.kind for one in script.expected} | {"raid.link", "raid.case"}
        found = [
            one
            for kind in sorted(kinds & CARDS.keys())
            for one in self._acting.rows.events(kind=kind)
        ]
        return [
            Played(
                *(one.event["kind"], one.event["act"], one.event["id"]),
                *(one.event["case"], parse_instant(one.event["at"])),
                one.event["card"],
            )
            for one in sorted(found, key=lambda one: one.index)
        ]

    def _chosen(self, drill: Drill, name: str) -> Inject:
        waiting = [one for one in drill.script.injects if one.id not in drill.injected]
        if name:
            return _named(drill, name)
        if not waiting:
            raise ActRefused(
                "injects-done",
                "all that happens in the script has happened",
                next_step="end the drill: `ringwall raid drill end`",
            )
        inject = min(waiting, key=lambda one: one.after)
        due = drill.started + inject.after * _MINUTE
        if due > self._now:
            raise ActRefused(
                "inject-not-due",
                f"`{inject.id}` happens at {format_instant(due)}",
                next_step="wait until then, or play it now by its name: `ringwall raid "
                f"drill inject {inject.id}`",
            )
        return inject

    def _marked(self, told: Mapping[str, Any]) -> str:
        """Return the title of a report, so marked that nobody takes it for real."""
        title = f"EXERCISE {self._acting.exercise}: {told.get('title', '')}"
        return title[:_LONGEST_TITLE]


def _names(rules: "Rulebook") -> dict[str, Collection[str]]:
    """Return column of a row -> the values that the rules in force have for it."""
    clocks, routes = rules.clocks.rules, rules.routes
    return {
        "rule": clocks.keys(),
        "stage": {stage.name for rule in clocks.values() for stage in rule.stages},
        "route": routes.routes.keys(),
        "recipient": {
            *routes.contacts,
            *routes.functions,
            *(
                f"{name}.{at.lower()}"
                for name in routes.functions
                for at in routes.states
            ),
        },
    }


def _named(drill: Drill, name: str) -> Inject:
    found = [one for one in drill.script.injects if one.id == name]
    if not found:
        raise UnknownItem(
            "unknown-inject",
            f"nothing in the script is called `{name[:40]}`",
            next_step="`ringwall raid drill show` lists what happens",
        )
    if name in drill.injected:
        raise ActRefused(
            "inject-played",
            f"`{name}` has happened already",
            next_step="leave the name out to play what happens next",
        )
    return found[0]


def _none() -> UnknownItem:
    return UnknownItem(
        "unknown-drill",
        "no drill is being played here",
        next_step="start one: `ringwall raid drill start SCRIPT`",
    )
