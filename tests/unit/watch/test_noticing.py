"""Working hours in a zone, first uses, and bytes added up over a window."""

import pytest

from ringwall.base.clock import parse_instant
from ringwall.watch.noticing import FirstUse
from tests.watched import AT, DAY, HOUR, MINUTE, found, left, rule, seen

WEEK = ["mon", "tue", "wed", "thu", "fri"]


def at(text: str) -> int:
    """Return an instant."""
    return parse_instant(text)


@pytest.mark.parametrize(
    ("instant", "is_off"),
    [
        ("2027-01-15T06:59:59Z", True),
        ("2027-01-15T07:00:00Z", False),
        ("2027-01-15T18:59:59Z", False),
        ("2027-01-15T19:00:00Z", True),
        ("2027-01-16T12:00:00Z", True),
        ("2027-01-17T12:00:00Z", True),
        ("2027-01-18T12:00:00Z", False),
    ],
)
def test_work_is_on_working_days_from_the_first_minute_to_the_last(
    instant: str, *, is_off: bool
) -> None:
    told = found(seen(3, at(instant)), by=rule("off-hours"))

    assert [one.entries for one in told] == [(3,)] * is_off


@pytest.mark.parametrize(
    ("instant", "is_off"),
    [
        # Brussels is an hour ahead in winter, two in summer.
        ("2027-01-15T06:30:00Z", False),
        ("2027-01-15T18:30:00Z", True),
        ("2027-07-15T05:30:00Z", False),
        ("2027-07-15T17:30:00Z", True),
        # The clocks change on 2027-03-28 at 01:00 UTC, a Sunday.
        ("2027-03-26T06:00:00Z", False),
        ("2027-03-29T05:00:00Z", False),
        ("2027-03-26T05:59:00Z", True),
        ("2027-03-29T04:59:00Z", True),
    ],
)
def test_hours_are_those_of_the_zone_in_summer_and_in_winter(
    instant: str, *, is_off: bool
) -> None:
    by = rule("off-hours", zone="Europe/Brussels")

    assert len(found(seen(3, at(instant)), by=by)) == is_off


@pytest.mark.parametrize(
    ("instant", "is_off"),
    [
        ("2027-01-15T21:59:00Z", True),
        ("2027-01-15T22:00:00Z", False),
        ("2027-01-16T05:59:00Z", False),  # the shift of Friday
        ("2027-01-16T06:00:00Z", True),
        ("2027-01-16T22:30:00Z", True),
        ("2027-01-18T05:00:00Z", True),  # the shift of Sunday
    ],
)
def test_a_night_shift_belongs_to_the_day_on_which_it_began(
    instant: str, *, is_off: bool
) -> None:
    by = rule("off-hours", from_="22:00", until="06:00")

    assert len(found(seen(3, at(instant)), by=by)) == is_off


def test_a_night_of_permits_is_told_once_with_its_local_time() -> None:
    start = at("2027-01-15T22:10:00Z")
    by = rule("off-hours", zone="Asia/Kolkata")

    told = found(*[seen(n, start + n * HOUR) for n in range(30)], by=by)

    assert [one.entries for one in told] == [(0,), (12,), (24,)]
    assert told[0].told == "so it is: weights.read at 03:40 Asia/Kolkata"


def test_denials_and_other_actions_are_no_work_at_night() -> None:
    night = at("2027-01-15T03:00:00Z")

    assert found(seen(0, night, effect="deny"), by=rule("off-hours")) == []
    assert found(seen(0, night, action="raid.read"), by=rule("off-hours")) == []


def test_the_first_use_of_an_action_is_told_and_no_other() -> None:
    rows = [
        seen(0, AT, action="weights.copy", effect="deny"),
        seen(1, AT),
        seen(2, AT, action="weights.copy"),
        seen(3, AT, action="weights.copy"),
        seen(4, AT, action="weights.copy", subject="user:bob"),
    ]

    told = found(*rows, by=rule("first-use"))

    assert [(one.subject, one.entries) for one in told] == [
        ("user:ada", (2,)),
        ("user:bob", (4,)),
    ]
    assert told[0].told == "so it is: weights.copy on weights:aurora-2"


def test_each_action_has_a_first_use_of_its_own() -> None:
    by = rule("first-use", actions=["weights.copy", "weights.export"])
    rows = [seen(0, AT, action="weights.copy"), seen(1, AT, action="weights.export")]

    assert len(found(*rows, *rows, by=by)) == 2


