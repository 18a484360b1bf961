"""The example institute, asked every question that has a written answer."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ringwall.base.clock import FixedClock
from ringwall.base.yaml_tree import parse_yaml, to_data
from ringwall.institute import Gatekeeper, Institute
from tests.e2e.running import ROOT
from tests.example import NOON


def questions(file: str) -> list[Any]:
    path = ROOT / file
    data: Any = to_data(parse_yaml(path.read_bytes(), file, max_bytes=2**20))
    found: list[Any] = data["questions"]
    return found


SHOWN = questions("examples/institute/questions.yaml")
ALL = SHOWN + questions("tests/e2e/institute_questions.yaml")


@pytest.fixture(scope="module")
def gates(example: Path) -> Iterator[dict[str, Gatekeeper]]:
    """The gate at each point, on the day that the answers are written for."""
    institute = Institute(example, FixedClock(NOON))
    points = {question["via"] for question in ALL}
    opened = {point: institute.gatekeeper(point) for point in points}
    yield opened
    for gate in opened.values():
        gate.close()


@pytest.mark.parametrize("question", ALL, ids=lambda question: question["title"])
def test_a_question_has_its_written_answer(
    gates: dict[str, Gatekeeper], question: dict[str, Any]
) -> None:
    decision = gates[question["via"]].check(
        subject=question["subject"],
        action=question["action"],
        resource=question["resource"],
        authn=question["authn"],
        amount=question.get("bytes"),
        present=question.get("present", ()),
    )

    codes = {reason.code for reason in decision.verdict.reasons}
    assert decision.receipt is not None
    assert decision.verdict.effect == question["expect"], codes
    if "code" in question:
        assert question["code"] in codes


def test_there_are_many_questions_of_both_answers() -> None:
    permits = sum(question["expect"] == "permit" for question in ALL)

    assert len(SHOWN) == 8
    assert len(ALL) > 350
    assert 150 <= permits <= len(ALL) - 150


def test_the_eight_of_the_demo_have_eight_different_answers() -> None:
    assert len({question.get("code", "permit") for question in SHOWN}) == 8
