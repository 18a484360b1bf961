"""Who can, what can, and which assets: ways, their order and their pages."""

from itertools import product

import pytest

from ringwall.model.declarations import document_of
from ringwall.model.levels import Authentication, Quorum
from ringwall.pdp.facts import FactBase
from ringwall.pdp.pipeline import DecisionPoint
from ringwall.pdp.search import NOTHING_LEFT, Page, Search, Way
from tests.oracle import search as oracle
from tests.unit.pdp.scene import (
    ACCESS_HEAD,
    ACCESS_TAIL,
    NOW,
    ask,
    concern,
    decider,
    edited,
    institute,
    small,
)

BOTH = ("point:campus", "point:hub")


def searched(facts: FactBase, point: DecisionPoint | None = None) -> Search:
    return Search(point or decider(), facts, NOW)


def test_the_searches_agree_with_asking_one_by_one() -> None:
    facts, point = institute(), decider()
    search, found = searched(facts), 0
    for action, resource in product(sorted(point.actions), facts.assets()):
        ways = list(search.who_can(action, resource).ways)
        assert ways == oracle.who_can(point, facts, NOW, action, resource)
        found += len(ways)
    for subject in facts.subjects():
        ways = list(search.what_can(subject).ways)
        assert ways == oracle.what_can(point, facts, NOW, subject)

    assert found > 10


def test_a_way_names_the_least_proof_that_serves() -> None:
    page = searched(institute()).who_can("weights.finetune", "weights:aurora")

    assert page == Page(
        (
            Way(
                "user:ada",
                "weights.finetune",
                "weights:aurora",
                "point:hub",
                Authentication.HARDWARE,
                Quorum.TWO,
            ),
        ),
        "",
    )


def test_ways_are_listed_by_asset_then_action_then_point() -> None:
    ways = searched(institute()).what_can("user:ada").ways
    order = [(way.resource, way.action, way.point) for way in ways]

    assert order == sorted(order)
    assert {way.point for way in ways} == set(BOTH)
    assert len({way.resource for way in ways}) > 1


def test_assets_that_are_alike_are_each_listed_action_by_action() -> None:
    rows = (
        "p, acc-001, researcher, *, allow\n"
        "p, acc-002, researcher, weights.infer, deny\n"
    )
    access = concern(ACCESS_HEAD, ACCESS_TAIL, rows)
    facts = institute(edited("dataset:open", id="dataset:twin"))
    ways = searched(facts, small(access=access)).what_can("user:max").ways

    assert [(way.resource, way.action, way.point) for way in ways] == [
        (resource, "weights.read", point)
        for resource in ("dataset:open", "dataset:twin")
        for point in BOTH
    ]


def test_which_assets_is_what_can_of_one_action() -> None:
    search = searched(institute())
    one = search.which_assets("user:ada", "research.read").ways

    assert one
    assert one == tuple(
        way for way in search.what_can("user:ada").ways if way.action == "research.read"
    )


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("weights.infer", "weights:nothing"),
        ("weights.infer", "user:ada"),
        ("weights.infer", "weights:unplaced"),
        ("weights.steal", "weights:aurora"),
        ("weights.copy", "dataset:open"),
    ],
)
def test_nobody_can_what_is_unknown_or_unheard_of(action: str, resource: str) -> None:
    assert searched(institute()).who_can(action, resource) == Page((), "")


def test_a_subject_that_is_unknown_or_suspended_can_nothing() -> None:
    search = searched(institute(edited("user:ada", suspended=True)))

    for subject in ("user:nobody", "user:ada", "service:runner", "dataset:open"):
        assert search.what_can(subject) == Page((), "")
        assert search.which_assets(subject, "research.read") == Page((), "")


def test_an_action_that_is_unknown_is_possible_on_no_asset() -> None:
    search = searched(institute())

    assert search.which_assets("user:ada", "weights.steal") == Page((), "")


