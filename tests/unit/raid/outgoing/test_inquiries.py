"""What enforcers ask, and what they are told."""

import pytest

from ringwall.base.canonical import load_canonical
from ringwall.base.errors import ActRefused, RingwallError, UnknownItem
from ringwall.gate.asker import Who
from ringwall.gate.denied import AccessDenied
from ringwall.model.events import Event
from ringwall.model.raid_inquiry_laws import STANDARD_ANSWER
from ringwall.raid.desk import RaidDesk
from ringwall.raid.intake.receipts import digest_of, new_receipt
from ringwall.raid.linking import Link
from ringwall.raid.outgoing.claimed import Claimed
from ringwall.raid.outgoing.inquiries import MAX_LETTER_BYTES
from ringwall.raid.scene import Scene
from tests.raid_office import RaidOffice, adopted, given, refused, who
from tests.routed import ASSESSED, adopt_contacts, triaged

RUTH, VINT, OLE, AGNES = who("ruth"), who("vint"), who("ole"), who("agnes")
LETTER = b"Have you anything on Example Systems?\n"
LAW = Claimed("law", provision="Article 90", binds="the institute is a provider")
ORDER = Claimed("order", order="Landgericht, 1 O 1/27")


def asked(desk: RaidDesk, sender: str = "police.de") -> str:
    done = desk.inquiries.receive(RUTH, LETTER, sender)
    return str(done.events[0]["id"])


def proposed(
    desk: RaidDesk, inquiry: str, case: str, claimed: Claimed, by: Who = VINT
) -> str:
    done = desk.inquiries.propose(by, inquiry, case, claimed, "they named it")
    return str(done.events[0]["id"])


def missing(
    desk: RaidDesk, inquiry: str, case: str, claimed: Claimed, by: Who = VINT
) -> str:
    """Return what is told to be missing where an exit is shut."""
    with pytest.raises(ActRefused) as caught:
        proposed(desk, inquiry, case, claimed, by)
    assert caught.value.code == "barrier-shut"
    assert caught.value.next_step
    return caught.value.message


def with_receipts(desk: RaidDesk, count: int) -> tuple[str, list[str]]:
    """Return an assessed case of some reports, and their receipts."""
    codes = [new_receipt() for _ in range(count)]
    reports = [given(desk.acting, receipt=digest_of(code)) for code in codes]
    done = desk.screening.open(who("joan"), reports[0], "B2")
    case = str(done.events[1]["id"])
    for report in reports[1:]:
        desk.screening.validate(who("joan"), report, "B2")
        desk.links.attach(who("joan"), report, case, Link("same-event", "the same"))
    desk.triage.assess(who("dorothy"), case, ASSESSED, {"evidence": "seen"})
    return case, codes


def wrote(desk: RaidDesk, code: str, text: str) -> str:
    return str(desk.mailbox.write(RUTH, code, text).events[0]["id"])


def test_the_answer_is_the_same_for_everybody(desk: RaidDesk) -> None:
    adopt_contacts(desk, "police.de")
    empty = desk.inquiries.answer(VINT, asked(desk))
    triaged(desk)
    full = desk.inquiries.answer(VINT, asked(desk, "the ministry"))
    assert empty.data == full.data == STANDARD_ANSWER
    assert "case" in load_canonical(full.data)["answer"]
    for inquiry in (empty, full):
        [event] = inquiry.done.events
        assert (event["case"], event["card"]["exit"]) == ("", "")
        assert desk.inquiries.told(VINT, event["id"]) == STANDARD_ANSWER


def test_it_stands_in_a_queue_of_its_own(desk: RaidDesk) -> None:
    adopt_contacts(desk, "police.de")
    first, second = asked(desk), asked(desk, "the ministry")
    listed = desk.inquiries.listed(who("joan"))
    assert [card.id for card in listed] == [first, second]
    assert [card.card["recipient"] for card in listed] == ["police.de", ""]
    assert desk.inquiries.sender(second) == "the ministry"
    assert desk.inquiries.sender("inq-none") == ""
    with pytest.raises(AccessDenied):
        desk.inquiries.listed(RUTH)
    with pytest.raises(AccessDenied):
        desk.inquiries.receive(VINT, LETTER, "police.de")


def test_a_letter_that_nobody_sent_or_nobody_wrote_is_refused(desk: RaidDesk) -> None:
    receive = desk.inquiries.receive
    assert refused(receive, RUTH, LETTER, " ") == "sender-missing"
    assert refused(receive, RUTH, b" \n", "police.de") == "letter-empty"
    large = b"x" * (MAX_LETTER_BYTES + 1)
    assert refused(receive, RUTH, large, "police.de") == "letter-too-large"


