"""What in a report may tell who wrote it: a warning, before it is taken in.

Must never take a word out, which is its author's to do, nor repeat what it found, nor
keep a report from being taken in.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from ringwall.raid.shield.identity import Identity
from ringwall.raid.shield.tell_rules import TellRule
from ringwall.raid.triage.wording import read_text

__all__ = ["Tell", "Warned", "tells_in"]

_SEALED: Final = "what is sealed in the box"
_LEAST: Final = 4
_WORD: Final = re.compile(r"\w+")


class Tell(NamedTuple):
    """Something that may tell who wrote a report.

    Attributes:
        field: of the report, in which it stands.
        what: it may be, in words.
    """

    field: str
    what: str


class Warned(NamedTuple):
    """What is to be said of a report before it is taken in.

    Attributes:
        tells: what in it may tell who wrote it.
        unlooked: why not all was looked for that may; empty if it was.
    """

    tells: tuple[Tell, ...]
    unlooked: str = ""


def tells_in(
    document: Mapping[str, Any], identity: Identity, rules: Iterable[TellRule]
) -> tuple[Tell, ...]:
    """Return what in a report may tell who wrote it, each thing once for a field.

    Args:
        document: of the report, as JSON data.
        identity: of its reporter: what is sealed should not stand in the open.
        rules: say what else to look for.
    """
    own = [re.compile(re.escape(part)) for part in _parts(identity)]
    looked = tuple(rules)
    found: dict[Tell, None] = {}
    for field, text in _texts(document):
        folded, reading = text.casefold(), read_text(text)
        for rule in looked:
            if rule.is_in(folded, reading):
                found[Tell(field, rule.told)] = None
        if any(part.search(folded) for part in own):
            found[Tell(field, _SEALED)] = None
    return tuple(found)


def _parts(identity: Identity) -> set[str]:
    """Return what of an identity would be known again: names, and ways to reach."""
    words = _WORD.findall((identity.name or "").casefold())
    ways = {way.casefold().strip() for way in identity.reach}
    return {part for part in {*words, *ways} if len(part) >= _LEAST}


def _texts(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give field and text of all that is told in words."""
    for field, value in document.items():
        waiting = [value]
        while waiting:
            one = waiting.pop()
            if isinstance(one, str):
                yield field, one
            elif isinstance(one, Mapping):
                waiting.extend(one.values())
            elif isinstance(one, list | tuple):
                waiting.extend(one)
