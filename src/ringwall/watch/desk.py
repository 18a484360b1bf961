"""The watch of one ledger: reads on, finds, and puts what it finds on record.

Must never show a finding whose entries are not what the tables said, nor record one
twice, whoever else watches the same ledger.
"""

from base64 import b32encode
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final, NamedTuple

from ringwall.base.canonical import dump_canonical
from ringwall.base.clock import Clock, format_instant
from ringwall.ledger.asking.passed import Found, Passed
from ringwall.ledger.asking.passing import Passing
from ringwall.ledger.file_lock import FileLock
from ringwall.ledger.ledger import Ledger
from ringwall.model.events import Event
from ringwall.model.matter_events import finding_recorded, report_filed
from ringwall.pdp.facts import FactBase
from ringwall.pip.known import Known, read_known
from ringwall.threats.benchmark import Benchmark
from ringwall.watch.engine import Engine
from ringwall.watch.findings import Finding
from ringwall.watch.rules import AlarmRule, Rule

__all__ = ["Since", "Told", "WatchDesk"]

_LOCK: Final = "-watch"
_PATIENCE: Final = 30.0
_LETTERS: Final = 20
_GRAVE: Final = "high"
_PERSON: Final = "user:~"
_MOST_PERSONS: Final = 200_000
_NO_BENCHMARK: Final = Benchmark(())


class Since(NamedTuple):
    """From where on findings are wanted: those whose last entry is there.

    Attributes:
        entry: index of an entry.
        at: an instant.
    """

    entry: int = 0
    at: int | None = None

    def takes(self, finding: Finding) -> bool:
        """Return whether a finding is wanted."""
        return finding.entries[-1] >= self.entry and (
            self.at is None or finding.last >= self.at
        )


class Told(NamedTuple):
    """A finding, and what became of it.

    Attributes:
        finding: people in it by their ids, as far as these are on record.
        is_recorded: whether it is on record by now.
    """

    finding: Finding
    is_recorded: bool


class WatchDesk:
    """Looks through a ledger by some rules, from its beginning, and on.

    What a rule counts can reach far back, so all of the log is looked through whatever
    is wanted; so a finding is the same one each time.

    Args:
        ledger: opened for writing, if findings are to be recorded.
        rules: what to look for.
        since: which findings are wanted.
    """

    def __init__(
        self, ledger: Ledger, rules: Sequence[Rule], since: Since | None = None
    ) -> None:
        self._ledger = ledger
        self._persons = _Persons()
        self._engine = Engine(rules, self._persons.of)
        self._reported = {rule.id for rule in rules if _is_reported(rule)}
        self._passing = Passing(ledger)
        self._since = since or Since()
        self._known: Known | None = None
        self.recorded = 0
        """How many findings it has put on record."""
        # Rule -> the entries that findings on record are made of.
        self._recorded: defaultdict[str, set[int]] = defaultdict(set)
        path = ledger.store.path
        self._lock = FileLock(path.with_name(path.name + _LOCK), _PATIENCE)

    def news(self) -> list[Told]:
        """Return what is found in all that has been appended; record nothing.

        Raises:
            IntegrityError: as `Passing.news` and `Passing.check`.
            RecordUnavailable: `ledger-busy`.
        """
        return self._shown(list(self._wanted()))

    def recorded_news(self, clock: Clock) -> list[Told]:
        """As `news`, and put on record what is not there yet.

        A grave finding is recorded together with a report to the RAID unit.

        Args:
            clock: says when it is recorded.

        Raises:
            IntegrityError: as `news`.
            RecordUnavailable: `ledger-busy`, somebody else records just now; or the
                ledger can't be written.
        """
        # Whoever records has read all that others recorded before.
        with self._lock.held():
            told = self.news()
            new = [one.finding for one in told if not one.is_recorded]
            # What has been pruned can't say any more what was found in it.
            new = [one for one in new if one.entries[0] >= self._passing.pruned]
            for finding in new:
                is_reported = finding.rule in self._reported
                events = _events(finding, clock.now(), is_reported=is_reported)
                self._ledger.append(events)
                self._recorded[finding.rule].update(finding.entries)
                self.recorded += 1
        return [Told(one.finding, self._is_recorded(one.finding)) for one in told]

    def _wanted(self) -> Iterator[Finding]:
        """Give the findings in what is new, of those wanted."""
        self._known = read_known(self._ledger, _NO_BENCHMARK, self._known)
        self._persons.know(self._known.facts)
        is_behind = True
        while is_behind:
            rows = self._passing.news()
            is_behind = self._passing.is_behind
            for row in rows:
                if isinstance(row, Found):
                    self._recorded[row.rule].update(row.entries)
            self._persons.meet(rows, self._passing.names)
            yield from filter(self._since.takes, self._engine.take_in(rows))

    def _shown(self, findings: Sequence[Finding]) -> list[Told]:
        """Return findings with people by their ids, their entries checked."""
        self._passing.check(sorted({i for one in findings for i in one.entries}))
        names = self._passing.names({one.subject for one in findings})
        return [
            Told(
                replace(one, subject=names.get(one.subject, one.subject)),
                self._is_recorded(one),
            )
            for one in findings
        ]

    def _is_recorded(self, finding: Finding) -> bool:
        """Return whether a finding of the rule that shares an entry is on record.

        Two findings of a rule share none; but where the log has been pruned, what is
        left of one may begin later than it did.
        """
        return not self._recorded[finding.rule].isdisjoint(finding.entries)


