"""Explanations written a second time, slowly: every condition of every row is tried.

Walks the syntax tree of each condition over plain values; knows nothing of compiled
tests, of groups of rows or of sets of them.
"""

from operator import attrgetter
from typing import Any

from ringwall.policy.concern import Concern
from ringwall.policy.matcher import (
    And,
    Call,
    ColumnRef,
    Compare,
    Expression,
    Literal,
    Not,
    Or,
    Path,
    walk,
)
from ringwall.policy.rows import Rule
from ringwall.policy.schema import Schema
from ringwall.policy.value_types import SetType, format_value, parse_value

__all__ = ["changed", "holds", "is_permitted", "nearest", "smallest_changes"]

Failed = tuple[int, ...]
Held = Any
"""The running value of an attribute or a column."""
Changes = dict[str, Held]
"""What attributes have to become, by path."""


def holds(concern: Concern, tree: Expression, rule: Rule, request: object) -> bool:
    """Return whether an expression is true of a row and a request."""
    match tree:
        case And(operands) | Or(operands):
            each = (holds(concern, item, rule, request) for item in operands)
            return all(each) if isinstance(tree, And) else any(each)
        case Not(operand):
            return not holds(concern, operand, rule, request)
        case Path(path):
            return bool(attrgetter(path)(request))
        case Compare("==", ColumnRef(name), Literal("*")):
            return rule.text[concern.schema.column_index(name)] == "*"
        case Compare(operator, left, right):
            return compared(operator, *pair(concern, left, right, rule, request))
        case Call(function, (first, second)):
            left, right = pair(concern, first, second, rule, request)
            return called(concern, function, left, right)
        case _:
            raise AssertionError(tree)


def compared(operator: str, left: Held, right: Held) -> bool:
    if operator == "in":
        return left in right
    return (left == right) is (operator == "==")


def called(concern: Concern, function: str, left: Held, right: Held) -> bool:
    if function == "at_least":
        return bool(left >= right)
    if function == "at_most":
        return bool(left <= right)
    if function == "within":
        return bool(left <= right)
    words = left if function.startswith("holds") else [left]
    relation = function.replace("holds", "g")
    return any(includes(concern, relation, word, right) for word in words)


def includes(concern: Concern, relation: str, senior: str, junior: str) -> bool:
    """Follow the links down, one by one."""
    return senior == junior or any(
        includes(concern, relation, link.junior, junior)
        for link in concern.links
        if link.relation == relation and link.senior == senior
    )


def pair(
    concern: Concern, left: Expression, right: Expression, rule: Rule, request: object
) -> tuple[Held, Held]:
    return (
        value(concern, left, right, rule, request),
        value(concern, right, left, rule, request),
    )


def value(
    concern: Concern, tree: Expression, other: Expression, rule: Rule, request: object
) -> Held:
    schema = concern.schema
    match tree, other:
        case Path(path), _:
            return attrgetter(path)(request)
        case ColumnRef(name), _:
            return rule.values[schema.column_index(name)]
        case Literal(text), Path(path):
            kind = schema.attribute(path).type
        case Literal(text), ColumnRef(name):
            kind = schema.columns[schema.column_index(name)].type
        case _:
            raise AssertionError(tree)
    return parse_value(kind.element if isinstance(kind, SetType) else kind, text)


def failures(concern: Concern, rule: Rule, request: object) -> Failed:
    return tuple(
        at
        for at, condition in enumerate(concern.conditions)
        if not holds(concern, condition.expression, rule, request)
    )


def is_permitted(concern: Concern, request: object) -> bool:
    """Return whether some row allows and none denies."""
    effects = {
        rule.effect for rule in concern.rules if not failures(concern, rule, request)
    }
    return effects == {"allow"}


def identifies(concern: Concern, at: int) -> bool:
    """Return whether a condition says what a row is about: attribute equals column."""
    tree = concern.conditions[at].expression
    if isinstance(tree, Or):
        return len(tree.operands) == 2 and is_guarded_equality(*tree.operands)
    return is_equality(tree)


def is_guarded_equality(guard: Expression, tree: Expression) -> bool:
    columns = {node.name for node in walk(guard) if isinstance(node, ColumnRef)}
    same = columns == {node.name for node in walk(tree) if isinstance(node, ColumnRef)}
    return is_guard(guard) and same and is_equality(tree)


