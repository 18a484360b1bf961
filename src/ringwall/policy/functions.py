"""The registered pure functions a matcher may call, and what they may be given.

What they compute is written twice on purpose: by `expressions` for the compiled
form and by `reference` for stock Casbin. Must never grow a function that reads a
clock, keeps state or matches a pattern.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from ringwall.policy.dialect import RELATIONS

__all__ = ["FUNCTIONS", "Function", "Shape"]


class Shape(Enum):
    """What the two arguments of a function must be."""

    ORDERED = "two values of one ordered vocabulary, two numbers or two instants"
    ROLES = "a set of roles of the request, and a role of the row or a literal"
    ROLE = "a role of the request, and a role of the row or a literal"
    SETS = "two sets of the same kind"


@dataclass(frozen=True, slots=True)
class Function:
    """A function of two arguments that says true or false.

    Attributes:
        name: as a matcher calls it.
        shape: what it may be given.
        doc: one line for people.
        relation: the relation it asks, e.g. "g2"; empty for the others.
    """

    name: str
    shape: Shape
    doc: str
    relation: str = ""


def _of_relation(relation: str) -> tuple[Function, Function]:
    holds = f"holds{relation[1:]}"
    return (
        Function(
            relation,
            Shape.ROLE,
            f"`{relation}(r.x.role, p.role)`: the role is p.role or includes it",
            relation,
        ),
        Function(
            holds,
            Shape.ROLES,
            f"`{holds}(r.x.roles, p.role)`: a role held is p.role or includes it",
            relation,
        ),
    )


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        function.name: function
        for function in (
            Function(
                "at_least",
                Shape.ORDERED,
                "`at_least(x, y)`: x is y or above it in the declared order",
            ),
            Function(
                "at_most",
                Shape.ORDERED,
                "`at_most(x, y)`: x is y or below it in the declared order",
            ),
            Function(
                "within",
                Shape.SETS,
                "`within(a, b)`: every element of set a is in set b",
            ),
            *(function for name in RELATIONS for function in _of_relation(name)),
        )
    }
)
"""Every registered function by its name."""
