"""A concern as a table of text, for a person to read. Must never print."""

from collections.abc import Iterator
from dataclasses import dataclass

from ringwall.policy.concern import Concern
from ringwall.policy.dialect import ANY
from ringwall.policy.functions import FUNCTIONS
from ringwall.policy.implication import behind_guard, is_lower_wider
from ringwall.policy.index import is_lookup
from ringwall.policy.matcher import Call, ColumnRef, Path
from ringwall.policy.model import Condition
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
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


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
    return PolicyTable(tuple(headers), rows, notes)


def _sign(condition: Condition) -> str:
    """Return `>=` or `<=` where the request is compared so with the column."""
    lower = is_lower_wider(behind_guard(condition.expression))
    return "" if lower is None else ">=" if lower else "<="


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
            words = in_words(condition.expression, concern.schema)
            code = f"; else `{condition.code}`" if condition.code else ""
            yield f"Each row also asks that {words}{code}."
        told.add(condition.columns)


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
    for pair in concern.separations:
        yield f"Nobody may hold both `{pair.first}` and `{pair.second}`."
    for vocabulary in concern.schema.vocabularies:
        if vocabulary.ordered:
            yield f"Order of `{vocabulary.name}`: `{' < '.join(vocabulary.values)}`."
