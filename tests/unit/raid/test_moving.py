"""What a triage puts on record, and where the case goes."""

import pytest

from ringwall.base.errors import ActRefused
from ringwall.raid.desk import RaidDesk
from ringwall.raid.linking import Link
from ringwall.raid.triaging import Triaged
from tests.raid_office import RaidOffice, code_of, given, report_document, who
from tests.unit.raid.triage_desk import assess, opened


def acts(done: Triaged) -> list[str]:
    return [f"{e['kind'][5:]} {e['act']}" for e in done.done.events]


def run(desk: RaidDesk, *answers: str, then: str = "", **changes: object) -> Triaged:
    case = opened(desk, **changes)
    assess(desk, case, *answers)
    return desk.triage.run(who("dorothy"), case, then)


def test_an_ordinary_case_stays_triaged_and_its_report_is_accepted(
    desk: RaidDesk,
) -> None:
    done = run(desk)
    card = done.done.events[0]["card"]

    assert acts(done) == ["case triage", "report accept"]
    assert (card["owner"], card["owned"], card["priority"]) == ("sector", 0, 2)
    assert card["row"] == done.judged.row
    assert card["rules"] == desk.acting.rules.digest
    assert card["class"] == "routine-failure"
    assert done.done.events[0]["said"]["tables"] == desk.triage.tables.digest


def test_what_raid_owns_becomes_owned_in_the_same_act(desk: RaidDesk) -> None:
    done = run(desk, "auto=shown")

    assert acts(done) == ["case triage", "case own", "report accept"]
    assert done.done.events[1]["to"] == "owned"
    assert len({event["decision"] for event in done.done.events}) == 1


def test_a_label_is_never_widened(desk: RaidDesk) -> None:
    done = run(desk, "class=cyber", "expl=observed", "kind=near-miss-or-hazard")

    assert done.judged.outcome.tlp == "amber"
    assert done.done.events[0]["card"]["tlp"] in {"amber", "amber+strict"}


def test_what_is_not_credible_may_be_declined(desk: RaidDesk) -> None:
    answers = ("cred=not-credible", "kind=near-miss-or-hazard")

    assert acts(run(desk, *answers, then="decline"))[1] == "case decline"
    assert acts(run(desk, *answers, then="watch"))[1] == "case watch"


def test_what_the_outcome_forbids_is_refused(desk: RaidDesk) -> None:
    with pytest.raises(ActRefused) as caught:
        run(desk, then="watch")

    assert code_of(caught.value) == "outcome-forbids"


@pytest.mark.parametrize("then", ["watch", "decline"])
def test_what_raid_owns_is_neither_watched_nor_declined(
    desk: RaidDesk, then: str
) -> None:
    with pytest.raises(ActRefused) as caught:
        run(desk, "auto=shown", "cred=not-credible", then=then)

    assert code_of(caught.value) == "raid-owned"


def test_no_table_takes_from_raid_what_it_owns(desk: RaidDesk) -> None:
    case = opened(desk)
    assess(desk, case, "auto=shown")
    desk.triage.run(who("dorothy"), case)
    assess(desk, case, "auto=none")

    done = desk.triage.run(who("dorothy"), case)
    card = done.done.events[0]["card"]

    assert done.judged.outcome.owner == "sector"
    assert (card["state"], card["owner"], card["owned"]) == ("owned", "raid", 1)
    assess(desk, case, "auto=suspected")
    with pytest.raises(ActRefused) as caught:
        desk.triage.run(who("dorothy"), case, "watch")
    assert code_of(caught.value) == "raid-owned"


def test_the_same_assessment_is_not_triaged_twice(desk: RaidDesk) -> None:
    done = run(desk)

    with pytest.raises(ActRefused) as caught:
        desk.triage.run(who("dorothy"), done.done.events[0]["case"])

    assert code_of(caught.value) == "triage-unchanged"


