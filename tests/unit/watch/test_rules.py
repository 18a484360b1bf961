"""Each kind of rule takes what it should, and refuses what it should."""

from typing import Any

import pytest
from pydantic import ValidationError

from ringwall.watch.rules import (
    KINDS,
    MAX_RULES,
    SEVERITIES,
    RulesFile,
)
from tests.watched import rule

REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("denials", {"id": "Two Words"}),
    ("denials", {"severity": "fatal"}),
    ("denials", {"told": ""}),
    ("denials", {"source": " "}),
    ("denials", {"count": 1}),
    ("denials", {"count": 1001}),
    ("denials", {"count": "3"}),
    ("denials", {"count": True}),
    ("denials", {"minutes": 0}),
    ("denials", {"minutes": 10_081}),
    ("denials", {"by": "moon"}),
    ("denials", {"actions": ["weights"]}),
    ("denials", {"actions": ["weights.read", "weights.read"]}),
    ("denials", {"codes": ["No Rule"]}),
    ("denials", {"wand": 1}),
    ("breadth", {"hours": 0}),
    ("breadth", {"prefixes": ["case"]}),
    ("breadth", {"untouched_days": -1}),
    ("off-hours", {"actions": []}),
    ("off-hours", {"zone": "Europe/Atlantis"}),
    ("off-hours", {"zone": "../../etc/passwd"}),
    ("off-hours", {"zone": "/etc/localtime"}),
    ("off-hours", {"zone": "Europe"}),
    ("off-hours", {"days": []}),
    ("off-hours", {"days": ["monday"]}),
    ("off-hours", {"from_": "7:00"}),
    ("off-hours", {"until": "24:00"}),
    ("off-hours", {"from_": "19:00"}),
    ("budget", {"of": "moon"}),
    ("budget", {"bytes": 0}),
    ("budget", {"percent": 101}),
    ("first-use", {"actions": []}),
    ("first-use", {"known_days": -1}),
    ("proofs", {"by": "moon"}),
    ("proofs", {"count": 1}),
    ("alarm", {"codes": []}),
    ("alarm", {"minutes": -1}),
    ("deed", {"events": []}),
    ("deed", {"events": ["decision.made"]}),
    ("deed", {"events": ["log.pruned", "log.pruned"]}),
    ("deed", {"minutes": -1}),
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_rule_of_each_kind_is_taken(kind: str) -> None:
    assert rule(kind).kind == kind
    assert type(rule(kind)) is KINDS[kind]


@pytest.mark.parametrize(("kind", "fields"), REFUSED)
def test_what_a_rule_may_not_say_is_refused(kind: str, fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        rule(kind, **fields)


def test_no_number_is_filled_in() -> None:
    with pytest.raises(ValidationError, match="count"):
        KINDS["denials"].model_validate({"kind": "denials"})


def test_a_file_holds_rules_of_all_kinds() -> None:
    rules = [rule(kind).model_dump(by_alias=True) for kind in KINDS]

    assert len(RulesFile.model_validate({"rules": rules}).rules) == len(KINDS)
    with pytest.raises(ValidationError):
        RulesFile.model_validate({"rules": rules * MAX_RULES})


def test_working_days_are_counted_from_monday() -> None:
    assert rule("off-hours", days=["sun", "mon"]).weekdays() == {0, 6}


def test_severities_have_an_order() -> None:
    assert SEVERITIES == ("low", "medium", "high")
