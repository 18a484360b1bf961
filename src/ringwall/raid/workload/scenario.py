"""A scenario: a file that says what would be otherwise than it is at the desk.

Must never take a key that it doesn't know, nor a week that ends before it starts.
"""

from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from ringwall.base.errors import Fault
from ringwall.base.yaml_tree import Node, position
from ringwall.model.field_faults import shown
from ringwall.model.values import Strict, Text, Word
from ringwall.raid.workload.numbers import (
    Ends,
    Number,
    Percent,
    Positive,
    Weeks,
)
from ringwall.raid.workload.setting import Absence, Stream, Surge
from ringwall.raid.yaml_form import YamlCodes, YamlForm

__all__ = ["AWAY", "Scenario", "parse_scenario", "read_scenario"]

_FORM: Final = YamlForm(
    "the scenario",
    YamlCodes("scenario-refused", "scenario-unreadable"),
    "mend the lines named; docs/raid-capacity.md has each key",
)
_MINUTES: Final = 60
_ALL: Final = "all"
AWAY: Final = "*"
"""In place of a lane: all of them."""


class _Span(Strict):
    """Weeks ahead, from 1 on."""

    from_week: Weeks
    to_week: Weeks

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_week > self.to_week:
            raise ValueError(f"week {self.from_week} is after week {self.to_week}")
        return self


class _Absence(_Span):
    people: Number


class _Surge(_Span):
    lane: Word = _ALL
    times: Annotated[Number, Field(le=1000)]


class _Lane(Strict):
    """What comes into a lane."""

    lane: Word
    count: Number
    weeks: Weeks
    deep_percent: Percent
    deep_hours: Annotated[Positive, Field(le=100_000)]
    shallow_hours: Annotated[Number, Field(le=100_000)]

    @model_validator(mode="after")
    def _deeper(self) -> Self:
        if self.shallow_hours > self.deep_hours:
            raise ValueError("a first look takes longer than all of it")
        return self

    def stream(self) -> Stream:
        """Return what comes in with a week."""
        weekly = self.count / self.weeks
        deep = weekly * self.deep_percent / 100
        return Stream(
            *(self.lane, self.lane),
            *(self.deep_hours * _MINUTES, self.shallow_hours * _MINUTES),
            *(deep, weekly - deep),
            is_told=True,
        )


class Scenario(Strict):
    """What would be otherwise; what is left out is as at the desk.

    Attributes:
        version: of the form of the file.
        title: in a line.
        source: where its numbers come from.
        confidence: in them.
        rough: how rough it is, in words.
        weeks: how far ahead.
        people: on the register.
        other_work_percent: of them, on work that is none of the desk's.
        hours_per_week: that one of them works.
        usable_percent: of these, what is left for cases.
        growth: of arrivals in a year.
        effort: how long items take, as a factor of what is said.
        absences: of people.
        surges: of arrivals.
        lanes: what comes in.
    """

    version: Literal[1]
    title: Text
    source: Text
    confidence: Literal["low", "medium", "high"]
    rough: Text
    weeks: Annotated[int, Field(ge=1, le=260)] | None = None
    people: Annotated[Number, Field(le=10_000)] | None = None
    other_work_percent: Percent | None = None
    hours_per_week: Annotated[Positive, Field(le=168)] | None = None
    usable_percent: Annotated[Positive, Field(le=100)] | None = None
    growth: Ends | None = None
    effort: Ends | None = None
    absences: list[_Absence] = Field(default_factory=list, max_length=100)
    surges: list[_Surge] = Field(default_factory=list, max_length=100)
    lanes: list[_Lane] = Field(default_factory=list, max_length=50)

    @property
    def streams(self) -> tuple[Stream, ...]:
        """What comes in with a week."""
        return tuple(one.stream() for one in self.lanes)

    @property
    def away(self) -> tuple[Absence, ...]:
        """Who is not there."""
        return tuple(
            Absence(one.from_week, one.to_week, one.people) for one in self.absences
        )

    @property
    def peaks(self) -> tuple[Surge, ...]:
        """When more comes in."""
        return tuple(
            Surge(
                *(one.from_week, one.to_week),
                *(AWAY if one.lane == _ALL else one.lane, one.times),
            )
            for one in self.surges
        )


def read_scenario(path: Path) -> Scenario:
    """Return a scenario.

    Args:
        path: of the file.

    Raises:
        DeclarationError: as `parse_scenario`, or `scenario-refused` with the fault
            `scenario-unreadable`.
    """
    name = shown(path, 4096)
    data = _FORM.read(path)
    return parse_scenario(data, name)


def parse_scenario(data: bytes, file: str) -> Scenario:
    """Return a scenario.

    Args:
        data: YAML.
        file: its name, for the faults.

    Raises:
        DeclarationError: `yaml-refused`, as `parse_yaml`; or `scenario-refused` with
            the faults `unknown-key`, `missing-key`, `wrong-type`, `wrong-value`,
            `unknown-word`, `duplicate-lane` or `unknown-lane`.
    """
    content, tree = _FORM.parse(data, file, Scenario)
    faults = _lane_faults(content, tree, file)
    if faults:
        raise _FORM.refusal(faults)
    return content


def _lane_faults(content: Scenario, tree: Node, file: str) -> list[Fault]:
    found: list[Fault] = []
    names = [one.lane for one in content.lanes]
    for number, lane in enumerate(names):
        if lane in names[:number]:
            place = position(tree, ("lanes", number))
            message = f"`{lane}` stands here twice"
            found.append(Fault(file, *place, "duplicate-lane", message))
    for number, one in enumerate(content.surges):
        if names and one.lane not in {*names, _ALL}:
            place = position(tree, ("surges", number))
            message = f"`{one.lane}` is none of `lanes`"
            found.append(Fault(file, *place, "unknown-lane", message))
    return found
