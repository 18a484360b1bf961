"""The counter of embargoes: proposed, accepted, revised, ended."""

from collections.abc import Callable
from typing import Any

import pytest

from ringwall.gate.denied import AccessDenied
from ringwall.gate.gatekeeper import Gatekeeper
from ringwall.gate.ground import Ground
from ringwall.gate.raid_recording import MakeRaid, RaidMade
from ringwall.model.decisions import Receipt
from ringwall.raid.desk import RaidDesk
from ringwall.raid.embargo.counter import Wanted
from ringwall.raid.embargo.parties import Invited
from tests.embargoed import (
    LEAD,
    PLAIN,
    active,
    card_of,
    invited,
    led,
    proposed,
    said_by,
    state_of,
)
from tests.office import DAY
from tests.raid_office import RaidOffice, opened_case, refused, who
from tests.routed import triaged

JOAN, AGNES = who("joan"), who("agnes")
OTHER = "a later end for the mending"


def later(day: str) -> Wanted:
    return Wanted(OTHER, (f"{day} 12:00 Europe/Berlin",))


def merged(desk: RaidDesk, case: str, into: str) -> None:
    """Have two persons merge a case into another."""
    done = desk.merging.merge(JOAN, case, into, "it is one matter")
    desk.proposals.second(AGNES, done.events[0]["id"])


def said_of(desk: RaidDesk, case: str, act: str) -> dict[str, Any]:
    found = desk.acting.rows.events(case=case, kind="raid.embargo", act=act)
    return dict(found[-1].event["said"])


def meanwhile(monkeypatch: pytest.MonkeyPatch, first: Callable[[], object]) -> None:
    """Have something done once the next act is made, and not yet on record."""
    real, waiting = Gatekeeper.record_raid, [first]

    def late(gate: Gatekeeper, make: MakeRaid) -> list[Receipt]:
        def made(ground: Ground) -> RaidMade:
            told = make(ground)
            if waiting:
                waiting.pop()()
            return told

        return real(gate, made)

    monkeypatch.setattr(Gatekeeper, "record_raid", late)


