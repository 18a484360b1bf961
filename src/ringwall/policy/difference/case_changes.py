"""The cases of two versions of a concern, asked of both.

A case is put anew to the other side in plain data, since ranks may differ there, and
without what that side does not read. Must never leave out a case because the other side
can't understand it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from ringwall.base.errors import PolicyError
from ringwall.policy.compiler import CompiledConcern
from ringwall.policy.concern import Concern
from ringwall.policy.difference.known_cases import KnownCases
from ringwall.policy.known_concerns import compiled_concern, known_concern
from ringwall.policy.outcome import Outcome
from ringwall.policy.schema import Attribute, Schema
from ringwall.policy.value_types import (
    FlagType,
    NumberType,
    SetType,
    Value,
    ValueType,
    format_value,
)

__all__ = ["CaseChange", "changed_cases", "is_noticed"]

_Data: TypeAlias = dict[str, object]
_NOT_ASKED: Final = Outcome(permitted=False, rules=())


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A case that came out otherwise, or could not be asked of both sides.

    Attributes:
        concern: name of the concern.
        case: its id.
        sides: where it is written: "old", "new" or "both", where also a case
            stands that differs only in attributes that one side does not read.
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
    known: KnownCases

    def cases(self) -> dict[str, _Data]:
        """Return what each case of the concern asks in plain data, by its id."""
        concern = self.compiled.concern
        return {
            case.id: _plain(concern.schema, case.request)
            for case in self.known.of(concern).cases
        }

    def narrowed(self, data: _Data) -> _Data:
        """Return a question without the attributes that this side does not read."""
        schema = self.compiled.concern.schema
        return {
            name: _narrowed_object(schema.members(name), data[name])
            for name in schema.objects
            if name in data
        }

    def answer(self, data: _Data) -> tuple[Outcome, str]:
        """Return the answer to a question, and why it could not be asked, if so."""
        try:
            request = self.compiled.concern.schema.request_from(self.narrowed(data))
        except ValueError as error:
            return _NOT_ASKED, str(error)
        return self.compiled.decide(request), ""


def changed_cases(
    old: Concern | None, new: Concern | None, known: KnownCases | None = None
) -> tuple[CaseChange, ...]:
    """Return the cases of two versions of a concern that came out otherwise.

    Args:
        old: the concern as it was; None if there was none.
        new: the concern as it is; None if there is none.
        known: cases that were read before, if any were.

    Returns:
        Those of the old side in file order, then those that only the new side asks,
        or asks otherwise.

    Raises:
        PolicyError: the cases of a side are refused.
    """
    if old is not None and new is not None and old.digest == new.digest:
        return ()
    known = known or KnownCases()
    left = None if old is None else _Side(compiled_concern(old), known)
    right = None if new is None else _Side(compiled_concern(new), known)
    return tuple(_changes(left, right))


def is_noticed(
    old: Concern,
    new: Concern,
    files: Mapping[str, bytes],
    known: KnownCases | None = None,
) -> bool:
    """Return whether some case would come out otherwise by a part of the change alone.

    Args:
        old: the concern as it was.
        new: the concern as it is; its cases are asked, too.
        files: `model.conf` and `policy.csv` with nothing but that part changed.
        known: cases that were read before, if any were.

    Returns:
        Where such a concern is refused, whether any case comes out otherwise. A case
        that either version can't be asked shows nothing.

    Raises:
        PolicyError: the cases of a side are refused.
    """
    known = known or KnownCases()
    try:
        middle = _Side(compiled_concern(known_concern(old.name, files)), known)
    except PolicyError:
        return any(change.is_asked for change in changed_cases(old, new, known))
    left, right = (_Side(compiled_concern(side), known) for side in (old, new))
    asked = (*left.cases().values(), *right.cases().values())
    return any(_differs(left, middle, data) for data in asked)


def _differs(left: _Side, right: _Side, data: _Data) -> bool:
    (one, not_one), (other, not_other) = left.answer(data), right.answer(data)
    return not (not_one or not_other) and one != other


def _changes(old: _Side | None, new: _Side | None) -> Iterator[CaseChange]:
    before = {} if old is None else old.cases()
    after = {} if new is None else new.cases()
    joint: dict[str, _Data] = {}
    if old is not None and new is not None:
        for name in before.keys() & after.keys():
            wider = _wider(old, new, before[name], after[name])
            if wider is not None:
                joint[name] = wider
    for name, data in before.items():
        sides = "both" if name in joint else "old"
        yield from _asked(sides, name, joint.get(name, data), (old, new))
    for name, data in after.items():
        if name not in joint:
            yield from _asked("new", name, data, (old, new))


def _wider(old: _Side, new: _Side, before: _Data, after: _Data) -> _Data | None:
    """Return the one of two questions that both sides can be asked, if they are one."""
    if new.narrowed(before) == after:
        return before
    return after if old.narrowed(after) == before else None


def _asked(
    sides: str,
    case: str,
    data: _Data,
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


def _narrowed_object(members: tuple[Attribute, ...], data: object) -> object:
    names = {item.name for item in members}
    # A plain value has no parts to leave out, nor has a mapping where one is wanted.
    if "" in names or not isinstance(data, dict):
        return data
    return {name: value for name, value in data.items() if name in names}


def _plain(schema: Schema, request: object) -> _Data:
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
