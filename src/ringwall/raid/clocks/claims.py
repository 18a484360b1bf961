"""What the reports of a case claim that a clock may start from, and what they suspect.

Must never start anything: a claim makes a worst case, and a person makes a start.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final, NamedTuple

from ringwall.base.clock import parse_instant
from ringwall.model.values import parse_flop
from ringwall.raid.clocks.book import ClockBook, Condition
from ringwall.raid.clocks.rule import Owed
from ringwall.raid.intake.report_values import span_of

__all__ = ["ClockClaims", "Told", "claims_of", "suspected"]

_STARTS: Final = {
    "aware": "aware",
    "model_involved": "model-involved",
    "classified": "classified",
}
"""Field of a report -> the event that it tells of."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_COMPUTE: Final = {"1e25": 10**25, "1e26": 10**26}


class Told(NamedTuple):
    """A report as the desk has it.

    Attributes:
        report: its id.
        received: instant at which it was received.
        document: what it says.
    """

    report: str
    received: int
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ClockClaims:
    """What is claimed.

    Attributes:
        received: instant at which the first report was received.
        earliest: instant before which no clock of the case can have started.
        starts: event -> earliest instant that a report claims for it.
        states: codes, in order.
        receipt: id of the report that was received first; empty for none.
        owed: by whom, where somebody says otherwise than the rules do.
    """

    received: int
    earliest: int
    starts: Mapping[str, int] = field(default_factory=dict)
    states: tuple[str, ...] = ()
    receipt: str = ""
    owed: Owed | None = None

    def earliest_of(self, event: str) -> int:
        """Return the instant before which an event can't have been.

        Args:
            event: that a clock starts from. That the desk received a report is known
                to the moment; of all else the worst is assumed.
        """
        return self.received if event == "received" else self.earliest


def claims_of(book: ClockBook, reports: Iterable[Told]) -> ClockClaims:
    """Return what reports claim together; where they differ, the worst.

    What is known only to the day, month or year began at its first midnight where it
    was: in the states that the report names, else in any member state.

    Args:
        book: has the places.
        reports: as they were taken in; at least one.
    """
    known_reports = list(reports)
    first = min(known_reports, key=lambda one: (one.received, one.report))
    told = [one.document for one in known_reports]
    starts: dict[str, int] = {}
    for document in told:
        for name, event in _STARTS.items():
            instant = _instant(document.get(name))
            if instant is not None:
                starts[event] = min(instant, starts.get(event, instant))
    happened = [_happened(document, book) for document in told]
    known = [instant for instant in happened if instant is not None]
    states = {state for document in told for state in _states(document)}
    earliest = min([first.received, *starts.values(), *known])
    return ClockClaims(
        first.received, earliest, starts, tuple(sorted(states)), first.report
    )


def suspected(book: ClockBook, document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the rules that a report gives a reason to suspect, in the book's order.

    A field that says `unknown` gives no reason: the desk's triage goes by unknowns.

    Args:
        book: the rules with their triggers.
        document: of the report.
    """
    return tuple(
        rule
        for rule in book.rules
        if any(
            all(_holds(one, document) for one in conditions)
            for conditions in book.triggers.get(rule, ())
        )
    )


def _holds(condition: Condition, document: Mapping[str, Any]) -> bool:
    if condition.field == "always":
        return True
    value = document.get(condition.field)
    if condition.field == "compute":
        high = value.get("high") if isinstance(value, Mapping) else None
        return any(_reaches(high, _COMPUTE[word]) for word in condition.values)
    return any(word.lower() in condition.values for word in _texts(value))


def _reaches(high: object, threshold: int) -> bool:
    """Return whether an interval may lie above a threshold: a straddle counts."""
    return isinstance(high, str) and parse_flop(high) > threshold


def _states(document: Mapping[str, Any]) -> set[str]:
    """Return the codes of the states that a report names."""
    told = _texts(document.get("states"))
    return {state.upper() for state in told if state != "unknown"}


def _happened(document: Mapping[str, Any], book: ClockBook) -> int | None:
    occurred = document.get("occurred")
    if not isinstance(occurred, Mapping) or not isinstance(occurred.get("from"), str):
        return None
    try:
        first, end = span_of(occurred["from"])
    except ValueError:
        return None
    if end - first == 1:
        return first
    day = (_EPOCH + timedelta(microseconds=first)).date()
    try:
        places = book.states_named(_states(document))
        return min(place.instant(day, time(0)) for place in places)
    except OverflowError:
        # East of Greenwich the year 1 began before there was a year.
        return first


def _instant(value: object) -> int | None:
    try:
        return parse_instant(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list | tuple):
        return tuple(one for one in value if isinstance(one, str))
    return ()
