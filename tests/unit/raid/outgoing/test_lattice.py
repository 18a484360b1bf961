"""Labels as a lattice."""

from itertools import product

from ringwall.raid.outgoing.lattice import BOTTOM, Label, join
from ringwall.raid.routing.labels import Tlp

CAVEATS = (None, frozenset({"DE"}), frozenset({"DE", "FR"}), frozenset[str]())
ALL = tuple(
    Label(tlp, compartments, states, is_case)
    for tlp, compartments, states, is_case in product(
        (Tlp.CLEAR, Tlp.AMBER, Tlp.RED),
        (frozenset[str](), frozenset({"bio"}), frozenset({"bio", "nuclear"})),
        CAVEATS,
        (False, True),
    )
)


def test_the_order_is_an_order_with_a_bottom() -> None:
    for one, two in product(ALL, ALL):
        assert one.dominates(one)
        assert one.dominates(BOTTOM)
        assert not (one.dominates(two) and two.dominates(one)) or one == two


def test_a_join_is_the_least_label_above_both() -> None:
    for one, two in product(ALL, ALL):
        joined = one.joined(two)
        assert joined == two.joined(one)
        above = [high for high in ALL if high.dominates(one) and high.dominates(two)]
        assert joined.dominates(one)
        assert joined.dominates(two)
        assert all(high.dominates(joined) for high in above)


def test_a_join_over_facts_is_that_of_the_highest_in_each_part() -> None:
    assert join(()) == BOTTOM
    facts = (
        Label(Tlp.AMBER, frozenset({"bio"})),
        Label(Tlp.GREEN, states=frozenset({"DE", "FR"})),
        Label(Tlp.CLEAR, states=frozenset({"DE"}), is_case=True),
    )
    told = Label(Tlp.AMBER, frozenset({"bio"}), frozenset({"DE"}), is_case=True)
    assert join(facts) == told


def test_what_a_label_is_short_of_is_named_in_full() -> None:
    high = Label(Tlp.RED, frozenset({"bio"}), frozenset({"DE"}), is_case=True)
    parts = ("tlp", "compartments", "states", "enforcement")
    assert BOTTOM.short_of(high) == parts
    assert high.short_of(high) == ()
