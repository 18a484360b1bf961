"""Statements that count from one instant until another: evidence and attestations.

A declaration states them with who assessed them; whether one counts at an instant
is worked out in `pdp`. Must never be open-ended: what is shown has to be shown again.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ringwall.base.clock import parse_instant
from ringwall.model.fields import Level, MeasureId, MeasureIds, PersonIds
from ringwall.model.values import InstantText, OrganisationId, Sha256, Strict, Text

__all__ = [
    "Attestation",
    "Dated",
    "Evidence",
    "EvidenceKind",
    "MeasureException",
    "Registration",
    "Safeguard",
    "SafeguardKind",
    "Screened",
    "Timed",
    "check_apart",
]

EvidenceKind = Literal[
    "cybersecurity", "rule-of-law", "freedoms", "screening", "agreement"
]
SafeguardKind = Literal[
    "notice", "security-evaluation", "alignment-evaluation", "on-premise-evaluator"
]


class Timed(Strict):
    """What counts from `from` until, and not at, `until`."""

    start: InstantText = Field(alias="from")
    until: InstantText

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if parse_instant(self.start) >= parse_instant(self.until):
            raise ValueError("`until` is not after `from`")
        return self


class Dated(Timed):
    """A statement with who assessed it."""

    assessor: Text
    source: Text | None = None
    evidence: Sha256 | None = None


class Screened(Dated):
    """Personnel screening of one person, up to a level."""

    level: Level


class Registration(Dated):
    """A compute cluster's entry in the register of large clusters."""


class Attestation(Timed):
    """Somebody found measures to be in force, and keeps the evidence of it.

    From SL3 up the assessor has to be an assessor or an institution of the EU, and
    not who runs the site: the registry refuses it otherwise.
    """

    measures: MeasureIds
    assessor: OrganisationId
    evidence: Sha256
    source: Text | None = None


class MeasureException(Timed):
    """A compensating measure that stands in for one that is not in force.

    It is approved by at least two people and ends by itself.
    """

    measure: MeasureId
    compensation: Text
    reason: Text
    approved_by: Annotated[PersonIds, Field(min_length=2)]


class Safeguard(Timed):
    """What was done ahead of, or goes with, a training run above a threshold.

    All but a notice counts only if its assessor is an assessor or an institution of
    the EU, is not suspended and is not the developer (report "Advanced AI",
    recommendation 2: third-party evaluations).
    """

    kind: SafeguardKind
    assessor: OrganisationId
    source: Text | None = None


class Evidence(Dated):
    """What an organisation has shown; each kind has its own measure of it.

    `cybersecurity` carries a level, `rule-of-law` and `freedoms` a score from 0
    to 100, `screening` and `agreement` nothing more.
    """

    kind: EvidenceKind
    level: Level | None = None
    score: Annotated[int, Field(ge=0, le=100)] | None = None

    @model_validator(mode="after")
    def _measured(self) -> Self:
        wants_level = self.kind == "cybersecurity"
        wants_score = self.kind in {"rule-of-law", "freedoms"}
        if wants_level != (self.level is not None):
            raise ValueError("cybersecurity evidence, and only that, has a `level`")
        if wants_score != (self.score is not None):
            raise ValueError(
                "rule-of-law and freedoms evidence, and only that, has a `score`"
            )
        return self


def check_apart(statements: Iterable[tuple[str, Timed]]) -> None:
    """Check that no two statements about the same thing count at the same instant.

    Args:
        statements: what each is about, and when it counts.

    Raises:
        ValueError: two overlap; the message names what they are about.
    """
    spans = sorted(
        (about, parse_instant(timed.start), parse_instant(timed.until))
        for about, timed in statements
    )
    for (about, _, until), (other, start, _) in pairwise(spans):
        if about == other and start < until:
            raise ValueError(f"two statements about `{about}` overlap in time")
