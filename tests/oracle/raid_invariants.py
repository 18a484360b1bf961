"""The invariants over all machines of a case, read off what is on record, act by act.

Written from section 6.3 of the study of the desk. Knows no machine and no guard: of
each object its last state, and what was told.
"""

from typing import Final, NamedTuple

__all__ = ["Entry", "Monitor"]

_STANDS: Final = {"proposed", "active", "revise"}
_BY_TWO: Final = {
    *(("raid.case", act) for act in ("merge", "unmerge", "deviate", "disown")),
    *(("raid.clock", "void"), ("raid.matter", "retract"), ("raid.embargo", "drop")),
    ("raid.release", "approve"),
}
_NOT_RAIDS: Final = {"new", "triaged", "handed-over", "watch", "declined"}
_PUTS_AWAY: Final = {
    ("raid.case", "resolve"),
    ("raid.case", "archive"),
    ("raid.report", "defer"),
}
_TELLS: Final = {"clear", "approve", "send"}
_WRITES: Final = {"draft", "amend", "clear"}
_GIVES_AWAY: Final = {"watch", "decline", "hand-over"}
_OPEN_CLOCK: Final = {"armed", "running"}


class Entry(NamedTuple):
    """An act as it stands on record.

    Attributes:
        kind: of object.
        act: what was done.
        before: state of the object as the act found it.
        after: state as it left it.
        by_two: whether two natural persons did it; of what is signed, two of whom
            neither wrote it.
        out: whether the matter is public, its recipe is, or misuse was seen, so far.
        raids: of a case, whether by its last triage RAID owns it.
        covered: of a release, whether the label of its recipient covers the very bytes
            that it is of.
    """

    kind: str
    act: str
    before: str
    after: str
    by_two: bool
    out: bool = False
    raids: bool = False
    covered: bool = True


class Monitor:
    """What was on record so far.

    Args:
        exercise: whether what the case tells of was shown in a test alone.
        serious: whether the clock is one for serious incidents.
        host: whether the institute itself owes what the clock runs for.
    """

    def __init__(self, *, exercise: bool, serious: bool, host: bool) -> None:
        self._never_runs = exercise and serious
        self._host = host
        self._states: dict[str, str] = {}
        self._owned = False
        self._approved = False

    def take(self, acts: tuple[Entry, ...]) -> set[int]:
        """Take in a transaction; return the numbers of invariants that it breaks."""
        broken: set[int] = set()
        for entry in acts:
            broken |= self._take(entry)
        # What is out may stand beside an embargo within a transaction, not after it.
        told = [entry.out for entry in acts]
        if told and told[-1] and self._states.get("raid.embargo", "") in _STANDS:
            broken.add(1)
        return broken

    def leads_to(self, states: dict[str, str]) -> bool:
        """Tell whether what is on record leads to states, and to no other (7)."""
        return all(self._states.get(kind, "") == one for kind, one in states.items())

    def _take(self, entry: Entry) -> set[int]:
        kind, state = entry.kind, entry.after
        broken: set[int] = set()
        if entry.before != self._states.get(kind, ""):
            # Something changed that is not on record.
            broken.add(7)
        self._states[kind] = state
        if (kind, entry.act) in _BY_TWO and not entry.by_two:
            broken.add(8)
        broken |= self._clock(entry) | self._owner(entry) | self._release(entry)
        return broken

    def _clock(self, entry: Entry) -> set[int]:
        broken: set[int] = set()
        clock = self._states.get("raid.clock", "")
        if self._never_runs and clock not in {"", "armed", "void"}:
            broken.add(6)
        done = (entry.kind, entry.act) in _PUTS_AWAY
        if done and self._host and clock in _OPEN_CLOCK:
            # A deadline of the institute is put out of sight.
            broken.add(2)
        return broken

    def _owner(self, entry: Entry) -> set[int]:
        if entry.kind != "raid.case":
            return set()
        if entry.act == "own":
            self._owned = True
        if entry.act in {"disown", "deviate"} and entry.by_two:
            self._owned = entry.act == "deviate" and entry.after not in _NOT_RAIDS
        is_given = entry.raids and entry.act in _GIVES_AWAY
        is_lost = self._owned and entry.after in _NOT_RAIDS
        return {5} if is_given or is_lost else set()

    def _release(self, entry: Entry) -> set[int]:
        if entry.kind != "raid.release":
            return set()
        if entry.act == "approve":
            self._approved = entry.by_two
        elif entry.act in _WRITES:
            # Whatever was signed was other bytes, or not yet held against a label.
            self._approved = False
        broken = {3} if entry.act in _TELLS and not entry.covered else set()
        alone = entry.after == "sent" and not self._approved
        return broken | ({8} if alone else set())
