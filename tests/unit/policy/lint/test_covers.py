import pytest

from ringwall.policy.lint import covers
from ringwall.policy.lint.covers import find_covers
from tests.unit.policy.sample import sample

TAIL = "*, *, 2030-01-01T00:00:00Z"


def _found(*rows: str, edits: tuple[tuple[str, str], ...] = ()) -> dict[str, str]:
    """Return which of some rows are covered, and by which."""
    text = sample().files["policy.csv"].decode()
    lines = "".join(f"p, {row}\n" for row in rows)
    concern = sample((text[text.index("p, row-001") :], lines), *edits)
    found = find_covers(concern, concern.rules)
    return {cover.narrow.id: cover.wide.id for cover in found}


def test_rows_that_differ_cover_nothing() -> None:
    concern = sample()

    assert find_covers(concern, concern.rules) == ()


def test_a_row_of_a_wider_role_level_and_kind_covers() -> None:
    assert _found(
        f"row-001, senior, data, L2, {TAIL}, read, allow",
        f"row-002, junior, *, L1, {TAIL}, read, allow",
    ) == {"row-001": "row-002"}


def test_a_row_that_is_narrower_in_one_column_does_not_cover() -> None:
    assert (
        _found(
            f"row-001, senior, data, L0, {TAIL}, read, allow",
            f"row-002, junior, *, L1, {TAIL}, read, allow",
        )
        == {}
    )


def test_an_allow_row_never_covers_a_deny_row() -> None:
    assert (
        _found(
            f"row-001, junior, *, L0, {TAIL}, read, allow",
            f"row-900, junior, data, L0, {TAIL}, read, deny",
        )
        == {}
    )


def test_a_deny_row_is_named_before_an_allow_row() -> None:
    assert _found(
        f"row-001, junior, *, L0, {TAIL}, read, allow",
        f"row-002, junior, data, L1, {TAIL}, read, allow",
        f"row-900, junior, data, L0, {TAIL}, read, deny",
        f"row-901, senior, data, L0, {TAIL}, read, deny",
    ) == {"row-002": "row-900", "row-901": "row-900"}


def test_of_rows_that_mean_the_same_the_first_stays() -> None:
    """With the kind left open, nobody asks what the row says of the action."""
    edit = ("r.action == p.action", '(p.kind == "*" || r.action == p.action)')
    rows = [
        f"row-001, junior, *, L0, {TAIL}, read, allow",
        f"row-002, junior, *, L0, {TAIL}, write, allow",
        f"row-003, junior, data, L0, {TAIL}, write, allow",
    ]

    assert _found(*rows, edits=(edit,)) == {"row-002": "row-001", "row-003": "row-001"}


@pytest.mark.parametrize("block", [1, 2, 100])
def test_rows_are_found_across_blocks(
    monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(covers, "_BLOCK", block)

    assert _found(
        f"row-001, junior, data, L2, {TAIL}, read, allow",
        f"row-002, junior, note, L2, {TAIL}, read, allow",
        f"row-003, junior, data, L1, {TAIL}, read, allow",
        f"row-004, junior, *, L0, {TAIL}, read, allow",
        f"row-900, junior, note, L0, {TAIL}, read, deny",
    ) == {
        "row-001": "row-003",
        "row-002": "row-900",
        "row-003": "row-004",
    }


@pytest.mark.parametrize(
    ("test", "reason", "more"),
    [
        (
            "at_least(r.subject.level, p.level)",
            ("level = level-too", "subject.level = level-too"),
            {"row-005": "row-002"},
        ),
        (
            "g(r.subject.main, p.role)",
            ("role = no-role", "subject.main = no-role"),
            {"row-004": "row-002"},
        ),
    ],
)
def test_a_guard_may_be_for_another_column_than_the_one_that_is_read(
    test: str, reason: tuple[str, str], more: dict[str, str]
) -> None:
    """With the kind left open, nobody asks the test behind it."""
    rows = (
        f"row-001, junior, data, L1, {TAIL}, read, allow",
        f"row-002, junior, *, L1, {TAIL}, read, allow",
        "row-003, junior, data, L1, org:a, *, 2030-01-01T00:00:00Z, read, allow",
        f"row-004, guest, note, L2, {TAIL}, read, allow",
        f"row-005, junior, note, L0, {TAIL}, read, allow",
    )
    edits = [
        ("r.subject.roles = set(role)", "r.subject.main = role"),
        ("holds(r.subject.roles, p.role)", "g(r.subject.main, p.role)"),
        (test, f'(p.kind == "*" || {test})'),
        reason,
    ]

    assert _found(*rows, edits=tuple(edits)) == {
        "row-001": "row-002",
        "row-003": "row-001",
        **more,
    }


def test_an_open_field_is_not_the_word_none() -> None:
    """A row for `None` and one for any word cover each other in one way only."""
    edits = (
        ("role = junior, senior, guest", "role = None, senior, guest"),
        ("g, senior, junior", "g, senior, guest"),
        ("m = holds(r.subject.roles, p.role)", 'm = (p.role == "*" || HOLDS)'),
        ("HOLDS", "holds(r.subject.roles, p.role)"),
        ("p.role = role", "p.role = role, open"),
    )

    assert _found(
        f"row-001, None, data, L0, {TAIL}, read, allow",
        f"row-002, *, data, L0, {TAIL}, read, allow",
        f"row-003, None, data, L0, {TAIL}, write, allow",
        edits=edits,
    ) == {"row-001": "row-002"}
