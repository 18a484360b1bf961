"""Each pitfall of stock Casbin ends in a refusal, a deny with a reason, or a guard."""

import ast
from pathlib import Path

import pytest

from ringwall.base.errors import PolicyError
from ringwall.policy.compiler import compile_concern
from ringwall.policy.reader import parse_concern
from tests.architecture.sources import ROOT, modules
from tests.conformance.pitfalls import PITFALLS, Pitfall, pitfall_table, read_pitfall

PAGE = ROOT / "docs" / "dialect.md"
_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
ALL = [read_pitfall(path) for path in PITFALLS]


def _having(name: str) -> pytest.MarkDecorator:
    chosen = [pitfall for pitfall in ALL if getattr(pitfall, name)]
    ids = [f"{pitfall.number:02}-{pitfall.name}" for pitfall in chosen]
    return pytest.mark.parametrize("pitfall", chosen, ids=ids)


def test_there_are_forty_five_pitfalls_numbered_in_order() -> None:
    assert [pitfall.number for pitfall in ALL] == list(range(1, 46))


def test_each_pitfall_has_something_that_stands_against_it() -> None:
    bare = [
        pitfall.name
        for pitfall in ALL
        if not (pitfall.at or pitfall.ask or pitfall.absent or pitfall.tests)
    ]

    assert bare == []


@_having("at")
def test_files_are_refused_for_the_one_fault_that_is_expected(pitfall: Pitfall) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_concern("base", pitfall.files)

    found = [
        (fault.code, f"{fault.file}:{fault.line}") for fault in caught.value.faults
    ]
    assert found == [(pitfall.expect, f"base/{pitfall.at}")]


@_having("ask")
def test_request_is_refused_or_denied_with_a_reason(pitfall: Pitfall) -> None:
    concern = parse_concern("base", pitfall.files)
    assert pitfall.ask is not None
    assert pitfall.expect == "deny"

    if pitfall.error:
        with pytest.raises(ValueError, match=r"^`") as caught:
            concern.schema.request_from(pitfall.ask)
        assert str(caught.value) == pitfall.error
        return

    asked = concern.schema.request_from(pitfall.ask)
    compiled = compile_concern(concern)
    outcome = compiled.decide(asked)
    nearest = compiled.explain(asked, 1)[0]
    assert (outcome.permitted, outcome.rules, outcome.error) == (
        False,
        pitfall.rules,
        "",
    )
    assert tuple(failed.code for failed in nearest.failed) == pitfall.why
    assert pitfall.rules or pitfall.why


@_having("absent")
def test_nothing_in_the_product_has_the_name(pitfall: Pitfall) -> None:
    defined = {
        node.name
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, _FUNCTION | ast.ClassDef)
    }

    assert defined & set(pitfall.absent) == set()


@_having("tests")
def test_each_test_that_a_pitfall_names_is_one_that_runs(pitfall: Pitfall) -> None:
    for name in pitfall.tests:
        file, _, function = name.partition("::")
        path = ROOT / file
        tree = ast.parse(path.read_text("utf-8"))
        collected = {node.name for node in tree.body if isinstance(node, _FUNCTION)}

        assert file.startswith("tests/")
        assert path.match("test_*.py")
        assert function in collected
        assert function.startswith("test_")


def test_the_page_on_the_dialect_lists_every_pitfall() -> None:
    assert pitfall_table() in PAGE.read_text("utf-8")


def test_pitfall_files_are_where_the_vectors_are() -> None:
    assert {path.parent for path in PITFALLS} == {
        Path(__file__).parent / "vectors" / "policy" / "pitfalls"
    }
