"""Organisations, people and services."""

import pytest
from pydantic import ValidationError

from ringwall.model.declarations import document_of, dump_document
from ringwall.model.parties import RELATIONS, Organisation, Programme
from tests.unit.model.documents import (
    ATTESTATION,
    EXCEPTION,
    ORGANISATION,
    PERSON,
    Data,
)

STATES = ("member-state", "associated-state", "candidate-state")


@pytest.mark.parametrize(
    ("entity", "relation"),
    [
        ("gov:fr", "partner"),
        ("gov:fr", "licensee"),
        ("gov:fr", "institute"),
        ("org:x", "member-state"),
        ("org:x", "associated-state"),
        ("org:x", "candidate-state"),
        ("gov:fr", "eu-institution"),
        ("gov:fr", "international-body"),
        ("gov:fr", "assessor"),
    ],
)
def test_a_relation_that_does_not_fit_the_id_is_refused(
    entity: str, relation: str
) -> None:
    with pytest.raises(ValidationError, match="states have ids gov"):
        document_of({"id": entity, "relation": relation})


@pytest.mark.parametrize("relation", RELATIONS)
def test_every_relation_has_its_kind_of_id(relation: str) -> None:
    entity = "gov:x" if relation in STATES else "org:x"
    found = document_of({"id": entity, "relation": relation})

    assert isinstance(found, Organisation)
    assert found.relation == relation
    assert not found.enforcing


@pytest.mark.parametrize("relation", [r for r in RELATIONS if r not in STATES])
def test_only_the_institute_goes_by_a_scenario_of_open_source(relation: str) -> None:
    data = {"id": "org:x", "relation": relation, "open_source": "scenario-1"}
    if relation == "institute":
        assert dump_document(document_of(data)).items() >= data.items()
        return
    with pytest.raises(ValidationError, match="only the institute has"):
        document_of(data)


@pytest.mark.parametrize(
    "own", [{"attestations": [ATTESTATION]}, {"exceptions": [EXCEPTION]}]
)
def test_whoever_runs_sites_may_be_attested_as_a_whole(own: Data) -> None:
    data = {"id": "org:x", "relation": "partner", **own}

    assert dump_document(document_of(data)).items() >= own.items()


@pytest.mark.parametrize(
    "fields",
    [
        {"attestations": [ATTESTATION, {**ATTESTATION, "measures": ["SL2-WS-1"]}]},
        {"exceptions": [EXCEPTION, EXCEPTION]},
    ],
)
def test_a_measure_of_the_institute_is_stated_once_at_a_time(fields: Data) -> None:
    with pytest.raises(ValidationError, match="overlap in time"):
        document_of({**ORGANISATION, **fields})


@pytest.mark.parametrize(
    "own",
    [{"identity": "claimed"}, {"programme": {}}, {"open_source": "scenario-1"}],
    ids=lambda own: next(iter(own)),
)
def test_only_the_institute_says_how_it_deals_with_people(own: Data) -> None:
    institute = document_of({**ORGANISATION, **own})

    assert dump_document(institute).keys() >= own.keys()
    with pytest.raises(ValidationError, match="only the institute has `"):
        document_of({"id": "org:y", "relation": "partner", **own})


def test_identity_is_claimed_or_nothing_is_said() -> None:
    with pytest.raises(ValidationError, match="claimed"):
        document_of({**ORGANISATION, "identity": "proven"})


def test_a_programme_has_months_where_it_says_none() -> None:
    institute = document_of({**ORGANISATION, "programme": {"review_months": 3}})

    assert isinstance(institute, Organisation)
    assert institute.programme == Programme(
        screening_months=6, training_months=12, integrity_months=12, review_months=3
    )
    for months in (0, 121, 1.5):
        with pytest.raises(ValidationError):
            document_of({**ORGANISATION, "programme": {"review_months": months}})


def test_nobody_is_declared_under_the_id_of_the_unproven() -> None:
    with pytest.raises(ValidationError, match="whoever proved nothing"):
        document_of({**PERSON, "id": "user:unproven"})


@pytest.mark.parametrize("relation", ["manager", "account_of"])
def test_nobody_is_their_own_manager_or_account(relation: str) -> None:
    with pytest.raises(ValidationError, match="nobody is their own"):
        document_of({**PERSON, relation: PERSON["id"]})
