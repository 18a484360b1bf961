"""Words of a report that point to a value of a decision point, and how they are found.

Written as phrases, never as regular expressions: what a report says can't make the
search slow. Must never take the silence of a text that it can't read for a no.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

__all__ = ["Phrases", "Reading", "Wording", "parse_wording", "read_text"]

_WORD: Final = re.compile(r"[^\W_]+")
# What ends a sentence: a stop before a blank and no small letter, or an empty line. A
# lone letter before the stop is of an abbreviation (`e.g.`), and ends nothing.
_END: Final = re.compile(
    r"(?<![\W_][^\W_])[.!?][\"'\u2019\u201d)\]]*\s+(?=[^\sa-z])|\n[^\S\n]*\n"
)
_BAR: Final = " | "
"""Stands between two sentences; no phrase goes over it."""
_PART: Final = re.compile(r"[a-z0-9]+\*?", re.ASCII)
_GAP: Final = ".."
_MOST_BETWEEN: Final = 5
"""Words that may stand in a gap."""
# So few of these in a text, and it is not English, or no text.
_ENGLISH: Final = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "to",
        "and",
        "in",
        "that",
        "for",
        "on",
        "with",
        "is",
        "was",
        "were",
        "by",
        "as",
        "it",
        "at",
        "from",
        "be",
    ]
)
_FEWEST_WORDS: Final = 12
_MOST_HITS: Final = 100
_START: Final = 4
"""Letters of the start of a word, by which most phrases are known not to be there."""
_FEWEST_ENGLISH: Final = 2


@dataclass(frozen=True, slots=True)
class Phrases:
    """What finds any of some phrases.

    Attributes:
        pattern: finds them in the words of a text.
        needs: of each phrase the starts of words without which it is not there.
    """

    pattern: re.Pattern[str]
    needs: tuple[frozenset[str], ...]

    def may_be_in(self, starts: frozenset[str]) -> bool:
        """Return whether a text may have one of them.

        Args:
            starts: of its words.
        """
        return any(map(starts.issuperset, self.needs))


@dataclass(frozen=True, slots=True)
class Wording:
    """A row of suggest.csv.

    Attributes:
        id: of the row.
        point: that it speaks of.
        values: what the words leave open.
        phrases: that it looks for.
        told: what they point to.
    """

    id: str
    point: str
    values: frozenset[str]
    phrases: Phrases
    told: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of a text.

    Attributes:
        words: lower case, one blank between two, a bar between two sentences.
        is_readable: whether it is enough English for its silence to say something.
        starts: of its words.
    """

    words: str
    is_readable: bool
    starts: frozenset[str] = field(repr=False)

    def hit(self, wording: Wording) -> str:
        """Return the words that a row found, empty if it found none."""
        return next(iter(self.hits(wording)), "")

    def hits(self, wording: Wording) -> tuple[str, ...]:
        """Return each phrase that a row found, in order, each once."""
        phrases = wording.phrases
        if not phrases.may_be_in(self.starts):
            return ()
        found = (match[0].strip() for match in phrases.pattern.finditer(self.words))
        return tuple(dict.fromkeys(islice(found, _MOST_HITS)))


def parse_wording(text: str) -> Phrases:
    """Return what finds phrases in the words of a text.

    Args:
        text: phrases parted by ` | `; a word that ends on `*` stands for each that
            starts so; `..` is a gap of some words or none.

    Raises:
        ValueError: it is malformed.
    """
    phrases = text.split(" | ")
    pattern = re.compile("|".join(_phrase(phrase) for phrase in phrases))
    return Phrases(pattern, tuple(_needs(phrase) for phrase in phrases))


def read_text(text: str, language: str = "") -> Reading:
    """Return the words of a text.

    Args:
        text: of a report; whatever is no letter or figure parts two words.
        language: as its reporter says; empty if nobody does.
    """
    plain = unicodedata.normalize("NFKC", text)
    # A soft hyphen or a zero-width space inside a word must not hide it.
    if not plain.isascii():
        plain = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    told = [_WORD.findall(part.casefold()) for part in _END.split(plain)]
    words = [word for sentence in told for word in sentence]
    is_english = language[:2].lower() in {"", "en"} and (
        sum(word in _ENGLISH for word in words) >= _FEWEST_ENGLISH
    )
    return Reading(
        f" {_BAR.join(' '.join(sentence) for sentence in told)} ",
        is_english and len(words) >= _FEWEST_WORDS,
        _starts(words),
    )


def _starts(words: Iterable[str]) -> frozenset[str]:
    known = {word[:_START] for word in words}
    return frozenset(word[:end] for word in known for end in range(1, _START + 1))


def _needs(text: str) -> frozenset[str]:
    """Return the starts of the words of a phrase."""
    parts = text.replace("-", " ").split()
    return frozenset(part.removesuffix("*")[:_START] for part in parts if part != _GAP)


def _phrase(text: str) -> str:
    parts = text.replace("-", " ").split()
    if not parts or _GAP in {parts[0], parts[-1]}:
        raise ValueError(f"`{text}` is no phrase")
    found = ""
    for part in parts:
        if part == _GAP:
            found += rf"(?: \w+){{0,{_MOST_BETWEEN}}}?"
        elif _PART.fullmatch(part):
            found += " " + part.replace("*", r"\w*")
        else:
            raise ValueError(f"`{part}` is neither a word nor the start of one")
    return found + r"(?= )"
