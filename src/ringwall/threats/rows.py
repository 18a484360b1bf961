"""One row of each threat-model table, checked as far as a row can be by itself.

What RAND and the laws say carries their source; `mapping: OWN` marks the fields
that are our own (ids and short names, `domain`, `scope`, `counters`, `atlas`, a
threshold's `tier`, a power's `actions`). Must never fill in what a row leaves out.
"""

from typing import Annotated, Final, Literal, Self

from pydantic import ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from ringwall.model.fields import DomainWord, MeasureId, TierWord
from ringwall.model.levels import SecurityLevel
from ringwall.model.measures import category_of, level_of
from ringwall.model.tiers import Tier
from ringwall.model.values import Flop, Strict, Text, Word
from ringwall.threats.fields import (
    ANY,
    CLASSES,
    SOME,
    ActionName,
    ActorClass,
    AtlasId,
    CategoryId,
    CsfTag,
    DateText,
    Items,
    LevelId,
    Many,
    Mark,
    MeasureCode,
    NeedLevel,
    RuleSpan,
    Scope,
    Score,
    TestName,
    VectorId,
)

__all__ = [
    "Actor",
    "Benchmarked",
    "CapabilityThreshold",
    "Category",
    "ComputeThreshold",
    "Expected",
    "Feasibility",
    "Goal",
    "Ladder",
    "Level",
    "Measure",
    "Need",
    "Power",
    "Protected",
    "Sourced",
    "Threat",
    "TierNeed",
    "TierRow",
    "Vector",
]


class Sourced(Strict):
    """Where a row comes from: document and place, how sure, when last compared."""

    source: Text
    mark: Mark
    date: DateText


class Actor(Sourced):
    """A class of attacks by the capacity behind one operation (RAND ch. 4)."""

    id: ActorClass
    name: Text
    people: Many
    time: Text
    budget_usd: Many
    expertise: Text
    infrastructure: Text
    access: Text
    examples: Annotated[tuple[Text, ...], Items, SOME]


class Goal(Strict):
    """What a level should achieve: against which class, how surely, over what."""

    against: ActorClass
    strength: Text
    scope: Text


class Benchmarked(Strict):
    """What a level is expected to take; `measures` counts those that it adds."""

    measures: Many
    theme: Text
    state: Text


def _hyphenated(name: str) -> str:
    return name.replace("_", "-")


class Ladder(Strict):
    """What a level asks for in each parameter (RAND App. B); null asks nothing.

    A value that stays as it is one level below is written out again.
    """

    model_config = ConfigDict(alias_generator=_hyphenated)

    encryption_at_rest: Text | None
    mfa: Text | None
    re_authentication: Text | None
    secret_strength: Text | None
    patching_personal: Text | None
    patching_production: Text | None
    zero_trust_stage: Text | None
    security_layers: Text | None
    weight_copies: Text | None
    output_bound: Text | None
    change_approval: Text | None
    physical_presence: Text | None
    staff_screening: Text | None
    security_team: Text | None
    logs: Text | None
    key_recovery: Text | None
    reference_standards: Text | None

    def parameters(self) -> dict[str, str | None]:
        """Return parameter id, such as `weight-copies`, -> what is asked."""
        return {_hyphenated(name): value for name, value in self}


class Level(Sourced):
    """A security level; goal and benchmark are two things (RAND ch. 6)."""

    id: LevelId
    goal: Goal
    benchmark: Benchmarked
    ladder: Ladder

    @property
    def level(self) -> SecurityLevel:
        """The level as an ordered value."""
        return SecurityLevel[self.id]


class Category(Sourced):
    """A family of attack vectors."""

    id: CategoryId
    name: Text


class Feasibility(Strict):
    """How likely one operation of each class succeeds, 1 (<= 20 %) to 5 (> 80 %).

    A stronger class can do what a weaker one can, so a score never falls.
    """

    OC1: Score
    OC2: Score
    OC3: Score
    OC4: Score
    OC5: Score

    @model_validator(mode="after")
    def _rising(self) -> Self:
        scores = self.scores()
        if scores != tuple(sorted(scores)):
            raise PydanticCustomError(
                "feasibility-falls", "a stronger class scores lower than a weaker one"
            )
        return self

    def scores(self) -> tuple[int, ...]:
        """Return the five scores, OC1 first."""
        return (self.OC1, self.OC2, self.OC3, self.OC4, self.OC5)

    def items(self) -> tuple[tuple[ActorClass, int], ...]:
        """Return (class, score), OC1 first."""
        return tuple(zip(CLASSES, self.scores(), strict=True))

    def __getitem__(self, actor: str) -> int:
        """Return the score of a class; KeyError when there is no such class."""
        scores: dict[str, int] = dict(self.items())
        return scores[actor]


