"""Techniques that reports name, held against the one release of ATLAS that is pinned.

Must never take an id for right whose name is another, nor a file for the catalogue by
its word: its digest says which it is.
"""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from hmac import compare_digest
from typing import Final, NamedTuple

from ringwall.base.errors import RequestError
from ringwall.raid.exports.standards import Release

__all__ = ["NO_CATALOGUE", "Catalogue", "Resolved", "check_release", "resolved"]

_ATLAS: Final = re.compile(r"(AML\.T[0-9]{4}(?:\.[0-9]{3})?)(?:\s+(\S.*))?", re.ASCII)


class Catalogue(NamedTuple):
    """Names of techniques.

    Attributes:
        version: of the release; empty if none was given.
        names: id -> name.
    """

    version: str
    names: Mapping[str, str]


NO_CATALOGUE: Final = Catalogue("", {})
"""In place of one: no id is taken for right."""


class Resolved(NamedTuple):
    """Techniques that reports name.

    Attributes:
        known: what was written -> id and name in the catalogue, of those that agree.
        odd: what was written -> why it does not, of the others.
    """

    known: Mapping[str, tuple[str, str]]
    odd: Mapping[str, str]


def check_release(data: bytes, pinned: Release, file: str) -> None:
    """Raise unless a file is the release that is pinned.

    Args:
        data: of the file.
        pinned: the release.
        file: its name.

    Raises:
        RequestError: `catalogue-not-pinned`.
    """
    if not compare_digest(sha256(data).hexdigest(), pinned.sha256):
        raise RequestError(
            "catalogue-not-pinned",
            f"`{file}` is not {pinned.catalogue.upper()} {pinned.version}",
            next_step=f"give the file of that release (SHA-256 {pinned.sha256}), or "
            "leave it out: then no technique is taken for checked",
        )


def resolved(written: Iterable[str], catalogue: Catalogue) -> Resolved:
    """Return which techniques are in a catalogue, by id and name.

    Args:
        written: as reports have them: an id, and mostly a name.
        catalogue: that is pinned, or `NO_CATALOGUE`.
    """
    known: dict[str, tuple[str, str]] = {}
    odd: dict[str, str] = {}
    for line in written:
        why = _why_odd(line, catalogue)
        if why:
            odd[line] = why
        else:
            entity = line.split(maxsplit=1)[0]
            known[line] = (entity, catalogue.names[entity])
    return Resolved(known, odd)


def _why_odd(line: str, catalogue: Catalogue) -> str:
    found = _ATLAS.fullmatch(line.strip())
    if not catalogue.version:
        return "not checked"
    if found is None:
        return "no id of a technique"
    name = catalogue.names.get(found[1])
    if name is None:
        return f"not in ATLAS {catalogue.version}"
    if found[2] and found[2] != name:
        return f"ATLAS {catalogue.version} calls it `{name}`"
    return ""
