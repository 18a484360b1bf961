"""Assets: models, runs and what they are made from."""

import pytest
from pydantic import ValidationError

from ringwall.model.assets import MAX_TENSORS_LISTED, Asset
from ringwall.model.declarations import document_of, dump_document
from ringwall.model.ids import ASSET_KINDS
from ringwall.model.levels import Capability
from tests.unit.model.documents import (
    COMPUTE,
    DATASET,
    FILE,
    RUN,
    SAFEGUARD,
    TENSOR,
    WEIGHTS,
    Data,
)

EVALUATIONS = [
    {"threshold": "asl-3", "finding": "near"},
    {"threshold": "cbrn-4", "finding": "below"},
]
NEAR, REACHED = Capability.NEAR, Capability.REACHED


@pytest.mark.parametrize("entity", ["weights:w", "checkpoint:c", "run:r"])
def test_a_model_without_compute_is_refused(entity: str) -> None:
    with pytest.raises(ValidationError, match="training run needs `compute`"):
        document_of({"id": entity, "content": "open"})


@pytest.mark.parametrize(
    "extra",
    [{"capability": "below"}, {"evaluations": EVALUATIONS}, {"equivalent": True}],
)
def test_only_models_and_runs_have_a_capability(extra: Data) -> None:
    with pytest.raises(ValidationError, match="only models and training runs"):
        document_of({**DATASET, **extra})


def test_compute_may_be_one_number() -> None:
    document = document_of({**WEIGHTS, "compute": {"low": "10", "high": "1e1"}})

    assert dump_document(document)["compute"] == {"low": "10", "high": "1e1"}


def test_compute_whose_low_is_above_its_high_is_refused() -> None:
    with pytest.raises(ValidationError, match="`low` is above `high`"):
        document_of({**WEIGHTS, "compute": {"low": "2e25", "high": "1.9e25"}})


@pytest.mark.parametrize("text", ["1e61", "-1", "1.5", "", "lots"])
def test_compute_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match=r"compute\.high"):
        document_of({**WEIGHTS, "compute": {"low": "0", "high": text}})


@pytest.mark.parametrize(
    "change",
    [
        {"bytes": -1},
        {"bytes": 2**53},
        {"tensor_count": 2**53},
        {"tensors": [{**TENSOR, "shape": [-1]}]},
        {"tensors": [{**TENSOR, "shape": [2**53]}]},
        {"tensors": [{**TENSOR, "shape": "2,3"}]},
        {"tensors": [{**TENSOR, "name": ""}]},
        {"tensors": [TENSOR] * (MAX_TENSORS_LISTED + 1), "tensor_count": 1000},
    ],
)
def test_a_file_that_the_record_can_not_hold_is_refused(change: Data) -> None:
    with pytest.raises(ValidationError, match="file"):
        document_of({**WEIGHTS, "file": {**FILE, **change}})


def test_a_file_can_not_list_more_tensors_than_it_has() -> None:
    with pytest.raises(ValidationError, match="than `tensor_count` says"):
        document_of({**WEIGHTS, "file": {**FILE, "tensor_count": 0}})


@pytest.mark.parametrize(
    ("data", "capability"),
    [
        ({**WEIGHTS, "capability": "below"}, Capability.BELOW),
        ({**WEIGHTS, "capability": "near"}, Capability.NEAR),
        ({**WEIGHTS, "capability": "reached"}, Capability.REACHED),
        ({**WEIGHTS, "capability": "unknown"}, Capability.REACHED),
        (WEIGHTS, Capability.REACHED),
        (DATASET, Capability.NONE),
        (RUN, Capability.NONE),
        ({**RUN, "capability": "unknown"}, Capability.REACHED),
        ({**RUN, "evaluations": [{"threshold": "a", "finding": "near"}]}, NEAR),
        ({**WEIGHTS, "evaluations": EVALUATIONS}, NEAR),
        ({**WEIGHTS, "capability": "below", "evaluations": EVALUATIONS}, NEAR),
        ({**WEIGHTS, "capability": "reached", "evaluations": EVALUATIONS}, REACHED),
        (
            {**WEIGHTS, "evaluations": [{"threshold": "a", "finding": "unknown"}]},
            REACHED,
        ),
    ],
)
def test_a_capability_that_nobody_evaluated_counts_as_reached(
    data: Data, capability: Capability
) -> None:
    asset = document_of(data)

    assert isinstance(asset, Asset)
    assert asset.evaluated() is capability


@pytest.mark.parametrize("data", [WEIGHTS, RUN])
def test_models_and_runs_may_be_found_equivalent(data: Data) -> None:
    asset = document_of({**data, "equivalent": True})

    assert isinstance(asset, Asset)
    assert asset.equivalent


@pytest.mark.parametrize("data", [DATASET, RUN])
def test_only_models_have_a_file(data: Data) -> None:
    with pytest.raises(ValidationError, match="only weights and checkpoints have"):
        document_of({**data, "file": FILE})


def test_no_asset_derives_from_itself() -> None:
    with pytest.raises(ValidationError, match="does not derive from itself"):
        document_of({**WEIGHTS, "derived_from": ["weights:w"]})


def test_a_threshold_is_evaluated_once() -> None:
    twice = [*EVALUATIONS, {"threshold": "asl-3", "finding": "reached"}]

    with pytest.raises(ValidationError, match="stands in `evaluations` twice"):
        document_of({**WEIGHTS, "evaluations": twice})


def test_a_case_has_an_author() -> None:
    case: Data = {"id": "case:c", "content": "raid"}
    for data in (case, {**case, "authors": []}):
        with pytest.raises(ValidationError, match="needs at least one of `authors`"):
            document_of(data)


def test_a_training_run_has_a_developer() -> None:
    with pytest.raises(ValidationError, match="a training run needs a `developer`"):
        document_of({k: v for k, v in RUN.items() if k != "developer"})


@pytest.mark.parametrize("extra", [{"developer": "org:x"}, {"safeguards": [SAFEGUARD]}])
def test_only_training_runs_have_what_oversight_asks_of_them(extra: Data) -> None:
    with pytest.raises(ValidationError, match="only training runs have"):
        document_of({**WEIGHTS, **extra})


def test_a_safeguard_is_stated_once_at_a_time_by_one_assessor() -> None:
    other = {**SAFEGUARD, "assessor": "org:b"}

    run = document_of({**RUN, "safeguards": [SAFEGUARD, other]})
    assert isinstance(run, Asset)
    assert len(run.safeguards) == 2
    with pytest.raises(ValidationError, match="`notice by org:a` overlap in time"):
        document_of({**RUN, "safeguards": [SAFEGUARD, SAFEGUARD]})


@pytest.mark.parametrize("prefix", ASSET_KINDS)
def test_the_prefix_says_what_an_asset_is(prefix: str) -> None:
    data: Data = {"id": f"{prefix}:x", "content": "internal"}
    if prefix in {"weights", "checkpoint", "run"}:
        data["compute"] = COMPUTE
    if prefix == "run":
        data["developer"] = "org:x"
    if prefix == "case":
        data["authors"] = ["user:ada"]
    asset = document_of(data)

    assert isinstance(asset, Asset)
    assert asset.is_model is (prefix in {"weights", "checkpoint"})
    assert asset.is_run is (prefix == "run")
