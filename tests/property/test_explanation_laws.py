"""Laws of explanations: they are those of the slow twin, and a change turns a deny."""

from collections.abc import Iterable
from functools import cache
from itertools import combinations, islice, product
from operator import attrgetter
from typing import Any

from hypothesis import assume, event, given
from hypothesis import strategies as st

from ringwall.policy.compiler import CompiledConcern, compile_concern
from ringwall.policy.concern import Concern
from ringwall.policy.explanation.change import AttributeChange, changed_request
from ringwall.policy.value_types import FlagType, SetType, WordType
from tests.oracle import explanation as oracle
from tests.property.strategies_policy import (
    SHIPPED,
    Draft,
    concern_of,
    drafts,
    plain_requests,
    shipped,
)

EVERY = 10_000


@cache
def compiled(name: str) -> CompiledConcern:
    return compile_concern(shipped(name))


def asked(data: st.DataObject, concern: CompiledConcern) -> object:
    plain = data.draw(plain_requests(concern.concern))
    return concern.concern.schema.request_from(plain)


def check_nearest(concern: CompiledConcern, request: object) -> None:
    conditions = concern.concern.conditions
    expected = [
        (rule, tuple((conditions[at].name, conditions[at].code) for at in failed))
        for rule, failed in oracle.nearest(concern.concern, request)
    ]
    rows = concern.explain(request, EVERY)
    found = [
        (row.rule, tuple((item.name, item.code) for item in row.failed)) for row in rows
    ]

    assert found == expected
    assert concern.explain(request, 3) == rows[:3]


def is_default_deny(concern: CompiledConcern, request: object) -> bool:
    outcome = concern.decide(request)
    event(f"permit: {outcome.permitted}, rules: {bool(outcome.rules)}")
    return not outcome.permitted and not outcome.rules


@given(drafts(), st.data())
def test_the_nearest_rows_are_those_of_the_slow_twin(
    draft: Draft, data: st.DataObject
) -> None:
    concern = compile_concern(concern_of(draft))
    request = asked(data, concern)
    assume(is_default_deny(concern, request))

    check_nearest(concern, request)


@given(st.sampled_from(SHIPPED), st.data())
def test_the_nearest_shipped_rows_are_those_of_the_slow_twin(
    name: str, data: st.DataObject
) -> None:
    concern = compiled(name)
    request = asked(data, concern)
    assume(is_default_deny(concern, request))

    check_nearest(concern, request)


def check_changes(concern: CompiledConcern, request: object) -> None:
    schema = concern.concern.schema
    found = list(concern.changes(request))
    expected = [
        changes
        for changes in islice(oracle.smallest_changes(concern.concern, request), 64)
        if oracle.is_permitted(
            concern.concern, oracle.changed(schema, request, changes)
        )
    ]
    event(f"change: {bool(found)}")

    assert [{item.path: item.value for item in one} for one in found] == expected
    for changes in found:
        assert concern.decide(changed_request(schema, request, changes)).permitted
        assert all(item.seen and item.needed for item in changes)


@given(drafts(), st.data())
def test_the_smallest_change_is_that_of_the_slow_twin_and_turns_the_answer(
    draft: Draft, data: st.DataObject
) -> None:
    concern = compile_concern(concern_of(draft))
    request = asked(data, concern)
    assume(is_default_deny(concern, request))

    check_changes(concern, request)


@given(st.sampled_from(SHIPPED), st.data())
def test_the_smallest_change_of_a_shipped_concern_turns_the_answer(
    name: str, data: st.DataObject
) -> None:
    concern = compiled(name)
    request = asked(data, concern)
    assume(is_default_deny(concern, request))

    check_changes(concern, request)


@given(drafts(), st.data())
def test_nothing_changes_a_permit_or_gets_round_a_row_that_denies(
    draft: Draft, data: st.DataObject
) -> None:
    concern = compile_concern(concern_of(draft))
    request = asked(data, concern)
    assume(not is_default_deny(concern, request))

    assert list(concern.changes(request)) == []


# What may be otherwise in a question that a shipped concern is asked, and how: every
# word of a scale, each role more, every compartment of the asset.
CIRCUMSTANCES = {
    "access": (
        "subject.roles",
        "subject.compartments",
        "subject.personnel",
        "site.level",
        "session.authentication",
        "grant.quorum",
    ),
    "eligibility": (
        "organisation.screening",
        "organisation.agreement",
        "organisation.cyber",
        "organisation.rule_of_law",
        "organisation.freedoms",
        "organisation.suspended",
    ),
    "classification": ("asset.capability", "asset.compute"),
}


def choices(concern: Concern, request: object, path: str) -> Iterable[Any]:
    kind = concern.schema.attribute(path).type
    old = attrgetter(path)(request)
    match kind:
        case SetType(WordType(vocabulary)):
            return (old | {word} for word in vocabulary.values)
        case SetType():
            return [old | attrgetter("asset.compartments")(request)]
        case WordType(vocabulary):
            return range(len(vocabulary.values))
        case FlagType():
            return (False, True)
        case _:
            column = concern.schema.column_index(path.partition(".")[2])
            return {row.values[column] for row in concern.rules} - {None}


@given(st.sampled_from(sorted(CIRCUMSTANCES)), st.data())
def test_no_smaller_set_of_attributes_turns_a_deny(
    name: str, data: st.DataObject
) -> None:
    concern = compiled(name)
    schema = concern.concern.schema
    request = asked(data, concern)
    assume(is_default_deny(concern, request))
    found = next(concern.changes(request), None)
    paths = CIRCUMSTANCES[name]
    size = len(paths) if found is None else len(found) - 1
    event(f"found: {found is not None}, sought: {size}")

    # Up to two at once: more would take minutes.
    for chosen in combinations(paths, min(size, 2)):
        tried = [choices(concern.concern, request, path) for path in chosen]
        for values in product(*tried):
            changes = [
                AttributeChange(path, "", "", value)
                for path, value in zip(chosen, values, strict=True)
            ]
            changed = changed_request(schema, request, changes)
            assert not concern.decide(changed).permitted, (chosen, values)
