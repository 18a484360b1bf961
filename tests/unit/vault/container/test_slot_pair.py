"""Of two places for a key slot one is filled as a rule, and neither is damaged."""

from dataclasses import replace
from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.vault.container.json_block import EMPTY_BLOCK
from ringwall.vault.container.slot_pair import SLOT_PLACES, parse_slot_pair
from ringwall.vault.container.slots import KeySlot

PATH = Path("model.vault")
ONE = KeySlot(1, "key-1", "file", {}, b"wrapped", bytes(32))
TWO, THREE, FOUR = (replace(ONE, generation=n) for n in (2, 3, 4))
TORN = ONE.block()[:100] + bytes(3996)


def code_of(blocks: bytes, *, is_mending: bool = False) -> str:
    with pytest.raises(IntegrityError) as caught:
        parse_slot_pair(PATH, blocks, is_mending=is_mending)
    assert caught.value.exit_code == 6
    return caught.value.code


@pytest.mark.parametrize(
    ("blocks", "slots"),
    [
        (ONE.block() + EMPTY_BLOCK, (ONE,)),
        (EMPTY_BLOCK + TWO.block(), (TWO,)),
        (ONE.block() + TWO.block(), (TWO, ONE)),
        (THREE.block() + TWO.block(), (THREE, TWO)),
    ],
)
def test_the_newest_slot_counts(blocks: bytes, slots: tuple[KeySlot, ...]) -> None:
    assert parse_slot_pair(PATH, blocks) == (slots, False)
    assert parse_slot_pair(PATH, blocks, is_mending=True) == (slots, False)


def test_each_slot_has_its_place_in_the_file() -> None:
    assert SLOT_PLACES == (4096, 8192)


def test_a_slot_in_the_place_of_the_other_is_refused() -> None:
    assert code_of(EMPTY_BLOCK + ONE.block()) == "container-slot-misplaced"
    assert code_of(TWO.block() + EMPTY_BLOCK) == "container-slot-misplaced"
    assert code_of(TWO.block() + ONE.block()) == "container-slot-misplaced"


def test_slots_that_don_t_follow_one_another_are_refused() -> None:
    assert code_of(ONE.block() + FOUR.block()) == "container-slot-misplaced"


def test_a_container_without_a_slot_is_refused() -> None:
    assert code_of(EMPTY_BLOCK * 2) == "container-slot-missing"
    assert code_of(TORN + EMPTY_BLOCK, is_mending=True) == "container-slot-missing"


def test_half_a_slot_is_refused_save_for_whoever_mends_it() -> None:
    blocks = TORN + TWO.block()

    assert code_of(blocks) == "container-slot-malformed"
    assert parse_slot_pair(PATH, blocks, is_mending=True) == ((TWO,), True)
