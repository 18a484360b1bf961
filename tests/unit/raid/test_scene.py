"""An act goes by the machine, judges its guards, and rests on what it saw."""

import pytest

from ringwall.base.errors import ActRefused, UnknownItem
from ringwall.gate.ground import Ground
from ringwall.gate.raid_recording import RaidMade
from ringwall.model.events import Event
from ringwall.model.raid_events import DESK
from ringwall.raid.desk import RaidDesk
from ringwall.raid.ids import new_id
from ringwall.raid.scene import Scene, unknown
from tests.raid_office import RaidOffice, given, opened_case, who

WRITE = "raid.write"


def acted(desk: RaidDesk, resource: str, make: object) -> list[Event]:
    """Return the events of an act of joan's."""
    assert callable(make)
    return list(desk.acting.act(who("joan"), WRITE, resource, make).events)


def test_an_event_carries_the_whole_row_with_what_changed(desk: RaidDesk) -> None:
    _, case = opened_case(desk, priority=3)

    def make(scene: Scene) -> list[Event]:
        before = scene.card("raid.case", case)
        return [scene.event("raid.case", case, "note", before, {"lane": "x"}, {})]

    [event] = acted(desk, case, make)

    before = desk.acting.rows.first({case})[case].event["card"]
    assert event["card"] == {**before, "lane": "x"}
    assert (event["from"], event["to"], event["case"]) == ("new", "new", case)
    assert event["by"] == "user:joan"
    card = desk.acting.rows.card("raid.case", case)
    assert card is not None
    assert card.card["lane"] == "x"


def test_the_second_act_of_a_scene_starts_from_the_first(desk: RaidDesk) -> None:
    report = given(desk.acting)

    def make(scene: Scene) -> list[Event]:
        card = scene.card("raid.report", report)
        scene.require("credibility-assessed", report, holds=True)
        first = scene.event("raid.report", report, "validate", card, {}, {})
        latest = scene.card("raid.report", report)
        assert latest is scene.latest(report)
        assert latest.card["state"] == "valid"
        with pytest.raises(ValueError, match="changed in this act"):
            scene.event("raid.report", report, "defer", card, {}, {})
        return [first]

    assert [event["act"] for event in acted(desk, report, make)] == ["validate"]


def test_an_act_that_the_machine_does_not_know_is_refused(desk: RaidDesk) -> None:
    _, case = opened_case(desk)

    def make(scene: Scene) -> list[Event]:
        card = scene.card("raid.case", case)
        return [scene.event("raid.case", case, "archive", card, {}, {})]

    with pytest.raises(ActRefused) as caught:
        acted(desk, case, make)

    assert caught.value.code == "act-not-possible"
    assert case in caught.value.message


def test_an_act_whose_guards_nobody_judged_is_a_mistake_of_the_desk(
    desk: RaidDesk,
) -> None:
    report = given(desk.acting)

    def make(scene: Scene) -> list[Event]:
        card = scene.card("raid.report", report)
        # Judged of another object, which is not this one.
        scene.require("credibility-assessed", "report:r-other", holds=True)
        return [scene.event("raid.report", report, "validate", card, {}, {})]

    with pytest.raises(ValueError, match="nobody judged credibility-assessed"):
        acted(desk, report, make)


def test_a_guard_is_judged_for_each_act_anew(desk: RaidDesk) -> None:
    def make(scene: Scene) -> list[Event]:
        proposals = [new_id("raid.proposal"), new_id("raid.proposal")]
        scene.require("reason", proposals[0], holds=True)
        made = [scene.event("raid.proposal", proposals[0], "propose", None, {}, {})]
        with pytest.raises(ValueError, match="nobody judged reason"):
            scene.event("raid.proposal", proposals[1], "propose", None, {}, {})
        return made

    [event] = acted(desk, DESK, make)
    assert event["card"] == {"binds": "", "state": "open", "until": "", "what": ""}


def test_what_is_not_there_is_unknown(desk: RaidDesk) -> None:
    report = given(desk.acting)

    def make(scene: Scene) -> list[Event]:
        assert scene.maybe("raid.link", "lnk-aaaaaaaaaaaaaaaa") is None
        assert scene.seen["lnk-aaaaaaaaaaaaaaaa"] == -1
        scene.card("raid.clock", "clk-aaaaaaaaaaaaaaaa")
        raise AssertionError

    with pytest.raises(UnknownItem) as caught:
        acted(desk, report, make)
    assert caught.value.code == "unknown-clock"
    codes = {unknown(f"raid.{kind}", "x").code for kind in ("case", "handover")}
    assert codes == {"unknown-case", "unknown-handover"}


def test_what_somebody_changes_meanwhile_has_an_act_made_anew(
    raid_office: RaidOffice,
) -> None:
    seen: list[int] = []
    with raid_office.raid() as one, raid_office.raid() as other:
        _, case = opened_case(one)

        def make(scene: Scene) -> list[Event]:
            card = scene.card("raid.case", case)
            seen.append(card.index)
            if len(seen) == 1:
                other.cases.note(who("dorothy"), case, "I was quicker")
            return [scene.event("raid.case", case, "note", card, {}, {"text": "me"})]

        one.acting.act(who("joan"), WRITE, case, make)
        notes = one.acting.rows.events(case=case, act="note")

    assert len(seen) == 2
    assert seen[0] < seen[1]
    assert [note.event["said"]["text"] for note in notes] == ["I was quicker", "me"]


def test_a_scene_knows_the_natural_person_and_the_rules(desk: RaidDesk) -> None:
    def make(scene: Scene) -> list[Event]:
        assert scene.person == scene.natural("user:joan-2") == "user:joan"
        assert scene.rules is desk.acting.rules
        return []

    done = desk.acting.act(who("joan-2"), WRITE, DESK, make)
    assert (done.events, done.receipts) == ((), ())


def test_a_scene_is_no_permit(desk: RaidDesk) -> None:
    """Events of a scene are refused where no permit of its own stands behind them."""
    _, case = opened_case(desk)
    kept: list[Scene] = []

    def make(scene: Scene) -> list[Event]:
        kept.append(scene)
        card = scene.card("raid.case", case)
        return [scene.event("raid.case", case, "note", card, {}, {"text": "once"})]

    [event] = acted(desk, case, make)

    def again(_: Ground) -> RaidMade:
        return RaidMade((event,), {})

    with pytest.raises(ValueError, match="was done before"):
        desk.acting.gate.record_raid(again)
