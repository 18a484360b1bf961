"""Declarations: what each kind of document takes, and every refusal."""

import pytest
from pydantic import ValidationError

from ringwall.model.assets import Asset
from ringwall.model.declarations import (
    SECTIONS,
    Declaration,
    Reference,
    document_of,
    dump_document,
    references_of,
)
from ringwall.model.parties import Organisation, Person, Service
from ringwall.model.places import Point, Site
from ringwall.model.providers import Provider
from tests.unit.model.documents import (
    ATTESTATION,
    CYBER,
    DATASET,
    DIGEST,
    EXCEPTION,
    FILE,
    GOOD,
    LOGIN,
    ORGANISATION,
    PERSON,
    POINT,
    PROVIDER,
    RUN,
    SAFEGUARD,
    SCREENING,
    SERVICE,
    SITE,
    WEIGHTS,
    Data,
)


@pytest.mark.parametrize("data", GOOD)
def test_a_document_comes_back_from_its_json_form_without_what_is_absent(
    data: Data,
) -> None:
    document = document_of(data)
    dumped = dump_document(document)

    assert document_of(dumped) == document
    assert data.items() <= dumped.items()
    assert None not in dumped.values()


@pytest.mark.parametrize("data", GOOD)
def test_an_unknown_key_is_refused(data: Data) -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        document_of({**data, "name": "Ada"})


@pytest.mark.parametrize("data", GOOD)
@pytest.mark.parametrize("note", [5, "", "a\u202eb", "x" * 501])
def test_a_note_that_nobody_can_read_is_refused(data: Data, note: object) -> None:
    with pytest.raises(ValidationError, match="note"):
        document_of({**data, "note": note})


@pytest.mark.parametrize(
    ("data", "missing"),
    [
        (ORGANISATION, "relation"),
        (PERSON, "organisation"),
        (SERVICE, "organisation"),
        (SERVICE, "operator"),
        (SITE, "operator"),
        (POINT, "site"),
        (DATASET, "content"),
    ],
)
def test_a_missing_key_is_refused(data: Data, missing: str) -> None:
    short = {key: value for key, value in data.items() if key != missing}

    with pytest.raises(ValidationError, match=f"{missing}\n.*Field required"):
        document_of(short)


@pytest.mark.parametrize(
    ("data", "key", "wrong"),
    [
        (ORGANISATION, "relation", "friend"),
        (ORGANISATION, "suspended", "yes"),
        (ORGANISATION, "suspended", 1),
        (ORGANISATION, "evidence", CYBER),
        (ORGANISATION, "evidence", "CYBER"),
        (PERSON, "organisation", "user:x"),
        (PERSON, "roles", "researcher"),
        (PERSON, "roles", ["Researcher"]),
        (PERSON, "roles", [5]),
        (PERSON, "roles", {"researcher": 1}),
        (PERSON, "screening", [SCREENING]),
        (PERSON, "compartments", ["a b"]),
        (SERVICE, "operator", "org:x"),
        (SERVICE, "operator", "service:s"),
        (SITE, "operator", "user:ada"),
        (SITE, "attestations", ATTESTATION),
        (POINT, "site", "hub"),
        (WEIGHTS, "tier", "middle"),
        (WEIGHTS, "tier", 1),
        (WEIGHTS, "content", "secret"),
        (WEIGHTS, "capability", "none"),
        (WEIGHTS, "compute", "1e25"),
        (WEIGHTS, "compute", {"low": 10**25, "high": "2e25"}),
        (WEIGHTS, "compute", {"low": "1e25"}),
        (WEIGHTS, "file", {**FILE, "sha256": DIGEST.upper()}),
        (WEIGHTS, "derived_from", "weights:a"),
        (WEIGHTS, "derived_from", ["user:ada"]),
        (WEIGHTS, "held_at", ["point:desk"]),
        (WEIGHTS, "authors", ["service:s"]),
        (WEIGHTS, "dual_use", "none"),
        (WEIGHTS, "disclosure", "open"),
        (WEIGHTS, "integrity", 2),
        (WEIGHTS, "evaluations", [{"threshold": "asl-3"}]),
        (WEIGHTS, "evaluations", [{"threshold": "ASL 3", "finding": "near"}]),
        (RUN, "developer", "user:ada"),
        (RUN, "equivalent", "yes"),
        (RUN, "safeguards", SAFEGUARD),
        (RUN, "safeguards", [{**SAFEGUARD, "kind": "promise"}]),
        (ORGANISATION, "open_source", "scenario-4"),
        (ORGANISATION, "enforcing", "no"),
        (POINT, "interface", "hardened"),
        (POINT, "tier", 0),
        (SITE, "cluster", {"performance": 1e21, "network_gbits": 1}),
        (SITE, "cluster", {"performance": "1e21"}),
    ],
)
def test_a_wrong_value_is_refused(data: Data, key: str, wrong: object) -> None:
    with pytest.raises(ValidationError, match=key):
        document_of({**data, key: wrong})