def test_a_newcomer_is_not_told_where_only_the_known_are() -> None:
    by = rule("first-use", known_days=30)
    old = [seen(0, AT, action="raid.read"), seen(1, AT + 30 * DAY)]
    copy = seen(2, AT + 30 * DAY, action="weights.copy")
    newcomer = copy._replace(subject="user:bob")

    told = found(*old, copy, newcomer, by=by)

    assert [one.subject for one in told] == ["user:ada"]
    early = copy._replace(at=AT + 30 * DAY - 1)
    assert found(*old[:1], early, by=by) == []


def test_who_was_only_ever_denied_is_not_known() -> None:
    by = rule("first-use", known_days=30)
    copy = seen(2, AT + 30 * DAY, action="weights.copy")

    assert found(seen(0, AT, effect="deny"), copy, by=by) == []


def test_uses_are_remembered_of_so_many_subjects_only() -> None:
    judge = FirstUse(rule("first-use"), most=2)
    copy = seen(0, AT, action="weights.copy")

    told = [
        judge.look(copy._replace(subject=f"user:{name}"), AT) is not None
        for name in "abcba"
    ]

    assert told == [True, True, True, False, True]


def test_bytes_are_told_when_they_come_near_to_the_limit() -> None:
    rows = [left(n, AT + n * MINUTE, 200) for n in range(6)]

    (one,) = found(*rows, by=rule("budget"))

    assert (one.subject, one.count) == ("point:trainer", 4)
    assert one.entries == (0, 1, 2, 3)
    assert one.told == "so it is: 800 of 1,000 bytes within 3 min"


def test_bytes_of_another_hour_point_or_subject_are_not_added_up() -> None:
    apart = [left(n, AT + n * 20 * MINUTE, 200) for n in range(12)]
    points = [left(n, AT, 200, point=f"point:p{n}") for n in range(4)]

    assert found(*apart, by=rule("budget")) == []
    assert found(*points, by=rule("budget")) == []
    (one,) = found(*points, by=rule("budget", of="subject"))
    assert one.subject == "user:ada"


def test_a_budget_that_stays_spent_is_told_once_a_window() -> None:
    rows = [left(n, AT + n * MINUTE, 100) for n in range(180)]

    told = found(*rows, by=rule("budget"))

    assert [one.last - AT for one in told] == [7 * MINUTE, 67 * MINUTE, 127 * MINUTE]
    assert [one.count for one in told][1:] == [60, 60]
    named = [entry for one in told for entry in one.entries]
    assert len(named) == len(set(named))


def test_steps_that_clocks_made_stale_are_forgotten() -> None:
    rows = [
        left(0, AT + 2 * HOUR, 300),
        left(1, AT, 300),
        left(2, AT + 30 * MINUTE, 300),
        left(3, AT + 90 * MINUTE, 300),
    ]

    assert found(*rows, by=rule("budget", percent=90)) == []


def test_a_whole_budget_at_once_is_one_finding() -> None:
    (one,) = found(left(7, AT, 5000), by=rule("budget"))

    assert (one.entries, one.count) == ((7,), 1)


def test_accounts_of_one_natural_person_are_one_in_each_rule() -> None:
    persons = {"user:ada-2": "user:ada"}
    night = at("2027-01-15T03:00:00Z")
    rows = [seen(0, night), seen(1, night + 1, subject="user:ada-2")]
    assert len(found(*rows, by=rule("off-hours"))) == 2
    assert len(found(*rows, by=rule("off-hours"), persons=persons)) == 1

    copies = [row._replace(action="weights.copy") for row in rows]
    assert len(found(*copies, by=rule("first-use"))) == 2
    assert len(found(*copies, by=rule("first-use"), persons=persons)) == 1

    sent = [left(0, AT, 500), left(1, AT + 1, 500, subject="user:ada-2")]
    by = rule("budget", of="subject")
    assert found(*sent, by=by) == []
    (one,) = found(*sent, by=by, persons=persons)
    assert (one.subject, one.entries) == ("user:ada-2", (0, 1))


def test_what_clocks_have_made_stale_is_named_no_more() -> None:
    by = rule("budget", hours=24)
    sent = [left(0, AT, 400), left(1, AT - 20 * HOUR, 100)]

    assert found(*sent, by=by) == []
    (one,) = found(*sent, left(2, AT + 5 * HOUR, 500), by=by)
    assert (one.count, one.entries) == (2, (0, 2))
