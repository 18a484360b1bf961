"""Who is due for what: everybody whom the lack of it lowers, overdue first."""

import pytest

from ringwall.base.clock import format_instant
from ringwall.base.months import months_after
from ringwall.institute import Institute
from ringwall.model.matter_events import duty_recorded, person_left, review_opened
from ringwall.registry.due import Due, due_duties
from tests.example import NOON
from tests.unit.registry.people_desks import DAY, Desks

HOLDERS = ("user:ada", "user:grace", "user:nina")


@pytest.fixture
def desks(institute: Institute) -> Desks:
    return Desks.of(institute)


def due(desks: Desks, days: int = 90) -> list[Due]:
    return list(due_duties(desks.state(), HOLDERS, days))


def of(desks: Desks, person: str, days: int = 90) -> dict[str, str]:
    return {one.duty: one.state for one in due(desks, days) if one.person == person}


def passed(desks: Desks, duty: str, start: int, until: int, **more: str) -> None:
    said = {
        "duty": duty,
        "outcome": "passed",
        "from": format_instant(start),
        "until": format_instant(until),
        "by": "user:hedy",
        "evidence": "",
        **more,
    }
    desks.record(duty_recorded(NOON, "user:ada", said))


def test_without_a_programme_only_screening_is_due(desks: Desks) -> None:
    found = due(desks)

    assert {one.duty for one in found} == {"screening"}
    assert {one.person: one.state for one in found} == {
        "user:kurt": "lapsed",
        "user:max": "never",
    }
    assert all(one.is_overdue for one in found)


def test_with_one_each_lack_is_due_that_lowers_somebody(desks: Desks) -> None:
    desks.programme()

    assert of(desks, "user:ada") == {
        "insider-training": "never",
        "integrity-test": "never",
        "access-review": "never",
    }
    assert of(desks, "user:mary") == {"insider-training": "never"}
    assert of(desks, "user:sofia") == {}
    assert of(desks, "user:nina") == {}


def test_what_is_overdue_stands_first_and_the_rest_by_when_it_lapses(
    desks: Desks,
) -> None:
    desks.programme()
    passed(desks, "insider-training", NOON - DAY, NOON + 20 * DAY)
    passed(desks, "integrity-test", NOON - DAY, NOON + 10 * DAY)
    found = due(desks)
    later = [one for one in found if not one.is_overdue]

    assert found == [*(one for one in found if one.is_overdue), *later]
    assert [(one.duty, one.until) for one in later if one.person == "user:ada"] == [
        ("integrity-test", NOON + 10 * DAY),
        ("insider-training", NOON + 20 * DAY),
    ]
    assert "insider-training" not in of(desks, "user:ada", 19)


def test_what_has_lapsed_or_failed_says_so(desks: Desks) -> None:
    desks.programme()
    passed(desks, "insider-training", NOON - 9 * DAY, NOON - DAY)
    passed(desks, "integrity-test", NOON, NOON + DAY, outcome="failed")
    passed(desks, "screening", NOON, NOON + DAY, outcome="failed")

    assert of(desks, "user:ada") == {
        "screening": "failed",
        "insider-training": "lapsed",
        "integrity-test": "failed",
        "access-review": "never",
    }


def test_a_screening_on_record_counts_where_the_document_is_out_of_date(
    desks: Desks,
) -> None:
    desks.programme(screening_months=1)
    assert of(desks, "user:ada")["screening"] == "lapsed"

    passed(desks, "screening", NOON, NOON + 300 * DAY)

    (found,) = [
        one for one in due(desks) if (one.person, one.duty) == ("user:ada", "screening")
    ]
    assert (found.state, found.until) == ("lapses", months_after(NOON, 1))


def test_a_review_that_is_open_is_due_when_it_says(desks: Desks) -> None:
    desks.programme()
    until = format_instant(NOON + 30 * DAY)
    said = {"subject": "user:grace", "what": "power", "about": "", "due": until}
    desks.record(review_opened(NOON, "rev-1", said))

    assert of(desks, "user:grace")["access-review"] == "lapses"
    assert "access-review" not in of(desks, "user:grace", 29)


def test_who_is_suspended_or_has_left_is_due_for_nothing(desks: Desks) -> None:
    desks.programme()
    desks.record(person_left(NOON, "user:ada", "user:hedy", "end of contract"))
    desks.declare("user:max", suspended=True)

    assert of(desks, "user:ada") == of(desks, "user:max") == {}


def test_an_account_that_holds_a_power_makes_its_person_due(desks: Desks) -> None:
    desks.programme()
    desks.declare("user:sofia-too", account_of="user:sofia")
    found = due_duties(desks.state(), ("user:sofia-too",), 0)

    assert [one.person for one in found if one.duty == "access-review"] == [
        "user:sofia"
    ]
