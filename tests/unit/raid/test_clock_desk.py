"""The counter of the clocks, at a real desk of a real institute."""

from collections.abc import Callable
from functools import partial

import pytest

from ringwall.base.clock import format_instant, parse_instant
from ringwall.base.errors import ActRefused, RingwallError, UnknownItem
from ringwall.gate.denied import AccessDenied
from ringwall.raid.acting import Acting, Done
from ringwall.raid.desk import RaidDesk
from ringwall.raid.intake.status import status_of
from ringwall.raid.starting import Start
from tests.raid_office import (
    RaidOffice,
    code_of,
    given,
    opened_case,
    report_document,
    who,
)

OLE = who("ole")
HOUR = 3_600_000_000
DAY = 24 * HOUR
SHOWN = {"evidence": "receipt 12", "source": "CSIRT portal"}


def opened(desk: RaidDesk, **changes: object) -> str:
    """Open a case for a report, and return its id."""
    report = given(desk.acting, report_document(**changes))
    done = desk.screening.open(who("joan"), report, "B2")
    return str(next(e["id"] for e in done.events if e["kind"] == "raid.case"))


def clocks(done: Done, act: str = "") -> dict[str, str]:
    """Return `RULE:stage` -> id of the clocks that an act changed."""
    return {
        f"{event['card']['rule']}:{event['card']['stage']}": event["id"]
        for event in done.events
        if event["kind"] == "raid.clock" and act in ("", event["act"])
    }


def start(at: str, event: str = "", evidence: str = "ticket 4711") -> Start:
    return Start(event, parse_instant(at), evidence, "duty officer")


def card(desk: RaidDesk, kind: str, name: str) -> dict[str, str | int]:
    found = desk.acting.rows.card(kind, name)
    assert found is not None
    return found.card


def refused(error: type[RingwallError], act: Callable[[], object]) -> str:
    with pytest.raises(error) as caught:
        act()
    return code_of(caught.value)


def test_hard_scenario_four_has_four_clocks_each_with_its_own_start(
    raid_office: RaidOffice,
) -> None:
    # Saturday 23:30 in Berlin; that a model did it is known on Tuesday.
    raid_office.clock.instant = parse_instant("2027-03-10T12:00:00Z")
    with raid_office.raid() as desk:
        case = opened(
            desk,
            occurred={"from": "2027-03-06T22:30:00Z"},
            aware="2027-03-07T08:10:00Z",
            model_involved="2027-03-09T09:00:00Z",
            classified="2027-03-08T10:20:00Z",
            states=["DE", "FR", "IT"],
            harms=["personal-data", "financial"],
            weights="self-exfiltrated",
            entity="financial-entity",
        )
        armed = desk.clocks.arm(OLE, case, ["COP93-CYB", "GDPR33", "NIS2-23", "DORA19"])
        ids = clocks(armed)
        assert sorted(ids) == [
            *("COP93-CYB:initial", "DORA19:initial", "GDPR33:initial"),
            *("NIS2-23:early-warning", "NIS2-23:notification"),
        ]
        # Nothing runs: each shows what it would be at the worst, from Saturday 23:30.
        row = card(desk, "raid.clock", ids["NIS2-23:early-warning"])
        assert (row["state"], row["due"]) == ("armed", "")
        assert row["worst"] == "2027-03-07T22:30:00Z"
        starts = {
            "COP93-CYB:initial": [start("2027-03-09T09:00:00Z", "model-involved")],
            "GDPR33:initial": [start("2027-03-07T08:10:00Z")],
            "NIS2-23:early-warning": [start("2027-03-06T23:05:00Z")],
            "NIS2-23:notification": [start("2027-03-06T23:05:00Z")],
            "DORA19:initial": [
                start("2027-03-08T10:20:00Z", "classified"),
                start("2027-03-07T08:10:00Z", "aware"),
            ],
        }
        for key, told in starts.items():
            desk.clocks.start(OLE, ids[key], told)
        rows = {key: card(desk, "raid.clock", name) for key, name in ids.items()}
        assert {key: row["start"] for key, row in rows.items()} == {
            "COP93-CYB:initial": "2027-03-09T09:00:00Z",
            "GDPR33:initial": "2027-03-07T08:10:00Z",
            "NIS2-23:early-warning": "2027-03-06T23:05:00Z",
            "NIS2-23:notification": "2027-03-06T23:05:00Z",
            "DORA19:initial": "2027-03-07T08:10:00Z",
        }
        assert {key: (row["due"], row["lawful"]) for key, row in rows.items()} == {
            # Sunday 14 March is no working day: Monday 24:00 in Brussels.
            "COP93-CYB:initial": ("2027-03-14T09:00:00Z", "2027-03-15T23:00:00Z"),
            "GDPR33:initial": ("2027-03-10T08:10:00Z", "2027-03-10T09:00:00Z"),
            "NIS2-23:early-warning": ("2027-03-07T23:05:00Z",) * 2,
            "NIS2-23:notification": ("2027-03-09T23:05:00Z",) * 2,
            # 24 hours from awareness bind before 4 hours from the classification.
            "DORA19:initial": ("2027-03-08T08:10:00Z", "2027-03-08T09:00:00Z"),
        }
        assert card(desk, "raid.case", case)["due"] == "2027-03-07T23:05:00Z"