def test_it_is_answered_once(desk: RaidDesk) -> None:
    inquiry = asked(desk)
    assert not desk.inquiries.is_answered(inquiry)
    desk.inquiries.answer(VINT, inquiry)
    assert desk.inquiries.is_answered(inquiry)
    assert not desk.inquiries.is_answered("inq-" + "a" * 16)
    assert refused(desk.inquiries.answer, VINT, inquiry) == "act-not-possible"
    words = (VINT, inquiry, "twice")
    assert refused(desk.inquiries.decline, *words) == "act-not-possible"
    assert refused(desk.inquiries.answer, VINT, "inq-" + "a" * 16) == "unknown-inquiry"


def test_it_is_declined_with_a_reason(desk: RaidDesk) -> None:
    inquiry = asked(desk)
    assert refused(desk.inquiries.decline, VINT, inquiry, " ") == "reason-missing"
    done = desk.inquiries.decline(VINT, inquiry, "not for us")
    assert done.events[0]["to"] == "declined"
    assert refused(desk.inquiries.told, VINT, inquiry) == "inquiry-unanswered"
    unknown = "inq-" + "a" * 16
    assert refused(desk.inquiries.told, VINT, unknown) == "inquiry-unanswered"


def test_by_law_two_persons_tell_the_minimum_of_a_case(desk: RaidDesk) -> None:
    adopt_contacts(desk, "police.de")
    case, inquiry = triaged(desk, harms=["health"]), asked(desk)
    proposal = proposed(desk, inquiry, case, LAW)
    with pytest.raises(RingwallError):
        desk.proposals.second(VINT, proposal)
    done = desk.proposals.second(AGNES, proposal)
    event = done.events[1]
    assert (event["case"], event["to"]) == (case, "answered")
    assert event["card"]["exit"] == "law"
    data = desk.inquiries.told(VINT, inquiry)
    whole = load_canonical(data)
    assert whole["recipient"] == "police.de"
    assert whole["facts"] == {
        "case": case,
        "class": ["cyber"],
        "effects": ["health"],
        "kind": ["realised-harm"],
        "occurred": [{"from": "2026-11-19"}],
        "states": ["DE"],
    }
    assert b"Narrative" not in data
    desk.needs.shut(who("mileva"), case, "named persons alone")
    assert desk.inquiries.listed(who("joan")) == []
    with pytest.raises(AccessDenied):
        desk.inquiries.told(VINT, inquiry)


@pytest.mark.parametrize(
    ("claimed", "told"),
    [
        (Claimed("law", binds="it does"), "no provision"),
        (Claimed("law", provision="Article 90"), "binds the institute"),
        (Claimed("danger"), "danger to life"),
        (Claimed("order"), "no order"),
        (Claimed("consent"), "agreed to just this recipient"),
    ],
)
def test_an_exit_opens_on_no_part_of_its_ground(
    desk: RaidDesk, claimed: Claimed, told: str
) -> None:
    adopt_contacts(desk, "police.de")
    case, inquiry = triaged(desk), asked(desk)
    by = OLE if claimed.exit == "order" else VINT
    assert told in missing(desk, inquiry, case, claimed, by)


def test_an_order_of_a_court_is_brought_by_the_legal_officer(desk: RaidDesk) -> None:
    adopt_contacts(desk, "police.de")
    case, inquiry = triaged(desk), asked(desk)
    assert "legal officer" in missing(desk, inquiry, case, ORDER, who("joan"))
    with pytest.raises(AccessDenied):
        proposed(desk, inquiry, case, ORDER, VINT)
    done = desk.proposals.second(AGNES, proposed(desk, inquiry, case, ORDER, OLE))
    assert done.events[1]["card"]["exit"] == "order"


