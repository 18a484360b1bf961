"""No minute holds more questions than the limits say, whichever way the clock goes."""

import threading
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.gate.rates import PERSON_RATE, POINT_RATE, Admission, Rates
from ringwall.model.places import Rate

SECOND = 1_000_000
NOON = 1_795_262_400 * SECOND
LIMITS = Rate(per_person=2, in_all=3)


def asked(rates: Rates, subject: str, seconds: float = 0) -> Admission:
    now = NOON + int(seconds * SECOND)
    return rates.admits(subject, "point:trainer", LIMITS, now)


def test_without_limits_nobody_is_counted() -> None:
    rates = Rates(most_tracked=0)

    answers = {rates.admits("user:ada", "point:trainer", None, NOON) for _ in range(9)}

    assert answers == {Admission()}


def test_a_person_may_ask_so_often_a_minute() -> None:
    rates = Rates()
    asked(rates, "user:ada")
    asked(rates, "user:ada", 30)

    refused = asked(rates, "user:ada", 59.9)

    assert refused == Admission("person-rate-exceeded", is_first=True, seconds=2)
    assert PERSON_RATE == "person-rate-exceeded"
    assert asked(rates, "user:alan", 59.9).code == ""
    assert asked(rates, "user:ada", 61).code == ""


def test_a_point_may_ask_so_often_a_minute() -> None:
    rates = Rates()
    for subject in ("user:ada", "user:alan", "user:grace"):
        assert asked(rates, subject).code == ""

    refused = asked(rates, "user:mary")

    assert refused == Admission("point-rate-exceeded", is_first=True, seconds=61)
    assert POINT_RATE == "point-rate-exceeded"


def test_points_are_counted_apart() -> None:
    rates = Rates()
    for _ in range(2):
        asked(rates, "user:ada")

    answer = rates.admits("user:ada", "point:serving", LIMITS, NOON)

    assert answer == Admission()


def test_only_the_first_refusal_within_a_minute_is_to_be_recorded() -> None:
    rates = Rates()
    for _ in range(2):
        asked(rates, "user:ada")

    told = [asked(rates, "user:ada", second).is_first for second in range(60)]

    assert told == [True] + [False] * 59


def test_in_another_minute_a_refusal_is_told_anew() -> None:
    rates = Rates()
    for start in (0, 100):
        for _ in range(2):
            assert asked(rates, "user:ada", start).code == ""
        assert asked(rates, "user:ada", start).is_first


def test_a_refused_question_does_not_count() -> None:
    rates = Rates()
    for second in range(60):
        asked(rates, "user:ada", second)

    assert asked(rates, "user:ada", 61).code == ""


def test_a_clock_set_back_lets_nobody_ask_more() -> None:
    rates = Rates()
    for _ in range(2):
        asked(rates, "user:ada", 3600)

    assert asked(rates, "user:ada", 0).code == PERSON_RATE
    assert asked(rates, "user:ada", 60).code == PERSON_RATE
    # Nor does it keep them out until it is where it was.
    assert asked(rates, "user:ada", 61).code == ""


def test_whoever_can_not_be_counted_is_refused() -> None:
    rates = Rates(most_tracked=1)
    asked(rates, "user:ada")

    assert asked(rates, "user:alan").code == POINT_RATE
    assert asked(rates, "user:mary").code == POINT_RATE
    assert asked(rates, "user:alan", 1).code == POINT_RATE
    assert asked(rates, "user:ada", 1).code == ""


def test_who_was_refused_for_want_of_room_may_be_first() -> None:
    full = Rates(most_tracked=0)

    assert asked(full, "user:ada") == Admission(POINT_RATE, is_first=True, seconds=61)


def test_after_a_minute_there_is_room_again() -> None:
    rates = Rates(most_tracked=1)
    asked(rates, "user:ada")

    assert asked(rates, "user:alan", 61).code == ""


def test_who_was_told_is_remembered_for_a_minute() -> None:
    rates = Rates(most_tracked=1)
    asked(rates, "user:ada", 0)
    asked(rates, "user:ada", 0)
    asked(rates, "user:ada", 60)  # refused, and told

    assert asked(rates, "user:alan", 61).code == POINT_RATE
    assert asked(rates, "user:alan", 121).code == ""


class Slow:
    """Every question that was admitted in the last minute, one by one."""

    def __init__(self) -> None:
        self.admitted: list[tuple[str, float]] = []

    def counts(self, real: float) -> Counter[str]:
        """Return how many of whom in the 60 seconds up to an instant of real time."""
        return Counter(who for who, at in self.admitted if real - at < 60)


steps = st.lists(
    st.tuples(
        st.sampled_from(["user:ada", "user:alan", "user:mary"]),
        st.floats(0, 40),
        st.sampled_from([0.0, 0.0, 0.0, -1000.0, -5.0]),
    ),
    max_size=60,
)


@given(steps)
def test_no_sixty_seconds_hold_more_than_the_limits(
    steps: list[tuple[str, float, float]],
) -> None:
    rates, slow = Rates(), Slow()
    real = told = 0.0
    for who, passing, jump in steps:
        real += passing
        told += passing + jump
        if not asked(rates, who, told).code:
            slow.admitted.append((who, real))
        counts = slow.counts(real)
        assert counts.total() <= LIMITS.in_all
        assert all(count <= LIMITS.per_person for count in counts.values())


@pytest.mark.parametrize("callers", [8])
def test_threads_together_get_no_more_than_one(callers: int) -> None:
    rates, limits = Rates(), Rate(per_person=100, in_all=100)
    admitted: list[str] = []

    def ask() -> None:
        answers = [
            rates.admits("user:ada", "point:trainer", limits, NOON) for _ in range(50)
        ]
        admitted.extend(answer.code for answer in answers if not answer.code)

    threads = [threading.Thread(target=ask) for _ in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(admitted) == 100
