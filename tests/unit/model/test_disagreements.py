"""A disagreement names both answers."""

from ringwall.model.disagreements import Disagreement


def test_both_answers_stand_on_one_line() -> None:
    found = Disagreement("access", "permit by acc-021", "deny")

    assert str(found) == "compiled: permit by acc-021; Casbin: deny"
