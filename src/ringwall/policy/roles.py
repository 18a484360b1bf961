"""Which role includes which, worked out once and in both directions.

Must never follow a circle or a chain so deep that stock Casbin would cut it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from types import MappingProxyType

from ringwall.base.errors import Fault
from ringwall.policy.dialect import MAX_ROLE_DEPTH, MAX_ROLE_STEPS
from ringwall.policy.faults import Faults
from ringwall.policy.rows import Link
from ringwall.policy.vocabulary import Vocabulary

__all__ = ["Roles", "close_roles"]


@dataclass(frozen=True, slots=True)
class Roles:
    """The closure of the links of one relation.

    Attributes:
        words: the roles there are.
        includes: for each role, itself and every role whose rights it has.
        included_by: for each role, itself and every role that has its rights.
    """

    words: Vocabulary
    includes: Mapping[str, frozenset[str]]
    included_by: Mapping[str, frozenset[str]]


def close_roles(
    file: str, words: Vocabulary, links: Iterable[Link], faults: Faults
) -> Roles | None:
    """Return the closure of links over a vocabulary, or None if they go in a circle.

    Args:
        file: name for the faults.
        words: every role.
        links: of one relation, whose words are all roles.
        faults: receives `role-circle`, `role-chain-too-deep` or `roles-too-many`.
    """
    juniors: dict[str, set[str]] = {word: set() for word in words.values}
    lines: dict[str, int] = {}
    for link in links:
        juniors[link.senior].add(link.junior)
        lines.setdefault(link.senior, link.line)
    try:
        order = tuple(TopologicalSorter(juniors).static_order())
    except CycleError as error:
        faults.add(_circle(file, error.args[1], lines))
        return None
    depth: dict[str, int] = {}
    includes: dict[str, frozenset[str]] = {}
    steps = 0
    for role in order:
        below = juniors[role]
        steps += sum(len(includes[junior]) for junior in below)
        if steps > MAX_ROLE_STEPS:
            message = f"the links take more than {MAX_ROLE_STEPS} steps to follow"
            faults.add(Fault(file, lines[role], 0, "roles-too-many", message))
            return None
        depth[role] = max((depth[junior] + 1 for junior in below), default=0)
        includes[role] = frozenset({role}).union(*(includes[item] for item in below))
        if depth[role] == MAX_ROLE_DEPTH + 1:
            message = f"`{role}` starts a chain of more than {MAX_ROLE_DEPTH} links"
            faults.add(Fault(file, lines[role], 0, "role-chain-too-deep", message))
    seniors: dict[str, list[str]] = {role: [] for role in includes}
    for senior, included in includes.items():
        for role in included:
            seniors[role].append(senior)
    included_by = {role: frozenset(names) for role, names in seniors.items()}
    return Roles(words, MappingProxyType(includes), MappingProxyType(included_by))


def _circle(file: str, circle: Sequence[str], lines: Mapping[str, int]) -> Fault:
    names = [f"`{role}`" for role in reversed(circle)]
    if len(names) > 9:
        names[5:-1] = ["..."]
    message = f"roles include each other in a circle: {' -> '.join(names)}"
    line = min(lines[role] for role in circle)
    return Fault(file, line, 0, "role-circle", message)
