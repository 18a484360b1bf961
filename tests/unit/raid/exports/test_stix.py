"""STIX bundles, read by OASIS's own library without any leniency."""

import json
from typing import Any

import stix2

from ringwall.raid.exports.stix import EXTENSION, TLP_EXTENSION
from ringwall.raid.routing.labels import Tlp
from tests.exported import (
    AGREED,
    CATALOGUE,
    FULL,
    STANDARDS,
    exported,
    loaded,
    stix_fields,
    telling,
)
from tests.routed import CASE, REPORT, report

MARKED = {row.marking: label for label, row in STANDARDS.markings.items()}


def objects(told: Any, **more: Any) -> list[Any]:  # noqa: ANN401 - as `exported` takes
    """Return the objects as the library understands them; custom fields are refused."""
    text = exported("stix", told, **more).decode()
    return list(stix2.parse(text, allow_custom=False, version="2.1").objects)


def of_kind(found: list[Any], kind: str) -> list[Any]:
    return [one for one in found if one["type"] == kind]


def test_the_library_reads_every_object() -> None:
    told = telling([report(**FULL), report("report:r-b", Tlp.GREEN)])

    kinds = [one["type"] for one in objects(told, catalogue=CATALOGUE)]

    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "marking-definition": 3,
        "identity": 1,
        "extension-definition": 1,
        "incident": 1,
        "attack-pattern": 2,
        "software": 3,
        "note": 2,
        "relationship": 5,
        "report": 1,
    }


def test_each_reference_leads_somewhere_and_no_id_stands_twice() -> None:
    found = objects(telling([report(**FULL)]))
    known = [one["id"] for one in found]

    assert len(set(known)) == len(known)
    for one in found:
        for field in ("created_by_ref", "source_ref", "target_ref"):
            assert one.get(field, known[0]) in known
        for field in ("object_refs", "object_marking_refs"):
            assert set(map(str, one.get(field, ()))) <= set(known)


def test_the_markings_are_those_of_oasis_and_none_is_above_the_package() -> None:
    found = objects(telling([report(**AGREED)], ceiling=Tlp.AMBER))
    markings = of_kind(found, "marking-definition")

    assert [one["name"] for one in markings] == ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER"]
    for one in markings:
        told = one["extensions"][TLP_EXTENSION]["tlp_2_0"]
        assert MARKED[one["id"]].word == told


def test_each_object_has_the_label_of_what_is_in_it() -> None:
    reports = [report("report:r-a", **AGREED), report("report:r-b", Tlp.RED, **AGREED)]
    found = objects(telling(reports))

    labels = {
        one["extensions"][EXTENSION]["about"]: MARKED[one["object_marking_refs"][0]]
        for one in found
        if EXTENSION in one.get("extensions", {})
    }

    assert labels == {CASE: Tlp.AMBER, "report:r-a": Tlp.AMBER, "report:r-b": Tlp.RED}
    (whole,) = of_kind(found, "report")
    assert MARKED[whole["object_marking_refs"][0]] is Tlp.RED
    # Both name the same system: that it is concerned is told by the lower of them.
    (software,) = of_kind(found, "software")
    assert MARKED[software["object_marking_refs"][0]] is Tlp.AMBER


def test_an_incident_whose_title_is_of_a_red_report_is_red() -> None:
    (incident,) = of_kind(
        objects(telling([report("report:r-a", Tlp.RED, **AGREED)])), "incident"
    )

    assert incident["name"] == "Title of the report"
    assert MARKED[incident["object_marking_refs"][0]] is Tlp.RED


def test_without_words_the_incident_is_called_by_its_id() -> None:
    found = objects(telling([report()], part="summary"))
    (incident,) = of_kind(found, "incident")
    (note,) = of_kind(found, "note")

    assert incident["name"] == f"AI incident {CASE}"
    assert "labels" not in incident
    assert note["content"] == f"What {REPORT} says"
    assert "abstract" not in note


def test_a_technique_that_was_checked_has_its_reference_and_is_for_all() -> None:
    found = objects(telling([report(**FULL)]), catalogue=CATALOGUE)
    patterns = {one["name"]: one for one in of_kind(found, "attack-pattern")}

    known, odd = patterns["LLM Prompt Injection"], patterns["AML.T0052 Phishing"]
    assert known["external_references"][0]["external_id"] == "AML.T0051"
    assert known["external_references"][0]["description"] == "ATLAS 1.0.0"
    assert MARKED[known["object_marking_refs"][0]] is Tlp.CLEAR
    assert "external_references" not in odd
    assert MARKED[odd["object_marking_refs"][0]] is Tlp.AMBER


def test_two_reports_of_one_technique_share_it_and_tie_it_each() -> None:
    words = {**AGREED, "techniques": ["AML.T0051"]}
    reports = [report("report:r-a", **words), report("report:r-b", Tlp.RED, **words)]
    found = objects(telling(reports), catalogue=CATALOGUE)

    (pattern,) = of_kind(found, "attack-pattern")
    ties = [
        MARKED[one["object_marking_refs"][0]]
        for one in of_kind(found, "relationship")
        if one["target_ref"] == pattern["id"]
    ]
    assert ties == [Tlp.AMBER, Tlp.RED]


def test_a_system_without_a_maker_is_software_without_a_vendor() -> None:
    told = telling([report(**AGREED, systems=[{"name": "Rota", "version": "2"}])])
    (software,) = of_kind(objects(told), "software")

    assert (software["name"], software["version"]) == ("Rota", "2")
    assert "vendor" not in software


def test_a_technique_named_twice_is_tied_once() -> None:
    told = telling([report(**AGREED, techniques=["a", "a"], systems="unknown")])

    assert len(of_kind(objects(told), "relationship")) == 1


def test_the_same_facts_give_the_same_bytes_and_each_recipient_other_ids() -> None:
    one = telling([report(**FULL)])
    other = loaded("stix", telling([report(**FULL)], recipient="csirt.fr"))

    assert exported("stix", one) == exported("stix", one)
    mine = {item["id"] for item in loaded("stix", one)["objects"]}
    shared = {item["type"] for item in other["objects"] if item["id"] in mine}
    assert shared == {
        *("marking-definition", "identity", "extension-definition", "software")
    }


def test_what_comes_back_is_what_was_told() -> None:
    told = telling([report(**FULL), report("report:r-b", **AGREED)])

    found = stix_fields(exported("stix", told))

    assert json.loads(json.dumps(found)) == {one.id: one.fields for one in told.reports}
