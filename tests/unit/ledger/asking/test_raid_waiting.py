from ringwall.base.clock import format_instant
from ringwall.ledger.asking.raid_waiting import (
    NEVER,
    QueueTerms,
    Waiting,
    rank_index,
    waited,
)
from ringwall.raid.queue.order import DAY, ranks
from tests.example import NOON

LIFTED = tuple(NOON - step * 14 * DAY for step in range(1, 12))
TERMS = QueueTerms(NOON + 7 * DAY, LIFTED, ranks())


def _item(since: int, host_due: int | None = None) -> Waiting:
    due = "" if host_due is None else format_instant(host_due)
    head = ("case:c-1", "case", 1, "new", "red", "", "", 0, format_instant(since))
    return waited(Waiting(*head, due, due, 0, 0, 0, 0, 0, 0), TERMS)


def test_a_horizon_counts_to_the_end_of_its_second() -> None:
    assert QueueTerms(NOON + 1, LIFTED, ranks()).soon == format_instant(
        NOON + 1_000_000
    )
    assert QueueTerms(NOON, LIFTED, ranks()).soon == format_instant(NOON)


def test_the_rank_of_each_combination_has_a_place_of_its_own() -> None:
    places = {
        rank_index(priority, owned, compute, reach, steps)
        for priority in range(5)
        for owned in range(2)
        for compute in range(4)
        for reach in range(5)
        for steps in range(12)
    }

    assert places == set(range(2400))
    assert len(ranks()) == 2 * 2400


def test_each_rung_that_is_passed_lifts_by_a_step() -> None:
    steps = [_item(NOON - days * DAY).steps for days in (0, 13, 14, 15, 28, 154, 900)]

    assert steps == [0, 0, 1, 1, 2, 11, 11]


def test_only_a_clock_of_the_host_within_the_horizon_is_owed() -> None:
    far, soon, late = (_item(NOON, NOON + days * DAY) for days in (8, 7, -3))

    assert (far.is_host_owed, far.host) == (False, NEVER)
    assert (soon.is_host_owed, soon.host) == (True, soon.host_due)
    assert late.is_host_owed
    assert not _item(NOON).is_host_owed


def test_the_key_has_the_least_in_front() -> None:
    plain, owed = _item(NOON), _item(NOON, NOON + DAY)

    assert owed.key < plain.key
    assert _item(NOON - DAY).key < plain.key
