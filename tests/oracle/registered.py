"""What is on record, as plain data; whose word counts, and when.

Compares dates as dates. Imports nothing of `ringwall.pdp`.
"""

from collections.abc import Mapping
from datetime import datetime
from types import SimpleNamespace
from typing import Any, NamedTuple

Data = Mapping[str, Any]
Facts = SimpleNamespace

LEVELS = ["SL0", "SL1", "SL2", "SL3", "SL4", "SL5"]
TIERS = ["lower", "upper", "third"]


class UnknownError(Exception):
    """Something the question leans on is not there."""


class Registry(NamedTuple):
    """Documents by id, and the measures there are."""

    documents: Mapping[str, Data]
    measures: list[dict[str, Any]]

    def find(self, entity: str, *prefixes: str) -> Data:
        if entity not in self.documents or entity.partition(":")[0] not in prefixes:
            raise UnknownError(entity)
        return self.documents[entity]

    def organisation(self, entity: str) -> Data:
        return self.find(entity, "org", "gov")

    def is_sound(self, entity: str) -> bool:
        """Return whether it is an organisation that is not suspended."""
        try:
            return not self.organisation(entity).get("suspended")
        except UnknownError:
            return False

    def is_independent(self, entity: str) -> bool:
        """Return whether its word counts of what is high or large."""
        return self.organisation(entity)["relation"] in {"assessor", "eu-institution"}

    def institutes(self) -> list[Data]:
        return [d for d in self.documents.values() if d.get("relation") == "institute"]


def in_date(statement: Data, moment: datetime) -> bool:
    start = datetime.fromisoformat(statement["from"])
    until = datetime.fromisoformat(statement["until"])
    return start <= moment < until


def best_level(statements: list[Data], moment: datetime) -> int:
    best = 0
    for statement in statements:
        if in_date(statement, moment):
            best = max(best, LEVELS.index(statement["level"]))
    return best
