"""Hand-overs going out."""

import json
from dataclasses import replace

import pytest

from ringwall.base.errors import ActRefused, RingwallError, UnknownItem
from ringwall.gate.denied import AccessDenied
from ringwall.ledger.asking.raid_rows import RaidQuestion
from ringwall.model.events import Event
from ringwall.raid.desk import RaidDesk
from ringwall.raid.handing import ROUTE
from ringwall.raid.routing.facts import Told
from ringwall.raid.routing.recipients import Wanted
from ringwall.raid.scene import Scene
from tests.embargoed import active, card_of, invited, said_by
from tests.example import apply, declare
from tests.office import HOUR
from tests.raid_office import RaidOffice, adopted, who
from tests.routed import adopt_contacts, triaged

CSIRT = Wanted("csirt.de")
VINT = who("vint")


def refused_with(desk: RaidDesk, case: str, wanted: Wanted) -> str:
    with pytest.raises(RingwallError) as caught:
        desk.routes.send(VINT, case, wanted)
    assert caught.value.next_step
    return caught.value.code


def test_a_plan_is_read_by_whoever_may_read_the_case(desk: RaidDesk) -> None:
    case = triaged(desk)
    found = desk.routes.plan(who("joan"), case.removeprefix("case:"))
    assert found.case == case
    assert {row.recipient for row in found.rows} >= {"csirt.de", "enisa"}
    with pytest.raises(AccessDenied):
        desk.routes.plan({"subject": "user:ada", "authn": "hardware-fresh"}, case)


def test_a_case_that_is_not_there_is_told_as_one_that_may_not_be_known(
    desk: RaidDesk,
) -> None:
    case = triaged(desk)
    codes = []
    for name in (case, "case:c-aaaaaaaaaa"):
        with pytest.raises(AccessDenied) as caught:
            desk.routes.plan({"subject": "user:ada", "authn": "hardware-fresh"}, name)
        codes.append(caught.value.decision.caller_reasons())
    assert codes[0] == codes[1]


def test_a_package_is_made_kept_and_pending(desk: RaidDesk) -> None:
    adopt_contacts(desk, "csirt.de")
    case = triaged(desk)
    sent = desk.routes.send(VINT, case, CSIRT)
    card = desk.acting.rows.card("raid.handover", sent.handover)
    assert card is not None
    assert card.case == case
    assert card.card == {
        "state": "sent",
        "route": "R02",
        "role": "primary",
        "recipient": "csirt.de",
        "package": sent.package.digest,
        "limit": "2026-11-24T12:00:00Z",
    }
    assert desk.routes.package(VINT, sent.handover) == sent.package.data
    told = json.loads(sent.package.data)
    assert told["case"] == case
    assert "narrative" in {fact["name"] for fact in told["facts"]}
    state = desk.acting.rows.card("raid.case", case)
    assert state is not None
    assert state.card["state"] == "triaged", "until the recipient has signed"
    said = card.event["said"]
    assert said["withheld"] == dict(sent.package.withheld)


def test_nothing_goes_to_a_contact_that_nobody_checked(desk: RaidDesk) -> None:
    case = triaged(desk)
    assert refused_with(desk, case, CSIRT) == "recipient-unverified"
    assert desk.acting.rows.count(RaidQuestion("raid.handover")) == 0


def test_an_enforcing_body_is_told_of_no_case(desk: RaidDesk) -> None:
    adopt_contacts(desk, "msa.de")
    case = triaged(desk, "class=rights")
    assert refused_with(desk, case, Wanted("msa.de")) == "recipient-barred"


def test_only_a_routing_officer_sends(desk: RaidDesk) -> None:
    adopt_contacts(desk, "csirt.de")
    case = triaged(desk)
    for name in ("joan", "mileva", "ruth"):
        with pytest.raises(AccessDenied):
            desk.routes.send(who(name), case, CSIRT)


def test_of_a_case_that_was_declined_nothing_goes_out(desk: RaidDesk) -> None:
    points = ("cred=not-credible", "class=routine-failure", "kind=near-miss-or-hazard")
    case = triaged(desk, *points, then="decline")
    assert refused_with(desk, case, CSIRT) == "case-not-routable"


def test_what_raid_owns_goes_out_as_a_copy(desk: RaidDesk) -> None:
    adopt_contacts(desk, "csirt.de")
    case = triaged(desk, "auto=shown")
    owned = desk.acting.rows.card("raid.case", case)
    assert owned is not None
    assert owned.card["state"] == "owned"
    sent = desk.routes.send(VINT, case, CSIRT)
    assert sent.row.role == "copy"


