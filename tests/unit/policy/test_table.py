from dataclasses import replace

import pytest

from ringwall.policy.table import policy_table
from tests.unit.policy.sample import sample

NOTES = (
    (
        "A row matches when all its columns hold; a request is permitted when some row "
        "allows it and none denies it."
    ),
    "`*` leaves a column open.",
    (
        "Each row also asks that `asset.labels` is within `subject.labels`; else "
        "`label-missing`."
    ),
    "Each row also asks that `subject.suspended` is false; else `suspended`.",
    "Role `senior` includes `junior`.",
    "Order of `level`: `L0 < L1 < L2`.",
)


def test_headers_say_how_a_column_is_compared() -> None:
    assert policy_table(sample()).headers == (
        "rule",
        "role",
        "kind",
        "level >=",
        "owner",
        "size <=",
        "until <=",
        "action",
        "effect",
    )


def test_a_column_compared_the_other_way_round_has_the_sign_that_fits() -> None:
    concern = sample(
        ("at_least(r.subject.level, p.level)", "at_least(p.level, r.subject.level)")
    )

    assert policy_table(concern).headers[3] == "level <="


def test_rows_are_the_fields_as_written() -> None:
    rows = policy_table(sample()).rows

    assert len(rows) == 5
    assert rows[1][5] == "1e6"


def test_notes_say_what_no_column_says() -> None:
    assert policy_table(sample()).notes == NOTES


def test_a_field_that_every_request_meets_is_idle() -> None:
    """`*`, and the least that a column can ask for; a time has no least."""
    assert policy_table(sample()).idle == ("", "", "*", "L0", "*", "*", "", "", "")


def test_the_greatest_word_is_idle_where_requests_may_not_be_above_it() -> None:
    concern = sample(
        ("at_least(r.subject.level, p.level)", "at_most(r.subject.level, p.level)")
    )

    assert policy_table(concern).idle[3] == "L2"


@pytest.mark.parametrize(("function", "idle"), [("at_least", "0"), ("at_most", "")])
def test_no_number_is_the_greatest_but_nought_is_the_least(
    function: str, idle: str
) -> None:
    concern = sample(
        (
            '(p.size == "*" || at_most(r.asset.size, p.size))',
            f"{function}(r.asset.size, p.size)",
        ),
        ("p.size = number, open", "p.size = number"),
        ("L0, *, *, ", "L0, *, 7, "),
        ("L0, org:hub, *, ", "L0, org:hub, 7, "),
    )

    assert policy_table(concern).idle[5] == idle


@pytest.mark.parametrize(
    "more", ["at_most(r.subject.level, p.level)", "r.subject.level == p.level"]
)
def test_a_column_that_is_compared_twice_has_no_idle_word(more: str) -> None:
    concern = sample(("r.action == p.action", f"r.action == p.action && {more}"))

    assert policy_table(concern).idle[3] == ""


def test_a_column_that_is_compared_together_with_another_has_no_idle_word() -> None:
    concern = sample(
        (
            "at_least(r.subject.level, p.level)",
            "(at_least(r.subject.level, p.level) || p.role == 'senior')",
        ),
        ("\nlevel = level", "\nsubject.level = level"),
    )

    assert policy_table(concern).idle[3] == ""


def test_an_open_column_is_idle_only_if_each_condition_on_it_then_holds() -> None:
    guarded = '(p.owner == "*" || r.asset.owner == p.owner)'
    twice = sample((guarded, f"{guarded} && {guarded}"))
    turned = sample((guarded, f"!{guarded}"))

    assert policy_table(twice).idle[4] == "*"
    assert policy_table(turned).idle[4] == ""


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("r.asset.owner != p.owner", "`asset.owner` is not column `owner`"),
        (
            'r.asset.owner == p.owner || r.action == "read"',
            "`asset.owner` is column `owner` or `action` is `read`",
        ),
    ],
)
def test_a_condition_behind_a_guard_is_told_of_the_rows_that_have_it(
    asked: str, words: str
) -> None:
    concern = sample(("r.asset.owner == p.owner", asked))

    assert (
        f"A row whose column `owner` is not `*` also asks that {words}; "
        "else `wrong-owner`." in policy_table(concern).notes
    )


def test_rows_that_leave_nothing_open_need_no_word_on_it() -> None:
    text = sample().files["policy.csv"].decode()
    row = (
        "p, row-001, senior, data, L1, org:hub, 7, 2030-01-01T00:00:00Z, read, allow\n"
    )
    concern = sample((text[text.index("p, row-001") :], row))

    assert NOTES[1] not in policy_table(concern).notes


def test_column_of_a_condition_with_two_has_a_plain_header_and_a_note() -> None:
    concern = sample(
        (
            "at_least(r.subject.level, p.level)",
            "(at_least(r.subject.level, p.level) || p.role == 'senior')",
        ),
        ("\nlevel = level", "\nsubject.level = level"),
    )
    table = policy_table(concern)

    assert table.headers[3] == "level"
    assert (
        "Each row also asks that `subject.level` is column `level` or higher or "
        "column `role` is `senior`; else `level-too-low`." in table.notes
    )


def test_second_condition_on_a_column_has_a_note() -> None:
    concern = sample(
        (
            "r.action == p.action",
            'r.action == p.action && (r.action == p.action || r.action == "read")',
        )
    )

    assert (
        "Each row also asks that `action` is column `action` or `action` is `read`; "
        "else `wrong-action`." in policy_table(concern).notes
    )


def test_role_that_must_be_held_itself_has_a_note() -> None:
    concern = sample(
        (
            "m = holds(r.subject.roles, p.role)",
            "m = p.role in r.subject.roles && holds(r.subject.roles, 'junior')",
        ),
        ("\nrole = no-role", "\nsubject.roles = none, it is none\nrole = no-role"),
    )

    assert (
        "Each row also asks that column `role` is among `subject.roles`; else "
        "`no-role`." in policy_table(concern).notes
    )


def test_another_relation_and_what_is_kept_apart_have_notes() -> None:
    concern = sample(
        ("g = _, _", "g = _, _\ng2 = _, _"),
        ('(p.kind == "*" || r.asset.kind == p.kind)', "g2(r.asset.kind, p.kind)"),
        ("p.kind = kind, open", "p.kind = kind"),
        ("row-003, senior, *", "row-003, senior, note"),
        ("g, senior, junior", "g, senior, junior\ng2, model, data"),
        ("[reasons]", "[separation]\njunior = guest\n\n[reasons]"),
    )
    notes = policy_table(concern).notes

    for note in (
        (
            "Each row also asks that `asset.kind` holds column `kind`, or what "
            "includes it; else `wrong-kind`."
        ),
        "By relation `g2`, `model` includes `data`.",
        "Nobody may hold both `junior` and `guest`.",
    ):
        assert note in notes


def test_roles_that_are_kept_apart_from_one_are_told_in_one_note() -> None:
    concern = sample(("[reasons]", "[separation]\nguest = junior, senior\n\n[reasons]"))

    assert (
        "Nobody may hold both `guest` and any of `junior`, `senior`."
        in policy_table(concern).notes
    )


def test_condition_without_a_code_is_told_without_one() -> None:
    concern = sample()
    bare = replace(
        concern, conditions=tuple(replace(c, code="") for c in concern.conditions)
    )

    assert "Each row also asks that `subject.suspended` is false." in (
        policy_table(bare).notes
    )
