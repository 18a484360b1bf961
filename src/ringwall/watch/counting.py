"""The rules that count what comes in bursts: denials, refused proofs, breadth, alarms.

Pure. Of each subject only the newest entries are kept, as many as a rule counts up
to. Must never report what goes on a second time before its window is over.
"""

from collections import OrderedDict, deque
from collections.abc import Callable
from functools import partial

from ringwall.ledger.asking.passed import Done, Raised, Refused, Seen
from ringwall.watch.findings import Finding, Mark, finding_of, span_text
from ringwall.watch.keyed import Keyed, most_of
from ringwall.watch.rules import (
    AlarmRule,
    BreadthRule,
    DeedRule,
    DenialsRule,
    ProofsRule,
)

__all__ = [
    "Alarms",
    "Breadth",
    "Deeds",
    "Denials",
    "PersonOf",
    "Proofs",
    "Quiet",
    "each_by_itself",
]

PersonOf = Callable[[str], str]
"""Gives the one key of all subjects that are the same natural person."""

_MINUTE = 60 * 1_000_000
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
# Pairs of subject and resource that a rule remembers to have been touched.
_MOST_TOUCHED = 200_000


def each_by_itself(subject: str) -> str:
    """Return the subject: of whom nothing is known, each stands for themselves."""
    return subject


class Quiet:
    """Whether a rule has reported a subject, and is silent on it.

    Attributes:
        asked: when the state was asked for last.
    """

    __slots__ = ("_told", "asked")

    def __init__(self) -> None:
        self.asked = 0
        self._told: int | None = None

    def is_at(self, at: int, window: int) -> bool:
        """Return whether the window of the last report is not over."""
        # Before the report only where clocks went far back: that is another time.
        return self._told is not None and self._told <= at < self._told + window

    def begin(self, at: int) -> None:
        """Be silent from now on."""
        self._told = at


class _Burst(Quiet):
    """The newest entries that count.

    Args:
        count: how many are kept.
    """

    __slots__ = ("marks",)

    def __init__(self, count: int) -> None:
        super().__init__()
        self.marks: deque[Mark] = deque(maxlen=count)

    def add(self, mark: Mark, window: int) -> list[Mark] | None:
        """Take in an entry; return those that are too many, None while they are not."""
        marks = self.marks
        marks.append(mark)
        if len(marks) < (marks.maxlen or 0) or abs(mark.at - marks[0].at) >= window:
            return None
        if self.is_at(mark.at, window):
            return None
        self.begin(mark.at)
        return list(marks)


class _Counted:
    """Counts entries by subject or by point.

    Args:
        rule: what to look for.
        person_of: what subjects are counted by.
    """

    def __init__(
        self, rule: DenialsRule | ProofsRule, person_of: PersonOf = each_by_itself
    ) -> None:
        self._by_subject = rule.by == "subject"
        self._codes = frozenset(rule.codes)
        self._finding_of = partial(finding_of, rule)
        self._person_of = person_of
        self._window = rule.minutes * _MINUTE
        self._states = Keyed(
            lambda: _Burst(rule.count), self._window, most_of(rule.count)
        )

    def _counted(
        self, row: Seen | Refused | Raised, at: int, noun: str, *, by_subject: bool
    ) -> Finding | None:
        """Take an entry in; return a finding if there are too many."""
        told = row.subject if by_subject else row.point
        key = self._person_of(told) if by_subject else told
        marks = self._states.of(key, at).add(Mark(at, row.entry), self._window)
        if marks is None:
            return None
        words = f"{len(marks)}{noun} within {span_text(at - marks[0].at)}"
        return self._finding_of(told, marks, words)


class Denials(_Counted):
    """Counts denials by subject or by point; as `_Counted`."""

    def __init__(self, rule: DenialsRule, person_of: PersonOf = each_by_itself) -> None:
        super().__init__(rule, person_of)
        self._actions = rule.actions

    def takes(self, effect: str, action: str) -> bool:
        """Return whether decisions of this effect and action can count."""
        return effect == "deny" and (not self._actions or action in self._actions)

    def look(self, row: Seen, at: int) -> Finding | None:
        """Look at a decision, which is taken to be of an instant."""
        if self._codes and row.code not in self._codes:
            return None
        # Who has shown nothing only claims a name: that must not count against it.
        by_subject = self._by_subject and not _is_unproven(row.code)
        return self._counted(row, at, " denials", by_subject=by_subject)


def _is_unproven(code: str) -> bool:
    """Return whether a denial says that nobody has shown who asks."""
    return code.startswith("identity-") or code == "point-unproven"


