import pytest

from ringwall.policy.plain_rows import read_plain_rows
from ringwall.policy.rows import Rule
from ringwall.policy.schema import Column
from ringwall.policy.value_types import IdType, NumberType, WordType
from ringwall.policy.vocabulary import EFFECTS, Vocabulary

LEVEL = WordType(Vocabulary("level", ("L0", "L1"), ordered=True))
COLUMNS = (
    Column("rule", IdType()),
    Column("who", IdType(), open=True),
    Column("level", LEVEL),
    Column("size", NumberType()),
    Column("eft", WordType(EFFECTS)),
)
WORDS = (COLUMNS[0], Column("who", IdType()), COLUMNS[-1])
GOOD = "p, row-001, x, L1, 1e3, allow"


def test_rules_come_as_the_lines_say() -> None:
    lines = [(3, GOOD), (7, "p, row-002, *, L0, 7, deny")]

    assert read_plain_rows(lines, COLUMNS, "f") == (
        Rule(
            "row-001",
            ("row-001", "x", 1, 1000, "allow"),
            ("row-001", "x", "L1", "1e3", "allow"),
            "allow",
            "f",
            3,
        ),
        Rule(
            "row-002",
            ("row-002", None, 0, 7, "deny"),
            ("row-002", "*", "L0", "7", "deny"),
            "deny",
            "f",
            7,
        ),
    )


def test_words_are_kept_once_for_all_rows() -> None:
    many = [(n, f"p, row-{n:03}, x, L1, 1e3, allow") for n in range(2)]
    other = [(n, line.replace("x", f"y{n}")) for n, line in many]
    first, second = read_plain_rows(other, COLUMNS, "f") or ()
    (words,) = read_plain_rows([(1, "p, row-001, x, allow")], WORDS, "f") or ()

    assert first.text[3] is second.text[3]
    assert words.text is words.values


@pytest.mark.parametrize(
    "line",
    [
        "p, row-002, x, L1, 1e3",
        "p, row-002, x, L1, 1e3, allow, allow",
        "p, row-1, x, L1, 7, allow",
        "p, row-002\n, x, L1, 7, allow",
        "p, row-001, y, L1, 1e3, allow",
        "p, row-002, x, L1, 1000, allow",
        "p, row-002, x, L9, 7, allow",
        "p, row-002, x, *, 7, allow",
        "p, row-002, X, L1, 7, allow",
        "p, row-002, (x), L1, 7, allow",
        "p, row-002,  y, L1, 7, allow",
        "p, row-002, y, L1, 7, allow ",
        "p, row-002, y, L1, 7, Allow",
        "p, row-002,y, L1, 7, 8, allow",
    ],
)
def test_what_is_not_plainly_right_is_left_to_the_reader_of_lines(line: str) -> None:
    assert read_plain_rows([(1, GOOD), (2, line)], COLUMNS, "f") is None


def test_no_lines_are_no_rules() -> None:
    assert read_plain_rows([], COLUMNS, "f") is None


def test_what_stands_twice_is_found_however_far_apart() -> None:
    many = [(n, f"p, row-{n:05}, x{n}, allow") for n in range(9_000)]
    same_id = [*many, (9_001, "p, row-00000, y, allow")]
    same_row = [*many, (9_001, "p, row-09001, x0, allow")]

    assert len(read_plain_rows(many, WORDS, "f") or ()) == 9_000
    assert read_plain_rows(same_id, WORDS, "f") is None
    assert read_plain_rows(same_row, WORDS, "f") is None
