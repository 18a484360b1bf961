"""A report as it is read: what it says, where it stands, what was done with it.

Must never name a case, or an act about one, to whom the case is not open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ringwall.gate.asker import Who
from ringwall.raid.acting import READ, Acting
from ringwall.raid.ids import parse_id
from ringwall.raid.linked import document_of, known_cases
from ringwall.raid.timeline import Moment, moment_of

__all__ = ["Reading", "ReportRead"]

_REPORT: Final = "raid.report"


@dataclass(frozen=True, slots=True)
class ReportRead:
    """A report, whole.

    Attributes:
        id: of the report.
        card: its row, without the count of its cases.
        document: what it says; empty once its words were erased.
        cases: ids of those that it belongs to and that are open to who asks.
        moments: what was done with it, in its order; of cases only of those.
    """

    id: str
    card: Mapping[str, str | int]
    document: Mapping[str, Any]
    cases: Sequence[str]
    moments: Sequence[Moment]


class Reading:
    """Where a report is read.

    Args:
        acting: puts the questions.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def show(self, who: Who, report: str) -> ReportRead:
        """Return what a report says, and what was done with it.

        Args:
            who: who asks.
            report: id, with or without `report:`.

        Raises:
            AccessDenied: the answer is no.
            RequestError: `id-malformed`.
        """
        name, rows = parse_id(_REPORT, report), self._acting.rows
        self._acting.ask(who, READ, name)
        card = rows.card(_REPORT, name)
        # The gate lets nobody read a report that there is not.
        assert card is not None  # noqa: S101 - for the type checker
        cases = known_cases(rows, self._acting.visible(who), [name]).get(name, [])
        acts = rows.events(about=name, kind=_REPORT)
        return ReportRead(
            id=name,
            card={name: cell for name, cell in card.card.items() if name != "cases"},
            document=document_of(rows.first([name])[name]),
            cases=cases,
            moments=[
                moment_of(one)
                for one in acts
                if one.event.get("case", "") in {"", *cases}
            ],
        )
