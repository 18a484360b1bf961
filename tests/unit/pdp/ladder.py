"""A short ladder of measures: one for each level and domain, one of them shared.

Enough to attest any level by hand; that the shipped measures make a ladder too is
tested with the threat models.
"""

from typing import Any, Final

from ringwall.model.levels import Domain, SecurityLevel
from ringwall.threats.benchmark import Benchmark
from ringwall.threats.rows import Measure

__all__ = ["BENCHMARK", "CODES", "ROWS", "SHARED", "measures_up_to", "shared_up_to"]

CODES: Final = {
    "weights": "WS",
    "network": "SW",
    "assurance": "RT",
    "detection": "MO",
    "personnel": "PP",
}
"""Domain -> category of its one measure of each level."""
SHARED: Final = "AT"
"""Category of the measures that the institute as a whole has, in personnel."""


def _row(level: int, code: str, domain: str, scope: str) -> dict[str, Any]:
    return {
        "id": f"SL{level}-{code}-1",
        "name": f"measure-{code.lower()}-{level}",
        "category": code,
        "csf": "PR.DS",
        "domain": domain,
        "scope": scope,
        "about": "made up for tests",
        "counters": ["RUC-1"],
        "mapping": "OWN",
        "source": "made up for tests",
        "mark": "OWN",
        "date": "2026-11-21",
    }


def _rows() -> list[dict[str, Any]]:
    levels = range(1, 6)
    own = [
        _row(level, code, domain, "system" if domain == "weights" else "site")
        for domain, code in CODES.items()
        for level in levels
    ]
    shared = [_row(n, SHARED, "personnel", "institute") for n in levels]
    return own + shared


ROWS: Final = _rows()
"""The measures as plain data."""
BENCHMARK: Final = Benchmark(map(Measure.model_validate, ROWS))


def measures_up_to(domain: str | Domain, level: str) -> list[str]:
    """Return what a site needs for a level in a domain, without what is shared."""
    steps = SecurityLevel[level] + 1
    return [f"SL{step}-{CODES[str(domain)]}-1" for step in range(1, steps)]


def shared_up_to(level: str) -> list[str]:
    """Return what the institute needs for a level."""
    return [f"SL{step}-{SHARED}-1" for step in range(1, SecurityLevel[level] + 1)]
