"""No edit lowers a tier, and a tier holds only what it admits."""

from dataclasses import replace
from pathlib import Path

import pytest

from ringwall.base.errors import DeclarationError
from ringwall.registry.plan import Verb, plan_changes
from tests.declaring import TERMS, Files, described, verbs


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_a_tier_too_low_for_the_asset_is_refused(files: Files) -> None:
    text = "assets:\n- id: dataset:x\n  content: restricted\n  tier: lower\n"

    faults = files.faults(text)

    assert [(f.code, f.line) for f in faults] == [("tier-too-low", 4)]
    assert "needed internal" in faults[0].message


def test_a_tier_that_the_institute_lacks_is_refused(files: Files) -> None:
    text = "assets:\n- id: dataset:x\n  content: open\n  tier: third\n"

    assert files.fault(text) == ("tier-not-set-up", 4)
    three = replace(TERMS, setting="three")
    assert verbs(files.plan(text, terms=three)) == {"dataset:x": Verb.ADDED}


@pytest.mark.parametrize(("tier", "line"), [("  tier: lower\n", 4), ("", 2)])
def test_an_edit_never_lowers_a_tier(files: Files, tier: str, line: int) -> None:
    text = f"assets:\n- id: dataset:kept\n  content: internal\n{tier}"

    assert files.fault(text) == ("tier-lowered", line)


def test_an_edit_may_raise_a_tier_or_give_the_first(files: Files) -> None:
    plan = files.plan(
        "assets:\n- {id: dataset:open, content: open, tier: upper}\n"
        "- {id: dataset:new, content: internal, tier: lower}\n"
    )

    assert {c.entity: c.fields for c in plan.changes} == {
        "dataset:new": ("tier",),
        "dataset:open": ("tier",),
    }


def test_a_file_is_not_held_lower_under_another_name(tmp_path: Path) -> None:
    current = {
        doc.id: doc for doc, _ in described(tmp_path, "a", "upper")[0].documents()
    }

    with pytest.raises(DeclarationError) as caught:
        plan_changes(current, described(tmp_path, "b", "lower"), TERMS)
    higher = plan_changes(current, described(tmp_path, "c", "upper"), TERMS)

    assert [f.code for f in caught.value.faults] == ["weights-held-higher"]
    assert verbs(higher) == {"weights:c": Verb.ADDED}


def test_only_what_was_permitted_moves_down(files: Files) -> None:
    text = "assets:\n- id: dataset:kept\n  content: internal\n  tier: lower\n"
    permitted = replace(TERMS, lowered=frozenset({"dataset:kept"}))
    other = replace(TERMS, lowered=frozenset({"dataset:open"}))

    assert verbs(files.plan(text, terms=permitted)) == {"dataset:kept": Verb.CHANGED}
    assert files.fault(text, terms=other) == ("tier-lowered", 4)


def test_a_permit_to_move_down_does_not_take_the_tier_away(files: Files) -> None:
    text = "assets:\n- id: dataset:kept\n  content: internal\n"
    permitted = replace(TERMS, lowered=frozenset({"dataset:kept"}))

    assert files.fault(text, terms=permitted) == ("tier-lowered", 2)


def test_evaluations_are_against_thresholds_that_there_are(files: Files) -> None:
    text = """\
assets:
- id: weights:x
  content: open
  tier: lower
  compute: {low: "1", high: "1"}
  evaluations:
  - {threshold: own-line, finding: below}
  - {threshold: no-line, finding: below}
"""

    code, line, message = files.whole_fault(text)

    assert (code, line) == ("unknown-threshold", 8)
    assert message == "`evaluations`: `no-line` is no threshold of the threat models"
    known = text.replace("  - {threshold: no-line, finding: below}\n", "")
    assert verbs(files.plan(known)) == {"weights:x": Verb.ADDED}
