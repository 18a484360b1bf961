"""Cases are read once for each model and cases.yaml, and never of other files."""

import pytest

from ringwall.base.errors import PolicyError
from ringwall.policy.concern import Concern
from ringwall.policy.difference.difference import compare_bundles
from ringwall.policy.difference.known_cases import KnownCases
from ringwall.policy.reader import parse_concern
from tests.unit.policy.difference.test_case_changes import CASES
from tests.unit.policy.difference.test_difference import HIGHER, _bundle
from tests.unit.policy.sample import edited


def _concern(*edits: tuple[str, str], cases: str = CASES) -> Concern:
    return parse_concern("base", edited(*edits) | {"cases.yaml": cases.encode()})


def test_the_same_cases_are_read_once_whatever_the_rows_say() -> None:
    known = KnownCases()

    first = known.of(_concern())

    assert known.of(_concern()) is first
    assert known.of(_concern(("L1, ", "L2, "))) is first


def test_other_cases_or_another_model_are_read_anew() -> None:
    known = KnownCases()
    renamed = CASES.replace("id: guest", "id: visitor")
    reworded = ("the person is below", "that person is below")

    first = known.of(_concern())

    assert known.of(_concern(cases=renamed)).cases[1].id == "visitor"
    assert known.of(_concern(reworded)) is not first


def test_a_concern_without_cases_has_none() -> None:
    assert KnownCases().of(parse_concern("base", edited())).cases == ()


def test_cases_that_are_refused_are_refused_each_time_under_the_name_asked_for() -> (
    None
):
    known, broken = KnownCases(), _concern(cases="none")

    for place in ("old/base", "new/base"):
        with pytest.raises(PolicyError) as caught:
            known.of(broken, place)
        assert caught.value.faults[0].file == f"{place}/cases.yaml"


def test_a_comparison_says_the_same_with_cases_known_before() -> None:
    old, new = _bundle(), _bundle(HIGHER)
    known = KnownCases()
    for bundle in (old, new):
        for concern in bundle.concerns.values():
            known.of(concern, "a folder")

    assert compare_bundles(old, new, known) == compare_bundles(old, new)