def test_one_package_goes_to_one_recipient_once(desk: RaidDesk) -> None:
    adopt_contacts(desk, "csirt.de", "enisa")
    case = triaged(desk)
    desk.routes.send(VINT, case, CSIRT)
    assert refused_with(desk, case, CSIRT) == "package-sent-before"
    desk.routes.send(VINT, case, Wanted("enisa"))
    # With a fact more it is another package.
    more = replace(CSIRT, told=Told(states=frozenset({"FR"})))
    assert refused_with(desk, case, more) in (
        "package-sent-before",
        "recipient-unknown",
    )


def test_of_two_who_send_one_package_at_once_the_second_is_told(
    raid_office: RaidOffice,
) -> None:
    with raid_office.raid() as one, raid_office.raid() as other:
        adopt_contacts(one, "csirt.de")
        case = triaged(one)
        attempts: list[str] = []

        def make(scene: Scene) -> list[Event]:
            handing = one.routes
            made = handing._package(scene, case, CSIRT)
            event = handing._sent(scene, case, CSIRT, made)
            attempts.append(event["id"])
            if len(attempts) == 1:
                # Between what the first has seen and what it puts on record.
                assert other.routes.send(VINT, case, CSIRT).handover == event["id"]
            return [event]

        with pytest.raises(ActRefused) as caught:
            one.acting.act(VINT, ROUTE, case, make)

        assert caught.value.code == "package-sent-before"
        assert len(attempts) == 1, "made anew, and found to be sent"
        assert one.acting.rows.count(RaidQuestion("raid.handover")) == 1