def test_an_armed_clock_shows_the_worst_case_and_a_running_one_needs_its_start(
    desk: RaidDesk,
) -> None:
    case = opened(desk, states=["de"], occurred={"from": "2026-11"})
    name = clocks(desk.clocks.arm(OLE, case, ["GDPR33"]))["GDPR33:initial"]
    row = card(desk, "raid.clock", name)
    # A month stays a month: it may have been on its first day, of Berlin.
    assert (row["state"], row["worst"]) == ("armed", "2026-11-03T23:00:00Z")
    assert card(desk, "raid.case", case)["due"] == row["worst"]
    assert card(desk, "raid.case", case)["host_due"] == ""
    naked = start("2026-11-20T08:30:00Z", evidence="\u200b")
    code = refused(ActRefused, lambda: desk.clocks.start(OLE, name, [naked]))
    assert code == "start-unsourced"
    code = refused(ActRefused, lambda: desk.clocks.start(OLE, name, []))
    assert code == "start-unsourced"
    assert card(desk, "raid.clock", name)["state"] == "armed"
    desk.clocks.start(OLE, name, [start("2026-11-20T08:30:00Z")])
    row = card(desk, "raid.clock", name)
    assert (row["state"], row["due"]) == ("running", "2026-11-23T08:30:00Z")
    reason = desk.clocks.why(OLE, name)
    assert reason.is_same_rule
    assert reason.starts["aware"]["evidence"] == "ticket 4711"
    assert any("72 hours" in step for step in reason.steps)


def test_clocks_of_the_host_are_told_apart_and_stand_on_the_case(
    desk: RaidDesk,
) -> None:
    case = opened(desk, states=["FR"])
    desk.clocks.arm(OLE, case, ["GDPR33"])
    done = desk.clocks.arm(OLE, case, ["COP93-CYB"], owed="host", why="our own model")
    name = clocks(done)["COP93-CYB:initial"]
    assert card(desk, "raid.clock", name)["owed"] == "host"
    row = card(desk, "raid.case", case)
    assert row["host_due"] == card(desk, "raid.clock", name)["worst"]
    assert str(row["due"]) < str(row["host_due"])
    arm = desk.clocks.arm
    code = refused(ActRefused, lambda: arm(OLE, case, ["DORA19"], owed="host"))
    assert code == "clock-not-of-the-host"
    code = refused(ActRefused, lambda: arm(OLE, case, ["GDPR33"], owed="them"))
    assert code == "clock-owner-unknown"


def test_a_rule_under_which_no_clock_can_run_is_not_armed(desk: RaidDesk) -> None:
    case = opened(desk)
    desk.clocks.arm(OLE, case, ["GDPR33"])
    for rule, code in (
        ("COP94", "clock-rule-standing"),
        ("OMNI-SEP", "clock-rule-standing"),
        ("US-RAISE", "clock-rule-not-applicable"),
        ("GDPR33", "clock-armed-already"),
    ):
        arm = partial(desk.clocks.arm, OLE, case, [rule])
        assert refused(ActRefused, arm) == code