def test_each_reporter_agrees_to_just_this_recipient_and_to_the_end(
    desk: RaidDesk,
) -> None:
    adopt_contacts(desk, "police.de")
    (case, codes), inquiry = with_receipts(desk, 2), asked(desk)
    first = wrote(desk, codes[0], "you may tell Police.DE of it")
    vague = wrote(desk, codes[1], "you may tell whom you like")
    claimed = Claimed("consent", consents=(first, vague))
    assert "just this recipient" in missing(desk, inquiry, case, claimed)
    second = wrote(desk, codes[1], "you may tell police.de at work")
    claimed = Claimed("consent", consents=(first, second))
    withdrawn = wrote(desk, codes[0], "on second thoughts, do not")
    assert "written again" in missing(desk, inquiry, case, claimed)
    anew = wrote(desk, codes[0], "police.de it is")
    claimed = Claimed("consent", consents=(anew, second))
    proposal = proposed(desk, inquiry, case, claimed)
    wrote(desk, codes[1], "please wait")
    with pytest.raises(ActRefused) as caught:
        desk.proposals.second(AGNES, proposal)
    assert caught.value.code == "barrier-shut"
    last = wrote(desk, codes[1], "go on: police.de")
    report = desk.acting.rows.first({last})[last].event["case"]
    desk.mailbox.post(who("joan"), report, "we do")
    claimed = Claimed("consent", consents=(anew, last))
    done = desk.proposals.second(AGNES, proposed(desk, inquiry, case, claimed))
    assert done.events[1]["card"]["exit"] == "consent"
    assert withdrawn
    unknown = Claimed("consent", consents=("msg-" + "a" * 16,))
    words = (VINT, asked(desk), case, unknown, "they agreed")
    assert refused(desk.inquiries.propose, *words) == "unknown-message"


def test_a_danger_to_life_is_an_exit_while_it_is_assessed_as_one(
    desk: RaidDesk,
) -> None:
    adopt_contacts(desk, "police.de")
    case, inquiry = triaged(desk, "danger=imminent", danger="imminent"), asked(desk)
    proposal = proposed(desk, inquiry, case, Claimed("danger"))
    evidence = {"evidence": "they were stopped"}
    desk.triage.assess(who("dorothy"), case, ["danger=no"], evidence)
    with pytest.raises(ActRefused) as caught:
        desk.proposals.second(AGNES, proposal)
    assert caught.value.code == "proposal-outdated"
    desk.triage.assess(who("dorothy"), case, ["danger=imminent"], evidence)
    desk.proposals.second(AGNES, proposed(desk, inquiry, case, Claimed("danger")))
    told = load_canonical(desk.inquiries.told(VINT, inquiry))
    assert told["facts"]["danger"] == ["imminent"]
    assert "class" not in told["facts"]


def test_a_label_holds_by_an_exit_too(desk: RaidDesk) -> None:
    adopt_contacts(desk, "csirt.de")
    case, inquiry = triaged(desk), asked(desk, "csirt.de")
    outcomes = {"tlp": "red"}
    done = desk.deviating.deviate(who("joan"), case, outcomes, "sources at risk")
    desk.proposals.second(AGNES, done.events[0]["id"])
    assert "higher label" in missing(desk, inquiry, case, LAW)


def test_who_is_no_contact_is_told_of_no_case(desk: RaidDesk) -> None:
    case, inquiry = triaged(desk), asked(desk, "the ministry")
    with pytest.raises(UnknownItem) as caught:
        proposed(desk, inquiry, case, LAW)
    assert caught.value.code == "recipient-unknown"


def test_a_contact_that_nobody_checked_is_told_of_no_case(desk: RaidDesk) -> None:
    case, inquiry = triaged(desk), asked(desk, "ai-office")
    told = missing(desk, inquiry, case, LAW)
    assert "no key" in told
    assert "checked" in told


def test_an_exit_that_the_rules_do_not_have_is_none(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    adopt_contacts(desk, "police.de")
    case, inquiry = triaged(desk), asked(desk)
    words = (VINT, inquiry, case, Claimed("favour"), "they asked nicely")
    assert refused(desk.inquiries.propose, *words) == "exit-unknown"
    (raid_office.folder / "raid" / "desk" / "exits.csv").unlink()
    adopted(desk)
    words = (VINT, inquiry, case, LAW, "they named it")
    assert refused(desk.inquiries.propose, *words) == "exit-unknown"


def test_other_facts_than_were_proposed_are_not_told(desk: RaidDesk) -> None:
    adopt_contacts(desk, "police.de")
    case, inquiry = triaged(desk), asked(desk)
    proposal = proposed(desk, inquiry, case, LAW)
    doc = desk.acting.rows.first({proposal})[proposal].event["said"]["doc"]

    def made(scene: Scene) -> list[Event]:
        scene.is_second = True
        return desk.inquiries.disclose(scene, {**doc, "answer": "0" * 64})

    with pytest.raises(ActRefused) as caught:
        desk.acting.act(AGNES, "raid.approve", case, made)
    assert caught.value.code == "exit-shut"
