import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.model.values import is_printable
from ringwall.raid.intake.plain_text import cell, shown


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain", "plain"),
        ("a\x1b[2Jb", "a\ufffd[2Jb"),
        ("a\r\nb\tc", "a b c"),
        ("user\u202egpj.exe", "user\ufffdgpj.exe"),
        ("a\u200bb\ufeff", "a\ufffdb\ufffd"),
        ("\x9b31m", "\ufffd31m"),
        ("Köln 東京", "Köln 東京"),
        ("line\u2028sep", "line sep"),
        ("e" + "\u0301" * 40, "e" + "\u0301" * 4),
        ("  many   blanks ", "many blanks"),
    ],
)
def test_nothing_that_acts_is_left(text: str, line: str) -> None:
    assert shown(text) == line


def test_a_text_is_cut_to_a_width() -> None:
    assert shown("x" * 100, 10) == "x" * 9 + "…"
    assert shown("x" * 10, 10) == "x" * 10
    assert shown(" " * 1000 + "x", 10) == "…"


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(1)",
        "|cmd",
        "\t=1",
        "\n\n=1",
        "  =1",
        "\uff1dcmd",
        "\x00=1",
    ],
)
def test_no_cell_is_a_formula(text: str) -> None:
    assert cell(text)[0] in {"'", "\ufffd"}


def test_a_cell_that_is_no_formula_stays() -> None:
    assert cell("a=1") == "a=1"
    assert cell("") == ""


@given(st.text())
def test_any_text_becomes_one_line_that_can_be_read(text: str) -> None:
    line = shown(text)
    line = line.replace("\ufffd", "?")
    assert all(is_printable(char) and char.isprintable() for char in line)
    assert "\n" not in line


@given(st.text(), st.integers(1, 40))
def test_no_line_is_wider_than_asked(text: str, width: int) -> None:
    assert len(shown(text, width)) <= width


@given(st.text())
def test_a_cell_comes_back_from_csv_as_one_cell_and_no_formula(text: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerow([cell(text), "end"])
    [row] = csv.reader(io.StringIO(out.getvalue(), newline=""))
    assert row == [cell(text), "end"]
    assert row[0][:1] not in set("=+-@|\t\r")
