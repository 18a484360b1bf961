"""Threat models made by hand: few rows, whose answers can be told by looking."""

from typing import Any, Final, get_args

from ringwall.model.levels import Domain, SecurityLevel
from ringwall.threats.catalogue import Catalogue
from ringwall.threats.fields import CLASSES, ActorClass, LevelId
from ringwall.threats.posture import MeasureStatement
from ringwall.threats.rows import (
    Actor,
    Benchmarked,
    Category,
    Feasibility,
    Goal,
    Ladder,
    Level,
    Measure,
    TierNeed,
    TierRow,
    Vector,
)

__all__ = ["CODES", "DAY", "NOON", "catalogue", "ids", "stated"]

NOON: Final = 1_795_262_400_000_000
"""2026-11-21T12:00:00Z."""
DAY: Final = 86_400_000_000
CODES: Final = {
    "WS": Domain.WEIGHTS,
    "SW": Domain.NETWORK,
    "RT": Domain.ASSURANCE,
    "MO": Domain.DETECTION,
    "FM": Domain.PERSONNEL,
}
_SOURCE: Final[dict[str, Any]] = {
    "source": "a book",
    "mark": "OWN",
    "date": "2026-11-21",
}


def catalogue(
    changes: dict[str, Measure | None] | None = None, digest: str = "ab" * 32
) -> Catalogue:
    """Return threat models of five classes, four vectors and 25 measures.

    One measure at each level in each domain, `SL3-WS-1` and the like. Those of WS
    counter RUC-1, from SL4 up PHY-1 too; those of FM counter HUM-1; the others AIS-1.

    Args:
        changes: measures to put in place of theirs; None takes one away.
        digest: the catalogue's.
    """
    measures = {row.id: row for row in _measures()}
    for name, row in (changes or {}).items():
        measures.pop(name, None)
        if row is not None:
            measures[name] = row
    return Catalogue(
        actors={name: _actor(name, n) for n, name in enumerate(CLASSES)},
        levels={name: _level(name) for name in get_args(LevelId)},
        categories={
            name: Category(id=name, name=f"ways of {name}", **_SOURCE)
            for name in ("RUC", "AIS", "PHY", "HUM")
        },
        vectors={
            "RUC-1": _vector("RUC-1", (2, 3, 4, 5, 5)),
            "AIS-1": _vector("AIS-1", (1, 1, 2, 3, 4)),
            "PHY-1": _vector("PHY-1", (1, 1, 3, 3, 4)),
            "HUM-1": _vector("HUM-1", (1, 1, 1, 2, 3)),
        },
        measures=measures,
        capabilities={},
        compute={},
        powers={},
        tiers={
            "lower": _tier("lower", SecurityLevel.SL1),
            "upper": _tier("upper", SecurityLevel.SL3),
            "third": _tier("third", SecurityLevel.SL5),
        },
        protected={},
        digest=digest,
        places={},
    )


def ids(level: int, *codes: str) -> set[str]:
    """Return the measures of some categories (all if none is named) up to a level."""
    return {f"SL{n}-{code}-1" for n in range(1, level + 1) for code in codes or CODES}


def stated(
    *measures: str,
    start: int = NOON - DAY,
    until: int = NOON + 1000 * DAY,
    holder: str = "site:hub",
    is_exception: bool = False,
) -> list[MeasureStatement]:
    """Return a statement about each measure."""
    return [
        MeasureStatement(name, start, until, holder, "org:inspect", "", is_exception)
        for name in measures
    ]


def _measures() -> list[Measure]:
    return [
        Measure(
            id=f"SL{level}-{code}-1",
            name=f"{domain.value}-{level}",
            category=code,
            csf="PR.DS",
            domain=domain,
            scope="institute" if code == "FM" else "site",
            about=f"What SL{level} asks of {domain.value}",
            counters=_counters(code, level),
            mapping="OWN",
            **_SOURCE,
        )
        for level in range(1, 6)
        for code, domain in CODES.items()
    ]


def _counters(code: str, level: int) -> tuple[str, ...]:
    if code == "WS":
        return ("RUC-1", "PHY-1") if level > 3 else ("RUC-1",)
    return ("HUM-1",) if code == "FM" else ("AIS-1",)


def _actor(name: ActorClass, number: int) -> Actor:
    return Actor(
        id=name,
        name=f"class {number + 1}",
        people=10**number,
        time="a while",
        budget_usd=1000 * 10**number,
        expertise="some",
        infrastructure="some",
        access="none",
        examples=("somebody",),
        **_SOURCE,
    )


def _level(name: LevelId) -> Level:
    against: ActorClass = CLASSES[int(name[2:]) - 1]
    asks = dict.fromkeys(Ladder.model_fields)
    return Level(
        id=name,
        goal=Goal(against=against, strength="likely", scope="most"),
        benchmark=Benchmarked(measures=5, theme="a theme", state="feasible"),
        ladder=Ladder.model_validate(
            {field.replace("_", "-"): value for field, value in asks.items()}
        ),
        **_SOURCE,
    )


def _vector(name: str, scores: tuple[int, int, int, int, int]) -> Vector:
    return Vector(
        id=name,
        category=name[:3],
        name=f"a way to {name}",
        feasibility=Feasibility(**dict(zip(CLASSES, scores, strict=True))),
        fast_moving=name == "AIS-1",
        atlas=("AML.T0010.001",) if name == "AIS-1" else (),
        **_SOURCE,
    )


def _tier(name: str, level: SecurityLevel) -> TierRow:
    needs = tuple(TierNeed(domain=d, level=level, **_SOURCE) for d in Domain)
    return TierRow.model_validate({"id": name, "about": "a tier", "needs": needs})
