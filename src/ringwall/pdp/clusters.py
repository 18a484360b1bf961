"""Where a site's machines stand before compute oversight.

Must never count as small what is not stated, nor as registered what has lapsed.
"""

from typing import Final

from ringwall.model.levels import ClusterStanding
from ringwall.model.places import Cluster
from ringwall.model.values import parse_flop
from ringwall.pdp.evidence import Span

__all__ = ["LARGE_NETWORK_GBITS", "LARGE_PERFORMANCE", "cluster_standing"]

# A cluster is large above both (report "Advanced AI", recommendation 5); the same
# numbers stand in threat_models/compute.yaml, and a test compares.
LARGE_PERFORMANCE: Final = 10**20
"""Theoretical maximum in operations per second; a large cluster has more."""
LARGE_NETWORK_GBITS: Final = 100
"""Speed of the network between machines in Gbit/s; a large cluster has more."""


def cluster_standing(cluster: Cluster | None, now: int) -> tuple[Span, ClusterStanding]:
    """Return the standing of a site's machines, and between which instants.

    One that does not exceed both thresholds is exempt; a large one is registered
    while its registration is in date. What is not stated is unregistered.
    """
    if cluster is None:
        return Span(), ClusterStanding.UNREGISTERED
    is_fast = parse_flop(cluster.performance) > LARGE_PERFORMANCE
    if not (is_fast and cluster.network_gbits > LARGE_NETWORK_GBITS):
        return Span(), ClusterStanding.EXEMPT
    if cluster.registration is None:
        return Span(), ClusterStanding.UNREGISTERED
    registered = Span.of(cluster.registration)
    standing = (
        ClusterStanding.REGISTERED
        if registered.holds(now)
        else ClusterStanding.UNREGISTERED
    )
    return registered.around(now), standing
