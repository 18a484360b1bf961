import pytest

from ringwall.policy.implication import Implication, behind_guard, is_lower_wider
from ringwall.policy.index import Row
from ringwall.policy.matcher import format_matcher, parse_matcher
from tests.unit.policy.sample import sample

CONCERN = sample()
PLACES = {column.name: at for at, column in enumerate(CONCERN.schema.columns)}


def _row(**fields: str | int | None) -> Row:
    """Return a row like row-002 with other running values."""
    values = list(CONCERN.rules[1].values)
    for name, value in fields.items():
        values[PLACES[name]] = value
    return tuple(values)


def _follows(text: str, narrow: Row, wide: Row) -> bool:
    return Implication.of(CONCERN).follows(parse_matcher(text), narrow, wide)


@pytest.mark.parametrize(
    ("text", "narrow", "wide"),
    [
        ("r.action == p.action", _row(), _row()),
        ("at_least(r.subject.level, p.level)", _row(level=2), _row(level=1)),
        ("at_most(r.subject.level, p.level)", _row(level=1), _row(level=2)),
        ("at_least(p.level, r.subject.level)", _row(level=1), _row(level=2)),
        ("at_most(p.level, r.subject.level)", _row(level=2), _row(level=1)),
        ("holds(r.subject.roles, p.role)", _row(role="senior"), _row(role="junior")),
        ("!holds(r.subject.roles, p.role)", _row(role="junior"), _row(role="senior")),
        ('p.kind == "*" || r.asset.kind == p.kind', _row(), _row(kind=None)),
        (
            'p.size == "*" || at_most(r.asset.size, p.size)',
            _row(size=7),
            _row(size=8),
        ),
        (
            'at_least(r.subject.level, p.level) && r.asset.kind != "note"',
            _row(level=2),
            _row(level=0),
        ),
    ],
)
def test_the_wider_row_follows_and_the_narrower_one_does_not(
    text: str, narrow: Row, wide: Row
) -> None:
    assert _follows(text, narrow, wide)
    assert narrow == wide or not _follows(text, wide, narrow)


@pytest.mark.parametrize(
    ("text", "narrow", "wide"),
    [
        ("r.action == p.action", _row(), _row(action="read")),
        ("holds(r.subject.roles, p.role)", _row(role="guest"), _row(role="junior")),
        ("r.asset.kind != p.kind", _row(kind="data"), _row(kind="note")),
        (
            'p.size == "*" || at_most(r.asset.size, p.size)',
            _row(size=None),
            _row(size=10**60),
        ),
    ],
)
def test_what_some_request_could_tell_apart_does_not_follow(
    text: str, narrow: Row, wide: Row
) -> None:
    assert not _follows(text, narrow, wide)
    assert not _follows(text, wide, narrow) or "*" in text


def test_a_row_covers_another_if_all_conditions_follow() -> None:
    covers = Implication.of(CONCERN).covers

    assert covers(_row(level=0, kind=None), _row())
    assert not covers(_row(level=0, kind="note"), _row())


def test_only_an_order_between_request_and_row_has_a_wider_side() -> None:
    assert is_lower_wider(parse_matcher("at_least(r.x.y, p.z)")) is True
    assert is_lower_wider(parse_matcher("at_most(r.x.y, p.z)")) is False
    assert is_lower_wider(parse_matcher("at_least(r.x.y, r.x.z)")) is None
    assert is_lower_wider(parse_matcher("r.x.y == p.z")) is None


@pytest.mark.parametrize(
    ("text", "core"),
    [
        ('p.a == "*" || r.x.y == p.a', "r.x.y == p.a"),
        ('r.x.z || p.a == "*"', 'r.x.z || p.a == "*"'),
        ('p.a == "*" || r.x.y == p.a || r.x.z', 'p.a == "*" || r.x.y == p.a || r.x.z'),
        ("r.x.y == p.a", "r.x.y == p.a"),
        ('p.a == "*" || r.x.y == p.b', 'p.a == "*" || r.x.y == p.b'),
        ('p.a == "*" || r.x.y', 'p.a == "*" || r.x.y'),
    ],
)
def test_behind_a_guard_stands_what_is_said_of_the_column(text: str, core: str) -> None:
    assert format_matcher(behind_guard(parse_matcher(text))) == core
