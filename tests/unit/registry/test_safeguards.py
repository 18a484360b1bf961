"""Whoever trains does not evaluate the training; whoever assesses it is fit to."""

from pathlib import Path

import pytest

from ringwall.registry.plan import Verb
from tests.declaring import BASE, Files, verbs

DATES = 'from: "2026-01-01T00:00:00Z", until: "2027-01-01T00:00:00Z"'
MORE = (
    "- {id: org:office, relation: eu-institution}\n"
    "- {id: org:stopped, relation: eu-institution, suspended: true}\n"
    "- {id: org:unseen, relation: assessor}\n"
    "- {id: org:inspect, relation: assessor, evidence: ["
    f"{{kind: screening, assessor: a board, {DATES}}}, "
    f"{{kind: agreement, assessor: a board, {DATES}}}]}}\n"
)
KINDS = ["security-evaluation", "alignment-evaluation", "on-premise-evaluator"]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path, BASE.replace("people:\n", MORE + "people:\n"))


def run(kind: str, assessor: str) -> str:
    return f"""\
assets:
- id: run:x
  content: open
  tier: lower
  compute: {{low: "1e26", high: "2e26"}}
  developer: org:partner
  safeguards:
  - kind: {kind}
    assessor: {assessor}
    from: "2026-01-01T00:00:00Z"
    until: "2027-01-01T00:00:00Z"
"""


@pytest.mark.parametrize("kind", KINDS)
def test_a_developer_does_not_vouch_for_its_own_run(files: Files, kind: str) -> None:
    code, line, message = files.whole_fault(run(kind, "org:partner"))

    assert (code, line) == ("safeguard-not-independent", 9)
    assert message.endswith(f"trains `run:x`, and its {kind} is by itself")


@pytest.mark.parametrize(
    ("kind", "assessor"),
    [
        ("notice", "org:partner"),
        ("notice", "org:institute"),
        ("security-evaluation", "org:inspect"),
        ("alignment-evaluation", "org:inspect"),
        ("on-premise-evaluator", "org:office"),
    ],
)
def test_notice_is_its_own_and_the_rest_is_others(
    files: Files, kind: str, assessor: str
) -> None:
    assert verbs(files.plan(run(kind, assessor))) == {"run:x": Verb.ADDED}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("assessor", "told"),
    [
        ("org:institute", "its relation is `institute`"),
        ("org:stopped", "is suspended"),
        ("org:unseen", "has no screening in date"),
    ],
)
def test_an_evaluation_is_by_a_fit_assessor(
    files: Files, kind: str, assessor: str, told: str
) -> None:
    code, line, message = files.whole_fault(run(kind, assessor))

    assert (code, line) == ("assessor-unfit", 9)
    assert told in message


def test_an_evaluation_on_record_is_not_judged_again(tmp_path: Path) -> None:
    text = run(KINDS[0], "org:unseen")
    base = BASE.replace("people:\n", MORE + "people:\n").replace("assets:\n", text)
    files = Files(tmp_path, base)

    plan = files.plan(text + "  note: as it was\n")

    assert verbs(plan) == {"run:x": Verb.CHANGED}


def test_an_evaluation_is_judged_again_where_another_trains(tmp_path: Path) -> None:
    text = run(KINDS[0], "org:inspect")
    base = BASE.replace("people:\n", MORE + "people:\n").replace("assets:\n", text)
    moved = text.replace("developer: org:partner", "developer: org:inspect")

    assert Files(tmp_path, base).fault(moved) == ("safeguard-not-independent", 9)
