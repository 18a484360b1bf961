from ringwall.policy.lint.actions import actions_without_rule
from tests.unit.policy.sample import sample

LOOKUP = "r.action == p.action"


def _found(*edits: tuple[str, str]) -> list[str]:
    return [str(finding.fault) for finding in actions_without_rule(sample(*edits))]


def test_actions_that_rows_allow_are_fine() -> None:
    assert _found() == []


def test_action_that_no_row_names_is_found_where_it_is_declared() -> None:
    (found,) = _found(("action = read, write", "action = read, erase, write"))

    assert found == (
        "base/model.conf:30:16: action-without-rule: no row allows `erase` as "
        "`action`; expected a row for it, or no such word"
    )


def test_action_that_only_a_deny_row_names_is_found() -> None:
    (found,) = _found(
        ("action = read, write", "action = read, erase, write"),
        ("read, deny\n", "erase, deny\n"),
    )

    assert "`erase`" in found


def test_row_that_leaves_the_action_open_allows_each() -> None:
    assert (
        _found(
            ("action = read, write", "action = read, erase, write"),
            (LOOKUP, f'(p.action == "*" || {LOOKUP})'),
            ("p.action = action", "p.action = action, open"),
            ("00+01:00, read", "00+01:00, *"),
        )
        == []
    )


def test_action_that_the_matcher_shuts_out_is_found() -> None:
    (found,) = _found((LOOKUP, f'{LOOKUP} && r.action != "write"'))

    assert "`write`" in found


def test_action_of_an_ordered_vocabulary_is_compared_by_its_place() -> None:
    (found,) = _found(
        (LOOKUP, "at_most(r.action, p.action)"),
        ("action = read, write", "action = read < write < erase"),
    )

    assert "`erase`" in found


def test_what_conditions_on_other_attributes_leave_is_allowed() -> None:
    assert (
        _found(
            (LOOKUP, f"({LOOKUP} || r.subject.suspended)"),
            ("action = read, write", "action = read, erase, write"),
        )
        == []
    )


def test_a_plain_value_that_is_no_word_is_no_action() -> None:
    assert (
        _found(
            ("r.action = action", "r.action = id"),
            ("p.action = action", "p.action = id"),
            ("action = read, write\n", ""),
        )
        == []
    )
