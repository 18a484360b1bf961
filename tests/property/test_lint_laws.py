"""What lint calls needless is needless: without it every answer stays as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.policy.compiler import CompiledConcern, compile_concern
from ringwall.policy.concern import Concern
from ringwall.policy.lint import covers, dead_rows
from ringwall.policy.lint.meaning import Meaning
from ringwall.policy.lint.rows import needless_rows
from ringwall.policy.reader import parse_concern
from tests.oracle.covering import needless_pairs
from tests.property.strategies_policy import (
    SHIPPED,
    Draft,
    concern_of,
    drafts,
    plain_requests,
    shipped,
)


def _without(concern: Concern, gone: set[str]) -> CompiledConcern | None:
    """Return a concern without some rows, None if that leaves no row."""
    if gone == {rule.id for rule in concern.rules}:
        return None
    lines = concern.files["policy.csv"].decode().splitlines(keepends=True)
    kept = [line for line in lines if line.split(", ")[1] not in gone]
    files = {**concern.files, "policy.csv": "".join(kept).encode()}
    return compile_concern(parse_concern(concern.name, files))


@given(drafts(), st.data())
def test_taking_out_needless_rows_changes_no_answer(
    draft: Draft, data: st.DataObject
) -> None:
    concern = concern_of(draft)
    lines = {item.fault.line for item in needless_rows(concern)}
    gone = {rule.id for rule in concern.rules if rule.line in lines}
    before, after = compile_concern(concern), _without(concern, gone)

    for plain in data.draw(st.lists(plain_requests(concern), min_size=8, max_size=8)):
        asked = concern.schema.request_from(plain)
        still = after is not None and after.decide(asked).permitted
        assert before.decide(asked).permitted == still


@given(drafts(), st.data())
def test_no_request_matches_a_dead_row(draft: Draft, data: st.DataObject) -> None:
    concern = concern_of(draft)
    dead = {item.rule.id for item in dead_rows.find_dead_rows(concern)}
    compiled = compile_concern(concern)

    for plain in data.draw(st.lists(plain_requests(concern), min_size=8, max_size=8)):
        assert not dead & set(compiled.decide(concern.schema.request_from(plain)).rules)


@given(drafts())
def test_covers_are_those_that_comparing_each_pair_finds(draft: Draft) -> None:
    concern = concern_of(draft)

    found = covers.find_covers(concern, concern.rules)

    assert {item.narrow.id: item.wide.id for item in found} == needless_pairs(concern)


@given(drafts())
def test_no_two_rows_are_each_needless_because_of_the_other(draft: Draft) -> None:
    concern = concern_of(draft)

    found = covers.find_covers(concern, concern.rules)

    pairs = {(item.narrow.id, item.wide.id) for item in found}
    assert not pairs & {(wide, narrow) for narrow, wide in pairs}


@pytest.mark.parametrize("block", [2])
@given(draft=drafts())
def test_covers_do_not_depend_on_the_size_of_a_block(block: int, draft: Draft) -> None:
    concern = concern_of(draft)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(covers, "_BLOCK", block)
        found = covers.find_covers(concern, concern.rules)

    assert {item.narrow.id: item.wide.id for item in found} == needless_pairs(concern)


@given(drafts(), st.data())
def test_a_row_decides_exactly_if_its_conditions_mean_so(
    draft: Draft, data: st.DataObject
) -> None:
    concern = concern_of(draft)
    meaning, compiled = Meaning(concern), compile_concern(concern)

    for plain in data.draw(st.lists(plain_requests(concern), min_size=4, max_size=4)):
        asked = concern.schema.request_from(plain)
        values = {
            attribute.path: concern.schema.value(asked, attribute)
            for attribute in concern.schema.attributes
        }
        matching = [
            rule
            for rule in concern.rules
            if all(
                meaning.holds(condition.expression, values, rule.values)
                for condition in concern.conditions
            )
        ]
        denying = tuple(rule.id for rule in matching if rule.effect == "deny")
        every = tuple(rule.id for rule in matching)
        assert compiled.decide(asked).rules == (denying or every)


@pytest.mark.parametrize("name", SHIPPED)
def test_no_shipped_row_is_needless(name: str) -> None:
    assert list(needless_rows(shipped(name))) == []
