"""The stored tiles held against the leaves, and against those that should not be.

Must never blame a tile for what a leaf has done.
"""

from ringwall.ledger.printable import shown
from ringwall.ledger.verification.checking import Check
from ringwall.ledger.verification.findings import MAX_FINDINGS
from ringwall.ledger.verification.reordering import Accused
from ringwall.ledger.verification.tree_walk import surplus_tiles

__all__ = ["check_tiles"]


def check_tiles(check: Check, accused: Accused | None) -> None:
    """Tell of each tile that is changed, missing or one too many.

    Args:
        check: the leaves have been walked through.
        accused: entries that are wrong where complete tiles are right.
    """
    for misfit in check.tree.misfits:
        # A tile that is there differs because the entries below it do.
        if not misfit.is_there:
            _tell(check, "tile-missing", misfit.level, misfit.place)
        elif accused is None:
            _tell(check, "tile-changed", misfit.level, misfit.place)
    for level, index in _first(check):
        _tell(check, "tile-unfounded", level, index)


_MESSAGES = {
    "tile-changed": "its hashes are not those of the entries",
    "tile-missing": "the tree has it, and the table lacks it",
    "tile-unfounded": "the tree has no such complete tile",
}


def _first(check: Check) -> list[tuple[object, object]]:
    found = zip(
        range(MAX_FINDINGS),
        surplus_tiles(check.cursor, check.leaves.size),
        strict=False,
    )
    return [tile for _, tile in found]


def _tell(check: Check, code: str, level: object, index: object) -> None:
    place = f"tile {shown(level)}/{shown(index)}"
    check.findings.hold(code, place, _MESSAGES[code])
