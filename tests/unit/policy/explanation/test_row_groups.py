import pytest

from ringwall.policy.explanation.row_groups import Ladder, RowGroups, group_rows
from ringwall.policy.explanation.rowsets import members
from ringwall.policy.index import Row

ROWS: list[Row] = [
    ("row-000", "b", 3),
    ("row-001", None, 1),
    ("row-002", "a", 3),
    ("row-003", "b", 2),
    ("row-004", None, 3),
]


def _many(count: int) -> RowGroups:
    """Return rows whose numbers go down in steps of two, each twice."""
    rows: list[Row] = [(f"row-{at:04}", 2 * (at // 2)) for at in reversed(range(count))]
    return group_rows(rows, [1])


def test_groups_ascend_by_the_value_of_one_column_open_rows_first() -> None:
    groups = group_rows(ROWS, [1])

    assert [row[1] for row in groups.samples] == [None, "a", "b"]
    assert list(groups.starts) == [0, 2, 3, 5]
    assert list(groups.numbers) == [1, 4, 2, 0, 3]


def test_rows_alike_in_several_columns_make_one_group() -> None:
    groups = group_rows([*ROWS, ("row-005", "b", 3)], [1, 2])

    assert len(groups.samples) == 5
    assert list(members(groups.union([0]))) == [0, 5]


def test_without_columns_all_rows_are_one_group() -> None:
    groups = group_rows(ROWS, [])

    assert len(groups.samples) == 1
    assert groups.union([0]) == 0b11111


@pytest.mark.parametrize(
    ("value", "found"), [(None, [0]), ("a", [1]), ("b", [2]), ("ab", []), ("z", [])]
)
def test_a_group_is_found_by_its_value(value: str | None, found: list[int]) -> None:
    assert list(group_rows(ROWS, [1]).find(value)) == found


def test_what_no_row_holds_is_not_found() -> None:
    assert list(group_rows(ROWS, [2]).find(None)) == []
    assert list(group_rows([], [1]).find(None)) == []
    assert list(group_rows([], [1]).find("a")) == []


def test_small_and_large_groups_are_put_together_alike() -> None:
    rows: list[Row] = [(f"row-{at:04}", at % 3 or at) for at in range(3000)]
    groups = group_rows(rows, [1])
    wanted = {1, 2, 6, 2997}
    numbers = [at for at, row in enumerate(rows) if row[1] in wanted]

    assert 0 < len(groups.sets) < len(groups.samples)
    found = [at for value in wanted for at in groups.find(value)]
    assert list(members(groups.union(found))) == numbers


@pytest.mark.parametrize("count", [0, 1, 6, 128, 129, 1000])
def test_a_ladder_gives_the_rows_of_any_stretch_of_groups(count: int) -> None:
    groups = _many(count)
    ladder = Ladder.of(groups)
    end = len(groups.samples)

    for first, last in ((0, end), (end // 3, end), (0, end // 2), (end // 2, end // 2)):
        assert ladder.between(first, last) == groups.union(range(first, last))


def test_a_ladder_stays_short_however_many_groups_there_are() -> None:
    assert len(Ladder.of(_many(5000)).sums) <= 65


def test_the_step_at_which_a_test_turns_is_found() -> None:
    ladder = Ladder.of(_many(1000))

    def above_99(row: Row) -> bool:
        return isinstance(row[1], int) and row[1] > 99

    assert ladder.step(above_99, 0) == 50
    assert ladder.step(above_99, 60) == 60
    assert ladder.step(lambda _: False, 0) == 500
