"""Files that were made to be slow are refused in few steps, whatever their size.

A step is the call of one function, in Python or in C. Counting them says the same on
every machine, which seconds would not.
"""

import sys
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

import pytest

from ringwall.base.errors import PolicyError
from ringwall.base.yaml_tree import parse_yaml
from ringwall.policy.cases.case_file import read_cases
from ringwall.policy.compiler import compile_concern
from ringwall.policy.dialect import MAX_CASE_VALUES, MAX_FAULTS
from ringwall.policy.reader import parse_concern
from ringwall.policy.reference import ReferenceConcern
from tests.conformance.policy_vectors import base_files
from tests.fault.hostile_files import CASES, MODELS, TABLES
from tests.unit.policy.sample import request, sample

pytestmark = pytest.mark.usefixtures("uncounted")

MAX_STEPS = 1_000_000
"""Most steps to refuse a file; the good concern takes about ten thousand."""


class _Steps:
    """Counts the calls made while it is entered."""

    def __init__(self) -> None:
        self.count = 0

    def __enter__(self) -> "_Steps":
        self._before = sys.getprofile()
        sys.setprofile(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(self._before)

    def _note(self, _frame: FrameType, event: str, _argument: object) -> None:
        if event in {"call", "c_call"}:
            self.count += 1


def _check(files: Mapping[str, bytes], code: str, read: Callable[..., Any]) -> None:
    with pytest.raises(PolicyError) as caught, _Steps() as steps:
        read(files)

    faults = caught.value.faults
    assert code in {fault.code for fault in faults}
    assert all(fault.file and fault.code and fault.message for fault in faults)
    assert len(faults) <= MAX_FAULTS + 1
    assert max(len(str(fault)) for fault in faults) < 2000
    assert steps.count < MAX_STEPS


def _parse(files: Mapping[str, bytes]) -> None:
    parse_concern("base", files)


@pytest.mark.parametrize("name", MODELS)
def test_hostile_model_is_refused_in_few_steps(name: str) -> None:
    make, code = MODELS[name]

    _check({**base_files(), "model.conf": make().encode()}, code, _parse)


@pytest.mark.parametrize("name", TABLES)
def test_hostile_table_is_refused_in_few_steps(name: str) -> None:
    make, code = TABLES[name]
    model, table = make()

    files = {"model.conf": model.encode(), "policy.csv": table.encode()}
    _check(files, code, _parse)


@pytest.mark.parametrize("name", CASES)
def test_hostile_cases_are_refused_in_few_steps(name: str) -> None:
    make, code = CASES[name]
    concern, data = sample(), make().encode()

    _check({}, code, lambda _: read_cases(concern, "cases.yaml", data))


def test_cases_take_few_steps_for_each_of_their_values() -> None:
    data = f"cases: [{'{a: b},' * 5000}]".encode()

    with _Steps() as steps:
        parse_yaml(data, "cases.yaml", max_bytes=len(data))

    assert steps.count < 40 * 15_000


def test_cases_of_more_values_than_allowed_are_refused() -> None:
    data = f"cases: [{'a,' * MAX_CASE_VALUES}]".encode()

    with pytest.raises(PolicyError) as caught:
        read_cases(sample(), "cases.yaml", data)

    assert [fault.code for fault in caught.value.faults] == ["yaml-too-many"]


def test_largest_table_takes_few_steps_for_each_of_its_rows() -> None:
    row = (
        "p, row-{:06}, junior, data, L0, org:n{}, *, 2030-01-01T00:00:00Z, read, allow"
    )
    rows = [row.format(number, number) for number in range(20_000)]
    table = "\n".join(rows) + "\n"

    with _Steps() as steps:
        concern = parse_concern("base", {**base_files(), "policy.csv": table.encode()})

    assert len(concern.rules) == 20_000
    assert steps.count < 40 * len(rows)


def test_rows_that_contradict_each_other_load_and_the_one_that_denies_wins() -> None:
    deny = (
        "p, row-901, senior, data, L1, org:hub, 1e6, 2030-01-01T00:00:00Z, write, deny"
    )
    files = {**base_files()}
    files["policy.csv"] += f"{deny}\n".encode()
    concern = parse_concern("base", files)
    asked = request(concern)

    compiled = compile_concern(concern)
    (row,) = compiled.explain(asked, 1)
    assert compiled.decide(asked).rules == ("row-901",)
    assert (row.rule, row.effect, row.failed) == ("row-901", "deny", ())
    assert not ReferenceConcern(concern).decide(asked).permitted
