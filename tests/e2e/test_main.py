"""The program as a whole: help, options before the verb, ways out, completion."""

import io
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command
from typing_extensions import override

from ringwall.cli.main import app, call, run
from tests.architecture.test_commands import COMMANDS, EVERYTHING
from tests.architecture.test_imports import HEAVY
from tests.e2e.running import PERMITTED, PROGRAM, READ, Ringwall

NOT_FOR_HELP = HEAVY | {"cryptography", "numpy", "safetensors"}


@pytest.mark.parametrize("typed", EVERYTHING)
def test_each_command_prints_its_help(ringwall: Ringwall, typed: str) -> None:
    done = ringwall(*typed.split()[1:], "--help")

    assert (done.code, done.err) == (0, "")
    assert f"Usage: {typed} " in done.out
    assert max(map(len, done.out.splitlines())) <= 80


@pytest.mark.parametrize("typed", COMMANDS)
def test_each_command_has_examples_that_the_command_line_takes(typed: str) -> None:
    help_text = vars(EVERYTHING[typed])["epilog"].replace("\\\n", " ")
    lines = [
        shlex.split(line)[2:] for line in help_text.splitlines() if "$ ringwall" in line
    ]

    assert 1 <= len(lines) <= 2
    for words in lines:
        assert words[: len(typed.split()) - 1] == typed.split()[1:]
        # Parses without a word too many or too few; nothing is run.
        command, rest = get_command(app), list(words)
        while hasattr(command, "commands"):
            command = command.commands[rest.pop(0)]
        if typed != "ringwall demo" or "--weights" not in rest:
            command.make_context(typed, rest, resilient_parsing=False)


SHARED = {
    "--format": "RINGWALL_FORMAT",
    "--institute": "RINGWALL_INSTITUTE",
    # What opens the vault's keys is the same for each command that needs them.
    "--vault-passphrase-file": "RINGWALL_VAULT_PASSPHRASE_FILE",
    "--vault-pin-file": "RINGWALL_VAULT_PIN_FILE",
    "--share-file": "RINGWALL_VAULT_SHARE_FILES",
}