class _Persons:
    """Which subjects are one natural person, as the registry has it now."""

    def __init__(self) -> None:
        self._facts: FactBase | None = None
        # Subject, of a person the token -> id.
        self._ids: dict[str, str] = {}
        self._persons: dict[str, str] = {}

    def of(self, subject: str) -> str:
        """Return the key of the natural person who answers for a subject."""
        return self._persons.get(subject, subject)

    def know(self, facts: FactBase) -> None:
        """Go by another state of the registry from now on."""
        if facts is not self._facts:
            self._facts = facts
            self._persons = {
                subject: facts.natural_person(entity)
                for subject, entity in self._ids.items()
            }

    def meet(
        self,
        rows: Iterable[Passed],
        names: Callable[[Iterable[str]], Mapping[str, str]],
    ) -> None:
        """Take in the subjects of rows that are about to be looked at.

        Args:
            rows: in the order of the log.
            names: gives token -> id of those who are on record.
        """
        met = {row.subject for row in rows if not isinstance(row, Found)}
        new = met - self._ids.keys()
        if not new or self._facts is None:
            return
        if len(self._ids) + len(new) > _MOST_PERSONS:
            self._ids.clear()
            self._persons.clear()
            new = met
        known = names(one for one in new if one.startswith(_PERSON))
        for subject in new:
            entity = self._ids[subject] = known.get(subject, subject)
            self._persons[subject] = self._facts.natural_person(entity)


def _is_reported(rule: Rule) -> bool:
    """Return whether the watch files a report of what a rule finds."""
    filed = isinstance(rule, AlarmRule) and rule.reported
    return rule.severity == _GRAVE and not filed


def _events(finding: Finding, at: int, *, is_reported: bool) -> list[Event]:
    """Return what puts a finding on record."""
    told: dict[str, Any] = {
        "rule": finding.rule,
        "severity": finding.severity,
        "subject": finding.subject,
        "first": format_instant(finding.first),
        "last": format_instant(finding.last),
        "count": finding.count,
        "entries": list(finding.entries),
        "told": finding.told,
    }
    events = [finding_recorded(at, told)]
    if is_reported:
        said = {"source": "watch", "subject": finding.subject, "told": finding.told}
        rest = {"resource": "", "decision": ""}
        events.append(report_filed(at, _report_id(finding), {**said, **rest}))
    return events


def _report_id(finding: Finding) -> str:
    """Return the id of a finding's report: by rule and first entry, so it is one."""
    told = dump_canonical({"rule": finding.rule, "entry": finding.entries[0]})
    letters = b32encode(sha256(told).digest()).decode("ascii").lower()
    return f"rep-{letters[:_LETTERS]}"
