"""A first look at a report that nobody has read yet: where it waits to be screened.

What the report claims drives it, by its answers and its words, and by the events that
its sector and entity make suspect, as at triage; what it leaves unknown does not, else
a flood of empty reports would all be immediate. Must never decide anything: a case is
triaged on its unknowns, and an unread report moves up as it ages.
"""

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any, Final, NamedTuple

from ringwall.raid.routing.duties import suspected
from ringwall.raid.routing.facts import NOTHING_TOLD, Report, Standing, facts_of
from ringwall.raid.routing.labels import Tlp
from ringwall.raid.routing.rows import Routes
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
_LEGAL: Final = "legal"
_NONE: Final = frozenset({"none"})
_UNREAD: Final = Standing("", Tlp.RED, is_owned=False)
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
        routes: likewise, with what duties rest on.
        most: so many assessments are remembered.

    Attributes:
        tables: as given.
        routes: as given.
    """

    def __init__(
        self, tables: TriageTables, routes: Routes, most: int = _MOST_KNOWN
    ) -> None:
        self.tables = tables
        self.routes = routes
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
        # Whoever answers that there was no such event has answered, as at triage.
        if claimed.get(_LEGAL) != _NONE:
            assessed = self._with_events(assessed, document)
        priority, owned = self._judged(assessed)
        return FirstLook(
            imminent=int(document.get("danger") == _IMMINENT),
            priority=priority,
            owned=owned,
            compute=_worst(points, assessed, "comp"),
            reach=_worst(points, assessed, "spread"),
        )

    def _with_events(
        self, assessed: Assessment, document: Mapping[str, Any]
    ) -> Assessment:
        """Return it with the events that a sector or an entity makes suspect."""
        told = [Report("", Tlp.RED, document)]
        facts = facts_of(_UNREAD, assessed, told, NOTHING_TOLD, self.routes)
        flags = suspected(facts, self.routes) & self.tables.points[_LEGAL].all
        if not flags:
            return assessed
        return {**assessed, _LEGAL: (assessed[_LEGAL] - _NONE) | flags}

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


def first_look(
    tables: TriageTables, routes: Routes, document: Mapping[str, Any]
) -> FirstLook:
    """Return what a report claims, as the queue orders by it.

    Args:
        tables: in force.
        routes: likewise, with what duties rest on.
        document: of the report, as its schema says.
    """
    return FirstLooks(tables, routes)(document)


def _worst(points: Points, assessed: Assessment, name: str) -> int:
    point = points[name]
    return point.ranks[point.worst(assessed[name])]