def test_unknown_rules_clocks_and_places_are_named(desk: RaidDesk) -> None:
    case = opened(desk)
    code = refused(UnknownItem, lambda: desk.clocks.arm(OLE, case, ["NIS3"]))
    assert code == "unknown-clock-rule"
    name = clocks(desk.clocks.arm(OLE, case, ["GDPR33"]))["GDPR33:initial"]
    told = [start("2026-11-20T08:30:00Z")]
    code = refused(UnknownItem, lambda: desk.clocks.start(OLE, name, told, "XX"))
    assert code == "unknown-place"
    desk.clocks.start(OLE, name, told, "fi")
    assert card(desk, "raid.clock", name)["place"] == "FI"


def test_a_start_that_cannot_be_is_refused(desk: RaidDesk) -> None:
    case = opened(desk)
    name = clocks(desk.clocks.arm(OLE, case, ["GDPR33"]))["GDPR33:initial"]
    for told, code in (
        (start("2027-11-20T08:30:00Z"), "clock-start-ahead"),
        (start("2026-11-20T08:30:00Z", "classified"), "clock-start-foreign"),
        (start("2018-05-24T08:30:00Z"), "clock-rule-not-applicable"),
    ):
        begin = partial(desk.clocks.start, OLE, name, [told])
        assert refused(ActRefused, begin) == code


def test_a_start_is_corrected_to_an_earlier_one_alone(desk: RaidDesk) -> None:
    case = opened(desk, states=["DE"])
    name = clocks(desk.clocks.arm(OLE, case, ["GDPR33"]))["GDPR33:initial"]
    desk.clocks.start(OLE, name, [start("2026-11-19T08:30:00Z")])
    later = [start("2026-11-19T09:30:00Z")]
    code = refused(ActRefused, lambda: desk.clocks.start(OLE, name, later))
    assert code == "clock-start-later"
    same = [start("2026-11-19T08:30:00Z")]
    code = refused(ActRefused, lambda: desk.clocks.start(OLE, name, same))
    assert code == "clock-start-later"
    done = desk.clocks.start(OLE, name, [start("2026-11-18T08:30:00Z")])
    assert clocks(done, "correct") == {"GDPR33:initial": name}
    assert card(desk, "raid.clock", name)["due"] == "2026-11-21T08:30:00Z"


def test_a_second_event_makes_a_running_clock_due_earlier(desk: RaidDesk) -> None:
    case = opened(desk, states=["DE"])
    name = clocks(desk.clocks.arm(OLE, case, ["DORA19"]))["DORA19:initial"]
    desk.clocks.start(OLE, name, [start("2026-11-20T08:30:00Z", "aware")])
    assert card(desk, "raid.clock", name)["due"] == "2026-11-21T08:30:00Z"
    desk.clocks.start(OLE, name, [start("2026-11-20T09:15:00Z", "classified")])
    row = card(desk, "raid.clock", name)
    assert (row["due"], row["start"]) == (
        "2026-11-20T13:15:00Z",
        "2026-11-20T08:30:00Z",
    )


def test_a_demonstration_never_runs_a_serious_incident_clock(desk: RaidDesk) -> None:
    case = opened(desk, kind="demonstration")
    done = desk.clocks.arm(OLE, case, ["COP93-CYB", "DESK-TRIAGE"])
    ids = clocks(done)
    told = [start("2026-11-20T08:30:00Z")]
    serious, own = ids["COP93-CYB:initial"], ids["DESK-TRIAGE:triage"]
    code = refused(ActRefused, lambda: desk.clocks.start(OLE, serious, told))
    assert code == "clock-of-an-exercise"
    assert card(desk, "raid.clock", serious)["state"] == "armed"
    desk.clocks.start(OLE, own, told)
    assert card(desk, "raid.clock", own)["state"] == "running"


