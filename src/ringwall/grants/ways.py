"""Where a grant could be used, the least approvals that serve there, and whose.

Asked of the very pipeline and rows that decide. Must never tell of a way that somebody
could not go even with every approval.
"""

from dataclasses import dataclass

from ringwall.matters.scene import Scene
from ringwall.model.levels import Quorum
from ringwall.model.places import Point
from ringwall.model.requests import AccessRequest
from ringwall.pdp.approvals import Demand
from ringwall.pdp.missing import FactMissing
from ringwall.pdp.proof import Prover
from ringwall.pdp.search import NOTHING_LEFT

__all__ = ["Use", "Way", "demands_of", "ways_of"]


@dataclass(frozen=True, slots=True)
class Use:
    """What a grant is for.

    Attributes:
        subject: id of who uses it.
        action: e.g. `weights.export`.
        resource: id of the asset.
        manner: `approved` or `break-glass`.
    """

    subject: str
    action: str
    resource: str
    manner: str


@dataclass(frozen=True, slots=True)
class Way:
    """One enforcement point through which a grant could be used.

    Attributes:
        point: its id; others at the same site serve as well.
        needed: the least approvals with which it is permitted.
        demands: each way to reach those.
    """

    point: str
    needed: Quorum
    demands: tuple[Demand, ...]


def ways_of(use: Use, scene: Scene) -> tuple[Way, ...]:
    """Return the ways to use a grant, one for each site; empty if there is none.

    Presence counts as enough and amounts as nothing, since neither is known ahead; and
    the session as proven in the strongest way.
    """
    if use.action not in scene.decider.actions:
        return ()
    prover = Prover(scene.decider)
    found: dict[str, Way] = {}
    documents = scene.facts.documents().values()
    points = [item for item in documents if isinstance(item, Point)]
    for point in sorted(points, key=lambda item: item.id):
        if point.site not in found:
            way = _way(use, point.id, scene, prover)
            if way is not None:
                found[point.site] = way
    return tuple(found.values())


def demands_of(ways: tuple[Way, ...]) -> tuple[Demand, ...]:
    """Return the demands of some ways, each once, in the order of the ways."""
    return tuple(dict.fromkeys(demand for way in ways for demand in way.demands))


def _way(use: Use, point: str, scene: Scene, prover: Prover) -> Way | None:
    question = AccessRequest(use.subject, use.action, use.resource, point)
    try:
        situation = scene.facts.situation(question, scene.now, NOTHING_LEFT)
    except FactMissing:
        return None
    for needed, _ in prover.least(situation):
        demands = scene.decider.demands(situation, use.manner)
        fitting = tuple(demand for demand in demands if demand.quorum >= needed)
        return Way(point, needed, fitting)
    return None
