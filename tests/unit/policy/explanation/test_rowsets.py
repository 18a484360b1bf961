from ringwall.policy.explanation.rowsets import by_count, by_first, members, row_set

A, B, C = 0b0011, 0b0110, 0b1010


def test_a_set_is_made_of_numbers_and_gives_them_back_in_order() -> None:
    numbers = [70, 3, 0, 3, 8]

    assert row_set(numbers, 71) == 1 << 70 | 1 << 8 | 1 << 3 | 1
    assert list(members(row_set(numbers, 71))) == [0, 3, 8, 70]
    assert row_set([], 0) == 0
    assert list(members(0)) == []


def test_rows_are_parted_by_how_many_sets_they_are_in() -> None:
    assert list(by_count(0b11111, [A, B, C])) == [0b10000, 0b1101, 0b0010]


def test_rows_that_were_not_asked_for_are_not_counted() -> None:
    assert list(by_count(0b0101, [A, B, C])) == [0b0101]
    assert list(by_count(0, [A, B, C])) == []


def test_without_sets_all_rows_are_alike() -> None:
    assert list(by_count(0b11, [])) == [0b11]
    assert list(by_first(0b11, [])) == [0b11]


def test_counts_beyond_a_power_of_two_stay_in_order() -> None:
    sets = [sum(1 << row for row in range(9) if row > at) for at in range(8)]

    assert list(by_count((1 << 9) - 1, sets)) == [1 << row for row in range(9)]


def test_rows_are_parted_by_the_first_set_they_are_in_the_last_first() -> None:
    assert list(by_first(0b11111, [A, B, C])) == [0b10000, 0b1000, 0b0100, 0b0011]


def test_parts_without_a_row_are_left_out() -> None:
    assert list(by_first(0b0011, [A, B, C])) == [0b0011]
