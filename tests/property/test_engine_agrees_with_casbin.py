"""The compiled form and stock Casbin answer alike on complete requests."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.policy.compiler import CompiledConcern, compile_concern
from ringwall.policy.reference import ReferenceConcern
from tests.property.strategies_policy import (
    SHIPPED,
    Draft,
    concern_of,
    drafts,
    plain_requests,
    shipped,
)


@cache
def _both(name: str) -> tuple[CompiledConcern, ReferenceConcern]:
    return compile_concern(shipped(name)), ReferenceConcern(shipped(name))


@given(drafts(), st.data())
def test_random_concerns_are_decided_alike(draft: Draft, data: st.DataObject) -> None:
    concern = concern_of(draft)
    compiled, reference = compile_concern(concern), ReferenceConcern(concern)

    for plain in data.draw(st.lists(plain_requests(concern), min_size=8, max_size=8)):
        asked = concern.schema.request_from(plain)
        assert compiled.decide(asked).permitted == reference.decide(asked).permitted


@pytest.mark.parametrize("name", SHIPPED)
@given(data=st.data())
def test_shipped_concerns_are_decided_alike(name: str, data: st.DataObject) -> None:
    compiled, reference = _both(name)
    concern = compiled.concern

    for plain in data.draw(st.lists(plain_requests(concern), min_size=5, max_size=5)):
        asked = concern.schema.request_from(plain)
        assert compiled.decide(asked).permitted == reference.decide(asked).permitted
