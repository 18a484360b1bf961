"""Which threat models a command line means: an institute's, or a folder's."""

import shutil
from pathlib import Path

import pytest

from tests.e2e.running import ROOT, Ringwall

SHIPPED = ROOT / "threat_models"


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A copy of the shipped threat models."""
    folder = tmp_path / "models"
    shutil.copytree(SHIPPED, folder)
    return folder


def test_an_institute_uses_the_threat_models_it_has(
    ringwall: Ringwall, institute: Path
) -> None:
    path = institute / "threat_models" / "actors.yaml"
    path.write_text(path.read_text().replace("name: amateur attempts", "name: play", 1))

    assert ringwall("threat", "actors", "OC1").json()["name"] == "play"
    shipped = ringwall("threat", "actors", "OC1", "--models", SHIPPED).json()
    assert shipped["name"] == "amateur attempts"


def test_a_folder_of_threat_models_needs_no_institute(
    ringwall: Ringwall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert ringwall("threat", "actors", "--models", SHIPPED).code == 0
    alone = ringwall("threat", "actors")
    assert (alone.code, alone.out) == (3, "")
    assert "institute-missing" in alone.err


@pytest.mark.parametrize("command", ["actors", "matrix", "lint", "export csv --to x"])
def test_threat_models_that_are_refused_exit_3_with_file_and_line(
    ringwall: Ringwall, models: Path, command: str
) -> None:
    path = models / "vectors.yaml"
    path.write_text(path.read_text().replace("OC1: 3", "OC1: 9", 1))

    done = ringwall("threat", *command.split(), "--models", models)

    assert (done.code, done.out) == (3, "")
    assert f"{path}:" in done.err
    assert "score-out-of-range" in done.err


def test_an_instant_that_is_none_is_a_usage_error(ringwall: Ringwall) -> None:
    done = ringwall("threat", "assess", "site:hub-north", "--at", "tomorrow")

    assert (done.code, done.out) == (2, "")
    assert "`tomorrow` is not an instant such as 2027-01-31T00:00:00Z" in done.err