def test_named_clocks_are_armed_and_stand_on_the_row(desk: RaidDesk) -> None:
    done = run(desk, "legal=personal-data")
    clocks = [e for e in done.done.events if e["kind"] == "raid.clock"]

    assert {clock["card"]["rule"] for clock in clocks} == {"GDPR33", "EUDPR34"}
    assert done.done.events[-1]["act"] == "clock"
    assert done.done.events[-1]["card"]["due"]


def test_a_demonstration_arms_no_clock_and_waits_in_the_lane_of_hazards(
    desk: RaidDesk,
) -> None:
    """Hard scenario 7: researchers show what could be done."""
    done = run(
        desk,
        *("kind=demonstrated-in-test", "class=cyber", "legal=personal-data,death"),
        *("weights=stolen", "cred=confirmed"),
        kind="demonstration",
    )

    assert not [e for e in done.done.events if e["kind"] == "raid.clock"]
    assert done.judged.outcome.clocks == ()
    plain = run(
        desk,
        *("kind=demonstrated-in-test", "class=cyber", "expl=proof-of-concept"),
        kind="demonstration",
    )
    assert plain.done.events[0]["card"]["lane"] == "hazard"
    assert plain.done.events[0]["card"]["kind"] == "demonstration"


def test_a_run_that_straddles_the_third_tier_is_queued_as_above_it(
    desk: RaidDesk,
) -> None:
    """Hard scenario 13: 0.9 to 1.1e26 operations, internal research alone."""
    compute = {"low": "9e25", "high": "1.1e26"}
    case = opened(desk, compute=compute, kind="hazard", states=["DE", "FR", "NL"])
    desk.triage.assess(who("dorothy"), case, [], {"evidence": "notice"}, ["all"])
    assess_again = ("uplift=near", "kind=near-miss-or-hazard")
    desk.triage.assess(who("dorothy"), case, assess_again, {"evidence": "notice"})

    done = desk.triage.run(who("dorothy"), case)
    card = done.done.events[0]["card"]

    assert card["compute"] == 3
    assert card["reach"] == 4
    assert card["states"] == "DE FR NL"
    clocks = [e for e in done.done.events if e["kind"] == "raid.clock"]
    assert {clock["card"]["rule"] for clock in clocks} == {"AIA52"}, "a notice"
    from ringwall.raid.triage.compute import THIRD_TIER, stand

    low, high = 9 * 10**25, 11 * 10**25
    assert stand(low, high, THIRD_TIER) == "to be determined"


def test_a_red_case_of_raid_is_shut_to_whom_was_admitted(
    raid_office: RaidOffice,
) -> None:
    with raid_office.raid() as desk:
        case = opened(desk)
        until = "2026-12-24"
        desk.needs.admit(who("mileva"), case, "user:dorothy", until, "assesses it")
        assess(desk, case, "weights=self-exfiltrated")

        done = desk.triage.run(who("dorothy"), case)

    assert "case shut" in acts(done)
    assert any(e["kind"] == "raid.need" for e in done.done.events)
    assert not done.is_to_shut


def test_a_case_that_is_shut_is_not_shut_again(raid_office: RaidOffice) -> None:
    with raid_office.raid() as desk:
        case = opened(desk)
        until = "2026-12-24"
        desk.needs.admit(who("mileva"), case, "user:dorothy", until, "assesses it")
        desk.needs.shut(who("mileva"), case, "a suspicion")
        assess(desk, case, "weights=self-exfiltrated")

        done = desk.triage.run(who("dorothy"), case)

    assert "case shut" not in acts(done)
    assert not done.is_to_shut


def test_only_reports_that_wait_are_accepted(desk: RaidDesk) -> None:
    case = opened(desk)
    assess(desk, case)
    desk.triage.run(who("dorothy"), case)
    other = given(desk.acting, report_document())
    desk.screening.validate(who("joan"), other, "C3")
    desk.links.attach(who("joan"), other, case, Link("same-event", "likewise"))
    assess(desk, case, "spread=one-state")

    done = desk.triage.run(who("dorothy"), case)

    accepted = [e["id"] for e in done.done.events if e["act"] == "accept"]
    assert accepted == [other]
