"""The small rows of a watch: entry first, then its instant, in each of them."""

import typing

import pytest

from ringwall.ledger.asking.passed import Found, Left, Passed, Raised, Refused, Seen


@pytest.mark.parametrize("kind", [Seen, Left, Refused, Raised, Found])
def test_each_row_begins_with_where_and_when(kind: type[Passed]) -> None:
    assert kind._fields[:2] == ("entry", "at")
    assert kind in typing.get_args(Passed)
