"""A first look at a report that nobody has read yet: where it waits to be screened.

What the report claims drives it, by its answers and its words; what it leaves unknown
does not, else a flood of empty reports would all be immediate. Must never decide
anything: a case is triaged on its unknowns, and an unread report moves up as it ages.
"""

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any, Final, NamedTuple

from ringwall.raid.triage.judging import judge
from ringwall.raid.triage.outcomes import is_owned, rank
from ringwall.raid.triage.points import ASKED, Assessment, Points
from ringwall.raid.triage.suggesting import claims
from ringwall.raid.triage.tables import TriageTables

__all__ = ["FirstLook", "FirstLooks", "first_look"]

# What is taken where a report claims nothing: the middle where there is one.
_UNCLAIMED: Final[Mapping[str, tuple[str, ...]]] = {
    "cred": ("uncertain",),
    "kind": ("near-miss-or-hazard",),
    "class": ("routine-failure",),
    "auto": ("none",),
    "uplift": ("below",),
    "spread": ("one-organisation",),
    "revers": ("full",),
    "expl": ("none",),
    "comp": ("below-1e25",),
    "oc": ("oc1-2",),
    "pub": ("no",),
    "resp": ("active",),
    "danger": ("no",),
    "weights": ("no",),
    "legal": ("none",),
}
_IMMINENT: Final = "imminent"
_MOST_KNOWN: Final = 1024


_Key = tuple[frozenset[str], ...]


class FirstLook(NamedTuple):
    """What a report claims, as the queue orders by it.

    Attributes:
        imminent: 1 if danger to life is said to be imminent, else 0.
        priority: from 0 (decline) to 4 (immediate).
        owned: 1 if RAID would own what it claims, else 0.
        compute: 0 to 3, as of the row of a case.
        reach: 0 (one user) to 4 (Union).
    """

    imminent: int
    priority: int
    owned: int
    compute: int
    reach: int


class FirstLooks:
    """Gives the first look by one version of the tables; shared by all threads.

    What the tables say of the newest assessments is remembered: of a flood of reports
    most claim the same.

    Args:
        tables: in force.
        most: so many assessments are remembered.

    Attributes:
        tables: as given.
    """

    def __init__(self, tables: TriageTables, most: int = _MOST_KNOWN) -> None:
        self.tables = tables
        self._most = most
        self._known: OrderedDict[_Key, tuple[int, int]] = OrderedDict()
        self._lock = Lock()

    def __call__(self, document: Mapping[str, Any]) -> FirstLook:
        """Return what a report claims, as the queue orders by it.

        Args:
            document: of the report, as its schema says.
        """
        points = self.tables.points
        claimed = claims(self.tables, document)
        assessed = points.narrowed({**_UNCLAIMED, **claimed})
        priority, owned = self._judged(assessed)
        return FirstLook(
            imminent=int(document.get("danger") == _IMMINENT),
            priority=priority,
            owned=owned,
            compute=_worst(points, assessed, "comp"),
            reach=_worst(points, assessed, "spread"),
        )

    def _judged(self, assessed: Assessment) -> tuple[int, int]:
        """Return priority and owner of an assessment, as numbers."""
        key = tuple(assessed[name] for name in ASKED)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        outcome = judge(self.tables, assessed).outcome
        found = rank("priority", outcome.priority), int(is_owned(outcome.owner))
        with self._lock:
            self._known[key] = found
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        return found


def first_look(tables: TriageTables, document: Mapping[str, Any]) -> FirstLook:
    """Return what a report claims, as the queue orders by it.

    Args:
        tables: in force.
        document: of the report, as its schema says.
    """
    return FirstLooks(tables)(document)


def _worst(points: Points, assessed: Assessment, name: str) -> int:
    point = points[name]
    return point.ranks[point.worst(assessed[name])]
