"""The counter behind all ways in: the original, one transaction, then the cache.

Must never put a report on record whose original is not durable, nor take a cache that
fails for a reason to refuse a report.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ringwall.base.errors import (
    ConfigurationError,
    DeclarationError,
    IntegrityError,
)
from ringwall.gate.asker import Who
from ringwall.model.events import Event
from ringwall.model.raid_events import INBOX
from ringwall.raid.acting import Acting
from ringwall.raid.intake.alike.finding import Alike, Candidate, Found, New
from ringwall.raid.intake.originals import Kept, Originals
from ringwall.raid.intake.receiving import Incoming, LookAt, Looked, receive
from ringwall.raid.scene import Scene
from ringwall.raid.shield.door import Door
from ringwall.raid.shield.identity import Identity

if TYPE_CHECKING:
    from ringwall.raid.triage.first_look import FirstLooks

__all__ = ["INTAKE", "Counter", "Taken"]

INTAKE: Final = "raid.intake"
# So many transactions go by the rules that were in force before them.
_LOOKS: Final = 100
_SELF_FILED: Final = frozenset({"decoy", "watch"})
_NOTHING: Final = Found("", (), None)
_Also = Callable[[Scene], list[Event]]


class _Worst(NamedTuple):
    imminent: int
    priority: int = 4
    owned: int = 1
    compute: int = 3
    reach: int = 4


def _boxed(one: Incoming, digests: Mapping[str, str]) -> Incoming:
    return one._replace(box=digests.get(one.id, ""))


def _worst(document: Mapping[str, Any]) -> Looked:
    return _Worst(int(document["danger"] == "imminent"))


class Taken(NamedTuple):
    """A report that is on record.

    Attributes:
        report: its id.
        decision: id of the permit.
        alike: id of the report that it is a copy of; empty for none.
        candidates: reports that may tell of the same, the likeliest first.
        source: of the report, where it has one.
        revises: id of the report of which it is a new version.
    """

    report: str
    decision: str
    alike: str
    candidates: tuple[Candidate, ...]
    source: str
    revises: str


class Counter:
    """Takes reports in; shared by all threads.

    Args:
        acting: puts the questions and acts.
        alike: finds reports that are alike.
        look_at: gives the first look; that of triage if None.

    Attributes:
        originals: of the institute.
        door: where identities are sealed.
    """

    def __init__(
        self, acting: Acting, alike: Alike, look_at: LookAt | None = None
    ) -> None:
        self._acting = acting
        self._alike = alike
        self._looks_by: FirstLooks | None = None
        self._left = 0
        self._look_at = look_at
        self.originals = Originals(acting.folder)
        self.door = Door(acting)

    @property
    def folder(self) -> Path:
        """Where the desk keeps its files."""
        return self._acting.folder / "raid"

    def catch_up(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Have at hand what reports are compared with, as far as that can be had.

        Args:
            progress: is told how many reports of how many are done.

        Raises:
            IntegrityError: a report is not what was recorded.
        """
        with suppress(sqlite3.Error, OSError):
            self._alike.catch_up(progress)

    def take(
        self,
        who: Who,
        batch: Sequence[Incoming],
        original: bytes | None,
        also: _Also | None = None,
        identities: Mapping[str, Identity] | None = None,
    ) -> list[Taken]:
        """Take in reports that came as one.

        Args:
            who: who hands them in.
            batch: the reports; may be empty.
            original: what they came as; None for what the log itself tells.
            also: makes further events of the transaction.
            identities: id of a report -> who sent it, for those who say so.

        Raises:
            AccessDenied: the answer is no; nothing was kept.
            ConfigurationError: `custodians-missing`, there is nobody to seal them to.
            RecordUnavailable: `original-unwritable`, or the log can't be written.
            IntegrityError: `original-differs`.
        """
        named = identities or {}
        with self.door.sealing([one.id for one in batch], named) as boxes:
            return self._take(who, batch, original, (boxes, also))

    def _take(
        self,
        who: Who,
        batch: Sequence[Incoming],
        original: bytes | None,
        how: tuple[Callable[[], Mapping[str, str]], _Also | None],
    ) -> list[Taken]:
        boxes, also = how
        found: list[tuple[New, Found]] = []

        def make(scene: Scene) -> list[Event]:
            looks = self._looks(batch)
            found[:] = self._found(batch, looks)
            # Who sent it is split off before the first byte is kept.
            digests = boxes()
            kept: Kept | None = None
            if batch and original is not None:
                kept = self.originals.keep(original)
            events = [
                receive(scene, _boxed(one, digests), look, kept, like.head)
                for one, look, (_, like) in zip(batch, looks, found, strict=True)
            ]
            return events + (also(scene) if also else [])

        done = self._acting.act(who, INTAKE, INBOX, make)
        self._remember(found)
        return [
            Taken(
                *(one.id, done.decision, like.head, like.candidates),
                *(one.source, one.revises),
            )
            for one, (_, like) in zip(batch, found, strict=True)
        ]

    def _looks(self, batch: Sequence[Incoming]) -> list[Looked]:
        """Return the first look at each; the worst of all where the rules fail.

        A report is taken in whatever the rules are; none is taken for mild by that.
        """
        if not batch:
            return []
        look_at = self._look_at or self._by_the_rules()
        return [look_at(one.document) for one in batch]

    def _by_the_rules(self) -> LookAt:
        """Return the first look by the rules in force, or those of a moment ago."""
        # The tables of triage take a while to load; not all who ask for a counter take
        # something in.
        from ringwall.raid.triage.first_look import (  # noqa: PLC0415 - start-up time
            FirstLooks,
        )

        looks = self._looks_by
        if looks is None or self._left <= 0:
            try:
                rules = self._acting.rules
                tables, routes = rules.triage, rules.routes
            except (ConfigurationError, DeclarationError, IntegrityError):
                self._looks_by = None
                return _worst
            if looks is None or looks.tables is not tables:
                looks = FirstLooks(tables, routes)
            self._looks_by, self._left = looks, _LOOKS
        self._left -= 1
        return looks

    def _found(
        self, batch: Sequence[Incoming], looks: Sequence[Looked]
    ) -> list[tuple[New, Found]]:
        """Return what each report is like; nothing, where nothing can be compared."""
        found: list[tuple[New, Found]] = []
        for one, look in zip(batch, looks, strict=True):
            gravity = int(look.imminent), int(look.priority), int(look.owned)
            groups = one.channel not in _SELF_FILED
            new = New(one.id, one.document, gravity, groups)
            try:
                found.append((new, self._alike.look(new, found)))
            except (sqlite3.Error, OSError):
                found.append((new, _NOTHING))
        return found

    def _remember(self, found: Sequence[tuple[New, Found]]) -> None:
        # What is on record is found again by whoever catches up next.
        with suppress(sqlite3.Error, OSError):
            self._alike.add(found)
