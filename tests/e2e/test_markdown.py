"""Tables as Markdown."""

from ringwall.cli.markdown import markdown_table


def test_columns_are_padded_to_one_width() -> None:
    assert markdown_table(("id", "what it is"), [("a", "x"), ("bcde", "yy")]) == [
        "| id   | what it is |",
        "| ---- | ---------- |",
        "| a    | x          |",
        "| bcde | yy         |",
    ]


def test_a_narrow_column_has_room_for_its_rule() -> None:
    assert markdown_table(("a",), []) == ["| a   |", "| --- |"]


def test_no_cell_acts_as_markup_or_on_a_terminal() -> None:
    *_, row = markdown_table(("a",), [("*a|b_c`d`<e>[f]\\~&\x1b[2J",)])

    assert row == ("| \\*a\\|b\\_c\\`d\\`\\<e>\\[f\\]\\\\\\~\\&\ufffd\\[2J |")
