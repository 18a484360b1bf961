"""Values of a report in plain words."""

import pytest

from ringwall.cli.raid_telling import plain


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("unknown", "unknown"),
        (["FR", "BE"], "FR, BE"),
        ({"from": "2026-11", "to": "2026-12"}, "from 2026-11, to 2026-12"),
        ([{"name": "A"}, {"name": "B"}], "name A; name B"),
        ([], ""),
        (3, "3"),
        (True, "true"),
    ],
)
def test_a_value_is_told_without_signs_of_json(value: object, told: str) -> None:
    assert plain(value) == told
