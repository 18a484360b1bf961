"""What of a report is compared with others: its words in pairs, and hashed marks.

Pure. Must never keep a word of it: what leaves this module is numbers.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from itertools import pairwise
from typing import Any, Final, NamedTuple

from rensa import RMinHash

__all__ = [
    "MIN_WORDS",
    "PERMUTATIONS",
    "Key",
    "Prints",
    "count_words",
    "likeness",
    "prints_of",
    "shingles_of",
    "systems_of",
    "title_words",
]

PERMUTATIONS: Final = 128
MIN_WORDS: Final = 20
"""Reports of fewer words are grouped only if they say the same word for word."""

_WORD: Final = re.compile(r"\w+")
_URL: Final = re.compile(r"https?://[^\s<>\"']{4,2000}", re.IGNORECASE)
_MOST_REFERENCES: Final = 50
# Where the databases that reports cite have their records.
_CITED: Final = (
    ("atlas", re.compile(r"atlas\.mitre\.org/studies/(AML\.CS[0-9]{4})", re.ASCII)),
    ("aiid", re.compile(r"incidentdatabase\.ai/cite/([0-9]{1,6})", re.ASCII)),
)


class Key(NamedTuple):
    """What the numbers are made with, so that nobody outside can aim at them.

    Attributes:
        secret: of the marks, 16 bytes.
        seed: of the signatures.
    """

    secret: bytes
    seed: int


class Prints(NamedTuple):
    """What of one report is compared.

    Attributes:
        signature: MinHash of its shingles, `PERMUTATIONS` numbers of 32 bits.
        words: how many words it has.
        marks: (kind, number): `source`, `reference`, `title`, `text` and
            `system-date`.
    """

    signature: list[int]
    words: int
    marks: frozenset[tuple[str, int]]


def prints_of(document: Mapping[str, Any], key: Key) -> Prints:
    """Return the prints of a report.

    Args:
        document: of the report, as JSON data.
        key: of whoever keeps them.
    """
    words = _words(_text(document))
    sketch = RMinHash(num_perm=PERMUTATIONS, seed=key.seed)
    salt = key.secret.hex()
    sketch.update([salt + pair for pair in _pairs(words)])
    marks = frozenset(
        (kind, _number(f"{kind}\n{value}", key.secret))
        for kind, value in _marks(document, words)
    )
    return Prints(sketch.digest(), len(words), marks)


def shingles_of(document: Mapping[str, Any]) -> frozenset[str]:
    """Return each two words of a report that stand side by side.

    Args:
        document: of the report, as JSON data.
    """
    return frozenset(_pairs(_words(_text(document))))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how much two sets of shingles overlap: Jaccard's index, 0 to 1."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def count_words(document: Mapping[str, Any]) -> int:
    """Return how many words a report has.

    Args:
        document: of the report, as JSON data.
    """
    return len(_words(_text(document)))


def title_words(document: Mapping[str, Any]) -> frozenset[str]:
    """Return the words of the title of a report, bare numbers left out.

    Args:
        document: of the report, as JSON data.
    """
    words = _words(document["title"])
    return frozenset(word for word in words if not word.isdecimal())


def systems_of(document: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of the systems of a report, their letters and digits alone.

    Args:
        document: of the report, as JSON data.
    """
    systems = document.get("systems")
    if not isinstance(systems, list):
        return frozenset()
    return frozenset({"".join(_words(system["name"])) for system in systems} - {""})


def _text(document: Mapping[str, Any]) -> str:
    return f"{document['title']}\n{document['narrative']}"


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def _pairs(words: list[str]) -> list[str]:
    if len(words) < 2:
        return words
    return [f"{one} {other}" for one, other in pairwise(words)]


def _marks(document: Mapping[str, Any], words: list[str]) -> Iterator[tuple[str, str]]:
    """Give kind and text of what two reports of the same may share."""
    yield "text", " ".join(words)
    yield "title", " ".join(_words(document["title"]))
    if source := document.get("source"):
        yield "source", f"{source['scheme']}:{source['id']}"
    for reference in document.get("references", [])[:_MOST_REFERENCES]:
        yield from _referred(reference)
    occurred = document.get("occurred")
    if isinstance(occurred, dict):
        for system in systems_of(document):
            yield "system-date", f"{system} {occurred['from'][:10]}"


def _referred(reference: str) -> Iterator[tuple[str, str]]:
    for scheme, pattern in _CITED:
        for cited in pattern.findall(reference):
            yield "source", f"{scheme}:{cited}"
    urls = _URL.findall(reference)
    for url in urls:
        bare = url.partition("#")[0].rstrip("/.,;)").casefold()
        yield "reference", bare.partition("://")[2].removeprefix("www.")
    if not urls:
        yield "reference", " ".join(_words(reference))


def _number(text: str, secret: bytes) -> int:
    digest = blake2b(text.encode(), digest_size=8, key=secret).digest()
    return int.from_bytes(digest, "big") >> 1