def test_stages_chain_from_what_was_sent(raid_office: RaidOffice) -> None:
    with raid_office.raid() as desk:
        case = opened(desk, states=["DE"])
        ids = clocks(desk.clocks.arm(OLE, case, ["DORA19"]))
        told = [
            start("2026-11-20T08:30:00Z", "aware"),
            start("2026-11-20T09:15:00Z", "classified"),
        ]
        desk.clocks.start(OLE, ids["DORA19:initial"], told)
        sent = parse_instant("2026-11-20T10:00:00Z")
        done = desk.clocks.meet(OLE, ids["DORA19:initial"], sent, SHOWN)
        assert clocks(done, "meet") == ids
        middle = clocks(done, "start")["DORA19:intermediate"]
        row = card(desk, "raid.clock", middle)
        # By the stricter reading from the classification; lawful from what was sent.
        assert row["due"] == "2026-11-23T09:15:00Z"
        assert row["lawful"] == "2026-11-23T11:00:00Z"
        raid_office.clock.instant = parse_instant("2026-11-23T08:00:00Z")
        done = desk.clocks.meet(OLE, middle, None, SHOWN)
        last = clocks(done, "start")["DORA19:final"]
        assert card(desk, "raid.clock", last)["due"] == "2026-12-23T08:00:00Z"
        assert card(desk, "raid.case", case)["due"] == "2026-12-23T08:00:00Z"


def test_intermediate_reports_recur_until_the_incident_is_resolved(
    raid_office: RaidOffice,
) -> None:
    with raid_office.raid() as desk:
        case = opened(desk)
        ids = clocks(desk.clocks.arm(OLE, case, ["COP93-CYB", "COP93-HARM"], "host"))
        for name in ids.values():
            desk.clocks.start(OLE, name, [start("2026-11-20T08:30:00Z")])
        done = desk.clocks.meet(OLE, ids["COP93-CYB:initial"], None, SHOWN)
        first = clocks(done, "start")["COP93-INT:intermediate"]
        final = clocks(done, "arm")["COP93-FIN:final"]
        assert card(desk, "raid.clock", first)["owed"] == "host"
        assert card(desk, "raid.clock", final)["state"] == "armed"
        # The second initial report arms neither again.
        done = desk.clocks.meet(OLE, ids["COP93-HARM:initial"], None, SHOWN)
        assert clocks(done, "arm") == {}
        raid_office.clock.instant += 20 * DAY
        done = desk.clocks.meet(OLE, first, None, SHOWN)
        second = clocks(done, "start")["COP93-INT:intermediate"]
        assert second != first
        due = parse_instant(str(card(desk, "raid.clock", second)["due"]))
        assert due == raid_office.clock.instant + 28 * DAY
        done = desk.clocks.meet(OLE, second, None, SHOWN, "resolved")
        assert clocks(done) == {"COP93-INT:intermediate": second}


def test_some_stages_follow_on_a_word_alone(desk: RaidDesk) -> None:
    case = opened(desk, states=["DE"])
    ids = clocks(desk.clocks.arm(OLE, case, ["AIA73-GEN", "AIA73-WI"]))
    for name in ids.values():
        desk.clocks.start(OLE, name, [start("2026-11-20T08:30:00Z")])
    done = desk.clocks.meet(OLE, ids["AIA73-GEN:initial"], None, SHOWN)
    assert clocks(done, "arm") == {}
    done = desk.clocks.meet(OLE, ids["AIA73-WI:initial"], None, SHOWN, "incomplete")
    name = clocks(done, "start")["AIA73-INC:complete"]
    # The law gives no number: it runs, and is due at once.
    row = card(desk, "raid.clock", name)
    assert (row["state"], row["due"], row["lawful"]) == ("running", "", "")
    assert desk.clocks.of_case(OLE, case)[0].id == name
    done = desk.clocks.meet(OLE, name, None, SHOWN)
    assert card(desk, "raid.clock", name)["state"] == "met"
    again = [start("2026-11-19T08:30:00Z", "initial-sent")]
    code = refused(ActRefused, lambda: desk.clocks.start(OLE, name, again))
    assert code in ("act-not-possible", "clock-start-later")


