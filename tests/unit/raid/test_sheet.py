"""Tables as CSV: what is not exactly that is refused."""

import pytest

from ringwall.raid.sheet import MAX_SHEET_BYTES, parse_sheet


def codes(data: bytes) -> list[tuple[int, str]]:
    sheet = parse_sheet(data, "t.csv", ("a", "b"))
    return [(fault.line, fault.code) for fault in sheet.faults]


def test_rows_are_read_with_their_lines() -> None:
    sheet = parse_sheet(b'a,b\n1,"x, y"\n2,\n', "t.csv", ("a", "b"))

    assert [(line.number, line["a"], line["b"]) for line in sheet.lines] == [
        (2, "1", "x, y"),
        (3, "2", ""),
    ]
    assert sheet.faults == []


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfa,b\n",
        b"a,b\r\n1,2\r\n",
        b"a,b\n1,\0\n",
        b"\xff\xfe",
        b'a,b\n"1,2\n',
    ],
)
def test_what_is_no_plain_text_is_refused(data: bytes) -> None:
    assert codes(data) == [(0, "table-not-text")]


def test_another_header_is_refused() -> None:
    assert codes(b"b,a\n1,2\n") == [(1, "wrong-columns")]
    assert codes(b"") == [(1, "wrong-columns")]


def test_a_row_of_other_length_is_refused_with_its_line() -> None:
    assert codes(b"a,b\n1,2\n1\n") == [(3, "wrong-cells")]


@pytest.mark.parametrize("cell", ["\x1b[2J", "\u202e", " x", "y" * 2001])
def test_a_cell_that_steers_a_screen_is_refused(cell: str) -> None:
    assert codes(f"a,b\n1,{cell}\n".encode()) == [(2, "unprintable-cell")]


def test_a_table_that_is_too_large_is_refused() -> None:
    data = b"a,b\n" + b"1,2\n" * (MAX_SHEET_BYTES // 4)

    assert codes(data) == [(0, "table-too-large")]
