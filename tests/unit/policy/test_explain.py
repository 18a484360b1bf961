import pytest

from ringwall.policy.outcome import FailedCondition, NearRow
from tests.unit.policy.sample import compiled, request


def _nearest(*edits: tuple[str, str], **changes: object) -> NearRow:
    concern = compiled(*edits)
    return concern.explain(request(concern.concern, **changes), 1)[0]


def _row(rule: str, *edits: tuple[str, str], **changes: object) -> NearRow:
    concern = compiled(*edits)
    rows = concern.explain(request(concern.concern, **changes), 4)
    return next(row for row in rows if row.rule == rule)


def _told(row: NearRow) -> list[tuple[str, str, str]]:
    return [(item.name, item.seen, item.needed) for item in row.failed]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"subject_level": "L0"}, ("level", "L0", "L1 or higher")),
        ({"subject_roles": ["junior"]}, ("role", "junior", "senior")),
        ({"asset_owner": "org:x"}, ("owner", "org:x", "org:hub")),
        ({"asset_size": "2e6"}, ("size", "2e6", "1e6 or less")),
        (
            {"asset_born": "2031-01-01T00:00:00Z"},
            ("until", "2031-01-01T00:00:00Z", "2030-01-01T00:00:00Z or earlier"),
        ),
        (
            {"asset_labels": ["red", "blue"]},
            ("asset.labels", "red", "all of blue, red"),
        ),
        ({"subject_suspended": True}, ("subject.suspended", "true", "false")),
        ({"asset_kind": "note"}, ("kind", "note", "data")),
    ],
)
def test_single_failed_condition_is_told_with_what_is_seen_and_needed(
    changes: dict[str, object], told: tuple[str, str, str]
) -> None:
    assert _told(_row("row-002", **changes)) == [told]


def test_role_that_others_include_is_told_with_them() -> None:
    row = _row("row-001", subject_roles=[], action="read")

    assert _told(row) == [("role", "none", "one of junior, senior")]


def test_failed_condition_carries_its_reason() -> None:
    row = _nearest(subject_level="L0")

    assert row == NearRow(
        "row-002",
        "base/policy.csv",
        5,
        "allow",
        (
            FailedCondition(
                "level",
                "level-too-low",
                "the person is below what the rule needs",
                "L0",
                "L1 or higher",
            ),
        ),
    )


def test_row_for_what_was_asked_is_nearer_than_a_row_for_something_else() -> None:
    row = _nearest(
        subject_level="L0", asset_size=10**9, asset_born="2031-01-01T00:00:00Z"
    )

    assert row.rule == "row-002"
    assert [item.name for item in row.failed] == ["level", "size", "until"]


def test_among_equals_the_row_that_fails_later_in_the_matcher_comes_first() -> None:
    concern = compiled()
    asked = request(
        concern.concern,
        subject_roles=["guest"],
        asset_kind="note",
        asset_owner="org:x",
        action="read",
    )

    rows = concern.explain(asked)

    assert [row.rule for row in rows] == ["row-003", "row-004", "row-001"]
    assert [len(row.failed) for row in rows] == [1, 1, 2]


def test_limit_is_the_most_rows_to_return() -> None:
    concern = compiled()
    asked = request(concern.concern, subject_roles=[])

    assert len(concern.explain(asked, 2)) == 2
    assert len(concern.explain(asked, 99)) == 4


def test_rows_that_deny_are_named_without_failed_conditions() -> None:
    row = _nearest(action="read", asset_kind="model", subject_roles=["guest"])

    assert (row.rule, row.effect, row.failed) == ("row-900", "deny", ())


LEVEL = "at_least(r.subject.level, p.level)"
FREE = "&& !r.subject.suspended"


@pytest.mark.parametrize(
    ("edit", "changes", "told"),
    [
        (
            ("r.action == p.action", "p.action == r.action"),
            {"action": "read", "asset_kind": "note", "subject_level": "L1"},
            ("action", "read", "write"),
        ),
        (
            (FREE, "&& r.subject.suspended"),
            {},
            ("subject.suspended", "false", "true"),
        ),
        (
            (FREE, '&& (!r.subject.suspended || r.action == "read")'),
            {"subject_suspended": True},
            (
                "subject.suspended",
                "subject.suspended = true, action = write",
                '!r.subject.suspended || r.action == "read"',
            ),
        ),
        (
            (LEVEL, f"!(at_most(r.subject.level, p.level) && {LEVEL})"),
            {"subject_level": "L1"},
            (
                "level",
                "subject.level = L1",
                '!(at_most(r.subject.level, "L1") && at_least(r.subject.level, "L1"))',
            ),
        ),
        (
            ("holds(r.subject.roles, p.role)", "p.role in r.subject.roles"),
            {"subject_roles": ["guest"]},
            ("role", "guest", "senior"),
        ),
        (
            (LEVEL, f'{LEVEL} && (p.level == "L0" || "red" in r.subject.labels)'),
            {"subject_labels": []},
            (
                "level",
                "subject.labels = none",
                '"L1" == "L0" || "red" in r.subject.labels',
            ),
        ),
        (
            (LEVEL, f"{LEVEL} && at_least(r.subject.level, 'L1')"),
            {"subject_level": "L0"},
            ("subject.level", "L0", "L1 or higher"),
        ),
    ],
)
def test_other_shapes_of_conditions_are_told(
    edit: tuple[str, str], changes: dict[str, object], told: tuple[str, str, str]
) -> None:
    reason = ("\nlevel = level", "\nsubject.level = no, it is low\nlevel = level")
    roles = (
        [("[role_definition]\ng = _, _\n", ""), ("g, senior, junior\n", "")]
        if edit[1].startswith("p.role in")
        else []
    )
    more = [reason] if "'L1'" in edit[1] else []

    assert told in _told(_row("row-002", edit, *roles, *more, **changes))
