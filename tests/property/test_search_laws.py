"""Laws of searches: they find whom asking everybody finds, and pages add up."""

from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from types import SimpleNamespace
from typing import Any, get_type_hints

from hypothesis import assume, event, given
from hypothesis import strategies as st

from ringwall.model.declarations import document_of
from ringwall.model.facts import Situation
from ringwall.model.levels import Scale
from ringwall.model.requests import AccessRequest
from ringwall.pdp.census import Census
from ringwall.pdp.facts import FactBase
from ringwall.pdp.missing import FactMissing
from ringwall.pdp.pipeline import DecisionPoint
from ringwall.pdp.search import Page, Search
from ringwall.pdp.stages import stages_of
from ringwall.policy.compiler import compile_concern
from ringwall.policy.search.population import Population
from ringwall.policy.search.searcher import Searcher
from tests.oracle import search as oracle
from tests.property.strategies_in_order import Institute
from tests.property.strategies_institute import ACTIONS, institutes, nows, requests
from tests.property.strategies_policy import Draft, concern_of, drafts, plain_requests
from tests.property.strategies_search import deciders
from tests.unit.pdp import scene
from tests.unit.pdp.ladder import BENCHMARK

ANY_DECIDER = st.one_of(
    deciders(), deciders(), st.builds(scene.decider, st.just("three"))
)
WORDS = {
    "relation": st.sampled_from(["institute", "partner", "member-state"]),
    "interface": st.sampled_from(["isolated", "bounded", "unconstrained"]),
    "kind": st.sampled_from(["model-weights", "dataset", "raid-case"]),
    "content": st.sampled_from(["open", "restricted", "raid"]),
}
LIMITS = st.integers(1, 4)


def facts_of(documents: Institute) -> FactBase:
    return FactBase({k: document_of(data) for k, data in documents.items()}, BENCHMARK)


@given(ANY_DECIDER, institutes(), nows, st.data())
def test_who_can_finds_whom_asking_everybody_finds(
    decider: DecisionPoint, documents: Institute, now: int, data: st.DataObject
) -> None:
    facts = facts_of(documents)
    search = Search(decider, facts, now)
    resource = data.draw(st.sampled_from([*facts.assets(), "weights:nothing"]))
    found = 0
    known = sorted(decider.actions & {*ACTIONS, "research.read", "weights.read"})
    for action in [*data.draw(st.permutations(known))[:4], "weights.steal"]:
        ways = search.who_can(action, resource).ways
        assert list(ways) == oracle.who_can(decider, facts, now, action, resource)
        found += len(ways)
    event(f"somebody can: {found > 0}")


@given(ANY_DECIDER, institutes(), nows, st.data())
def test_what_can_and_which_assets_find_what_asking_about_everything_finds(
    decider: DecisionPoint, documents: Institute, now: int, data: st.DataObject
) -> None:
    facts = facts_of(documents)
    search = Search(decider, facts, now)
    subject = data.draw(st.sampled_from([*facts.subjects(), "user:nobody"]))
    action = data.draw(st.sampled_from([*sorted(decider.actions), "weights.steal"]))
    ways = search.what_can(subject).ways
    event(f"something can be done: {len(ways) > 0}")

    assert list(ways) == oracle.what_can(decider, facts, now, subject)
    assert list(search.which_assets(subject, action).ways) == oracle.which_assets(
        decider, facts, now, subject, action
    )


@given(ANY_DECIDER, institutes(), nows, requests(), LIMITS)
def test_pages_add_up_to_the_whole_and_split_nobody(
    decider: DecisionPoint,
    documents: Institute,
    now: int,
    request: AccessRequest,
    limit: int,
) -> None:
    search = Search(decider, facts_of(documents), now)
    subject, action, resource = request.subject, request.action, request.resource
    for ask, unit in (
        (partial(search.who_can, action, resource), "subject"),
        (partial(search.what_can, subject), "resource"),
        (partial(search.which_assets, subject, action), "resource"),
    ):
        pages = turned(ask, limit)
        units = [{getattr(way, unit) for way in page.ways} for page in pages]

        assert [way for page in pages for way in page.ways] == list(ask().ways)
        assert ask().next == pages[-1].next == ""
        assert [len(some) for some in units[:-1]] == [limit] * (len(pages) - 1)
        assert len(units[-1]) <= limit
        assert sum(map(len, units)) == len(set().union(*units))


