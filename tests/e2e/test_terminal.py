"""What reaches a terminal, in which width and colours."""

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.cli.terminal import (
    counted,
    folded,
    paint,
    print_field,
    print_text,
    printable,
    screen_width,
)
from tests.e2e.running import READ, Ringwall, Screen, run_on_terminal


@given(st.text())
def test_printable_text_is_printable_and_as_long(text: str) -> None:
    assert printable(text).isprintable()
    assert len(printable(text)) == len(text)
    assert printable(printable(text)) == printable(text)


def test_printable_text_keeps_letters_of_all_languages() -> None:
    assert printable("Zoë, \u03b1\u03b2, \u4e2d") == "Zoë, \u03b1\u03b2, \u4e2d"


@pytest.mark.parametrize(("columns", "width"), [("80", 80), ("200", 200), ("3", 40)])
def test_the_width_is_what_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, columns: str, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", columns)

    assert screen_width() == width


def test_the_width_is_80_where_nobody_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS")
    monkeypatch.setattr(sys, "__stdout__", None)

    assert screen_width() == 80


@pytest.mark.parametrize(
    ("count", "noun", "told"),
    [
        (0, "entry", "0 entries"),
        (1, "entry", "1 entry"),
        (1_000, "witness", "1,000 witnesses"),
        (1, "document or text", "1 document or text"),
        (2, "document or text", "2 documents or texts"),
        (2, "bundle", "2 bundles"),
    ],
)
def test_one_thing_is_not_many(count: int, noun: str, told: str) -> None:
    assert counted(count, noun) == told


def test_a_line_is_folded_where_stderr_is_a_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    command = "`ringwall audit verify --from-nowhere`"
    line = "next: " + "word " * 12 + f"then {command} and\x1b"
    assert folded(line) == line.replace("\x1b", "\ufffd")

    monkeypatch.setattr(sys, "stderr", Screen())
    lines = folded(line).split("\n")
    assert max(map(len, lines)) <= 80
    assert " ".join(lines) == line.replace("\x1b", "\ufffd")


def test_nothing_is_painted_that_is_not_on_a_terminal() -> None:
    assert paint("DENY", "red") == "DENY"


def test_text_is_wrapped_between_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    digest = "0123456789abcdef" * 4

    print_text("The quick brown fox jumps over the lazy dog, twice.", indent=2)
    print_text()
    print_field("label", f"The quick brown fox jumps over {digest}", style="bold")
    print_field("", "more", indent=2)
    print_field("empty", "")

    assert capsys.readouterr().out.splitlines() == [
        "  The quick brown fox jumps over the",
        "  lazy dog, twice.",
        "",
        "label    The quick brown fox jumps over",
        f"         {digest}",
        "           more",
        "empty",
    ]


def test_a_terminal_gets_colours_and_a_table(institute: Path) -> None:
    shown = run_on_terminal(READ, institute, {"TERM": "xterm", "COLUMNS": "80"})

    assert shown.startswith("\x1b[1;31mDENY\x1b[0m     not permitted\n")


@pytest.mark.parametrize(
    ("name", "value", "coloured"),
    [
        ("TERM", "xterm", True),
        ("NO_COLOR", "", True),
        ("NO_COLOR", "1", False),
        ("TERM", "dumb", False),
    ],
)
def test_a_terminal_gets_no_colours_when_told_so(
    ringwall: Ringwall,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    *,
    coloured: bool,
) -> None:
    screen = Screen()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", screen)

    ringwall(*READ)

    assert "DENY" in screen.getvalue()
    assert ("\x1b" in screen.getvalue()) is coloured


@pytest.mark.parametrize("form", ["json", "ndjson", "csv"])
def test_data_has_no_colours_whatever_is_forced(
    ringwall: Ringwall, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    screen = Screen()
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stdout", screen)

    ringwall(*READ, "--format", form)

    assert "user:ada" in screen.getvalue()
    assert "\x1b" not in screen.getvalue()
