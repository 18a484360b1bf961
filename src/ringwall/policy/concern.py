"""A concern: one checked policy, as a frozen value.

Made by `reader.parse_concern` only; holding one means that every check has passed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ringwall.policy.model import Condition
from ringwall.policy.roles import Roles
from ringwall.policy.rows import Link, Rule
from ringwall.policy.schema import Schema
from ringwall.policy.vocabulary import Vocabulary

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
        role_words: the vocabulary of roles; None without roles.
        roles: the closure of the links.
        files: the exact bytes it was read from, by file name.
        digest: SHA-256 over the names and contents of the files, lower-case hex.
    """

    name: str
    schema: Schema
    conditions: tuple[Condition, ...]
    rules: tuple[Rule, ...]
    links: tuple[Link, ...]
    role_words: Vocabulary | None
    roles: Roles
    files: Mapping[str, bytes]
    digest: str
