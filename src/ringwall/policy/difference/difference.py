"""What differs between two policy bundles, row by row and case by case.

Compares what is written, and asks each case of both sides; must never guess whether a
change matters beyond what some case shows.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias

from ringwall.policy.bundle import Bundle
from ringwall.policy.concern import Concern
from ringwall.policy.dialect import MODEL_FILE, POLICY_FILE
from ringwall.policy.difference.case_changes import (
    CaseChange,
    changed_cases,
    is_noticed,
)
from ringwall.policy.difference.known_cases import KnownCases
from ringwall.policy.difference.model_text import model_text
from ringwall.policy.difference.stale_names import StaleName, stale_names

__all__ = [
    "Difference",
    "FieldChange",
    "How",
    "LinkChange",
    "ModelChange",
    "RowChange",
    "compare_bundles",
]

_Fields: TypeAlias = Mapping[str, str]
_NOTHING: Final[_Fields] = MappingProxyType({})


class How(StrEnum):
    """What became of something between the old bundle and the new one."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a row: the column, and what stood and stands there, or ""."""

    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that was added, removed or changed.

    Attributes:
        concern: name of the concern.
        rule: its id.
        how: what became of it.
        line: its 1-based line in `policy.csv`, of the new side unless removed.
        fields: those that differ, in column order; all of them where the row is on
            one side only.
        noticed: whether some case that it decides came out otherwise.
    """

    concern: str
    rule: str
    how: How
    line: int
    fields: tuple[FieldChange, ...]
    noticed: bool = False


@dataclass(frozen=True, slots=True)
class LinkChange:
    """A role link that was added or removed.

    Attributes:
        concern: name of the concern.
        relation: "g", or "g2" and so on.
        senior: the word that includes the other.
        junior: the word that is included.
        how: what became of it.
        noticed: whether some case comes out otherwise by the links alone.
    """

    concern: str
    relation: str
    senior: str
    junior: str
    how: How
    noticed: bool = False


@dataclass(frozen=True, slots=True)
class ModelChange:
    """A part of model.conf that differs, see `model_text`.

    Attributes:
        concern: name of the concern.
        part: what it is, e.g. `condition tier`.
        how: what became of it.
        old: what was said; empty where nothing was.
        new: what is said; empty where nothing is.
        noticed: whether some case comes out otherwise by the model alone.
    """

    concern: str
    part: str
    how: How
    old: str
    new: str
    noticed: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs between two bundles, concern by concern.

    Attributes:
        rows: in the order of their ids.
        links: in file order, removed before added.
        models: in the order of model.conf.
        cases: that came out otherwise, or could not be asked of both sides.
        stale: rules and reasons that cases name in vain, whether or not the other side
            names them too.
    """

    rows: tuple[RowChange, ...]
    links: tuple[LinkChange, ...]
    models: tuple[ModelChange, ...]
    cases: tuple[CaseChange, ...]
    stale: tuple[StaleName, ...] = ()

    def __bool__(self) -> bool:
        """Return whether anything differs; a stale name alone is no difference."""
        return bool(self.rows or self.links or self.models or self.cases)


def compare_bundles(
    old: Bundle, new: Bundle, known: KnownCases | None = None
) -> Difference:
    """Return what differs between two bundles.

    Args:
        old: as it was.
        new: as it is to be.
        known: cases that were read before, if any were.

    Raises:
        PolicyError: the cases of a side are refused, see `cases.parse_cases`; not so
            for naming a rule or a reason that is not there.
    """
    known = known or KnownCases()
    rows: list[RowChange] = []
    links: list[LinkChange] = []
    models: list[ModelChange] = []
    cases: list[CaseChange] = []
    stale: list[StaleName] = []
    for name in sorted(old.concerns.keys() | new.concerns.keys()):
        sides = (old.concerns.get(name), new.concerns.get(name))
        found = changed_cases(*sides, known)
        decided = {
            rule
            for case in found
            if case.is_asked
            for rule in (*case.old.rules, *case.new.rules)
        }
        cases += found
        rows += (
            replace(row, noticed=row.rule in decided) for row in _rows(name, *sides)
        )
        links += _links(name, *sides, known)
        models += _model(name, *sides, known)
        stale += stale_names(name, *sides, known)
    return Difference(
        tuple(rows), tuple(links), tuple(models), tuple(cases), tuple(stale)
    )


