"""What in a report may tell who wrote it: a warning, before others read it.

Must never take a word out, which is its author's to do, nor repeat what it found.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from ringwall.raid.shield.identity import Identity

__all__ = ["Tell", "tells_in"]

# What tells -> how it is known. OWN; wrong warnings cost a look, so they are wide.
_PATTERNS: Final = (
    ("an e-mail address", r"[\w.%+-]{1,64}@[a-z0-9-]{1,63}\.[a-z0-9.-]{2,63}"),
    ("a telephone number", r"(?<![\w.-])(?:\+|00)\d(?:[ ()/.-]?\d){7,14}(?!\w)"),
    (
        "a number of staff",
        r"\bmy (?:badge|staff|employee|personnel|clock) ?(?:number|id)?",
    ),
    (
        "that only one knows it",
        r"\b(?:i am|i'm) the only\b|\bonly i (?:know|can|have)\b",
    ),
    ("a name", r"\bmy name is\b|\b(?:yours|kind regards|best regards|sincerely),?\s"),
    ("where one works", r"\bmy (?:manager|boss|team|desk|office|shift|supervisor)\b"),
    ("what one is", r"\b(?:i am|i'm|as) (?:the|a|an) (?:head|lead|director|founder)\b"),
)
_READ: Final = tuple((told, re.compile(text, re.I)) for told, text in _PATTERNS)
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


def tells_in(document: Mapping[str, Any], identity: Identity) -> tuple[Tell, ...]:
    """Return what in a report may tell who wrote it, each thing once for a field.

    Args:
        document: of the report, as JSON data.
        identity: of its reporter: what is sealed should not stand in the open.
    """
    own = [re.compile(re.escape(part)) for part in _parts(identity)]
    found: dict[Tell, None] = {}
    for field, text in _texts(document):
        folded = text.casefold()
        for what, pattern in _READ:
            if pattern.search(folded):
                found[Tell(field, what)] = None
        if any(part.search(folded) for part in own):
            found[Tell(field, "what is sealed in the box")] = None
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
