"""`threat assess` and `threat matrix`: of which site, when, and drawn."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.e2e.running import Ringwall

NOON = "2026-11-21T12:00:00Z"
NORTH = ("site:hub-north", "--at", NOON)


@pytest.mark.parametrize("verb", ["assess", "matrix"])
@pytest.mark.parametrize("site", ["site:nowhere", "user:ada", ""])
def test_what_is_no_site_on_record_exits_2_and_names_those_that_are(
    ringwall: Ringwall, verb: str, site: str
) -> None:
    done = ringwall("threat", verb, site, "--format", "json")

    assert (done.code, done.out) == (2, "")
    error = done.error()
    assert error["code"] == "unknown-site"
    assert "site:hub-north" in error["next"]


def test_without_a_site_the_matrix_has_scores_alone(ringwall: Ringwall) -> None:
    answer = ringwall("threat", "matrix").json()
    shown = ringwall.table("threat", "matrix").out

    assert answer["site"] is None
    cells = [c for row in answer["vectors"] for c in row["classes"].values()]
    assert len(cells) == 190
    assert {cell["cover"] for cell in cells} == {None}
    assert shown.startswith("Attack vectors by feasibility\n")
    assert "countered" not in shown


def test_an_instant_without_a_site_is_a_usage_error(ringwall: Ringwall) -> None:
    done = ringwall("threat", "matrix", "--at", NOON)

    assert (done.code, done.out) == (2, "")
    assert "`--at` is for a site" in done.err


def test_the_matrix_of_a_site_agrees_with_its_posture(ringwall: Ringwall) -> None:
    posture = ringwall("threat", "assess", *NORTH).json()
    rows = ringwall("threat", "matrix", *NORTH).json()["vectors"]

    for actor in ("OC1", "OC3", "OC5"):
        stays_open = [
            row["vector"]
            for row in rows
            if row["classes"][actor]["cover"] in {"open", "partial"}
        ]
        assert [cell["vector"] for cell in posture["open"][actor]] == stays_open


def test_the_matrix_as_csv_has_a_row_for_each_vector(ringwall: Ringwall) -> None:
    rows = ringwall("threat", "matrix", *NORTH, "--format", "csv").csv()

    assert len(rows) == 38
    assert rows[0]["vector"] == "RUC-1"
    assert (rows[0]["OC1_score"], rows[0]["OC1_cover"]) == ("3", "countered")


def test_the_matrix_fits_80_columns_and_tells_site_and_instant(
    ringwall: Ringwall,
) -> None:
    lines = ringwall.table("threat", "matrix", *NORTH).out.splitlines()

    assert max(map(len, lines)) <= 80
    assert lines[0] == "Attack vectors and their cover at site:hub-north"
    assert lines[1].startswith(f"{NOON}, threat models ")
    assert sum(line.startswith("  RUC-") for line in lines) == 4


def test_the_matrix_is_drawn_into_a_file_the_same_each_time(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    first, second = tmp_path / "a.svg", tmp_path / "b.svg"

    done = ringwall("threat", "matrix", *NORTH, "--svg", first)
    ringwall("threat", "matrix", *NORTH, "--svg", second)

    assert (done.code, done.out) == (0, "")
    assert f"drawn into {first}" in done.err
    assert first.read_bytes() == second.read_bytes()
    root = ET.fromstring(first.read_text("utf-8"))  # noqa: S314 - our own
    assert root.findtext("{http://www.w3.org/2000/svg}title") == (
        "Attack vectors and their cover at site:hub-north"
    )


def test_a_drawing_that_cannot_be_written_is_told(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    done = ringwall("threat", "matrix", "--svg", tmp_path / "no" / "folder.svg")

    assert done.code == 70
    assert "no such file or directory" in done.err


def test_a_site_is_judged_by_the_threat_models_named(
    ringwall: Ringwall, institute: Path, tmp_path: Path
) -> None:
    models = tmp_path / "models"
    models.mkdir()
    (institute / "threat_models" / "protected").rename(models / "protected")
    for path in (institute / "threat_models").glob("*.yaml"):
        path.rename(models / path.name)

    # The institute's own are needed all the same: its registry is held to them.
    done = ringwall("threat", "assess", *NORTH, "--models", models)

    assert done.code == 3
    assert "file-missing" in done.err


def test_an_instant_too_far_ahead_is_a_usage_error(ringwall: Ringwall) -> None:
    last = "9999-12-31T23:59:59Z"
    done = ringwall("threat", "assess", "site:hub-north", "--at", last)

    assert (done.code, done.out) == (2, "")
    assert "before 9000-01-01T00:00:00Z" in done.err
