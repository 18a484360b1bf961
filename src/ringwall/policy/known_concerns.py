"""Concerns that were read and compiled a moment ago, so they need not be again.

One command reads the same policies several times, a gate those in force again and
again. Must never take a concern for another: only the same bytes under the same name
are the same, and only that very value is compiled alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from typing_extensions import override

from ringwall.policy.compiler import CompiledConcern, compile_concern
from ringwall.policy.concern import Concern
from ringwall.policy.reader import parse_concern

__all__ = ["MAX_REMEMBERED", "REMEMBERED_BYTES", "compiled_concern", "known_concern"]

MAX_REMEMBERED: Final = 32
"""Most concerns that are remembered: the shipped bundle a few times over."""
REMEMBERED_BYTES: Final = 1024 * 1024
"""Largest concern that is remembered, over all its files: memory is to stay small."""


def known_concern(
    name: str, files: Mapping[str, bytes], place: str | None = None
) -> Concern:
    """Return what `reader.parse_concern` does, from memory where it can.

    Args:
        name: see `reader.parse_concern`, like the others.
        files: contents by file name.
        place: the folder, as faults shall name it; no concern knows its own.

    Raises:
        PolicyError: `policy-refused`, each time anew.
        ValueError: the name is not one of a concern.
    """
    if sum(map(len, files.values())) > REMEMBERED_BYTES:
        return parse_concern(name, files, place)
    return _parsed(_Source(name, tuple(files.items()), place))


def compiled_concern(concern: Concern) -> CompiledConcern:
    """Return what `compiler.compile_concern` does, from memory where it can.

    What is compiled answers alike whoever shares it, and may be shared by threads.
    """
    if sum(map(len, concern.files.values())) > REMEMBERED_BYTES:
        return compile_concern(concern)
    return _compiled(_Same(concern))


@dataclass(frozen=True, slots=True)
class _Source:
    """What to read, wherever it lies."""

    name: str
    files: tuple[tuple[str, bytes], ...]
    place: str | None = field(compare=False)


class _Same:
    """One very value; while it is remembered its identity is no other's."""

    __slots__ = ("concern",)

    def __init__(self, concern: Concern) -> None:
        self.concern = concern

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.concern is self.concern

    @override
    def __hash__(self) -> int:
        return id(self.concern)


@lru_cache(maxsize=MAX_REMEMBERED)
def _parsed(source: _Source) -> Concern:
    return parse_concern(source.name, dict(source.files), source.place)


@lru_cache(maxsize=MAX_REMEMBERED)
def _compiled(same: _Same) -> CompiledConcern:
    return compile_concern(same.concern)
