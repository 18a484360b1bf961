"""When a row of the overrides applies: a few comparisons, all of which must hold.

`class=cbrn & uplift>=near`. Must never hold for a milder value of an ordered point
and fail for a worse one: such a point is compared with `>=` alone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from ringwall.raid.triage.points import ASKED, MADE, Points

__all__ = ["Comparison", "Condition", "parse_condition"]

_TEST: Final = re.compile(r"([a-z]+)(>=|=)([a-z0-9.|-]+)", re.ASCII)


class Comparison(NamedTuple):
    """One comparison.

    Attributes:
        point: its id.
        values: any of these makes it hold.
    """

    point: str
    values: frozenset[str]


@dataclass(frozen=True)
class Condition:
    """What must hold.

    Attributes:
        text: as it was written.
        tests: all of them.
    """

    text: str
    tests: tuple[Comparison, ...]

    def holds(self, values: Mapping[str, frozenset[str]]) -> bool:
        """Return whether some value of each point named is one that is asked for.

        Args:
            values: point -> its one value, or the flags that hold.
        """
        return all(
            not test.values.isdisjoint(values[test.point]) for test in self.tests
        )

    @cached_property
    def points(self) -> frozenset[str]:
        """The points that are named."""
        return frozenset(test.point for test in self.tests)


def parse_condition(text: str, points: Points) -> Condition:
    """Return a condition.

    Args:
        text: comparisons joined by ` & `; an ordered point with `>=`, any other with
            `=` and one or more values joined by `|`.
        points: what may be named.

    Raises:
        ValueError: it is malformed, names what is unknown or one point twice, or asks
            an ordered point for anything but `>=`.
    """
    tests = [_test(part, points) for part in text.split(" & ")]
    named = [test.point for test in tests]
    if len(set(named)) != len(named):
        raise ValueError(f"`{text}` names a point twice")
    return Condition(text, tuple(tests))


def _test(text: str, points: Points) -> Comparison:
    match = _TEST.fullmatch(text)
    if match is None or match[1] not in {*ASKED, *MADE}:
        raise ValueError(f"`{text}` is no comparison of a decision point")
    point, sign, words = points[match[1]], match[2], match[3].split("|")
    odd = [word for word in words if word not in point.all]
    if odd:
        raise ValueError(f"`{point.id}` has no value `{odd[0]}`")
    if (sign == ">=") != (point.scale == "ordered") or (sign == ">=" and words[1:]):
        raise ValueError(
            f"`{point.id}` is {point.scale}: a worse value must never fall out again"
        )
    if sign == ">=":
        words = list(point.values[point.ranks[words[0]] :])
    return Comparison(point.id, frozenset(words))
