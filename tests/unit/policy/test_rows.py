import pytest

from ringwall.policy.rows import Link, Rule


def test_rules_and_links_are_values() -> None:
    rule = Rule("row-001", ("row-001", None), ("row-001", "*"), "deny", "f", 1)

    assert rule == Rule("row-001", ("row-001", None), ("row-001", "*"), "deny", "f", 1)
    assert Link("g", "a", "b", 1) != Link("g2", "a", "b", 1)
    with pytest.raises(AttributeError):
        rule.effect = "allow"  # type: ignore[misc]  # that it is frozen is the point
