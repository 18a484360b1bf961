"""What the desk can do in a week, and how much work a case of each class is: data.

Must never fill in a number that the file leaves out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field

from ringwall.base.errors import Fault
from ringwall.base.yaml_tree import Node, position
from ringwall.model.values import Strict, Text, Word
from ringwall.raid.yaml_form import YamlCodes, YamlForm

__all__ = [
    "CAPACITY_FILE",
    "SCREENING",
    "UNASSESSED",
    "Capacity",
    "Hours",
    "parse_capacity",
    "read_capacity",
]

CAPACITY_FILE: Final = "capacity.yaml"
"""Name of the file, in the folder of the desk's own rules."""
SCREENING: Final = "screening"
"""In place of a class: a report that waits to be screened."""
UNASSESSED: Final = "unassessed"
"""In place of a class: a case that nobody has assessed."""

_FORM: Final = YamlForm(
    "the desk's capacity",
    YamlCodes("capacity-refused", "capacity-unreadable"),
    "mend the lines named; `ringwall raid rules lint` looks again",
)
_BANDS: Final = 6
_Minutes = Annotated[int, Field(ge=1, le=100_000)]
_Percent = Annotated[int, Field(ge=0, le=100)]


class _Class(Strict):
    """How long a case of a class takes.

    Attributes:
        name: the class, `screening` or `unassessed`; called `class` in the file.
        deep: minutes for all of it.
        shallow: minutes for a first look, which every case gets at the least.
    """

    name: Annotated[Word, Field(alias="class")]
    deep: _Minutes
    shallow: _Minutes


class _Deep(Strict):
    """From what on a case is worth the whole of its time; any of these will do.

    Attributes:
        priority: 0 decline to 4 immediate.
        compute: 0 below 1e25 operations to 2 at or above 1e26.
        owned: whether RAID's own cases are.
    """

    priority: Annotated[int, Field(ge=0, le=4)]
    compute: Annotated[int, Field(ge=0, le=3)]
    owned: bool


class _Band(Strict):
    """What it means that a case of a severity is not worked on.

    Attributes:
        severity: 0 to 5.
        harm: in words.
    """

    severity: Annotated[int, Field(ge=0, lt=_BANDS)]
    harm: Text


class _File(Strict):
    """`desk/capacity.yaml`."""

    version: Annotated[int, Field(ge=1)]
    people: Annotated[int, Field(ge=0, le=10_000)]
    minutes_per_week: Annotated[int, Field(ge=1, le=10_080)]
    usable_percent: _Percent
    reserve_percent: _Percent
    deep_percent: _Percent
    ageing_days: Annotated[int, Field(ge=1, le=366)]
    horizon_days: Annotated[int, Field(ge=1, le=366)]
    signed_days: Annotated[int, Field(ge=1, le=31)]
    deep: _Deep
    classes: Annotated[list[_Class], Field(min_length=1, max_length=50)]
    bands: Annotated[list[_Band], Field(min_length=_BANDS, max_length=_BANDS)]


@dataclass(frozen=True, slots=True)
class Hours:
    """How long a case of a class takes.

    Attributes:
        deep: minutes for all of it.
        shallow: minutes for a first look.
    """

    deep: int
    shallow: int


@dataclass(frozen=True)
class Capacity:
    """What the desk can do, and what its work takes.

    Attributes:
        version: of the file.
        people: analysts.
        minutes_per_week: that one of them works.
        usable_percent: of these, what is left for cases.
        reserve_percent: of that, for cases below 1e25 operations, by their reach.
        deep_percent: of that, at most for the whole of cases; the rest is for first
            looks, so that a few cases don't take all.
        ageing_days: a case that has waited so long counts a step more.
        horizon_days: a clock of the host that is due within is worked on first.
        signed_days: how long a signed cut line holds.
        deep_priority: from this priority on a case gets the whole of its time,
        deep_compute: or from this compute on,
        deep_owned: or if it is RAID's own.
        classes: class -> how long it takes.
        bands: severity -> what harm is to be expected where such a case lies.
    """

    version: int
    people: int
    minutes_per_week: int
    usable_percent: int
    reserve_percent: int
    deep_percent: int
    ageing_days: int
    horizon_days: int
    signed_days: int
    deep_priority: int
    deep_compute: int
    deep_owned: bool
    classes: Mapping[str, Hours]
    bands: Mapping[int, str]

    def minutes(self, people: int | None = None) -> int:
        """Return the minutes for cases that a week has.

        Args:
            people: so many are there; those of the file if None.
        """
        heads = self.people if people is None else people
        return heads * self.minutes_per_week * self.usable_percent // 100


def read_capacity(folder: Path) -> Capacity:
    """Return what the desk can do.

    Args:
        folder: `raid/desk` of an institute, or of a kept copy.

    Raises:
        DeclarationError: as `parse_capacity`, or `capacity-refused` with the fault
            `capacity-unreadable`.
    """
    data = _FORM.read(folder / CAPACITY_FILE)
    return parse_capacity(data, f"desk/{CAPACITY_FILE}")


def parse_capacity(data: bytes, file: str) -> Capacity:
    """Return what the desk can do.

    Args:
        data: YAML.
        file: its name, for the faults.

    Raises:
        DeclarationError: `yaml-refused`, as `parse_yaml`; or `capacity-refused` with
            the faults `unknown-key`, `missing-key`, `wrong-type`, `wrong-value`,
            `duplicate-class`, `missing-class`, `shallow-deeper`, or `wrong-bands`.
    """
    content, tree = _FORM.parse(data, file, _File)
    faults = [*_class_faults(content, tree, file), *_band_faults(content, tree, file)]
    if faults:
        raise _FORM.refusal(faults)
    return _capacity(content)


def _capacity(content: _File) -> Capacity:
    plain: dict[str, Any] = content.model_dump(exclude={"deep", "classes", "bands"})
    return Capacity(
        **plain,
        deep_priority=content.deep.priority,
        deep_compute=content.deep.compute,
        deep_owned=content.deep.owned,
        classes={one.name: Hours(one.deep, one.shallow) for one in content.classes},
        bands={one.severity: one.harm for one in content.bands},
    )


def _class_faults(content: _File, tree: Node, file: str) -> list[Fault]:
    found: list[Fault] = []
    names: set[str] = set()
    for number, one in enumerate(content.classes):
        place = position(tree, ("classes", number))
        if one.name in names:
            message = f"`{one.name}` stands here twice"
            found.append(Fault(file, *place, "duplicate-class", message))
        if one.shallow > one.deep:
            message = f"a first look at `{one.name}` takes longer than all of it"
            found.append(Fault(file, *place, "shallow-deeper", message))
        names.add(one.name)
    for name in (SCREENING, UNASSESSED):
        if name not in names:
            message = f"the class `{name}` is missing"
            found.append(Fault(file, 0, 0, "missing-class", message))
    return found


def _band_faults(content: _File, tree: Node, file: str) -> list[Fault]:
    told = sorted(one.severity for one in content.bands)
    if told == list(range(_BANDS)):
        return []
    message = "`bands` does not tell of each severity once"
    place = position(tree, ("bands", 0))
    return [Fault(file, *place, "wrong-bands", message, "0 to 5")]