def test_what_was_missed_is_breached_with_an_alarm_and_met_late(
    raid_office: RaidOffice,
) -> None:
    with raid_office.raid() as desk:
        case = opened(desk, states=["DE"])
        ids = clocks(desk.clocks.arm(OLE, case, ["GDPR33", "NIS2-23"]))
        for name in ids.values():
            desk.clocks.start(OLE, name, [start("2026-11-20T08:30:00Z")])
        warned = ids["NIS2-23:early-warning"]
        raid_office.clock.instant = parse_instant("2026-11-22T12:00:00Z")
        [done] = desk.clocks.record_breaches(OLE)
        assert clocks(done, "breach") == {"NIS2-23:early-warning": warned}
        alarms = raid_office.events("alarm.raised")
        told = [one for one in alarms if one["code"] == "clock-breached"]
        assert [(one["clock"], one["case"]) for one in told] == [(warned, case)]
        assert desk.clocks.record_breaches(OLE) == []
        assert card(desk, "raid.case", case)["due"] == "2026-11-21T08:30:00Z"
        done = desk.clocks.meet(OLE, warned, None, SHOWN)
        assert card(desk, "raid.clock", warned)["state"] == "late-met"
        # One that nobody recorded as missed can't be met in time, either.
        missed = ids["NIS2-23:notification"]
        raid_office.clock.instant = parse_instant("2026-11-25T12:00:00Z")
        done = desk.clocks.meet(OLE, missed, None, SHOWN)
        acts = [e["act"] for e in done.events if e.get("id") == missed]
        assert acts == ["breach", "meet"]
        assert card(desk, "raid.clock", missed)["state"] == "late-met"
        # Done in time and told later is in time.
        sent = parse_instant("2026-11-23T08:00:00Z")
        desk.clocks.meet(OLE, ids["GDPR33:initial"], sent, SHOWN)
        assert card(desk, "raid.clock", ids["GDPR33:initial"])["state"] == "met"


def test_a_meeting_that_cannot_be_is_refused(desk: RaidDesk) -> None:
    case = opened(desk)
    name = clocks(desk.clocks.arm(OLE, case, ["GDPR33"]))["GDPR33:initial"]
    desk.clocks.start(OLE, name, [start("2026-11-20T08:30:00Z")])
    for at, said, code in (
        ("2026-11-20T08:00:00Z", SHOWN, "clock-met-early"),
        ("2027-11-20T08:00:00Z", SHOWN, "clock-start-ahead"),
        ("2026-11-20T09:00:00Z", {**SHOWN, "source": ""}, "clock-met-unsourced"),
    ):
        meet = partial(desk.clocks.meet, OLE, name, parse_instant(at), said)
        assert refused(ActRefused, meet) == code


def test_a_clock_is_voided_by_two_with_a_reason_and_armed_anew(
    raid_office: RaidOffice,
) -> None:
    with raid_office.raid() as desk:
        case = opened(desk)
        name = clocks(desk.clocks.arm(OLE, case, ["GDPR33"]))["GDPR33:initial"]
        with pytest.raises(AccessDenied):
            desk.clocks.void(OLE, name, "armed by mistake")
        assert card(desk, "raid.clock", name)["state"] == "armed"
        grant = raid_office.void_grant(case)
    with raid_office.raid() as desk:
        asks = who("ole", grant=grant)
        void = partial(desk.clocks.void, asks, name)
        assert refused(ActRefused, partial(void, " ")) == "reason-missing"
        void("armed by mistake")
        assert card(desk, "raid.clock", name)["state"] == "void"
        assert card(desk, "raid.case", case)["due"] == ""
        again = clocks(desk.clocks.arm(OLE, case, ["GDPR33"]))
        assert again["GDPR33:initial"] != name


def test_what_is_due_comes_the_worst_first(raid_office: RaidOffice) -> None:
    with raid_office.raid() as desk:
        one = opened(desk, states=["DE"])
        other = opened(desk, states=["FR"])
        ids = clocks(desk.clocks.arm(OLE, one, ["NIS2-23", "AIA73-GEN"]))
        ids |= clocks(desk.clocks.arm(OLE, other, ["COP93-CI"]))
        for name in ids.values():
            desk.clocks.start(OLE, name, [start("2026-11-20T08:30:00Z")])
        found = desk.clocks.due(OLE, raid_office.clock.instant + 3 * DAY)
        told = [f"{one.card['rule']}:{one.card['stage']}" for one in found]
        assert told == [
            *("NIS2-23:early-warning", "COP93-CI:initial", "NIS2-23:notification")
        ]
        assert len(desk.clocks.due(OLE, None)) == 4
        # Somebody who is told of no case is told of no clock.
        assert [one.case for one in desk.clocks.of_case(OLE, one)] == [one, one, one]