def test_of_what_is_out_in_a_case_merged_meanwhile_no_embargo_is_proposed(
    raid_office: RaidOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    with raid_office.raid() as one, raid_office.raid() as other:
        case, (_, gone) = led(one), opened_case(one)
        one.matters.tell(JOAN, gone, ["public"], "", "it is in the papers")
        merge = one.merging.merge(JOAN, gone, case, "it is one matter")
        proposal = str(merge.events[0]["id"])
        meanwhile(monkeypatch, lambda: other.proposals.second(AGNES, proposal))

        assert refused(one.embargoes.propose, LEAD, case, PLAIN) == "matter-out"

        assert one.acting.case(JOAN, gone, "raid.write") == case


def test_a_case_that_is_merged_meanwhile_leaves_room_for_an_embargo(
    raid_office: RaidOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    with raid_office.raid() as one, raid_office.raid() as other:
        case, (_, gone) = led(one), opened_case(one)
        merge = one.merging.merge(JOAN, gone, case, "it is one matter")
        proposal = str(merge.events[0]["id"])
        meanwhile(monkeypatch, lambda: other.proposals.second(AGNES, proposal))

        one.embargoes.propose(LEAD, case, PLAIN)

        acts = [e.event["act"] for e in one.acting.rows.events(case=case)]
        assert acts[-2:] == ["take-over", "propose"]


@pytest.mark.parametrize("is_on_gone", [True, False])
def test_nothing_is_merged_under_an_embargo_that_is_proposed_meanwhile(
    raid_office: RaidOffice, monkeypatch: pytest.MonkeyPatch, *, is_on_gone: bool
) -> None:
    with raid_office.raid() as one, raid_office.raid() as other:
        case, gone = led(one), led(one)
        merge = one.merging.merge(JOAN, gone, case, "it is one matter")
        proposal = str(merge.events[0]["id"])
        under = gone if is_on_gone else case
        meanwhile(monkeypatch, lambda: other.embargoes.propose(LEAD, under, PLAIN))

        assert refused(one.proposals.second, AGNES, proposal) == "embargo-active"

        assert state_of(one, under) == "proposed"
        assert one.acting.case(JOAN, gone, "raid.write") == gone


def test_an_embargo_is_in_force_once_who_is_necessary_has_signed(
    desk: RaidDesk,
) -> None:
    case, party = proposed(desk)
    assert refused(desk.embargoes.accept, LEAD, case) == "consent-missing"
    offer = str(card_of(desk, case)["offer"])
    said_by(desk, party, "accept", offer)

    desk.embargoes.accept(LEAD, case)

    card = card_of(desk, case)
    assert (card["state"], card["terms"]) == ("active", offer)
    assert card["ends"] == "2026-12-04T11:00:00Z"
    assert card["since"] == "2026-11-21T12:00:00Z"
    assert (card["offer"], card["offer_ends"]) == ("", "")
    terms = said_of(desk, case, "propose")["terms"]
    assert terms["ends_local"] == "2026-12-04 12:00 Europe/Berlin"
    assert len(terms["ends_on"]) == 7


def test_no_embargo_is_in_force_where_nobody_necessary_was_invited(
    desk: RaidDesk,
) -> None:
    case = led(desk)
    invited(desk, case, is_necessary=False)
    desk.embargoes.propose(LEAD, case, PLAIN)
    assert refused(desk.embargoes.accept, LEAD, case) == "consent-missing"


def test_nobody_but_who_leads_the_case_moves_its_embargo(desk: RaidDesk) -> None:
    """Vultron#3280: who may end it was told in two ways."""
    case, _ = active(desk)
    assert refused(desk.embargoes.revise, AGNES, case, PLAIN) == "case-lead-alone"
    desk.embargoes.revise(LEAD, case, later("2026-12-10"))
    assert refused(desk.embargoes.accept, AGNES, case) == "case-lead-alone"
    assert refused(desk.embargoes.reject, AGNES, case) == "case-lead-alone"
    for act in (desk.embargoes.accept, desk.embargoes.reject, desk.embargoes.end):
        with pytest.raises(AccessDenied):
            act(JOAN, case)


def test_there_is_no_embargo_before_a_case_that_is_worked_on(desk: RaidDesk) -> None:
    """Vultron#2215: an embargo before there is a case."""
    with pytest.raises(AccessDenied):
        desk.embargoes.propose(LEAD, "case:c-aaaaaaaaaa", PLAIN)
    _, case = opened_case(desk)
    desk.cases.lead(JOAN, case, "user:rosalind")
    assert refused(desk.embargoes.propose, LEAD, case, PLAIN) == "embargo-without-work"
    unled = triaged(desk)
    assert refused(desk.embargoes.propose, LEAD, unled, PLAIN) == "case-lead-alone"


def test_an_end_needs_to_be_told_what_it_hangs_on(desk: RaidDesk) -> None:
    case = led(desk, "")
    assert refused(desk.embargoes.propose, LEAD, case, PLAIN) == "recoverable-untold"
    desk.matters.tell(JOAN, case, [], "released", "weights are on a mirror")
    past = Wanted("to tell defenders", ("2026-11-01 12:00 UTC",))
    assert refused(desk.embargoes.propose, LEAD, case, past) == "embargo-end-past"
    odd = Wanted("to tell defenders", ("2027-03-28 02:30 Europe/Berlin",))
    assert refused(desk.embargoes.propose, LEAD, case, odd) == "end-missing"
    nothing = Wanted(" ", PLAIN.until)
    assert refused(desk.embargoes.propose, LEAD, case, nothing) == "terms-malformed"


def test_the_shortest_of_what_is_wanted_wins(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    """Scenario 2: 120 days, 45 by default, 14 asked; a fourth accepts late."""
    case = led(desk)
    lab, finder = invited(desk, case), invited(desk, case, "finder:one")
    wide = Wanted("time to mend", ("2027-03-21 12:00 UTC",))
    first = desk.embargoes.propose(LEAD, case, wide)
    # The published default is the shorter one, and it is shown what was wanted.
    assert first.events[0]["said"]["end_of"] == "default"
    assert card_of(desk, case)["offer_ends"] == "2027-01-05T12:00:00Z"
    assert said_of(desk, case, "propose")["wanted"] == list(wide.until)
    short = Wanted("time to mend", ("2026-12-05 12:00 UTC",))
    shorter = desk.embargoes.propose(LEAD, case, short)
    assert shorter.events[0]["said"]["end_of"] == "asked"
    assert card_of(desk, case)["offer_ends"] == "2026-12-05T12:00:00Z"
    # A longer counter-proposal does not lengthen it.
    longer_again = desk.embargoes.propose(LEAD, case, wide)
    assert longer_again.events[0]["said"]["end_of"] == "offered"
    assert card_of(desk, case)["offer_ends"] == "2026-12-05T12:00:00Z"
    offer = str(card_of(desk, case)["offer"])
    for party in (lab, finder):
        said_by(desk, party, "accept", offer)
    desk.embargoes.accept(LEAD, case)
    raid_office.clock.instant += 3 * DAY
    late = invited(desk, case, "csirt:late", is_necessary=False)
    said_by(desk, late, "accept", offer)
    assert state_of(desk, case) == "active"
    # What the lab wants is a revision, and its consent is asked anew.
    desk.embargoes.revise(LEAD, case, wide)
    assert refused(desk.embargoes.accept, LEAD, case) == "consent-missing"
    assert card_of(desk, case)["ends"] == "2026-12-05T12:00:00Z"


def test_a_revision_makes_consent_stale_and_a_rejected_one_keeps_it(
    desk: RaidDesk,
) -> None:
    case, party = active(desk)
    terms = card_of(desk, case)["terms"]
    desk.embargoes.revise(LEAD, case, later("2026-12-10"))
    assert state_of(desk, case) == "revise"
    assert refused(desk.embargoes.accept, LEAD, case) == "consent-missing"
    desk.embargoes.revise(LEAD, case, later("2026-12-11"))
    offer = str(card_of(desk, case)["offer"])
    said_by(desk, party, "accept", offer)
    desk.embargoes.reject(LEAD, case)
    assert (state_of(desk, case), card_of(desk, case)["terms"]) == ("active", terms)
    assert refused(desk.embargoes.drop, LEAD, case, "all left") == "consent-there"
    desk.embargoes.revise(LEAD, case, later("2026-12-11"))
    desk.embargoes.accept(LEAD, case)
    assert card_of(desk, case)["terms"] == offer
    assert card_of(desk, case)["since"] == "2026-11-21T12:00:00Z"


def test_a_proposal_set_aside_leaves_none(desk: RaidDesk) -> None:
    case, _ = proposed(desk)
    desk.embargoes.reject(LEAD, case)
    assert state_of(desk, case) == "none"
    assert refused(desk.embargoes.accept, LEAD, case) == "act-not-possible"
    desk.embargoes.propose(LEAD, case, PLAIN)
    assert state_of(desk, case) == "proposed"


def test_no_revision_stretches_an_embargo_above_the_total(desk: RaidDesk) -> None:
    case, _ = active(desk)
    far = later("2027-12-01")
    assert refused(desk.embargoes.revise, LEAD, case, far) == "embargo-too-long"
    desk.embargoes.revise(LEAD, case, later("2027-05-01"))
    assert state_of(desk, case) == "revise"
    none = Wanted(OTHER)
    assert refused(desk.embargoes.revise, LEAD, case, none) == "embargo-end-past"


def test_a_revision_near_the_end_does_not_carry_it_over(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    """Vultron#2055: an extension that is proposed close to the end."""
    case, party = active(desk)
    desk.embargoes.revise(LEAD, case, later("2026-12-20"))
    offer = str(card_of(desk, case)["offer"])
    said_by(desk, party, "accept", offer)
    raid_office.clock.instant += 13 * DAY
    for act in (desk.embargoes.accept, desk.embargoes.reject):
        assert refused(act, LEAD, case) == "embargo-over"
    again = later("2026-12-21")
    assert refused(desk.embargoes.revise, LEAD, case, again) == "embargo-over"
    done = desk.embargoes.record(JOAN, case)
    assert card_of(desk, case)["cause"] == "expired"
    assert done.events[1]["found"] == "revise"
    assert not desk.embargoes.record(JOAN, case).events


def test_it_ends_when_its_time_is_over(raid_office: RaidOffice, desk: RaidDesk) -> None:
    case, _ = active(desk)
    assert refused(desk.embargoes.end, LEAD, case) == "embargo-not-over"
    assert not desk.embargoes.record(JOAN, case).events
    raid_office.clock.instant += 13 * DAY
    ended, alarm = desk.embargoes.end(LEAD, case).events
    assert (state_of(desk, case), card_of(desk, case)["cause"]) == ("exited", "expired")
    assert (alarm["code"], alarm["found"]) == ("embargo-expired", "active")
    assert (alarm["embargo"], alarm["case"]) == (ended["id"], case)
    assert raid_office.institute.verify().is_sound
    again = later("2026-12-20")
    assert refused(desk.embargoes.propose, LEAD, case, again) == "act-not-possible"


def test_the_next_act_on_a_case_records_that_its_embargo_is_over(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    case, _ = active(desk)
    raid_office.clock.instant += 13 * DAY
    done = desk.cases.note(JOAN, case, "the day has come")
    assert [event.get("act") for event in done.events] == ["note", "end", None]
    assert raid_office.events("alarm.raised")[-1]["code"] == "embargo-expired"
    assert state_of(desk, case) == "exited"


def test_it_is_no_alarm_that_somebody_ended_it(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    case, _ = active(desk)
    desk.matters.tell(JOAN, case, ["public"], "", "in the papers")
    assert card_of(desk, case)["cause"] == "public"
    told = {event["code"] for event in raid_office.events("alarm.raised")}
    assert "embargo-expired" not in told


def test_what_nobody_accepted_in_time_is_told_as_proposed(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    case, _ = proposed(desk)
    raid_office.clock.instant += 13 * DAY
    _, alarm = desk.embargoes.record(JOAN, case).events
    assert alarm["found"] == "proposed"


@pytest.mark.parametrize(
    ("recoverable", "bit"), [("service-side", "mitigated"), ("released", "warned")]
)
def test_it_ends_when_its_purpose_is_served(
    desk: RaidDesk, recoverable: str, bit: str
) -> None:
    case, _ = active(desk)
    desk.matters.tell(JOAN, case, ["ready"], "", "the lab wrote")
    assert refused(desk.embargoes.end, LEAD, case) == "embargo-not-over"
    changed = recoverable if recoverable != "service-side" else ""
    desk.matters.tell(JOAN, case, [bit], changed, "seen in force")
    desk.embargoes.end(LEAD, case)
    assert card_of(desk, case)["cause"] == "purpose-served"


def test_it_ends_when_all_agree_to_end_it(desk: RaidDesk) -> None:
    case, party = active(desk)
    other = invited(desk, case, "csirt:one", is_necessary=False)
    said_by(desk, other, "accept")
    said_by(desk, party, "agree", str(card_of(desk, case)["terms"]))
    assert refused(desk.embargoes.end, LEAD, case) == "embargo-not-over"
    said_by(desk, other, "agree")
    desk.embargoes.end(LEAD, case)
    assert card_of(desk, case)["cause"] == "agreed"


def test_two_persons_end_it_when_no_necessary_party_consents(desk: RaidDesk) -> None:
    case, party = active(desk)
    assert refused(desk.embargoes.drop, LEAD, case, " ") == "reason-missing"
    assert refused(desk.embargoes.drop, LEAD, case, "why not") == "consent-there"
    said_by(desk, party, "leave")
    # Leaving does not end it by itself.
    assert state_of(desk, case) == "active"
    done = desk.embargoes.drop(LEAD, case, "the lab has left")
    proposal = done.events[0]["id"]
    assert refused(desk.proposals.second, LEAD, proposal) == "same-person"
    desk.proposals.second(AGNES, proposal)
    assert (state_of(desk, case), card_of(desk, case)["cause"]) == (
        "exited",
        "consent-gone",
    )


def test_a_drop_lapses_where_a_party_consents_again(desk: RaidDesk) -> None:
    case, party = active(desk)
    said_by(desk, party, "leave")
    proposal = desk.embargoes.drop(LEAD, case, "the lab has left").events[0]["id"]
    invited(desk, case)
    # Its clock has gone on, so that this is no statement of before.
    said_by(desk, party, "accept", str(card_of(desk, case)["terms"]))
    assert refused(desk.proposals.second, AGNES, proposal) == "consent-there"
    assert state_of(desk, case) == "active"


@pytest.mark.parametrize("bit", ["public", "uplift", "misuse"])
def test_nothing_is_kept_once_the_matter_is_out(desk: RaidDesk, bit: str) -> None:
    case, party = proposed(desk)
    said_by(desk, party, "accept", str(card_of(desk, case)["offer"]))
    desk.embargoes.reject(LEAD, case)
    desk.matters.tell(JOAN, case, [bit], "", "seen by us")
    assert refused(desk.embargoes.propose, LEAD, case, PLAIN) == "matter-out"


@pytest.mark.parametrize("begun", [proposed, active])
def test_no_case_is_merged_while_there_is_an_embargo_of_either(
    raid_office: RaidOffice,
    desk: RaidDesk,
    begun: Callable[[RaidDesk], tuple[str, str]],
) -> None:
    case, _ = begun(desk)
    other = triaged(desk)
    for one, into in ((case, other), (other, case)):
        found = refused(desk.merging.merge, JOAN, one, into, "it is one matter")
        assert found == "embargo-active"
    raid_office.clock.instant += 14 * DAY
    merged(desk, other, case)
    assert raid_office.institute.verify().is_sound


def test_a_merge_that_was_proposed_before_an_embargo_is_not_carried(
    desk: RaidDesk,
) -> None:
    case, other = led(desk), triaged(desk)
    done = desk.merging.merge(JOAN, other, case, "it is one matter")
    desk.embargoes.propose(LEAD, case, PLAIN)
    found = refused(desk.proposals.second, AGNES, done.events[0]["id"])
    assert found == "embargo-active"
    desk.embargoes.reject(LEAD, case)
    desk.proposals.second(AGNES, done.events[0]["id"])


def test_what_was_made_on_a_case_stays_its_own_through_merge_and_undoing(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    gone, stays = proposed(desk)[0], led(desk)
    desk.embargoes.reject(LEAD, gone)
    merged(desk, gone, stays)
    invited(desk, stays, "csirt:one", is_necessary=False)
    party = invited(desk, stays, "lab:other")
    desk.embargoes.propose(LEAD, stays, PLAIN)
    said_by(desk, party, "accept")
    desk.embargoes.accept(LEAD, stays)
    desk.matters.tell(JOAN, gone, ["aware"], "", "told of both by now")
    done = desk.merging.unmerge(JOAN, gone, "two matters")
    desk.proposals.second(AGNES, done.events[0]["id"])

    assert (state_of(desk, gone), state_of(desk, stays)) == ("none", "active")
    names = [str(one.card["who"]) for one in desk.parties.ls(JOAN, stays)]
    assert names == ["csirt:one", "lab:other"]
    assert len(desk.parties.ls(JOAN, gone)) == 1
    assert desk.matters.show(JOAN, stays)["aware"] == 1
    assert desk.matters.show(JOAN, gone)["aware"] == 0
    # What comes out of the one no longer ends that of the other.
    desk.matters.tell(JOAN, gone, ["public"], "", "in the papers")
    assert state_of(desk, stays) == "active"
    assert raid_office.institute.verify().is_sound


def test_what_is_out_in_a_merged_case_is_out_in_its_successor(desk: RaidDesk) -> None:
    case, other = led(desk), triaged(desk)
    desk.matters.tell(JOAN, other, ["public"], "released", "in the papers")
    merged(desk, other, case)
    assert desk.matters.show(JOAN, case)["public"] == 1
    assert refused(desk.embargoes.propose, LEAD, case, PLAIN) == "matter-out"


def test_its_purpose_is_served_by_what_a_merged_case_tells(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    case, other = led(desk, ""), triaged(desk)
    desk.matters.tell(JOAN, other, ["mitigated"], "service-side", "the lab says so")
    merged(desk, other, case)
    # How long it may last is known by the case that became part of this one.
    desk.embargoes.propose(LEAD, case, PLAIN)
    desk.embargoes.end(LEAD, case)
    assert card_of(desk, case)["cause"] == "purpose-served"
    assert raid_office.institute.verify().is_sound


def test_what_is_graver_in_either_case_says_what_serves_the_purpose(
    desk: RaidDesk,
) -> None:
    case, other = led(desk, "released"), triaged(desk)
    desk.matters.tell(JOAN, other, ["mitigated"], "service-side", "the lab says so")
    merged(desk, other, case)
    desk.embargoes.propose(LEAD, case, PLAIN)
    assert refused(desk.embargoes.end, LEAD, case) == "embargo-not-over"


def test_parties_are_asked_for_by_the_lead_alone(desk: RaidDesk) -> None:
    case = led(desk)
    with pytest.raises(AccessDenied):
        desk.parties.invite(JOAN, case, Invited("lab:example", "UTC"))
