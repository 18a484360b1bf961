"""People of the desk in a drill: they play a script, minute by minute."""

import csv
import io
from collections.abc import Sequence
from typing import Final

from ringwall.base.clock import format_instant, parse_instant
from ringwall.institute import Institute
from ringwall.ledger.asking.raid_rows import RaidCard
from ringwall.raid.desk import RaidDesk
from ringwall.raid.drills.marking import Mark
from ringwall.raid.drills.script import parse_script
from ringwall.raid.embargo.counter import Wanted as WantedTerms
from ringwall.raid.embargo.parties import Invited
from ringwall.raid.linking import Link
from ringwall.raid.outgoing.release_text import Wanted as Told
from ringwall.raid.routing.recipients import Wanted
from ringwall.raid.starting import Start
from tests.embargoed import LEAD, card_of, said_by
from tests.office import public_line
from tests.raid_office import RaidOffice, adopted, who
from tests.release_office import release_grant, staffed
from tests.routed import ASSESSED

__all__ = ["JOAN", "RUTH", "Team", "verify_contacts"]

RUTH, JOAN, _ASSESSOR = who("ruth"), who("joan"), who("dorothy")
_OFFICER, _CLOCKS = who("mileva"), who("ole")
_DIRECTOR, _ROUTING = who("niels"), who("vint")
_SECOND = who("rosalind")
_COUNSEL: Final = "counsel, by the annex"
_SHOWN: Final = {"evidence": "a call, and a log", "source": "the duty book, page 7"}


