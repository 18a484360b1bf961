from ringwall.policy.faults import Faults
from ringwall.policy.model_file import Sections, read_sections


def _read(text: str) -> tuple[Sections, list[str]]:
    faults = Faults()
    sections = read_sections("m", text.split("\n"), faults)
    return sections, [fault.code for fault in faults.refusal("m").faults]


def test_entries_are_kept_by_section_and_key() -> None:
    sections, _ = _read("# note\n\n[vocabulary]\n  kind = a, b  \nlevel=x<y\n[types]\n")

    entry = sections["vocabulary"]["kind"]
    assert (entry.key, entry.value.text, entry.line, entry.column) == (
        "kind",
        "a, b",
        4,
        3,
    )
    assert sections["vocabulary"]["level"].value.text == "x<y"
    assert sections["types"] == {}


def test_value_may_hold_an_equals_sign() -> None:
    sections, _ = _read("[matchers]\nm = r.a == p.b")

    assert sections["matchers"]["m"].value.text == "r.a == p.b"


def test_continued_line_is_joined_and_every_part_keeps_its_place() -> None:
    sections, _ = _read("[matchers]\nm = r.a \\\n   && r.b \\\n && r.c")

    value = sections["matchers"]["m"].value
    assert value.text == "r.a && r.b && r.c"
    assert value.place(0) == (2, 5)
    assert value.place(value.text.index("r.b")) == (3, 7)
    assert value.place(value.text.index("r.c")) == (4, 5)


def test_value_may_start_on_the_continued_line() -> None:
    sections, _ = _read("[matchers]\nm = \\\n  r.a")

    value = sections["matchers"]["m"].value
    assert (value.text, value.place(0)) == ("r.a", (3, 3))


def test_stock_casbin_joins_lines_in_the_same_way() -> None:
    from casbin.config import Config

    text = "[matchers]\nm = r.a \\\n   && r.b \\\n && r.c\n[vocabulary]\nx = y\n"
    sections, _ = _read(text)

    stock = Config.new_config_from_text(text).get("matchers::m")
    assert stock == sections["matchers"]["m"].value.text


def test_every_section_but_that_of_roles_is_needed() -> None:
    _, codes = _read("[role_definition]\ng = _, _")

    assert codes == ["section-missing"] * 7


def test_all_faults_are_found_at_once() -> None:
    text = "x = 1\n[nonsense]\n[matchers]\nm = a # b\n[types]\n[types]\n= 1\na =\nb"
    _, codes = _read(text)

    assert codes[:7] == [
        "line-misplaced",
        "section-unknown",
        "comment-in-value",
        "section-duplicate",
        "line-malformed",
        "line-malformed",
        "line-malformed",
    ]


def test_section_with_a_line_that_is_refused_is_not_called_empty_as_well() -> None:
    _, codes = _read("[policy_effect]\ne2 = x")

    assert codes[0] == "key-unknown"
    assert "key-missing" not in codes


def test_empty_section_lacks_its_key() -> None:
    assert "key-missing" in _read("[policy_effect]")[1]


def test_backslash_before_a_header_is_refused() -> None:
    assert "continuation-broken" in _read("[matchers]\nm = r.a \\\n[types]")[1]
