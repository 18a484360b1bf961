"""A case is shown with all that was done, and with each claim beside the others."""

import pytest

from ringwall.base.errors import UnknownItem
from ringwall.gate.denied import AccessDenied
from ringwall.ledger.asking.raid_rows import RaidRows
from ringwall.raid.acting import Acting
from ringwall.raid.desk import RaidDesk
from ringwall.raid.linking import Link
from ringwall.raid.timeline import Claim
from tests.raid_office import armed_clock, given, opened_case, report_document, who

JOAN = who("joan")


def test_each_act_is_told_with_when_who_what_and_its_decision(
    desk: RaidDesk,
) -> None:
    _, case = opened_case(desk)
    noted = desk.cases.note(who("dorothy"), case, "the vendor calls back")
    clock = armed_clock(desk, case, owed="others")
    desk.needs.admit(who("mileva"), case, "user:joan", "2026-12-01", "knows it")
    asked = desk.merging.merge(JOAN, case, opened_case(desk)[1], "one event")

    view = desk.timelines.show(JOAN, case)

    acts = [(one.kind.removeprefix("raid."), one.act, one.by) for one in view.moments]
    assert acts == [
        ("report", "receive", "user:ruth"),
        ("case", "open", "user:joan"),
        ("link", "link", "user:joan"),
        ("report", "attach", "user:joan"),
        ("case", "note", "user:dorothy"),
        ("clock", "arm", "user:ole"),
        ("need", "admit", "user:mileva"),
        ("proposal", "propose", "user:joan"),
    ]
    note = view.moments[4]
    assert (note.told, note.decision) == ("the vendor calls back", noted.decision)
    assert note.at == "2026-11-21T12:00:00Z"
    assert [one.index for one in view.moments] == sorted(
        {one.index for one in view.moments}
    )
    told = {one.kind: one.told for one in view.moments}
    assert told["raid.clock"] == "NIS2-23"
    desk.clocks.arm(who("ole"), case, ["COP93-CI"])
    armed = desk.timelines.show(JOAN, case)
    worst = next(o.card["worst"] for o in armed.clocks if o.card["rule"] == "COP93-CI")
    told_last = [one.told for one in armed.moments if one.kind == "raid.clock"][-1]
    assert told_last == f"COP93-CI initial worst case {worst}"
    assert told["raid.need"] == "user:joan until 2026-12-01T00:00:00Z knows it"
    assert told["raid.proposal"] == "merge: one event"
    assert view.title == "Scheduling assistant double-booked a ward"
    assert [one.id for one in view.clocks] == [clock]
    assert [one.id for one in view.proposals] == [asked.events[0]["id"]]
    assert view.handovers == []


def test_two_accounts_that_name_different_models_both_stand(desk: RaidDesk) -> None:
    """Hard scenario 5: the field holds two claims, each with who makes it."""
    one = [{"name": "Aurora", "version": "2"}]
    two = [{"name": "Borealis"}]
    first, case = opened_case(desk, report_document(systems=one, weights="unknown"))
    second = given(desk.acting, report_document(systems=two, weights="no"))
    third = given(desk.acting, report_document(systems=one, weights="unknown"))
    for report in (second, third):
        desk.screening.validate(JOAN, report, "A2")
        desk.links.attach(JOAN, report, case, Link("same-event", "one ward"))

    facts = {fact.name: fact for fact in desk.timelines.show(JOAN, case).facts}

    assert facts["systems"].differs
    assert facts["systems"].claims == (
        Claim(one, (first, third)),
        Claim(two, (second,)),
    )
    assert facts["weights"].claims == (Claim("no", (second,)),)
    assert not facts["weights"].differs
    # Nobody said anything of it, and nothing is made up.
    assert "sector" not in facts


def test_need_to_know_without_an_end_is_told_by_its_reason(desk: RaidDesk) -> None:
    _, case = opened_case(desk)
    desk.needs.shut(who("mileva"), case, "abroad")
    desk.needs.unshut(who("mileva"), case, "it is public")

    told = [m.told for m in desk.timelines.show(JOAN, case).moments if not m.after]
    assert told == ["abroad", "it is public"]


def test_nobody_is_shown_what_is_shut_to_them(desk: RaidDesk) -> None:
    _, case = opened_case(desk)

    for person in ("ruth", "signe", "hertha"):
        with pytest.raises(AccessDenied):
            desk.timelines.show(who(person), case)


def test_a_case_that_a_registry_lists_and_the_desk_does_not_know_is_unknown(
    desk: RaidDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, case = opened_case(desk)
    # As of a case that the registry of the institute has: the gate permits it.
    monkeypatch.setattr(Acting, "case", lambda *_: case)
    monkeypatch.setattr(RaidRows, "card", lambda *_: None)
    monkeypatch.setattr(Acting, "ask", lambda *_: None)

    with pytest.raises(UnknownItem) as caught:
        desk.timelines.show(JOAN, case)
    assert caught.value.code == "unknown-case"


def test_a_case_with_many_acts_is_shown_whole(desk: RaidDesk) -> None:
    _, case = opened_case(desk)
    for number in range(40):
        desk.cases.note(JOAN, case, f"note {number}")

    view = desk.timelines.show(JOAN, case)

    notes = [one.told for one in view.moments if one.act == "note"]
    assert notes == [f"note {number}" for number in range(40)]


def test_a_case_shows_what_the_cases_that_are_part_of_it_hold(desk: RaidDesk) -> None:
    pairs = [opened_case(desk, report_document(title=name)) for name in "ABC"]
    (first, one), (second, two), (third, three) = pairs
    for case, into in ((one, two), (two, three)):
        proposed = desk.merging.merge(who("joan"), case, into, "one event")
        desk.proposals.second(who("rosalind"), proposed.events[0]["id"])

    view = desk.timelines.show(who("joan"), three)

    assert view.merged == [two, one]
    assert {report.id for report in view.reports} == {first, second, third}
    assert [moment.act for moment in view.moments].count("merge") == 2
    assert [moment.index for moment in view.moments] == sorted(
        {moment.index for moment in view.moments}
    )
