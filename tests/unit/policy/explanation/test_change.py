"""What would make a row match, condition by condition."""

import pytest

from ringwall.policy.concern import Concern
from ringwall.policy.explanation.change import (
    AttributeChange,
    bound_text,
    changed_request,
    changes_of,
    mends_of,
)
from ringwall.policy.index import is_lookup
from ringwall.policy.value_types import InstantType, NumberType
from tests.unit.policy.sample import compiled, request, sample

LEVEL = "at_least(r.subject.level, p.level)"
ROLE = "holds(r.subject.roles, p.role)"
TOO_LOW = "\nlevel = level-too-low"
NO_ROLES = (("[role_definition]\ng = _, _\n", ""), ("g, senior, junior\n", ""))


def kinds_of(concern: Concern) -> frozenset[int]:
    """Return the places of the conditions that say what a row is about."""
    return frozenset(
        at
        for at, condition in enumerate(concern.conditions)
        if is_lookup(condition.expression, concern.schema)
    )


def change(
    place: int, rule: str, *edits: tuple[str, str], **changes: object
) -> AttributeChange | None:
    """Return what makes one condition hold for a row; None if that is not known."""
    concern = sample(*edits)
    mends = mends_of(concern, kinds_of(concern))
    if place not in mends:
        return None
    row = next(item.values for item in concern.rules if item.id == rule)
    asked = request(concern, **changes)
    (found,) = changes_of(concern.schema, asked, row, [mends[place]])
    return found


@pytest.mark.parametrize(
    ("place", "edits", "changes", "expected"),
    [
        (
            2,
            (),
            {"subject_level": "L0"},
            AttributeChange("subject.level", "L0", "L1 or higher", 1),
        ),
        (
            2,
            ((LEVEL, "at_most(p.level, r.subject.level)"),),
            {"subject_level": "L0"},
            AttributeChange("subject.level", "L0", "L1 or higher", 1),
        ),
        (
            2,
            ((LEVEL, "at_least(p.level, r.subject.level)"),),
            {},
            AttributeChange("subject.level", "L2", "L1 or lower", 1),
        ),
        (
            4,
            (),
            {"asset_size": "2e6"},
            AttributeChange("asset.size", "2e6", "1e6 or less", 10**6),
        ),
        (
            0,
            (),
            {"subject_roles": ["guest"]},
            AttributeChange(
                "subject.roles", "guest", "senior", frozenset({"guest", "senior"})
            ),
        ),
        (
            0,
            ((ROLE, "p.role in r.subject.roles"), *NO_ROLES),
            {"subject_roles": []},
            AttributeChange("subject.roles", "none", "senior", frozenset({"senior"})),
        ),
        (
            7,
            (),
            {"asset_labels": ["red", "blue", "white"]},
            AttributeChange(
                "subject.labels",
                "red",
                "blue, white",
                frozenset({"red", "blue", "white"}),
            ),
        ),
        (
            8,
            (),
            {"subject_suspended": True},
            AttributeChange("subject.suspended", "true", "false", value=False),
        ),
        (
            8,
            (("&& !r.subject.suspended", "&& r.subject.suspended"),),
            {},
            AttributeChange("subject.suspended", "false", "true", value=True),
        ),
    ],
)
def test_a_condition_that_fails_is_met_by_changing_one_attribute(
    place: int,
    edits: tuple[tuple[str, str], ...],
    changes: dict[str, object],
    expected: AttributeChange,
) -> None:
    assert change(place, "row-002", *edits, **changes) == expected


def test_a_literal_is_met_as_a_column_is() -> None:
    reason = (
        TOO_LOW,
        f"\nsubject.level = low, it is\nsubject.labels = no, none{TOO_LOW}",
    )
    edit = (LEVEL, f"{LEVEL} && at_least(r.subject.level, 'L2')")
    blue = (edit[0], f'{edit[1]} && "blue" in r.subject.labels')

    level = change(3, "row-002", blue, reason, subject_level="L0")
    label = change(4, "row-002", blue, reason)

    assert level == AttributeChange("subject.level", "L0", "L2 or higher", 2)
    assert label is not None
    assert (label.needed, label.value) == ("blue", frozenset({"red", "blue"}))


def test_a_single_role_is_put_in_place_of_another() -> None:
    edits = (
        (ROLE, "g(r.subject.roles, p.role)"),
        ("r.subject.roles = set(role)", "r.subject.roles = role"),
    )
    found = change(0, "row-002", *edits, subject_roles="guest")

    assert found == AttributeChange("subject.roles", "guest", "senior", "senior")


@pytest.mark.parametrize("place", [1, 3, 6])
def test_what_is_asked_about_is_never_changed(place: int) -> None:
    assert change(place, "row-002") is None


def test_an_attribute_that_identifies_elsewhere_is_never_changed() -> None:
    concern = sample()

    assert 2 in mends_of(concern, {1})
    assert 2 not in mends_of(concern, {2})


@pytest.mark.parametrize(
    "other",
    [
        f"({LEVEL} || r.subject.suspended)",
        "!at_most(r.subject.level, p.level)",
    ],
)
def test_no_change_is_known_for_other_conditions(other: str) -> None:
    assert change(2, "row-002", (LEVEL, other)) is None


def test_two_attributes_of_the_request_are_not_brought_together() -> None:
    edit = ("at_most(r.asset.born, p.until)", "at_most(r.asset.born, r.asset.until)")
    edits = (
        edit,
        ("\np.until = instant", "\nr.asset.until = instant"),
        (" until, action", " action"),
        ("until = too-new", "asset.born = too-new"),
        ("2030-01-01T00:00:00Z, ", ""),
        ("2030-01-01T00:00:00+01:00, ", ""),
        ("2099-01-01T00:00:00Z, ", ""),
    )

    concern = sample(*edits)

    assert 5 not in mends_of(concern, kinds_of(concern))


def test_several_demands_on_one_attribute_make_one_change() -> None:
    reason = (TOO_LOW, f"\nsubject.level = low, it is low{TOO_LOW}")
    concern = sample((LEVEL, f"{LEVEL} && at_least(r.subject.level, 'L2')"), reason)
    mends = mends_of(concern, kinds_of(concern))
    row = concern.rules[1].values
    asked = request(concern, subject_level="L0")

    found = changes_of(concern.schema, asked, row, [mends[3], mends[2]])

    assert found == (AttributeChange("subject.level", "L0", "L2 or higher", 2),)


@pytest.mark.parametrize(
    ("least", "number", "instant"),
    [(True, "7 or more", "7 or later"), (False, "7 or less", "7 or earlier")],
)
def test_a_bound_is_said_as_its_type_wants_it(
    least: bool, number: str, instant: str
) -> None:
    assert bound_text(NumberType(), "7", least=least) == number
    assert bound_text(InstantType(), "7", least=least) == instant


def attributes(concern: Concern, asked: object) -> dict[str, object]:
    schema = concern.schema
    return {item.path: schema.value(asked, item) for item in schema.attributes}


def test_a_changed_request_is_as_the_other_but_for_the_changes() -> None:
    concern = compiled()
    asked = request(concern.concern, subject_level="L0")
    change = AttributeChange("subject.level", "L0", "L2", 2)

    changed = changed_request(concern.concern.schema, asked, [change])

    before, after = (attributes(concern.concern, item) for item in (asked, changed))
    assert after == {**before, "subject.level": 2}
    assert concern.decide(changed).permitted
