"""The small concern that unit tests edit: the good one of the policy vectors."""

from collections.abc import Mapping
from typing import Any

import pytest

from ringwall.base.errors import Fault, PolicyError
from ringwall.policy.compiler import CompiledConcern, compile_concern
from ringwall.policy.concern import Concern
from ringwall.policy.reader import parse_concern
from tests.conformance.policy_vectors import base_files

__all__ = ["REQUEST", "changed", "compiled", "edited", "faults_of", "request", "sample"]

REQUEST: dict[str, Any] = {
    "subject": {
        "roles": ["senior"],
        "level": "L2",
        "labels": ["red"],
        "suspended": False,
    },
    "asset": {
        "kind": "data",
        "owner": "org:hub",
        "size": 1000,
        "born": "2027-01-01T00:00:00Z",
        "labels": [],
    },
    "action": "write",
}
"""A request that row-002 permits."""


def edited(*edits: tuple[str, str]) -> dict[str, bytes]:
    """Return the files with each text replaced by another wherever it stands."""
    files = {name: data.decode() for name, data in base_files().items()}
    for find, put in edits:
        assert any(find in text for text in files.values()), find
        files = {name: text.replace(find, put) for name, text in files.items()}
    return {name: text.encode() for name, text in files.items()}


def sample(*edits: tuple[str, str], name: str = "base") -> Concern:
    return parse_concern(name, edited(*edits))


def compiled(*edits: tuple[str, str]) -> CompiledConcern:
    return compile_concern(sample(*edits))


def faults_of(files: Mapping[str, bytes]) -> tuple[Fault, ...]:
    with pytest.raises(PolicyError) as caught:
        parse_concern("base", files)
    return caught.value.faults


def changed(changes: Mapping[str, object]) -> dict[str, Any]:
    """Return the plain request with attributes at paths such as `asset.kind` set."""
    data: dict[str, Any] = {
        key: dict(value) if isinstance(value, dict) else value
        for key, value in REQUEST.items()
    }
    for path, value in changes.items():
        subject, _, name = path.partition(".")
        if name:
            data[subject][name] = value
        else:
            data[subject] = value
    return data


def request(concern: Concern, **changes: object) -> object:
    """Return a request; `asset_kind="note"` sets `asset.kind`."""
    paths = {key.replace("_", ".", 1): value for key, value in changes.items()}
    return concern.schema.request_from(changed(paths))
