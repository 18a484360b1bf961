"""Exports in tests: what is told of reports, and readers made by others."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any, Final

import stix2
from csaf.csaf.v20 import validate
from jsonschema import Draft4Validator
from pymisp import MISPEvent

from ringwall.raid.exports.formats import Sources, written
from ringwall.raid.exports.misp import EACH, PLAIN
from ringwall.raid.exports.standards import Standards, read_standards
from ringwall.raid.exports.stix import EXTENSION
from ringwall.raid.exports.techniques import NO_CATALOGUE, Catalogue
from ringwall.raid.exports.telling import Given, Telling, telling_of
from ringwall.raid.routing.facts import CaseFacts, Report
from ringwall.raid.routing.labels import Tlp
from ringwall.raid.routing.package import pack
from ringwall.raid.routing.plan import PlannedRow
from tests.routed import CASE, TABLES, case_facts, planned

__all__ = [
    "AGREED",
    "CATALOGUE",
    "CYBER",
    "FOLDER",
    "FULL",
    "GIVEN",
    "STANDARDS",
    "check_advisory",
    "check_misp",
    "exported",
    "loaded",
    "misp_fields",
    "row_of",
    "stix_fields",
    "telling",
]

FOLDER: Final = Path(__file__).resolve().parents[1] / "raid" / "exports"
STANDARDS: Final[Standards] = read_standards(FOLDER)
GIVEN: Final = Given("2026-11-23T12:00:00Z", "2026-11-21", "example.org/log")
CYBER: Final = {"class": ("cyber",)}
AGREED: Final[Mapping[str, Any]] = {"consent": {"authorities": "yes"}}
CATALOGUE: Final = Catalogue(
    "1.0.0", {"AML.T0051": "LLM Prompt Injection", "AML.T0051.000": "Direct"}
)
FULL: Final[Mapping[str, Any]] = {
    **AGREED,
    "systems": [
        {"name": "Rota", "developer": "Example Systems", "version": "2.1"},
        {"name": "Rota mobile", "developer": "Example Systems"},
    ],
    "compute": {"low": "1e24", "high": "3e24"},
    "references": ["A page https://example.org/a", "https://example.org/b", "a book"],
    "techniques": ["AML.T0051 LLM Prompt Injection", "AML.T0052 Phishing"],
    "chain": [
        {"tactic": "AML.TA0000 First", "technique": "AML.T0051 x", "text": "came in"},
        {"text": "went on"},
    ],
    "sector": "energy",
    "harms": ["death", "rights"],
}
"""Of a report that says all that may be told."""


def row_of(facts: CaseFacts, recipient: str = "csirt.de") -> PlannedRow:
    """Return the row of a recipient in the plan of a case."""
    (row,) = [row for row in planned(facts).rows if row.recipient == recipient]
    return row


def telling(
    reports: Iterable[Report],
    points: Mapping[str, Iterable[str]] | None = None,
    exercise: str = "",
    **changes: Any,  # noqa: ANN401 - of a row
) -> Telling:
    """Return what is told of some reports to a CSIRT that may be told all."""
    facts = case_facts({**CYBER, **(points or {})}, reports)
    row = row_of(case_facts(CYBER))
    row = replace(row, **{"part": "all", "ceiling": Tlp.RED, **changes})
    return telling_of(pack(facts, row, TABLES), row, CASE, ("energy",), exercise)


def exported(
    name: str,
    told: Telling,
    given: Given = GIVEN,
    catalogue: Catalogue = NO_CATALOGUE,
) -> bytes:
    """Return an export."""
    return written(name, Sources(told, given, STANDARDS, catalogue))


def loaded(name: str, told: Telling, **more: Any) -> Any:  # noqa: ANN401 - JSON data
    """Return an export as JSON data."""
    return json.loads(exported(name, told, **more))


def stix_fields(data: bytes) -> dict[str, dict[str, Any]]:
    """Return report -> field -> value, as the library of OASIS reads a bundle."""
    bundle = stix2.parse(data.decode(), allow_custom=False, version="2.1")
    return {
        note["extensions"][EXTENSION]["about"]: {
            fact["name"]: fact["value"]
            for fact in note["extensions"][EXTENSION]["facts"]
        }
        for note in bundle.objects
        if note["type"] == "note"
    }


def check_advisory(data: bytes) -> None:
    """Check an advisory by the schema of CSAF 2.0, and by each mandatory test."""
    result = validate(json.loads(data), preset="mandatory")
    assert len(result.results) > 30
    assert [one for one in result.results if not one.passed and not one.skipped] == []


def check_misp(data: bytes) -> None:
    """Raise unless an event is as the schema says that comes with the library."""
    schema = resources.files("pymisp").joinpath("data", "schema.json").read_bytes()
    Draft4Validator(json.loads(schema)).validate(json.loads(data))


def misp_fields(data: bytes) -> dict[str, dict[str, Any]]:
    """Return report or case -> name -> value, as the library of MISP reads an event."""
    check_misp(data)
    event = MISPEvent()
    event.load(data.decode())
    found: dict[str, dict[str, Any]] = {}
    for attribute in event.attributes:
        about, name = attribute.comment.split(" ")
        fields = found.setdefault(about, {})
        if name in EACH:
            fields.setdefault(name, []).append(attribute.value)
        else:
            is_plain = name in PLAIN and about != CASE
            fields[name] = attribute.value if is_plain else json.loads(attribute.value)
    return found
