"""Conditions of the routing table."""

import pytest

from ringwall.raid.routing.conditions import Claims, Holding, parse_condition

WORDS = {
    "class": frozenset({"cyber", "cbrn", "rights"}),
    "sector": frozenset({"energy", "finance"}),
}


def facts(classes: set[str], sectors: set[str], *, whole: bool) -> dict[str, Claims]:
    return {
        "class": Claims(frozenset(classes)),
        "sector": Claims(frozenset(sectors), among=True, is_whole=whole),
    }


def held(text: str, known: dict[str, Claims]) -> Holding:
    return parse_condition(text, WORDS).held(known).holding


def test_a_point_holds_only_if_each_value_left_open_will_do() -> None:
    text = "class=cyber|cbrn"
    assert held(text, facts({"cyber"}, set(), whole=True)) is Holding.YES
    assert held(text, facts({"cyber", "cbrn"}, set(), whole=True)) is Holding.YES
    assert held(text, facts({"cyber", "rights"}, set(), whole=True)) is Holding.OPEN
    assert held(text, facts({"rights"}, set(), whole=True)) is Holding.NO


def test_a_collection_that_may_lack_something_is_never_a_no() -> None:
    text = "sector=energy"
    assert held(text, facts({"cyber"}, {"energy"}, whole=False)) is Holding.YES
    assert held(text, facts({"cyber"}, {"finance"}, whole=False)) is Holding.OPEN
    assert held(text, facts({"cyber"}, {"finance"}, whole=True)) is Holding.NO


def test_all_terms_of_a_way_have_to_hold_and_any_way_will_do() -> None:
    text = "class=cyber; sector=energy / class=rights"
    assert held(text, facts({"cyber"}, {"energy"}, whole=True)) is Holding.YES
    assert held(text, facts({"rights"}, set(), whole=True)) is Holding.YES
    assert held(text, facts({"cyber"}, set(), whole=False)) is Holding.OPEN
    assert held(text, facts({"cbrn"}, {"energy"}, whole=True)) is Holding.NO


def test_it_says_why_it_holds_and_what_is_missing_where_it_is_open() -> None:
    condition = parse_condition("class=cyber|cbrn; sector=energy", WORDS)
    found = condition.held(facts({"cyber"}, {"energy", "finance"}, whole=True))
    assert found.why == ("class=cyber", "sector=energy")
    assert found.missing == ()
    found = condition.held(facts({"cyber", "rights"}, set(), whole=False))
    assert found.missing == ("class", "sector")
    assert found.why == ()


def test_what_a_way_that_can_t_hold_lacks_is_not_missing() -> None:
    condition = parse_condition("class=cbrn; sector=energy / sector=finance", WORDS)
    found = condition.held(facts({"cyber"}, set(), whole=False))
    assert found.missing == ("sector",)


def test_nothing_said_always_holds() -> None:
    assert held("", facts(set(), set(), whole=True)) is Holding.YES


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("class", "`class` does not start with a fact"),
        ("klass=cyber", "does not start with a fact that is known"),
        ("class=sector", "`class` is never `sector`"),
        ("class=", "`class` is never ``"),
        ("class=cyber|cyber", "names a value twice"),
        ("class=cyber; ", "does not start with a fact"),
        ("class=cyber /", "`class` is never `cyber /`"),
    ],
)
def test_a_condition_of_another_form_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_condition(text, WORDS)


@pytest.mark.parametrize(
    ("claims", "holding"),
    [
        (Claims(frozenset({"a"}), among=True), Holding.NO),
        (Claims(frozenset({"b"}), among=True), Holding.YES),
        (Claims(frozenset({"b"}), among=True, is_whole=False), Holding.OPEN),
        (Claims(frozenset({"a", "b"})), Holding.OPEN),
    ],
)
def test_an_exception_holds_unless_it_is_met_and_is_open_with_what_it_asks(
    claims: Claims, holding: Holding
) -> None:
    words = {"x": frozenset({"a", "b"})}
    held = parse_condition("x!=a", words).held({"x": claims})
    assert held.holding is holding
    assert held.why == (("x!=a",) if holding is Holding.YES else ())
    assert held.missing == (("x",) if holding is Holding.OPEN else ())
