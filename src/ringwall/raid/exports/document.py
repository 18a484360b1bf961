"""All that a recipient may be told of a case, as a document of our own schema.

Must never hold a field that no package holds; its schema is published.
"""

from typing import Any, Final, Literal

from pydantic import Field

from ringwall.model.values import Strict
from ringwall.raid.exports.naming import json_bytes
from ringwall.raid.exports.telling import Given, Telling

__all__ = ["EXPORT_KIND", "CaseExport", "ExportedReport", "case_export"]

EXPORT_KIND: Final = "ringwall-case-export"
"""What a document calls itself."""

_Label = Literal["clear", "green", "amber", "amber+strict", "red"]


class ExportedReport(Strict):
    """A report, as far as it is told.

    Attributes:
        id: of the report.
        label: of all that is told of it.
        fields: as `raid-report` has them; those that are not told are not there.
    """

    id: str
    label: _Label
    fields: dict[str, Any]


class CaseExport(Strict):
    """What one recipient may be told of a case.

    Attributes:
        v: version of the form.
        kind: what it is.
        case: id.
        recipient: id of the contact that it was made for.
        at: instant at which it was made.
        opened: day on which the case was opened.
        exercise: name of the exercise that it is part of; empty for none.
        label: the highest of its facts, of TLP 2.0.
        standing: label of the points.
        points: decision point -> the values that are left open.
        reports: in order of their ids.
    """

    v: Literal[1]
    kind: Literal["ringwall-case-export"]
    case: str
    recipient: str
    at: str
    opened: str
    exercise: str
    label: _Label
    standing: _Label
    points: dict[str, tuple[str, ...]]
    reports: tuple[ExportedReport, ...] = Field(default=())


def case_export(telling: Telling, given: Given) -> bytes:
    """Return the document.

    Args:
        telling: what is told.
        given: what else it has.
    """
    made = CaseExport.model_validate(
        {
            "v": 1,
            "kind": EXPORT_KIND,
            "case": telling.case,
            "recipient": telling.recipient,
            "at": given.at,
            "opened": given.opened,
            "exercise": given.exercise,
            "label": telling.label.word,
            "standing": telling.standing.word,
            "points": telling.points,
            "reports": tuple(
                {"id": one.id, "label": one.label.word, "fields": dict(one.fields)}
                for one in telling.reports
            ),
        }
    )
    return json_bytes(made.model_dump(mode="json"))
