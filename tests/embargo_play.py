"""Histories of embargoes at an incident desk: random acts, and what must hold."""

from collections.abc import Callable
from random import Random
from typing import Any, Final

from ringwall.base.clock import parse_instant
from ringwall.base.errors import RingwallError
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import RaidQuestion
from ringwall.model.raid_embargo_kinds import BITS, OVER
from ringwall.raid.desk import RaidDesk
from ringwall.raid.embargo.counter import Wanted
from ringwall.raid.embargo.ends import shown_in
from ringwall.raid.embargo.parties import Invited
from ringwall.raid.embargo.standing import EMBARGO, PARTY, object_id
from ringwall.raid.embargo.statements import ANSWERS
from tests.embargoed import LEAD, card_of, led, signed
from tests.office import DAY, public_line
from tests.raid_office import RaidOffice, who
from tests.routed import triaged

__all__ = ["EmbargoPlay"]

_OPEN: Final = ("proposed", "active", "revise")
_NAMES: Final = ("lab:example", "finder:one", "csirt:one")
_ENDED_BY: Final = {OVER[bit]: bit for bit in OVER}


class EmbargoPlay:
    """A desk at which people make, keep and break embargoes as they please.

    Args:
        office: of the desk; its clock goes on.
        desk: likewise.
        seed: of what they do.

    Attributes:
        done: act -> how often it was done.
        refused: code -> how often an act was refused with it.
    """

    def __init__(self, office: RaidOffice, desk: RaidDesk, seed: int) -> None:
        self._office = office
        self._desk = desk
        self._random = Random(seed)
        self._cases: list[str] = []
        self._proposals: list[str] = []
        self.done: dict[str, int] = {}
        self.refused: dict[str, int] = {}

    def go(self, steps: int) -> None:
        """Let so many acts be tried."""
        acts: list[Callable[[], None]] = [
            *(self._invite, self._invite, self._propose, self._propose, self._say),
            *(self._say, self._consent, self._consent, self._consent, self._accept),
            *(self._accept, self._accept, self._reject, self._revise, self._revise),
            *(self._tell, self._retract, self._end, self._drop, self._record),
            *(self._merge, self._unmerge, self._second, self._second, self._wait),
            *(self._note, self._agree, self._serve),
        ]
        for step in range(steps):
            if step % 25 == 0:
                self._cases.append(self._new())
            self._try(self._random.choice(acts))

    def check(self) -> None:
        """Check what must hold of each event, by the words of the rules alone."""
        rows: dict[str, dict[str, Any]] = {}
        for one in self._desk.acting.rows.events():
            event = one.event
            if event["kind"] not in {"raid.matter", EMBARGO, PARTY}:
                continue
            if event["kind"] == EMBARGO:
                self._check_embargo(event, rows)
            rows[event["id"]] = event
        for embargo in self._desk.acting.rows.find(RaidQuestion(EMBARGO)):
            matter = rows.get(object_id("raid.matter", embargo.case))
            is_out = matter is not None and any(matter["card"][bit] for bit in OVER)
            assert not (is_out and embargo.card["state"] in _OPEN)

    def _check_embargo(self, event: Any, rows: dict[str, dict[str, Any]]) -> None:  # noqa: ANN401 - an event
        card, case = event["card"], event["case"]
        told = rows.get(object_id("raid.matter", case), {}).get("card", {})
        if event["act"] == "accept":
            parties = [
                row["card"]
                for row in rows.values()
                if row["kind"] == PARTY and row["case"] == case
            ]
            needed = [one for one in parties if one["necessary"]]
            assert needed
            for one in needed:
                assert one["state"] == "party"
                assert card["terms"] in {one["terms"], one["before"]}
            assert not any(told.get(bit) for bit in OVER)
        if event["to"] == "exited" and card["cause"] in _ENDED_BY:
            assert told[_ENDED_BY[card["cause"]]]
        if card["cause"] == "expired":
            ends = rows[event["id"]]["card"]
            over = parse_instant(ends["ends"] or ends["offer_ends"])
            assert parse_instant(event["at"]) >= over

    def _try(self, act: Callable[[], None]) -> None:
        name = act.__name__.removeprefix("_")
        try:
            act()
        except RingwallError as error:
            self.refused[error.code] = self.refused.get(error.code, 0) + 1
        else:
            self.done[name] = self.done.get(name, 0) + 1

    def _new(self) -> str:
        told = self._random.choice(("service-side", "released", ""))
        if self._random.random() < 0.2:
            return triaged(self._desk)
        return led(self._desk, told)

    def _case(self) -> str:
        recent = self._cases[-3:] if self._random.random() < 0.8 else self._cases
        return self._random.choice(recent)

    def _who(self) -> Who:
        return who(self._random.choice(("joan", "dorothy", "agnes", "rosalind")))

    def _leader(self) -> Who:
        return LEAD if self._random.random() < 0.9 else self._who()

    def _wanted(self) -> Wanted:
        now = self._desk.acting.gate.clock.now()
        ends = now + self._random.randrange(-1, 200) * DAY
        return Wanted("time to mend", (f"{shown_in(ends, 'UTC')[:16]} UTC",))

    def _invite(self) -> None:
        name = self._random.choice(_NAMES)
        key = public_line("elinor") if self._random.random() < 0.9 else ""
        is_necessary = self._random.random() < 0.5
        wanted = Invited(name, "Europe/Berlin", key, is_necessary)
        self._desk.parties.invite(self._leader(), self._case(), wanted)

    def _propose(self) -> None:
        self._desk.embargoes.propose(self._leader(), self._case(), self._wanted())

    def _revise(self) -> None:
        self._desk.embargoes.revise(self._leader(), self._case(), self._wanted())

    def _accept(self) -> None:
        self._desk.embargoes.accept(self._leader(), self._case())

    def _reject(self) -> None:
        self._desk.embargoes.reject(self._leader(), self._case())

    def _end(self) -> None:
        self._desk.embargoes.end(self._leader(), self._case())

    def _record(self) -> None:
        self._desk.embargoes.record(self._who(), self._case())

    def _drop(self) -> None:
        done = self._desk.embargoes.drop(self._who(), self._case(), "nobody is left")
        self._proposals.append(done.events[0]["id"])

    def _consent(self) -> None:
        """Have each party of a case sign what is proposed, if anything is."""
        case = self._case()
        card = self._desk.acting.rows.card(EMBARGO, object_id(EMBARGO, case))
        terms = "" if card is None else str(card.card["offer"] or card.card["terms"])
        asked = RaidQuestion(PARTY, equal={"case_id": case})
        for one in self._desk.acting.rows.find(asked):
            if one.card["key"]:
                said = signed(self._desk, one.id, "accept", terms)
                self._desk.parties.say(who("joan"), one.id, said)

    def _say(self) -> None:
        act = self._random.choice(("answer", "accept", "reject", "leave"))
        answer = self._random.choice(ANSWERS) if act == "answer" else ""
        said = signed(self._desk, self._existing(), act, "", answer)
        self._desk.parties.say(who("joan"), self._existing(), said)

    def _agree(self) -> None:
        party = self._existing()
        case = self._desk.acting.case_of(PARTY, party)
        terms = str(card_of(self._desk, case)["terms"]) if self._has(case) else ""
        said = signed(self._desk, party, "agree", terms)
        self._desk.parties.say(who("joan"), party, said)

    def _has(self, case: str) -> bool:
        return (
            self._desk.acting.rows.card(EMBARGO, object_id(EMBARGO, case)) is not None
        )

    def _existing(self) -> str:
        """Return a party that there is; where there is none, one is invited."""
        found = self._desk.acting.rows.find(RaidQuestion(PARTY))
        recent = [one.id for one in found if one.case in self._cases[-3:]]
        if recent:
            return self._random.choice(recent)
        wanted = Invited(_NAMES[0], "UTC", public_line("elinor"), is_necessary=True)
        done = self._desk.parties.invite(LEAD, self._cases[-1], wanted)
        return str(done.events[0]["id"])

    def _tell(self) -> None:
        bits = [self._random.choice(BITS)] if self._random.random() < 0.8 else []
        told = self._random.choice(("", "", "service-side", "contained", "released"))
        self._desk.matters.tell(self._who(), self._case(), bits, told, "seen")

    def _serve(self) -> None:
        """Tell what serves the purpose of any embargo, and end it."""
        case = self._case()
        bits = ["mitigated", "warned"]
        self._desk.matters.tell(who("joan"), case, bits, "contained", "seen in force")
        self._desk.embargoes.end(LEAD, case)

    def _retract(self) -> None:
        bits = [self._random.choice(BITS)]
        done = self._desk.matters.retract(self._who(), self._case(), bits, "", "no")
        self._proposals.append(done.events[0]["id"])

    def _merge(self) -> None:
        case, into = self._case(), self._case()
        done = self._desk.merging.merge(self._who(), case, into, "one matter")
        self._proposals.append(done.events[0]["id"])

    def _unmerge(self) -> None:
        done = self._desk.merging.unmerge(self._who(), self._case(), "two matters")
        self._proposals.append(done.events[0]["id"])

    def _second(self) -> None:
        if self._proposals:
            recent = self._random.choice(self._proposals[-4:])
            self._desk.proposals.second(self._who(), recent)

    def _note(self) -> None:
        self._desk.cases.note(self._who(), self._case(), "a note")

    def _wait(self) -> None:
        self._office.clock.instant += self._random.randrange(5) * DAY
