"""How an embargo stands, for whoever may read its case."""

import pytest

from ringwall.gate.denied import AccessDenied
from ringwall.raid.desk import RaidDesk
from ringwall.raid.embargo.counter import Wanted
from tests.embargoed import LEAD, NIELS, active, allowed, led, longer, proposed
from tests.office import DAY, HOUR
from tests.raid_office import RaidOffice, who

JOAN = who("joan")


def test_an_embargo_is_shown_with_terms_zones_and_who_is_missing(
    desk: RaidDesk,
) -> None:
    case, _ = proposed(desk)
    view = desk.embargo_views.status(JOAN, case)
    assert (view.state, view.missing) == ("proposed", ("lab:example",))
    assert view.shown == {
        "Europe/Berlin": "2026-12-04 12:00 +0100 Europe/Berlin",
        "UTC": "2026-12-04 11:00 +0000 UTC",
    }
    assert view.documents[view.offer]["purpose"] == "time to mend the service"
    assert view.warnings == (14 * 24,)
    with pytest.raises(AccessDenied):
        desk.embargo_views.status(who("rene"), case)


def test_a_case_without_an_embargo_says_what_bars_one(desk: RaidDesk) -> None:
    case = led(desk)
    assert desk.embargo_views.status(JOAN, case).bars == ""
    desk.matters.tell(JOAN, case, ["misuse"], "", "seen")
    view = desk.embargo_views.status(JOAN, case)
    assert (view.state, view.bars) == ("none", "misuse-observed")


def test_from_its_end_on_it_is_over_recorded_or_not(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    case, _ = active(desk)
    raid_office.clock.instant += 12 * DAY + 19 * HOUR
    view = desk.embargo_views.status(JOAN, case)
    assert (view.state, view.hours_left) == ("active", 4)
    assert view.warnings == (336, 168, 72, 24, 4)
    raid_office.clock.instant += 4 * HOUR
    view = desk.embargo_views.status(JOAN, case)
    assert (view.state, view.recorded, view.cause) == ("exited", "active", "expired")
    assert (view.ends, view.warnings) == ("", ())


def test_those_that_end_soon_are_told_of_to_those_who_may_know(
    desk: RaidDesk,
) -> None:
    case, _ = active(desk)
    far, _ = active(desk, Wanted("time to mend", ()))
    near = desk.embargo_views.near(JOAN)
    assert [view.case for view in near] == [case]
    assert far != case
    with pytest.raises(AccessDenied):
        desk.embargo_views.near(who("rene"))
    desk.embargoes.revise(LEAD, case, Wanted("more", ("2026-12-20 12:00 UTC",)))
    (view,) = desk.embargo_views.near(JOAN)
    assert (view.state, len(view.documents)) == ("revise", 2)


def test_nothing_is_to_be_signed_for_a_first_term(desk: RaidDesk) -> None:
    case, _ = proposed(desk)
    assert desk.embargo_views.status(JOAN, case).to_sign == ""


def test_what_two_have_to_sign_for_is_shown_until_they_have(desk: RaidDesk) -> None:
    case = longer(desk)
    view = desk.embargo_views.status(JOAN, case)
    assert f'"terms": "{view.offer}"' in view.to_sign
    assert '"act": "allow"' in view.to_sign
    desk.lengths.allow(NIELS, case, allowed(desk, case))
    assert desk.embargo_views.status(JOAN, case).to_sign == ""
    desk.embargoes.accept(LEAD, case)
    assert desk.embargo_views.status(JOAN, case).to_sign == ""


def test_all_that_are_open_are_listed_and_those_near_their_end_apart(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    case, _ = active(desk, Wanted("time to mend", ("2026-12-30 12:00 UTC",)))
    assert [view.case for view in desk.embargo_views.open(JOAN)] == [case]
    assert desk.embargo_views.near(JOAN) == []
    raid_office.clock.instant += 30 * DAY
    assert [view.case for view in desk.embargo_views.near(JOAN)] == [case]
