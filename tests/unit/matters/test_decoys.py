"""Which marks are in force follows from the order of the record alone."""

from typing import Any

from ringwall.matters.decoys import Decoys
from ringwall.model.matter_events import decoy_lifted, decoy_placed

ONE, TWO = "1" * 64, "2" * 64


def after(*events: dict[str, Any]) -> Decoys:
    """Return what stands after some events."""
    decoys = Decoys()
    for index, event in enumerate(events):
        decoys.take_in(index, event)
    return decoys


def test_without_events_there_is_no_decoy() -> None:
    decoys = after()

    assert not decoys
    assert ONE not in decoys
    assert (decoys.marks(), decoys.version) == (frozenset(), 0)


def test_what_was_placed_is_a_decoy_until_it_is_lifted() -> None:
    placed = [decoy_placed(0, ONE, "user:hedy"), decoy_placed(0, TWO, "user:hedy")]

    assert after(*placed).marks() == {ONE, TWO}
    lifted = after(*placed, decoy_lifted(0, ONE, "user:hedy"))
    assert lifted
    assert ONE not in lifted
    assert TWO in lifted
    assert ONE in after(
        *placed, decoy_lifted(0, ONE, "user:hedy"), decoy_placed(0, ONE, "user:hedy")
    )


def test_what_never_was_one_is_lifted_in_vain() -> None:
    decoys = after(
        decoy_lifted(0, ONE, "user:hedy"),
        decoy_placed(0, TWO, "user:hedy"),
        decoy_placed(0, TWO, "user:hedy"),
    )

    assert decoys.marks() == {TWO}
    assert decoys.version == 3


def test_marks_that_were_handed_out_do_not_change() -> None:
    decoys = after(decoy_placed(0, ONE, "user:hedy"))
    before = decoys.marks()

    decoys.take_in(1, decoy_lifted(0, ONE, "user:hedy"))

    assert before == {ONE}
    assert decoys.marks() == frozenset()
