"""Wide tables in groups: nothing is lost, and what repeats is said once."""

from hypothesis import given
from hypothesis import strategies as st

from ringwall.cli.grouped_table import group_table

HEADERS = ("rule", "role", "kind", "level >=", "effect")
CELLS = st.sampled_from(["a", "bb", "long-word.with-parts", "another-long-word"])
# What asks nothing in each column; nothing does in the first two.
IDLE = ("", "", "a", "bb", "a")
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


def test_what_asks_nothing_goes_unsaid_in_headings() -> None:
    rows = [
        (f"r-{number:02}", f"word-{number}", kind, level, "allow")
        for number, (kind, level) in enumerate([("*", "L0"), ("*", "L1-only")] * 6)
    ]
    rows[0] = (*rows[0][:2], "kind-of-length", *rows[0][3:])

    table = group_table(HEADERS, rows, 18, ("", "", "*", "L0", ""))

    assert table.constant == "effect allow"
    assert table.unsaid == "kind *, level >= L0"
    assert [(group.heading, len(group.lines)) for group in table.groups] == [
        ("kind kind-of-length", 1),
        ("level >= L1-only", 6),
        # A heading says something, even if it asks nothing.
        ("kind *, level >= L0", 5),
    ]


def test_columns_that_rarely_ask_anything_speak_only_where_they_do() -> None:
    rows = [
        (f"r-{number:02}", f"word-{number}", "*", "L0", "*") for number in range(20)
    ]
    for number in (3, 4):
        rows[number] = (*rows[number][:2], f"kind-{number}", "L1", "*")
        rows[number + 4] = (*rows[number + 4][:2], "*", f"L{number}", "*")
        rows[number + 8] = (*rows[number + 8][:2], "*", "L0", f"effect-{number}")

    headers = ("rule", "role", "kindofasset", "levelofsite >=", "effectofrow")

    table = group_table(headers, rows, 36, ("", "", "*", "L0", "*"))

    assert table.unsaid == "kindofasset *, levelofsite >= L0, effectofrow *"
    assert table.head[0].split() == ["rule", "role", "further"]
    (group,) = table.groups
    assert group.heading == ""
    assert group.lines[2:5] == (
        "r-02  word-2",
        "r-03  word-3   kindofasset kind-3,",
        "               levelofsite >= L1",
    )
    assert "r-11  word-11  effectofrow effect-3" in group.lines


def test_nothing_goes_unsaid_where_a_line_a_row_will_do() -> None:
    rows = [("r-1", "x", "*", "L1", "allow"), ("r-2", "z", "y", "L0", "deny")]

    table = group_table(HEADERS, rows, 80, ("", "", "*", "L0", ""))

    assert table.unsaid == ""
    assert table.head[0].split() == ["rule", "role", "kind", "level", ">=", "effect"]
    assert table.groups[0].lines[0].split() == ["r-1", "x", "*", "L1", "allow"]


@given(ROWS, st.integers(30, 120), st.booleans())
def test_no_cell_is_lost_at_any_width(
    cells: list[tuple[str, str, str, str]], width: int, has_idle: bool
) -> None:
    rows = [(f"r-{number:02}", *row) for number, row in enumerate(cells)]
    idle = IDLE if has_idle else ("",) * len(HEADERS)

    table = group_table(HEADERS, rows, width, idle)

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
        for header, field, unsaid in zip(HEADERS[1:], fields, idle[1:], strict=True):
            if field == unsaid and f"{header} {unsaid}" in table.unsaid:
                continue  # said above, once for all
            pieces = field.replace("-", "- ").replace(".", ". ").split()
            assert all(piece in whole for piece in pieces)
