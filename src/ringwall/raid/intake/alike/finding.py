"""Which reports a new one may tell of the same as: offered, or a copy of one.

What the cache finds is looked at in the ledger before anything rests on it. Must never
put a report behind another that it says something graver than, or stand a copy behind
a copy.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Final, NamedTuple

import numpy as np
from rapidfuzz.fuzz import token_set_ratio
from rapidfuzz.utils import default_process

from ringwall.ledger.asking.raid_rows import RaidEvent, RaidQuestion, RaidRows
from ringwall.raid.intake.alike.cache import Cache, Entry, Hit
from ringwall.raid.intake.alike.prints import (
    MIN_WORDS,
    Prints,
    count_words,
    likeness,
    prints_of,
    shingles_of,
    systems_of,
    title_words,
)

__all__ = ["COPY", "FILE", "Alike", "Candidate", "Found", "New"]

FILE: Final = "alike.sqlite"
"""Name of the cache, below `raid` of an institute."""
COPY: Final = 0.8
"""Least share of shingles of a report that is taken for a copy."""

_REPORT: Final = "raid.report"
_GRAVITY: Final = ("imminent", "priority", "owned")
_AT_ONCE: Final = 500
_MOST_KEPT: Final = 256
_CATCH_UP_EACH: Final = 1000
# The estimate of a share of 0.8 is off by 0.035, give or take.
_NEAR: Final = COPY - 0.12
_LIKE_TITLE: Final = 85
_WORDS: Final = {
    "source": "names the same source",
    "reference": "cites the same reference",
    "title": "has the same title",
    "text": "says the same, word for word",
    "system-date": "concerns the same system on the same date",
}
# By itself each of these is worth a look, and the first the most.
_ORDER: Final = ("text", "source", "title", "reference", "system-date")


class New(NamedTuple):
    """A report that is about to be taken in.

    Attributes:
        id: of the report.
        document: as JSON data.
        gravity: of its card: `imminent`, `priority` and `owned`.
        groups: whether it may stand behind another; what a system files itself tells
            of one event each.
    """

    id: str
    document: Mapping[str, Any]
    gravity: tuple[int, int, int]
    groups: bool = True


class Candidate(NamedTuple):
    """A report that may tell of the same.

    Attributes:
        report: its id.
        reasons: in words, the strongest first.
        overlap: estimated share of the shingles of both, in per cent.
    """

    report: str
    reasons: tuple[str, ...]
    overlap: int


class Found(NamedTuple):
    """What a new report is like.

    Attributes:
        head: id of the report that it is a copy of; empty for none.
        candidates: the likeliest first.
        prints: of the report, for `Alike.add`; None if nothing could be compared.
    """

    head: str
    candidates: tuple[Candidate, ...]
    prints: Prints | None


class _Story(NamedTuple):
    """What decides whether one report is a copy of another."""

    shingles: frozenset[str]
    words: int
    title: frozenset[str]
    systems: frozenset[str]
    source: tuple[str, str]
    gravity: tuple[int, ...]


class Alike:
    """Finds reports that are alike; shared by all threads.

    Args:
        rows: of the desk, which has the last word.
        folder: `raid` of an institute; is made when something is looked for.
    """

    def __init__(self, rows: RaidRows, folder: Path) -> None:
        self._rows = rows
        self._cache = Cache(folder / FILE)
        self._heads: OrderedDict[str, _Story | None] = OrderedDict()
        self._lock = Lock()
        self._is_checked = False
        self._since = 0

    def catch_up(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Take in what the ledger has and the cache has not; return how many.

        Args:
            progress: is told how many reports of how many are done.
        """
        self._since = 0
        if not self._is_checked:
            self._check_ledger()
        index, _ = self._cache.caught_up()
        # Which there are is the tables' word, and what they say the log's.
        asked = RaidQuestion(_REPORT, at_least={"idx": index + 1})
        rows = sorted(self._rows.tally(asked, "idx", "id", "alike"))
        count = 0
        for start in range(0, len(rows), _AT_ONCE):
            some = rows[start : start + _AT_ONCE]
            entries = list(self._entries([str(name) for _, name, of in some if not of]))
            last, name, _ = some[-1]
            self._cache.add(entries, (int(last), str(name)))
            count += len(entries)
            if progress is not None:
                progress(start + len(some), len(rows))
        return count

    def look(self, new: New, beside: Sequence[tuple[New, Found]] = ()) -> Found:
        """Return what a new report is like.

        Args:
            new: the report.
            beside: others that are taken in with it, in one transaction before it.
        """
        if not self._is_checked:
            self.catch_up()
        prints = prints_of(new.document, self._cache.key)
        hits = self._cache.look(prints)
        head = self._head(new, hits) or self._head_beside(new, prints, beside)
        candidates = tuple(_candidate(hit) for hit in hits if hit.id != new.id)
        return Found(head, candidates, prints)

    def add(self, taken: Sequence[tuple[New, Found]]) -> None:
        """Remember reports that are on record.

        Args:
            taken: each with what `look` gave for it.
        """
        heads = [
            Entry(new.id, found.prints)
            for new, found in taken
            if found.prints is not None and not found.head
        ]
        if heads:
            self._cache.add(heads)
        self._since += len(taken)
        # Whoever is stopped before this line is missing until somebody catches up.
        if self._since >= _CATCH_UP_EACH:
            self.catch_up()

    def candidates(self, report: str) -> list[Candidate]:
        """Return the reports that one on record may tell of the same as.

        Args:
            report: its id.

        Returns:
            Those that it shares something with, the one it is a copy of first, their
            titles compared. None if its text is not at hand.
        """
        self.catch_up()
        document = self._document(report)
        card = self._rows.card(_REPORT, report)
        if document is None or card is None:
            return []
        hits = self._cache.look(prints_of(document, self._cache.key))
        found = [_candidate(hit) for hit in hits if hit.id != report]
        head = str(card.card["alike"])
        if head and head not in {one.report for one in found}:
            found.insert(0, Candidate(head, ("it was taken for a copy of this",), 0))
        return list(self._with_titles(document, found))

    def close(self) -> None:
        """Close the cache."""
        self._cache.close()

    def _check_ledger(self) -> None:
        """Begin anew if the cache is of another ledger, or of one that went back."""
        index, name = self._cache.caught_up()
        if index >= 0:
            first = self._rows.first([name]).get(name)
            if first is None or first.index > index:
                self._cache.clear()
        self._is_checked = True

    def _entries(self, heads: Sequence[str]) -> Iterator[Entry]:
        """Give the entries of those reports on record that are missing."""
        missing = sorted({*heads} - self._cache.known(heads))
        made = self._rows.first(missing)
        for name in missing:
            document = self._told(made.get(name))
            if document is not None:
                yield Entry(name, prints_of(document, self._cache.key))

    def _document(self, report: str) -> dict[str, Any] | None:
        return self._told(self._rows.first([report]).get(report))

    @staticmethod
    def _told(made: RaidEvent | None) -> dict[str, Any] | None:
        document = None if made is None else made.event["said"].get("document")
        return document if isinstance(document, dict) else None

    def _head(self, new: New, hits: Sequence[Hit]) -> str:
        """Return the report on record that a new one is a copy of."""
        near = [hit for hit in hits if hit.overlap >= _NEAR or "text" in hit.shared]
        if not new.groups or not near:
            return ""
        own = _story(new.document, new.gravity)
        for hit in near:
            head = self._known_head(hit.id)
            if head is not None and _is_copy(own, head):
                return hit.id
        return ""

    def _head_beside(
        self, new: New, prints: Prints, beside: Sequence[tuple[New, Found]]
    ) -> str:
        if not new.groups or not beside:
            return ""
        own = _story(new.document, new.gravity)
        for other, found in beside:
            if found.head or found.prints is None or not other.groups:
                continue
            if _is_near(prints, found.prints) and _is_copy(
                own, _story(other.document, other.gravity)
            ):
                return other.id
        return ""

    def _known_head(self, report: str) -> _Story | None:
        """Return what the ledger says of a head; None if it is none."""
        with self._lock:
            if report in self._heads:
                self._heads.move_to_end(report)
                return self._heads[report]
        made = self._rows.first([report]).get(report)
        head = None
        if made is not None and not made.event["card"]["alike"]:
            document = made.event["said"].get("document")
            if isinstance(document, dict) and made.event["card"]["channel"] in _GROUPED:
                card = made.event["card"]
                head = _story(document, [int(card[name]) for name in _GRAVITY])
        with self._lock:
            self._heads[report] = head
            if len(self._heads) > _MOST_KEPT:
                self._heads.popitem(last=False)
        return head

    def _with_titles(
        self, document: Mapping[str, Any], found: Sequence[Candidate]
    ) -> Iterator[Candidate]:
        made = self._rows.first([one.report for one in found])
        for one in found:
            event = made[one.report].event if one.report in made else {}
            other = event.get("said", {}).get("document")
            title = other.get("title", "") if isinstance(other, dict) else ""
            score = _like(document["title"], title) if title else 0
            is_new = score >= _LIKE_TITLE and _WORDS["title"] not in one.reasons
            reasons = (
                (*one.reasons, f"its title is {score} % alike")
                if is_new
                else one.reasons
            )
            yield one._replace(reasons=reasons)


