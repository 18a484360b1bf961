from ringwall.policy.faults import Faults
from ringwall.policy.row_lines import RowLine, check_form, numbered_rows, split_line


def test_fields_come_with_their_columns() -> None:
    faults = Faults()

    assert split_line("f", 7, "p, a-1,  *, x:y", faults) == RowLine(
        7, ((1, "p"), (4, "a-1"), (10, "*"), (13, "x:y"))
    )
    assert len(faults) == 0


def test_each_line_that_is_no_row_is_a_fault() -> None:
    faults = Faults()
    lines = [
        "",
        "# p, a",
        "p2, a",
        "P, a",
        "g5, a, b",
        " p, a",
        "p, a ",
        "p,a",
        "p, (a)",
        "g4, a, b",
        "p" + ", a" * 32,
        "p" + ", a" * 33,
    ]
    check_form("f", lines, faults)

    assert [(item.line, item.code) for item in faults.refusal("f").faults] == [
        (3, "line-unknown"),
        (4, "line-unknown"),
        (5, "line-unknown"),
        (6, "stray-space"),
        (7, "stray-space"),
        (8, "field-separator"),
        (9, "field-malformed"),
        (12, "column-count"),
    ]


def test_blank_lines_and_comments_are_no_rows() -> None:
    lines = ["", "# p, row-001, x", " # no comment: it does not start the line", "p"]

    assert [number for number, _ in numbered_rows(lines)] == [3, 4]
