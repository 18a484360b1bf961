"""The kind of event that tells of a drill: its row, its permits, its machine.

Must never tell of anything but exercises.
"""

from collections.abc import Mapping
from typing import Final

from ringwall.model.raid_moves import Move

__all__ = ["ACTIONS_OF_DRILLS", "CARDS_OF_DRILLS", "MACHINES_OF_DRILLS"]

CARDS_OF_DRILLS: Final[Mapping[str, Mapping[str, type]]] = {
    "raid.drill": {
        "state": str,
        "script": str,
        "digest": str,
        "injected": int,
    },
}
"""Kind -> the columns of its row: name and digest of the script, injects so far."""

_DIRECT: Final = (("raid.direct", "desk"),)

ACTIONS_OF_DRILLS: Final[Mapping[tuple[str, str], tuple[tuple[str, str], ...]]] = {
    ("raid.drill", "begin"): _DIRECT,
    ("raid.drill", "inject"): (("raid.intake", "inbox"),),
    ("raid.drill", "end"): _DIRECT,
}
"""Kind and act -> the permits that it may be recorded under; see `RAID_ACTIONS`."""

MACHINES_OF_DRILLS: Final[Mapping[str, tuple[Move, ...]]] = {
    "raid.drill": (
        Move("", "begin", "running", ("in-an-exercise",)),
        Move("running", "inject", "running"),
        Move("running", "end", "ended"),
    ),
}
"""Kind -> the rows of its machine."""
