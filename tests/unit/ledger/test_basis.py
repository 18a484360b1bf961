"""The basis: a set of events as one number that knows which set it is."""

import itertools

import pytest

from ringwall.ledger.basis import TALLY_SIZE, Basis

LEAVES = [bytes([number]) * 32 for number in range(6)]
EVENTS: list[tuple[object, object]] = list(enumerate(LEAVES))


def basis(*events: tuple[object, object]) -> Basis:
    """Return the basis of some events."""
    made = Basis()
    made.put_in_force(events)
    return made


def test_an_empty_basis_has_no_last_event_and_an_empty_tally() -> None:
    assert (Basis().last, Basis().tally) == (-1, bytes(TALLY_SIZE))


def test_the_order_in_which_events_came_does_not_matter() -> None:
    tallies = {basis(*order).tally for order in itertools.permutations(EVENTS[:4])}

    assert len(tallies) == 1


def test_every_set_of_events_has_a_tally_of_its_own() -> None:
    sets = [
        chosen
        for size in range(len(EVENTS) + 1)
        for chosen in itertools.combinations(EVENTS, size)
    ]

    assert len({basis(*chosen).tally for chosen in sets}) == len(sets) == 64


def test_the_same_event_elsewhere_is_another() -> None:
    assert basis((0, LEAVES[0])).tally != basis((1, LEAVES[0])).tally


def test_two_leaves_that_change_places_are_another_set() -> None:
    straight = basis((0, LEAVES[0]), (1, LEAVES[1]))
    crossed = basis((0, LEAVES[1]), (1, LEAVES[0]))

    assert straight.tally != crossed.tally


def test_taking_out_undoes_putting_in_but_the_last_index_stays() -> None:
    moved = basis(*EVENTS)
    moved.take_out(EVENTS[3:])

    assert moved.tally == basis(*EVENTS[:3]).tally
    assert moved.last == 5


def test_taking_out_what_was_never_in_shows_for_good() -> None:
    moved = basis(EVENTS[0])
    moved.take_out([EVENTS[1]])
    moved.put_in_force([EVENTS[2]])

    assert moved.tally != basis(EVENTS[0], EVENTS[2]).tally


def test_a_kept_tally_goes_on_where_it_was() -> None:
    kept = basis(*EVENTS[:3])
    loaded = Basis(kept.last, kept.tally)
    loaded.put_in_force(EVENTS[3:])

    assert (loaded.last, loaded.tally) == (5, basis(*EVENTS).tally)


def test_a_copy_moves_on_its_own() -> None:
    original = basis(*EVENTS[:2])
    copy = original.copy()
    copy.put_in_force(EVENTS[2:])

    assert (original.last, original.tally) == (1, basis(*EVENTS[:2]).tally)


@pytest.mark.parametrize("size", [0, 1, TALLY_SIZE - 1, TALLY_SIZE + 1])
def test_a_tally_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="256 bytes"):
        Basis(0, bytes(size))


@pytest.mark.parametrize("index", [-1, 2**63, None, "0", b"0", 1.0])
def test_what_is_no_index_is_refused(index: object) -> None:
    with pytest.raises(ValueError, match="has an index"):
        Basis().put_in_force([(index, LEAVES[0])])


@pytest.mark.parametrize("leaf", [None, "0" * 32, b"", bytes(31), bytes(33), 7])
def test_what_is_no_leaf_hash_is_refused_and_changes_nothing(leaf: object) -> None:
    made = basis(*EVENTS)

    with pytest.raises(ValueError, match="no leaf hash"):
        made.take_out([(0, LEAVES[0]), (9, leaf)])
    assert (made.last, made.tally) == (5, basis(*EVENTS).tally)
