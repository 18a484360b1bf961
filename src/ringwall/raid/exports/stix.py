"""A case as a STIX 2.1 bundle: incident, notes, techniques, software, and who may see.

Each object carries the marking of OASIS for the label of what is in it. Must never hold
an object above the label of the package.
"""

from collections.abc import Iterator
from typing import Any, Final

from ringwall.raid.exports.naming import json_bytes, observable_id, own_uuid
from ringwall.raid.exports.standards import Standards
from ringwall.raid.exports.techniques import Catalogue, Resolved, resolved
from ringwall.raid.exports.telling import (
    Given,
    Telling,
    ToldReport,
    exercise_mark,
)
from ringwall.raid.routing.labels import Tlp

__all__ = ["EXTENSION", "TLP_EXTENSION", "stix_bundle"]

TLP_EXTENSION: Final = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
"""Of OASIS: by it a marking object names a label of TLP 2.0."""
EXTENSION: Final = f"extension-definition--{own_uuid('stix', 'facts')}"
"""Ours: by it an object carries facts that STIX has no property for."""

_MARKED: Final = "2022-10-01T00:00:00.000Z"
_SINCE: Final = "2026-11-23T00:00:00.000Z"
_DESK: Final = f"identity--{own_uuid('stix', 'desk')}"
_ATLAS_URL: Final = "https://atlas.mitre.org/techniques/"
_ABOUT: Final = (
    "Facts of an AI incident as the desk was told or assessed them, each by its name: "
    "fields of a report (`ringwall schema raid-report`), or decision points with the "
    "values that are left open. `label` is of TLP 2.0."
)
_SCHEMA: Final = (
    '{"type":"object","required":["extension_type","about","label","facts"],'
    '"properties":{"extension_type":{"const":"property-extension"},"about":'
    '{"type":"string"},"label":{"enum":["clear","green","amber","amber+strict","red"]},'
    '"facts":{"type":"array","items":{"type":"object","required":["name","value"]}}}}'
)

_Json = dict[str, Any]


def stix_bundle(
    telling: Telling, given: Given, standards: Standards, catalogue: Catalogue
) -> bytes:
    """Return the bundle.

    Args:
        telling: what is told.
        given: what else it has.
        standards: the marking objects.
        catalogue: of techniques.
    """
    objects = list(_Writer(telling, given, standards, catalogue).objects())
    name = own_uuid("stix", "bundle", telling.case, telling.recipient, given.at)
    return json_bytes({"type": "bundle", "id": f"bundle--{name}", "objects": objects})


