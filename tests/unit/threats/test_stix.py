"""The STIX bundle, read by OASIS's own library without any leniency."""

import json
from typing import Any

import pytest
import stix2
from stix2.v21 import vocab

from ringwall.threats.catalogue import Catalogue
from ringwall.threats.stix import BUNDLE_FILE, KILL_CHAIN, stix_files
from tests.threat_rows import catalogue


def _objects(rows: Catalogue) -> list[Any]:
    """Return the objects as the library understands them; custom fields are refused."""
    text = stix_files(rows)[BUNDLE_FILE].decode()
    bundle = stix2.parse(text, allow_custom=False, version="2.1")
    return list(bundle.objects)


def _of_kind(rows: Catalogue, kind: str) -> list[Any]:
    return [item for item in _objects(rows) if item["type"] == kind]


def _named(rows: Catalogue) -> dict[str, str]:
    """Return STIX id -> our id."""
    return {
        item["id"]: item["external_references"][0]["external_id"]
        for item in _objects(rows)
        if "external_references" in item
    }


def test_the_library_reads_every_object_without_custom_fields() -> None:
    kinds = [item["type"] for item in _objects(catalogue())]

    assert kinds.count("threat-actor") == 5
    assert kinds.count("attack-pattern") == 4
    assert kinds.count("course-of-action") == 25
    assert kinds.count("identity") == kinds.count("extension-definition") == 1


def test_each_id_is_its_own_and_each_reference_leads_somewhere() -> None:
    objects = _objects(catalogue())
    known = [item["id"] for item in objects]

    assert len(set(known)) == len(known)
    for item in objects:
        for field in ("created_by_ref", "source_ref", "target_ref"):
            assert item.get(field, known[0]) in known


def test_a_class_uses_the_vectors_that_it_can_with_their_feasibility() -> None:
    rows = catalogue()
    names = _named(rows)

    used = {
        (names[item["source_ref"]], names[item["target_ref"]]): extension["feasibility"]
        for item in _of_kind(rows, "relationship")
        if item["relationship_type"] == "uses"
        for extension in item["extensions"].values()
    }
    assert used == {
        (actor, vector.id): score
        for vector in rows.vectors.values()
        for actor, score in vector.feasibility.items()
        if score > 1
    }


def test_a_measure_mitigates_what_it_counters() -> None:
    rows = catalogue()
    names = _named(rows)

    mitigated = {
        (names[item["source_ref"]], names[item["target_ref"]])
        for item in _of_kind(rows, "relationship")
        if item["relationship_type"] == "mitigates"
    }
    assert mitigated == {
        (row.id, vector) for row in rows.measures.values() for vector in row.counters
    }


def test_actors_are_told_in_words_of_the_open_vocabularies() -> None:
    for item in _of_kind(catalogue(), "threat-actor"):
        assert item["resource_level"] in vocab.ATTACK_RESOURCE_LEVEL
        assert item["sophistication"] in vocab.THREAT_ACTOR_SOPHISTICATION
        assert set(item["threat_actor_types"]) <= set(vocab.THREAT_ACTOR_TYPE)


def test_a_stronger_class_never_has_the_lesser_means() -> None:
    actors = _of_kind(catalogue(), "threat-actor")
    means = [vocab.ATTACK_RESOURCE_LEVEL.index(a["resource_level"]) for a in actors]
    skills = [
        vocab.THREAT_ACTOR_SOPHISTICATION.index(a["sophistication"]) for a in actors
    ]

    assert means == sorted(means)
    assert skills == sorted(skills)


def test_a_vector_names_its_category_and_the_techniques_of_atlas() -> None:
    (vector,) = (
        item
        for item in _of_kind(catalogue(), "attack-pattern")
        if item["aliases"] == ["AIS-1"]
    )

    assert vector["labels"] == ["fast-moving"]
    (phase,) = vector["kill_chain_phases"]
    assert phase["kill_chain_name"] == KILL_CHAIN
    assert phase["phase_name"] == "ais-ways-of-ais"
    (atlas,) = (
        item
        for item in vector["external_references"]
        if item["source_name"] == "mitre-atlas"
    )
    assert atlas["external_id"] == "AML.T0010.001"
    assert atlas["url"] == "https://atlas.mitre.org/techniques/AML.T0010.001"


def test_a_vector_that_hardly_changes_has_no_label() -> None:
    (vector,) = (
        item
        for item in _of_kind(catalogue(), "attack-pattern")
        if item["aliases"] == ["RUC-1"]
    )

    assert "labels" not in vector


def test_the_same_catalogue_gives_the_same_bytes_and_another_gives_other_ids() -> None:
    def names(rows: Catalogue) -> set[str]:
        return {item["id"] for item in _objects(rows)}

    assert stix_files(catalogue()) == stix_files(catalogue())
    assert not names(catalogue()) & names(catalogue(digest="cd" * 32))


def test_objects_are_dated_by_their_rows() -> None:
    document = json.loads(stix_files(catalogue())[BUNDLE_FILE])

    dates = {item["modified"] for item in document["objects"]}
    assert dates == {"2026-11-21T00:00:00.000Z"}


def test_the_library_does_refuse_what_is_not_stix() -> None:
    document = json.loads(stix_files(catalogue())[BUNDLE_FILE])
    document["objects"][2]["budget"] = 1000

    with pytest.raises(stix2.exceptions.STIXError):
        stix2.parse(document, allow_custom=False, version="2.1")
