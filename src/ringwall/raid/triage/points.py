"""The decision points: what is asked of a case, and the values an answer can have.

An assessment gives each point the set of values that the evidence leaves open. Must
never take an answer that was not given for less than all values.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from ringwall.base.errors import Fault, RequestError
from ringwall.raid.sheet import Sheet

__all__ = [
    "ASKED",
    "MADE",
    "POINT_COLUMNS",
    "Assessment",
    "Point",
    "Points",
    "Scale",
    "read_points",
]

Scale = Literal["ordered", "nominal", "flags"]
"""`ordered`: the worst value last; `nominal`: none is worse; `flags`: each may hold."""

Assessment = Mapping[str, frozenset[str]]
"""Point -> the values that the evidence leaves open."""

POINT_COLUMNS: Final = ("point", "scale", "value", "told")

ASKED: Final[Mapping[str, Scale]] = {
    "cred": "ordered",
    "kind": "ordered",
    "class": "nominal",
    "auto": "ordered",
    "uplift": "ordered",
    "spread": "ordered",
    "revers": "ordered",
    "expl": "ordered",
    "comp": "ordered",
    "oc": "ordered",
    "pub": "nominal",
    "resp": "nominal",
    "danger": "ordered",
    "weights": "ordered",
    "legal": "flags",
}
"""Each point that is asked of a case, and its scale."""

MADE: Final[Mapping[str, Scale]] = {"harm": "ordered", "threat": "ordered"}
"""Points that follow from others by a table."""

# Values that the desk itself speaks of; the tables may not do without them.
_SPOKEN: Final[Mapping[str, tuple[str, ...]]] = {
    "cred": ("not-credible", "uncertain", "credible", "confirmed"),
    "kind": (
        *("near-miss-or-hazard", "demonstrated-in-test"),
        *("realised-harm", "continuing-harm"),
    ),
    "auto": ("none", "suspected", "shown"),
    "spread": ("one-user", "one-organisation", "one-state", "several-states", "union"),
    "comp": ("below-1e25", "1e25", "1e26", "straddles"),
    "pub": ("no", "yes"),
    "danger": ("no", "imminent"),
    "weights": ("no", "stolen", "self-exfiltrated"),
}


@dataclass(frozen=True)
class Point:
    """A decision point.

    Attributes:
        id: e.g. `cred`.
        scale: how its values stand to each other.
        told: value -> what it means; an ordered point's worst value last.
    """

    id: str
    scale: Scale
    told: Mapping[str, str]

    @cached_property
    def values(self) -> tuple[str, ...]:
        """Its values, the worst last."""
        return tuple(self.told)

    @cached_property
    def all(self) -> frozenset[str]:
        """All its values: what is open when nothing is known."""
        return frozenset(self.told)

    @cached_property
    def ranks(self) -> Mapping[str, int]:
        """Value -> how bad, from 0."""
        return {value: rank for rank, value in enumerate(self.told)}

    def worst(self, values: Iterable[str]) -> str:
        """Return the worst of some values of an ordered point."""
        return max(values, key=self.ranks.__getitem__)


@dataclass(frozen=True)
class Points:
    """All decision points, by id.

    Attributes:
        by_id: asked ones first, in the order of `ASKED`, then those made.
    """

    by_id: Mapping[str, Point]

    def __getitem__(self, point: str) -> Point:
        """Return a point."""
        return self.by_id[point]

    @cached_property
    def unknown(self) -> Assessment:
        """The assessment of a case of which nothing is known."""
        return {name: self.by_id[name].all for name in ASKED}

    def narrowed(self, given: Mapping[str, Iterable[str]]) -> Assessment:
        """Return the assessment that some answers make; the rest stays unknown.

        Args:
            given: point -> values left open; `unknown` stands for all.

        Raises:
            RequestError: `unknown-point` or `unknown-value`; `no-value` for none.
        """
        return {
            **self.unknown,
            **{name: self._set(name, given[name]) for name in given},
        }

    def _set(self, name: str, values: Iterable[str]) -> frozenset[str]:
        if name not in ASKED:
            raise RequestError(
                "unknown-point",
                f"there is no decision point `{name[:40]}`",
                next_step=f"one of {', '.join(ASKED)}",
            )
        point, asked = self.by_id[name], frozenset(values)
        if "unknown" in asked:
            return point.all
        odd = sorted(asked - point.all)
        if odd:
            raise RequestError(
                "unknown-value",
                f"`{name}` has no value `{odd[0][:40]}`",
                next_step=f"one or more of {', '.join(point.values)}, or unknown",
            )
        if not asked:
            raise RequestError(
                "no-value",
                f"no value is left for `{name}`",
                next_step="say `unknown` where nothing is known",
            )
        return asked


def read_points(sheet: Sheet) -> Points:
    """Return the points that a table gives; what is wrong is noted on it.

    The faults are `unknown-word`, `duplicate-row`, `missing-word` and `wrong-scale`.
    """
    found: dict[str, dict[str, str]] = {name: {} for name in (*ASKED, *MADE)}
    scales: Mapping[str, Scale] = {**ASKED, **MADE}
    for line in sheet.lines:
        name, value = line["point"], line["value"]
        if name not in found:
            message = f"`{name}` is no decision point"
            sheet.fault(line.number, "unknown-word", message, ", ".join(found))
        elif line["scale"] != scales[name]:
            sheet.fault(line.number, "wrong-scale", f"`{name}` is {scales[name]}")
        elif value in found[name]:
            message = f"`{value}` of `{name}` stands twice"
            sheet.fault(line.number, "duplicate-row", message)
        else:
            found[name][value] = line["told"]
    sheet.faults += _missing(sheet.file, found)
    points = {name: Point(name, scales[name], told) for name, told in found.items()}
    return Points(points)


def _missing(file: str, found: Mapping[str, Mapping[str, str]]) -> list[Fault]:
    """Return a fault for each point without values or without those spoken of."""
    faults = []
    for name, told in found.items():
        spoken = _SPOKEN.get(name, ())
        if len(told) < 2 or (spoken and tuple(told) != spoken):
            message = f"`{name}` lacks values, or has them in another order"
            expected = ", ".join(spoken) or "two or more"
            faults.append(Fault(file, 0, 0, "missing-word", message, expected))
    return faults