def _rows(name: str, old: Concern | None, new: Concern | None) -> Iterator[RowChange]:
    before, after = _fields_of(old), _fields_of(new)
    lines = _lines_of(old) | _lines_of(new)
    for rule in sorted(before.keys() | after.keys()):
        fields = tuple(
            FieldChange(column, was, is_now)
            for column, was, is_now in _differing(
                before.get(rule, _NOTHING), after.get(rule, _NOTHING)
            )
        )
        if fields:
            how = _how(rule in before, rule in after)
            yield RowChange(name, rule, how, lines[rule], fields)


def _fields_of(concern: Concern | None) -> dict[str, _Fields]:
    """Return the fields of each row by column, without its id."""
    if concern is None:
        return {}
    names = [column.name for column in concern.schema.columns[1:]]
    return {
        rule.id: dict(zip(names, rule.text[1:], strict=True)) for rule in concern.rules
    }


def _lines_of(concern: Concern | None) -> dict[str, int]:
    return {} if concern is None else {rule.id: rule.line for rule in concern.rules}


def _differing(old: _Fields, new: _Fields) -> Iterator[tuple[str, str, str]]:
    """Give each key whose values differ, with both; the new side's order first."""
    for key in (*new, *(key for key in old if key not in new)):
        was, is_now = old.get(key, ""), new.get(key, "")
        if was != is_now:
            yield key, was, is_now


def _how(before: bool, after: bool) -> How:  # noqa: FBT001 - on the old and the new side
    if before and after:
        return How.CHANGED
    return How.ADDED if after else How.REMOVED


def _links(
    name: str, old: Concern | None, new: Concern | None, known: KnownCases
) -> list[LinkChange]:
    before, after = _pairs_of(old), _pairs_of(new)
    removed = [(pair, How.REMOVED) for pair in before if pair not in after]
    added = [(pair, How.ADDED) for pair in after if pair not in before]
    if not removed + added:
        return []
    seen = False
    if old is not None and new is not None:
        # The old rows under the new links.
        lines = [line for line in _lines(old) if not line.startswith("g")]
        lines += [f"{', '.join(pair)}\n" for pair in after]
        rows = "".join(lines).encode()
        files = {MODEL_FILE: old.files[MODEL_FILE], POLICY_FILE: rows}
        seen = is_noticed(old, new, files, known)
    return [LinkChange(name, *pair, how, seen) for pair, how in removed + added]


def _lines(concern: Concern) -> list[str]:
    return concern.files[POLICY_FILE].decode().splitlines(keepends=True)


def _pairs_of(concern: Concern | None) -> dict[tuple[str, str, str], None]:
    links: Iterable[tuple[str, str, str]] = (
        ()
        if concern is None
        else ((link.relation, link.senior, link.junior) for link in concern.links)
    )
    return dict.fromkeys(links)


def _model(
    name: str, old: Concern | None, new: Concern | None, known: KnownCases
) -> list[ModelChange]:
    before = {} if old is None else model_text(old)
    after = {} if new is None else model_text(new)
    found = list(_differing(before, after))
    if not found:
        return []
    seen = False
    if old is not None and new is not None:
        # The old rows under the new model.
        files = {MODEL_FILE: new.files[MODEL_FILE], POLICY_FILE: old.files[POLICY_FILE]}
        seen = is_noticed(old, new, files, known)
    return [
        ModelChange(name, part, _how(part in before, part in after), was, is_now, seen)
        for part, was, is_now in found
    ]
