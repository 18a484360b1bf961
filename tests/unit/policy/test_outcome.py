import pytest

from ringwall.policy.outcome import FailedCondition, NearRow, Outcome


def test_outcomes_are_values() -> None:
    assert Outcome(permitted=True, rules=("a",)) == Outcome(
        permitted=True, rules=("a",)
    )
    assert Outcome(permitted=False, rules=()).error == ""


def test_near_row_lists_failed_conditions() -> None:
    failed = FailedCondition(
        "site", "site-low", "the site is low", "SL1", "SL3 or higher"
    )
    row = NearRow("acc-001", "access/policy.csv", 3, "allow", (failed,))

    assert row.failed[0].needed == "SL3 or higher"


def test_outcome_can_not_be_changed() -> None:
    outcome = Outcome(permitted=False, rules=())

    with pytest.raises(AttributeError):
        outcome.permitted = True  # type: ignore[misc]  # that it is frozen is the point