def test_after_it_lapsed_it_goes_out_again(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    adopt_contacts(desk, "csirt.de")
    case = triaged(desk)
    first = desk.routes.send(VINT, case, CSIRT)
    raid_office.clock.instant += 72 * HOUR
    desk.receiving.lapse(VINT, first.handover)
    again = desk.routes.send(VINT, case, CSIRT)
    assert again.package == first.package
    assert again.handover != first.handover


def test_a_danger_to_life_takes_a_second_person(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    adopt_contacts(desk, "police.de")
    case = triaged(desk, "danger=imminent", danger="imminent")
    wanted = Wanted("police.de", reason="they will act today")
    proposed = desk.routes.send(VINT, case, wanted)
    assert proposed.handover.startswith("prp-")
    assert desk.acting.rows.count(RaidQuestion("raid.handover")) == 0
    with pytest.raises(AccessDenied):
        desk.proposals.second(VINT, proposed.handover)
    done = desk.proposals.second(who("agnes"), proposed.handover)
    (made,) = [event for event in done.events if event["kind"] == "raid.handover"]
    assert made["card"]["recipient"] == "police.de"
    assert made["card"]["limit"] == "2026-11-21T16:00:00Z", "after four hours"
    data = desk.routes.package(VINT, made["id"])
    assert data == proposed.package.data
    assert raid_office.events("raid.handover")


def test_a_warning_tells_who_enforces_what_the_exit_names_and_others_more(
    desk: RaidDesk,
) -> None:
    adopt_contacts(desk, "police.de")
    adopt_contacts(desk, "civil-protection.de", key="ole")
    case = triaged(desk, "danger=imminent", danger="imminent")
    told = {}
    for name in ("police.de", "civil-protection.de"):
        wanted = Wanted(name, reason="they will act today")
        made = desk.routes.send(VINT, case, wanted).package
        told[name] = {fact.name for fact in made.facts}
        assert ("exit" in made.withheld) == (name == "police.de")
    exit_ = {"kind", "danger", "occurred", "states", "harms"}
    assert told["police.de"] == exit_
    assert {"narrative", "systems"} <= told["civil-protection.de"]


def test_a_warning_of_one_person_or_by_no_exit_stops_at_the_barrier(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    adopt_contacts(desk, "police.de")
    case = triaged(desk, "danger=imminent", danger="imminent")
    wanted = Wanted("police.de", reason="they will act today")
    proposed = desk.routes.send(VINT, case, wanted).handover
    doc = dict(desk.acting.rows.first({proposed})[proposed].event["said"]["doc"])
    # As it was proposed before anybody wrote down who was the first.
    doc.pop("first")

    def warned(scene: Scene) -> list[Event]:
        scene.is_second = True
        return desk.routes.warn(scene, doc)

    with pytest.raises(ActRefused) as caught:
        desk.acting.act(who("agnes"), "raid.approve", case, warned)
    assert caught.value.code == "barrier-shut"
    assert "more persons" in caught.value.message
    (raid_office.folder / "raid" / "desk" / "exits.csv").unlink()
    adopted(desk)
    assert refused_with(desk, case, wanted) == "exit-unknown"


def test_a_body_that_does_both_is_told_by_a_key_of_its_own(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    adopt_contacts(desk, "csirt.de")
    path = raid_office.folder / "raid" / "routes" / "contacts.csv"
    lines = path.read_text("utf-8").replace(
        "csirt.de at work,no,", "csirt.de at work,split,"
    )
    path.write_text(lines, "utf-8")
    adopted(desk)
    case = triaged(desk)
    assert desk.routes.send(VINT, case, CSIRT).row.role == "primary"


def test_a_warning_takes_a_reason(desk: RaidDesk) -> None:
    adopt_contacts(desk, "police.de")
    case = triaged(desk, "danger=imminent", danger="imminent")
    assert refused_with(desk, case, Wanted("police.de")) == "reason-missing"


def test_a_warning_is_carried_as_it_was_proposed_or_not_at_all(desk: RaidDesk) -> None:
    adopt_contacts(desk, "police.de")
    case = triaged(desk, "danger=imminent", danger="imminent")
    wanted = Wanted("police.de", reason="they will act today")
    proposed = desk.routes.send(VINT, case, wanted)
    first = desk.acting.rows.first({proposed.handover})[proposed.handover]
    other = {**first.event["said"]["doc"], "package": "0" * 64}

    def warned(scene: Scene) -> list[Event]:
        return desk.routes.warn(scene, other)

    with pytest.raises(ActRefused) as caught:
        desk.acting.act(who("agnes"), "raid.approve", case, warned)
    assert caught.value.code == "package-changed"
    desk.triage.assess(
        who("dorothy"), case, ["revers=costly"], {"evidence": "seen since"}
    )
    with pytest.raises(ActRefused) as caught:
        desk.proposals.second(who("agnes"), proposed.handover)
    assert caught.value.code == "proposal-outdated"


def test_hand_overs_are_listed_to_whoever_may_know_of_their_cases(
    desk: RaidDesk,
) -> None:
    adopt_contacts(desk, "csirt.de", "enisa")
    case = triaged(desk)
    sent = desk.routes.send(VINT, case, CSIRT)
    other = desk.routes.send(VINT, case, Wanted("enisa"))
    found = desk.routes.listed(VINT, RaidQuestion("raid.handover"))
    assert [card.id for card in found] == [other.handover, sent.handover]
    only = RaidQuestion("raid.handover", equal={"recipient": "enisa"})
    assert [card.id for card in desk.routes.listed(VINT, only)] == [other.handover]
    desk.needs.shut(who("mileva"), case, "named persons alone")
    assert desk.routes.listed(VINT, RaidQuestion("raid.handover")) == []


def test_what_is_overdue_is_listed_the_oldest_first(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    adopt_contacts(desk, "csirt.de", "cert-eu")
    case = triaged(desk, entity="union-body")
    first = desk.routes.send(VINT, case, Wanted("csirt.de"))
    second = desk.routes.send(VINT, case, Wanted("cert-eu"))
    assert desk.routes.overdue(VINT) == []
    raid_office.clock.instant += 24 * HOUR
    assert [card.id for card in desk.routes.overdue(VINT)] == [second.handover]
    raid_office.clock.instant += 48 * HOUR
    assert [card.id for card in desk.routes.overdue(VINT)] == [
        second.handover,
        first.handover,
    ]


def test_a_hand_over_that_is_not_there_is_told_as_one_that_may_not_be_known(
    desk: RaidDesk,
) -> None:
    with pytest.raises((AccessDenied, UnknownItem)):
        desk.routes.package(VINT, "hnd-aaaaaaaaaaaaaaaa")


def test_a_case_that_the_registry_knows_and_the_desk_does_not(
    raid_office: RaidOffice,
) -> None:
    asset = {
        "id": "case:c-aaaaaaaaaa",
        "tier": "upper",
        "content": "raid",
        "compartments": ["raid"],
        "authors": ["user:ruth"],
    }
    declared = declare(raid_office.folder.parent, json.dumps({"assets": [asset]}))
    apply(raid_office.institute, declared)
    with raid_office.raid() as desk, pytest.raises(UnknownItem) as caught:
        desk.routes.plan(who("joan"), "c-aaaaaaaaaa")
    assert caught.value.code == "unknown-case"


def test_under_an_embargo_its_parties_are_sent_a_package_and_nobody_else(
    desk: RaidDesk,
) -> None:
    adopt_contacts(desk, "csirt.de")
    case, _ = active(desk)
    assert refused_with(desk, case, CSIRT) == "barrier-shut"
    party = invited(desk, case, "csirt.de", is_necessary=False)
    assert refused_with(desk, case, CSIRT) == "barrier-shut"
    said_by(desk, party, "accept", str(card_of(desk, case)["terms"]))
    assert desk.routes.send(VINT, case, CSIRT).handover


def test_once_an_embargo_is_over_anybody_may_be_sent_a_package(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    adopt_contacts(desk, "csirt.de")
    case, _ = active(desk)
    raid_office.clock.instant += 30 * 24 * HOUR
    assert desk.routes.send(VINT, case, CSIRT).handover
