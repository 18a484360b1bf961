"""A condition that a row does not meet, in words: what is seen and what is needed.

Only puts into words; must never find out itself whether a condition holds.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import attrgetter
from typing import TypeAlias

from ringwall.policy.concern import Concern
from ringwall.policy.explanation.change import bound_text
from ringwall.policy.explanation.holding import unguarded
from ringwall.policy.functions import FUNCTIONS
from ringwall.policy.matcher import (
    Call,
    ColumnRef,
    Compare,
    Expression,
    Literal,
    Not,
    Path,
    format_matcher,
)
from ringwall.policy.model import Condition
from ringwall.policy.outcome import FailedCondition
from ringwall.policy.rows import Rule
from ringwall.policy.schema import Schema
from ringwall.policy.value_types import format_value

__all__ = ["Failure", "failure_of"]

Failure: TypeAlias = Callable[[Rule, object], FailedCondition]
"""Says what a request lacks for a condition to hold for a row."""
_Texts: TypeAlias = Mapping[str, str]
"""What is seen at each attribute that a condition reads."""
_Phrase: TypeAlias = Callable[[Rule, _Texts], tuple[str, str]]
"""What is seen and what is needed."""

_SENIORS_SHOWN = 8
_BOUNDS = {"at_least": True, "at_most": False}


def failure_of(concern: Concern, condition: Condition) -> Failure:
    """Return what puts a condition into words that does not hold.

    Args:
        concern: of the condition.
        condition: the condition.
    """
    paths = condition.paths
    kinds = [concern.schema.attribute(path).type for path in paths]
    readers = tuple(zip(paths, kinds, map(attrgetter, paths), strict=True))
    name, code, message = condition.name, condition.code, condition.message
    tree = unguarded(condition.expression)
    phrase = _compared(tree, concern) or _written_out(tree, concern.schema)

    def failure(rule: Rule, request: object) -> FailedCondition:
        texts = {path: format_value(kind, at(request)) for path, kind, at in readers}
        seen, needed = phrase(rule, texts)
        return FailedCondition(name, code, message, seen, needed)

    return failure


def _compared(tree: Expression, concern: Concern) -> _Phrase | None:
    """Return the phrase for one attribute that meets a value or another, else None."""
    match tree:
        case Compare("==", Path(path), (ColumnRef() | Literal()) as other) | Compare(
            "==" | "in", (ColumnRef() | Literal()) as other, Path(path)
        ):
            text = _text(other, concern.schema)
            return lambda rule, texts: (texts[path], text(rule))
        case Call(function, (Path(path), (ColumnRef() | Literal()) as other)):
            reached = _reached(function, path, concern)
            text = _text(other, concern.schema)
            return lambda rule, texts: (texts[path], reached(text(rule)))
        case Not(Path(path)) | Path(path):
            needed = "true" if isinstance(tree, Path) else "false"
            return lambda _, texts: (texts[path], needed)
        case _:
            return _met(tree, concern)


def _met(tree: Expression, concern: Concern) -> _Phrase | None:
    """Return the phrase for one attribute that meets another, else None."""
    match tree:
        case Call("within", (Path(inner), Path(path))):
            return lambda _, texts: (texts[path], f"all of {texts[inner]}")
        case Call(function, (Path(path), Path(other))) if function in _BOUNDS:
            kind = concern.schema.attribute(other).type
            bound = partial(bound_text, kind, least=_BOUNDS[function])
            return lambda _, texts: (texts[path], bound(texts[other]))
        case Not(Compare("in", Path(path), Path(other))):
            return lambda _, texts: (texts[path], f"none of {texts[other]}")
        case _:
            return None


def _written_out(tree: Expression, schema: Schema) -> _Phrase:
    """Return the phrase for any condition: all it reads, and the condition itself."""

    def phrase(rule: Rule, texts: _Texts) -> tuple[str, str]:
        seen = ", ".join(f"{path} = {text}" for path, text in texts.items())
        return seen, format_matcher(_filled(tree, rule, schema))

    return phrase


def _reached(function: str, path: str, concern: Concern) -> Callable[[str], str]:
    """Return what says which values reach the one that a row names."""
    relation = FUNCTIONS[function].relation
    if not relation:
        kind = concern.schema.attribute(path).type
        return partial(bound_text, kind, least=function == "at_least")
    seniors = concern.relations[relation].included_by
    return lambda word: _one_of(word, seniors[word])


def _one_of(word: str, seniors: frozenset[str]) -> str:
    if len(seniors) > _SENIORS_SHOWN:
        return f"{word}, or one of the {len(seniors) - 1} words that include it"
    others = sorted(seniors - {word})
    return f"one of {', '.join([word, *others])}" if others else word


def _text(tree: ColumnRef | Literal, schema: Schema) -> Callable[[Rule], str]:
    if isinstance(tree, Literal):
        return lambda _: tree.text
    column = schema.column_index(tree.name)
    return lambda rule: rule.text[column]


def _filled(tree: Expression, rule: Rule, schema: Schema) -> Expression:
    """Return an expression with the row's values in place of its columns."""

    def each(trees: Sequence[Expression]) -> tuple[Expression, ...]:
        return tuple(_filled(item, rule, schema) for item in trees)

    match tree:
        case ColumnRef():
            return Literal(_text(tree, schema)(rule))
        case Compare(operator, left, right):
            left, right = each((left, right))
            return Compare(operator, left, right)
        case Call(function, arguments):
            return Call(function, each(arguments))
        case Not(operand):
            return Not(_filled(operand, rule, schema))
        case Path() | Literal():
            return tree
        case _:
            return type(tree)(each(tree.operands))
