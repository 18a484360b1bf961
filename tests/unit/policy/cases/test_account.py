import pytest

from ringwall.policy.cases.account import account_of
from ringwall.policy.cases.case_file import Case
from ringwall.policy.cases.cases import CaseResult
from ringwall.policy.outcome import FailedCondition, NearRow, Outcome

CASE = Case("a-case", 7, object(), permit=True, rules=None, why=None)
DENY = Outcome(permitted=False, rules=())
LEVEL = FailedCondition("level", "level-too-low", "too low", "L0", "L1 or higher")
FLAG = FailedCondition("flag", "", "", "true", "false")


def _account(*because: NearRow, outcome: Outcome = DENY, place: str = "") -> list[str]:
    result = CaseResult(CASE, outcome, ("expected permit",), because)
    return list(account_of(result, place))


def test_a_near_row_is_told_with_each_condition_that_failed() -> None:
    row = NearRow("row-001", "base/policy.csv", 4, "allow", (LEVEL, FLAG))

    assert _account(row, place="policies/") == [
        "row `row-001` at policies/base/policy.csv:4 comes near, but fails",
        "  level: L0; needs L1 or higher (level-too-low)",
        "  flag: true; needs false",
    ]


@pytest.mark.parametrize(
    ("effect", "told"), [("allow", "allows it"), ("deny", "denies it")]
)
def test_a_row_that_decided_is_told_with_what_it_does(effect: str, told: str) -> None:
    row = NearRow("row-001", "base/policy.csv", 4, effect, ())

    assert _account(row) == [f"row `row-001` at base/policy.csv:4 {told}"]


def test_where_no_row_allows_anything_that_is_said() -> None:
    assert _account() == ["no row allows anything"]


def test_what_could_not_be_evaluated_has_no_rows_to_tell_of() -> None:
    assert _account(outcome=Outcome(permitted=False, rules=(), error="broken")) == []


def test_a_case_without_problems_is_not_explained() -> None:
    assert account_of(CaseResult(CASE, DENY, ())) == ()
