"""What the dialect promises: its grammar is what is read, and Casbin reads it too."""

import inspect
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TypeAlias

import casbin
import pytest
from casbin.persist.adapters.string_adapter import StringAdapter
from hypothesis import given
from hypothesis import strategies as st

from ringwall.policy import dialect
from ringwall.policy.concern import Concern
from ringwall.policy.functions import FUNCTIONS, Shape
from ringwall.policy.matcher import format_matcher, parse_matcher
from ringwall.policy.reference import ReferenceConcern
from tests.property.strategies_policy import (
    SHIPPED,
    Draft,
    concern_of,
    drafts,
    plain_requests,
    shipped,
)

# A rule is a list of alternatives, each a list of parts: a word of the grammar, a
# quoted text, or what brackets hold, with the bracket that opened it.
Part: TypeAlias = "str | tuple[str, list[list[Part]]]"
Rule: TypeAlias = list[list[Part]]

_SIGN = re.compile(r"\"[^\"]*\"|'[^']*'|[a-z]+|[{}\[\]()|]")
_CLOSING = {"{": "}", "[": "]", "(": ")"}
_SPACED = {"||", "&&", "==", "!=", "in"}
_DEEPEST = 12


@cache
def _grammar() -> Mapping[str, Rule]:
    text = inspect.getdoc(dialect) or ""
    text = text[text.index("    matcher    =") :].partition("\n\n")[0]
    rules = re.split(r"^ +([a-z]+) +=", text, flags=re.MULTILINE)[1:]
    return {
        name: _rule(_SIGN.findall(body))
        for name, body in zip(rules[::2], rules[1::2], strict=True)
    }


def _rule(signs: list[str], closing: str = "") -> Rule:
    rule: Rule = [[]]
    while signs:
        sign = signs.pop(0)
        if sign == closing:
            break
        if sign == "|":
            rule.append([])
        elif sign in _CLOSING:
            rule[-1].append((sign, _rule(signs, _CLOSING[sign])))
        else:
            rule[-1].append(sign)
    return rule


@st.composite
def _sentences(draw: st.DrawFn) -> str:
    """Draw a text that the grammar says is a matcher."""

    def rule(found: Rule, depth: int) -> str:
        # Deep down only what leads no deeper: the first alternative is the shortest.
        chosen = found[0] if depth > _DEEPEST else draw(st.sampled_from(found))
        return "".join(part(item, depth) for item in chosen)

    def part(item: Part, depth: int) -> str:
        if isinstance(item, tuple):
            bracket, inside = item
            fewest, most = (1, 1) if bracket == "(" else (0, 1 if bracket == "[" else 2)
            times = draw(st.integers(fewest, fewest if depth > _DEEPEST else most))
            return "".join(rule(inside, depth) for _ in range(times))
        if item == "name":
            return draw(st.sampled_from(["a", "b_c", "within", "x9"]))
        if item == "text":
            return draw(st.sampled_from(["*", "a b", "1e25", "org:hub", "in"]))
        if item in _grammar():
            return rule(_grammar()[item], depth + 1)
        text = item[1:-1]
        return f" {text} " if text in _SPACED else text

    return part("matcher", 0)


@given(_sentences())
def test_every_sentence_of_the_grammar_is_read_and_written_back(text: str) -> None:
    tree = parse_matcher(text)

    assert parse_matcher(format_matcher(tree)) == tree


def test_the_grammar_leads_to_every_word_that_it_uses() -> None:
    used = set(re.findall(r"'([a-z]+)'", str(list(_grammar().values()))))

    assert used - {"name", "text"} <= _grammar().keys() | _SPACED
    assert list(_grammar()) == ["matcher", "all", "test", "primary", "literal"]


def _stock(concern: Concern) -> casbin.Enforcer:
    """Return stock Casbin on the files of a concern, its functions registered."""
    model, rows = (
        concern.files[name].decode()
        for name in (dialect.MODEL_FILE, dialect.POLICY_FILE)
    )
    enforcer = casbin.Enforcer(
        casbin.Enforcer.new_model(text=model), StringAdapter(rows)
    )
    for name, function in FUNCTIONS.items():
        if function.shape is not Shape.ROLE:
            enforcer.add_function(name, lambda *_: True)
    return enforcer


def _check_loads(concern: Concern) -> None:
    enforcer = _stock(concern)
    found: Sequence[Sequence[str]] = enforcer.get_policy()

    assert [tuple(row) for row in found] == [rule.text for rule in concern.rules]
    for relation in dialect.RELATIONS:
        pairs = [
            [link.senior, link.junior]
            for link in concern.links
            if link.relation == relation
        ]
        if relation in concern.relations:
            assert enforcer.get_named_grouping_policy(relation) == pairs


@given(drafts(), st.data())
def test_every_concern_that_loads_here_loads_and_answers_in_stock_casbin(
    draft: Draft, data: st.DataObject
) -> None:
    concern = concern_of(draft)
    _check_loads(concern)

    asked = concern.schema.request_from(data.draw(plain_requests(concern)))
    assert ReferenceConcern(concern).decide(asked).permitted in {True, False}


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_concern_loads_in_stock_casbin(name: str) -> None:
    _check_loads(shipped(name))
