"""The parties of an embargo: each the master of its own consent."""

import json

import pytest

from ringwall.gate.denied import AccessDenied
from ringwall.raid.desk import RaidDesk
from ringwall.raid.embargo.parties import Invited, Said
from tests.embargoed import (
    LEAD,
    PLAIN,
    active,
    card_of,
    invited,
    led,
    party_of,
    proposed,
    said_by,
    signed,
)
from tests.office import DAY
from tests.raid_office import RaidOffice, refused, who

JOAN = who("joan")


def test_an_invitation_names_party_zone_and_key(desk: RaidDesk) -> None:
    case = led(desk)

    def code(invitation: Invited) -> str:
        return refused(desk.parties.invite, LEAD, case, invitation)

    assert code(Invited("The Lab", "UTC")) == "party-malformed"
    assert code(Invited("lab:example", "Europe/Atlantis")) == "zone-unknown"
    assert code(Invited("lab:example", "UTC", "", True)) == "party-keyless"
    assert code(Invited("lab:example", "UTC", "ssh-rsa AAAA")) == "party-key-malformed"
    party = invited(desk, case)
    card = party_of(desk, party)
    assert (card["state"], card["answer"], card["zone"]) == (
        "invited",
        "",
        "Europe/Berlin",
    )
    assert str(card["key"]).startswith("SHA256:")
    assert [one.id for one in desk.parties.ls(JOAN, case)] == [party]


@pytest.mark.parametrize("answer", ["affected", "not-affected", "working-on-it"])
def test_an_answer_is_no_consent(desk: RaidDesk, answer: str) -> None:
    case, party = proposed(desk)
    said_by(desk, party, "answer", answer=answer)
    assert (party_of(desk, party)["answer"], party_of(desk, party)["terms"]) == (
        answer,
        "",
    )
    assert refused(desk.embargoes.accept, LEAD, case) == "consent-missing"


def test_the_statement_to_sign_is_given_with_the_terms_it_is_about(
    desk: RaidDesk,
) -> None:
    case = led(desk)
    party = invited(desk, case)

    def blank(act: str, answer: str = "") -> tuple[str, str, str]:
        found = json.loads(desk.parties.blank(JOAN, party, Said(act, answer)))
        assert found["party"] == party
        return found["act"], found["answer"], found["terms"]

    assert blank("accept") == ("accept", "", "")
    desk.embargoes.propose(LEAD, case, PLAIN)
    offer = str(card_of(desk, case)["offer"])
    assert blank("accept") == ("accept", "", offer)
    assert blank("agree") == ("agree", "", "")
    assert blank("answer", "working-on-it") == ("answer", "working-on-it", "")
    assert blank("leave") == ("leave", "", "")
    said_by(desk, party, "accept", offer)
    desk.embargoes.accept(LEAD, case)
    assert blank("agree") == ("agree", "", offer)
    odd = refused(desk.parties.blank, JOAN, party, Said("answer", "yes"))
    assert odd == "party-answer-unknown"
    with pytest.raises(AccessDenied):
        desk.parties.blank(JOAN, "pty-aaaaaaaaaaaaaaaa", Said("leave"))


def test_a_word_that_is_no_answer_is_refused(desk: RaidDesk) -> None:
    _, party = proposed(desk)
    for said in (Said("answer", "yes"), Said("answer"), Said("accept", "affected")):
        assert refused(desk.parties.say, JOAN, party, said) == "party-answer-unknown"


def test_nobody_speaks_for_a_necessary_party(desk: RaidDesk) -> None:
    _, party = proposed(desk)
    for act in ("accept", "reject"):
        found = refused(desk.parties.say, JOAN, party, Said(act))
        assert found == "statement-unsigned"
    for said in (Said("answer", "affected"),):
        assert refused(desk.parties.say, JOAN, party, said) == "statement-unsigned"


def test_what_is_taken_down_unsigned_is_marked_so(desk: RaidDesk) -> None:
    case, _ = proposed(desk)
    other = str(
        desk.parties.invite(LEAD, case, Invited("csirt:one", "UTC")).events[0]["id"]
    )
    done = desk.parties.say(JOAN, other, Said("accept"))
    assert done.events[0]["said"] == {"signed": False}
    assert party_of(desk, other)["terms"] == card_of(desk, case)["offer"]
    signed_one = signed(desk, other, "leave", "")
    found = refused(desk.parties.say, JOAN, other, signed_one)
    assert found == "party-key-forgotten"


def test_late_consent_counts_while_its_terms_are_at_hand(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    """Vultron#2213: honoured if current, asked anew if stale, nothing if none."""
    case, _ = active(desk)
    late = invited(desk, case, "finder:one", is_necessary=False)
    assert refused(said_by, desk, late, "accept", "ab" * 32) == "terms-stale"
    said_by(desk, late, "accept", str(card_of(desk, case)["terms"]))
    assert party_of(desk, late)["state"] == "party"

    again = invited(desk, case, "finder:two", is_necessary=False)
    raid_office.clock.instant += 13 * DAY
    done = said_by(desk, again, "accept", str(card_of(desk, case)["terms"]))
    # What is recorded is that the embargo is over, and no consent.
    kinds = [event["kind"] for event in done.events]
    assert kinds == ["raid.embargo", "alarm.raised"]
    assert not said_by(desk, again, "accept").events
    assert party_of(desk, again)["state"] == "invited"


def test_consent_before_any_proposal_is_to_nothing(desk: RaidDesk) -> None:
    case = led(desk)
    party = invited(desk, case)
    assert not said_by(desk, party, "accept").events
    said_by(desk, party, "reject")
    assert party_of(desk, party)["state"] == "rejected"
    invited(desk, case)
    assert party_of(desk, party)["state"] == "invited"


def test_an_early_end_is_agreed_of_what_is_in_force(desk: RaidDesk) -> None:
    case, party = proposed(desk)
    offer = str(card_of(desk, case)["offer"])
    said_by(desk, party, "accept", offer)
    assert refused(said_by, desk, party, "agree", offer) == "terms-stale"
    assert refused(said_by, desk, party, "agree") == "terms-stale"


def test_a_statement_counts_once_and_not_for_an_earlier_invitation(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    case, party = active(desk)
    leaving = signed(desk, party, "leave", "")
    desk.parties.say(JOAN, party, leaving)
    assert party_of(desk, party)["terms"] == ""
    raid_office.clock.instant += DAY
    invited(desk, case)
    said_by(desk, party, "accept", str(card_of(desk, case)["terms"]))
    found = refused(desk.parties.say, JOAN, party, leaving)
    assert found == "statement-time-odd"


def test_whoever_may_not_know_of_the_case_learns_of_no_party(desk: RaidDesk) -> None:
    _, party = proposed(desk)
    texts = set()
    for name in (party, "pty-aaaaaaaaaaaaaaaa"):
        with pytest.raises(AccessDenied) as caught:
            desk.parties.say(who("rene"), name, Said("leave"))
        texts.add(caught.value.code)
    assert len(texts) == 1
