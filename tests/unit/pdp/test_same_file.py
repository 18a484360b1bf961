"""Weights are known by their file, whatever ids they go by."""

from typing import Any

from ringwall.model.declarations import document_of
from ringwall.pdp.facts import FactBase
from ringwall.pdp.same_file import ids_by_file
from ringwall.threats.benchmark import Benchmark


def weights(name: str, sha: str = "") -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": f"weights:{name}",
        "content": "restricted",
        "compute": {"low": "1", "high": "1"},
    }
    if sha:
        document["file"] = {
            "sha256": sha * 64,
            "bytes": 10,
            "tensor_count": 1,
            "tensors_sha256": "0" * 64,
        }
    return document


RAW = (
    weights("two", "a"),
    weights("one", "a"),
    weights("other", "b"),
    weights("bare"),
    {"id": "dataset:x", "content": "open"},
)
DOCUMENTS = {item["id"]: document_of(item) for item in RAW}


def test_ids_of_one_file_stand_together() -> None:
    assert ids_by_file(DOCUMENTS) == {
        "a" * 64: ("weights:one", "weights:two"),
        "b" * 64: ("weights:other",),
    }


def test_an_asset_is_the_same_as_itself_and_as_who_has_its_file() -> None:
    facts = FactBase(DOCUMENTS, Benchmark(()))

    assert facts.same_file("weights:two") == ("weights:one", "weights:two")
    for entity in ("weights:other", "weights:bare", "dataset:x", "weights:nowhere"):
        assert facts.same_file(entity) == (entity,)