class Proofs(_Counted):
    """Counts refused proofs, and alarms of some codes, by subject or by point."""

    def look(self, row: Refused | Raised, at: int) -> Finding | None:
        """Look at a refused proof or an alarm, taken to be of an instant."""
        if row.code not in self._codes and (self._codes or isinstance(row, Raised)):
            return None
        return self._counted(row, at, "", by_subject=self._by_subject)


class _Reported:
    """Reports entries one by one, and is silent on a subject for a while after.

    Args:
        rule: what to look for.
        person_of: what subjects are counted by.
    """

    def __init__(
        self, rule: AlarmRule | DeedRule, person_of: PersonOf = each_by_itself
    ) -> None:
        self._finding_of = partial(finding_of, rule)
        self._person_of = person_of
        self._window = rule.minutes * _MINUTE
        self._states = Keyed(Quiet, self._window)

    def _reported(self, row: Raised | Done, at: int, words: str) -> Finding | None:
        """Return what is found, None while its subject is not to be told of."""
        state = self._states.of(self._person_of(row.subject), at)
        if state.is_at(at, self._window):
            return None
        state.begin(at)
        return self._finding_of(row.subject, [Mark(at, row.entry)], words)


class Alarms(_Reported):
    """Reports each alarm of some codes; as `_Reported`."""

    def __init__(self, rule: AlarmRule, person_of: PersonOf = each_by_itself) -> None:
        super().__init__(rule, person_of)
        self._codes = rule.codes

    def look(self, row: Refused | Raised, at: int) -> Finding | None:
        """Look at a refused proof, which never counts, or an alarm."""
        if isinstance(row, Refused) or row.code not in self._codes:
            return None
        return self._reported(row, at, f"alarm {row.code}")


class Deeds(_Reported):
    """Reports each deed of some kinds; as `_Reported`."""

    def __init__(self, rule: DeedRule, person_of: PersonOf = each_by_itself) -> None:
        super().__init__(rule, person_of)
        self._events = rule.events

    def look(self, row: Done, at: int) -> Finding | None:
        """Look at a deed, which is taken to be of an instant."""
        if row.kind not in self._events:
            return None
        return self._reported(row, at, row.kind)


class _Touched(Quiet):
    """The resources that were touched last, the newest behind, each once."""

    __slots__ = ("resources",)

    def __init__(self) -> None:
        super().__init__()
        self.resources: OrderedDict[str, Mark] = OrderedDict()


class Breadth:
    """Counts the different resources that each subject was let at.

    Args:
        rule: what to look for.
        person_of: what subjects are counted by.
    """

    def __init__(self, rule: BreadthRule, person_of: PersonOf = each_by_itself) -> None:
        self._rule = rule
        self._person_of = person_of
        self._window = rule.hours * _HOUR
        self._memory = rule.untouched_days * _DAY
        self._states = Keyed(_Touched, self._window, most_of(rule.count))
        self._known: OrderedDict[tuple[str, str], int] = OrderedDict()

    def takes(self, effect: str, action: str) -> bool:
        """Return whether decisions of this effect and action can count."""
        return effect == "permit" and (
            not self._rule.actions or action in self._rule.actions
        )

    def look(self, row: Seen, at: int) -> Finding | None:
        """Look at a decision, which is taken to be of an instant."""
        prefixes = self._rule.prefixes
        if prefixes and not row.resource.startswith(prefixes):
            return None
        person = self._person_of(row.subject)
        if self._memory and self._is_known(person, row.resource, at):
            return None
        state = self._states.of(person, at)
        resources = state.resources
        resources.pop(row.resource, None)
        resources[row.resource] = Mark(at, row.entry)
        if len(resources) > self._rule.count:
            resources.popitem(last=False)
        oldest = next(iter(resources.values()))
        if len(resources) < self._rule.count or abs(at - oldest.at) >= self._window:
            return None
        if state.is_at(at, self._window):
            return None
        state.begin(at)
        words = f"{len(resources)} different within {span_text(at - oldest.at)}"
        return finding_of(self._rule, row.subject, list(resources.values()), words)

    def _is_known(self, subject: str, resource: str, at: int) -> bool:
        """Return whether a subject has touched a resource lately; note that it has."""
        known, pair = self._known, (subject, resource)
        before = known.get(pair)
        known[pair] = at
        if before is None:
            if len(known) > _MOST_TOUCHED:
                known.popitem(last=False)
            return False
        known.move_to_end(pair)
        return before > at - self._memory
