"""Command lines shown at work: a play that goes otherwise than told is stopped."""

import os
import sys
from pathlib import Path

import pytest
import typer

from ringwall.base.errors import RingwallError
from ringwall.cli.demo_stage import Stage
from ringwall.cli.exits import ExitCode
from ringwall.cli.main import call
from tests.e2e.running import PERMITTED, READ


@pytest.fixture
def stage(institute: Path) -> Stage:
    assert Path.cwd() == institute
    return Stage(call)


def test_a_command_is_shown_and_run(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.title("step 1")
    stage.run(["audit", "ls", "--limit", "1"])

    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "--- step 1 ".ljust(80, "-")
    assert lines[2] == "$ ringwall audit ls --limit 1"
    assert lines[-1].split()[0].isdigit()


def test_only_the_beginning_and_the_end_are_shown_of_much(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.run(["audit", "ls"], first=3, last=2)
    stage.run(["audit", "ls", "--limit", "1"], first=30, last=2)

    lines = capsys.readouterr().out.splitlines()
    assert lines[4] == f"  ... {lines[4].split()[1]} more ..."
    assert lines[7] == "$ ringwall audit ls --limit 1"


def test_another_exit_code_than_told_stops_the_play(stage: Stage) -> None:
    with pytest.raises(RingwallError) as shown:
        stage.run(PERMITTED, expected=ExitCode.DENY)
    with pytest.raises(RingwallError) as unseen:
        stage.ask(READ, ExitCode.OK)

    assert shown.value.code == unseen.value.code == "demo-untrue"
    assert shown.value.message.endswith(" gave exit code 0, not 1")


@pytest.mark.parametrize("held", [False, True])
def test_an_error_that_a_command_told_is_passed_on(
    stage: Stage, capsys: pytest.CaptureFixture[str], *, held: bool
) -> None:
    with pytest.raises(typer.Exit) as stop:
        stage.run(["why", "nothing"], first=int(held))

    assert stop.value.exit_code == 2
    assert capsys.readouterr().err.startswith("ringwall: unknown-decision: ")


@pytest.mark.parametrize("error", ["ringwall: a-code: why", '{"error": {}}'])
def test_an_error_that_is_no_exit_code_is_not_passed_on_as_success(error: str) -> None:
    def told(_: list[str]) -> int:
        sys.stderr.write(f"{error}\n")
        return 0

    with pytest.raises(typer.Exit) as stop:
        Stage(told).run(["init", "new"], expected=ExitCode.DENY)

    assert stop.value.exit_code == ExitCode.INTERNAL


def test_a_hint_is_no_error(institute: Path) -> None:
    assert institute.is_dir()

    with pytest.raises(RingwallError) as stop:
        Stage(call).run(["init", "new"], expected=ExitCode.DENY)

    assert stop.value.code == "demo-untrue"


def test_a_long_command_line_is_broken_before_an_option(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.command(["ringwall", *PERMITTED, "--purpose", "a b"])

    assert capsys.readouterr().out == (
        "$ ringwall check --subject user:ada --action weights.read \\\n"
        "    --asset weights:aurora-2 --via point:trainer --authn hardware-fresh \\\n"
        "    --purpose 'a b'\n"
    )


def test_patterns_are_left_to_the_shell(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.command(["ringwall", "apply", "examples/*.yaml"])

    assert capsys.readouterr().out == "$ ringwall apply examples/*.yaml\n"


def test_the_environment_comes_back_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGWALL_FORMAT", "csv")
    before = dict(os.environ)

    with Stage.own_environment():
        assert "RINGWALL_FORMAT" not in os.environ
        assert os.environ["COLUMNS"] == "80"
        os.environ["RINGWALL_INSTITUTE"] = "x"

    assert dict(os.environ) == before


def test_what_is_piped_is_bytes_in_memory_and_the_line_says_into_what(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    read, told = stage.piped(["audit", "ls", "--limit", "1"], "wc -l")

    assert read.startswith(b"entry ")
    assert "each row matches its entry" in told
    out = capsys.readouterr().out
    assert out == "$ ringwall audit ls --limit 1 | wc -l\n"
    with pytest.raises(RingwallError) as stop:
        stage.piped(PERMITTED, "wc -l", expected=ExitCode.DENY)
    assert stop.value.code == "demo-untrue"
