import pytest

from ringwall.raid.rule_changes import Change, changes_of

TABLE = b"id,limit,note\na,1,\nb,2,x\n"


def test_the_same_files_differ_in_nothing() -> None:
    assert changes_of({"clocks/rules.csv": TABLE}, {"clocks/rules.csv": TABLE}) == []


def test_a_cell_a_new_row_and_a_row_that_is_gone_are_told() -> None:
    after = b"id,limit,note\na,3,\nc,4,y\n"

    assert changes_of({"t.csv": TABLE}, {"t.csv": after}) == [
        Change("t.csv", "a", "limit", "1", "3"),
        Change("t.csv", "c", "", "", "id=c, limit=4, note=y"),
        Change("t.csv", "b", "", "id=b, limit=2, note=x", ""),
    ]


def test_a_new_column_is_told_in_each_row() -> None:
    after = b"id,limit,note,zone\na,1,,UTC\nb,2,x,\n"

    assert changes_of({"t.csv": TABLE}, {"t.csv": after}) == [
        Change("t.csv", "a", "zone", "", "UTC"),
    ]


def test_rows_without_an_id_of_their_own_are_new_or_gone() -> None:
    before, after = b"day,name\nx,1\nx,2\n", b"day,name\nx,1\nx,3\n"

    assert changes_of({"t.csv": before}, {"t.csv": after}) == [
        Change("t.csv", "x, 3", "", "", "day=x, name=3"),
        Change("t.csv", "x, 2", "", "day=x, name=2", ""),
    ]


def test_a_file_that_is_new_or_gone_is_told_as_one() -> None:
    assert changes_of({}, {"t.csv": TABLE}) == [
        Change("t.csv", "the file", "", "", "25 bytes"),
    ]
    assert changes_of({"t.csv": TABLE}, {}) == [
        Change("t.csv", "the file", "", "25 bytes", ""),
    ]


def test_what_differs_in_its_layout_alone_is_told_too() -> None:
    assert changes_of({"t.csv": TABLE}, {"t.csv": TABLE + b"\n"}) == [
        Change("t.csv", "the file", "layout", "25 bytes", "26 bytes"),
    ]
    assert changes_of({"a.yaml": b"a: 1\n"}, {"a.yaml": b"a:  1\n"}) == [
        Change("a.yaml", "the file", "layout", "5 bytes", "6 bytes"),
    ]


def test_cells_beyond_the_header_are_not_lost() -> None:
    [change] = changes_of({"t.csv": b"id\na,1\n"}, {"t.csv": b"id\na,2\n"})

    assert change == Change("t.csv", "a", "more", "1", "2")


def test_an_empty_table_is_a_table() -> None:
    assert changes_of({"t.csv": b""}, {"t.csv": b",x\na,1\n"}) == [
        Change("t.csv", "a", "", "", "column 1=a, x=1"),
    ]


def test_yaml_is_compared_leaf_by_leaf_and_lists_by_what_they_call_their_items() -> (
    None
):
    before = b"people: 1\nclasses:\n  - {class: cyber, deep: 5}\nwords: [a, b]\nnone:\n"
    after = b"people: 2\nclasses:\n  - {class: cyber, deep: 6}\nwords: [a]\nnone:\n"

    assert changes_of({"c.yaml": before}, {"c.yaml": after}) == [
        Change("c.yaml", "people", "value", "1", "2"),
        Change("c.yaml", "classes.cyber.deep", "value", "5", "6"),
        Change("c.yaml", "words.1", "", "value=b", ""),
    ]


@pytest.mark.parametrize("data", [b"a: [\n", b"\xff\xfe", b"&x a: *x\n"])
def test_what_is_no_yaml_is_compared_as_a_whole(data: bytes) -> None:
    found = changes_of({"c.yaml": b"a: 1\n"}, {"c.yaml": data})

    assert found == [Change("c.yaml", "a", "", "value=1", "")]
