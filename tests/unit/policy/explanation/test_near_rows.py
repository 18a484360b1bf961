from itertools import islice

import pytest

from ringwall.policy.explanation.near_rows import NearRows
from tests.oracle import explanation as oracle
from tests.unit.policy.sample import compiled, request

GUEST: dict[str, object] = {
    "subject_roles": ["guest"],
    "asset_kind": "note",
    "asset_owner": "org:x",
    "action": "read",
}


def near(**changes: object) -> tuple[NearRows, object]:
    concern = compiled()
    tests = concern._explainer._tests
    return NearRows.of(concern.concern, tests), request(concern.concern, **changes)


def test_only_rows_that_allow_are_asked_about() -> None:
    rows, _ = near()

    assert [rule.id for rule in rows.rules] == [f"row-00{at}" for at in range(1, 5)]


def test_each_condition_tells_the_rows_it_fails_for() -> None:
    rows, asked = near(**GUEST)
    concern = compiled().concern

    failing = rows.failing(asked)

    for at, found in enumerate(failing):
        for number, rule in enumerate(rows.rules):
            holds = oracle.holds(
                concern, concern.conditions[at].expression, rule, asked
            )
            assert found >> number & 1 == (not holds)


@pytest.mark.parametrize(
    ("identifying", "numbers"),
    [([], [3, 2, 0, 1]), ([1, 3, 6], [2, 3, 0, 1]), ([3], [2, 0, 3, 1])],
)
def test_rows_come_in_order_of_their_failures(
    identifying: list[int], numbers: list[int]
) -> None:
    rows, asked = near(**GUEST)

    assert list(rows.nearest(rows.failing(asked), identifying)) == numbers


def test_the_nearest_row_is_found_without_the_others() -> None:
    rows, asked = near(**GUEST)

    assert list(islice(rows.nearest(rows.failing(asked), [1, 3, 6]), 1)) == [2]


def test_rows_that_fail_where_nothing_can_be_changed_are_left_out() -> None:
    rows, asked = near(subject_level="L0", subject_roles=["guest"])
    failing = rows.failing(asked)

    assert list(rows.changeable(failing, {2: "subject.level"})) == []
    assert list(rows.changeable(failing, {0: "a", 2: "b"})) == [1]


def test_rows_for_which_fewer_attributes_change_come_first() -> None:
    rows, asked = near(**GUEST)
    failing = rows.failing(asked)
    every = range(len(failing))

    assert list(rows.changeable(failing, dict.fromkeys(every, "a"))) == [3, 0, 1, 2]
    apart = {at: str(at) for at in every}
    assert list(rows.changeable(failing, apart)) == list(rows.nearest(failing, []))


def test_a_concern_without_a_row_that_allows_has_no_near_rows() -> None:
    concern = compiled((", allow", ", deny"))
    rows = NearRows.of(concern.concern, concern._explainer._tests)
    failing = rows.failing(request(concern.concern))

    assert list(rows.nearest(failing, [1])) == []
    assert list(rows.changeable(failing, {})) == []
