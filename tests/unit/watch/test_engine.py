"""The engine: each row to the rules that it concerns, time by the entries alone."""

import pytest

from ringwall.ledger.asking.passed import Found, Passed
from ringwall.watch import engine
from ringwall.watch.engine import A_LITTLE, Engine
from ringwall.watch.rules import KINDS
from tests.watched import AT, HOUR, MINUTE, found, left, raised, refused, rule, seen


def test_each_kind_of_rule_finds_something() -> None:
    rules = [rule(kind) for kind in KINDS]
    rows: tuple[Passed, ...] = (
        *[seen(n, AT + n, effect="deny") for n in range(3)],
        *[seen(n, AT + n, resource=f"case:{n}") for n in range(3, 6)],
        seen(6, AT + 15 * HOUR, action="weights.copy"),
        seen(7, AT + 15 * HOUR),
        left(8, AT + 15 * HOUR, 900),
        *[refused(n, AT + 15 * HOUR) for n in range(9, 12)],
        raised(12, AT + 15 * HOUR),
        Found(13, AT + 15 * HOUR, "denials", (0, 1, 2)),
    )

    told = Engine(rules).take_in(rows)

    assert [one.rule for one in told] == [
        "denials",
        "breadth",
        "first-use",
        "off-hours",
        "budget",
        "proofs",
        "alarm",
    ]


def test_two_rules_may_find_something_in_one_entry() -> None:
    rules = [rule("first-use", id="a"), rule("first-use", id="b")]

    told = Engine(rules).take_in([seen(0, AT, action="weights.copy")])

    assert [one.rule for one in told] == ["a", "b"]


def test_without_rules_nothing_is_found() -> None:
    for row in (seen(0, AT), left(1, AT, 5), refused(2, AT), raised(3, AT)):
        assert Engine([]).take_in([row]) == []


def test_a_clock_that_goes_back_a_little_stands_still() -> None:
    rows = [
        seen(0, AT, effect="deny"),
        seen(1, AT - A_LITTLE, effect="deny"),
        seen(2, AT + 10 * MINUTE - 1, effect="deny"),
    ]

    (one,) = found(*rows, by=rule("denials"))

    assert (one.first, one.last) == (AT, AT + 10 * MINUTE - 1)


def test_a_clock_that_goes_back_further_is_believed() -> None:
    rows = [
        seen(0, AT, effect="deny"),
        seen(1, AT - A_LITTLE - 1, effect="deny"),
        seen(2, AT - A_LITTLE, effect="deny"),
    ]

    (one,) = found(*rows, by=rule("denials"))

    assert one.last == AT - A_LITTLE


def test_actions_that_callers_make_up_do_not_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "_MOST_ROUTES", 4)
    watching = Engine([rule("denials")])

    rows = [seen(n, AT, effect="deny", action=f"made.up-{n}") for n in range(40)]
    told = watching.take_in(rows)

    assert len(told) == 1
    assert len(watching._routes) <= 4
