import pytest

from ringwall.policy.concern import Concern
from ringwall.policy.implication import Implication
from ringwall.policy.lint.sieve import Sieve
from tests.unit.policy.sample import sample

ROWS = """
p, row-001, junior, data, L0, *, *, 2030-01-01T00:00:00Z, read, allow
p, row-002, senior, note, L1, org:a, 10, 2031-01-01T00:00:00Z, write, allow
p, row-003, guest, *, L2, org:b, 1e2, 2032-01-01T00:00:00Z, read, allow
p, row-004, junior, note, L2, org:a, *, 2030-01-01T00:00:00Z, write, allow
"""


def _concern(*edits: tuple[str, str]) -> Concern:
    text = sample().files["policy.csv"].decode()
    return sample((text[text.index("p, row-001") :], ROWS.lstrip()), *edits)


def _passing(concern: Concern, column: str) -> list[list[int]]:
    """Return for each row the numbers of the rows that pass along with it."""
    rows = [rule.values for rule in concern.rules]
    condition = next(item for item in concern.conditions if column in item.columns)
    sieve = Sieve(Implication.of(concern), condition, rows)
    found = [sieve.passing(row) for row in rows]
    # Asked a second time it remembers.
    assert found == [sieve.passing(row) for row in rows]
    return [[n for n in range(len(rows)) if bits >> n & 1] for bits in found]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("role", [[0, 3], [0, 1, 3], [2], [0, 3]]),
        ("kind", [[0, 2], [1, 2, 3], [2], [1, 2, 3]]),
        ("level", [[0], [0, 1], [0, 1, 2, 3], [0, 1, 2, 3]]),
        ("size", [[0, 3], [0, 1, 2, 3], [0, 2, 3], [0, 3]]),
        ("until", [[0, 1, 2, 3], [1, 2], [2], [0, 1, 2, 3]]),
        ("action", [[0, 2], [1, 3], [0, 2], [1, 3]]),
    ],
)
def test_each_kind_of_condition_lets_wider_rows_pass(
    column: str, expected: list[list[int]]
) -> None:
    assert _passing(_concern(), column) == expected


def test_an_open_role_lets_each_role_pass() -> None:
    concern = _concern(
        ("m = holds(r.subject.roles, p.role)", 'm = (p.role == "*" || HOLDS)'),
        ("HOLDS", "holds(r.subject.roles, p.role)"),
        ("p.role = role", "p.role = role, open"),
        ("row-003, guest", "row-003, *"),
    )

    assert _passing(concern, "role") == [[0, 2, 3], [0, 1, 2, 3], [2], [0, 2, 3]]


def test_an_open_role_is_not_the_word_none() -> None:
    concern = _concern(
        ("role = junior, senior, guest", "role = None, senior, guest"),
        ("senior, junior", "senior, None"),
        ("junior, data", "None, data"),
        ("junior, note", "None, note"),
        ("m = holds(r.subject.roles, p.role)", 'm = (p.role == "*" || HOLDS)'),
        ("HOLDS", "holds(r.subject.roles, p.role)"),
        ("p.role = role", "p.role = role, open"),
        ("row-003, guest", "row-003, *"),
    )

    assert _passing(concern, "role") == [[0, 2, 3], [0, 1, 2, 3], [2], [0, 2, 3]]


def test_a_condition_of_another_shape_is_tried_on_each_kind_of_row() -> None:
    concern = _concern(
        (
            "r.action == p.action",
            '(r.action != p.action || at_most(r.subject.level, "L1"))',
        ),
    )

    assert _passing(concern, "action") == [[0, 2], [1, 3], [0, 2], [1, 3]]


def test_the_finest_sieve_tells_most_rows_apart() -> None:
    concern = _concern()
    implication = Implication.of(concern)
    rows = [rule.values for rule in concern.rules]
    fineness = {
        condition.name: Sieve(implication, condition, rows).fineness
        for condition in concern.conditions
        if condition.columns
    }

    assert fineness == {
        "role": 3,
        "kind": 3,
        "level": 3,
        "owner": 3,
        "size": 3,
        "until": 3,
        "action": 2,
    }
