"""The two key slots of a container, and which of them counts.

`docs/vault-format.md` section 3. Must never pass over a slot that is damaged, save
for whoever mends a rewrap that a crash cut short.
"""

from pathlib import Path
from typing import Final, NamedTuple

from ringwall.vault.container.faults import damaged
from ringwall.vault.container.json_block import BLOCK_BYTES, EMPTY_BLOCK
from ringwall.vault.container.slots import KeySlot

__all__ = ["SLOT_PLACES", "SlotPair", "parse_slot_pair"]

SLOT_PLACES: Final = (BLOCK_BYTES, 2 * BLOCK_BYTES)
"""Where slots A and B begin in the file."""


class SlotPair(NamedTuple):
    """What stands in the two places.

    Attributes:
        slots: one or two, the one that counts first.
        is_torn: whether a malformed block beside it was passed over.
    """

    slots: tuple[KeySlot, ...]
    is_torn: bool


def parse_slot_pair(path: Path, blocks: bytes, *, is_mending: bool = False) -> SlotPair:
    """Return the slots that are filled.

    Args:
        path: of the container, for the message.
        blocks: the 8192 bytes of both.
        is_mending: a block that is malformed counts as empty; of a rewrap that was
            cut off in the middle of a block, the other one is still whole.

    Raises:
        IntegrityError: `container-slot-malformed`, a block is neither empty nor a
            slot; `container-slot-misplaced`, a slot stands where one of its
            generation never does; `container-slot-missing`, both are empty.
    """
    found, is_torn = [], False
    for place in range(2):
        block = blocks[place * BLOCK_BYTES : (place + 1) * BLOCK_BYTES]
        if block == EMPTY_BLOCK:
            continue
        try:
            slot = KeySlot.parse(block)
        except ValueError as error:
            if is_mending:
                is_torn = True
                continue
            what = f"has a malformed key slot {'AB'[place]}: {error}"
            raise damaged("container-slot-malformed", path, what) from error
        if slot.place != place:
            what = f"has generation {slot.generation} in key slot {'AB'[place]}"
            raise damaged("container-slot-misplaced", path, what)
        found.append(slot)
    if not found:
        raise damaged("container-slot-missing", path, "has no key slot that is filled")
    found.sort(key=lambda slot: slot.generation, reverse=True)
    if found[0].generation - found[-1].generation > 1:
        what = "has two key slots that don't follow one another"
        raise damaged("container-slot-misplaced", path, what)
    return SlotPair(tuple(found), is_torn)
