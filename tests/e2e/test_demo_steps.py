"""The steps of the demo: what they say has to be so."""

import shutil
from pathlib import Path

import pytest

from ringwall.base.errors import RingwallError
from ringwall.cli.demo_stage import Stage
from ringwall.cli.demo_steps import Demo
from ringwall.cli.main import call
from ringwall.institute import Institute
from tests.example import activate


def test_the_steps_are_taken_in_the_present_folder(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)

    with Stage.own_environment():
        Demo(Stage(call), Path("demo-institute"), Path("w.safetensors")).run()

    made = {path.name for path in tmp_path.iterdir()}
    assert made == {"demo-institute", "examples", "tampered", "w.safetensors"}
    assert {path.suffix for path in (tmp_path / "examples").iterdir()} == {".yaml"}
    assert capsys.readouterr().err == ""


def test_a_step_that_comes_out_otherwise_ends_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = Path("demo-institute")

    def spoil(words: list[str]) -> int:
        """Run a command line; before the first question take away its policy row."""
        rows = folder / "policies" / "access" / "policy.csv"
        if words[0] == "check":
            kept = [line for line in rows.read_text().splitlines() if "031" not in line]
            rows.write_text("\n".join(kept) + "\n")
            activate(Institute(folder))
        return call(words)

    with Stage.own_environment(), pytest.raises(RingwallError) as stop:
        Demo(Stage(spoil), folder, Path("w.safetensors")).run()

    assert stop.value.code == "demo-untrue"
    assert "gave exit code 1, not 0" in stop.value.message


def test_an_answer_for_another_reason_ends_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def spoil(words: list[str]) -> int:
        """Run a command line; the question about the role is asked without a proof."""
        if "user:emmy" in words:
            words = [*words, "--authn", "none"]
        if "user:barbara" in words:
            words = [*words, "--subject", "user:nobody"]
        return call(words)

    with Stage.own_environment(), pytest.raises(RingwallError) as stop:
        Demo(Stage(spoil), Path("demo-institute"), Path("w.safetensors")).run()

    assert stop.value.code == "demo-untrue"
    assert "is not about outside-compartment" in stop.value.message


def test_weights_that_were_not_registered_end_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def spoil(words: list[str]) -> int:
        """Run a command line; the weights are left out of the declaration."""
        if words[0] == "apply":
            place = words.index("--weights")
            words = words[:place] + words[place + 2 :]
        return call(words)

    with Stage.own_environment(), pytest.raises(RingwallError) as stop:
        Demo(Stage(spoil), Path("demo-institute"), Path("w.safetensors")).run()

    assert stop.value.message == "the weights file was not registered"
    shutil.rmtree("demo-institute")


@pytest.mark.parametrize(
    ("who", "told"),
    [
        ("user:ada", "the vault gave other bytes than those of the file"),
        ("user:emmy", "the vault gave bytes to somebody who may not read them"),
    ],
)
def test_a_vault_that_gives_what_it_should_not_ends_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, who: str, told: str
) -> None:
    monkeypatch.chdir(tmp_path)

    def spoil(words: list[str]) -> int:
        """Run a command line; somebody who reads a piece gets some bytes anyway."""
        if "--range" in words and who in words:
            print("other bytes")  # noqa: T201 - where the command would print
            return 0 if who == "user:ada" else 1
        return call(words)

    with Stage.own_environment(), pytest.raises(RingwallError) as stop:
        Demo(Stage(spoil), Path("demo-institute"), Path("w.safetensors")).run()

    assert stop.value.message == told
