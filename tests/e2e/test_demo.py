"""`demo`: every step true, on one screen, and nothing left behind."""

import os
import re
import tempfile
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from ringwall.institute import Institute
from tests.e2e.running import ROOT, Ringwall, run_program
from tests.example import size_of


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which temporary folders are made."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def steps(out: str) -> list[list[str]]:
    """Return the lines of each step."""
    return [part.splitlines() for part in re.split(r"\n(?=--- step )", out)[1:]]


def test_the_demo_shows_all_and_leaves_nothing_behind(
    ringwall: Ringwall,
    temporary: Path,
    institute: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = size_of(Institute(institute))
    # What the user has set for other work has no say in a demo.
    settings = {
        "RINGWALL_INSTITUTE": str(institute),
        "RINGWALL_INIT_TIERS": "three",
        "RINGWALL_CHECK_PURPOSE": "x",
        "RINGWALL_APPLY_DRY_RUN": "1",
        "RINGWALL_FORMAT": "csv",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    done = ringwall("demo")

    assert (done.code, done.err) == (0, "")
    assert list(temporary.iterdir()) == []
    assert size_of(Institute(institute)) == before
    assert Path.cwd() == institute
    assert {name: os.environ.get(name) for name in settings} == settings
    make, declare, ask, explain, verify, seal = steps(done.out)
    assert "upper  SL3      SL3      SL3        SL3        SL4" in make
    assert any(line.startswith("weights:aurora-2 is on record: ") for line in declare)
    assert sum(line.startswith("PERMIT ") for line in ask) == 1
    assert sum(line.strip().startswith("DENY ") for line in ask) == 7
    assert "reason   cyber-evidence-insufficient: " in "\n".join(explain)
    assert "user:alan  hardware-fresh  none " in "\n".join(explain)
    assert sum(line.startswith("SOUND ") for line in verify) == 1
    assert sum(line.startswith("UNSOUND  2 findings") for line in verify) == 1
    assert sum(line.startswith("SEALED ") for line in seal) == 1
    assert sum(line.startswith("DENY ") for line in seal) == 1
    assert sum(line.startswith("SOUND    1 container on record") for line in seal) == 1
    for step in (make, declare, ask, explain, verify, seal):
        assert 10 <= len(step) <= 44  # one screen
        assert all(len(line) <= 80 for line in step if not line.startswith("vkey"))


def test_a_kept_institute_holds_the_eight_answers_and_can_be_asked_again(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"

    done = ringwall("demo", "--keep", kept)

    assert done.code == 0
    assert done.out.splitlines()[-1] == f"  ringwall -C {kept} audit ls"
    assert ringwall("-C", kept, "audit", "verify").code == 0
    rows = ringwall("-C", kept, "audit", "ls", "--kind", "decision.made").json()
    asked = rows[-8:]  # before the vault was asked
    assert [row["effect"] for row in asked] == ["deny"] * 7 + ["permit"]
    assert len({row["code"] for row in asked}) == 8
    joined = done.out.replace("\\\n", "")
    typed = re.findall(r"^\$ ringwall (.*)$", joined, re.MULTILINE)
    again = [line.split() for line in typed if line.startswith(("check", "why", "who"))]
    assert len(again) == 4
    for words in again:
        assert ringwall("-C", kept, *words).code in {0, 1}


def test_a_folder_that_is_in_use_is_not_touched(
    ringwall: Ringwall, temporary: Path, institute: Path
) -> None:
    before = sorted(institute.rglob("*"))

    done = ringwall("demo", "--keep", institute)

    assert done.code == 3
    assert "folder-not-empty" in done.err
    assert len(done.err.splitlines()) == 2
    assert sorted(institute.rglob("*")) == before
    assert list(temporary.iterdir()) == []


def test_your_own_weights_are_found_from_where_you_stand_and_described(
    ringwall: Ringwall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = Path("my model.safetensors")
    monkeypatch.chdir(tmp_path)
    save_file({f"t{n}": np.zeros((n + 1, 2), np.float16) for n in range(9)}, file)

    done = ringwall("demo", "--weights", file, "--keep", "kept")

    assert done.code == 0
    size = f"{file.stat().st_size:,}"
    assert f"weights:aurora-2 is on record: {size} bytes, 9 tensors" in done.out
    assert "  t0                                        F16   1 x 2" in done.out
    assert "  and 3 more" in done.out
    assert "'weights:aurora-2=" in done.out  # quoted, as it holds a blank
    assert (tmp_path / "kept" / "ringwall.toml").is_file()


@pytest.mark.parametrize(
    ("file", "code"),
    [(ROOT / "LICENSE", 3), (ROOT / "none", 2), (ROOT, 2), (Path(os.devnull), 3)],
    ids=["text", "none", "folder", "empty"],
)
def test_weights_that_are_none_are_refused_before_anything_is_made(
    ringwall: Ringwall, temporary: Path, tmp_path: Path, file: Path, code: int
) -> None:
    done = ringwall("demo", "--weights", file, "--keep", tmp_path / "kept")

    assert (done.code, done.out) == (code, "")
    assert str(file) in done.err
    assert len(done.err.splitlines()) == 2
    assert not (tmp_path / "kept").exists()
    assert list(temporary.iterdir()) == []


def test_the_demo_runs_without_a_home_from_any_folder() -> None:
    done = run_program("demo", environment={"NO_COLOR": "1"}, folder=Path("/"))

    assert done.code == 0
    assert "\x1b" not in done.out
    assert len(steps(done.out)) == 6
