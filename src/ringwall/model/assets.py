"""What is guarded: models, data, secrets, programmes, rooms, training runs, records.

An asset states what it is made from; what it inherits is worked out in `pdp`.
"""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from ringwall.model.dated import Safeguard, check_apart
from ringwall.model.fields import (
    AssetIds,
    Count,
    IntegrityWord,
    Listed,
    PersonIds,
    SiteIds,
    TierWord,
    Words,
)
from ringwall.model.ids import ASSET_KINDS, prefix_of
from ringwall.model.levels import Capability
from ringwall.model.values import (
    AssetId,
    Flop,
    OrganisationId,
    Sha256,
    Strict,
    Text,
    Word,
    parse_flop,
)

__all__ = [
    "MAX_TENSORS_LISTED",
    "Asset",
    "Compute",
    "Content",
    "Evaluation",
    "Finding",
    "Tensor",
    "WeightsFile",
]

Content = Literal["open", "internal", "restricted", "raid", "defence"]
Finding = Literal["below", "near", "reached", "unknown"]
MAX_TENSORS_LISTED: Final = 256
"""Most tensors that a `WeightsFile` lists."""

_WEIGHTS: Final = frozenset({"model-weights", "checkpoint"})
_RUN: Final = "training-run"
_CASE: Final = "raid-case"


class Compute(Strict):
    """Training compute as an interval of operations; a straddle counts as above."""

    low: Flop
    high: Flop

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if parse_flop(self.low) > parse_flop(self.high):
            raise ValueError("`low` is above `high`")
        return self


class Tensor(Strict):
    """Name, element type and shape of one tensor."""

    name: Text
    dtype: Text
    shape: Annotated[tuple[Count, ...], Listed]


class WeightsFile(Strict):
    """What was read from a weights file: its digest, size and tensors.

    At most 256 tensors are listed; `tensors_sha256` covers the names, types and
    shapes of all `tensor_count` of them.
    """

    sha256: Sha256
    bytes: Count
    tensor_count: Count
    tensors_sha256: Sha256
    tensors: Annotated[
        tuple[Tensor, ...], Listed, Field(max_length=MAX_TENSORS_LISTED)
    ] = ()

    @model_validator(mode="after")
    def _counted(self) -> Self:
        if len(self.tensors) > self.tensor_count:
            raise ValueError("more tensors are listed than `tensor_count` says")
        return self


class Evaluation(Strict):
    """What an evaluation found against one capability threshold."""

    threshold: Word
    finding: Finding


class Asset(Strict):
    """A thing that is guarded; without a `tier` it is unclassified: nobody gets in.

    Attributes:
        compute: operations of its own training, without what it derives from.
        capability: against the institute's thresholds, in all.
        evaluations: against named thresholds of `threat_models/capabilities.yaml`.
        need_to_know: whether each person needs an approval of their own to reach it;
            so does, then, what derives from it.
        derived_from: what it was fine-tuned, merged or distilled from.
        held_at: the sites at which it is placed.
        integrity: how far its content is vouched for; unverified if left out.
        dual_use: evidence of dual-use capabilities; unknown if left out.
        disclosure: where coordinated disclosure through RAID stands; pending if
            left out.
        authors: who wrote it, of RAID material; a case has at least one.
        developer: who trains, of a training run.
        equivalent: whether a model or training run was found to be as capable as the
            first models above 1e26 operations.
        safeguards: of a training run.
    """

    id: AssetId
    tier: TierWord | None = None
    content: Content
    compartments: Words = ()
    need_to_know: bool = False
    compute: Compute | None = None
    capability: Finding | None = None
    evaluations: Annotated[tuple[Evaluation, ...], Listed] = ()
    derived_from: AssetIds = ()
    held_at: SiteIds = ()
    integrity: IntegrityWord | None = None
    dual_use: Literal["cleared", "suspected", "found", "unknown"] | None = None
    disclosure: Literal["embargoed", "pending", "cleared"] | None = None
    authors: PersonIds = ()
    developer: OrganisationId | None = None
    equivalent: bool = False
    safeguards: Annotated[tuple[Safeguard, ...], Listed] = ()
    file: WeightsFile | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _model_facts(self) -> Self:
        trained = self.is_model or self.is_run
        if trained and self.compute is None:
            raise ValueError(
                "a model or training run needs `compute` with `low` and `high`"
            )
        if not trained and (self.capability or self.evaluations or self.equivalent):
            raise ValueError(
                "only models and training runs have capability or are `equivalent`"
            )
        if not self.is_model and self.file:
            raise ValueError("only weights and checkpoints have a file")
        if self.id in self.derived_from:
            raise ValueError("an asset does not derive from itself")
        return self

    @model_validator(mode="after")
    def _run_facts(self) -> Self:
        if self.is_run and self.developer is None:
            raise ValueError("a training run needs a `developer`")
        if not self.is_run and (self.developer or self.safeguards):
            raise ValueError("only training runs have `developer` and `safeguards`")
        check_apart((f"{s.kind} by {s.assessor}", s) for s in self.safeguards)
        return self

    @model_validator(mode="after")
    def _written_by_somebody(self) -> Self:
        # Nobody approves what they wrote: of a case by nobody, anybody could.
        if ASSET_KINDS[prefix_of(self.id)] == _CASE and not self.authors:
            raise ValueError("a raid-case needs at least one of `authors`")
        return self

    @model_validator(mode="after")
    def _evaluated_once(self) -> Self:
        thresholds = [evaluation.threshold for evaluation in self.evaluations]
        if len(set(thresholds)) != len(thresholds):
            raise ValueError("a threshold stands in `evaluations` twice")
        return self

    @property
    def is_model(self) -> bool:
        """Whether it holds weights."""
        return ASSET_KINDS[prefix_of(self.id)] in _WEIGHTS

    @property
    def is_run(self) -> bool:
        """Whether it is a training run."""
        return ASSET_KINDS[prefix_of(self.id)] == _RUN

    def evaluated(self) -> Capability:
        """Return the capability that counts: unknown or missing is `reached`.

        Of `capability` and all `evaluations` the highest counts. A training run
        for which nothing is said has none: its model is evaluated once there is one.
        """
        findings = [item.finding for item in self.evaluations]
        if self.capability is not None:
            findings.append(self.capability)
        if not findings:
            return Capability.REACHED if self.is_model else Capability.NONE
        return max(
            Capability.REACHED if found == "unknown" else Capability.parse(found)
            for found in findings
        )