def test_a_case_that_is_not_there_and_one_that_nobody_may_know_get_one_answer(
    desk: RaidDesk,
) -> None:
    case = opened(desk)
    name = clocks(desk.clocks.arm(OLE, case, ["GDPR33"]))["GDPR33:initial"]
    # Ada has need-to-know of nothing at the desk.
    answers = []
    for ask in (
        partial(desk.clocks.why, who("ada"), name),
        partial(desk.clocks.why, who("ada"), "clk-aaaaaaaaaaaaaaaa"),
        partial(desk.clocks.of_case, who("ada"), case),
        partial(desk.clocks.of_case, who("ada"), "c-aaaaaaaaaa"),
    ):
        with pytest.raises(AccessDenied) as caught:
            ask()
        answers.append((caught.value.code, caught.value.message))
    assert len({code for code, _ in answers}) == 1


def test_the_clock_card_tells_a_reporter_what_telling_the_desk_leaves(
    desk: RaidDesk,
) -> None:
    document = report_document(
        states=["DE"],
        harms=["personal-data"],
        entity="essential-entity",
        aware="2026-11-20T08:30:00Z",
        occurred={"from": "2026-11-19"},
    )
    report = given(desk.acting, document)
    lines = desk.clocks.card(who("joan"), report)
    told = {f"{one.rule.id}:{one.stage.name}": one for one in lines}
    assert sorted(told) == [
        *("GDPR33:initial", "NIS2-23:early-warning", "NIS2-23:notification"),
    ]
    warning = told["NIS2-23:early-warning"]
    assert warning.is_claimed
    assert warning.strict is not None
    assert format_instant(warning.strict) == "2026-11-21T08:30:00Z"
    done = desk.screening.open(who("joan"), report, "B2")
    case = next(e["id"] for e in done.events if e["kind"] == "raid.case")
    assert [one.rule.id for one in desk.clocks.card(who("joan"), case)] == [
        one.rule.id for one in lines
    ]
    # Without a claim it is counted from the worst case.
    document |= {"aware": "unknown"}
    [first, *_] = desk.clocks.card(who("joan"), given(desk.acting, document))
    assert not first.is_claimed
    assert format_instant(first.start) == "2026-11-18T23:00:00Z"


def test_the_clock_card_names_no_duty_that_triage_drops(desk: RaidDesk) -> None:
    told = {"harms": ["personal-data"], "entity": "controller"}
    report, case = opened_case(desk, report_document(**told, states=["DE"]))
    abroad, other = opened_case(desk, report_document(**told, states=[]))
    untold, _ = opened_case(desk, report_document(**told, states="unknown"))
    for about in (report, case):
        assert {one.rule.id for one in desk.clocks.card(OLE, about)} == {"GDPR33"}
    assert desk.clocks.card(OLE, abroad) == desk.clocks.card(OLE, other) == []
    [line] = desk.clocks.card(OLE, untold)
    assert (line.rule.id, line.settled_by) == ("GDPR33", ("eea",))
    armed = {key.partition(":")[0] for key in clocks(desk.clocks.arm(OLE, other, []))}
    assert armed == {"DESK-ACK", "DESK-TRIAGE", "WBD-ACK", "WBD-FB"}


def test_arming_without_rules_arms_what_the_reports_suspect(desk: RaidDesk) -> None:
    case = opened(desk, weights="stolen", danger="imminent")
    armed = clocks(desk.clocks.arm(OLE, case, []))
    assert sorted(armed) == [
        *("COP93-CYB:initial", "DESK-ACK:look", "DESK-IMM:triage"),
        *("DESK-TRIAGE:triage", "WBD-ACK:acknowledgement", "WBD-FB:feedback"),
    ]
    row = card(desk, "raid.clock", armed["WBD-ACK:acknowledgement"])
    # That the desk received it is known to the moment.
    received = desk.acting.gate.clock.now()
    assert row["worst"] == row["due"] == format_instant(received + 7 * DAY)
    assert (row["state"], row["start"]) == ("running", format_instant(received))


