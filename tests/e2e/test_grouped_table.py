"""Wide tables in groups: nothing is lost, and what repeats is said once."""

from hypothesis import given
from hypothesis import strategies as st

from ringwall.cli.grouped_table import group_table

HEADERS = ("rule", "role", "kind", "level >=", "effect")
CELLS = st.sampled_from(["a", "bb", "long-word.with-parts", "another-long-word"])
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=30)


def test_a_table_that_fits_is_one_group_without_a_heading() -> None:
    rows = [("r-1", "x", "y", "L1", "allow"), ("r-2", "z", "y", "L2", "deny")]

    table = group_table(HEADERS, rows, 80)

    assert table.constant == "kind y"
    assert table.head == (
        "rule  role  level >=  effect",
        "----------------------------",
    )
    (group,) = table.groups
    assert group.heading == ""
    assert group.lines == (
        "r-1   x     L1        allow",
        "r-2   z     L2        deny",
    )


def test_a_wide_table_is_grouped_by_its_first_column_that_repeats() -> None:
    rows = [
        (f"r-{number}", role, "kind-of-some-length", f"L{number}", "allow")
        for number, role in enumerate(["weights-researcher", "custodian"] * 3)
    ]
    rows[5] = (*rows[5][:4], "deny")

    table = group_table(HEADERS, rows, 28)

    assert table.constant == "kind kind-of-some-length"
    assert [(group.heading, group.lines) for group in table.groups] == [
        (
            "role weights-researcher",
            (
                "r-0   L0        allow",
                "r-2   L2        allow",
                "r-4   L4        allow",
            ),
        ),
        (
            "role custodian",
            (
                "r-1   L1        allow",
                "r-3   L3        allow",
                "r-5   L5        deny",
            ),
        ),
    ]


def test_a_single_row_says_all_above_but_its_key() -> None:
    table = group_table(HEADERS, [("r-1", "x", "y", "L1", "allow")], 40)

    assert table.constant == "role x, kind y, level >= L1, effect allow"
    assert [group.lines for group in table.groups] == [("r-1",)]


def test_where_nothing_fits_each_row_is_a_paragraph() -> None:
    words = [f"{letter}" * 12 for letter in "abc"]
    rows = [("r-1", *words, "x"), ("r-2", *reversed(words), "y")]

    table = group_table(HEADERS, rows, 30)

    assert table.head == ()
    assert table.groups[0].lines[0].startswith("r-1  role aaaaaaaaaaaa,")


@given(ROWS, st.integers(30, 120))
def test_no_cell_is_lost_at_any_width(
    cells: list[tuple[str, str, str, str]], width: int
) -> None:
    rows = [(f"r-{number:02}", *row) for number, row in enumerate(cells)]

    table = group_table(HEADERS, rows, width)

    shown = {}
    for group in table.groups:
        key = ""
        for line in group.lines:
            if line.startswith("r-"):
                key = line.split()[0]
                shown[key] = table.constant + group.heading
            shown[key] += line
    assert sorted(shown) == [row[0] for row in rows]
    for key, *fields in rows:
        whole = "".join(shown[key].split())
        for field in fields:
            pieces = field.replace("-", "- ").replace(".", ". ").split()
            assert all(piece in whole for piece in pieces)
