"""The threat models as a STIX 2.1 bundle: who attacks, by which means, what mitigates.

The open vocabularies of STIX (OASIS) are used as they stand; which of their words
fits a class of attack is our own mapping. Must never name a real actor.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from ringwall.threats.catalogue import Catalogue
from ringwall.threats.interchange import NAMESPACE, Naming, json_bytes, newest_day
from ringwall.threats.rows import Actor, Measure, Sourced, Vector

__all__ = ["BUNDLE_FILE", "KILL_CHAIN", "stix_files"]

BUNDLE_FILE: Final = "bundle.json"
KILL_CHAIN: Final = "rand-rr-a2849-1-categories"
"""Name under which the categories of vectors stand as phases."""

_ATLAS: Final = "https://atlas.mitre.org/techniques/"
_FEASIBLE: Final = 2
_ABOUT_SCORES: Final = (
    "Feasibility of a vector for a class of attack, 1 to 5, after RAND RR-A2849-1: the "
    "chance that one operation of the class succeeds. Relationships of score 1, at "
    "most 20%, are left out."
)
_SCHEMA: Final = (
    '{"type":"object","required":["extension_type","feasibility"],"properties":'
    '{"extension_type":{"const":"property-extension"},'
    '"feasibility":{"type":"integer","minimum":1,"maximum":5}}}'
)

_Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Fit:
    """The words of STIX that come closest to a class of attack."""

    types: tuple[str, ...]
    sophistication: str
    resources: str


_FITS: Final[Mapping[str, _Fit]] = MappingProxyType(
    {
        "OC1": _Fit(("hacker",), "minimal", "individual"),
        "OC2": _Fit(("hacker", "criminal"), "intermediate", "individual"),
        "OC3": _Fit(
            ("crime-syndicate", "insider-disgruntled", "terrorist", "competitor"),
            "advanced",
            "team",
        ),
        "OC4": _Fit(("nation-state", "spy"), "expert", "government"),
        "OC5": _Fit(("nation-state", "spy"), "strategic", "government"),
    }
)


def stix_files(catalogue: Catalogue) -> dict[str, bytes]:
    """Return file name -> document: one bundle."""
    writer = _Writer(catalogue)
    bundle = {
        "type": "bundle",
        "id": writer.id("bundle", "all"),
        "objects": list(writer.objects()),
    }
    return {BUNDLE_FILE: json_bytes(bundle)}


class _Writer:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._naming = Naming(catalogue)
        self._newest = newest_day(catalogue)
        self._author = self.id("identity", "author")
        self._scores = self.id("extension-definition", "feasibility")

    def id(self, kind: str, name: str) -> str:
        return f"{kind}--{self._naming.uuid(f'stix/{kind}/{name}')}"

    def objects(self) -> Iterator[_Json]:
        yield self._identity()
        yield self._extension()
        for actor in self._catalogue.actors.values():
            yield self._threat_actor(actor)
        for vector in self._catalogue.vectors.values():
            yield self._attack_pattern(vector)
        for measure in self._catalogue.measures.values():
            yield self._course_of_action(measure)
        yield from self._uses()
        yield from self._mitigates()

    def _object(self, kind: str, name: str, day: str, /, **fields: object) -> _Json:
        moment = f"{day}T00:00:00.000Z"
        head = {"type": kind, "spec_version": "2.1", "id": self.id(kind, name)}
        author = {} if kind == "identity" else {"created_by_ref": self._author}
        return {**head, **author, "created": moment, "modified": moment, **fields}

    def _identity(self) -> _Json:
        return self._object(
            "identity",
            "author",
            self._newest,
            name="ringwall threat models",
            description=f"Threat models with the digest {self._catalogue.digest}",
            identity_class="system",
        )

    def _extension(self) -> _Json:
        return self._object(
            "extension-definition",
            "feasibility",
            self._newest,
            name="feasibility",
            description=_ABOUT_SCORES,
            schema=_SCHEMA,
            version="1.0.0",
            extension_types=["property-extension"],
        )

    def _threat_actor(self, row: Actor) -> _Json:
        fit = _FITS[row.id]
        about = (
            f"A class of operations, not one actor: about {row.people:,} people over "
            f"{row.time} with up to ${row.budget_usd:,}. Expertise: {row.expertise}. "
            f"Infrastructure: {row.infrastructure}. Access: {row.access}."
        )
        return self._object(
            "threat-actor",
            row.id,
            row.date,
            name=f"{row.id}: {row.name}",
            description=about,
            threat_actor_types=list(fit.types),
            aliases=[row.id],
            sophistication=fit.sophistication,
            resource_level=fit.resources,
            external_references=self._references(row.id, row),
        )

    def _attack_pattern(self, row: Vector) -> _Json:
        category = self._catalogue.category(row.category)
        atlas = [
            {
                "source_name": "mitre-atlas",
                "external_id": technique,
                "url": _ATLAS + technique,
            }
            for technique in row.atlas
        ]
        phase = {
            "kill_chain_name": KILL_CHAIN,
            "phase_name": "-".join(_words(f"{category.id} {category.name}")),
        }
        moving = {"labels": ["fast-moving"]} if row.fast_moving else {}
        return self._object(
            "attack-pattern",
            row.id,
            row.date,
            name=row.name,
            aliases=[row.id],
            kill_chain_phases=[phase],
            external_references=[*self._references(row.id, row), *atlas],
            **moving,
        )

    def _course_of_action(self, row: Measure) -> _Json:
        labels = [str(row.level), row.domain.value, f"scope-{row.scope}", row.csf]
        return self._object(
            "course-of-action",
            row.id,
            row.date,
            name=f"{row.id}: {row.name.replace('-', ' ')}",
            description=row.about,
            labels=labels,
            external_references=self._references(row.id, row),
        )

    def _uses(self) -> Iterator[_Json]:
        for vector in self._catalogue.vectors.values():
            for actor, score in vector.feasibility.items():
                if score < _FEASIBLE:
                    continue
                extension = {
                    "extension_type": "property-extension",
                    "feasibility": score,
                }
                yield self._object(
                    "relationship",
                    f"{actor} uses {vector.id}",
                    vector.date,
                    relationship_type="uses",
                    source_ref=self.id("threat-actor", actor),
                    target_ref=self.id("attack-pattern", vector.id),
                    extensions={self._scores: extension},
                )

    def _mitigates(self) -> Iterator[_Json]:
        for measure in self._catalogue.measures.values():
            for vector in measure.counters:
                yield self._object(
                    "relationship",
                    f"{measure.id} mitigates {vector}",
                    measure.date,
                    relationship_type="mitigates",
                    source_ref=self.id("course-of-action", measure.id),
                    target_ref=self.id("attack-pattern", vector),
                )

    def _references(self, name: str, row: Sourced) -> list[_Json]:
        return [
            {"source_name": NAMESPACE, "external_id": name},
            {"source_name": row.source, "description": f"mark {row.mark}"},
        ]


def _words(text: str) -> list[str]:
    """Return the words of a name in small ASCII letters, as STIX asks of phases."""
    kept = "".join(c if c.isascii() and c.isalnum() else " " for c in text.lower())
    return kept.split()
