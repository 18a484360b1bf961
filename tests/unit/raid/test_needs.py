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
