"""What has left: every amount counts in its window, once, whatever the clocks say."""

import pytest

from ringwall.ledger.basis import Basis
from ringwall.ledger.spending import Spending, Spent
from ringwall.model.events import Event, amount_left
from ringwall.model.requests import AccessRequest
from tests.fault.ledger_simulator import sealed
from tests.matter_events import MATTERS

NOW = 1_800_000_000_000_000
SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR


def left(
    size: int,
    *,
    ago: int = 0,
    subject: str = "org:ada",
    resource: str = "weights:w",
    point: str = "point:p",
    copies: int = 0,
) -> Event:
    """Return an amount that left some microseconds before `NOW`."""
    request = AccessRequest(subject, "weights.read", resource, point)
    return amount_left(NOW - ago, "dec-1", request, size, copies)


def spending(*events: Event) -> Spending:
    """Return what these amount to, as entries 0, 10, 20 and so on."""
    made = Spending()
    made.take_in(
        (10 * number, sealed(event).leaf, event) for number, event in enumerate(events)
    )
    return made


def spent(made: Spending, now: int = NOW) -> Spent:
    return made.before("org:ada", "weights:w", "point:p", now)


def test_where_nothing_has_left_nothing_is_spent() -> None:
    assert spent(Spending()) == (0, 0, 0, 0)
    assert Spending().basis().last == -1


def test_an_amount_counts_for_its_point_its_subject_and_its_asset() -> None:
    made = spending(
        left(1),
        left(10, point="point:q"),
        left(100, subject="org:bob"),
        left(1000, resource="weights:v"),
    )

    assert spent(made) == Spent(hour=1101, month=1011, year=111, copies=0)


def test_who_has_copied_what_is_known_by_the_decision() -> None:
    made = spending(left(7), left(7, resource="weights:v", copies=1))
    copied = ("dec-1", "org:ada", "weights:v", "point:p")

    assert made.has_copied(*copied)
    for place, other in enumerate(("dec-2", "org:bob", "weights:w", "point:q")):
        stray = (*copied[:place], other, *copied[place + 1 :])
        assert not made.has_copied(*stray)
    assert not made.has_copied("", *copied[1:])


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        (0, (7, 7, 7)),
        (HOUR, (7, 7, 7)),
        (HOUR + 1, (0, 7, 7)),
        (30 * DAY, (0, 7, 7)),
        (30 * DAY + 1, (0, 0, 7)),
        (365 * DAY, (0, 0, 7)),
        (365 * DAY + 1, (0, 0, 0)),
    ],
)
def test_an_amount_counts_until_its_window_has_passed(
    ago: int, expected: tuple[int, int, int]
) -> None:
    assert spent(spending(left(7, ago=ago)))[:3] == expected


def test_what_another_clock_has_put_later_counts_too() -> None:
    assert spent(spending(left(7, ago=-HOUR))) == (7, 7, 7, 0)


def test_amounts_out_of_order_are_added_up_by_their_instants() -> None:
    made = spending(
        left(1, ago=SECOND),
        left(10, ago=3 * HOUR),
        left(100, ago=2 * HOUR),
        left(1000, ago=40 * DAY),
        left(10_000, ago=2 * HOUR),
    )

    assert spent(made) == (1, 10_111, 11_111, 0)
    assert spent(made, NOW - HOUR).hour == 10_101
    assert spent(made, NOW - 2 * HOUR).hour == 10_111


def test_copies_never_lapse() -> None:
    made = spending(left(0, copies=1, ago=900 * DAY), left(0, copies=1))

    assert spent(made) == (0, 0, 0, 2)


def test_an_amount_known_already_is_not_taken_in_again() -> None:
    made = spending(left(7), left(8))
    again = left(8)
    made.take_in([(0, sealed(left(7)).leaf, left(7))])
    made.take_in([(10, sealed(again).leaf, again)])

    assert spent(made).hour == 15


def test_the_basis_is_that_of_the_amounts_and_moves_on_its_own() -> None:
    events = [left(7), left(8)]
    made = spending(*events)
    expected = Basis()
    expected.put_in_force(
        [(10 * number, sealed(event).leaf) for number, event in enumerate(events)]
    )

    basis = made.basis()
    basis.put_in_force([(99, bytes(32))])

    assert (made.basis().last, made.basis().tally) == (10, expected.tally)


def test_what_is_no_amount_is_handed_on_in_the_order_of_the_log() -> None:
    heard: list[tuple[int, str]] = []
    made = Spending(lambda index, event: heard.append((index, event["kind"])))
    events = [MATTERS[0], left(5), MATTERS[1]]
    entries = [(n, sealed(event).leaf, event) for n, event in enumerate(events)]
    made.take_in(entries)
    made.take_in(entries)

    assert heard == [(0, "request.opened"), (2, "request.approved")]
    assert made.basis().last == 2
    assert spent(made).hour == 5


def test_without_a_listener_matters_count_for_the_basis_alone() -> None:
    made = Spending()
    made.take_in([(4, sealed(MATTERS[0]).leaf, MATTERS[0])])

    assert made.basis().last == 4
    assert spent(made) == (0, 0, 0, 0)


def since(made: Spending, name: str, ids: tuple[str, ...], *points: str) -> int:
    """Return what left on some accounts in an hour, through some points if named."""
    return made.since(
        name, ids, lambda point: not points or point in points, NOW - HOUR
    )


def test_accounts_are_added_up_together_and_by_the_points_that_count() -> None:
    made = spending(
        left(1),
        left(10, point="point:q"),
        left(100, subject="org:bob"),
        left(1000, resource="weights:v", point="point:q"),
        left(10_000, ago=HOUR + 1),
    )

    assert since(made, "subject", ("org:ada",)) == 1011
    assert since(made, "subject", ("org:ada", "org:bob")) == 1111
    assert since(made, "subject", ("org:ada",), "point:q") == 1010
    assert since(made, "resource", ("weights:w",), "point:p") == 101
    assert since(made, "resource", ("weights:w", "weights:v"), "point:q") == 1010
    assert since(made, "point", made.points()) == 1111
    assert since(made, "point", made.points(), "point:p") == 101
    assert since(made, "point", ("point:none",)) == 0
    assert since(Spending(), "subject", ("org:ada",)) == 0


def test_the_points_are_those_that_something_left_through() -> None:
    made = spending(left(1, point="point:q"), left(0), left(1, point="point:q"))

    assert sorted(made.points()) == ["point:p", "point:q"]
    assert Spending().points() == ()
