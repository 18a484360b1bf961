"""Whether a cluster is large, and registered if it is."""

import pytest

from ringwall.base.clock import parse_instant
from ringwall.model.levels import ClusterStanding
from ringwall.model.places import Cluster
from ringwall.model.values import parse_flop
from ringwall.pdp.clusters import (
    LARGE_NETWORK_GBITS,
    LARGE_PERFORMANCE,
    cluster_standing,
)
from ringwall.pdp.evidence import Span
from ringwall.pdp.floor import SEVERE_COMPUTE
from ringwall.shipped import shipped_path
from ringwall.threats.folder import read_catalogue
from tests.unit.pdp.scene import DATES, FROM, NOW, PAST, UNTIL, Data

UNREGISTERED = ClusterStanding.UNREGISTERED
EXEMPT = ClusterStanding.EXEMPT
REGISTERED = ClusterStanding.REGISTERED


def cluster(performance: str, gbits: int, registered: Data | None = None) -> Cluster:
    data: Data = {"performance": performance, "network_gbits": gbits}
    if registered is not None:
        data["registration"] = registered
    return Cluster.model_validate(data)


@pytest.mark.parametrize(
    ("asked", "standing"),
    [
        (None, UNREGISTERED),
        (cluster("1e20", 100), EXEMPT),
        (cluster("1e20", 101), EXEMPT),
        (cluster("100000000000000000001", 100), EXEMPT),
        (cluster("100000000000000000001", 101), UNREGISTERED),
        (cluster("1e21", 400, DATES), REGISTERED),
        (cluster("1e21", 400, PAST), UNREGISTERED),
        (cluster("1e19", 400, PAST), EXEMPT),
    ],
)
def test_a_cluster_above_both_thresholds_has_to_be_registered(
    asked: Cluster | None, standing: ClusterStanding
) -> None:
    assert cluster_standing(asked, NOW)[1] is standing


@pytest.mark.parametrize(
    ("now", "standing", "span"),
    [
        (parse_instant(FROM) - 1, UNREGISTERED, Span(end=parse_instant(FROM))),
        (
            parse_instant(FROM),
            REGISTERED,
            Span(parse_instant(FROM), parse_instant(UNTIL)),
        ),
        (parse_instant(UNTIL), UNREGISTERED, Span(start=parse_instant(UNTIL))),
    ],
)
def test_a_registration_counts_from_its_start_and_not_at_its_end(
    now: int, standing: ClusterStanding, span: Span
) -> None:
    assert cluster_standing(cluster("1e21", 400, DATES), now) == (span, standing)


def test_what_is_not_dated_stays_as_it_is() -> None:
    for asked in (None, cluster("1e19", 1), cluster("1e21", 400)):
        assert cluster_standing(asked, NOW)[0] == Span()


def test_the_thresholds_are_those_of_the_threat_models() -> None:
    rows = read_catalogue(shipped_path("threat_models")).compute
    large, severe = rows["large-cluster"], rows["severe-systemic-risk"]

    assert large.performance is not None
    assert severe.flop is not None
    assert parse_flop(large.performance) == LARGE_PERFORMANCE
    assert large.network_gbits == LARGE_NETWORK_GBITS
    assert parse_flop(severe.flop) == SEVERE_COMPUTE
    assert large.comparison == severe.comparison == "more-than"
