"""What is said of a row that differs; more of it in `test_rebuild`."""

import pytest

from ringwall.ledger.row_difference import Difference, row_difference
from ringwall.ledger.schema import PRUNING, QUORUM, TILE


def test_a_changed_field_is_named_with_both_values() -> None:
    found = row_difference(QUORUM, (7, 1, 60, 0), (7, 2, 60, 1))

    assert found == Difference(
        "quorum",
        "7",
        "row-changed",
        "need is `1`, the log says `2`; mandatory is `0`, the log says `1`",
    )


def test_a_row_on_one_side_only_is_told() -> None:
    assert row_difference(PRUNING, (7, 3), None).code == "row-unfounded"
    assert row_difference(PRUNING, None, (7, 3)).code == "row-missing"
    with pytest.raises(ValueError, match="not there"):
        row_difference(PRUNING, None, None)


def test_a_key_of_two_columns_is_told_whole() -> None:
    found = row_difference(TILE, (1, 4, b"", b""), None)

    assert (found.table, found.key) == ("tile", "1/4")
