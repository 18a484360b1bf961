import pytest

from ringwall.policy.lint.dead_rows import find_dead_rows
from tests.unit.policy.sample import sample

LABELS = "within(r.asset.labels, r.subject.labels)"
LAST = "\nsubject.suspended = suspended"


def _dead(
    condition: str, name: str, *edits: tuple[str, str]
) -> dict[str, tuple[str, ...]]:
    """Return the dead rows when one more thing is asked, and what rules itself out.

    Args:
        condition: the operand added to the matcher.
        name: that of the condition; empty if it has its reason already.
        edits: of the files.
    """
    concern = sample(
        (f" && {LABELS}", f" && {condition} \\\n && {LABELS}"),
        (LAST, f"\n{name} = new, it is new{LAST}" if name else LAST),
        *edits,
    )
    return {
        item.rule.id: tuple(found.name for found in item.conditions)
        for item in find_dead_rows(concern)
    }


def test_no_row_of_a_good_concern_is_dead() -> None:
    assert find_dead_rows(sample()) == ()


def test_a_row_of_a_kind_that_the_matcher_shuts_out_is_dead() -> None:
    assert _dead('r.asset.kind != "data"', "asset.kind") == {
        "row-001": ("kind", "asset.kind"),
        "row-002": ("kind", "asset.kind"),
    }


def test_a_row_above_what_the_matcher_admits_is_dead() -> None:
    assert _dead('at_most(r.subject.level, "L1")', "subject.level") == {
        "row-003": ("level", "subject.level")
    }


def test_a_number_that_can_not_be_reached_is_dead() -> None:
    assert _dead('!at_most(r.asset.size, "1e6")', "asset.size") == {
        "row-002": ("size", "asset.size")
    }


def test_a_role_that_the_matcher_shuts_out_with_its_juniors_is_dead() -> None:
    assert _dead('!holds(r.subject.roles, "junior")', "subject.roles") == {
        "row-001": ("role", "subject.roles"),
        "row-002": ("role", "subject.roles"),
        "row-003": ("role", "subject.roles"),
    }


def test_an_id_that_the_matcher_shuts_out_is_dead() -> None:
    assert _dead('r.asset.owner != "org:hub"', "asset.owner") == {
        "row-002": ("owner", "asset.owner"),
        "row-004": ("owner", "asset.owner"),
    }


def test_a_matcher_that_nothing_meets_leaves_every_row_dead() -> None:
    found = _dead('("red" in r.asset.labels && !("red" in r.asset.labels))', "")

    assert set(found.values()) == {("asset.labels", "asset.labels")}
    assert len(found) == 5


def test_a_single_condition_that_nothing_meets_is_named_alone() -> None:
    found = _dead('!("red" in r.asset.labels || !("red" in r.asset.labels))', "")

    assert set(found.values()) == {("asset.labels",)}


def test_a_flag_that_must_be_both_leaves_every_row_dead() -> None:
    found = _dead("r.subject.suspended", "")

    assert set(found.values()) == {("subject.suspended", "subject.suspended")}
    assert len(found) == 5


@pytest.mark.parametrize(
    ("condition", "name"),
    [
        ('r.asset.kind != "model" || r.subject.suspended', "asset.kind"),
        ('at_least(r.asset.size, "1e6")', "asset.size"),
        ('"red" in r.asset.labels', ""),
        ("r.asset.owner in r.subject.labels", "asset.owner"),
        ('at_least("2028-01-01T00:00:00Z", r.asset.born)', "asset.born"),
    ],
)
def test_what_some_request_meets_is_not_dead(condition: str, name: str) -> None:
    bracketed = f"({condition})" if " || " in condition else condition

    assert _dead(bracketed, name).keys() <= {"row-900"}


def test_two_attributes_of_one_vocabulary_are_tried_together() -> None:
    found = _dead(
        "r.asset.kind != r.asset.sort && r.asset.sort == p.kind",
        "asset.kind",
        ("r.asset.kind = kind", "r.asset.kind = kind\nr.asset.sort = kind"),
        ("p.kind = kind, open", "p.kind = kind"),
        ('(p.kind == "*" || r.asset.kind == p.kind)', "r.asset.kind == p.kind"),
        ("row-003, senior, *", "row-003, senior, note"),
    )

    assert set(found.values()) == {("kind", "asset.kind", "kind")}
    assert len(found) == 5


@pytest.mark.parametrize(("labels", "dead"), [(2, 5), (9, 5), (10, 0)])
def test_what_has_too_many_values_to_try_is_taken_for_possible(
    labels: int, dead: int
) -> None:
    some = " || ".join(f'"x{number}" in r.asset.labels' for number in range(labels))

    assert len(_dead(f"({some}) && !({some})", "")) == dead


@pytest.mark.parametrize(("labels", "dead"), [(8, 5), (9, 0)])
def test_too_many_combinations_are_taken_for_possible(labels: int, dead: int) -> None:
    some = " || ".join(f'"x{number}" in r.asset.labels' for number in range(labels))
    either = f"({some} || r.subject.suspended)"

    assert len(_dead(f"{either} && !{either}", "")) == dead
