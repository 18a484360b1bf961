"""What the reports of a case claim that a clock may start from, and what they suspect.

Must never start anything: a claim makes a worst case, and a person makes a start.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ringwall.base.clock import parse_instant
from ringwall.model.values import parse_flop
from ringwall.raid.clocks.book import ClockBook, Condition
from ringwall.raid.clocks.rule import Owed
from ringwall.raid.intake.report_values import span_of

__all__ = ["ClockClaims", "claims_of", "suspected"]

_STARTS: Final = {
    "aware": "aware",
    "model_involved": "model-involved",
    "classified": "classified",
}
"""Field of a report -> the event that it tells of."""
_COMPUTE: Final = {"1e25": 10**25, "1e26": 10**26}


@dataclass(frozen=True, slots=True)
class ClockClaims:
    """What is claimed.

    Attributes:
        received: instant at which the first report was received.
        earliest: instant before which no clock of the case can have started.
        starts: event -> earliest instant that a report claims for it.
        states: codes, in order.
        owed: by whom, where somebody says otherwise than the rules do.
    """

    received: int
    earliest: int
    starts: Mapping[str, int] = field(default_factory=dict)
    states: tuple[str, ...] = ()
    owed: Owed | None = None

    def earliest_of(self, event: str) -> int:
        """Return the instant before which an event can't have been.

        Args:
            event: that a clock starts from. That the desk received a report is known
                to the moment; of all else the worst is assumed.
        """
        return self.received if event == "received" else self.earliest


def claims_of(
    documents: Iterable[Mapping[str, Any]], received: Iterable[int]
) -> ClockClaims:
    """Return what reports claim together; where they differ, the worst.

    Args:
        documents: of the reports, as they were taken in.
        received: instants at which they were received; at least one.
    """
    first = min(received)
    told = list(documents)
    starts: dict[str, int] = {}
    for document in told:
        for name, event in _STARTS.items():
            instant = _instant(document.get(name))
            if instant is not None:
                starts[event] = min(instant, starts.get(event, instant))
    happened = [_happened(document) for document in told]
    known = [instant for instant in happened if instant is not None]
    states = {
        state.upper()
        for document in told
        for state in _texts(document.get("states"))
        if state != "unknown"
    }
    earliest = min([first, *starts.values(), *known])
    return ClockClaims(first, earliest, starts, tuple(sorted(states)))


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


def _happened(document: Mapping[str, Any]) -> int | None:
    occurred = document.get("occurred")
    if not isinstance(occurred, Mapping) or not isinstance(occurred.get("from"), str):
        return None
    try:
        return span_of(occurred["from"])[0]
    except ValueError:
        return None


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
