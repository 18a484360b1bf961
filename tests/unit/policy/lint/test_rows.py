from ringwall.policy.lint.finding import Severity
from ringwall.policy.lint.rows import needless_rows
from tests.unit.policy.sample import sample

DENY = "read, deny\n"
TAIL = "*, *, 2030-01-01T00:00:00Z"


def _found(*edits: tuple[str, str]) -> list[str]:
    return [str(finding.fault) for finding in needless_rows(sample(*edits))]


def _with(*rows: str) -> tuple[str, str]:
    """Return the edit that puts rows at the end."""
    return DENY, DENY + "".join(f"p, {row}\n" for row in rows)


def test_good_rows_are_left_alone() -> None:
    assert _found() == []


def test_row_that_a_deny_row_repeats_contradicts_it() -> None:
    assert _found(_with(f"row-901, junior, data, L0, {TAIL}, read, deny")) == [
        (
            "base/policy.csv:4: rows-contradict: row `row-901` in line 9 denies the "
            "very same that `row-001` allows; expected one of the two"
        )
    ]


def test_row_that_a_more_open_deny_row_covers_is_shadowed() -> None:
    assert _found(_with(f"row-901, junior, *, L0, {TAIL}, write, deny")) == [
        (
            "base/policy.csv:5: row-shadowed: row `row-901` in line 9 denies all that "
            "`row-002` allows; expected no row `row-002`, or a narrower `row-901`"
        )
    ]


def test_row_that_a_narrower_deny_row_cuts_is_not_shadowed() -> None:
    deny = "row-901, senior, data, L2, *, *, 2029-12-31T23:00:00Z, read, deny"

    assert _found(_with(deny)) == []


def test_row_that_a_wider_row_of_its_effect_covers_is_subsumed() -> None:
    assert _found(
        _with(
            f"row-005, senior, data, L2, {TAIL}, read, allow",
            "row-901, guest, model, L1, org:hub, 7, 2099-01-01T00:00:00Z, read, deny",
        )
    ) == [
        (
            "base/policy.csv:9: row-subsumed: row `row-001` in line 4 allows all that "
            "`row-005` allows; expected no row `row-005`, or a narrower `row-001`"
        ),
        (
            "base/policy.csv:10: row-subsumed: row `row-900` in line 8 denies all that "
            "`row-901` denies; expected no row `row-901`, or a narrower `row-900`"
        ),
    ]


def test_row_that_no_request_matches_is_dead_and_named_once() -> None:
    found = _found(
        (
            "&& !r.subject.suspended",
            '&& r.asset.kind != "note" && !r.subject.suspended',
        ),
        (
            "\nsubject.suspended = s",
            "\nasset.kind = no-note, a note\nsubject.suspended = s",
        ),
        _with(f"row-005, guest, note, L1, org:hub, {TAIL[3:]}, read, allow"),
    )

    assert found == [
        f"base/policy.csv:{line}: row-dead: no request can match row `{rule}`: `kind` "
        "and `asset.kind` rule each other out; expected other values, or no such row"
        for line, rule in ((7, "row-004"), (9, "row-005"))
    ]


def test_condition_that_nothing_meets_is_named() -> None:
    found = _found(
        ("&& !r.subject.suspended", "&& !(r.subject.suspended || !r.subject.suspended)")
    )

    assert len(found) == 5
    assert found[0].startswith(
        "base/policy.csv:4: row-dead: no request can match row `row-001`: nothing "
        "meets `subject.suspended`; "
    )


def test_each_is_an_error() -> None:
    concern = sample(_with(f"row-901, junior, data, L0, {TAIL}, read, deny"))

    assert {item.severity for item in needless_rows(concern)} == {Severity.ERROR}
