"""Declarations: what each kind of document takes, and every refusal."""

import pytest
from pydantic import TypeAdapter, ValidationError

from ringwall.model.declarations import (
    MAX_TENSORS_LISTED,
    SECTIONS,
    Asset,
    Declaration,
    Level,
    Organisation,
    Person,
    Point,
    Service,
    Site,
    TierWord,
    document_of,
    dump_document,
    references_of,
)
from ringwall.model.levels import Capability, Domain, SecurityLevel
from ringwall.model.tiers import Tier
from tests.unit.model.documents import (
    ATTESTATION,
    CYBER,
    DATASET,
    DATES,
    DIGEST,
    FILE,
    GOOD,
    ORGANISATION,
    PERSON,
    POINT,
    SCREENING,
    SERVICE,
    SITE,
    STATE,
    TENSOR,
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


@pytest.mark.parametrize("level", ["SL6", "sl3", "3", "", "upper"])
def test_an_unknown_level_is_refused(level: str) -> None:
    with pytest.raises(ValidationError, match="is not one of SL0, SL1"):
        document_of({**PERSON, "screening": {**SCREENING, "level": level}})


@pytest.mark.parametrize("level", [3, None, True, ["SL3"]])
def test_a_level_that_is_no_text_is_refused(level: object) -> None:
    with pytest.raises(ValidationError, match="expected one of SL0, SL1"):
        document_of({**PERSON, "screening": {**SCREENING, "level": level}})


def test_a_level_and_a_tier_may_be_given_as_what_they_are() -> None:
    assert TypeAdapter(Level).validate_python(SecurityLevel.SL2) is SecurityLevel.SL2
    assert TypeAdapter(TierWord).validate_python(Tier.LOWER) is Tier.LOWER
    with pytest.raises(ValidationError, match="expected one of lower"):
        TypeAdapter(TierWord).validate_python(SecurityLevel.SL2)


def test_an_unknown_domain_is_refused() -> None:
    attestation = {**ATTESTATION, "domain": "power"}

    with pytest.raises(ValidationError, match="domain"):
        document_of({**SITE, "attestations": [attestation]})


@pytest.mark.parametrize("domain", Domain)
def test_a_site_is_attested_by_domain(domain: Domain) -> None:
    site = document_of({**SITE, "attestations": [{**ATTESTATION, "domain": domain}]})

    assert isinstance(site, Site)
    assert site.attestations[0].domain is domain


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


@pytest.mark.parametrize(
    ("entity", "relation"),
    [
        ("gov:fr", "partner"),
        ("gov:fr", "licensee"),
        ("gov:fr", "institute"),
        ("org:x", "member-state"),
        ("org:x", "associated-state"),
    ],
)
def test_a_relation_that_does_not_fit_the_id_is_refused(
    entity: str, relation: str
) -> None:
    with pytest.raises(ValidationError, match="states have ids gov"):
        document_of({"id": entity, "relation": relation})


@pytest.mark.parametrize("key", ["roles", "compartments"])
def test_a_word_that_stands_twice_is_refused(key: str) -> None:
    with pytest.raises(ValidationError, match="stands in the list twice"):
        document_of({**PERSON, key: ["a", "b", "a"]})


@pytest.mark.parametrize("words", [["b", "a"], ("b", "a")])
def test_the_order_of_words_is_no_part_of_their_meaning(words: object) -> None:
    person = Person.model_validate({**PERSON, "roles": words})

    assert person.roles == ("a", "b")
    assert document_of(dump_document(person)) == person


@pytest.mark.parametrize("entity", ["weights:w", "checkpoint:c"])
def test_a_model_without_compute_is_refused(entity: str) -> None:
    with pytest.raises(ValidationError, match="a model needs `compute`"):
        document_of({"id": entity, "content": "open"})


@pytest.mark.parametrize("extra", [{"capability": "below"}, {"file": FILE}])
def test_only_models_have_a_capability_or_a_file(extra: Data) -> None:
    with pytest.raises(ValidationError, match="only weights and checkpoints"):
        document_of({**DATASET, **extra})


def test_compute_may_be_one_number() -> None:
    document = document_of({**WEIGHTS, "compute": {"low": "10", "high": "1e1"}})

    assert dump_document(document)["compute"] == {"low": "10", "high": "1e1"}


def test_compute_whose_low_is_above_its_high_is_refused() -> None:
    with pytest.raises(ValidationError, match="`low` is above `high`"):
        document_of({**WEIGHTS, "compute": {"low": "2e25", "high": "1.9e25"}})


@pytest.mark.parametrize("text", ["1e61", "-1", "1.5", "", "lots"])
def test_compute_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match=r"compute\.high"):
        document_of({**WEIGHTS, "compute": {"low": "0", "high": text}})


@pytest.mark.parametrize(
    "change",
    [
        {"bytes": -1},
        {"bytes": 2**53},
        {"tensor_count": 2**53},
        {"tensors": [{**TENSOR, "shape": [-1]}]},
        {"tensors": [{**TENSOR, "shape": [2**53]}]},
        {"tensors": [{**TENSOR, "shape": "2,3"}]},
        {"tensors": [{**TENSOR, "name": ""}]},
        {"tensors": [TENSOR] * (MAX_TENSORS_LISTED + 1), "tensor_count": 1000},
    ],
)
def test_a_file_that_the_record_can_not_hold_is_refused(change: Data) -> None:
    with pytest.raises(ValidationError, match="file"):
        document_of({**WEIGHTS, "file": {**FILE, **change}})


def test_a_file_can_not_list_more_tensors_than_it_has() -> None:
    with pytest.raises(ValidationError, match="than `tensor_count` says"):
        document_of({**WEIGHTS, "file": {**FILE, "tensor_count": 0}})


@pytest.mark.parametrize(
    ("data", "capability"),
    [
        ({**WEIGHTS, "capability": "below"}, Capability.BELOW),
        ({**WEIGHTS, "capability": "near"}, Capability.NEAR),
        ({**WEIGHTS, "capability": "reached"}, Capability.REACHED),
        ({**WEIGHTS, "capability": "unknown"}, Capability.REACHED),
        (WEIGHTS, Capability.REACHED),
        (DATASET, Capability.NONE),
    ],
)
def test_a_capability_that_nobody_evaluated_counts_as_reached(
    data: Data, capability: Capability
) -> None:
    asset = document_of(data)

    assert isinstance(asset, Asset)
    assert asset.evaluated() is capability


@pytest.mark.parametrize(
    ("data", "kind", "references"),
    [
        (ORGANISATION, Organisation, ()),
        (PERSON, Person, (("organisation", "org:x"),)),
        (SERVICE, Service, (("organisation", "org:x"), ("operator", "user:ada"))),
        (SITE, Site, (("operator", "org:x"),)),
        (POINT, Point, (("site", "site:hub"),)),
        (DATASET, Asset, ()),
    ],
)
def test_a_document_names_what_it_leans_on(
    data: Data, kind: type, references: tuple[tuple[str, str], ...]
) -> None:
    document = document_of(data)

    assert type(document) is kind
    assert references_of(document) == references


def test_a_declaration_holds_each_kind_in_its_section() -> None:
    data: Data = {
        "organisations": [ORGANISATION],
        "people": [PERSON],
        "services": [SERVICE],
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
