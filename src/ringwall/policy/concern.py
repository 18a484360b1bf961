"""A concern: one checked policy, as a frozen value.

Made by `reader.parse_concern` only; holding one means that every check has passed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ringwall.policy.model import Condition, Separation
from ringwall.policy.roles import Roles
from ringwall.policy.rows import Link, Rule
from ringwall.policy.schema import Schema

__all__ = ["Concern"]


@dataclass(frozen=True, slots=True)
class Concern:
    """One concern of a policy bundle.

    Attributes:
        name: name of its folder, e.g. "access".
        schema: what it asks about.
        conditions: what a row must meet, in matcher order.
        rules: the rows in file order.
        links: the role links in file order.
        relations: the closure of the links by relation, "g" for that of roles.
        separations: the roles that nobody may hold together.
        files: the exact bytes it was read from, by file name.
        digest: SHA-256 over the names and contents of the files, lower-case hex.
    """

    name: str
    schema: Schema
    conditions: tuple[Condition, ...]
    rules: tuple[Rule, ...]
    links: tuple[Link, ...]
    relations: Mapping[str, Roles]
    separations: tuple[Separation, ...]
    files: Mapping[str, bytes]
    digest: str
