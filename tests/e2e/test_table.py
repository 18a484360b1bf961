"""Tables that fit the screen and lose nothing."""

import re

from hypothesis import given
from hypothesis import strategies as st

from ringwall.cli.table import format_table

CELLS = st.text("ab:-. \u00e9", max_size=30)
HEADERS = ("key", "what it is", "number")


def test_a_table_that_fits_has_a_head_and_aligned_columns() -> None:
    head, body = format_table(("id", "count"), [("a", 1), ("bcd", 200)], 80)

    assert head == ["id   count", "----------"]
    assert body == ["a        1", "bcd    200"]


def test_a_wide_column_is_broken_between_words_before_within_them() -> None:
    _, body = format_table(("id", "via"), [("x", "point:raid-desk, point:b")], 20)

    assert body == ["x   point:raid-desk,", "    point:b"]


def test_a_long_word_is_broken_where_an_id_can_be() -> None:
    _, body = format_table(("id", "via"), [("x", "point:raid-desk-number-two")], 18)

    assert body == ["x   point:raid-", "    desk-number-", "    two"]


def test_an_instant_to_the_second_is_not_broken_but_what_is_beside_it() -> None:
    row = ("x", "early-warning", "2026-11-23T08:30:00Z")

    _, body = format_table(("id", "stage", "due"), [row], 34)

    assert body == ["x   early-    2026-11-23T08:30:00Z", "    warning"]


def test_the_key_is_never_broken() -> None:
    head, body = format_table(("rule", "why"), [("acc-031-long", "a b c d e f")], 18)

    assert all(len(line) <= 18 for line in head + body)
    assert body[0].startswith("acc-031-long")


def test_too_many_columns_become_a_paragraph_a_row() -> None:
    headers = ("rule", "role", "site >=", "note")
    rows = [("acc-031", "weights-researcher", "SL3", ""), ("acc-032", "x", "SL4", "y")]

    head, body = format_table(headers, rows, 30)

    assert head == []
    assert body == [
        "acc-031  role",
        "         weights-researcher,",
        "         site >= SL3",
        "acc-032  role x, site >= SL4,",
        "         note y",
    ]


def test_a_table_without_rows_has_its_head() -> None:
    assert format_table(("a", "b"), [], 80) == (["a  b", "----"], [])


def test_what_can_not_be_seen_is_made_visible() -> None:
    _, body = format_table(("a",), [("x\x1b[2Jy",)], 80)

    assert body == ["x\ufffd[2Jy"]


@given(
    st.lists(st.tuples(CELLS, CELLS, st.integers(0, 10**6)), max_size=5),
    st.integers(10, 100),
)
def test_no_character_is_lost_at_any_width(
    rows: list[tuple[str, str, int]], width: int
) -> None:
    head, body = format_table(HEADERS, rows, width)

    shown = re.sub(r"[\s,]", "", "".join(body))
    for row in rows:
        for cell in row:
            for word in str(cell).split():
                assert set(word) <= set(shown)
    assert len(re.sub(r"\s", "", "".join(body))) >= sum(
        len("".join(str(cell).split())) for row in rows for cell in row
    )
    assert not any(line.endswith(" ") for line in head + body)
