"""What the tables say, by the rules of section 6.5, and why."""

import pytest

from ringwall.raid.triage.judging import judge, raises
from tests.triage_tables import judged, shipped


def test_an_unassessed_case_is_raids_and_immediate() -> None:
    found = judge(shipped(), shipped().points.unknown)

    assert found.outcome.owner == "raid"
    assert found.outcome.priority == "immediate"
    assert found.outcome.developer == "hold"
    assert found.completions > 10**8
    assert found.open.keys() == shipped().points.unknown.keys()


def test_an_unassessed_case_arms_no_clock_but_asks() -> None:
    outcome = judge(shipped(), shipped().points.unknown).outcome

    assert outcome.clocks == ()
    assert {"AIA73-DEATH", "COP93-CYB", "NIS2-23", "GDPR33"} <= set(outcome.asked)


def test_imminent_danger_is_immediate_and_goes_to_the_police() -> None:
    outcome = judged(danger="imminent", cred="not-credible").outcome

    assert outcome.priority == "immediate"
    assert "R30" in outcome.routes
    assert outcome.lane == "urgent"


@pytest.mark.parametrize("more", [{"auto": "shown"}, {"class_": "loss-of-control"}])
def test_behaviour_is_raids_and_out_of_cycle_at_the_least(more: dict[str, str]) -> None:
    outcome = judged(**more).outcome

    assert outcome.owner == "raid"
    assert outcome.tlp == "amber+strict"
    assert outcome.priority == "out-of-cycle"
    assert judged(**more, revers="none").outcome.priority == "immediate"
    assert judged(**more, expl="observed").outcome.priority == "immediate"
    assert judged(**more, cred="not-credible").outcome.owner == "raid"


@pytest.mark.parametrize("group", shipped().points["class"].values)
def test_behaviour_stays_raids_whatever_the_class(group: str) -> None:
    assert judged(auto="shown", class_=group).outcome.owner == "raid"


def test_a_suspicion_keeps_the_model_part_with_raid() -> None:
    assert judged(auto="suspected", class_="cyber").outcome.owner == "joint"


def test_weapons_near_a_threshold_are_red_and_joint() -> None:
    outcome = judged(class_="cbrn", uplift="near").outcome

    assert (outcome.owner, outcome.tlp) == ("joint", "red")
    assert outcome.embargo == "require"
    assert judged(class_="cbrn", uplift="near", pub="yes").outcome.embargo == "refuse"
    assert judged(class_="cbrn", uplift="beyond").outcome.priority == "immediate"


@pytest.mark.parametrize("value", ["stolen", "self-exfiltrated"])
def test_weights_that_were_taken_are_raids_and_run_their_clock(value: str) -> None:
    found = judged(weights=value, kind="realised-harm", cred="uncertain").outcome

    assert (found.owner, found.priority) == ("raid", "immediate")
    assert "COP93-CYB" in found.clocks


def test_an_ordinary_cyber_incident_is_the_sectors() -> None:
    found = judged(
        class_="cyber", kind="realised-harm", spread="several-states", expl="observed"
    ).outcome

    assert found.owner == "sector"
    assert {"R01", "R02", "R03"} <= set(found.routes)
    assert "NIS2-23" in found.clocks


def test_a_short_limit_waits_for_no_ordinary_turn() -> None:
    before = judged(kind="realised-harm").outcome
    after = judged(kind="realised-harm", legal="personal-data").outcome

    assert before.priority == "scheduled"
    assert after.priority == "out-of-cycle"
    assert after.clocks == ("EUDPR34", "GDPR33")


def test_compute_raises_one_step_near_a_threshold_alone() -> None:
    base = {"class_": "rights", "expl": "proof-of-concept", "uplift": "near"}

    assert judged(**base).outcome.priority == "scheduled"
    assert judged(**base, comp="1e26").outcome.priority == "out-of-cycle"
    assert judged(**base, comp="straddles").outcome.priority == "out-of-cycle"
    assert judged(**base, comp="1e25").outcome.priority == "scheduled"


def test_a_step_above_immediate_stays_immediate() -> None:
    found = judged(class_="cbrn", uplift="beyond", comp="1e26").outcome

    assert found.priority == "immediate"


def test_what_is_not_credible_is_declined_or_tracked() -> None:
    assert judged(cred="not-credible").outcome.priority == "decline"
    assert (
        judged(cred="not-credible", expl="observed", oc="oc5").outcome.priority
        == "track"
    )


def test_the_suspect_is_not_told() -> None:
    assert judged(resp="is-the-suspect").outcome.developer == "hold"
    assert judged(resp="unresponsive").outcome.developer == "tell"


def test_what_is_public_is_briefed_and_not_kept_secret() -> None:
    found = judged(pub="yes", weights="stolen").outcome

    assert (found.embargo, found.briefing) == ("refuse", "affected")
    assert judged(pub="no yes", weights="stolen").outcome.embargo == "require"


def test_a_demonstration_is_a_hazard_and_arms_nothing() -> None:
    found = judged(
        kind="demonstrated-in-test",
        class_="cyber",
        spread="union",
        legal="personal-data critical-infrastructure",
        expl="proof-of-concept",
        oc="oc3",
    ).outcome

    assert found.lane == "hazard"
    assert (found.clocks, found.asked) == ((), ())


def test_a_named_event_is_armed_and_a_blank_one_is_asked() -> None:
    legal = " ".join(shipped().points["legal"].values)

    named = judged(kind="realised-harm", legal="none death").outcome
    blank = judged(kind="realised-harm", legal=legal).outcome

    assert named.clocks == ("AIA73-DEATH", "COP93-DEATH")
    assert "AIA73-DEATH" in blank.asked
    assert "AIA73-DEATH" not in blank.clocks


def test_an_unknown_class_asks_for_the_clock_of_its_worst() -> None:
    group = " ".join(shipped().points["class"].values)

    found = judged(class_=group, kind="realised-harm", spread="union").outcome

    assert found.clocks == ()
    assert "NIS2-23" in found.asked


def test_each_outcome_tells_which_row_gave_it() -> None:
    found = judged(weights="stolen", class_="rights", kind="realised-harm")

    [priority] = found.because["priority"]
    assert (priority.table, priority.row, priority.inputs) == (
        *("overrides", "o08"),
        {"weights": "stolen"},
    )
    [developer] = found.because["developer"]
    assert developer.table == "main"
    assert developer.row == found.row
    assert developer.inputs.keys() == {"cred", "class", "auto", "harm", "threat"}
    assert {why.gives for why in found.because["clocks"]} == set(found.outcome.clocks)
    assert {why.table for why in found.because["routes"]} == {"main", "overrides"}
    assert found.made["harm"].row.startswith("h")
    assert found.made["threat"].inputs == {
        "expl": "none",
        "oc": "oc1-2",
        "uplift": "below",
    }


def test_refuse_takes_the_place_of_any_advice_and_none_takes_its() -> None:
    assert raises("embargo", "refuse", "require")
    assert not raises("embargo", "require", "refuse")
    assert raises("embargo", "require", "offer")
    assert not raises("priority", "track", "immediate")


def test_what_is_open_is_what_has_more_than_one_value() -> None:
    found = judged(auto="none shown", class_="rights cyber", legal="none death")

    assert found.open.keys() == {"auto", "class", "legal"}
    assert found.assessment["cred"] == {"credible"}
