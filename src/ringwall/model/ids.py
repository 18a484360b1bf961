"""Entity ids: `kind:name`, e.g. `user:ada`, `gov:fr`, `weights:aurora-2`.

The prefix fixes what a thing is, so an id can't change its kind later.
"""

import re
from typing import Final

__all__ = [
    "ASSET_KINDS",
    "ID_PATTERN",
    "ORGANISATION_PREFIXES",
    "SUBJECT_PREFIXES",
    "UNPROVEN",
    "asset_kind",
    "parse_id",
    "prefix_of",
]

ASSET_KINDS: Final = {
    "weights": "model-weights",
    "checkpoint": "checkpoint",
    "secret": "algorithmic-secret",
    "data": "training-data",
    "eval": "evaluation",
    "code": "codebase",
    "programme": "defence-programme",
    "report": "raid-report",
    "case": "raid-case",
    "interface": "interface",
    "dataset": "dataset",
    "run": "training-run",
    "room": "room",
    "record": "security-record",
}
"""Id prefix -> asset kind, the vocabulary of the policies."""

SUBJECT_PREFIXES: Final = frozenset({"user", "service"})
ORGANISATION_PREFIXES: Final = frozenset({"org", "gov"})
UNPROVEN: Final = "user:unproven"
"""Stands on record for whoever proved nothing; nobody can be declared under it."""
_PREFIXES: Final = (
    SUBJECT_PREFIXES
    | ORGANISATION_PREFIXES
    | {"site", "point", "idp"}
    | ASSET_KINDS.keys()
)

ID_PATTERN: Final = r"^[a-z]{2,16}:[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$"
_ID: Final = re.compile(ID_PATTERN[1:-1], re.ASCII)
_MAX_CHARACTERS: Final = 128


def parse_id(text: str) -> str:
    """Return `text` if it is a well-formed id of a known kind.

    At most 128 characters; lower-case ASCII letters, digits, `-`, `.`, `_`; the
    name starts and ends with a letter or digit (DESIGN: ids).

    Raises:
        ValueError: it is not.
    """
    if len(text) > _MAX_CHARACTERS or not _ID.fullmatch(text):
        raise ValueError(f"`{text[:60]}` is not an id such as user:ada")
    if text.partition(":")[0] not in _PREFIXES:
        known = ", ".join(sorted(_PREFIXES))
        raise ValueError(f"`{text[:60]}` has an unknown prefix, known are {known}")
    return text


def prefix_of(entity: str) -> str:
    """Return the part of an id before the colon."""
    return entity.partition(":")[0]


def asset_kind(entity: str) -> str:
    """Return the asset kind that an id's prefix names, empty if it names none."""
    return ASSET_KINDS.get(prefix_of(entity), "")
