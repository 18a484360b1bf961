"""A concern as a table of text, for a person to read. Must never print."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ringwall.policy.concern import Concern
from ringwall.policy.dialect import ANY
from ringwall.policy.functions import FUNCTIONS
from ringwall.policy.implication import behind_guard, is_lower_wider
from ringwall.policy.index import is_lookup
from ringwall.policy.matcher import Call, ColumnRef, Expression, Or, Path
from ringwall.policy.model import Condition
from ringwall.policy.schema import Column
from ringwall.policy.typecheck import guarded_column
from ringwall.policy.value_types import NumberType, WordType
from ringwall.policy.wording import in_words

__all__ = ["PolicyTable", "policy_table"]


@dataclass(frozen=True, slots=True)
class PolicyTable:
    """The rows of a concern, and all else that they mean.

    Attributes:
        headers: of the columns, such as `site >=`.
        rows: as many fields each, in file order.
        notes: sentences on what the columns don't show: how rows combine, further
            conditions, which role includes which, who is kept apart, what is above
            what. User input is in backticks.
        idle: for each column what a field says that asks nothing of any request, such
            as `*`; empty where there is nothing such.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    idle: tuple[str, ...]


def policy_table(concern: Concern) -> PolicyTable:
    """Return a concern as a table."""
    signs: dict[str, str] = {}
    for condition in concern.conditions:
        if len(condition.columns) == 1:
            signs[condition.columns[0]] = _sign(condition)
    names = [column.name for column in concern.schema.columns]
    headers = [f"{name} {signs.get(name, '')}".strip() for name in names]
    headers[-1] = "effect"
    rows = tuple(rule.text for rule in concern.rules)
    notes = (*_combined(concern), *_conditions(concern), *_words(concern))
    idle = tuple(_idle(column, concern.conditions) for column in concern.schema.columns)
    return PolicyTable(tuple(headers), rows, notes, idle)


def _sign(condition: Condition) -> str:
    """Return `>=` or `<=` where the request is compared so with the column."""
    lower = is_lower_wider(behind_guard(condition.expression))
    return "" if lower is None else ">=" if lower else "<="


def _idle(column: Column, conditions: Sequence[Condition]) -> str:
    """Return what a field of a column says that every request meets, or nothing."""
    own = [item for item in conditions if column.name in item.columns]
    if own and all(_is_met_by_any(item.expression, column.name) for item in own):
        return ANY
    if len(own) != 1 or len(own[0].columns) != 1:
        return ""
    lower = is_lower_wider(behind_guard(own[0].expression))
    match column.type:
        case WordType(vocabulary) if lower is not None:
            return vocabulary.values[0 if lower else -1]
        case NumberType() if lower:
            return "0"
        case _:
            return ""


def _is_met_by_any(tree: Expression, column: str) -> bool:
    """Return whether a condition holds wherever the column is left open."""
    match tree:
        case Or(operands):
            return column in map(guarded_column, operands)
        case _:
            return False


def _combined(concern: Concern) -> Iterator[str]:
    yield (
        "A row matches when all its columns hold; a request is permitted when some "
        "row allows it and none denies it."
    )
    if any(ANY in rule.text for rule in concern.rules):
        yield f"`{ANY}` leaves a column open."


def _conditions(concern: Concern) -> Iterator[str]:
    """Give a sentence for each condition that no column tells by itself."""
    told: set[tuple[str, ...]] = set()
    for condition in concern.conditions:
        if condition.columns in told or not _is_plain(condition, concern):
            start, asked = _asked(condition.expression)
            words = in_words(asked, concern.schema)
            code = f"; else `{condition.code}`" if condition.code else ""
            yield f"{start} also asks that {words}{code}."
        told.add(condition.columns)


def _asked(tree: Expression) -> tuple[str, Expression]:
    """Return which rows ask something by a condition, and what they ask."""
    match tree:
        case Or((guard, *rest)) if guarded_column(guard):
            asked = rest[0] if len(rest) == 1 else Or(tuple(rest))
            name = guarded_column(guard)
            return f"A row whose column `{name}` is not `{ANY}`", asked
        case _:
            return "Each row", tree


def _is_plain(condition: Condition, concern: Concern) -> bool:
    """Return whether a condition is what a reader expects of its one column."""
    core = behind_guard(condition.expression)
    match core:
        case Call(function, (Path(), ColumnRef())) if FUNCTIONS[function].relation:
            # Another relation than that of roles needs saying.
            return FUNCTIONS[function].relation == "g"
        case _:
            lookup = is_lookup(condition.expression, concern.schema)
            return lookup or is_lower_wider(core) is not None


def _words(concern: Concern) -> Iterator[str]:
    for link in concern.links:
        kind = "Role" if link.relation == "g" else f"By relation `{link.relation}`,"
        yield f"{kind} `{link.senior}` includes `{link.junior}`."
    apart: dict[str, list[str]] = {}
    for pair in concern.separations:
        apart.setdefault(pair.first, []).append(f"`{pair.second}`")
    for first, others in apart.items():
        any_of = "any of " if len(others) > 1 else ""
        yield f"Nobody may hold both `{first}` and {any_of}{', '.join(others)}."
    for vocabulary in concern.schema.vocabularies:
        if vocabulary.ordered:
            yield f"Order of `{vocabulary.name}`: `{' < '.join(vocabulary.values)}`."
