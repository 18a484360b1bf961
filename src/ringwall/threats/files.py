"""The files of the threat models: their names, limits, and what each may hold."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final

from ringwall.model.values import Strict
from ringwall.threats.fields import SOME, Items
from ringwall.threats.rows import (
    Actor,
    CapabilityThreshold,
    Category,
    ComputeThreshold,
    Level,
    Measure,
    Power,
    TierRow,
    Vector,
)

__all__ = [
    "FILES",
    "MAX_BYTES",
    "MAX_FILE_BYTES",
    "MAX_PROTECTED",
    "PROTECTED_FOLDER",
    "ActorsFile",
    "CapabilitiesFile",
    "ComputeFile",
    "LevelsFile",
    "MeasuresFile",
    "PowersFile",
    "TiersFile",
    "VectorsFile",
]

MAX_FILE_BYTES: Final = 1024 * 1024
"""Largest file in bytes."""
MAX_BYTES: Final = 8 * 1024 * 1024
"""Most bytes of all files together."""
MAX_PROTECTED: Final = 64
"""Most threat models of protected things."""
PROTECTED_FOLDER: Final = "protected"
"""Folder of the threat models of protected things, one file each."""


class ActorsFile(Strict):
    """`actors.yaml`: classes of attack."""

    actors: Annotated[tuple[Actor, ...], Items, SOME]


class LevelsFile(Strict):
    """`levels.yaml`: security levels."""

    levels: Annotated[tuple[Level, ...], Items, SOME]


class VectorsFile(Strict):
    """`vectors.yaml`: families of attack vectors, and the vectors."""

    categories: Annotated[tuple[Category, ...], Items, SOME]
    vectors: Annotated[tuple[Vector, ...], Items, SOME]


class MeasuresFile(Strict):
    """`measures.yaml`: security measures."""

    measures: Annotated[tuple[Measure, ...], Items, SOME]


class CapabilitiesFile(Strict):
    """`capabilities.yaml`: thresholds of capability."""

    capabilities: Annotated[tuple[CapabilityThreshold, ...], Items, SOME]


class ComputeFile(Strict):
    """`compute.yaml`: thresholds of computing power."""

    compute: Annotated[tuple[ComputeThreshold, ...], Items, SOME]


class PowersFile(Strict):
    """`powers.yaml`: how many people may hold a power."""

    powers: Annotated[tuple[Power, ...], Items, SOME]


class TiersFile(Strict):
    """`tiers.yaml`: what a tier asks of a site."""

    tiers: Annotated[tuple[TierRow, ...], Items, SOME]


FILES: Final[Mapping[str, type[Strict]]] = MappingProxyType(
    {
        "actors.yaml": ActorsFile,
        "levels.yaml": LevelsFile,
        "vectors.yaml": VectorsFile,
        "measures.yaml": MeasuresFile,
        "capabilities.yaml": CapabilitiesFile,
        "compute.yaml": ComputeFile,
        "powers.yaml": PowersFile,
        "tiers.yaml": TiersFile,
    }
)
"""Name of each file that must be there -> what it holds, one table for each key."""