_GROUPED: Final = frozenset({"form", "file", "import"})


def _story(document: Mapping[str, Any], gravity: Sequence[int]) -> _Story:
    source = document.get("source", {})
    return _Story(
        *(shingles_of(document), count_words(document), title_words(document)),
        *(systems_of(document), (source.get("scheme", ""), source.get("id", ""))),
        tuple(gravity),
    )


def _like(title: str, other: str) -> int:
    """Return how alike two titles are in per cent, whatever the order of the words."""
    return round(token_set_ratio(title, other, processor=default_process))


def _is_near(one: Prints, other: Prints) -> bool:
    same = np.array(one.signature) == np.array(other.signature)
    return bool(same.mean() >= _NEAR)


def _is_copy(new: _Story, head: _Story) -> bool:
    """Return whether one report says what another does, of the same and no worse."""
    if any(own > other for own, other in zip(new.gravity, head.gravity, strict=True)):
        return False
    # Two that fill in one form of words for two systems are not one story, and neither
    # are two records of one database whose titles each say what the other does not.
    if new.systems and head.systems and not new.systems & head.systems:
        return False
    if _are_two_records(new.source, head.source) and (
        new.title - head.title and head.title - new.title
    ):
        return False
    if min(new.words, head.words) < MIN_WORDS:
        return new.shingles == head.shingles
    return likeness(new.shingles, head.shingles) >= COPY


def _are_two_records(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return bool(one[0]) and one[0] == other[0] and one[1] != other[1]


def _candidate(hit: Hit) -> Candidate:
    reasons = [_WORDS[kind] for kind in _ORDER if kind in hit.shared]
    percent = round(hit.overlap * 100)
    if percent >= 30 and "text" not in hit.shared:
        reasons.insert(0, f"shares {percent} % of its wording")
    return Candidate(hit.id, tuple(reasons), percent)
