"""How each script of a drill is played by people who do the right things."""

from collections.abc import Callable, Mapping
from typing import Final

import pytest

from ringwall.base.clock import format_instant
from ringwall.base.errors import ActRefused, UnknownItem
from ringwall.raid.embargo.counter import Wanted
from tests.drill_team import JOAN, RUTH, Team, verify_contacts
from tests.embargoed import LEAD, card_of, said_by
from tests.raid_office import who

__all__ = ["DECOY", "PLAYS", "STARTS"]

DECOY: Final = "case:c-mfzwizltmr"
"""A case that nobody has a reason to open."""


def friday_noon(team: Team) -> None:
    """Play s01."""
    team.happens("flaw")
    team.open("flaw")
    team.wait(90)
    team.judge("flaw", "kind=near-miss-or-hazard", "class=routine-failure")
    team.happens("wish")
    team.lead("flaw", "service-side")
    parties = [
        team.invite("flaw", name, zone, necessary=necessary)
        for name, zone, necessary in (
            ("csirt:fi", "Europe/Helsinki", False),
            ("finder:lisbon", "Europe/Lisbon", False),
            ("lab:example-voice", "America/Los_Angeles", True),
        )
    ]
    noon = "2027-11-05 12:00 America/Los_Angeles"
    team.silence("flaw", noon, parties)
    team.happens("noon-helsinki")
    assert card_of(team.desk, team.cases["flaw"])["ends"] == "2027-11-05T19:00:00Z"
    team.note("flaw", "told the CSIRT: noon in San Francisco, 21:00 in Helsinki")
    team.happens("noon-san-francisco")
    team.desk.embargoes.record(JOAN, team.cases["flaw"])


def hundred_and_twenty_days(team: Team) -> None:
    """Play s02."""
    team.happens("finding")
    team.open("finding")
    team.judge("finding", "kind=near-miss-or-hazard", "class=cyber")
    team.happens("wishes")
    team.lead("finding", "service-side")
    lab, finder, csirt, late = (
        team.invite("finding", name, "Europe/Berlin", necessary=necessary)
        for name, necessary in (
            ("lab:example-systems", True),
            ("finder:one", True),
            ("csirt:de", False),
            ("reseller:late", False),
        )
    )
    case, desk = team.cases["finding"], team.desk
    terms = team.silence("finding", "2026-12-05 12:00 UTC", (lab, finder, csirt))
    team.happens("late-yes")
    said_by(desk, late, "accept", terms)
    team.happens("insists")
    wide = Wanted("time to mend", ("2027-03-20 12:00 UTC",))
    desk.embargoes.revise(LEAD, case, wide)
    team.happens("refuses")
    desk.embargoes.reject(LEAD, case)
    assert card_of(desk, case)["terms"] == terms


def misuse_before_release(team: Team) -> None:
    """Play s03."""
    team.happens("technique")
    team.open("technique")
    team.judge("technique", "kind=demonstrated-in-test", "class=cyber")
    team.happens("silence")
    team.lead("technique", "service-side")
    lab = team.invite("technique", "lab:example-health", "UTC", necessary=True)
    team.silence("technique", "2026-12-01 12:00 UTC", (lab,))
    team.happens("warning")
    warning = team.draft("technique", "enisa")
    team.happens("misuse")
    team.join("misuse", "technique", "same-cause")
    team.tell("misuse", "misuse")
    team.wait(40)
    team.happens("pleads")
    team.judge(
        "misuse",
        *("kind=realised-harm", "class=cyber", "expl=observed"),
        "legal=personal-data,essential-entity",
    )
    team.send("misuse", "csirt.de")
    team.run("misuse", "GDPR33")
    with pytest.raises(ActRefused) as caught:
        team.desk.releases.clear(JOAN, warning)
    assert caught.value.code == "release-changed"
    team.amend(warning, "enisa", "it is in use: switch the assistant off")
    team.release(warning)