def is_guard(tree: Expression) -> bool:
    return isinstance(tree, Compare) and tree.right == Literal("*")


def is_equality(tree: Expression) -> bool:
    if not isinstance(tree, Compare) or tree.operator != "==":
        return False
    return {type(tree.left), type(tree.right)} == {Path, ColumnRef}


def nearest(concern: Concern, request: object) -> list[tuple[str, Failed]]:
    """Return each allow row with the conditions it fails, nearest first.

    Fewest failed conditions that say what the row is about, fewest failed
    conditions, latest first failure in the matcher, place in the file.
    """
    tried = [
        (rule, failures(concern, rule, request))
        for rule in concern.rules
        if rule.effect == "allow"
    ]
    return [
        (rule.id, failed)
        for rule, failed in sorted(
            tried,
            key=lambda item: (
                sum(identifies(concern, at) for at in item[1]),
                len(item[1]),
                -min(item[1]),
            ),
        )
    ]


def smallest_changes(concern: Concern, request: object) -> list[Changes]:
    """Return what would make each allow row that can be met match, fewest first.

    Whether the request is then permitted is not asked here.
    """
    found = []
    for rule in concern.rules:
        failed = failures(concern, rule, request)
        if rule.effect == "allow":
            changes = changes_for(concern, rule, failed, request)
            if changes is not None:
                found.append((len(changes), -min(failed), changes))
    return [changes for *_, changes in sorted(found, key=lambda item: item[:2])]


def changed(schema: Schema, request: object, changes: Changes) -> object:
    """Return the request with other attributes, built anew from plain data."""
    data: dict[str, Any] = {}
    for attribute in schema.attributes:
        path = attribute.path
        found = changes.get(path, attrgetter(path)(request))
        text = format_value(attribute.type, found)
        plain: Held = sorted(found) if isinstance(found, frozenset) else text
        plain = found if isinstance(found, bool) else plain
        if attribute.name:
            data.setdefault(attribute.subject, {})[attribute.name] = plain
        else:
            data[attribute.subject] = plain
    return schema.request_from(data)


def changes_for(
    concern: Concern, rule: Rule, failed: Failed, request: object
) -> Changes | None:
    changes: Changes = {}
    for at in failed:
        tree = concern.conditions[at].expression
        if isinstance(tree, Or) and is_guard(tree.operands[0]):
            tree = tree.operands[1] if len(tree.operands) == 2 else tree
        changed = changed_path(tree)
        if changed is None or is_asked(concern, changed):
            return None
        now = changes.get(changed, attrgetter(changed)(request))
        changes[changed] = met(concern, tree, rule, request, now)
    return changes


def changed_path(tree: Expression) -> str | None:
    match tree:
        case Path(path) | Not(Path(path)):
            return path
        case Compare("in", _, Path(path)) | Call("within", (Path(), Path(path))):
            return path
        case Call(_, (Path(path), Literal() | ColumnRef())):
            return path
        case Call(_, (Literal() | ColumnRef(), Path(path))):
            return path
        case _:
            return None


def is_asked(concern: Concern, path: str) -> bool:
    """Return whether an attribute is what is asked about, and so is no circumstance."""
    return "." not in path or any(
        path in condition.paths and identifies(concern, at)
        for at, condition in enumerate(concern.conditions)
    )


def met(
    concern: Concern, tree: Expression, rule: Rule, request: object, now: Held
) -> Held:
    match tree:
        case Path():
            return True
        case Not():
            return False
        case Compare(_, left, right) | Call(_, (left, right)):
            first, second = pair(concern, left, right, rule, request)
        case _:
            raise AssertionError(tree)
    if isinstance(now, frozenset):
        if isinstance(tree, Call) and tree.function.startswith("holds"):
            first = second
        return now | (first if isinstance(first, frozenset) else {first})
    assert isinstance(tree, Call)
    if tree.function.startswith("at_"):
        wanted = second if isinstance(left, Path) else first
        rises = (tree.function == "at_least") is isinstance(left, Path)
        return max(now, wanted) if rises else min(now, wanted)
    return second
