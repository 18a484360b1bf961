"""What all exports share: ids that follow from the content, its date, JSON as bytes.

Must never draw an id or read a clock: the same catalogue gives the same bytes.
"""

import json
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID, uuid5

from ringwall.threats.catalogue import Catalogue
from ringwall.threats.rows import Sourced

__all__ = ["NAMESPACE", "Naming", "json_bytes", "newest_day", "sources"]

NAMESPACE: Final = "urn:ringwall:threat-models"
"""Names what is ours in a document of somebody else's form."""

# Drawn once for this project; a name in it is the catalogue's digest.
_ROOT: Final = UUID("6d0e6a34-58c0-4d5c-9d1e-3c0f3f0f7b61")


class Naming:
    """Gives each thing in an export its UUID (version 5, RFC 9562).

    The ids of one catalogue differ from those of another: what changes under an id
    would otherwise be two things of one name.

    Args:
        catalogue: what is exported.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._space = uuid5(_ROOT, catalogue.digest)

    def uuid(self, name: str) -> str:
        """Return the UUID of a thing that the export calls `name`."""
        return str(uuid5(self._space, name))


def newest_day(catalogue: Catalogue) -> str:
    """Return the latest day on which a row was compared with its source."""
    return max(row.date for row in _sourced(catalogue))


def sources(catalogue: Catalogue) -> tuple[str, ...]:
    """Return what the measures and levels cite, each once, in the order of the rows."""
    rows: list[Sourced] = [*catalogue.levels.values(), *catalogue.measures.values()]
    return tuple(dict.fromkeys(row.source for row in rows))


def json_bytes(document: dict[str, Any]) -> bytes:
    """Return a document as JSON that people can read, ending with a newline."""
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    return f"{text}\n".encode()


def _sourced(catalogue: Catalogue) -> Iterator[Sourced]:
    yield from catalogue.actors.values()
    yield from catalogue.levels.values()
    yield from catalogue.categories.values()
    yield from catalogue.vectors.values()
    yield from catalogue.measures.values()
    yield from catalogue.capabilities.values()
    yield from catalogue.compute.values()
    yield from catalogue.powers.values()
    yield from catalogue.protected.values()
    for tier in catalogue.tiers.values():
        yield from tier.needs
