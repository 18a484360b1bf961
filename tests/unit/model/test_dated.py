"""Statements that count from one instant until another."""

import pytest
from pydantic import TypeAdapter, ValidationError

from ringwall.model.dated import (
    Attestation,
    Evidence,
    MeasureException,
    Registration,
    Safeguard,
    Timed,
    check_apart,
)
from ringwall.model.declarations import document_of, dump_document
from tests.unit.model.documents import (
    ATTESTATION,
    DATES,
    EXCEPTION,
    PERSON,
    SAFEGUARD,
    SCREENING,
    STATE,
    Data,
)


@pytest.mark.parametrize("key", ["from", "until"])
@pytest.mark.parametrize("text", ["2026-06-01", "2026-06-01T00:00:00", "June", 2026])
def test_a_date_without_a_zone_is_refused(key: str, text: object) -> None:
    with pytest.raises(ValidationError, match=key):
        document_of({**PERSON, "screening": {**SCREENING, key: text}})


@pytest.mark.parametrize(
    "until",
    ["2026-01-01T00:00:00Z", "2025-12-31T00:00:00Z", "2026-01-01T01:00:00+02:00"],
)
def test_evidence_that_ends_before_it_starts_is_refused(until: str) -> None:
    with pytest.raises(ValidationError, match="`until` is not after `from`"):
        document_of({**PERSON, "screening": {**SCREENING, "until": until}})


@pytest.mark.parametrize("key", ["assessor", "from", "until", "level"])
def test_evidence_that_lacks_a_date_an_assessor_or_a_level_is_refused(key: str) -> None:
    screening = {name: value for name, value in SCREENING.items() if name != key}

    with pytest.raises(ValidationError, match="Field required"):
        document_of({**PERSON, "screening": screening})


def test_the_field_of_the_start_is_called_from_and_nothing_else() -> None:
    screening = {"start" if k == "from" else k: v for k, v in SCREENING.items()}

    with pytest.raises(ValidationError, match="from"):
        document_of({**PERSON, "screening": screening})


def test_dates_are_kept_in_utc() -> None:
    screening = {**SCREENING, "from": "2026-01-01T02:00:00+02:00"}
    person = document_of({**PERSON, "screening": screening})

    assert dump_document(person)["screening"]["from"] == "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("evidence", "message"),
    [
        ({"kind": "cybersecurity"}, "has a `level`"),
        ({"kind": "cybersecurity", "score": 50}, "has a `level`"),
        ({"kind": "cybersecurity", "level": "SL3", "score": 50}, "has a `score`"),
        ({"kind": "rule-of-law"}, "has a `score`"),
        ({"kind": "rule-of-law", "level": "SL3"}, "has a `level`"),
        ({"kind": "freedoms"}, "has a `score`"),
        ({"kind": "freedoms", "level": "SL3", "score": 50}, "has a `level`"),
        ({"kind": "screening", "level": "SL3"}, "has a `level`"),
        ({"kind": "screening", "score": 50}, "has a `score`"),
        ({"kind": "freedoms", "score": 101}, "less than or equal to 100"),
        ({"kind": "freedoms", "score": -1}, "greater than or equal to 0"),
        ({"kind": "freedoms", "score": 70.5}, "valid integer"),
        ({"kind": "freedoms", "score": True}, "valid integer"),
        ({"kind": "wealth", "score": 50}, "kind"),
    ],
)
def test_evidence_with_the_wrong_measure_is_refused(
    evidence: Data, message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        document_of({**STATE, "evidence": [{**DATES, **evidence}]})


def test_an_agreement_is_there_or_not() -> None:
    assert Evidence.model_validate({**DATES, "kind": "agreement"}).level is None
    with pytest.raises(ValidationError, match="has a `level`"):
        Evidence.model_validate({**DATES, "kind": "agreement", "level": "SL3"})


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Attestation, ATTESTATION),
        (MeasureException, EXCEPTION),
        (Safeguard, SAFEGUARD),
        (Registration, DATES),
    ],
)
def test_every_statement_ends_after_it_starts(kind: type[Timed], data: Data) -> None:
    assert kind.model_validate(data).until == DATES["until"]
    with pytest.raises(ValidationError, match="`until` is not after `from`"):
        kind.model_validate({**data, "until": data["from"]})
    with pytest.raises(ValidationError, match="until"):
        kind.model_validate({k: v for k, v in data.items() if k != "until"})


@pytest.mark.parametrize(
    ("kind", "data", "missing"),
    [
        *((Attestation, ATTESTATION, key) for key in ATTESTATION),
        *((MeasureException, EXCEPTION, key) for key in EXCEPTION),
        *((Safeguard, SAFEGUARD, key) for key in SAFEGUARD),
    ],
)
def test_a_statement_says_all_that_it_has_to(
    kind: type[Timed], data: Data, missing: str
) -> None:
    with pytest.raises(ValidationError, match="Field required"):
        kind.model_validate({k: v for k, v in data.items() if k != missing})


@pytest.mark.parametrize(
    "change",
    [
        {"measures": []},
        {"measures": ["SL6-WS-1"]},
        {"assessor": "user:ada"},
        {"assessor": "site assurance board"},
        {"evidence": "report 12"},
        {"domain": "weights"},
    ],
)
def test_an_attestation_names_measures_an_organisation_and_its_evidence(
    change: Data,
) -> None:
    with pytest.raises(ValidationError):
        Attestation.model_validate({**ATTESTATION, **change})


@pytest.mark.parametrize(
    "approved_by", [["user:ada"], [], ["user:ada", "user:ada"], ["org:a", "user:ada"]]
)
def test_an_exception_is_approved_by_two_people_at_least(
    approved_by: list[str],
) -> None:
    with pytest.raises(ValidationError):
        MeasureException.model_validate({**EXCEPTION, "approved_by": approved_by})


def timed(start: str, until: str) -> Timed:
    texts = (f"2026-{month}-01T00:00:00Z" for month in (start, until))
    dates = dict(zip(("from", "until"), texts, strict=True))
    return TypeAdapter(Timed).validate_python(dates)


@pytest.mark.parametrize(
    "statements",
    [
        [],
        [("a", timed("01", "03"))],
        [("a", timed("01", "03")), ("a", timed("03", "05"))],
        [("a", timed("01", "03")), ("b", timed("02", "05"))],
        [("b", timed("02", "05")), ("a", timed("01", "03"))],
    ],
)
def test_statements_that_follow_each_other_are_apart(
    statements: list[tuple[str, Timed]],
) -> None:
    check_apart(statements)


@pytest.mark.parametrize(
    "statements",
    [
        [("a", timed("01", "03")), ("a", timed("02", "05"))],
        [("a", timed("02", "05")), ("a", timed("01", "03"))],
        [("a", timed("01", "09")), ("a", timed("02", "03"))],
        [("a", timed("01", "03")), ("a", timed("01", "03"))],
        [("b", timed("01", "03")), ("a", timed("01", "03")), ("b", timed("02", "03"))],
    ],
)
def test_statements_about_one_thing_at_one_time_are_refused(
    statements: list[tuple[str, Timed]],
) -> None:
    about = statements[0][0]
    with pytest.raises(ValueError, match=f"about `{about}` overlap in time"):
        check_apart(statements)
