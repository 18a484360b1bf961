"""Histories at an incident desk: random acts of random people, and what must hold."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any, Final

from ringwall.base.clock import parse_instant
from ringwall.base.errors import RingwallError
from ringwall.ledger.asking.raid_rows import RaidQuestion
from ringwall.model.raid_events import CARDS
from ringwall.model.raid_states import next_state
from ringwall.raid.desk import RaidDesk
from ringwall.raid.linking import LINK_TYPES, Link
from ringwall.raid.starting import Start
from ringwall.raid.timing import OPEN, deadline_of
from tests.raid_office import given, report_document, who

__all__ = ["Play"]

_PEOPLE: Final = (
    *("joan", "joan", "joan", "dorothy", "rosalind", "rosalind", "agnes"),
    *("joan-2", "mileva", "ruth"),
)
_RULES: Final = ("NIS2-23", "GDPR33", "AIA73-GEN", "NIS2-23", "DORA19")
_DAY: Final = 86_400_000_000
_GRAVE: Final = report_document(harms=["death"], title="A death on the ward")


class Play:
    """A desk at which people do what they please.

    Args:
        desk: of an institute.
        seed: of what they do.

    Attributes:
        done: act -> how often it was done.
        refused: code -> how often an act was refused with it.
    """

    def __init__(self, desk: RaidDesk, seed: int) -> None:
        self._desk = desk
        self._random = Random(seed)
        self._reports: list[str] = []
        self._cases: list[str] = []
        self._proposals: list[str] = []
        self._clocks: list[str] = []
        self.done: dict[str, int] = {}
        self.refused: dict[str, int] = {}

    def go(self, steps: int) -> None:
        """Let so many acts be tried."""
        while len(self._cases) < 2:
            self._receive()
            self._try(self._open)
        acts: list[Callable[[], None]] = [
            *(self._receive, self._open, self._open, self._invalidate, self._reopen),
            *(self._defer, self._close, self._attach, self._attach, self._unlink),
            *(self._merge, self._unmerge, self._second, self._second, self._refuse),
            *(self._note, self._lead, self._shut, self._unshut, self._admit),
            *(self._archive, self._coordinate, self._arm, self._start, self._start),
            *(self._meet, self._meet),
        ]
        for _ in range(steps):
            self._try(self._random.choice(acts))

    def _try(self, act: Callable[[], None]) -> None:
        name = act.__name__.removeprefix("_")
        try:
            act()
        except RingwallError as error:
            self.refused[error.code] = self.refused.get(error.code, 0) + 1
        else:
            self.done[name] = self.done.get(name, 0) + 1

    def check(self) -> None:
        """Check what must hold of all that is there, however it came about."""
        rows = self._desk.acting.rows
        self._check_states()
        links = rows.find(RaidQuestion("raid.link", equal={"state": "linked"}))
        pairs = [(link.card["report"], link.case) for link in links]
        assert len(set(pairs)) == len(pairs)
        for report in rows.find(RaidQuestion("raid.report")):
            count = sum(one == report.id for one, _ in pairs)
            assert report.card["cases"] == count
        cases = {card.id: card.card for card in rows.find(RaidQuestion("raid.case"))}
        for case, card in cases.items():
            is_merged = card["state"] == "merged"
            assert is_merged == bool(card["redirect"]) == bool(card["was"])
            assert not (is_merged and (card["due"] or card["host_due"]))
            passed = {case}
            while card["state"] == "merged":
                successor = str(card["redirect"])
                assert successor not in passed, "merges go in a circle"
                passed.add(successor)
                card = cases[successor]  # noqa: PLW2901 - follows the redirects
        self._check_clocks(cases)

    def _check_clocks(self, cases: dict[str, dict[str, str | int]]) -> None:
        """Check that each open clock counts in a case, and that none is in two."""
        rows = self._desk.acting.rows
        due: dict[str, list[str]] = {}
        for clock in rows.find(RaidQuestion("raid.clock")):
            if clock.card["state"] in OPEN:
                assert cases[clock.case]["state"] != "merged", "nobody sees it run"
                due.setdefault(clock.case, []).append(deadline_of(clock.card))
            home = str(clock.card["home"])
            while home and home != clock.case:
                assert cases[home]["state"] == "merged", "it should be at home"
                home = str(cases[home]["redirect"])
            assert bool(clock.card["home"]) == bool(home)
        for case, card in cases.items():
            told = [text for text in due.get(case, ()) if text]
            assert card["due"] == min(told, key=parse_instant, default="")

    def _check_states(self) -> None:
        """Check each event against the one before it, and the rows against the last."""
        rows = self._desk.acting.rows
        states: dict[str, str] = {}
        last: dict[str, dict[str, Any]] = {}
        permits: dict[str, tuple[str, str]] = {}
        first: dict[str, str] = {}
        persons = self._desk.acting.gate.ground.facts.natural_person
        for one in rows.events():
            event = one.event
            told = permits.setdefault(event["decision"], (event["by"], event["at"]))
            assert told == (event["by"], event["at"]), "one permit, one transaction"
            if event["kind"] not in CARDS:
                continue
            name = event["id"]
            assert event["from"] == states.get(name, "")
            move = next_state(event["kind"], event["from"], event["act"], event["to"])
            assert move.after == event["to"] == event["card"]["state"]
            states[name], last[name] = event["to"], event["card"]
            if event["act"] == "propose":
                first[name] = persons(event["by"])
            if event["act"] == "carry":
                assert persons(event["by"]) != first[name]
        for kind in CARDS:
            for card in rows.find(RaidQuestion(kind)):
                assert card.card == last[card.id]

    def _one_of(self, ids: list[str]) -> str:
        recent = ids[-3:] if self._random.random() < 0.7 else ids
        return self._random.choice(recent)

    def _who(self) -> Any:  # noqa: ANN401 - words of who asks
        return who(self._random.choice(_PEOPLE))

    def _receive(self) -> None:
        document = _GRAVE if self._random.random() < 0.3 else report_document()
        self._reports.append(given(self._desk.acting, document))

    def _open(self) -> None:
        report = self._one_of(self._reports)
        another = self._random.choice(["", "a second event"])
        done = self._desk.screening.open(self._who(), report, "B2", another=another)
        self._cases += self._made(done.events, "raid.case", "open")

    def _invalidate(self) -> None:
        report = self._one_of(self._reports)
        done = self._desk.screening.invalidate(self._who(), report, "made up")
        self._proposals += self._made(done.events, "raid.proposal", "propose")

    def _reopen(self) -> None:
        self._desk.screening.reopen(self._who(), self._one_of(self._reports), "new")

    def _defer(self) -> None:
        words = (self._one_of(self._reports), "2026-12-24", "wait")
        self._desk.screening.defer(self._who(), *words)

    def _close(self) -> None:
        self._desk.screening.close(self._who(), self._one_of(self._reports), "told")

    def _attach(self) -> None:
        link = Link(self._random.choice(LINK_TYPES), "why")
        ends = self._one_of(self._reports), self._one_of(self._cases)
        self._desk.links.attach(self._who(), *ends, link)

    def _unlink(self) -> None:
        ends = self._one_of(self._reports), self._one_of(self._cases)
        self._desk.links.unlink(self._who(), *ends, "another ward")

    def _merge(self) -> None:
        cases = self._one_of(self._cases), self._one_of(self._cases)
        done = self._desk.merging.merge(self._who(), *cases, "one event")
        self._proposals += self._made(done.events, "raid.proposal", "propose")

    def _unmerge(self) -> None:
        case = self._one_of(self._cases)
        done = self._desk.merging.unmerge(self._who(), case, "two events")
        self._proposals += self._made(done.events, "raid.proposal", "propose")

    def _second(self) -> None:
        if self._proposals:
            self._desk.proposals.second(self._who(), self._one_of(self._proposals))

    def _refuse(self) -> None:
        if self._proposals and self._random.random() < 0.3:
            name = self._one_of(self._proposals)
            self._desk.proposals.refuse(self._who(), name, "not so")

    def _note(self) -> None:
        self._desk.cases.note(self._who(), self._one_of(self._cases), "a note")

    def _lead(self) -> None:
        leads = self._random.choice(["user:rosalind", "user:agnes", "user:joan"])
        self._desk.cases.lead(self._who(), self._one_of(self._cases), leads)

    def _shut(self) -> None:
        if self._random.random() < 0.1:
            case = self._one_of(self._cases)
            self._desk.needs.shut(who("mileva"), case, "abroad")

    def _unshut(self) -> None:
        self._desk.needs.unshut(who("mileva"), self._one_of(self._cases), "public")

    def _admit(self) -> None:
        person = f"user:{self._random.choice(_PEOPLE)}"
        words = (self._one_of(self._cases), person, "2026-12-01", "knows it")
        self._desk.needs.admit(who("mileva"), *words)

    def _archive(self) -> None:
        self._desk.cases.archive(self._who(), self._one_of(self._cases), "old")

    def _coordinate(self) -> None:
        self._desk.cases.coordinate(self._who(), self._one_of(self._cases))

    def _arm(self) -> None:
        case, rule = self._one_of(self._cases), self._random.choice(_RULES)
        done = self._desk.clocks.arm(who("ole"), case, [rule])
        self._clocks += self._made(done.events, "raid.clock", "arm")

    def _start(self) -> None:
        if self._clocks:
            at = self._desk.acting.gate.clock.now() - self._random.randrange(_DAY)
            start = Start("", at, "a log", "the officer on duty")
            clock = self._one_of(self._clocks)
            self._desk.clocks.start(who("ole"), clock, [start])
            self._clocks.append(clock)

    def _meet(self) -> None:
        if self._clocks:
            said = {"evidence": "a receipt", "source": "the portal"}
            clock = self._one_of(self._clocks)
            done = self._desk.clocks.meet(who("ole"), clock, None, said)
            self._clocks += self._made(done.events, "raid.clock", "arm")

    @staticmethod
    def _made(events: Any, kind: str, act: str) -> Iterator[str]:  # noqa: ANN401 - events of any kind
        wanted = kind, act
        return (e["id"] for e in events if (e["kind"], e.get("act")) == wanted)
