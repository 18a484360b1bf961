"""What would have to be otherwise for a row to permit: changes of attributes.

A change is worked out from the conditions that a row fails. It says nothing yet of
the other rows, so it must be put to the test by deciding again before it is shown.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter, or_
from types import MappingProxyType, SimpleNamespace
from typing import Any, TypeAlias

from ringwall.policy.concern import Concern
from ringwall.policy.explanation.holding import unguarded
from ringwall.policy.functions import FUNCTIONS, Shape
from ringwall.policy.index import Row
from ringwall.policy.matcher import (
    Call,
    ColumnRef,
    Compare,
    Expression,
    Literal,
    Not,
    Path,
)
from ringwall.policy.schema import Schema
from ringwall.policy.value_types import (
    InstantType,
    NumberType,
    SetType,
    Value,
    ValueType,
    WordType,
    format_value,
    parse_value,
)
from ringwall.policy.vocabulary import Vocabulary

__all__ = [
    "AttributeChange",
    "Mend",
    "bound_text",
    "changed_request",
    "changes_of",
    "mends_of",
]

_Wanted: TypeAlias = Callable[[object, Row], Any]
_Meet: TypeAlias = Callable[[Any, Any], Any]


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """One attribute that has to become another value.

    Attributes:
        path: the attribute, e.g. "site.level".
        seen: what it is, as text.
        needed: what would serve, as text; of a set, what it lacks.
        value: what would serve, in running form.
    """

    path: str
    seen: str
    needed: str
    value: Value


@dataclass(frozen=True, slots=True)
class Mend:
    """How a condition that fails can be met by changing one attribute.

    Attributes:
        path: the attribute.
        wanted: what a row asks of it, in running form.
        meet: from what the attribute is and what is wanted of it, what it becomes.
    """

    path: str
    wanted: _Wanted
    meet: _Meet


def bound_text(kind: ValueType, text: str, *, least: bool) -> str:
    """Return a bound in words: `SL3 or higher`, `1e25 or less`.

    Args:
        kind: type of the value, which has an order.
        text: the value.
        least: whether it is the least that serves; else it is the most.
    """
    match kind:
        case NumberType():
            return f"{text} or {'more' if least else 'less'}"
        case InstantType():
            return f"{text} or {'later' if least else 'earlier'}"
        case _:
            return f"{text} or {'higher' if least else 'lower'}"


def mends_of(concern: Concern, identifying: Collection[int]) -> Mapping[int, Mend]:
    """Return the mends that are known, by the place of the condition.

    What a request asks about is no circumstance of it: a request object that is a
    plain value, or an attribute that an identifying condition reads, is never
    changed.

    Args:
        concern: whose conditions.
        identifying: places of the conditions that say what a row is about.
    """
    asked = {item.path for item in concern.schema.attributes if not item.name}
    for at in identifying:
        asked.update(concern.conditions[at].paths)
    mends = {}
    for at, condition in enumerate(concern.conditions):
        mend = _mend(unguarded(condition.expression), concern.schema)
        if mend is not None and mend.path not in asked:
            mends[at] = mend
    return MappingProxyType(mends)


def changes_of(
    schema: Schema, request: object, row: Row, mends: Iterable[Mend]
) -> tuple[AttributeChange, ...]:
    """Return what makes conditions hold for a row, one change for each attribute.

    Args:
        schema: of the concern.
        request: that does not meet them.
        row: that asks.
        mends: those of the conditions, in matcher order.
    """
    values: dict[str, Any] = {}
    for mend in mends:
        old = values.get(mend.path)
        if old is None:
            old = attrgetter(mend.path)(request)
        values[mend.path] = mend.meet(old, mend.wanted(request, row))
    return tuple(
        _change(schema, request, path, value) for path, value in values.items()
    )


def changed_request(
    schema: Schema, request: object, changes: Iterable[AttributeChange]
) -> object:
    """Return a request that is as another but for some attributes.

    Only the attributes of the schema are taken over.
    """
    changed = {change.path: change.value for change in changes}
    whole = SimpleNamespace()
    for attribute in schema.attributes:
        path = attribute.path
        value = changed[path] if path in changed else schema.value(request, attribute)
        if not attribute.name:
            setattr(whole, attribute.subject, value)
            continue
        if not hasattr(whole, attribute.subject):
            setattr(whole, attribute.subject, SimpleNamespace())
        setattr(getattr(whole, attribute.subject), attribute.name, value)
    return whole


def _change(schema: Schema, request: object, path: str, new: Value) -> AttributeChange:
    attribute = schema.attribute(path)
    old = schema.value(request, attribute)
    return AttributeChange(
        path, schema.seen(request, attribute), _needed(attribute.type, old, new), new
    )


def _needed(kind: ValueType, old: Any, new: Any) -> str:  # noqa: ANN401 - values of `kind`
    match kind:
        case SetType():
            return ", ".join(sorted(new - old))
        case NumberType() | InstantType() | WordType(Vocabulary(ordered=True)):
            return bound_text(kind, format_value(kind, new), least=new > old)
        case _:
            return format_value(kind, new)


def _mend(tree: Expression, schema: Schema) -> Mend | None:
    match tree:
        case Path(path):
            return Mend(path, lambda *_: True, _put)
        case Not(Path(path)):
            return Mend(path, lambda *_: False, _put)
        case Compare("in", (ColumnRef() | Literal()) as source, Path(path)):
            return Mend(path, _set_of(source, path, schema), or_)
        case Call("within", (Path(inner), Path(path))):
            return Mend(path, lambda request, _: attrgetter(inner)(request), or_)
        case Call():
            return _call_mend(tree, schema)
        case _:
            return None


def _call_mend(tree: Call, schema: Schema) -> Mend | None:
    upwards = tree.function == "at_least"
    match tree.arguments:
        case (Path(path), (ColumnRef() | Literal()) as source):
            pass
        case ((ColumnRef() | Literal()) as source, Path(path)):
            upwards = not upwards
        case _:
            return None
    match FUNCTIONS[tree.function].shape:
        case Shape.ORDERED:
            meet = max if upwards else min
            return Mend(path, _value_of(source, path, schema), meet)
        case Shape.ROLES:
            return Mend(path, _set_of(source, path, schema), or_)
        case _:
            return Mend(path, _value_of(source, path, schema), _put)


def _put(_: object, wanted: object) -> object:
    return wanted


def _value_of(source: ColumnRef | Literal, path: str, schema: Schema) -> _Wanted:
    """Return what gives the value that a column or a literal asks of an attribute."""
    if isinstance(source, ColumnRef):
        column = schema.column_index(source.name)
        return lambda _, row: row[column]
    kind = schema.attribute(path).type
    value = parse_value(
        kind.element if isinstance(kind, SetType) else kind, source.text
    )
    return lambda *_: value


def _set_of(source: ColumnRef | Literal, path: str, schema: Schema) -> _Wanted:
    value = _value_of(source, path, schema)
    return lambda request, row: frozenset({value(request, row)})
