"""The cases of two versions of a concern, asked of both.

A case is put anew to the other side in plain data, since ranks may differ there. Must
never leave out a case because the other side can't understand it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ringwall.base.errors import PolicyError
from ringwall.policy.cases.cases import parse_cases
from ringwall.policy.compiler import CompiledConcern, compile_concern
from ringwall.policy.concern import Concern
from ringwall.policy.outcome import Outcome
from ringwall.policy.reader import parse_concern
from ringwall.policy.schema import Schema
from ringwall.policy.value_types import (
    FlagType,
    NumberType,
    SetType,
    Value,
    ValueType,
    format_value,
)

__all__ = ["CaseChange", "changed_cases", "is_noticed"]

_NOT_ASKED = Outcome(permitted=False, rules=())


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A case that came out otherwise, or could not be asked of both sides.

    Attributes:
        concern: name of the concern.
        case: its id.
        sides: where it is written: "old", "new" or "both".
        old: what the old side answers.
        new: what the new side answers.
        why_not: why one side could not be asked; that side's answer is then a deny
            without a rule and means nothing.
    """

    concern: str
    case: str
    sides: str
    old: Outcome
    new: Outcome
    why_not: str = ""

    @property
    def is_asked(self) -> bool:
        """Return whether both sides have answered."""
        return not self.why_not


@dataclass(frozen=True, slots=True)
class _Side:
    """One version of a concern, ready to be asked."""

    compiled: CompiledConcern

    def cases(self) -> dict[str, dict[str, object]]:
        """Return what each case of the concern asks in plain data, by its id."""
        concern = self.compiled.concern
        return {
            case.id: _plain(concern.schema, case.request)
            for case in parse_cases(concern).cases
        }

    def answer(self, data: dict[str, object]) -> tuple[Outcome, str]:
        """Return the answer to a question, and why it could not be asked, if so."""
        try:
            request = self.compiled.concern.schema.request_from(data)
        except ValueError as error:
            return _NOT_ASKED, str(error)
        return self.compiled.decide(request), ""


def changed_cases(old: Concern | None, new: Concern | None) -> tuple[CaseChange, ...]:
    """Return the cases of two versions of a concern that came out otherwise.

    Args:
        old: the concern as it was; None if there was none.
        new: the concern as it is; None if there is none.

    Returns:
        Those of the old side in file order, then those that only the new side asks,
        or asks otherwise.

    Raises:
        PolicyError: the cases of a side are refused.
    """
    if old is not None and new is not None and old.digest == new.digest:
        return ()
    left = None if old is None else _Side(compile_concern(old))
    right = None if new is None else _Side(compile_concern(new))
    return tuple(_changes(left, right))


def is_noticed(old: Concern, new: Concern, files: Mapping[str, bytes]) -> bool:
    """Return whether some case would come out otherwise by a part of the change alone.

    Args:
        old: the concern as it was.
        new: the concern as it is; its cases are asked, too.
        files: `model.conf` and `policy.csv` with nothing but that part changed.

    Returns:
        Where such a concern is refused, whether any case comes out otherwise.

    Raises:
        PolicyError: the cases of a side are refused.
    """
    try:
        middle = _Side(compile_concern(parse_concern(old.name, files)))
    except PolicyError:
        return any(change.is_asked for change in changed_cases(old, new))
    left, right = _Side(compile_concern(old)), _Side(compile_concern(new))
    asked = (*left.cases().values(), *right.cases().values())
    return any(left.answer(data) != middle.answer(data) for data in asked)


def _changes(old: _Side | None, new: _Side | None) -> Iterator[CaseChange]:
    before = {} if old is None else old.cases()
    after = {} if new is None else new.cases()
    for name, data in before.items():
        sides = "both" if after.get(name) == data else "old"
        yield from _asked(sides, name, data, (old, new))
    for name, data in after.items():
        if before.get(name) != data:
            yield from _asked("new", name, data, (old, new))


def _asked(
    sides: str,
    case: str,
    data: dict[str, object],
    pair: tuple[_Side | None, _Side | None],
) -> Iterator[CaseChange]:
    """Give a case that came out otherwise or could not be asked."""
    concern = next(side.compiled.name for side in pair if side is not None)
    (old, not_old), (new, not_new) = (
        (_NOT_ASKED, f"there is no concern `{concern}`")
        if side is None
        else side.answer(data)
        for side in pair
    )
    if not_old or not_new:
        which = "old" if not_old else "new"
        why_not = f"the {which} side can't be asked: {not_old or not_new}"
        yield CaseChange(concern, case, sides, old, new, why_not)
    elif old != new:
        yield CaseChange(concern, case, sides, old, new)


def _plain(schema: Schema, request: object) -> dict[str, object]:
    """Return what a request says in plain data, as `Schema.request_from` takes it."""
    return {name: _plain_object(schema, name, request) for name in schema.objects}


def _plain_object(schema: Schema, name: str, request: object) -> object:
    said = {
        item.name: _plain_value(item.type, schema.value(request, item))
        for item in schema.members(name)
    }
    # A plain value stands under no name.
    return said.get("", said)


def _plain_value(kind: ValueType, value: Value) -> object:
    match kind, value:
        case SetType(), frozenset():
            return sorted(value)
        case ((FlagType() | NumberType()), _):
            return value
        case _:
            return format_value(kind, value)