class _Writer:
    def __init__(
        self,
        telling: Telling,
        given: Given,
        standards: Standards,
        catalogue: Catalogue,
    ) -> None:
        self._telling = telling
        self._given = given
        self._standards = standards
        self._version = catalogue.version
        written = [
            line
            for report in telling.reports
            for line in report.fields.get("techniques", ())
        ]
        self._found: Resolved = resolved(written, catalogue)
        self._incident = self._id("incident")

    def objects(self) -> Iterator[_Json]:
        told = [self._told_incident(), *self._patterns(), *self._software()]
        told += [self._note(report) for report in self._telling.reports]
        told += [*self._relations(told)]
        named = [one["id"] for one in told]
        yield from self._markings()
        yield _identity()
        yield _extension()
        yield from told
        yield self._object(
            "report",
            ("report",),
            self._telling.label,
            name=self._title,
            report_types=["threat-report"],
            published=_moment(self._given.at),
            object_refs=named,
        )

    @property
    def _title(self) -> str:
        titles = (report.fields.get("title") for report in self._telling.reports)
        mark = exercise_mark(self._given.exercise)
        return next(filter(None, titles), f"{mark}AI incident {self._telling.case}")

    def _id(self, kind: str, *name: str) -> str:
        """Return the id of an object; another recipient has another."""
        whose = (self._telling.case, self._telling.recipient)
        return f"{kind}--{own_uuid('stix', *whose, kind, *name)}"

    def _object(
        self,
        kind: str,
        name: tuple[str, ...],
        label: Tlp,
        /,
        **fields: object,
    ) -> _Json:
        return {
            "type": kind,
            "spec_version": "2.1",
            "id": self._id(kind, *name),
            "created_by_ref": _DESK,
            "created": f"{self._given.opened}T00:00:00.000Z",
            "modified": _moment(self._given.at),
            **({"labels": ["exercise"]} if self._given.exercise else {}),
            **fields,
            "object_marking_refs": [self._standards.markings[label].marking],
        }

    def _markings(self) -> Iterator[_Json]:
        """Give the marking objects, as OASIS publishes them, up to the highest used."""
        for label, row in sorted(self._standards.markings.items()):
            if label <= self._telling.label:
                yield {
                    "type": "marking-definition",
                    "spec_version": "2.1",
                    "id": row.marking,
                    "created": _MARKED,
                    "name": f"TLP:{label.word.upper()}",
                    "extensions": {
                        TLP_EXTENSION: {
                            "extension_type": "property-extension",
                            "tlp_2_0": label.word,
                        }
                    },
                }

    def _told_incident(self) -> _Json:
        telling = self._telling
        titled = [one for one in telling.reports if "title" in one.fields]
        # The title is of a report, and as highly labelled as that.
        label = max([telling.standing, *(one.label for one in titled[:1])])
        facts = [
            {"name": name, "value": list(values)}
            for name, values in telling.points.items()
        ]
        return self._object(
            "incident",
            (),
            label,
            name=self._title,
            external_references=[
                {"source_name": "ringwall", "external_id": telling.case}
            ],
            extensions=_facts(telling.case, label, facts),
        ) | {"id": self._incident}

    def _note(self, report: ToldReport) -> _Json:
        facts = [
            {"name": name, "value": value} for name, value in report.fields.items()
        ]
        title = report.fields.get("title")
        references = [
            {"source_name": "reference", "description": line}
            for line in report.fields.get("references", ())
        ]
        return self._object(
            "note",
            (report.id,),
            report.label,
            **({"abstract": title} if title else {}),
            content=report.fields.get("narrative") or f"What {report.id} says",
            object_refs=[self._incident],
            **({"external_references": references} if references else {}),
            extensions=_facts(report.id, report.label, facts),
        )

    def _patterns(self) -> Iterator[_Json]:
        """Give each technique once; what ATLAS says of it is for everybody."""
        seen: set[str] = set()
        for report in self._telling.reports:
            for line in report.fields.get("techniques", ()):
                made = self._pattern(line, report.label)
                if made["id"] not in seen:
                    seen.add(made["id"])
                    yield made

    def _pattern(self, line: str, label: Tlp) -> _Json:
        known = self._found.known.get(line)
        if known is None:
            # Words of the reporter: as highly labelled as the rest of the report.
            return self._object("attack-pattern", (line, label.word), label, name=line)
        entity, name = known
        source = {
            "source_name": "mitre-atlas",
            "external_id": entity,
            "url": _ATLAS_URL + entity,
            "description": f"ATLAS {self._version}",
        }
        return self._object(
            *("attack-pattern", (entity,), Tlp.CLEAR),
            name=name,
            external_references=[source],
        )

    def _software(self) -> Iterator[_Json]:
        found: dict[str, tuple[Tlp, _Json]] = {}
        for report in self._telling.reports:
            for system in _systems(report):
                made = _software(system)
                label, _ = found.get(made["id"], (report.label, made))
                found[made["id"]] = (min(label, report.label), made)
        for label, made in found.values():
            marking = self._standards.markings[label].marking
            yield {**made, "object_marking_refs": [marking]}

    def _relations(self, told: list[_Json]) -> Iterator[_Json]:
        """Give what ties a technique or system to the incident, as the report says."""
        known = {one["id"] for one in told}
        seen: set[tuple[str, Tlp]] = set()
        for report in self._telling.reports:
            techniques = report.fields.get("techniques", ())
            ends = [self._pattern(line, report.label)["id"] for line in techniques]
            ends += [_software(system)["id"] for system in _systems(report)]
            for end in ends:
                if end in known and (end, report.label) not in seen:
                    seen.add((end, report.label))
                    yield self._object(
                        *("relationship", (end, report.label.word), report.label),
                        relationship_type="related-to",
                        source_ref=self._incident,
                        target_ref=end,
                    )


def _systems(report: ToldReport) -> list[dict[str, str]]:
    told = report.fields.get("systems", [])
    return told if isinstance(told, list) else []


def _software(system: dict[str, str]) -> _Json:
    """Return a system as an observable, whose id follows from what it is."""
    named = {"name": system["name"]}
    if system.get("developer"):
        named["vendor"] = system["developer"]
    if system.get("version"):
        named["version"] = system["version"]
    head = {"type": "software", "spec_version": "2.1"}
    return {**head, "id": observable_id("software", named), **named}


def _facts(about: str, label: Tlp, facts: list[_Json]) -> _Json:
    return {
        EXTENSION: {
            "extension_type": "property-extension",
            "about": about,
            "label": label.word,
            "facts": facts,
        }
    }


def _identity() -> _Json:
    return {
        "type": "identity",
        "spec_version": "2.1",
        "id": _DESK,
        "created": _SINCE,
        "modified": _SINCE,
        "name": "incident desk",
        "identity_class": "system",
    }


def _extension() -> _Json:
    return {
        "type": "extension-definition",
        "spec_version": "2.1",
        "id": EXTENSION,
        "created_by_ref": _DESK,
        "created": _SINCE,
        "modified": _SINCE,
        "name": "facts of an AI incident",
        "description": _ABOUT,
        "schema": _SCHEMA,
        "version": "1.0.0",
        "extension_types": ["property-extension"],
    }


def _moment(at: str) -> str:
    return at.replace("Z", ".000Z")
