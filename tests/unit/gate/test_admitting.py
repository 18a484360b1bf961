"""Who asks too soon is told so, and uses up nobody else's turn."""

import pytest

from ringwall.gate.admitting import admitted, too_fast
from ringwall.gate.rates import Rates
from ringwall.model.decisions import Stage
from ringwall.pdp.facts import FactBase
from tests.unit.pdp.scene import NOW, ask, edited, institute

ONCE = edited("point:hub", rate={"per_person": 1, "in_all": 2})
PROVEN = edited("org:institute", identity=None)
SECOND = edited("user:max", account_of="user:ada")


def codes(facts: FactBase, *subjects: str, is_point_proven: bool = False) -> list[str]:
    """Return what is said to each of those who ask one after the other."""
    rates = Rates()
    return [
        admitted(rates, ask(subject), facts, NOW, is_point_proven=is_point_proven).code
        for subject in subjects
    ]


def test_where_nothing_is_limited_everybody_is_admitted() -> None:
    assert codes(institute(), *["user:ada"] * 5) == [""] * 5


def test_a_second_account_gives_nobody_a_second_turn() -> None:
    facts = institute(ONCE, SECOND)

    assert codes(facts, "user:ada", "user:max")[1] != ""
    assert codes(institute(ONCE), "user:ada", "user:max") == ["", ""]
    assert codes(facts, "user:ada", "service:runner")[1] != ""


@pytest.mark.parametrize("is_point_proven", [True, False])
def test_who_has_shown_nothing_is_counted_apart(*, is_point_proven: bool) -> None:
    facts, rates = institute(ONCE, PROVEN), Rates()
    words = ("user:ada", "user:max")
    found = codes(facts, *words, is_point_proven=is_point_proven)

    # Of those who have shown nothing all are one.
    assert (found[1] == "") is is_point_proven
    admitted(rates, ask(), facts, NOW, is_point_proven=False)
    assert admitted(rates, ask(), facts, NOW, is_point_proven=True).code == ""


def test_who_asks_too_soon_is_told_when_to_ask_again() -> None:
    facts, rates = institute(ONCE), Rates()
    first = admitted(rates, ask(), facts, NOW, is_point_proven=False)
    second = admitted(rates, ask(), facts, NOW, is_point_proven=False)
    reason = too_fast(second)

    assert too_fast(first) is None
    assert reason is not None
    assert (reason.stage, reason.code) == (Stage.RATE, second.code)
    assert reason.needed == f"to ask again in {second.seconds} s"
