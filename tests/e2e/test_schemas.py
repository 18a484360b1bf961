"""The published schemas, held against what they describe."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ringwall.base.yaml_tree import parse_yaml, to_data
from ringwall.cli.main import call
from ringwall.cli.schemas import schema_kinds, schema_of
from ringwall.shipped import shipped_path
from tests.e2e.running import FILES, PERMITTED, READ, Ringwall

Schema = Mapping[str, Any]


def accepts(schema: Schema, value: object, whole: Schema) -> bool:
    """Say whether a schema accepts a value, by the few words that ours use."""
    if "$ref" in schema:
        schema = whole["$defs"][schema["$ref"].rpartition("/")[2]]
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return any(accepts(branch, value, whole) for branch in schema[word])
    kinds = schema.get("type", [])
    kinds = kinds if isinstance(kinds, list) else [kinds]
    fits = not kinds or any(is_of(kind, value) for kind in kinds)
    fits = fits and value in schema.get("enum", [value])
    if isinstance(value, dict):
        return fits and accepts_members(schema, value, whole)
    if isinstance(value, list):
        items = schema.get("items", {})
        return fits and all(accepts(items, item, whole) for item in value)
    return fits


def accepts_members(schema: Schema, value: dict[str, Any], whole: Schema) -> bool:
    known = schema.get("properties", {})
    closed = schema.get("additionalProperties") is False
    return (
        set(schema.get("required", [])) <= value.keys()
        and not (closed and value.keys() - known.keys())
        and all(accepts(known.get(key, {}), item, whole) for key, item in value.items())
    )


def is_of(kind: str, value: object) -> bool:
    kinds: dict[str, type | tuple[type, ...]] = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
        "null": type(None),
    }
    return isinstance(value, kinds[kind])


@pytest.mark.parametrize("kind", schema_kinds())
def test_each_kind_has_a_schema_that_is_json(kind: str) -> None:
    schema = json.loads(json.dumps(schema_of(kind)))

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["type"] == "object"
    assert schema["properties"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: Path(file).stem)
def test_the_schema_of_a_declaration_accepts_the_example(file: str) -> None:
    schema = schema_of("declaration")
    data = to_data(parse_yaml(Path(file).read_bytes(), file, max_bytes=2**20))

    assert accepts(schema, data, schema)


@pytest.mark.parametrize(
    "data",
    [
        {"wizards": []},
        {"people": {}},
        {"people": [{"id": "user:x"}]},
        {"people": [{"id": "user:x", "organisation": "org:y", "wand": True}]},
        {"assets": [{"id": "weights:x", "content": "secret"}]},
    ],
)
def test_the_schema_of_a_declaration_refuses_what_apply_would(data: object) -> None:
    schema = schema_of("declaration")

    assert not accepts(schema, data, schema)


def test_the_schemas_of_request_and_answer_accept_what_is_sent_and_given(
    ringwall: Ringwall,
) -> None:
    request, answer = schema_of("request"), schema_of("answer")
    sent = {
        "subject": {"type": "user", "id": "ada"},
        "action": {"name": "weights.read"},
        "resource": {"type": "weights", "id": "aurora-2"},
        "context": {"via": "point:trainer", "authn": "mfa", "more": 1},
    }

    assert accepts(request, sent, request)
    members = {
        "bytes": 7,
        "present": ["user:alan"],
        "grant": "req-" + "a2" * 10,
        "binds": "0f" * 32,
        "handles": ["watermark"],
    }
    for member, value in members.items():
        context = {"via": "point:trainer", member: value}
        assert accepts(request, {**sent, "context": context}, request)
        context[member] = 7 if isinstance(value, str) else "7"
        assert not accepts(request, {**sent, "context": context}, request)
    for words in (PERMITTED, READ, [*READ, "--for-caller"]):
        assert accepts(answer, ringwall(*words).json(), answer)


def test_the_schema_of_settings_has_each_setting() -> None:
    properties = schema_of("settings")["properties"]

    named = {"name", "tiers", "origin", "store", "anchor", "point", "sample"}
    assert set(properties) == named


THREAT_FILES = {
    "threat-actors": "actors.yaml",
    "threat-capabilities": "capabilities.yaml",
    "threat-compute": "compute.yaml",
    "threat-levels": "levels.yaml",
    "threat-measures": "measures.yaml",
    "threat-powers": "powers.yaml",
    "threat-protected": "protected/frontier-weights.yaml",
    "threat-tiers": "tiers.yaml",
    "threat-vectors": "vectors.yaml",
}


def test_each_file_of_the_threat_models_has_a_schema() -> None:
    kinds = {kind for kind in schema_kinds() if kind.startswith("threat-")}

    assert kinds == set(THREAT_FILES)


@pytest.mark.parametrize("kind", THREAT_FILES)
def test_the_schema_of_threat_models_accepts_what_is_shipped(kind: str) -> None:
    schema = schema_of(kind)
    path = shipped_path("threat_models") / THREAT_FILES[kind]
    data = to_data(parse_yaml(path.read_bytes(), path.name, max_bytes=2**20))

    assert accepts(schema, data, schema)


def test_the_schema_of_watch_rules_accepts_what_is_shipped() -> None:
    schema = schema_of("watch-rules")
    path = shipped_path("watch") / "rules.yaml"
    data = to_data(parse_yaml(path.read_bytes(), path.name, max_bytes=2**20))

    assert accepts(schema, data, schema)
    assert not accepts(schema, {"rules": [{"kind": "magic"}]}, schema)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("threat-powers", {"powers": [{"id": "copies"}]}),
        ("threat-powers", {"powers": {}}),
        ("threat-actors", {"wizards": []}),
        ("threat-protected", {"id": "x", "mark": "Z"}),
    ],
)
def test_the_schema_of_threat_models_refuses_what_the_reader_would(
    kind: str, data: object
) -> None:
    schema = schema_of(kind)

    assert not accepts(schema, data, schema)


def test_the_help_names_each_kind(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["schema", "--help"]) == 0
    told = " ".join(capsys.readouterr().out.replace("│", " ").split())

    for kind in schema_kinds():
        assert kind.removeprefix("threat-") in told
