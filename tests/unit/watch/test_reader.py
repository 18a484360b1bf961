"""The file of the rules: read strictly, each fault with its place, never no rules."""

import os
import shutil
from pathlib import Path

import pytest

from ringwall.base.errors import ConfigurationError, DeclarationError
from ringwall.pdp.pipeline import DecisionPoint
from ringwall.policy.bundle import compile_bundle
from ringwall.policy.folder import read_bundle
from ringwall.shipped import shipped_path
from ringwall.watch.reader import RULES_FILE, parse_rules, read_rules
from ringwall.watch.rules import KINDS, MAX_RULES, BreadthRule

ONE = """\
rules:
  - id: tries
    kind: denials
    by: subject
    severity: low
    told: somebody tries doors
    count: 3
    minutes: 10
    source: OWN
"""
FAULTS = {
    "rules: []\n": "1:8: no-rules",
    "{}\n": "1:1: missing-key",
    "rules:\n": "1:7: wrong-type",
    "- a\n": "1:1: wrong-type",
    "rules: 7\n": "1:8: wrong-type",
    "rules: [7]\n": "1:9: wrong-type",
    ONE + "more: 1\n": "10:7: unknown-key",
    ONE.replace("kind: denials", "kind: magic"): "3:11: unknown-word",
    ONE.replace("kind: denials", "kind: [denials]"): "3:11: unknown-word",
    ONE.replace("    kind: denials\n", ""): "2:5: missing-key",
    ONE.replace("count: 3", "count: many"): "7:12: wrong-type",
    ONE.replace("count: 3", "count: 1"): "7:12: wrong-value",
    ONE.replace("minutes: 10", "minute: 10"): "8:13: unknown-key",
    ONE.replace("severity: low", "severity: fatal"): "5:15: unknown-word",
    ONE.replace("source: OWN", "actions: [a.b, a.b]"): "9:14: item-twice",
    ONE + ONE.removeprefix("rules:\n"): "10:5: duplicate-id",
    "rules: [" + "{}," * (MAX_RULES + 1) + "]\n": "1:8: too-many-rules",
    "rules: *a\n": "1:8: yaml-alias",
    "rules: !x []\n": "1:8: yaml-tag",
    ONE.replace("count: 3", "count: 3\n    count: 4"): "8:5: yaml-duplicate-key",
    "": "file-empty",
}


@pytest.mark.parametrize(("text", "told"), FAULTS.items())
def test_each_fault_is_told_with_its_place(text: str, told: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        parse_rules(text.encode(), "rules.yaml")

    assert any(told in str(fault) for fault in caught.value.faults)
    assert caught.value.code in {"watch-rules-refused", "yaml-refused"}
    assert caught.value.exit_code == 3


def test_all_faults_are_told_at_once_but_not_without_end() -> None:
    bad = ONE.removeprefix("rules:\n").replace("count: 3", "count: 0")

    with pytest.raises(DeclarationError) as two:
        parse_rules(("rules:\n" + bad * 2).encode(), "rules.yaml")
    with pytest.raises(DeclarationError) as many:
        parse_rules(("rules:\n" + bad * 60).encode(), "rules.yaml")

    assert [fault.line for fault in two.value.faults] == [7, 15]
    assert "2 faults" in two.value.message
    assert many.value.faults[-1].code == "more-faults"


def test_rules_are_given_in_the_order_of_the_file() -> None:
    other = ONE.removeprefix("rules:\n").replace("id: tries", "id: again")

    assert [r.id for r in parse_rules((ONE + other).encode(), "x")] == [
        "tries",
        "again",
    ]


def test_a_missing_file_is_refused_and_never_taken_for_no_rules(
    tmp_path: Path,
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_rules(tmp_path)

    assert caught.value.code == "watch-rules-missing"
    assert f"copy `{RULES_FILE}`" in caught.value.next_step


def test_a_link_or_a_pipe_is_no_file_of_rules(tmp_path: Path) -> None:
    (tmp_path / "watch").mkdir()
    path = tmp_path / RULES_FILE
    path.symlink_to(shipped_path("watch") / "rules.yaml")

    with pytest.raises(ConfigurationError, match="can't be read"):
        read_rules(tmp_path)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(ConfigurationError, match="can't be read"):
        read_rules(tmp_path)


def test_the_shipped_rules_have_no_fault_and_are_of_all_kinds(tmp_path: Path) -> None:
    shutil.copytree(shipped_path("watch"), tmp_path / "watch")

    rules = read_rules(tmp_path)

    assert 10 <= len(rules) <= 30
    assert {rule.kind for rule in rules} == KINDS.keys()


def test_the_shipped_rules_find_forty_cases_in_an_hour() -> None:
    path = shipped_path("watch") / "rules.yaml"
    rules = parse_rules(path.read_bytes(), str(path))

    (cases,) = (rule for rule in rules if rule.id == "cases-in-an-hour")

    assert isinstance(cases, BreadthRule)
    assert (cases.count <= 40, cases.hours, cases.severity) == (True, 1, "high")


def test_the_shipped_rules_name_only_actions_that_policies_know() -> None:
    path = shipped_path("watch") / "rules.yaml"
    rules = parse_rules(path.read_bytes(), str(path))
    named = {a for rule in rules for a in getattr(rule, "actions", ())}
    compiled = compile_bundle(read_bundle(shipped_path("policies")))
    known = DecisionPoint(compiled.concerns, "three").actions

    assert named <= {*known}