class Vector(Sourced):
    """A way to get at weights; `uncountered` says why no measure stops it."""

    id: VectorId
    category: CategoryId
    name: Text
    feasibility: Feasibility
    fast_moving: bool
    atlas: Annotated[tuple[AtlasId, ...], Items, ANY]
    uncountered: Text | None = None
    mapping: Literal["OWN"] = "OWN"


class Measure(Sourced):
    """A security measure; its id says at which level it is added."""

    id: MeasureId
    name: Word
    category: MeasureCode
    csf: CsfTag
    domain: DomainWord
    scope: Scope
    about: Text
    counters: Annotated[tuple[VectorId, ...], Items, SOME]
    mapping: Literal["OWN"]

    @property
    def level(self) -> SecurityLevel:
        """The level that adds the measure."""
        return level_of(self.id)

    @model_validator(mode="after")
    def _coded(self) -> Self:
        if self.category != category_of(self.id):
            raise PydanticCustomError(
                "category-differs", "the id names another category than `category`"
            )
        return self


class CapabilityThreshold(Sourced):
    """A capability at which a framework asks for more security.

    It counts from `valid_from` until `valid_until`, days in UTC; null where no such day
    is stated.
    """

    id: Word
    framework: Text
    version: Text
    threshold: Text
    consequence: Text
    tier: TierWord
    valid_from: DateText | None
    valid_until: DateText | None
    mapping: Literal["OWN"]

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        _check_forwards(self.valid_from, self.valid_until)
        return self


class ComputeThreshold(Sourced):
    """A number of operations, or a size of cluster, above which a rule applies.

    It is stated in one of three ways: `flop` (operations of training), `performance`
    (operations a second) together with `network_gbits`, both to be exceeded, or
    `equivalent` (in words). A null `valid_from` or `valid_until` is a day that is not
    stated.
    """

    id: Word
    about: Text
    comparison: Literal["more-than"]
    flop: Flop | None = None
    performance: Flop | None = None
    network_gbits: Many | None = None
    equivalent: Text | None = None
    consequence: Text
    valid_from: DateText | None
    valid_until: DateText | None

    @model_validator(mode="after")
    def _stated(self) -> Self:
        stated = tuple(
            value is not None
            for value in (
                self.flop,
                self.performance,
                self.network_gbits,
                self.equivalent,
            )
        )
        if stated not in _WAYS:
            raise PydanticCustomError(
                "threshold-form",
                "write `flop`, or `performance` and `network_gbits`, or `equivalent`",
            )
        _check_forwards(self.valid_from, self.valid_until)
        return self


_WAYS: Final = frozenset(
    {
        (True, False, False, False),
        (False, True, True, False),
        (False, False, False, True),
    }
)


class Power(Sourced):
    """What most people may never hold: at most `limit` people on one tier."""

    id: Word
    about: Text
    actions: Annotated[tuple[ActionName, ...], Items, SOME]
    tier: TierWord
    limit: Many
    mapping: Literal["OWN"] = "OWN"


class Need(Strict):
    """The level that something asks of a site in one domain."""

    domain: DomainWord
    level: NeedLevel


class TierNeed(Need, Sourced):
    """The level that a tier asks of a site in one domain."""


class TierRow(Strict):
    """What a tier asks of a site, domain by domain."""

    id: Literal["lower", "upper", "third"]
    about: Text
    needs: Annotated[tuple[TierNeed, ...], Items, SOME]

    @property
    def tier(self) -> Tier:
        """The tier as an ordered value."""
        return Tier.parse(self.id)


class Expected(Strict):
    """The class of attack that a protected thing must expect, and why."""

    actor: ActorClass
    why: Text


class Threat(Strict):
    """One way to harm a protected thing, and what answers it.

    `vector` is null for what RAND leaves out, such as misuse of approved access.
    `rules` may name a run of rows, both ends in it: `acc-030..acc-038`.
    """

    id: Word
    vector: VectorId | None
    about: Text
    measures: Annotated[tuple[MeasureId, ...], Items, ANY]
    rules: Annotated[tuple[RuleSpan, ...], Items, ANY]
    tests: Annotated[tuple[TestName, ...], Items, ANY]


class Protected(Sourced):
    """A threat model: what is protected, from whom, at what price, from what."""

    id: Word
    name: Text
    about: Text
    kinds: Annotated[tuple[Word, ...], Items, SOME]
    expected: Expected
    needs: Annotated[tuple[Need, ...], Items, SOME]
    threats: Annotated[tuple[Threat, ...], Items, SOME]


def _check_forwards(start: str | None, until: str | None) -> None:
    # Days in ISO form sort as they follow each other.
    if start is not None and until is not None and until <= start:
        raise ValueError("`valid_until` is not after `valid_from`")
