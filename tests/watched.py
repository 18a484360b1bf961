"""Rules and rows of a watch, as tests write them: each says only what matters."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from ringwall.ledger.asking.passed import Done, Left, Passed, Raised, Refused, Seen
from ringwall.watch.engine import Engine
from ringwall.watch.findings import Finding
from ringwall.watch.rules import KINDS, Rule

__all__ = [
    "AT",
    "DAY",
    "HOUR",
    "MINUTE",
    "SECOND",
    "done",
    "found",
    "left",
    "raised",
    "refused",
    "rule",
    "seen",
]

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
AT: Final = 1_800_000_000_000_000
"""A Friday, 2027-01-15T08:00:00Z."""

_SAMPLES: Final[dict[str, dict[str, Any]]] = {
    "denials": {"by": "subject", "count": 3, "minutes": 10},
    "breadth": {"count": 3, "hours": 1},
    "off-hours": {
        "actions": ["weights.read"],
        "zone": "UTC",
        "days": ["mon", "tue", "wed", "thu", "fri"],
        "from": "07:00",
        "until": "19:00",
        "hours": 12,
    },
    "budget": {"of": "point", "hours": 1, "bytes": 1000, "percent": 80},
    "first-use": {"actions": ["weights.copy"], "known_days": 0},
    "proofs": {"by": "subject", "count": 3, "minutes": 10},
    "alarm": {"codes": ["break-glass"]},
    "deed": {"events": ["decoy.lifted"]},
}


def rule(kind: str, **fields: Any) -> Any:  # noqa: ANN401 - a rule of the kind named
    """Return a rule of a kind, with fields of its own; `from_` is `from`."""
    told = {"id": kind, "severity": "medium", "told": "so it is", "source": "OWN"}
    own = {name.removesuffix("_"): value for name, value in fields.items()}
    data = {**told, "kind": kind, **_SAMPLES[kind], **own}
    return KINDS[kind].model_validate(data)


def seen(entry: int, at: int, **cells: str) -> Seen:
    """Return a permit, or what its cells make of it."""
    told = {
        "subject": "user:ada",
        "action": "weights.read",
        "resource": "weights:aurora-2",
        "point": "point:trainer",
        "effect": "permit",
        "code": "",
    }
    return Seen(entry, at, **(told | cells))


def left(entry: int, at: int, size: int, **cells: str) -> Left:
    """Return bytes that left."""
    told = {"subject": "user:ada", "point": "point:trainer"}
    return Left(entry, at, size=size, **(told | cells))


def refused(entry: int, at: int, **cells: str) -> Refused:
    """Return a proof that was refused."""
    told = {"subject": "user:ada", "point": "point:trainer", "code": "token-forged"}
    return Refused(entry, at, **(told | cells))


def raised(entry: int, at: int, **cells: str) -> Raised:
    """Return an alarm."""
    told = {"subject": "user:ada", "point": "point:trainer", "code": "break-glass"}
    return Raised(entry, at, **(told | cells))


def done(entry: int, at: int, **cells: str) -> Done:
    """Return a deed that leaves less to find."""
    told = {"subject": "user:ada", "kind": "decoy.lifted"}
    return Done(entry, at, **(told | cells))


def found(
    *rows: Passed, by: Rule, persons: Mapping[str, str] = MappingProxyType({})
) -> list[Finding]:
    """Return what one rule finds in rows, where some subjects are one person."""
    return Engine([by], lambda one: persons.get(one, one)).take_in(rows)
