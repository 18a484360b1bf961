"""Data on stdout: tables, JSON, NDJSON and CSV."""

import csv
import io
import json
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.cli.options import Format
from ringwall.cli.output import (
    Sheet,
    chosen_format,
    json_text,
    print_object,
    print_rows,
    progress_bar,
    say,
)
from tests.e2e.running import Screen

ROWS: list[dict[str, object]] = [
    {
        "id": "user:ada",
        "roles": ["a", "b"],
        "on": True,
        "none": None,
        "nested": {"a": 1},
    },
    {"id": "=cmd()", "roles": [], "on": False, "none": "x\x1b[2J", "nested": [{}]},
]


def say_it() -> None:
    sys.stdout.write("for people\n")


def test_without_a_terminal_and_a_wish_data_is_json() -> None:
    assert chosen_format(None) is Format.JSON
    assert chosen_format(Format.CSV) is Format.CSV


def test_json_is_written_as_the_rows_come(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(["id"], iter(ROWS), Format.JSON)
    shown = capsys.readouterr().out

    assert json.loads(shown) == ROWS
    assert "\x1b" not in shown


def test_ndjson_is_one_row_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(["id"], ROWS, Format.NDJSON)

    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == ROWS


def test_rows_are_printed_before_the_last_is_known(
    capsys: pytest.CaptureFixture[str],
) -> None:
    seen: list[str] = []

    def one_by_one() -> Iterator[dict[str, object]]:
        for row in ROWS:
            yield row
            seen.append(capsys.readouterr().out)

    print_rows(["id"], one_by_one(), Format.NDJSON)

    assert [bool(text) for text in seen] == [True, True]


def test_csv_holds_no_formula_and_no_control_character(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_rows(["id"], ROWS, Format.CSV, sheet=["id", "roles", "on", "none", "nested"])

    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert rows == [
        ["id", "roles", "on", "none", "nested"],
        ["user:ada", "a, b", "true", "", '{"a": 1}'],
        ["'=cmd()", "", "false", "x\ufffd[2J", "[{}]"],
    ]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_a_spreadsheet_takes_no_cell_for_a_formula(
    capsys: pytest.CaptureFixture[str], text: str
) -> None:
    print_rows(["a"], [{"a": text}], Format.CSV)

    cell = capsys.readouterr().out.splitlines()[1]
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("number", [-691, -0.5, 7])
def test_a_number_is_no_formula_whatever_its_sign(
    capsys: pytest.CaptureFixture[str], number: float
) -> None:
    print_rows(["a"], [{"a": number}], Format.CSV)

    assert capsys.readouterr().out == f"a\n{number}\n"


def test_an_empty_list_has_a_form_in_each_format(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown = {}
    for form in Format:
        print_rows(["id", "at"], [], form, title="what there is")
        shown[form.value] = capsys.readouterr().out

    assert shown == {
        "table": "what there is\n(none)\n",
        "json": "[]\n",
        "ndjson": "",
        "csv": "id,at\n",
    }


def test_one_thing_has_a_form_in_each_format(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown = {}
    for form in Format:
        sheet = Sheet(["a"], [{"a": 1}])
        print_object({"a": {"b": 1}}, form, say_it, sheet)
        shown[form.value] = capsys.readouterr().out

    assert shown == {
        "table": "for people\n",
        "json": '{\n  "a": {\n    "b": 1\n  }\n}\n',
        "ndjson": '{"a": {"b": 1}}\n',
        "csv": "a\n1\n",
    }


@pytest.mark.parametrize(("columns", "widest"), [("", 80), ("80", 80), ("120", 120)])
def test_a_table_has_80_columns_unless_more_are_asked_for(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    columns: str,
    widest: int,
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr(sys, "__stdout__", None)

    print_rows(["id", "what"], [{"id": "x", "what": "word " * 40}], Format.TABLE)

    longest = max(map(len, capsys.readouterr().out.splitlines()))
    assert widest - 5 < longest <= widest


@given(st.text())
def test_json_escapes_what_can_not_be_seen_and_says_the_same(text: str) -> None:
    shown = json_text({"a": [text]})

    assert json.loads(shown) == {"a": [text]}
    assert shown.isprintable()


def test_a_hint_is_wrapped_on_a_terminal_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hint = "next: " + "word " * 30 + "end"
    say(hint)
    assert capsys.readouterr().err == f"{hint}\n"

    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    say(hint)

    lines = screen.getvalue().splitlines()
    assert len(lines) == 2
    assert max(map(len, lines)) <= 80
    assert " ".join(lines) == hint


def test_hints_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    say("next: x\x1b")
    with progress_bar("working") as progress:
        progress(1, 2)

    assert capsys.readouterr() == ("", "next: x\ufffd\n")
