"""The README says what is so: commands, outputs, codes, claims and links."""

import contextlib
import io
import re
import shutil
from pathlib import Path

import pytest

from ringwall.cli.exits import ExitCode
from ringwall.model.settings import Settings
from tests.architecture.sources import ROOT
from tests.architecture.test_commands import COMMANDS
from tests.e2e.running import Ringwall
from tests.e2e.tour import README, commands_of, replayed, steady

TEXT = README.read_text("utf-8")
SECURITY = TEXT.partition("## What it protects")[2].partition("\n## ")[0]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```\n", TEXT, re.MULTILINE | re.DOTALL)


def claims_of(text: str) -> list[str]:
    """Return the items of the list in a text."""
    return re.findall(r"^- (.*?)(?=^- |\n\n)", f"{text}\n\n", re.M | re.DOTALL)


def named_in(text: str) -> set[str]:
    """Return the tests that a text names."""
    return set(re.findall(r"`(test_\w+)`", text))


def test_the_tour_prints_what_the_readme_shows(tmp_path: Path) -> None:
    # `python -m tests.e2e.tour` writes the README anew.
    assert steady(replayed(TEXT, tmp_path)).splitlines() == steady(TEXT).splitlines()


def test_the_tour_shows_a_permit_a_deny_and_a_sound_record() -> None:
    shown = "".join(blocks("console"))

    assert len(commands_of(TEXT)) >= 10
    for words in ("\nPERMIT ", "\nDENY ", "\nSOUND ", "\n$ echo $?\n1\n"):
        assert words in shown


def test_the_example_in_python_prints_what_the_readme_says(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(example, tmp_path / "my-institute")
    monkeypatch.chdir(tmp_path)
    (program, _), (expected,) = blocks("python"), blocks("text")
    printed = io.StringIO()

    with contextlib.redirect_stdout(printed):
        exec(compile(program, "README.md", "exec"), {})  # noqa: S102 - our own text

    assert printed.getvalue() == expected


def test_the_vault_of_the_readme_opens_in_each_way(
    sealed_example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(sealed_example, tmp_path / "my-institute")
    monkeypatch.chdir(tmp_path)
    _, program = blocks("python")
    printed = io.StringIO()

    with contextlib.redirect_stdout(printed):
        exec(compile(program, "README.md", "exec"), {})  # noqa: S102 - our own text

    assert printed.getvalue() == "big (2000000,)\nTrue\n4096\n"


def test_the_request_of_the_readme_is_one(ringwall: Ringwall, tmp_path: Path) -> None:
    (request,) = blocks("json")
    (tmp_path / "request.json").write_text(request)

    assert ringwall("check", tmp_path / "request.json").code == 0


def test_the_table_of_commands_names_each_and_no_other() -> None:
    named = re.findall(r"^\| `(ringwall [a-z -]+)` \|", TEXT, re.MULTILINE)

    assert sorted(named) == sorted(COMMANDS)


def test_the_table_of_exit_codes_is_that_of_the_program() -> None:
    rows = dict(re.findall(r"^\| (\d+) \| (.*) \|$", TEXT, re.MULTILINE))

    codes = {str(int(code)) for code in ExitCode if code < 128}
    assert set(rows) == codes
    for code in (ExitCode.INTERRUPTED, ExitCode.NOT_READ):
        assert f"gives {int(code)}" in TEXT


def test_the_table_of_settings_names_each_and_no_other() -> None:
    named = re.findall(r"^\| `(\w+)` \| ", TEXT, re.MULTILINE)

    assert set(named) == Settings.model_fields.keys()


def test_each_claim_of_security_names_a_test_that_there_is() -> None:
    # SECURITY.md goes on to what is not held, which no test can show.
    policy = (ROOT / "SECURITY.md").read_text("utf-8")
    held = policy.partition("## What is held")[2].partition("\n## ")[0]
    claims = [claim for text in (SECURITY, held) for claim in claims_of(text)]
    written = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)\(", path.read_text("utf-8"), re.M)
    }

    assert min(len(claims_of(SECURITY)), len(claims_of(held))) >= 10
    assert [claim for claim in claims if not named_in(claim)] == []
    assert named_in(TEXT) | named_in(policy) <= written


def test_the_desk_is_staffed_as_the_readme_says(
    ringwall: Ringwall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shown,) = [block for block in blocks("sh") if "incident_drill/people" in block]
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    made, *applied = shown.splitlines()
    first, _, folder = made.partition(" && cd ")
    assert ringwall(*first.split()[1:]).code == 0
    monkeypatch.chdir(tmp_path / folder)

    for line in applied:
        words = [
            f"{start}{name}{end}"
            for word in line.split()[1:]
            for start, names, end in [_braces(word)]
            for name in names.split(",")
        ]
        assert ringwall(*words).code == 0

    asker = ("--via", "point:raid-desk", "--authn", "hardware-fresh")
    for person, verb in (("ruth", "log"), ("joan", "show")):
        group = "intake" if verb == "log" else "queue"
        asked = ("raid", group, verb, "--subject", f"user:{person}", *asker)
        assert ringwall(*asked).code == 0
    roles = set(re.findall(r"roles: \[(raid-[a-z-]+)\]", _people_of_the_desk()))
    named = set(re.findall(r"`(raid-[a-z-]+)`", TEXT))
    assert len(roles) >= 9
    assert roles <= named


def _braces(word: str) -> tuple[str, str, str]:
    """Return a word of a shell as what stands before, in and behind its braces."""
    start, _, rest = word.partition("{")
    names, _, end = rest.partition("}")
    return start, names, end


def _people_of_the_desk() -> str:
    return (ROOT / "examples/incident_drill/people.yaml").read_text("utf-8")


def test_each_link_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)]+)\)", TEXT)

    assert len(links) >= 10
    inside = [link for link in links if "://" not in link]
    assert [link for link in inside if not (ROOT / link).exists()] == []


def test_the_make_targets_are_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))

    assert set(re.findall(r"make ([a-z]+)", TEXT)) <= targets


def test_what_is_not_there_yet_is_not_promised() -> None:
    missing = [
        word
        for word in re.findall(r"`ringwall ([a-z][a-z -]*)", TEXT)
        if not any(
            f"ringwall {word.strip()}".startswith(command) for command in COMMANDS
        )
    ]

    assert missing == []
