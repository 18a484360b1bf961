"""Need-to-know: given by name and until a date, taken back, and shut to all others."""

import pytest

from ringwall.gate.denied import AccessDenied
from ringwall.raid.desk import RaidDesk
from ringwall.raid.ids import new_id
from ringwall.raid.needs import LONGEST
from tests.example import NOON
from tests.raid_office import RaidOffice, opened_case, refused, who

JOAN = who("joan")
OFFICER = who("mileva")
UNTIL = "2026-12-01"


def test_a_case_that_is_shut_opens_to_whoever_is_admitted_until_the_date(
    raid_office: RaidOffice,
) -> None:
    with raid_office.raid() as desk:
        _, case = opened_case(desk)
        desk.needs.admit(OFFICER, case, "user:joan", UNTIL, "knows the model")
        desk.needs.shut(OFFICER, case, "weights are abroad")

        desk.cases.note(JOAN, case, "hello")
        with pytest.raises(AccessDenied):
            desk.cases.note(who("dorothy"), case, "hello")
        raid_office.clock.instant = NOON + 10 * 86_400 * 1_000_000
        with pytest.raises(AccessDenied):
            desk.cases.note(JOAN, case, "too late")
        assert desk.needs.ls(OFFICER, case).admitted == ()


def test_whoever_is_dismissed_is_out_at_once(desk: RaidDesk) -> None:
    _, case = opened_case(desk)
    desk.needs.admit(OFFICER, case, "user:joan", UNTIL, "knows the model")
    desk.needs.shut(OFFICER, case, "weights are abroad")

    dismiss = desk.needs.dismiss
    assert refused(dismiss, OFFICER, case, "user:dorothy", "why") == "not-admitted"
    dismiss(OFFICER, case, "user:joan", "has done her part")

    with pytest.raises(AccessDenied):
        desk.cases.note(JOAN, case, "hello")


def test_nobody_is_admitted_for_ever_nor_without_a_reason(desk: RaidDesk) -> None:
    _, case = opened_case(desk)
    admit = desk.needs.admit

    for until in ("2026-11-21", "2027-11-23"):
        code = refused(admit, OFFICER, case, "user:joan", until, "why")
        assert code == "admission-unbounded"
    assert refused(admit, OFFICER, case, "user:joan", UNTIL, "") == "reason-missing"
    assert refused(admit, OFFICER, case, "user:x", UNTIL, "y") == "admitted-unknown"
    assert refused(admit, OFFICER, case, "user:mileva", UNTIL, "y") == "admitted-self"
    assert LONGEST == 366 * 86_400 * 1_000_000


def test_who_is_let_in_is_for_the_officer_alone(desk: RaidDesk) -> None:
    _, case = opened_case(desk)

    for person in ("joan", "rosalind", "niels"):
        with pytest.raises(AccessDenied):
            desk.needs.ls(who(person), case)
        with pytest.raises(AccessDenied):
            desk.needs.admit(who(person), case, "user:dorothy", UNTIL, "why")
    with pytest.raises(AccessDenied):
        desk.needs.ls(OFFICER, new_id("raid.case"))


def test_a_list_tells_the_team_and_who_is_admitted(desk: RaidDesk) -> None:
    _, case = opened_case(desk)
    desk.needs.admit(OFFICER, case, "user:joan", UNTIL, "knows the model")

    found = desk.needs.ls(OFFICER, case)

    assert (found.case, found.team, found.is_shut) == (case, "raid-desk", False)
    (one,) = found.admitted
    assert (one.person, one.by, one.reason) == (
        *("user:joan", "user:mileva", "knows the model"),
    )
    assert one.until == "2026-12-01T00:00:00Z"


def test_a_case_is_opened_to_its_team_again_or_to_another(desk: RaidDesk) -> None:
    _, case = opened_case(desk)
    desk.needs.shut(OFFICER, case, "weights are abroad")
    assert refused(desk.needs.shut, OFFICER, case, "again") == "shut-already"
    desk.needs.unshut(OFFICER, case, "it is public")
    desk.cases.note(JOAN, case, "hello")
    desk.needs.unshut(OFFICER, case, "is for others", "raid")

    assert desk.needs.ls(OFFICER, case).team == "raid"


def merged(desk: RaidDesk, case: str, into: str) -> None:
    """Have two persons merge a case into another."""
    done = desk.merging.merge(JOAN, case, into, "one event")
    desk.proposals.second(who("rosalind"), done.events[0]["id"])


def test_a_merged_case_is_shut_and_opened_with_those_that_it_went_into(
    desk: RaidDesk,
) -> None:
    cases = [opened_case(desk)[1] for _ in range(3)]
    merged(desk, *cases[:2])
    merged(desk, *cases[1:])

    desk.needs.shut(OFFICER, cases[0], "weights are abroad")

    needs = desk.acting.gate.ground.matters.needs
    assert [needs.is_shut(one) for one in cases] == [True] * 3
    for one in cases:
        assert refused(desk.needs.shut, OFFICER, one, "again") == "shut-already"
        with pytest.raises(AccessDenied):
            desk.timelines.show(JOAN, one, as_was=True)
    desk.needs.unshut(OFFICER, cases[0], "it is public")
    needs = desk.acting.gate.ground.matters.needs
    assert [needs.is_shut(one) for one in cases] == [False] * 3


def test_a_merged_case_is_shut_though_the_one_that_it_went_into_is(
    desk: RaidDesk,
) -> None:
    (_, case), (_, other) = opened_case(desk), opened_case(desk)
    merged(desk, case, other)
    desk.needs.shut(OFFICER, other, "weights are abroad")
    assert not desk.acting.gate.ground.matters.needs.is_shut(case)
    assert refused(desk.needs.shut, OFFICER, case, "") == "reason-missing"

    done = desk.needs.shut(OFFICER, case, "weights are abroad")

    assert [(event["kind"], event["case"]) for event in done.events] == [
        ("raid.need", case)
    ]
    assert desk.acting.gate.ground.matters.needs.is_shut(case)


def test_nobody_shuts_a_merged_case_who_may_not_shut_the_other(desk: RaidDesk) -> None:
    (_, case), (_, other) = opened_case(desk), opened_case(desk)
    merged(desk, case, other)
    with pytest.raises(AccessDenied):
        desk.needs.shut(JOAN, case, "weights are abroad")
    assert not desk.acting.gate.ground.matters.needs.is_shut(case)
