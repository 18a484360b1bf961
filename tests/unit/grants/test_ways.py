"""The ways to use a grant are those that the pipeline would permit, one for a site."""

from ringwall.grants.ways import Use, demands_of, ways_of
from ringwall.matters.scene import Scene
from ringwall.model.levels import Quorum
from ringwall.model.places import Point
from tests.office import Office

EXPORT = Use("user:dennis", "weights.export", "weights:aurora-1", "approved")


def scene(office: Office) -> Scene:
    with office.desk() as desk:
        return desk._scene(desk._ground())


def test_there_is_one_way_for_each_site_that_serves(office: Office) -> None:
    now = scene(office)

    ways = ways_of(EXPORT, now)

    documents = now.facts.documents()
    points = [documents[way.point] for way in ways]
    sites = [point.site for point in points if isinstance(point, Point)]
    assert len(sites) == len(set(sites)) == len(ways) > 0
    assert {way.needed for way in ways} == {Quorum.TWO_AND_EXECUTIVE}
    assert [demand.rule for demand in demands_of(ways)] == ["quo-011"]


def test_a_demand_that_reaches_too_little_is_not_told(office: Office) -> None:
    for way in ways_of(EXPORT, scene(office)):
        assert all(demand.quorum >= way.needed for demand in way.demands)


def test_there_is_no_way_for_what_is_never_permitted(office: Office) -> None:
    now = scene(office)

    assert ways_of(Use("user:emmy", *_rest(EXPORT)), now) == ()
    assert ways_of(Use("user:nobody", *_rest(EXPORT)), now) == ()
    unknown = Use("user:dennis", "weights.juggle", "weights:aurora-1", "approved")
    assert ways_of(unknown, now) == ()
    assert demands_of(()) == ()


def _rest(use: Use) -> tuple[str, str, str]:
    return use.action, use.resource, use.manner
