"""JSON schemas of what goes in and comes out, generated from the values themselves."""

from typing import Any

from pydantic import BaseModel

from ringwall.gate.obligations import OBLIGATIONS
from ringwall.model.assets import Asset
from ringwall.model.declarations import Declaration
from ringwall.model.levels import Authentication
from ringwall.model.parties import Organisation, Person, Service
from ringwall.model.places import Point, Site
from ringwall.model.providers import Provider
from ringwall.model.requests import (
    ACTION_PATTERN,
    MAX_AMOUNT,
    MAX_PRESENT,
    MAX_PURPOSE_CHARACTERS,
)
from ringwall.model.settings import Settings
from ringwall.raid.exports.document import CaseExport
from ringwall.raid.intake.document import ReportDocument
from ringwall.threats.files import (
    ActorsFile,
    CapabilitiesFile,
    ComputeFile,
    LevelsFile,
    MeasuresFile,
    PowersFile,
    TiersFile,
    VectorsFile,
)
from ringwall.threats.rows import Protected
from ringwall.watch.rules import RulesFile

__all__ = ["schema_kinds", "schema_of"]

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_MODELS: dict[str, type[BaseModel]] = {
    "declaration": Declaration,
    "organisation": Organisation,
    "person": Person,
    "service": Service,
    "provider": Provider,
    "site": Site,
    "point": Point,
    "asset": Asset,
    "settings": Settings,
    "raid-export": CaseExport,
    "raid-report": ReportDocument,
    "threat-actors": ActorsFile,
    "threat-capabilities": CapabilitiesFile,
    "threat-compute": ComputeFile,
    "threat-levels": LevelsFile,
    "threat-measures": MeasuresFile,
    "threat-powers": PowersFile,
    "threat-protected": Protected,
    "threat-tiers": TiersFile,
    "threat-vectors": VectorsFile,
    "watch-rules": RulesFile,
}
_TEXT = {"type": "string"}
_ENTITY = {
    "type": "object",
    "required": ["type", "id"],
    "properties": {
        "type": {**_TEXT, "examples": ["user", "weights"]},
        "id": {**_TEXT, "examples": ["ada", "user:ada"]},
    },
}
_REQUEST = {
    "$schema": _DRAFT,
    "title": "Access evaluation request, in the shape of AuthZEN 1.0",
    "type": "object",
    "required": ["subject", "action", "resource"],
    "properties": {
        "subject": _ENTITY,
        "action": {
            "type": "object",
            "required": ["name"],
            "properties": {"name": {**_TEXT, "pattern": ACTION_PATTERN}},
        },
        "resource": _ENTITY,
        "context": {
            "type": "object",
            "properties": {
                "via": {**_TEXT, "description": "id of the enforcement point"},
                "authn": {"enum": [str(level) for level in Authentication]},
                "purpose": {**_TEXT, "maxLength": MAX_PURPOSE_CHARACTERS},
                "bytes": {
                    "type": "integer",
                    "minimum": 0,
                    "maximum": MAX_AMOUNT,
                    "description": "how many are to leave through the point",
                },
                "present": {
                    "type": "array",
                    "items": _TEXT,
                    "maxItems": MAX_PRESENT,
                    "description": "ids of the other people who are there",
                },
                "grant": {
                    **_TEXT,
                    "pattern": "^(req-[a-z2-7]{20})?$",
                    "description": "id of the request under whose grant it is asked",
                },
                "binds": {
                    **_TEXT,
                    "pattern": "^([0-9a-f]{64})?$",
                    "description": "hex SHA-256 of what it is done with",
                },
                "handles": {
                    "type": "array",
                    "items": {"enum": sorted(OBLIGATIONS)},
                    "maxItems": 16,
                    "description": "obligations that the caller carries out",
                },
            },
        },
    },
}
_REASON = {
    "type": "object",
    # A caller is told no more than the code.
    "required": ["code"],
    "properties": {
        "stage": _TEXT,
        "code": _TEXT,
        "message": _TEXT,
        "rule": _TEXT,
        "place": _TEXT,
        "condition": _TEXT,
        "seen": _TEXT,
        "needed": _TEXT,
    },
}
_CHANGE = {
    "type": "object",
    "required": ["attribute", "seen", "needed"],
    "properties": {"attribute": _TEXT, "seen": _TEXT, "needed": _TEXT},
}
_OBLIGATION = {
    "type": "object",
    "required": ["id", "by"],
    "properties": {"id": _TEXT, "by": {"enum": ["caller", "gate"]}},
}
_ANSWER = {
    "$schema": _DRAFT,
    "title": "Access evaluation answer, in the shape of AuthZEN 1.0",
    "type": "object",
    "required": ["decision", "context"],
    "properties": {
        "decision": {"type": "boolean"},
        "context": {
            "type": "object",
            "required": ["id", "reasons", "obligations", "receipt"],
            "properties": {
                "id": _TEXT,
                "at": {**_TEXT, "format": "date-time"},
                "rules": {"type": "array", "items": _TEXT},
                "explicit": {"type": "boolean"},
                "reasons": {"type": "array", "items": _REASON},
                "change": {"type": "array", "items": _CHANGE},
                "rests_on": {"type": "array", "items": _TEXT},
                "obligations": {"type": "array", "items": _OBLIGATION},
                "grant": _TEXT,
                "session": _TEXT,
                "ignored": {"type": "array", "items": _TEXT},
                "receipt": {
                    "type": ["object", "null"],
                    "required": ["index", "leaf"],
                    "properties": {"index": {"type": "integer"}, "leaf": _TEXT},
                },
            },
        },
    },
}


def schema_kinds() -> tuple[str, ...]:
    """Return the kinds that have a schema."""
    return (*_MODELS, "request", "answer")


def schema_of(kind: str) -> dict[str, Any]:
    """Return the JSON schema (draft 2020-12) of a kind."""
    if kind == "request":
        return _REQUEST
    if kind == "answer":
        return _ANSWER
    return {"$schema": _DRAFT, **_MODELS[kind].model_json_schema()}
