"""Terms by themselves let nothing move down."""

from tests.declaring import TERMS


def test_terms_let_nothing_move_down_unless_they_say_so() -> None:
    assert TERMS.lowered == frozenset()
