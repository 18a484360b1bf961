"""Posture, level by level and cell by cell, straight from the definitions."""

from collections.abc import Collection, Sequence

from ringwall.model.levels import Domain, SecurityLevel
from ringwall.threats.catalogue import Catalogue
from ringwall.threats.posture import MeasureStatement


def held(statements: Sequence[MeasureStatement], now: int) -> list[str]:
    """Return each measure that some statement vouches for at an instant."""
    found = []
    for statement in statements:
        begun = statement.start <= now
        ended = now >= statement.until
        if begun and not ended and statement.measure not in found:
            found.append(statement.measure)
    return found


def level(
    catalogue: Catalogue, measures: Collection[str], domain: Domain
) -> SecurityLevel:
    """Return the highest level of which nothing in a domain is missing.

    Nothing asked for is not enough: a level must ask for something there.
    """
    reached = SecurityLevel.SL0
    for candidate in list(SecurityLevel)[1:]:
        for step in list(SecurityLevel)[1 : candidate + 1]:
            asked = [
                row.id
                for row in catalogue.measures.values()
                if row.domain == domain and row.level == step
            ]
            if asked == [] or any(name not in measures for name in asked):
                return reached
        reached = candidate
    return reached


def ends(statements: Sequence[MeasureStatement], measure: str, now: int) -> int | None:
    """Return the first instant, now or later, at which a measure is not in force."""
    candidates = [now, *(s.until for s in statements if s.until > now)]
    for instant in sorted(candidates):
        if measure not in held(statements, instant):
            return instant
    return None


def cover(
    catalogue: Catalogue, measures: Collection[str], vector: str, actor: str
) -> str:
    """Return what stands against a vector in the hands of a class of attack."""
    if catalogue.vectors[vector].feasibility[actor] == 1:
        return "infeasible"
    meant = [
        row.id
        for row in catalogue.measures.values()
        if vector in row.counters and row.level <= int(actor[2:])
    ]
    there = [name for name in meant if name in measures]
    if not there:
        return "open"
    return "countered" if len(there) == len(meant) else "partial"