def self_exfiltration(team: Team) -> None:
    """Play s04."""
    knew = format_instant(team.now - 10 * 60_000_000)
    team.happens("bank")
    team.open("bank")
    team.arm("bank", "GDPR33", "DORA19")
    team.run("bank", "GDPR33", aware=knew)
    team.happens("data-centre")
    team.join("data-centre", "bank")
    team.arm("bank", "NIS2-23")
    team.run("bank", "NIS2-23", "early-warning")
    team.run("bank", "NIS2-23", "notification")
    team.happens("classified")
    team.run("bank", "DORA19", classified=format_instant(team.now), aware=knew)
    team.happens("model")
    team.join("model", "bank")
    team.arm("bank", "COP93-CYB")
    team.run("bank", "COP93-CYB", model_involved=format_instant(team.now))
    lost = ("class=loss-of-control", "auto=shown", "revers=none")
    wide = ("spread=several-states", "legal=personal-data,financial-entity")
    team.judge("bank", *lost, *wide, "weights=self-exfiltrated")


def two_accounts(team: Team) -> None:
    """Play s05."""
    team.happens("developer")
    team.open("developer")
    team.happens("institute")
    team.join("institute", "developer")
    team.judge("developer", "auto=suspected", "legal=property")
    team.happens("demand")
    team.note("developer", "logs speak for the one, wording for the other; both stay")


def five_and_one(team: Team) -> None:
    """Play s06."""
    team.happens("ghent-1")
    team.open("ghent-1")
    for name in ("ghent-2", "ghent-3"):
        team.happens(name)
        team.join(name, "ghent-1")
    team.happens("article")
    for town in ("Lyon", "Turin", "Porto", "Graz"):
        team.open("article", another=f"what happened in {town} alone")
    team.join("article", "ghent-1", "context")
    for name in ("ghent-4", "ghent-5"):
        team.happens(name)
        team.join(name, "ghent-1")


def demonstration(team: Team) -> None:
    """Play s07."""
    team.happens("demonstration")
    team.open("demonstration")
    team.judge("demonstration", "kind=demonstrated-in-test", "expl=proof-of-concept")
    team.arm("demonstration")
    team.meet("demonstration", "WBD-ACK")
    team.happens("credit")
    team.post("demonstration", "Two are named. Nobody at the desk knows the third.")
    team.happens("paper")


def regulator_asks(team: Team) -> None:
    """Play s08."""
    team.happens("firm")
    team.open("firm")
    team.judge("firm", "class=rights", "legal=rights")
    team.arm("firm")
    team.happens("call")
    team.note("firm", "a call from an authority; answered that we answer no such calls")
    first = team.asked("msa.at", b"Have you anything on Example Lending?")
    team.happens("letter")
    team.note("firm", "a letter; counsel sees no provision that binds the institute")
    assert team.asked("msa.at", b"All reports since January, please.") == first


def only_one_could_know(team: Team) -> None:
    """Play s09."""
    team.happens("engineer")
    team.open("engineer")
    team.shut("engineer")
    team.judge("engineer", "kind=near-miss-or-hazard", "class=cbrn", "uplift=beyond")
    team.happens("pressure")
    team.post("engineer", "May we tell defenders what to look for, and nobody where?")
    team.happens("still-no")
    desk = team.desk
    desk.mailbox.write(RUTH, team.receipts["engineer"], "Tell nobody. Not now.")
    team.note("engineer", "great and not imminent; refused; looked at again on Monday")


def lapsed_yesterday(team: Team) -> None:
    """Play s10."""
    team.happens("attack")
    team.open("attack")
    team.judge(
        "attack",
        *("expl=observed", "spread=several-states", "legal=essential-entity"),
    )
    team.run("attack", "NIS2-23", "early-warning")
    team.happens("lapsed")
    verify_contacts(team.desk, "enisa", "csirt.es.incibe-cert", gone="csirt.pt")
    team.send("attack", "csirt.es.incibe-cert")
    team.send("attack", "enisa", "R01")
    team.happens("plea")
    warning = team.draft("attack", "enisa")
    team.release(warning)
    team.note("attack", "asked the liaison of the state to renew; told what is public")
    team.happens("passed-on")
    team.desk.releases.recall(who("vint"), warning, "a clerk there passed it on")