@pytest.mark.parametrize(
    "data",
    [{}, {"id": 5}, {"id": "ada"}, {"id": "robot:r"}, {"id": None}, {"id": ["user:a"]}],
)
def test_a_document_without_an_id_of_a_known_kind_is_refused(data: Data) -> None:
    with pytest.raises(ValueError, match="no id of a known kind"):
        document_of(data)


@pytest.mark.parametrize("entity", ["user:Ada", "user:", "user:a b", "user:-a"])
def test_a_malformed_id_is_refused(entity: str) -> None:
    with pytest.raises(ValidationError, match="is not an id such as"):
        document_of({**PERSON, "id": entity})


def test_a_declaration_holds_each_kind_in_its_section() -> None:
    data: Data = {
        "organisations": [ORGANISATION],
        "people": [PERSON],
        "services": [SERVICE],
        "providers": [PROVIDER],
        "sites": [SITE],
        "points": [POINT],
        "assets": [WEIGHTS, DATASET],
        "remove": ["gov:fr"],
    }
    declaration = Declaration.model_validate(data)

    assert {name: type(getattr(declaration, name)[0]) for name in SECTIONS} == SECTIONS
    assert declaration.remove == ("gov:fr",)


def test_an_empty_declaration_declares_nothing() -> None:
    declaration = Declaration.model_validate({})

    assert not any(getattr(declaration, name) for name in (*SECTIONS, "remove"))


@pytest.mark.parametrize(
    "data",
    [
        {"persons": []},
        {"people": PERSON},
        {"people": [ORGANISATION]},
        {"assets": ["weights:w"]},
        {"remove": ["robot:r"]},
        {"remove": "user:ada"},
    ],
)
def test_a_declaration_of_another_shape_is_refused(data: Data) -> None:
    with pytest.raises(ValidationError):
        Declaration.model_validate(data)


HUB = Site.model_validate(
    {
        **SITE,
        "attestations": [ATTESTATION, {**ATTESTATION, "measures": ["SL1-SW-1"]}],
        "exceptions": [EXCEPTION],
    }
)


@pytest.mark.parametrize(
    ("data", "kind", "references"),
    [
        (ORGANISATION, Organisation, ()),
        (PERSON, Person, ((("organisation",), "org:x"),)),
        (
            SERVICE,
            Service,
            ((("organisation",), "org:x"), (("operator",), "user:ada")),
        ),
        (PROVIDER, Provider, ()),
        (
            {**PERSON, "manager": "user:bob", "account_of": "user:cas"},
            Person,
            (
                (("organisation",), "org:x"),
                (("manager",), "user:bob"),
                (("account_of",), "user:cas"),
            ),
        ),
        (
            {**SERVICE, "logins": [LOGIN]},
            Service,
            (
                (("organisation",), "org:x"),
                (("operator",), "user:ada"),
                (("logins", 0, "provider"), "idp:institute"),
            ),
        ),
        (SITE, Site, ((("operator",), "org:x"),)),
        (POINT, Point, ((("site",), "site:hub"),)),
        (DATASET, Asset, ()),
        (
            {**ORGANISATION, "attestations": [ATTESTATION], "exceptions": [EXCEPTION]},
            Organisation,
            (
                (("attestations", 0, "assessor"), "org:a"),
                (("exceptions", 0, "approved_by", 0), "user:ada"),
                (("exceptions", 0, "approved_by", 1), "user:bob"),
            ),
        ),
        (
            dump_document(HUB),
            Site,
            (
                (("operator",), "org:x"),
                (("attestations", 0, "assessor"), "org:a"),
                (("attestations", 1, "assessor"), "org:a"),
                (("exceptions", 0, "approved_by", 0), "user:ada"),
                (("exceptions", 0, "approved_by", 1), "user:bob"),
            ),
        ),
        (
            {
                **RUN,
                "derived_from": ["weights:b", "weights:a"],
                "held_at": ["site:hub"],
                "authors": ["user:ada"],
                "safeguards": [SAFEGUARD],
            },
            Asset,
            (
                (("developer",), "org:x"),
                (("derived_from", 0), "weights:a"),
                (("derived_from", 1), "weights:b"),
                (("held_at", 0), "site:hub"),
                (("authors", 0), "user:ada"),
                (("safeguards", 0, "assessor"), "org:a"),
            ),
        ),
    ],
)
def test_a_document_names_each_other_that_it_leans_on_and_where(
    data: Data, kind: type, references: tuple[Reference, ...]
) -> None:
    document = document_of(data)

    assert type(document) is kind
    assert references_of(document) == references