def test_a_policy_may_tell_people_and_assets_apart_by_their_ids() -> None:
    access = concern(
        "r = subject, asset, action\np = rule, role, person, asset, action, eft\n"
        "m = holds(r.subject.roles, p.role) && r.action == p.action"
        ' && (p.person == "*" || r.subject.id == p.person) && r.asset.id == p.asset\n'
        "g = _, _",
        ACCESS_TAIL.replace("p.action = action, open", "p.action = action")
        .replace("\n[reasons]", "r.subject.id = id\nr.asset.id = id\n[reasons]")
        .replace("[reasons]", "p.person = id, open\np.asset = id\n\n[reasons]")
        + "person = not-you, the rule is for somebody else\n"
        "asset = not-this, the rule is for another asset\n",
        "p, acc-001, researcher, user:max, dataset:open, weights.read, allow\n"
        "p, acc-002, researcher, *, eval:brief, weights.read, allow\n",
    )
    facts = institute(edited("user:ada", roles=["researcher"]))
    search = searched(facts, small(access=access))

    max_only = search.who_can("weights.read", "dataset:open").ways
    ada = search.what_can("user:ada").ways

    assert {way.subject for way in max_only} == {"user:max"}
    assert {way.resource for way in ada} == {"eval:brief"}


def test_a_page_ends_where_its_limit_is_and_names_where_to_go_on() -> None:
    access = concern(ACCESS_HEAD, ACCESS_TAIL, "p, acc-001, researcher, *, allow\n")
    people = [
        edited("user:max", id=f"user:p{number}", roles=["researcher"])
        for number in range(5)
    ]
    search = searched(institute(*people, without=("user:max",)), small(access=access))
    asked = ("weights.read", "dataset:open")

    first = search.who_can(*asked, limit=2)
    second = search.who_can(*asked, limit=2, after=first.next)
    third = search.who_can(*asked, limit=2, after=second.next)

    assert [way.subject for way in first.ways] == [
        *("user:p0", "user:p0", "user:p1", "user:p1")
    ]
    assert first.next == "user:p1"
    assert [way.point for way in first.ways] == [*BOTH, *BOTH]
    assert second.next == "user:p3"
    assert {way.subject for way in third.ways} == {"user:p4"}
    assert third.next == ""


def test_where_to_go_on_need_not_be_anybody() -> None:
    search = searched(institute())
    ways = search.what_can("user:ada").ways

    after = search.what_can("user:ada", after="f").ways

    assert after == tuple(way for way in ways if way.resource > "f")
    assert after != ways


def test_a_page_that_is_just_full_is_the_last() -> None:
    search = searched(institute())
    whole = search.what_can("user:ada")
    assets = {way.resource for way in whole.ways}

    assert search.what_can("user:ada", limit=len(assets)) == whole
    assert search.what_can("user:ada", limit=len(assets) - 1).next != ""


def test_a_limit_below_nothing_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="negative"):
        searched(institute()).what_can("user:ada", limit=-1)


def test_a_way_is_found_that_needs_somebody_else_to_be_there() -> None:
    room = document_of({"id": "room:vault", "tier": "upper", "content": "internal"})
    ways = searched(institute(room)).who_can("site.enter", "room:vault").ways

    assert {way.subject for way in ways} == {"user:ada"}
    assert {way.point for way in ways} == set(BOTH[1:])


def test_a_way_is_found_as_long_as_nothing_has_left() -> None:
    facts = institute(edited("point:hub", interface="bounded"))
    ways = searched(facts).who_can("weights.read", "weights:aurora").ways
    request = ask(action="weights.read", authentication=Authentication.HARDWARE_FRESH)

    assert {way.point for way in ways} == {"point:hub"}
    assert decider().evaluate(request, facts, NOW, NOTHING_LEFT).permitted
    assert not decider().evaluate(request, facts, NOW).permitted


def test_points_of_one_site_are_told_apart_by_their_labels() -> None:
    low = edited("point:hub", id="point:low", tier="lower")
    loose = edited("point:hub", id="point:loose", interface=None)
    facts = institute(low, loose)
    ways = searched(facts).who_can("weights.infer", "weights:aurora").ways

    assert {way.point for way in ways} == {"point:hub"}


def test_a_search_asks_the_concern_that_an_action_has_of_its_own() -> None:
    analyst = edited("user:ada", roles=["raid-lead"], compartments=[])
    other = edited("user:ada", id="user:bob", roles=["raid-lead"], compartments=[])
    case = document_of(
        {
            "id": "case:one",
            "tier": "upper",
            "content": "raid",
            "integrity": "assured",
            "authors": ["user:ada"],
        }
    )
    search = searched(institute(analyst, other, case))
    ways = search.who_can("raid.approve", "case:one").ways

    assert {way.subject for way in ways} == {"user:bob"}
    assert search.which_assets("user:ada", "raid.approve").ways == ()
    assert search.which_assets("user:ada", "raid.read").ways != ()
