"""The measures as an OSCAL catalog, and each level as a profile of it.

OSCAL 1.1 (NIST). Must never say that a level is certified: the documents say
`aligned with`, and mark what is our own mapping.
"""

from collections.abc import Iterable
from typing import Any, Final

from ringwall.model.levels import SecurityLevel
from ringwall.threats.catalogue import Catalogue
from ringwall.threats.interchange import (
    NAMESPACE,
    Naming,
    json_bytes,
    newest_day,
    sources,
)
from ringwall.threats.rows import Level, Measure

__all__ = ["CATALOG_FILE", "OSCAL_VERSION", "oscal_files", "profile_file"]

OSCAL_VERSION: Final = "1.1.3"
CATALOG_FILE: Final = "catalog.json"
_REMARKS: Final = (
    "After RAND RR-A2849-1 (2024), told in our own words. A site is aligned with a "
    "level when every measure up to it is in force; nothing here certifies a level. "
    "Ids, titles, domains, scopes and counters are our own mapping."
)

_Json = dict[str, Any]


def oscal_files(catalogue: Catalogue) -> dict[str, bytes]:
    """Return file name -> document: the catalog, and a profile for each level."""
    writer = _Writer(catalogue)
    files = {CATALOG_FILE: json_bytes(writer.catalog())}
    for level in catalogue.levels.values():
        files[profile_file(level.id)] = json_bytes(writer.profile(level))
    return files


def profile_file(level: str) -> str:
    """Return the name of the file with a level's profile, e.g. profile-sl3.json."""
    return f"profile-{level.lower()}.json"


class _Writer:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._naming = Naming(catalogue)

    def catalog(self) -> _Json:
        levels = self._catalogue.levels.values()
        return {
            "catalog": {
                "uuid": self._naming.uuid("oscal/catalog"),
                "metadata": self._metadata("Measures that protect model weights"),
                "groups": [self._level_group(level) for level in levels],
                "back-matter": {
                    "resources": [
                        {
                            "uuid": self._naming.uuid(f"source/{text}"),
                            "title": text,
                            "citation": {"text": text},
                        }
                        for text in sources(self._catalogue)
                    ]
                },
            }
        }

    def profile(self, level: Level) -> _Json:
        ids = [_token(row.id) for row in self._measures() if row.level <= level.level]
        title = f"Measures that security level {level.id} asks for in all"
        return {
            "profile": {
                "uuid": self._naming.uuid(f"oscal/profile/{level.id}"),
                "metadata": self._metadata(title),
                "imports": [
                    {"href": CATALOG_FILE, "include-controls": [{"with-ids": ids}]}
                ],
                "merge": {"as-is": True},
            }
        }

    def _metadata(self, title: str) -> _Json:
        day = newest_day(self._catalogue)
        return {
            "title": title,
            "last-modified": f"{day}T00:00:00Z",
            "version": f"{day}+{self._catalogue.digest[:12]}",
            "oscal-version": OSCAL_VERSION,
            "props": [_own("catalogue-digest", self._catalogue.digest)],
            "remarks": _REMARKS,
        }

    def _measures(self) -> Iterable[Measure]:
        return self._catalogue.measures.values()

    def _level_group(self, level: Level) -> _Json:
        codes: dict[str, list[Measure]] = {}
        for row in self._measures():
            if row.level == level.level:
                codes.setdefault(row.category, []).append(row)
        group = {
            "id": _token(level.id),
            "class": "security-level",
            "title": f"{level.id}: {level.benchmark.theme}",
            "props": [
                _label(level.id),
                _own("goal-against", level.goal.against),
                _own("goal-strength", level.goal.strength),
                *_provenance(level.source, level.mark, level.date),
            ],
            "links": [self._reference(level.source)],
            "parts": [
                {
                    "id": f"{_token(level.id)}_ovw",
                    "name": "overview",
                    "prose": f"What it should stop: {level.goal.scope} "
                    f"({level.goal.strength}). State: {level.benchmark.state}.",
                }
            ],
        }
        # A group without members would say that the level asks for nothing.
        if codes:
            group["groups"] = [
                self._category_group(level.level, code, rows)
                for code, rows in codes.items()
            ]
        return group

    def _category_group(
        self, level: SecurityLevel, code: str, rows: list[Measure]
    ) -> _Json:
        domains = ", ".join(dict.fromkeys(row.domain.value for row in rows))
        return {
            "id": f"{_token(str(level))}-{code.lower()}",
            "class": "category",
            "title": f"{level}, category {code} ({domains})",
            "props": [_label(f"{level}-{code}")],
            "controls": [self._control(row) for row in rows],
        }

    def _control(self, row: Measure) -> _Json:
        token = _token(row.id)
        own = {"csf": row.csf, "domain": row.domain.value, "scope": row.scope}
        stem, _, number = token.rpartition("-")
        return {
            "id": token,
            "class": "measure",
            "title": row.name.replace("-", " "),
            "props": [
                _label(row.id),
                {"name": "sort-id", "value": f"{stem}-{int(number):02}"},
                *(_own(name, value) for name, value in own.items()),
                *(_own("counters", vector) for vector in row.counters),
                *_provenance(row.source, row.mark, row.date),
                _own("mapping", row.mapping),
            ],
            "links": [self._reference(row.source)],
            "parts": [{"id": f"{token}_smt", "name": "statement", "prose": row.about}],
        }

    def _reference(self, source: str) -> _Json:
        return {"href": f"#{self._naming.uuid(f'source/{source}')}", "rel": "reference"}


def _token(text: str) -> str:
    """Return an id as OSCAL's catalogs write them, in small letters."""
    return text.lower()


def _label(text: str) -> _Json:
    return {"name": "label", "value": text}


def _own(name: str, value: str) -> _Json:
    return {"name": name, "ns": NAMESPACE, "value": value}


def _provenance(source: str, mark: str, date: str) -> list[_Json]:
    return [_own("source", source), _own("mark", mark), _own("date", date)]
