"""Reports in the form of AVID."""

import os
import subprocess
from pathlib import Path

import pytest

from ringwall.base.errors import ActRefused
from ringwall.raid.exports.avid import AVID_VERSION
from ringwall.raid.intake.importing.avid import read_avid
from tests.avid_form import AvidReport
from tests.exported import AGREED, FULL, exported, loaded, telling
from tests.routed import report


def test_a_report_has_the_form_of_avid() -> None:
    made = loaded("avid", telling([report(**FULL)]))

    AvidReport.model_validate(made)
    assert made["data_version"] == AVID_VERSION
    assert made["metadata"] == {"report_id": "r-mfzwizltmr"}
    assert made["affects"]["developer"] == ["Example Systems"]
    assert made["problemtype"]["classof"] == "Third-party Report"
    assert made["impact"]["atlas"][1] == {"description": "went on"}
    assert made["credit"] == []


def test_what_was_shown_in_a_test_is_an_evaluation() -> None:
    made = loaded("avid", telling([report(**AGREED, kind="demonstration")]))

    assert made["problemtype"]["classof"] == "LLM Evaluation"


def test_a_case_of_two_reports_is_a_list_and_no_system_is_made_up() -> None:
    first = report("report:r-a", **AGREED, systems="unknown")
    nameless = report("report:r-b", **AGREED, systems=[{"name": "Rota"}])
    made = loaded("avid", telling([first, nameless]))

    for one in made:
        AvidReport.model_validate(one)
    assert "affects" not in made[0]
    assert "impact" not in made[0]
    assert made[1]["affects"]["developer"] == []


def test_what_comes_back_is_what_was_told() -> None:
    told = telling(
        [report(**{**FULL, "systems": [{"name": "Rota", "developer": "X"}]})]
    )

    (back,) = read_avid(exported("avid", told), "export.json").records

    for name in ("title", "narrative", "references", "systems"):
        assert back.document[name] == told.reports[0].fields[name]


def test_without_words_there_is_no_report() -> None:
    with pytest.raises(ActRefused, match="title and narrative") as caught:
        exported("avid", telling([report()]))

    assert caught.value.code == "export-incomplete"


def test_the_tools_of_avid_take_it(tmp_path: Path) -> None:
    python = os.environ.get("RINGWALL_AVIDTOOLS_PYTHON", "")
    if not python:
        pytest.skip("RINGWALL_AVIDTOOLS_PYTHON names no Python that has avidtools")
    file = tmp_path / "avid.json"
    file.write_bytes(exported("avid", telling([report(**FULL)])))
    code = (
        "import sys; from avidtools.datamodels.report import Report; "
        "Report.model_validate_json(open(sys.argv[1]).read())"
    )

    done = subprocess.run([python, "-W", "ignore", "-c", code, file], check=False)

    assert done.returncode == 0