def turned(ask: Callable[..., Page], limit: int) -> list[Page]:
    """Return the pages from the first to the last."""
    pages = [ask(limit=limit)]
    while pages[-1].next:
        after = pages[-1].next
        pages.append(ask(limit=limit, after=after))
        assert pages[-1].ways
        assert pages[-1].next > after or not pages[-1].next
    return pages


@given(ANY_DECIDER, institutes(), requests(), nows, st.data())
def test_those_of_one_profile_are_answered_alike(
    decider: DecisionPoint,
    documents: Institute,
    request: AccessRequest,
    now: int,
    data: st.DataObject,
) -> None:
    facts = facts_of(documents)
    try:
        one = facts.situation(request, now)
    except FactMissing:
        assume(False)
        raise
    concerns = {stage: item.concern for stage, item in decider.concerns.items()}
    census, stages = Census(facts, now, concerns), stages_of(request.action)
    read = (
        census.parties(stages).paths
        | census.assets(stages).paths
        | census.places(stages).paths
    )
    other = one._replace(
        **{
            name: replace(getattr(one, name), **data.draw(others(one, name, read)))
            for name in ("subject", "organisation", "asset", "site", "point")
        }
    )
    event(f"permit: {decider.evaluate_situation(one).permitted}")

    assert decider.evaluate_situation(one)[1:] == decider.evaluate_situation(other)[1:]


def others(
    situation: Situation, name: str, read: frozenset[str]
) -> st.SearchStrategy[dict[str, Any]]:
    """Draw other values for the attributes of an object that nobody reads.

    The id of a service stays one of a service.
    """
    found = getattr(situation, name)
    kind = found.id.partition(":")[0]
    hints = get_type_hints(type(found))
    values = {
        item.name: WORDS.get(item.name, like(hints[item.name], kind))
        for item in fields(found)
        if f"{name}.{item.name}" not in read
    }
    return st.fixed_dictionaries(values)


def like(kind: object, prefix: str) -> st.SearchStrategy[Any]:
    """Draw a value of a fact's type."""
    if kind is str:
        return st.sampled_from([f"{prefix}:other", f"{prefix}:x"])
    if kind is bool:
        return st.booleans()
    if kind is int:
        return st.integers(0, 100)
    if kind == frozenset[str]:
        return st.frozensets(st.sampled_from(["aurora", "raid", "custodian"]))
    if isinstance(kind, type) and issubclass(kind, Scale):
        return st.sampled_from(sorted(kind))
    return st.just(())


@given(drafts(), st.data())
def test_a_search_by_one_concern_finds_whom_asking_everybody_finds(
    draft: Draft, data: st.DataObject
) -> None:
    concern = concern_of(draft)
    schema = concern.schema
    compiled = compile_concern(concern)
    asked = [
        schema.request_from(plain)
        for plain in data.draw(
            st.lists(plain_requests(concern), min_size=4, max_size=9)
        )
    ]
    open_objects = data.draw(st.sets(st.sampled_from(schema.objects), min_size=1))
    paths = [item.path for item in schema.attributes if item.subject in open_objects]
    known = {
        name: getattr(asked[0], name)
        for name in schema.objects
        if name not in open_objects
    }
    members = {f"user:m{number}": request for number, request in enumerate(asked)}
    questions = {
        entity: SimpleNamespace(
            **known, **{name: getattr(member, name) for name in open_objects}
        )
        for entity, member in members.items()
    }
    after = data.draw(st.sampled_from(["", "user:m1", "user:m3x"]))
    found = list(Searcher(compiled, Population(members, paths)).who(known, after))
    event(f"found: {len(found) > 0}")

    assert found == [
        one for one in oracle.permitted(compiled, questions) if one > after
    ]
