import json
from typing import Any

import pytest
from pydantic import ValidationError

from ringwall.raid.intake.document import (
    MAX_DOCUMENT_BYTES,
    REQUIRED,
    ReportDocument,
    plain,
)
from tests.raid_office import report_document


def _document(**changes: object) -> ReportDocument:
    return ReportDocument.model_validate_json(json.dumps(report_document(**changes)))


def test_a_report_needs_at_most_twelve_answers() -> None:
    assert len(REQUIRED) == 12
    fields = ReportDocument.model_fields.items()
    assert {name for name, field in fields if field.is_required()} == set(REQUIRED)


@pytest.mark.parametrize(
    "field", [f for f in REQUIRED if f not in {"title", "narrative"}]
)
def test_unknown_answers_all_but_title_and_narrative(field: str) -> None:
    assert plain(_document(**{field: "unknown"}))[field] == "unknown"


def test_a_report_that_is_all_unknown_is_a_report() -> None:
    open_fields = dict.fromkeys(REQUIRED[2:], "unknown")
    assert plain(_document(**open_fields)) == report_document(**open_fields)


def test_what_is_left_out_stays_out() -> None:
    assert plain(_document()) == report_document()


def test_no_state_of_the_eea_is_an_answer() -> None:
    assert plain(_document(states=[]))["states"] == []


def test_all_fields_come_back_as_they_were_told() -> None:
    further: dict[str, Any] = {
        "occurred": {"from": "2026-03", "until": "2026-03-14"},
        "tlp": "amber+strict",
        "consent": {"developer": "no"},
        "language": "de",
        "compute": {
            "low": "9e25",
            "high": "11e25".replace("11", "1.1").replace("25", "26"),
        },
        "model_involved": "2026-03-14T09:30:00Z",
        "classified": "unknown",
        "sector": "health",
        "entity": "deployer",
        "references": ["https://example.org/1"],
        "techniques": ["AML.T0051"],
        "source": {"scheme": "atlas", "id": "AML.CS0001"},
        "chain": [{"tactic": "AML.TA0002", "text": "looked around"}],
        "points": {"auto": ["none", "suspected"], "oc": "oc3"},
        "unmapped": [{"field": "credit", "text": "left out"}],
    }
    assert plain(_document(**further)) == report_document(**further)


@pytest.mark.parametrize(
    "changes",
    [
        {"occurred": {"from": "2026-03-14", "until": "2026-03-13"}},
        {"compute": {"low": "2e25", "high": "1e25"}},
        {"compute": {"low": 1, "high": 2}},
        {"harms": ["none", "death"]},
        {"harms": ["death", "death"]},
        {"harms": []},
        {"states": ["FR", "FR"]},
        {"systems": []},
        {"systems": [{"name": "x"}] * 21},
        {"title": "x" * 201},
        {"narrative": "x" * 20_001},
        {"kind": "rumour"},
        {"reporter": "somebody"},
        {"points": {"Auto": "none"}},
        {"language": "not a tag"},
        {"aware": "2026-03-14"},
    ],
)
def test_what_does_not_fit_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        _document(**changes)


def test_a_month_ends_no_earlier_than_a_day_in_it() -> None:
    _document(occurred={"from": "2026-03-14", "until": "2026-03"})


def test_a_document_that_would_not_fit_into_an_entry_is_refused() -> None:
    with pytest.raises(ValidationError, match=str(MAX_DOCUMENT_BYTES)):
        _document(narrative="\N{PILE OF POO}" * 15_000)


def test_a_reporter_has_no_field() -> None:
    names = set(ReportDocument.model_fields)
    assert not names & {"reporter", "name", "email", "contact", "identity", "author"}
