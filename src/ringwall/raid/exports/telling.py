"""What a recipient is told of a case, as the writers of exports take it.

Made of a package alone. Must never hold a fact that the package does not, nor a
character that acts on the screen of whoever reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ringwall.base.errors import ActRefused
from ringwall.model.values import is_printable
from ringwall.raid.routing.facts import POINTS
from ringwall.raid.routing.labels import Tlp, label_of
from ringwall.raid.routing.package import Package
from ringwall.raid.routing.plan import PlannedRow

__all__ = [
    "Given",
    "Telling",
    "ToldReport",
    "exercise_mark",
    "incomplete",
    "inert",
    "telling_of",
]

_MARK: Final = "\N{REPLACEMENT CHARACTER}"
_MARKED: Final = frozenset({"title", "narrative"})
_LAYOUT: Final = frozenset("\n\t")


@dataclass(frozen=True, slots=True)
class Given:
    """What an export has that is no fact of the case.

    Attributes:
        at: instant of the export, RFC 3339 in whole seconds.
        opened: day on which the case was opened, `2026-11-20`.
        origin: name of the institute's log.
        aware: clock -> day on which the institute itself became aware, of clocks that
            it owes.
        submitted: day on which a form is submitted; empty if nobody said.
        stage: of a form; empty for all of it.
        exercise: name of the exercise that all of it is part of; empty for none.
    """

    at: str
    opened: str
    origin: str
    aware: Mapping[str, str] = field(default_factory=dict)
    submitted: str = ""
    stage: str = ""
    exercise: str = ""


@dataclass(frozen=True, slots=True)
class ToldReport:
    """A report of the case, as far as it is told.

    Attributes:
        id: of the report.
        label: of all that is told of it.
        fields: name -> value, in order of their names.
    """

    id: str
    label: Tlp
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told.

    Attributes:
        case: id.
        recipient: id of the contact.
        label: the highest of all facts.
        part: of the facts that the recipient is for: `all`, `defence` or `summary`.
        standing: label of the decision points.
        points: decision point -> the values that are left open.
        reports: of which anything is told, in order of their ids.
        sectors: ids of the sectors that are told.
    """

    case: str
    recipient: str
    label: Tlp
    part: str
    standing: Tlp
    points: Mapping[str, tuple[str, ...]]
    reports: tuple[ToldReport, ...]
    sectors: tuple[str, ...] = ()

    @property
    def titled(self) -> tuple[ToldReport, ...]:
        """The reports of which title and narrative are told."""
        return tuple(
            one for one in self.reports if {"title", "narrative"} <= one.fields.keys()
        )

    @property
    def settled(self) -> Mapping[str, tuple[str, ...]]:
        """The decision points of which not every value is left open."""
        return {
            name: values
            for name, values in self.points.items()
            if len(values) < len(POINTS[name])
        }


def exercise_mark(exercise: str) -> str:
    """Return what stands before each title and text of an exercise; empty for none."""
    return f"EXERCISE {exercise}: " if exercise else ""


def telling_of(
    package: Package,
    row: PlannedRow,
    case: str,
    sectors: tuple[str, ...] = (),
    exercise: str = "",
) -> Telling:
    """Return what a package tells.

    Args:
        package: of the recipient.
        row: for which it was packed.
        case: id.
        sectors: ids of the sectors that its facts name.
        exercise: name of the exercise that it is part of; empty for none.
    """
    mark = exercise_mark(exercise)
    points: dict[str, tuple[str, ...]] = {}
    standing = Tlp.CLEAR
    told: dict[str, dict[str, Any]] = {}
    labels: dict[str, Tlp] = {}
    for fact in package.facts:
        label = label_of(fact.label)
        if fact.about == case:
            points[fact.name] = tuple(fact.value)
            standing = max(standing, label)
        else:
            value = inert(fact.value)
            if fact.name in _MARKED:
                value = mark + value
            told.setdefault(fact.about, {})[fact.name] = value
            labels[fact.about] = max(label, labels.get(fact.about, label))
    reports = (ToldReport(name, labels[name], told[name]) for name in sorted(told))
    return Telling(
        *(case, row.recipient, package.label, row.part, standing, points),
        *(tuple(reports), sectors),
    )


def inert(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return a value with nothing in its texts that acts on a screen.

    Line ends and tabs stay; what else can't be seen, or turns the direction of text,
    becomes U+FFFD.
    """
    if isinstance(value, str):
        if value.isascii() and value.isprintable():
            return value
        return "".join(map(_inert_char, value))
    if isinstance(value, Mapping):
        return {name: inert(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [inert(part) for part in value]
    return value


def incomplete(name: str, telling: Telling, missing: list[str]) -> ActRefused:
    """Return the refusal of a form that has to have what is not told.

    Args:
        name: of the form.
        telling: what is told.
        missing: what it lacks, in words.
    """
    return ActRefused(
        "export-incomplete",
        f"`{name}` for `{telling.recipient}` lacks {', '.join(missing)}",
        next_step="what the case knows and the recipient may be told is in "
        "`ringwall raid export json`; ask the reporter for the rest",
    )


def _inert_char(char: str) -> str:
    if char in _LAYOUT or (is_printable(char) and char.isprintable()):
        return char
    return _MARK
