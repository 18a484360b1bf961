import pytest

from ringwall.base.errors import PolicyError
from ringwall.policy.concern import Concern
from ringwall.policy.difference.stale_names import StaleName, stale_names
from ringwall.policy.reader import parse_concern
from tests.unit.policy.difference.test_case_changes import CASES
from tests.unit.policy.sample import edited

STALE = CASES.replace(
    "action: read}, expect: permit",
    "action: read}, expect: deny, rules: [row-777, row-777, row-002], why: [no-such]",
)


def _concern(cases: str) -> Concern:
    return parse_concern("base", edited() | {"cases.yaml": cases.encode()})


def test_cases_that_name_what_is_there_have_none() -> None:
    named = CASES.replace("expect: permit", "expect: permit, rules: [row-002]")

    assert stale_names("base", _concern(named), _concern(CASES)) == ()


def test_rules_and_reasons_that_are_not_there_are_named_once_for_each_side() -> None:
    old = StaleName("base", "guest", "old", 12, "rule", "row-777")
    reason = StaleName("base", "guest", "old", 12, "reason", "no-such")

    assert stale_names("base", _concern(STALE), _concern(CASES)) == (old, reason)
    assert [
        (item.side, item.name)
        for item in stale_names("base", _concern(CASES), _concern(STALE))
    ] == [("new", "row-777"), ("new", "no-such")]


def test_a_concern_that_one_side_lacks_has_none_there() -> None:
    assert len(stale_names("base", None, _concern(STALE))) == 2
    assert len(stale_names("base", _concern(STALE), None)) == 2
    assert stale_names("base", None, None) == ()


def test_cases_that_are_refused_stop_the_search() -> None:
    with pytest.raises(PolicyError):
        stale_names("base", None, _concern("none"))
