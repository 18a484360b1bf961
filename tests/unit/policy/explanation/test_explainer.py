from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from ringwall.policy.compiler import CompiledConcern
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


def test_rows_that_deny_say_what_their_comment_says_and_others_nothing() -> None:
    comment = ("p, row-900", "# Guests never\n# read models.\np, row-900")

    denying = _nearest(
        comment, action="read", asset_kind="model", subject_roles=["guest"]
    )
    near = _nearest(comment, subject_level="L0")

    assert denying.about == "Guests never read models."
    assert (near.effect, near.about) == ("allow", "")


def test_rows_that_deny_are_found_again_and_up_to_the_limit() -> None:
    concern = compiled((", allow", ", deny"), ("g, senior, junior\n", ""))
    both = request(concern.concern, action="read", subject_roles=["senior", "junior"])

    denying = concern.decide(both).rules

    assert denying == ("row-001", "row-003")
    assert tuple(row.rule for row in concern.explain(both)) == denying
    assert tuple(row.rule for row in concern.explain(both, 1)) == denying[:1]


def _paths(concern: CompiledConcern, asked: object) -> list[list[str]]:
    return [[change.path for change in found] for found in concern.changes(asked)]


def test_the_changes_that_turn_a_deny_come_with_the_fewest_attributes_first() -> None:
    concern = compiled()
    asked = request(
        concern.concern, action="read", subject_roles=[], subject_level="L0"
    )

    assert _paths(concern, asked) == [
        ["subject.roles"],
        ["subject.roles", "subject.level"],
    ]


def test_a_change_that_meets_a_row_that_denies_is_not_given() -> None:
    denied = ("p, row-900", "p, row-901, senior, data, L0, *, *, ")
    rest = "2099-01-01T00:00:00Z, write, deny\np, row-900"
    concern = compiled((denied[0], f"{denied[1]}{rest}"))
    asked = request(concern.concern, subject_roles=[])

    assert _paths(concern, asked) == []
    assert _paths(compiled(), asked) == [["subject.roles"]]


def test_nothing_changes_a_permit_a_row_that_denies_or_an_error() -> None:
    concern = compiled()
    permit = request(concern.concern)
    forbidden = request(
        concern.concern, action="read", asset_kind="model", subject_roles=["guest"]
    )

    assert _paths(concern, permit) == []
    assert _paths(concern, forbidden) == []
    assert _paths(concern, object()) == []
    assert concern.explain(object()) == ()


def test_several_threads_may_ask_first() -> None:
    concern = compiled()
    asked = request(concern.concern, subject_roles=[])
    together = Barrier(8)

    def ask(_: int) -> tuple[NearRow, ...]:
        together.wait()
        return concern.explain(asked)

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(ask, range(8)))

    assert answers == {compiled().explain(asked)}


def test_no_more_than_64_rows_are_tried() -> None:
    row = "p, row-{}, junior, data, L0, org:hub, {}, 2030-01-01T00:00:00Z, write, allow"
    rows = [row.format(100 + at, at) for at in range(80)]
    concern = compiled(("p, row-900", "\n".join([*rows, "p, row-900"])))
    asked = request(concern.concern, subject_roles=["junior"])

    assert _paths(concern, asked) == [["asset.size"]] * 64


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
