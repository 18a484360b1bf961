"""The example institute, made once and copied for each test that may change it."""

import os
import shutil
from pathlib import Path

import pytest

from ringwall.cli.main import call
from ringwall.institute import Institute
from tests.e2e.proving import make_proven
from tests.e2e.running import FILES, Ringwall
from tests.e2e.sealing import make_sealed
from tests.office import PEOPLE, keyed, private_key
from tests.raid_office import DRILL


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("RINGWALL_") or name in {"NO_COLOR", "FORCE_COLOR"}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example institute; for reading only."""
    folder = tmp_path_factory.mktemp("example") / "institute"
    assert call(["init", str(folder), "--origin", "example.org/log"]) == 0
    assert call(["apply", *FILES, "-C", str(folder)]) == 0
    return folder


@pytest.fixture
def institute(example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the example institute, and the present folder."""
    folder = tmp_path / "institute"
    shutil.copytree(example, folder)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def ringwall(institute: Path, capsys: pytest.CaptureFixture[str]) -> Ringwall:
    """The command line, in the folder of the example institute."""
    assert Path.cwd() == institute
    return Ringwall(capsys)


@pytest.fixture
def asking(ringwall: Ringwall, institute: Path) -> Ringwall:
    """The command line, in an institute whose people have keys."""
    (institute / "keyed.yaml").write_text(keyed(Institute(institute).facts()))
    assert ringwall("apply", "keyed.yaml").code == 0
    for name in PEOPLE:
        (institute / f"{name}.key").write_bytes(private_key(name))
    return ringwall


@pytest.fixture(scope="session")
def proven_example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An institute that takes nobody's word; for reading only."""
    folder = tmp_path_factory.mktemp("proven") / "institute"
    make_proven(folder)
    return folder


@pytest.fixture
def proven(
    proven_example: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Ringwall:
    """The command line, in a copy of an institute that takes nobody's word."""
    folder = tmp_path / "proven"
    shutil.copytree(proven_example, folder)
    monkeypatch.chdir(folder)
    return Ringwall(capsys)


@pytest.fixture(scope="session")
def sealed_example(example: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An institute whose people have keys, with a model in its vault; for reading."""
    scratch = tmp_path_factory.mktemp("sealed")
    folder = scratch / "institute"
    shutil.copytree(example, folder)
    make_sealed(folder, scratch)
    return folder


@pytest.fixture
def vault(
    sealed_example: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Ringwall:
    """The command line, in a copy of an institute with a vault."""
    folder = tmp_path / "sealed"
    shutil.copytree(sealed_example, folder)
    monkeypatch.chdir(folder)
    return Ringwall(capsys)


@pytest.fixture(scope="session")
def drilled(example: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example institute with the people of its incident desk; for reading only."""
    folder = tmp_path_factory.mktemp("drilled") / "institute"
    shutil.copytree(example, folder)
    assert call(["apply", str(DRILL / "people.yaml"), "-C", str(folder)]) == 0
    return folder


@pytest.fixture
def raid(
    drilled: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Ringwall:
    """The command line, in a copy of an institute with an incident desk."""
    folder = tmp_path / "raid"
    shutil.copytree(drilled, folder)
    monkeypatch.chdir(folder)
    return Ringwall(capsys)
