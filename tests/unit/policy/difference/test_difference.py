import pytest

from ringwall.base.errors import PolicyError
from ringwall.policy.bundle import Bundle, parse_bundle
from ringwall.policy.difference.difference import (
    FieldChange,
    How,
    LinkChange,
    ModelChange,
    RowChange,
    compare_bundles,
)
from ringwall.policy.difference.stale_names import StaleName
from tests.unit.policy.difference.test_case_changes import CASES
from tests.unit.policy.sample import edited

HIGHER = ("row-002, senior, data, L1", "row-002, senior, data, L2")


def _bundle(*edits: tuple[str, str], cases: str = CASES) -> Bundle:
    return parse_bundle({"base": edited(*edits) | {"cases.yaml": cases.encode()}})


def test_nothing_differs_from_itself() -> None:
    found = compare_bundles(_bundle(), _bundle(("# senior", "# the senior")))

    assert not found
    assert (found.rows, found.links, found.models, found.cases) == ((), (), (), ())


def test_a_row_that_changed_shows_its_fields_and_whether_a_case_notices() -> None:
    unseen = ("row-900, guest, model, L0", "row-900, guest, model, L1")
    found = compare_bundles(_bundle(), _bundle(HIGHER, unseen))

    assert found
    assert found.rows == (
        RowChange(
            "base",
            "row-002",
            How.CHANGED,
            5,
            (FieldChange("level", "L1", "L2"),),
            noticed=True,
        ),
        RowChange(
            "base", "row-900", How.CHANGED, 8, (FieldChange("level", "L0", "L1"),)
        ),
    )
    assert [case.case for case in found.cases] == ["write"]


def test_a_row_that_came_or_went_shows_all_its_fields() -> None:
    text = edited()["policy.csv"].decode()
    row = next(line for line in text.splitlines(True) if "row-004" in line)
    shorter = _bundle((row, ""))

    (gone,) = compare_bundles(_bundle(), shorter).rows
    (come,) = compare_bundles(shorter, _bundle()).rows

    assert (gone.how, gone.line, gone.noticed) == (How.REMOVED, 7, True)
    assert (come.how, come.line, come.noticed) == (How.ADDED, 7, True)
    assert [field.old for field in gone.fields] == row.strip().split(", ")[2:]
    assert [field.new for field in come.fields] == row.strip().split(", ")[2:]
    assert [field.new for field in gone.fields] == [""] * 8


def test_links_that_came_or_went_are_listed() -> None:
    link = ("g, senior, junior\n", "g, guest, junior\n")
    ask = "{subject: sue, asset: data, action: read}"
    cases = f"{CASES}  - {{id: read, ask: {ask}, expect: permit}}\n"
    found = compare_bundles(_bundle(cases=cases), _bundle(link, cases=cases))

    assert found.links == (
        LinkChange("base", "g", "senior", "junior", How.REMOVED, noticed=True),
        LinkChange("base", "g", "guest", "junior", How.ADDED, noticed=True),
    )
    assert found.rows == ()


def test_links_that_no_case_needs_are_not_noticed_though_a_row_is() -> None:
    found = compare_bundles(_bundle(), _bundle(HIGHER, ("g, senior, junior\n", "")))

    assert [link.noticed for link in found.links] == [False]
    assert [row.noticed for row in found.rows] == [True]


def test_parts_of_the_model_that_changed_are_listed() -> None:
    found = compare_bundles(
        _bundle(),
        _bundle(
            ("&& at_least(r.subject.level, p.level)", "&& LEVEL"),
            ("LEVEL", "at_most(r.subject.level, p.level)"),
            ("no-role, nobody", "role-missing, nobody"),
        ),
    )

    assert [(part.part, part.how, part.noticed) for part in found.models] == [
        ("reason role", How.CHANGED, False),
        ("condition level", How.CHANGED, False),
    ]
    assert found.models[1] == ModelChange(
        "base",
        "condition level",
        How.CHANGED,
        "at_least(r.subject.level, p.level)",
        "at_most(r.subject.level, p.level)",
    )


def test_a_model_that_changes_an_answer_is_noticed() -> None:
    found = compare_bundles(_bundle(), _bundle(("!r.subject.sus", "r.subject.sus")))

    assert [(part.part, part.noticed) for part in found.models] == [
        ("condition subject.suspended", True)
    ]
    assert len(found.cases) == 2


def test_a_column_that_was_taken_out_is_a_change_of_each_row() -> None:
    def without_owner(text: str) -> str:
        return ", ".join(f for n, f in enumerate(text.split(", ")) if n != 5)

    files = edited(
        (' \\\n && (p.owner == "*" || r.asset.owner == p.owner)', ""),
        ("level, owner, size", "level, size"),
        ("r.asset.owner = id\n", ""),
        ("p.owner = id, open\n", ""),
        ("owner = wrong-owner, the asset belongs to somebody else\n", ""),
    )
    rows = files["policy.csv"].decode().splitlines(keepends=True)
    files["policy.csv"] = "".join(
        without_owner(row) if row.startswith("p, ") else row for row in rows
    ).encode()
    cases = CASES.replace(" owner: org:hub,", "")
    new = parse_bundle({"base": files | {"cases.yaml": cases.encode()}})
    found = compare_bundles(_bundle(), new)

    assert {row.how for row in found.rows} == {How.CHANGED}
    assert [row.fields[0].old for row in found.rows] == [
        "*",
        "org:hub",
        "*",
        "org:hub",
        "*",
    ]
    assert {part.how for part in found.models} == {How.CHANGED, How.REMOVED}
    assert found.cases == ()


def test_names_that_went_stale_are_listed_but_are_no_difference() -> None:
    cases = CASES.replace("expect: permit", "expect: permit, rules: [row-777]", 1)
    found = compare_bundles(_bundle(), _bundle(HIGHER, cases=cases))
    alone = compare_bundles(_bundle(cases=cases), _bundle(cases=cases))

    assert found.stale == (StaleName("base", "write", "new", 11, "rule", "row-777"),)
    assert [case.case for case in found.cases] == ["write"]
    assert [name.side for name in alone.stale] == ["old", "new"]
    assert not alone


@pytest.mark.parametrize("how", [How.ADDED, How.REMOVED])
def test_a_concern_of_one_side_is_wholly_added_or_removed(how: How) -> None:
    other = edited(("row-", "other-")) | {"cases.yaml": CASES.encode()}
    base = {"base": edited() | {"cases.yaml": CASES.encode()}}
    one, two = parse_bundle(base), parse_bundle(base | {"second": other})
    found = compare_bundles(*((one, two) if how is How.ADDED else (two, one)))

    for changes in (found.rows, found.links, found.models):
        assert {(item.concern, item.how) for item in changes} == {("second", how)}
        assert {item.noticed for item in changes} == {False}
    assert {case.is_asked for case in found.cases} == {False}
    assert len(found.rows) == 5


def test_cases_that_are_refused_stop_the_comparison() -> None:
    with pytest.raises(PolicyError):
        compare_bundles(_bundle(), _bundle(cases="none"))
