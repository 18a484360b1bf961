from dataclasses import replace

import pytest

from ringwall.base.errors import PolicyError
from ringwall.policy.concern import Concern
from ringwall.policy.difference.case_changes import (
    CaseChange,
    changed_cases,
    is_noticed,
)
from ringwall.policy.outcome import Outcome
from ringwall.policy.reader import parse_concern
from tests.unit.policy.sample import edited

CASES = """
now: 2027-01-01T00:00:00Z
named:
  subject:
    sue: {roles: [senior], level: L1, labels: [], suspended: false}
    gus: {roles: [guest], level: L0, labels: [x, y], suspended: false}
  asset:
    data: {kind: data, owner: org:hub, size: 2, born: 2027-01-01T00:00:00Z, labels: []}
    note: {kind: note, owner: org:hub, size: 0, born: 2027-01-01T00:00:00Z, labels: [x]}
cases:
  - {id: write, ask: {subject: sue, asset: data, action: write}, expect: permit}
  - {id: guest, ask: {subject: gus, asset: note, action: read}, expect: permit}
"""
PERMIT = Outcome(permitted=True, rules=("row-002",))
DENY = Outcome(permitted=False, rules=())
NO_OWNER = (
    (' \\\n && (p.owner == "*" || r.asset.owner == p.owner)', ""),
    ("level, owner, size", "level, size"),
    ("r.asset.owner = id\n", ""),
    ("p.owner = id, open\n", ""),
    ("owner = wrong-owner, the asset belongs to somebody else\n", ""),
)
"""Drop a condition together with its column, its types and its attribute."""
HIGHER = ("row-002, senior, data, L1", "row-002, senior, data, L2")


def _concern(*edits: tuple[str, str], cases: str = CASES) -> Concern:
    files = edited(*edits) | {"cases.yaml": cases.encode()}
    return parse_concern("base", files)


def test_cases_that_come_out_alike_are_not_listed() -> None:
    assert changed_cases(_concern(), _concern(("# senior", "# the senior"))) == ()


def test_the_same_files_are_not_even_asked() -> None:
    broken = _concern(cases="none")

    assert changed_cases(broken, broken) == ()


def test_a_case_that_comes_out_otherwise_is_listed_with_both_answers() -> None:
    assert changed_cases(_concern(), _concern(HIGHER)) == (
        CaseChange("base", "write", "both", PERMIT, DENY),
    )


def test_a_case_of_the_old_side_alone_is_asked_of_both() -> None:
    shorter = CASES.replace("  - {id: write", "  # - {id: write").replace(
        "    sue:", "    # sue:"
    )
    shorter = shorter.replace("    data:", "    # data:")
    (found,) = changed_cases(_concern(), _concern(HIGHER, cases=shorter))

    assert (found.case, found.sides) == ("write", "old")


def test_a_case_that_asks_otherwise_on_each_side_is_two() -> None:
    lower = CASES.replace("level: L1", "level: L2")
    looser = ("row-002, senior, data, L1", "row-002, senior, data, L0")
    none = CASES.replace("level: L1", "level: L0")

    assert [
        (item.sides, item.old.permitted, item.new.permitted)
        for item in changed_cases(_concern(cases=lower), _concern(HIGHER))
    ] == [("new", True, False)]
    assert [
        (item.sides, item.old.permitted, item.new.permitted)
        for item in changed_cases(_concern(), _concern(looser, cases=none))
    ] == [("new", False, True)]


def test_ranks_of_another_order_are_asked_by_their_words() -> None:
    """L1 is the lowest level now, so that the row asks for no more than any has."""
    turned = _concern(("L0 < L1 < L2", "L2 < L1 < L0"))

    assert [item.case for item in changed_cases(_concern(), turned)] == []
    assert [item.case for item in changed_cases(_concern(HIGHER), turned)] == ["write"]


def test_a_case_that_the_other_side_can_not_understand_is_listed_with_the_cause() -> (
    None
):
    unknown = _concern(
        ("role = junior, senior, guest", "role = junior, senior"),
        ("row-004, guest", "row-004, junior"),
        ("row-900, guest", "row-900, junior"),
        cases=CASES.replace("[guest]", "[junior]"),
    )
    old, new = (
        item for item in changed_cases(_concern(), unknown) if item.case == "guest"
    )

    assert (old.sides, old.is_asked) == ("old", False)
    assert old.why_not.startswith("the new side can't be asked: `subject.roles`: ")
    assert (new.sides, new.is_asked) == ("new", True)


def test_a_case_that_the_old_side_can_not_understand_is_listed_too() -> None:
    more = _concern(
        ("role = junior, senior, guest", "role = junior, senior, guest, chief"),
        cases=CASES.replace("roles: [guest]", "roles: [chief]"),
    )
    (found,) = (item for item in changed_cases(_concern(), more) if item.sides == "new")

    assert found.why_not.startswith("the old side can't be asked: ")


