"""Exit codes, and errors told in words and as JSON."""

import json
import sys

import pytest

from ringwall.base.errors import (
    ActRefused,
    CasesFailed,
    ConfigurationError,
    Fault,
    IdentityUnproven,
    IntegrityError,
    PolicyError,
    RecordUnavailable,
    RequestError,
    RingwallError,
)
from ringwall.cli.exits import EXIT_HELP, ExitCode, tell_error, tell_usage, wants_json
from tests.e2e.running import PERMITTED, Ringwall, Screen

FAULT = Fault("a.csv", 3, 5, "unknown-role", "`x` is not a role", "a role")


def test_exit_codes_are_the_published_ones() -> None:
    assert {code.name: int(code) for code in ExitCode} == {
        "OK": 0,
        "DENY": 1,
        "USAGE": 2,
        "INVALID": 3,
        "CASES_FAILED": 4,
        "UNPROVEN": 5,
        "INTEGRITY": 6,
        "PENDING": 7,
        "UNRECORDED": 8,
        "INTERNAL": 70,
        "INTERRUPTED": 130,
        "NOT_READ": 141,
    }


def test_errors_carry_the_same_codes() -> None:
    assert ActRefused.exit_code == ExitCode.DENY
    assert RequestError.exit_code == ExitCode.USAGE
    assert ConfigurationError.exit_code == PolicyError.exit_code == ExitCode.INVALID
    assert CasesFailed.exit_code == ExitCode.CASES_FAILED
    assert IdentityUnproven.exit_code == ExitCode.UNPROVEN
    assert IntegrityError.exit_code == ExitCode.INTEGRITY
    assert RecordUnavailable.exit_code == ExitCode.UNRECORDED
    assert RingwallError.exit_code == ExitCode.INTERNAL


def test_help_names_each_code(ringwall: Ringwall) -> None:
    for code in ExitCode:
        assert str(int(code)) in EXIT_HELP

    shown = ringwall("--help").out

    for line in EXIT_HELP.splitlines():
        assert line in shown


def test_an_error_is_one_line_and_what_to_do_next(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell_error(RingwallError("a-code", "what is wrong", next_step="do"), as_json=False)
    tell_error(RingwallError("a-code", "what is wrong"), as_json=False)

    assert capsys.readouterr().err == (
        "ringwall: a-code: what is wrong\nnext: do\nringwall: a-code: what is wrong\n"
    )


def test_an_error_is_wrapped_on_a_terminal_and_json_never(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    step = "word " * 30 + "end"
    for as_json, lines in ((False, 3), (True, 1)):
        screen = Screen()
        monkeypatch.setattr(sys, "stderr", screen)
        tell_error(ConfigurationError("a-code", "x", next_step=step), as_json=as_json)
        shown = screen.getvalue().splitlines()
        assert len(shown) == lines
        assert as_json or max(map(len, shown)) <= 80


def test_one_fault_is_told_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    tell_error(PolicyError("policy-refused", "1 fault", faults=(FAULT,)), as_json=False)

    assert capsys.readouterr().err == (
        "ringwall: a.csv:3:5: unknown-role: `x` is not a role; expected a role\n"
    )


def test_many_faults_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    error = PolicyError("policy-refused", "60 faults", faults=(FAULT,) * 60)

    tell_error(error, as_json=False)

    first, *faults, last = capsys.readouterr().err.splitlines()
    assert first == "ringwall: policy-refused: 60 faults"
    assert len(faults) == 50
    assert last == "  and 10 more"


def test_errors_in_json_have_code_message_next_and_faults(
    capsys: pytest.CaptureFixture[str],
) -> None:
    error = PolicyError("policy-refused", "1 fault", next_step="do", faults=(FAULT,))

    tell_error(error, as_json=True)
    tell_usage("what", "ringwall check", as_json=True)

    first, second = capsys.readouterr().err.splitlines()
    assert json.loads(first) == {
        "error": {
            "code": "policy-refused",
            "message": "1 fault",
            "next": "do",
            "faults": [
                {
                    "file": "a.csv",
                    "line": 3,
                    "column": 5,
                    "code": "unknown-role",
                    "message": "`x` is not a role",
                    "expected": "a role",
                }
            ],
        }
    }
    assert json.loads(second)["error"]["code"] == "usage"


def test_an_error_can_not_write_to_the_terminal_what_it_likes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell_error(RingwallError("a-code", "x\x1b[2J\ny\u202e"), as_json=False)

    assert capsys.readouterr().err == "ringwall: a-code: x\ufffd[2J\ufffdy\ufffd\n"


@pytest.mark.parametrize(
    ("words", "environment", "expected"),
    [
        ([], "", False),
        (["--format", "json"], "", True),
        (["--format=ndjson"], "", True),
        (["--format", "csv"], "json", False),
        (["check"], "json", True),
        (["check", "--format"], "", False),
    ],
)
def test_errors_are_json_where_the_data_would_be(
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    environment: str,
    expected: bool,
) -> None:
    monkeypatch.setenv("RINGWALL_FORMAT", environment)

    assert wants_json(words) is expected


@pytest.mark.parametrize(
    "words",
    [
        ("check",),
        ("why", "nothing"),
        ("who-can", "weights.read", "weights:nothing"),
        ("policy", "show", "acc-999"),
        ("policy", "table", "nothing"),
        ("audit", "show", "nothing"),
        ("audit", "verify", "--vkey", "x"),
        ("audit", "ls", "--since", "x"),
        ("apply", "none.yaml"),
        ("init", "."),
        ("schema", "nothing"),
        ("nothing",),
        ("check", "--nothing"),
        ("why",),
        ("-C", "none", *PERMITTED),
    ],
    ids=" ".join,
)
def test_each_error_of_each_command_is_json_on_demand(
    ringwall: Ringwall, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("RINGWALL_FORMAT", "json")

    done = ringwall(*words)

    assert done.code in {2, 3}
    assert done.out == ""
    error = done.error()
    assert set(error) == {"code", "message", "next", "faults"}
    assert error["message"]
    assert error["next"]
