"""Embargoes in tests: a case that is led, parties that sign, terms that are wanted."""

import json
from typing import Final

from ringwall.base.clock import format_instant, parse_instant
from ringwall.raid.acting import Done
from ringwall.raid.desk import RaidDesk
from ringwall.raid.embargo.approvers import APPROVERS_FILE
from ringwall.raid.embargo.counter import Wanted
from ringwall.raid.embargo.ends import shown_in
from ringwall.raid.embargo.lengths import Signed
from ringwall.raid.embargo.parties import Invited, Said
from ringwall.raid.embargo.standing import EMBARGO, PARTY, object_id
from ringwall.raid.embargo.statements import CONSENT_NAMESPACE
from ringwall.signing.ssh import sign_ssh
from tests.office import DAY, private_key, public_line
from tests.raid_office import adopted, who
from tests.routed import triaged

__all__ = [
    "LAB",
    "LEAD",
    "NIELS",
    "OUTSIDER",
    "PLAIN",
    "active",
    "allowed",
    "card_of",
    "invited",
    "led",
    "longer",
    "party_of",
    "proposed",
    "said_by",
    "signed",
    "state_of",
]

LEAD: Final = who("rosalind")
PLAIN: Final = Wanted("time to mend the service", ("2026-12-04 12:00 Europe/Berlin",))
LAB: Final = "lab:example"
OUTSIDER: Final = "bureau:example"
NIELS: Final = who("niels")


def led(desk: RaidDesk, recoverable: str = "service-side") -> str:
    """Return a triaged case that Rosalind leads, of which it is told what can be."""
    case = triaged(desk)
    desk.cases.lead(who("joan"), case, "user:rosalind")
    if recoverable:
        desk.matters.tell(who("joan"), case, [], recoverable, "the lab says so")
    return case


def invited(
    desk: RaidDesk, case: str, name: str = LAB, *, is_necessary: bool = True
) -> str:
    """Invite a party that signs with the key of Elinor, and return its id."""
    key = public_line("elinor")
    wanted = Invited(name, "Europe/Berlin", key, is_necessary)
    return str(desk.parties.invite(LEAD, case, wanted).events[0]["id"])


def signed(
    desk: RaidDesk, party: str, act: str, terms: str, answer: str = "", **changes: str
) -> Said:
    """Return what a party signed now, with values of the statement changed."""
    spoken = str(party_of(desk, party)["spoken"])
    last = parse_instant(spoken) + 1_000_000 if spoken else 0
    now = format_instant(max(desk.acting.gate.clock.now(), last))
    value = {"party": party, "act": act, "terms": terms, "answer": answer}
    said = {**value, "by": "counsel of the lab", "at": now, **changes}
    data = json.dumps(said).encode()
    signature = sign_ssh(data, private_key("elinor"), namespace=CONSENT_NAMESPACE)
    return Said(act, answer, data, signature)


def said_by(
    desk: RaidDesk, party: str, act: str, terms: str = "", answer: str = ""
) -> Done:
    """Put on record what a party signs now."""
    said = signed(desk, party, act, terms, answer)
    return desk.parties.say(who("joan"), party, said)


def card_of(desk: RaidDesk, case: str) -> dict[str, str | int]:
    """Return the row of the embargo of a case."""
    card = desk.acting.rows.card(EMBARGO, object_id(EMBARGO, case))
    assert card is not None
    return dict(card.card)


def party_of(desk: RaidDesk, party: str) -> dict[str, str | int]:
    """Return the row of a party."""
    card = desk.acting.rows.card(PARTY, party)
    assert card is not None
    return dict(card.card)


def state_of(desk: RaidDesk, case: str) -> str:
    """Return the state of the embargo of a case, as it is on record."""
    return str(card_of(desk, case)["state"])


def proposed(desk: RaidDesk, wanted: Wanted = PLAIN) -> tuple[str, str]:
    """Return a case with an embargo proposed, and its necessary party, invited."""
    case = led(desk)
    party = invited(desk, case)
    desk.embargoes.propose(LEAD, case, wanted)
    return case, party


def active(desk: RaidDesk, wanted: Wanted = PLAIN) -> tuple[str, str]:
    """Return a case with an embargo in force, and its necessary party."""
    case, party = proposed(desk, wanted)
    said_by(desk, party, "accept", str(card_of(desk, case)["offer"]))
    desk.embargoes.accept(LEAD, case)
    return case, party


def longer(desk: RaidDesk, days: int = 250, key: str = "outsider") -> str:
    """Return a case for whose embargo above half a year is proposed, and consented to.

    Args:
        desk: of an institute of its own; rules that name an approver are adopted.
        days: from now until the end that is proposed.
        key: name of whose key the approver has.
    """
    path = desk.acting.folder / "raid" / "desk" / APPROVERS_FILE
    row = f"{OUTSIDER},{public_line(key)},a letter,own\n"
    path.write_text(path.read_text("utf-8") + row, "utf-8")
    adopted(desk, "somebody from outside may sign")
    case, party = active(desk, Wanted("time to mend"))
    ends = desk.acting.gate.clock.now() + days * DAY
    until = f"{shown_in(ends, 'UTC')[:16]} UTC"
    wanted = Wanted("the mending takes a year", (until,))
    desk.embargoes.revise(LEAD, case, wanted)
    said_by(desk, party, "accept", str(card_of(desk, case)["offer"]))
    return case


def allowed(
    desk: RaidDesk,
    case: str,
    theirs: str = "outsider",
    own: str = "niels",
    **changes: str,
) -> Signed:
    """Return what two signed now for the length of what is proposed.

    Args:
        desk: where.
        case: id.
        theirs: name of whose key stands for the approver.
        own: name of whose key stands for the director.
        **changes: values of the statement.
    """
    said = {
        "party": object_id(EMBARGO, case),
        "act": "allow",
        "terms": str(card_of(desk, case)["offer"]),
        "answer": "",
        "by": "the bureau",
        "at": format_instant(desk.acting.gate.clock.now()),
        **changes,
    }
    data = json.dumps(said).encode()
    first, second = (
        sign_ssh(data, private_key(one), namespace=CONSENT_NAMESPACE)
        for one in (theirs, own)
    )
    return Signed(OUTSIDER, data, first, second)
