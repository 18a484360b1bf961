"""A concern as a table of text, for a person to read. Must never print."""

from dataclasses import dataclass

from ringwall.policy.concern import Concern
from ringwall.policy.matcher import Call, ColumnRef, Expression, Or

__all__ = ["PolicyTable", "policy_table"]

_SIGNS = {"at_least": ">=", "at_most": "<="}


@dataclass(frozen=True, slots=True)
class PolicyTable:
    """Headers, and rows of as many fields each, in file order."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def policy_table(concern: Concern) -> PolicyTable:
    """Return the rows of a concern under headers such as `site >=`."""
    signs: dict[str, str] = {}
    for condition in concern.conditions:
        if len(condition.columns) == 1:
            signs[condition.columns[0]] = _sign(condition.expression)
    names = [column.name for column in concern.schema.columns]
    headers = [f"{name} {signs.get(name, '')}".strip() for name in names]
    headers[-1] = "effect"
    return PolicyTable(tuple(headers), tuple(rule.text for rule in concern.rules))


def _sign(tree: Expression) -> str:
    if isinstance(tree, Or):
        tree = tree.operands[-1]
    if isinstance(tree, Call) and isinstance(tree.arguments[1], ColumnRef):
        return _SIGNS.get(tree.function, "")
    return ""
