"""A case as the routing table asks for it."""

from ringwall.ledger.asking.raid_rows import RaidCard
from ringwall.raid.desk import RaidDesk
from ringwall.raid.linking import Link
from ringwall.raid.routed_case import routed_case
from ringwall.raid.routing.facts import NOTHING_TOLD, POINTS, CaseFacts
from ringwall.raid.routing.labels import Tlp
from tests.raid_office import given, report_document, who
from tests.routed import TABLES, triaged


def card_of(desk: RaidDesk, case: str) -> RaidCard:
    card = desk.acting.rows.card("raid.case", case)
    assert card is not None
    return card


def facts_of(desk: RaidDesk, case: str) -> CaseFacts:
    return routed_case(desk.acting.rows, card_of(desk, case), NOTHING_TOLD, TABLES)


def test_a_case_is_seen_as_its_last_assessment_left_it(desk: RaidDesk) -> None:
    case = triaged(desk)
    assert facts_of(desk, case).points["expl"] == ("none",)
    desk.triage.assess(
        who("dorothy"), case, ["expl=none,observed"], {"evidence": "seen since"}
    )
    assert facts_of(desk, case).points["expl"] == ("none", "observed")


def test_a_case_that_nobody_assessed_is_open_in_every_point(desk: RaidDesk) -> None:
    report = given(desk.acting, report_document(states=["DE"]), tlp="green")
    done = desk.screening.open(who("joan"), report, "B2")
    case = next(e["id"] for e in done.events if e["kind"] == "raid.case")
    facts = facts_of(desk, case)
    assert facts.points == POINTS
    (seen,) = facts.reports
    assert (seen.id, seen.label) == (report, Tlp.GREEN)
    assert facts.states == ("DE",)


def test_a_report_that_was_unlinked_is_no_longer_seen(desk: RaidDesk) -> None:
    case = triaged(desk)
    other = given(desk.acting, report_document(states=["FR"]))
    desk.screening.validate(who("joan"), other, "B2")
    link = Link("same-event", "one morning")
    desk.links.attach(who("joan"), other, case, link)
    assert facts_of(desk, case).states == ("DE", "FR")
    desk.links.unlink(who("joan"), other, case, "it was another ward")
    assert facts_of(desk, case).states == ("DE",)


def test_what_raid_owns_is_its_own_until_two_persons_decide_otherwise(
    desk: RaidDesk,
) -> None:
    case = triaged(desk, "auto=shown")
    standing = facts_of(desk, case).standing
    assert (standing.is_owned, standing.is_disowned) == (True, False)
    outcomes = {"owner": "sector"}
    proposed = desk.deviating.deviate(
        who("dorothy"), case, outcomes, "the lab was misread"
    )
    desk.proposals.second(who("agnes"), proposed.events[0]["id"])
    standing = facts_of(desk, case).standing
    assert (standing.is_owned, standing.is_disowned) == (False, True)