def test_a_clock_by_two_readings_is_told_as_disputed_and_stays_so(
    raid_office: RaidOffice,
) -> None:
    raid_office.clock.instant = parse_instant("2026-11-24T12:00:00Z")
    with raid_office.raid() as desk:
        case = opened(desk, states=["DE"])
        ids = clocks(desk.clocks.arm(OLE, case, ["GDPR33", "NIS2-23"]))
        name = ids["GDPR33:initial"]
        assert desk.clocks.why(OLE, name).undisputed == ""
        # Friday evening in Berlin.
        for one in ids.values():
            desk.clocks.start(OLE, one, [start("2026-11-20T17:45:00Z")])
        row = card(desk, "raid.clock", name)
        assert row["due"] == "2026-11-23T17:45:00Z"
        assert row["lawful"] == "2026-11-24T23:00:00Z"
        assert desk.clocks.why(OLE, name).undisputed == "2026-11-23T18:00:00Z"
        # The directive is counted to the moment: nobody reads that otherwise.
        assert desk.clocks.why(OLE, ids["NIS2-23:notification"]).undisputed == ""
        # By the later reading it is in time still, and the dispute stays on record.
        desk.clocks.meet(OLE, name, None, SHOWN)
        assert card(desk, "raid.clock", name)["state"] == "met"
        assert desk.clocks.why(OLE, name).undisputed == "2026-11-23T18:00:00Z"


def test_the_card_of_a_case_has_each_duty_that_a_clock_of_it_is_for(
    desk: RaidDesk,
) -> None:
    report, case = opened_case(desk, report_document(states=["DE"]))
    desk.clocks.arm(OLE, case, ["CER15", "AIA73-WI"], why="triage says so")
    assert {one.rule.id for one in desk.clocks.card(OLE, case)} >= {"CER15", "AIA73-WI"}
    # A report alone claims neither, and what the institute owes is no duty of theirs.
    assert "CER15" not in {one.rule.id for one in desk.clocks.card(who("joan"), report)}
    assert {one.rule.owed for one in desk.clocks.card(OLE, case)} == {"others"}


def test_the_clock_officer_reads_the_card_of_a_report_by_way_of_its_case(
    desk: RaidDesk,
) -> None:
    document = report_document(harms=["personal-data"], entity="essential-entity")
    report, alone = given(desk.acting, document), given(desk.acting, document)
    done = desk.screening.open(who("joan"), report, "B2")
    case = next(e["id"] for e in done.events if e["kind"] == "raid.case")
    told = [one.rule.id for one in desk.clocks.card(OLE, report)]
    assert told == [one.rule.id for one in desk.clocks.card(who("joan"), report)]
    assert told == [one.rule.id for one in desk.clocks.card(who("ruth"), report)]
    # No case that they may know has it: as if there were no such report.
    desk.needs.shut(who("mileva"), case, "weights are abroad")
    answers = set()
    for about in (report, alone, "r-aaaaaaaaaa"):
        with pytest.raises(AccessDenied) as caught:
            desk.clocks.card(OLE, about)
        answers.add(caught.value.message.partition(" (")[0])
    assert answers == {"denied: not-permitted"}
    desk.needs.admit(who("mileva"), case, "user:ole", "2026-12-01", "keeps its clocks")
    assert [one.rule.id for one in desk.clocks.card(OLE, report)] == told


def test_a_promise_to_a_reporter_is_the_clock_of_the_case(desk: RaidDesk) -> None:
    report = given(desk.acting)
    done = desk.screening.open(who("joan"), report, "B2")
    case = str(next(e["id"] for e in done.events if e["kind"] == "raid.case"))
    ids = clocks(desk.clocks.arm(OLE, case, ["WBD-ACK", "WBD-FB"]))
    received = card(desk, "raid.report", report)["received"]
    status = status_of(desk.clocks.book, "received", str(received))
    rows = {key: card(desk, "raid.clock", name) for key, name in ids.items()}
    assert status.feedback_by == rows["WBD-FB:feedback"]["due"]
    assert status.acknowledged_by == rows["WBD-ACK:acknowledgement"]["due"]


def test_a_case_that_the_registry_knows_and_the_desk_does_not_has_no_card(
    desk: RaidDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As of a case that was declared as an asset: the gate permits it.
    monkeypatch.setattr(Acting, "ask", lambda *_: None)

    with pytest.raises(UnknownItem) as caught:
        desk.clocks.card(OLE, "c-aaaaaaaaaa")

    assert caught.value.code == "unknown-case"
