"""What a projection of the desk's work assumes: data, with where it comes from.

Must never fill in a number that the file leaves out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from ringwall.base.errors import Fault
from ringwall.base.yaml_tree import Node, position
from ringwall.model.values import Strict, Text, Word
from ringwall.raid.workload.numbers import Ends
from ringwall.raid.workload.setting import Range
from ringwall.raid.yaml_form import YamlCodes, YamlForm

__all__ = [
    "WORKLOAD_FILE",
    "Assumption",
    "Assumptions",
    "LevelRow",
    "parse_assumptions",
    "read_assumptions",
]

WORKLOAD_FILE: Final = "workload.yaml"
"""Name of the file, in the folder of the desk's own rules."""

_FORM: Final = YamlForm(
    "what the desk assumes of its work",
    YamlCodes("workload-refused", "workload-unreadable"),
    "mend the lines named; `ringwall raid rules lint` looks again",
)
_RANGES: Final = ("growth", "effort")
_Weeks = Annotated[int, Field(ge=1, le=520)]
_Share = Annotated[int, Field(ge=1, le=99)]
_RuleName = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,39}$")]


class LevelRow(Strict):
    """Which lanes an item passes before a service level is met.

    Attributes:
        rule: of the clocks, which says within how long.
        lanes: one after the other.
    """

    rule: _RuleName
    lanes: Annotated[list[Word], Field(min_length=1, max_length=20)]


class Assumption(Ends):
    """An assumption, from where to where.

    Attributes:
        name: what is assumed.
        confidence: in it.
        source: where it comes from.
    """

    name: Literal["growth", "effort"]
    confidence: Literal["low", "medium", "high"]
    source: Text


class _File(Strict):
    """`desk/workload.yaml`."""

    version: Annotated[int, Field(ge=1)]
    observed_weeks: _Weeks
    few_weeks: _Weeks
    few_items: Annotated[int, Field(ge=0, le=100_000)]
    block_weeks: _Weeks
    interval_percent: _Share
    guard_percent: Annotated[int, Field(ge=0, le=49)]
    immediate: Word
    roles: Annotated[list[Word], Field(min_length=1, max_length=20)]
    compartment: Word
    lanes: Annotated[list[Word], Field(min_length=1, max_length=50)]
    levels: Annotated[list[LevelRow], Field(max_length=50)]
    ranges: Annotated[list[Assumption], Field(min_length=1, max_length=10)]


@dataclass(frozen=True)
class Assumptions:
    """What a projection assumes.

    Attributes:
        version: of the file.
        observed_weeks: so far back arrivals are counted.
        few_weeks: fewer are called few.
        few_items: likewise.
        block_weeks: weeks of a row of a projection.
        interval_percent: how likely it is that what comes lies within an interval.
        drawn_percent: how wide the interval is drawn so that this holds.
        immediate: the lane that comes before all others.
        roles: who has one of these is an analyst,
        compartment: if they are of this team.
        lanes: in the order in which they are worked off.
        levels: which lanes an item passes before a service level is met.
        ranges: name -> the assumption; `growth` and `effort`.
    """

    version: int
    observed_weeks: int
    few_weeks: int
    few_items: int
    block_weeks: int
    interval_percent: int
    drawn_percent: int
    immediate: str
    roles: frozenset[str]
    compartment: str
    lanes: tuple[str, ...]
    levels: tuple[LevelRow, ...]
    ranges: Mapping[str, Assumption]

    @property
    def growth(self) -> Range:
        """By how much arrivals grow in a year."""
        return self.ranges["growth"].range

    @property
    def effort(self) -> Range:
        """How long items take, as a factor of what the data say."""
        return self.ranges["effort"].range


def read_assumptions(folder: Path) -> Assumptions:
    """Return what a projection assumes.

    Args:
        folder: `raid/desk` of an institute, or of a kept copy.

    Raises:
        DeclarationError: as `parse_assumptions`, or `workload-refused` with the fault
            `workload-unreadable`.
    """
    data = _FORM.read(folder / WORKLOAD_FILE)
    return parse_assumptions(data, f"desk/{WORKLOAD_FILE}")


def parse_assumptions(data: bytes, file: str) -> Assumptions:
    """Return what a projection assumes.

    Args:
        data: YAML.
        file: its name, for the faults.

    Raises:
        DeclarationError: `yaml-refused`, as `parse_yaml`; or `workload-refused` with
            the faults `unknown-key`, `missing-key`, `wrong-type`, `wrong-value`,
            `unknown-word`, `duplicate-lane`, `unknown-lane`, `duplicate-range`,
            `missing-range` or `wrong-interval`.
    """
    content, tree = _FORM.parse(data, file, _File)
    faults = [*_lane_faults(content, tree, file), *_range_faults(content, tree, file)]
    drawn = content.interval_percent + content.guard_percent
    if drawn > 99:
        message = f"the interval is drawn at {drawn} %, which leaves nothing outside"
        place = position(tree, ("guard_percent",))
        faults.append(Fault(file, *place, "wrong-interval", message, "99 at most"))
    if faults:
        raise _FORM.refusal(faults)
    return Assumptions(
        version=content.version,
        observed_weeks=content.observed_weeks,
        few_weeks=content.few_weeks,
        few_items=content.few_items,
        block_weeks=content.block_weeks,
        interval_percent=content.interval_percent,
        drawn_percent=drawn,
        immediate=content.immediate,
        roles=frozenset(content.roles),
        compartment=content.compartment,
        lanes=tuple(content.lanes),
        levels=tuple(content.levels),
        ranges={one.name: one for one in content.ranges},
    )


def _lane_faults(content: _File, tree: Node, file: str) -> list[Fault]:
    found: list[Fault] = []
    for number, lane in enumerate(content.lanes):
        if lane in content.lanes[:number]:
            place = position(tree, ("lanes", number))
            message = f"`{lane}` stands here twice"
            found.append(Fault(file, *place, "duplicate-lane", message))
    named: list[tuple[tuple[str | int, ...], str]] = [
        (("immediate",), content.immediate)
    ]
    named += [
        (("levels", number, "lanes", at), lane)
        for number, level in enumerate(content.levels)
        for at, lane in enumerate(level.lanes)
    ]
    for path, lane in named:
        if lane not in content.lanes:
            place = position(tree, path)
            message = f"`{lane}` is none of `lanes`"
            found.append(Fault(file, *place, "unknown-lane", message))
    return found


def _range_faults(content: _File, tree: Node, file: str) -> list[Fault]:
    found: list[Fault] = []
    names = [one.name for one in content.ranges]
    for number, name in enumerate(names):
        if name in names[:number]:
            place = position(tree, ("ranges", number))
            message = f"`{name}` stands here twice"
            found.append(Fault(file, *place, "duplicate-range", message))
    for name in _RANGES:
        if name not in names:
            message = f"the range `{name}` is missing"
            found.append(Fault(file, 0, 0, "missing-range", message))
    return found