def three_thousand(team: Team) -> None:
    """Play s11."""
    team.happens("flood-1", "flood-2", "flood-grave", "rest", "true-one")
    team.open("true-one", another="an event of its own, with a transcript")
    team.judge("true-one", "class=sector-safety", "legal=health", "spread=one-user")
    team.arm("true-one")
    for name in ("flood-1", "flood-2", "flood-grave"):
        team.set_aside(name)


def insider_reads(team: Team) -> None:
    """Play s12; the decoy is placed by whoever calls."""
    team.happens("quiet")
    team.open("quiet")
    team.happens("reading")
    team.desk.timelines.show(who("agnes"), team.cases["quiet"])
    with pytest.raises(UnknownItem):
        team.desk.timelines.show(who("agnes"), DECOY)
    team.happens("alarm")
    [taken] = team.desk.intake.take_filed(RUTH)
    team.reports["filed"] = taken.report
    team.open("filed")
    team.lead("filed")
    team.shut("filed")


def straddling_run(team: Team) -> None:
    """Play s13."""
    team.happens("run")
    team.open("run")
    team.arm("run")
    team.judge(
        "run", "kind=near-miss-or-hazard", "class=routine-failure", "comp=straddles"
    )
    team.happens("known")
    knew = format_instant(team.now - 3 * 1440 * 60_000_000)
    team.run("run", "AIA52", threshold_known=knew)
    team.happens("newspaper")
    team.note("run", "told the paper that we confirm no number; the interval is open")


def ten_to_four(team: Team) -> None:
    """Play s14."""
    team.happens("danger")
    team.open("danger")
    team.judge("danger", "class=sector-safety", "danger=imminent", "legal=health")
    team.arm("danger")
    team.meet("danger", "DESK-IMM")
    team.second(team.warn("danger", "police.dk"))
    agents = [f"agent-{number}" for number in range(1, 5)]
    for name in agents:
        team.happens(name)
        team.open(name)
        team.judge(name, "class=loss-of-control", "auto=shown")
    team.happens("phishing", "typing-error", "ill")
    team.sign(12)


def silent_csirt(team: Team) -> None:
    """Play s15."""
    team.happens("attack")
    team.open("attack")
    team.judge("attack", "legal=essential-entity")
    team.arm("attack")
    team.run("attack", "NIS2-23", "early-warning")
    team.meet("attack", "WBD-ACK")
    sent = team.send("attack", "csirt.de")
    team.happens("no-answer")
    team.note("attack", "called the CSIRT twice; a machine says that all are busy")
    team.happens("still-silent")
    team.lapse(sent)
    team.send("attack", "enisa")


PLAYS: Final[Mapping[str, Callable[[Team], None]]] = {
    "s01-friday-noon": friday_noon,
    "s02-hundred-and-twenty-days": hundred_and_twenty_days,
    "s03-misuse-before-release": misuse_before_release,
    "s04-self-exfiltration": self_exfiltration,
    "s05-two-accounts": two_accounts,
    "s06-five-and-one": five_and_one,
    "s07-demonstration": demonstration,
    "s08-regulator-asks": regulator_asks,
    "s09-only-one-could-know": only_one_could_know,
    "s10-lapsed-yesterday": lapsed_yesterday,
    "s11-three-thousand": three_thousand,
    "s12-insider-reads": insider_reads,
    "s13-straddling-run": straddling_run,
    "s14-ten-to-four": ten_to_four,
    "s15-silent-csirt": silent_csirt,
}
"""Name of a script -> how it is played well."""
STARTS: Final = {"s01-friday-noon": "2027-10-28T09:00:00Z"}
"""Name of a script that is written for a day -> when it is started."""