class Team:
    """The people of a desk that exercises.

    Args:
        office: whose clock it goes by.
        desk: of the exercise.
        data: the script; started at once.

    Attributes:
        office: whose clock it goes by.
        desk: of the exercise.
        script: that is played.
        started: instant.
        reports: id of an inject -> the report that it brought.
        cases: likewise -> the case that was opened for it.
        receipts: likewise -> the code of its reporter.
    """

    def __init__(self, office: RaidOffice, desk: RaidDesk, data: bytes) -> None:
        self.office, self.desk = office, desk
        self.script = parse_script(data, "the script")
        self.started = office.clock.now()
        desk.drills.start(_DIRECTOR, data, "the script")
        self.reports: dict[str, str] = {}
        self.cases: dict[str, str] = {}
        self.receipts: dict[str, str] = {}

    @property
    def now(self) -> int:
        """The instant."""
        return self.office.clock.now()

    def happens(self, *injects: str) -> None:
        """Wait until injects are due, one after the other, and play each."""
        due = {one.id: one.after for one in self.script.injects}
        for name in injects:
            at = self.started + due[name] * 60_000_000
            assert at >= self.now, f"{name} was to be played before"
            self.office.clock.instant = at
            played = self.desk.drills.inject(RUTH)
            assert played.inject.id == name
            self.reports[name] = played.report
            self.receipts[name] = played.receipt

    def wait(self, minutes: int) -> None:
        """Let time pass."""
        self.office.clock.instant += minutes * 60_000_000

    def open(self, inject: str, *, another: str = "", slot: str = "") -> str:
        """Open a case for the report of an inject."""
        report = self.reports[inject]
        done = self.desk.screening.open(JOAN, report, "B2", another=another)
        made = next(e["id"] for e in done.events if e["kind"] == "raid.case")
        self.cases[slot or inject] = made
        return str(made)

    def judge(self, inject: str, *points: str, then: str = "") -> RaidCard:
        """Assess and triage its case; all that is not said is as in `ASSESSED`."""
        case = self.cases[inject]
        changed = {point.partition("=")[0] for point in points}
        rest = [one for one in ASSESSED if one.partition("=")[0] not in changed]
        seen = {"evidence": "what the reporter showed us"}
        self.desk.triage.assess(_ASSESSOR, case, [*rest, *points], seen)
        self.desk.triage.run(_ASSESSOR, case, then=then)
        return self.card("raid.case", case)

    def card(self, kind: str, name: str) -> RaidCard:
        """Return a row as it is."""
        found = self.desk.acting.rows.card(kind, name)
        assert found is not None
        return found

    def join(self, inject: str, to: str, kind: str = "same-event") -> None:
        """Link a report to the case of another one."""
        report, case = self.reports[inject], self.cases[to]
        if self.card("raid.report", report).card["state"] == "received":
            self.desk.screening.validate(JOAN, report, "B2")
        self.desk.links.attach(JOAN, report, case, Link(kind, "the same hour"))
        self.cases[inject] = case

    def note(self, inject: str, text: str) -> None:
        """Put a note to its case."""
        self.desk.cases.note(JOAN, self.cases[inject], text)

    def arm(self, inject: str, *rules: str) -> None:
        """Arm clocks of its case; those that its reports suspect if none is named."""
        self.desk.clocks.arm(_CLOCKS, self.cases[inject], rules)

    def clock(self, inject: str, rule: str, stage: str = "") -> str:
        """Return the clock of a rule in its case."""
        found = self.desk.clocks.of_case(_CLOCKS, self.cases[inject])
        return next(
            one.id
            for one in found
            if one.card["rule"] == rule and stage in ("", one.card["stage"])
        )

    def run(self, inject: str, rule: str, stage: str = "", **starts: str) -> None:
        """Start a clock; `event=instant` with `_` for `-`, else at this instant."""
        told = [
            Start(event.replace("_", "-"), parse_instant(at), *_SHOWN.values())
            for event, at in starts.items()
        ] or [Start("", self.now, *_SHOWN.values())]
        self.desk.clocks.start(_CLOCKS, self.clock(inject, rule, stage), told)

    def meet(self, inject: str, rule: str, stage: str = "") -> None:
        """Say that what a clock runs for was done now."""
        self.desk.clocks.meet(_CLOCKS, self.clock(inject, rule, stage), None, _SHOWN)

    def send(self, inject: str, recipient: str, route: str = "") -> str:
        """Put on record that a package of its case goes out."""
        wanted = Wanted(recipient, route, export_checked=_COUNSEL)
        sent = self.desk.routes.send(_ROUTING, self.cases[inject], wanted)
        return sent.handover

    def draft(self, inject: str, recipient: str) -> str:
        """Write a release of its case; return its id."""
        wanted = Told(recipient, "summary")
        return self.desk.releases.draft(JOAN, self.cases[inject], wanted).release

    def amend(self, release: str, recipient: str, advice: str) -> None:
        """Write a release anew."""
        wanted = Told(recipient, "summary", advice)
        self.desk.releases.amend(JOAN, release, wanted, "the case is another now")

    def release(self, release: str) -> None:
        """Clear a release, have two sign for it, and give it out."""
        office = RaidOffice(self.desk.acting.folder)
        office.clock = self.office.clock
        office.institute = Institute(office.folder, office.clock)
        staffed(office)
        [event] = self.desk.releases.clear(JOAN, release).done.events
        grant = release_grant(office, event["case"], event["card"]["terms"])
        office.close()
        self.desk.releases.approve(who("elinor", grant=grant), release)
        sent = self.desk.releases.send(_ROUTING, release)
        assert not sent.changed

    def asked(self, sender: str, letter: bytes) -> bytes:
        """Take in what an authority asks, and return the answer to it."""
        done = self.desk.inquiries.receive(RUTH, letter, sender)
        inquiry = str(done.events[0]["id"])
        return self.desk.inquiries.answer(_ROUTING, inquiry).data

    def warn(self, inject: str, recipient: str) -> str:
        """Propose a warning of a danger to life; return the proposal."""
        why = "lives hang on it"
        wanted = Wanted(recipient, "R30", export_checked=_COUNSEL, reason=why)
        return self.desk.routes.send(_ROUTING, self.cases[inject], wanted).handover

    def second(self, proposal: str) -> None:
        """Carry what another person proposed."""
        self.desk.proposals.second(_SECOND, proposal)

    def set_aside(self, inject: str) -> None:
        """Set a report aside, by two persons where it takes two."""
        done = self.desk.screening.invalidate(
            JOAN, self.reports[inject], "nobody could check it, and it is one of many"
        )
        for event in done.events:
            if event["kind"] == "raid.proposal":
                self.second(event["id"])

    def sign(self, hours: int) -> None:
        """Have the director answer for the cut line of so many hours."""
        self.desk.queue.sign(_DIRECTOR, "six are ill", hours=hours)

    def lapse(self, handover: str) -> None:
        """Put on record that nobody signed for it in time."""
        self.desk.receiving.lapse(_ROUTING, handover)

    def lead(self, inject: str, recoverable: str = "") -> None:
        """Have Rosalind lead its case, and tell whether it can be taken back."""
        case = self.cases[inject]
        self.desk.cases.lead(JOAN, case, "user:rosalind")
        if recoverable:
            self.tell(inject, recoverable=recoverable)

    def tell(self, inject: str, *bits: str, recoverable: str = "") -> None:
        """Tell what is so of the matter."""
        case = self.cases[inject]
        self.desk.matters.tell(JOAN, case, bits, recoverable, "who reported it")

    def invite(self, inject: str, name: str, zone: str, *, necessary: bool) -> str:
        """Invite a party."""
        wanted = Invited(name, zone, public_line("elinor"), necessary)
        done = self.desk.parties.invite(LEAD, self.cases[inject], wanted)
        return str(done.events[0]["id"])

    def silence(self, inject: str, until: str, parties: Sequence[str]) -> str:
        """Propose an embargo, have parties sign, put it in force; return its terms."""
        case = self.cases[inject]
        self.desk.embargoes.propose(LEAD, case, WantedTerms("time to mend", (until,)))
        offer = str(card_of(self.desk, case)["offer"])
        for party in parties:
            said_by(self.desk, party, "accept", offer)
        self.desk.embargoes.accept(LEAD, case)
        return offer

    def post(self, inject: str, text: str) -> None:
        """Write to a reporter."""
        self.desk.mailbox.post(JOAN, self.reports[inject], text)

    def shut(self, inject: str) -> None:
        """Shut its case to all but those who work on it."""
        case = self.cases[inject]
        for name in ("joan", "dorothy", "rosalind"):
            until = "2027-06-01"
            self.desk.needs.admit(_OFFICER, case, f"user:{name}", until, "works on it")
        self.desk.needs.shut(_OFFICER, case, "few know what it is about")

    def end(self) -> dict[str, Mark]:
        """End the drill; return id of an expectation -> what became of it."""
        _, drill = self.desk.drills.end(_DIRECTOR)
        return {one.id: one for one in drill.marks}


