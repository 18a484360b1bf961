"""The tables of the triage as they are once read: rows by what they ask.

Must never hold a table that was not checked (`reading`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from ringwall.raid.triage.conditions import Condition
from ringwall.raid.triage.points import Points
from ringwall.raid.triage.wording import Wording

__all__ = ["Composed", "ComposedRow", "MainRow", "Rule", "TriageTables"]

_Key = tuple[str, ...]
_SECTOR: Final = "sector"
_CLASS: Final = "class"
# Where class and behaviour stand in the key of a row of the main table.
_CLASS_AT: Final = 1
_AUTO_AT: Final = 2


class ComposedRow(NamedTuple):
    """A row of a table that makes one point of others.

    Attributes:
        id: of the row.
        line: in its file.
        value: of the point that is made.
    """

    id: str
    line: int
    value: str


@dataclass(frozen=True, slots=True)
class Composed:
    """A table that makes one point of others.

    Attributes:
        point: that is made, `harm` or `threat`; also the name of the table.
        inputs: the points that it is made of.
        rows: values of the inputs, in their order -> row.
    """

    point: str
    inputs: _Key
    rows: Mapping[_Key, ComposedRow]

    def row(self, values: Mapping[str, str]) -> ComposedRow:
        """Return the row for a value of each input."""
        return self.rows[tuple(values[name] for name in self.inputs)]


class MainRow(NamedTuple):
    """A row of the main table.

    Attributes:
        id: of the row.
        line: in its file.
        words: outcome -> word, of each scale.
        sets: `routes` and `clocks` -> ids.
        reason: the rule that it follows, e.g. `R23`.
    """

    id: str
    line: int
    words: Mapping[str, str]
    sets: Mapping[str, frozenset[str]]
    reason: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the overrides or of the legal triggers; it only ever raises.

    Attributes:
        table: `overrides` or `legal`.
        id: of the row.
        line: in its file.
        when: it applies.
        words: outcome -> the least that it is from then on.
        step: by how many the priority of the main table is raised, 0 or 1.
        sets: `routes` and `clocks` -> ids that are added.
        hours: of the shortest limit of its clocks; 0 if it names none.
        is_incident: whether its clocks are those of serious incidents.
        reason: the rule that it follows, e.g. `R23`.
        told: what it stands for, in words.
    """

    table: str
    id: str
    line: int
    when: Condition
    words: Mapping[str, str]
    step: int
    sets: Mapping[str, frozenset[str]]
    hours: int
    is_incident: bool
    reason: str
    told: str


@dataclass(frozen=True)
class TriageTables:
    """All tables of one version.

    Attributes:
        digest: hex SHA-256 over the files.
        version: as the last row of version.csv says.
        points: what is asked of a case.
        harm: made of kind, spread and revers.
        threat: made of expl, oc and uplift.
        main: values of `MAIN_INPUTS` -> row.
        rules: overrides, then legal triggers, in the order of their files.
        wordings: what words of a report suggest.
        thresholds: class -> ids of the thresholds of capability that `uplift` is
            measured by, as `threat_models/capabilities.yaml` names them.
    """

    digest: str
    version: str
    points: Points
    harm: Composed
    threat: Composed
    main: Mapping[_Key, MainRow]
    rules: tuple[Rule, ...]
    wordings: tuple[Wording, ...]
    thresholds: Mapping[str, tuple[str, ...]]

    @property
    def clocks(self) -> frozenset[str]:
        """Ids of all clock rules that are named anywhere."""
        return self._named("clocks")

    @property
    def routes(self) -> frozenset[str]:
        """Ids of all routes that are named anywhere."""
        return self._named("routes")

    @cached_property
    def owned_classes(self) -> frozenset[str]:
        """The classes for which RAID owns a case, or a part, on other points' worst.

        Without any behaviour of the system's own: with that it owns each.
        """
        none = self.points["auto"].values[0]
        by_row = {
            key[_CLASS_AT]
            for key, row in self.main.items()
            if key[_AUTO_AT] == none and row.words["owner"] != _SECTOR
        }
        by_rule = {
            value
            for rule in self.rules
            if rule.words.get("owner", _SECTOR) != _SECTOR
            for test in rule.when.tests
            if test.point == _CLASS
            for value in test.values
        }
        return frozenset(by_row | by_rule)

    def _named(self, name: str) -> frozenset[str]:
        rows = [row.sets[name] for row in self.main.values()]
        return frozenset().union(*rows, *(rule.sets[name] for rule in self.rules))
