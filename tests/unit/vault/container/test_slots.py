"""A key slot holds a wrapped data key, bound to its container, and says so once."""

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from ringwall.base.canonical import dump_canonical
from ringwall.vault.container.json_block import EMPTY_BLOCK
from ringwall.vault.container.slots import (
    DATA_KEY_BYTES,
    KeySlot,
    is_vouched_for,
    slot_mac,
    wrap_context,
    wrapped_slot,
)
from tests.sealed import Kek

DATA_KEY = bytes(range(32))
DIGEST = bytes([7]) * 32
KEK = Kek(params={"salt": "c2FsdA==", "n": 2})
SLOT = wrapped_slot(KEK, 1, DATA_KEY, DIGEST)
SAID: dict[str, Any] = {
    "v": 1,
    "generation": 3,
    "key": "key-1",
    "kind": "file",
    "params": {"n": 2},
    "wrapped": "AAAA",
    "mac": "A" * 43 + "=",
}


def block_of(**words: object) -> bytes:
    text = dump_canonical(SAID | words)
    return (len(text).to_bytes(4, "big") + text).ljust(4096, b"\0")


def test_a_slot_and_its_block_belong_together() -> None:
    assert KeySlot.parse(SLOT.block()) == SLOT
    assert SLOT.digest == hashlib.sha256(SLOT.block()).digest()
    slot = KeySlot.parse(block_of())
    assert slot.block() == block_of()
    assert (slot.generation, slot.key, slot.kind) == (3, "key-1", "file")
    assert (slot.params, slot.wrapped, slot.mac) == ({"n": 2}, bytes(3), bytes(32))


def test_a_wrap_unwraps_in_its_own_context_alone() -> None:
    assert SLOT.context(DIGEST) == wrap_context(DIGEST, 1, "key-1", "file")
    assert SLOT.context(DIGEST) == (
        b"ringwall-vault/1 wrap\0"
        + DIGEST
        + b'{"generation":1,"key":"key-1","kind":"file"}'
    )
    assert KEK.unwrap(SLOT.wrapped, SLOT.context(DIGEST)) == DATA_KEY
    for other in (replace(SLOT, generation=3), replace(SLOT, key="key-2")):
        assert other.context(DIGEST) != SLOT.context(DIGEST)


def test_the_mac_is_over_each_field_and_the_header() -> None:
    assert is_vouched_for(DATA_KEY, DIGEST, SLOT)
    assert not is_vouched_for(bytes(32), DIGEST, SLOT)
    assert not is_vouched_for(DATA_KEY, bytes(32), SLOT)
    for other in (
        replace(SLOT, generation=3),
        replace(SLOT, key="key-2"),
        replace(SLOT, kind="shares"),
        replace(SLOT, params={}),
        replace(SLOT, params={"salt": "c2FsdA==", "n": 3}),
        replace(SLOT, wrapped=SLOT.wrapped + b"\0"),
        replace(SLOT, mac=bytes(32)),
    ):
        assert not is_vouched_for(DATA_KEY, DIGEST, other)


def test_the_mac_takes_a_key_that_can_be_overwritten() -> None:
    assert slot_mac(bytearray(DATA_KEY), DIGEST, SLOT) == SLOT.mac
    assert len(DATA_KEY) == DATA_KEY_BYTES


def test_odd_generations_go_to_slot_a_and_even_ones_to_slot_b() -> None:
    places = [replace(SLOT, generation=n).place for n in (1, 2, 3, 4)]

    assert places == [0, 1, 0, 1]


@pytest.mark.parametrize(
    "words",
    [
        {"generation": 0},
        {"generation": -1},
        {"generation": True},
        {"generation": "1"},
        {"key": ""},
        {"key": "Key"},
        {"key": "../key"},
        {"key": "-key"},
        {"key": "k" * 65},
        {"key": 1},
        {"kind": ""},
        {"kind": "1file"},
        {"kind": "k" * 65},
        {"kind": None},
        {"params": []},
        {"params": None},
        {"params": {f"n{n}": n for n in range(17)}},
        {"params": {"": 1}},
        {"params": {"N": 1}},
        {"params": {"n" * 65: 1}},
        {"params": {"n": -1}},
        {"params": {"n": True}},
        {"params": {"n": None}},
        {"params": {"n": []}},
        {"params": {"n": "x" * 1025}},
        {"wrapped": ""},
        {"wrapped": "AAA"},
        {"wrapped": "AB=="},
        {"wrapped": "A A="},
        {"wrapped": "A" * 2732 + "AAAA"},
        {"wrapped": 1},
        {"mac": "AAAA"},
        {"mac": "A" * 42 + "B="},
        {"mac": None},
        {"v": 2},
        {"more": 1},
    ],
    ids=lambda words: str(words)[:40],
)
def test_a_slot_outside_its_limits_is_refused(words: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        KeySlot.parse(block_of(**words))


def test_an_empty_block_is_no_slot() -> None:
    with pytest.raises(ValueError, match=r"."):
        KeySlot.parse(EMPTY_BLOCK)


def test_a_key_with_more_to_say_than_a_block_holds_is_refused() -> None:
    wordy = Kek(params={f"p{n}": "x" * 1024 for n in range(4)})

    with pytest.raises(ValueError, match="too many for a block"):
        wrapped_slot(wordy, 1, DATA_KEY, DIGEST)


def test_a_context_is_made_of_proper_words_alone() -> None:
    with pytest.raises(ValueError, match="`generation`"):
        wrap_context(DIGEST, 0, "key-1", "file")
    with pytest.raises(ValueError, match="name of a key"):
        wrap_context(DIGEST, 1, "key 1", "file")