@pytest.mark.parametrize("typed", COMMANDS)
def test_each_option_has_a_variable_that_help_names(
    ringwall: Ringwall, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    words = typed.split()[1:]
    own = "RINGWALL_" + "_".join(words).replace("-", "_").upper()
    help_text = ringwall(*words, "--help").out

    for parameter in EVERYTHING[typed].params:
        if parameter.param_type_name == "argument" or parameter.name == "help":
            continue
        # After the option as it is typed, whatever the code calls it.
        names: list[str] = vars(parameter)["opts"]
        typed_so = next(name for name in names if name.startswith("--"))
        name = f"{own}_{typed_so[2:].replace('-', '_').upper()}"
        variable = SHARED.get(typed_so, name)
        is_by_rule = variable == name and _told_by_rule(help_text, own)
        assert is_by_rule or f"[env var: {variable}]" in help_text


def _told_by_rule(help_text: str, own: str) -> bool:
    """Return whether help says how the variables of all its options are called."""
    told = re.search(r"environment: --(\S+) is (\S+), and so on", help_text)
    return told is not None and f"{own}_{told[1].upper()}" == told[2]


def test_without_a_word_it_prints_help_and_exits_2(ringwall: Ringwall) -> None:
    for words in ([], ["policy"], ["audit"]):
        done = ringwall(*words)
        assert (done.code, done.err) == (2, "")
        assert "Usage: ringwall" in done.out


def test_the_version_is_that_of_the_package(
    ringwall: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = ringwall("--version")
    monkeypatch.setenv("RINGWALL_VERSION", "1")  # of no concern to the program

    assert done.out.startswith("ringwall 0.")
    assert ringwall("schema").out.startswith("{")


@pytest.mark.parametrize("option", [["-C", "{}"], ["--institute", "{}"], ["-C{}"]])
def test_the_institute_is_named_before_or_behind_the_verb(
    ringwall: Ringwall,
    institute: Path,
    monkeypatch: pytest.MonkeyPatch,
    option: list[str],
) -> None:
    monkeypatch.chdir("/")
    named = [word.format(institute) for word in option]

    assert ringwall(*named, *PERMITTED).code == 0
    assert ringwall(*PERMITTED, *named).code == 0
    assert ringwall(*named, "audit", "ls", "--limit", "1").code == 0
    assert ringwall("audit", "ls", *named).code == 0
    assert ringwall(*PERMITTED).code == 3


def test_the_nearest_naming_of_the_institute_counts(
    ringwall: Ringwall,
    institute: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    other = tmp_path / "other"
    ringwall("init", other)
    monkeypatch.setenv("RINGWALL_INSTITUTE", str(other))

    def name(*words: object) -> str:
        rows = ringwall(*words, "--kind", "institute.created").json()
        return str(rows[0]["what"]).partition(": ")[2]

    assert name("audit", "ls") == "other"
    assert name("-C", institute, "audit", "ls") == "institute"
    assert name("audit", "ls", "-C", institute) == "institute"
    assert name("-C", other, "audit", "ls", "-C", institute) == "institute"
    monkeypatch.delenv("RINGWALL_INSTITUTE")
    (institute / "below").mkdir()
    monkeypatch.chdir(institute / "below")
    assert name("audit", "ls") == "institute"


def test_a_folder_that_is_no_institute_exits_3_and_says_what_to_do(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    done = ringwall("-C", tmp_path, "why", "last")

    assert (done.code, done.out) == (3, "")
    assert "institute-missing" in done.err
    assert f"or make one with `ringwall init {tmp_path}`" in done.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("wizard",), "no such command 'wizard'"),
        (("why",), "missing argument 'DECISION'"),
        (("why", "last", "first"), "got unexpected extra argument"),
        (("why", "last", "--wizard"), "no such option: --wizard"),
        (("why", "last", "--format", "xml"), "invalid value for '--format'"),
        (("init", "x", "--tiers", "four"), "invalid value for '--tiers': 'four'"),
        (("check", "--subject"), "option '--subject' requires an argument"),
    ],
)
def test_a_misuse_is_one_line_and_a_pointer_to_help(
    ringwall: Ringwall, words: tuple[str, ...], message: str
) -> None:
    done = ringwall(*words)

    assert (done.code, done.out) == (2, "")
    first, second = done.err.splitlines()
    assert first.startswith(f"ringwall: usage: {message}")
    assert second in {
        "next: run `ringwall --help`",
        f"next: run `ringwall {words[0]} --help`",
    }


class BrokenScreen(io.StringIO):
    """A place to write to that fails as nobody expects."""

    @override
    def write(self, text: str) -> int:
        raise ZeroDivisionError(text)


def test_an_error_of_its_own_is_70_and_no_traceback(
    institute: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "stdout", BrokenScreen())
    words = [*PERMITTED, "-C", str(institute)]

    code = call(words)

    assert code == 70
    assert capsys.readouterr().err == (
        "ringwall: internal-error: ZeroDivisionError in ringwall itself\n"
        "next: set RINGWALL_TRACEBACK=1, run it again and report what it prints\n"
    )
    monkeypatch.setenv("RINGWALL_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        call(words)


def test_an_answer_that_can_not_be_written_is_70_and_one_clear_line(
    ringwall: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)

        done = ringwall(*PERMITTED)

    assert done.code == 70
    assert done.err == (
        "ringwall: system-refused: no space left on device\n"
        "next: give ringwall what it lacks there, then run it again\n"
    )


@pytest.mark.parametrize(
    "words", [PERMITTED, ["audit", "ls", "--limit", "1000"]], ids=["little", "much"]
)
def test_a_reader_that_goes_away_is_neither_permit_nor_deny(
    ringwall: Ringwall, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as gone:
        monkeypatch.setattr(sys, "stdout", gone)
        monkeypatch.setattr(sys, "stderr", sys.stderr)  # Typer wraps it

        done = ringwall(*words)

    assert (done.code, done.err) == (141, "")


def test_a_program_whose_reader_went_away_ends_without_a_word(institute: Path) -> None:
    line = f"{PROGRAM} audit ls --limit 1000 | head -c 1; echo ${{PIPESTATUS[0]}}"

    done = subprocess.run(
        ["bash", "-c", line], cwd=institute, capture_output=True, check=False
    )

    assert (done.stdout, done.stderr) == (b"[141\n", b"")


def test_with_stdout_closed_the_exit_code_still_tells(
    institute: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", None)

    with pytest.raises(SystemExit) as stop:
        run([*READ, "-C", str(institute)])

    sys.stdout.close()
    assert stop.value.code == 1


def test_what_an_encoding_lacks_is_no_error(
    institute: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [*PERMITTED, "--purpose", "für Zoë", "-C", str(institute)]
    shown = {}
    for form in ("table", "json"):
        screen = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
        monkeypatch.setattr(sys, "stdout", screen)
        with pytest.raises(SystemExit) as stop:
            run([*words, "--format", form])
        assert stop.value.code == 0
        shown[form] = screen.buffer.getvalue().decode("ascii")

    assert "purpose  f?r Zo?" in shown["table"]
    assert json.loads(shown["json"])["context"]["request"]["purpose"] == "für Zoë"


class InterruptedWrite(io.StringIO):
    """A place to write to, at which Ctrl-C is pressed."""

    @override
    def write(self, text: str) -> int:
        raise KeyboardInterrupt


class InterruptedFlush(io.StringIO):
    """A place to write to, at which Ctrl-C is pressed at the very end."""

    @override
    def flush(self) -> None:
        raise KeyboardInterrupt


@pytest.mark.parametrize("screen", [InterruptedWrite(), InterruptedFlush()])
def test_ctrl_c_is_130(
    institute: Path, monkeypatch: pytest.MonkeyPatch, screen: io.StringIO
) -> None:
    monkeypatch.setattr(sys, "stdout", screen)

    assert call([*READ, "-C", str(institute)]) == 130


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("ringwall a", {"apply", "attest", "audit"}),
        ("ringwall policy t", {"test", "table"}),
        ("ringwall check --fo", {"--for-caller", "--format"}),
        ("ringwall -C x wh", {"why", "who-can", "what-can", "which-assets"}),
    ],
)
def test_completion_offers_what_fits(
    ringwall: Ringwall,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
    offered: set[str],
) -> None:
    monkeypatch.setenv("_RINGWALL_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(typed.count(" ")))

    with pytest.raises(SystemExit) as stop:
        ringwall()

    assert stop.value.code == 0
    assert set(capsys.readouterr().out.split()) == offered


def test_completion_has_a_script_for_the_shell(
    ringwall: Ringwall,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("_RINGWALL_COMPLETE", "source_bash")

    with pytest.raises(SystemExit) as stop:
        ringwall()

    assert stop.value.code == 0
    assert "_RINGWALL_COMPLETE=complete_bash" in capsys.readouterr().out


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {
            "_RINGWALL_COMPLETE": "complete_bash",
            "COMP_WORDS": "ringwall c",
            "COMP_CWORD": "1",
        },
    ],
    ids=["help", "completion"],
)
def test_help_and_completion_load_nothing_heavy(environment: dict[str, str]) -> None:
    program = (
        "import json, sys\n"
        "from ringwall.cli.main import run\n"
        "try:\n    run(['audit', '--help'])\n"
        "except SystemExit:\n"
        "    print(json.dumps(sorted(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    loaded = set(json.loads(done.stderr.splitlines()[-1]))
    # Typer reads options with pydantic and draws help with rich, also of a program
    # that does nothing: `benchmarks/startup.py` measures against that.
    assert loaded & (NOT_FOR_HELP - {"pydantic", "rich"}) == set()
