"""The example institute, asked every question that has a written answer."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ringwall.base.clock import FixedClock
from ringwall.base.yaml_tree import parse_yaml, to_data
from ringwall.institute import Gatekeeper, Institute
from tests.e2e.running import ROOT
from tests.example import EXAMPLES, NOON, apply, declare


def questions(file: str) -> list[Any]:
    path = ROOT / file
    data: Any = to_data(parse_yaml(path.read_bytes(), file, max_bytes=2**20))
    found: list[Any] = data["questions"]
    return found


OWN_SCENARIO = "scenario-3"
SHOWN = questions("examples/institute/questions.yaml")
ALL = SHOWN + questions("tests/e2e/institute_questions.yaml")


Gates = dict[tuple[str, str], Gatekeeper]


def place(question: dict[str, Any]) -> tuple[str, str]:
    """Return the scenario that the institute goes by, and the point that asks."""
    return question.get("open_source", OWN_SCENARIO), question["via"]


def going_by(scenario: str, example: Path, folder: Path) -> Institute:
    """Return a copy of the example institute that goes by a scenario."""
    shutil.copytree(example, folder / scenario)
    institute = Institute(folder / scenario, FixedClock(NOON))
    if scenario == OWN_SCENARIO:
        return institute
    text = (EXAMPLES / "organisations.yaml").read_text(encoding="utf-8")
    line = f"    open_source: {OWN_SCENARIO}\n"
    assert text.count(line) == 1
    new = "" if scenario == "undeclared" else line.replace(OWN_SCENARIO, scenario)
    apply(institute, declare(folder, text.replace(line, new)))
    return institute


@pytest.fixture(scope="module")
def gates(example: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gates]:
    """The gate at each point, on the day that the answers are written for."""
    folder = tmp_path_factory.mktemp("scenarios")
    places = sorted(set(map(place, ALL)))
    institutes = {
        scenario: going_by(scenario, example, folder)
        for scenario in dict.fromkeys(scenario for scenario, _ in places)
    }
    opened = {
        (scenario, point): institutes[scenario].gatekeeper(point)
        for scenario, point in places
    }
    yield opened
    for gate in opened.values():
        gate.close()


@pytest.mark.parametrize("question", ALL, ids=lambda question: question["title"])
def test_a_question_has_its_written_answer(
    gates: Gates, question: dict[str, Any]
) -> None:
    decision = gates[place(question)].check(
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
