import pytest

from ringwall.base.errors import DeclarationError
from ringwall.base.yaml_tree import Node, parse_yaml, position, to_data


def _parse(text: str | bytes, **limits: int) -> Node:
    data = text.encode() if isinstance(text, str) else text
    return parse_yaml(
        data, "f.yaml", max_bytes=limits.pop("max_bytes", 10_000), **limits
    )


def _faults(text: str | bytes, **limits: int) -> list[tuple[str, int, int]]:
    with pytest.raises(DeclarationError) as caught:
        _parse(text, **limits)
    assert caught.value.code == "yaml-refused"
    return [(fault.code, fault.line, fault.column) for fault in caught.value.faults]


def test_tree_holds_text_lists_and_mappings_with_their_places() -> None:
    root = _parse("a: x\nb:\n  - 1\n  - {c: 'y'}\n")

    assert isinstance(root.value, dict)
    assert root.value["a"] == Node("x", 1, 4, plain=True)
    listed = root.value["b"]
    assert (listed.line, listed.column) == (3, 3)
    assert isinstance(listed.value, list)
    assert listed.value[0] == Node("1", 3, 5, plain=True)
    inner = listed.value[1].value
    assert isinstance(inner, dict)
    assert inner["c"] == Node("y", 4, 9, plain=False)


def test_document_may_be_a_scalar_and_may_have_a_start_mark() -> None:
    assert to_data(_parse("--- x\n...\n")) == "x"


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("a:", {"a": None}),
        ("7", 7),
        ("-7", -7),
        ("0", 0),
        ("'true'", "true"),
        ('"7"', "7"),
        ("|\n  7\n", "7\n"),
        ("yes", "yes"),
        ("True", "True"),
        ("~", "~"),
        ("007", "007"),
        ("1e25", "1e25"),
        ("1.5", "1.5"),
        ("0x10", "0x10"),
        ("2027-01-01", "2027-01-01"),
        ("1" * 18, int("1" * 18)),
        ("1" * 19, "1" * 19),
        ("[a, [b], {c: d}]", ["a", ["b"], {"c": "d"}]),
        ("<<: {a: b}", {"<<": {"a": "b"}}),
    ],
)
def test_only_plain_constants_and_integers_are_more_than_text(
    text: str, data: object
) -> None:
    assert to_data(_parse(text)) == data


def test_keys_stay_text() -> None:
    assert to_data(_parse("true: 1\n7: 2\nnull: 3\n")) == {"true": 1, "7": 2, "null": 3}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (b"x" * 11, ("file-too-large", 0, 0)),
        (b"\xef\xbb\xbfa: b", ("byte-order-mark", 1, 1)),
        (b"a: b\nc: \xff", ("not-utf8", 2, 0)),
        (b"a\x00", ("control-character", 1, 2)),
        (b"a: b\r\n", ("control-character", 1, 5)),
        ("a\nb\u2028c".encode(), ("control-character", 2, 2)),
        ("a\ufffe".encode(), ("control-character", 1, 2)),
        ("a: b\u200d".encode(), ("control-character", 1, 5)),
        ("\na: \u00a0".encode(), ("control-character", 2, 4)),
        (rb'- "\u202E"', ("control-character", 1, 3)),
        (rb'"\e": 1', ("control-character", 1, 1)),
        (b"", ("file-empty", 0, 0)),
        (b"# nothing", ("file-empty", 0, 0)),
        (b"a: &x 1", ("yaml-alias", 1, 4)),
        (b"[&x 1, *x]", ("yaml-alias", 1, 2)),
        (b"- *x", ("yaml-alias", 1, 3)),
        (b"a: &x {}", ("yaml-alias", 1, 4)),
        (b"a: !!int 1", ("yaml-tag", 1, 4)),
        (b"!x [a]", ("yaml-tag", 1, 1)),
        (b"a: 1\na: 2", ("yaml-duplicate-key", 2, 1)),
        (b"{[a]: b}", ("yaml-key", 1, 2)),
        (b"? {a: b}", ("yaml-key", 1, 3)),
        (b"a\n---\nb", ("yaml-documents", 2, 1)),
        (b"a: [1\nb", ("yaml-syntax", 3, 1)),
        (b"a: b: c", ("yaml-syntax", 1, 5)),
        (b"\ta: b", ("yaml-syntax", 1, 1)),
    ],
)
def test_what_is_not_of_the_small_yaml_is_refused(
    text: bytes, fault: tuple[str, int, int]
) -> None:
    assert _faults(text, max_bytes=10) == [fault]


@pytest.mark.parametrize("text", ["%YAML 1.1\n---\na: b", "%TAG ! !x\n---\na: b"])
def test_directive_is_refused(text: str) -> None:
    assert [code for code, _, _ in _faults(text)] == ["yaml-directive"]


def test_nesting_is_limited() -> None:
    assert to_data(_parse("[" * 3 + "]" * 3, max_depth=3)) == [[[]]]
    assert _faults("[" * 4 + "]" * 4, max_depth=3) == [("yaml-too-deep", 1, 4)]
    assert _faults("{a: " * 17 + "}" * 17)[0][0] == "yaml-too-deep"


def test_number_of_values_is_limited_keys_counted() -> None:
    assert to_data(_parse("{a: b}", max_nodes=3)) == {"a": "b"}
    assert _faults("{a: b, c: d}", max_nodes=3) == [("yaml-too-many", 1, 8)]


def test_bomb_of_aliases_is_refused_at_its_first_anchor() -> None:
    bomb = "a: &a [x]\n" + "".join(f"b{n}: [*a, *a, *a]\n" for n in range(99))

    assert _faults(bomb) == [("yaml-alias", 1, 4)]


def test_all_duplicate_keys_are_found_at_once() -> None:
    assert _faults("a: 1\na: 2\nb: {c: 1, c: 2}\n") == [
        ("yaml-duplicate-key", 2, 1),
        ("yaml-duplicate-key", 3, 11),
    ]


def test_fifty_first_fault_ends_the_reading() -> None:
    faults = _faults("a: 1\n" * 62)

    assert len(faults) == 51
    assert faults[-1] == ("more-faults", 52, 0)


def test_position_of_a_path_is_that_of_its_value() -> None:
    root = _parse("people:\n  - id: a\n  - id: b\n    level: 7\n")

    assert position(root, ("people", 1, "level")) == (4, 12)
    assert position(root, ()) == (1, 1)


@pytest.mark.parametrize(
    "path",
    [("people", 1, "name"), ("people", 1, "name", 3), ("people", 1, 5)],
)
def test_position_beyond_the_tree_is_that_of_the_last_node(
    path: tuple[str | int, ...],
) -> None:
    root = _parse("people:\n  - id: a\n  - id: b\n")

    assert position(root, path) == (3, 5)


@pytest.mark.parametrize("path", [("people", 9), ("people", -1), ("people", "x")])
def test_position_of_a_missing_item_is_that_of_its_list(
    path: tuple[str | int, ...],
) -> None:
    assert position(_parse("people:\n  - id: a\n"), path) == (2, 3)