def verify_contacts(desk: RaidDesk, *names: str, gone: str = "") -> None:
    """Put contacts in force as checked, and another one as not there.

    Args:
        desk: of an institute.
        *names: ids; one that the tables lack is made of its function and state.
        gone: id of one that is taken out.
    """
    path = desk.acting.folder / "raid" / "routes" / "contacts.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    known = {row["id"] for row in rows}
    for name in names:
        function, _, state = name.partition(".")
        if name not in known:
            made = dict.fromkeys(rows[0], "")
            more = {"state": state.upper() or "EU", "name": f"{name} at work"}
            said = {"confidence": "recalled", "source": "a list"}
            rows.append({**made, "id": name, "function": function, **more, **said})
    checked = {
        "channel": "post",
        "verified_on": format_instant(desk.acting.gate.clock.now())[:10],
        "verifier": "desk",
    }
    told = io.StringIO()
    sheet = csv.DictWriter(told, rows[0], lineterminator="\n")
    sheet.writeheader()
    for row in rows:
        if row["id"] in names:
            # Nobody who enforces has a key that somebody has who does not.
            enforces = row["function"] == "police"
            key = public_line("ole" if enforces else "elinor")
            row |= {**checked, "enforcement": "yes" if enforces else "no", "key": key}
    sheet.writerows(row for row in rows if row["id"] != gone)
    path.write_text(told.getvalue(), "utf-8")
    adopted(desk, "somebody checked them")