@pytest.mark.parametrize("is_new", [False, True])
def test_cases_of_a_concern_that_one_side_lacks_can_not_be_asked_there(
    is_new: bool,
) -> None:
    pair = (None, _concern()) if is_new else (_concern(), None)
    found = changed_cases(*pair)

    assert [item.case for item in found] == ["write", "guest"]
    assert {item.sides for item in found} == {"new" if is_new else "old"}
    missing = "old" if is_new else "new"
    assert {item.why_not for item in found} == {
        f"the {missing} side can't be asked: there is no concern `base`"
    }


def _without_owner(cases: str) -> Concern:
    files = edited(*NO_OWNER)
    rows = files["policy.csv"].decode().splitlines(keepends=True)
    files["policy.csv"] = "".join(
        ", ".join(f for n, f in enumerate(row.split(", ")) if n != 5)
        if row.startswith("p, ")
        else row
        for row in rows
    ).encode()
    return parse_concern("base", files | {"cases.yaml": cases.encode()})


@pytest.mark.parametrize("is_dropped", [True, False])
def test_a_case_is_asked_without_the_attributes_that_the_other_side_does_not_read(
    is_dropped: bool,
) -> None:
    """Whose asset it is keeps gus out, until nobody asks whose it is."""
    theirs = CASES.replace("{kind: note, owner: org:hub", "{kind: note, owner: org:x")
    wide = _concern(cases=theirs)
    narrow = _without_owner(CASES.replace(" owner: org:hub,", ""))
    found = changed_cases(*((wide, narrow) if is_dropped else (narrow, wide)))

    assert [(item.case, item.sides, item.is_asked) for item in found] == [
        ("guest", "both", True)
    ]
    assert found[0].old.permitted is not is_dropped
    assert found[0].new.permitted is is_dropped


@pytest.mark.parametrize("is_dropped", [True, False])
def test_a_case_of_another_name_that_lacks_an_attribute_can_not_be_asked(
    is_dropped: bool,
) -> None:
    narrow = _without_owner(
        CASES.replace(" owner: org:hub,", "").replace("id: write", "id: pen")
    )
    found = changed_cases(
        *((_concern(), narrow) if is_dropped else (narrow, _concern()))
    )
    here, there = ("new", "old") if is_dropped else ("old", "new")

    assert [(item.case, item.sides, item.why_not) for item in found] == [
        (
            "pen",
            here,
            f"the {there} side can't be asked: `owner` is missing from `asset`",
        )
    ]


def test_a_plain_value_that_became_a_mapping_can_not_be_asked() -> None:
    named = _concern(
        ("r.action = ", "r.action.name = "),
        ("r.action == p.action", "r.action.name == p.action"),
        cases=CASES.replace(
            "named:\n", "named:\n  action: {write: {name: write}, read: {name: read}}\n"
        ),
    )

    for pair in ((_concern(), named), (named, _concern())):
        found = changed_cases(*pair)
        assert [item.sides for item in found] == ["old", "old", "new", "new"]
        assert not any(item.is_asked for item in found)


def test_names_of_rules_that_are_gone_do_not_stop_the_comparison() -> None:
    stale = CASES.replace("expect: permit", "expect: permit, rules: [row-777]")
    found = changed_cases(_concern(), _concern(HIGHER, cases=stale))

    assert [item.case for item in found] == ["write"]


def test_cases_that_are_refused_stop_the_comparison() -> None:
    with pytest.raises(PolicyError):
        changed_cases(_concern(), _concern(cases="none"))


def test_a_part_of_a_change_is_noticed_if_a_case_tells_it_from_the_old_side() -> None:
    old, new = _concern(), _concern(HIGHER, ("read, deny", "write, deny"))

    assert is_noticed(old, new, _concern(HIGHER).files)
    assert not is_noticed(old, new, _concern(("read, deny", "write, deny")).files)


def test_a_case_that_a_version_can_not_be_asked_does_not_notice_a_change() -> None:
    """The old side lacks `chief`; its absence is no answer to compare with."""
    word = ("role = junior, senior, guest", "role = junior, senior, guest, chief")
    new = _concern(word, cases=CASES.replace("[guest]", "[chief]"))

    assert not is_noticed(_concern(), new, _concern(word).files)


@pytest.mark.parametrize(("edit", "noticed"), [(HIGHER, True), (("a", "a"), False)])
def test_where_a_part_does_not_stand_alone_the_whole_change_counts(
    edit: tuple[str, str], noticed: bool
) -> None:
    old, new = _concern(), _concern(edit)

    assert is_noticed(old, replace(new, digest="0"), {}) is noticed
