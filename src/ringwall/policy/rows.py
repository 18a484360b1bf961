"""What policy.csv holds: rules, and links that say which role includes which.

Values only; made by `row_reader` and `plain_rows`.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from ringwall.policy.value_types import Value

__all__ = ["Effect", "Link", "Rule"]

Effect: TypeAlias = Literal["allow", "deny"]


class Rule(NamedTuple):
    """One row: it matches a request when every condition holds for it.

    Attributes:
        id: the rule id, e.g. "acc-031".
        values: running value of each column, `rule` first; None where the row
            leaves an open column open.
        text: the fields as written.
        effect: what a match means.
        file: where it stands, `<concern>/policy.csv` on every machine.
        line: 1-based line.
    """

    # A named tuple, since making 100,000 data classes takes half the time of a load.
    id: str
    values: tuple[Value | None, ...]
    text: tuple[str, ...]
    effect: Effect
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Link:
    """`g, senior, junior`: who holds the senior role has the junior's rights.

    Attributes:
        relation: "g", or "g2" and so on.
        senior: the word that includes the other.
        junior: the word that is included.
        line: 1-based line.
    """

    relation: str
    senior: str
    junior: str
    line: int
