"""Whoever trains does not evaluate the training."""

from pathlib import Path

import pytest

from ringwall.registry.plan import Verb
from tests.declaring import Files, verbs


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


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


@pytest.mark.parametrize(
    "kind", ["security-evaluation", "alignment-evaluation", "on-premise-evaluator"]
)
def test_a_developer_does_not_vouch_for_its_own_run(files: Files, kind: str) -> None:
    code, line, message = files.whole_fault(run(kind, "org:partner"))

    assert (code, line) == ("safeguard-not-independent", 9)
    assert message.endswith(f"trains `run:x`, and its {kind} is by itself")


@pytest.mark.parametrize(
    ("kind", "assessor"),
    [("notice", "org:partner"), ("security-evaluation", "org:institute")],
)
def test_notice_is_its_own_and_the_rest_is_others(
    files: Files, kind: str, assessor: str
) -> None:
    assert verbs(files.plan(run(kind, assessor))) == {"run:x": Verb.ADDED}
