"""The document of a report: what its reporter says, with `unknown` as an answer.

Its twelve questions must be answered, all else may be left out. Must never hold who
the reporter is: that has no field here.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import Field, model_validator

from ringwall.base.canonical import dump_canonical
from ringwall.model.values import Flop, InstantText, Strict, Word, parse_flop
from ringwall.raid.intake.report_values import (
    Line,
    Paragraph,
    Prose,
    SourceId,
    State,
    Title,
    Unknown,
    When,
    span_of,
)

__all__ = [
    "MAX_DOCUMENT_BYTES",
    "REQUIRED",
    "Compute",
    "Consent",
    "Entity",
    "Harm",
    "Occurred",
    "ReportDocument",
    "Source",
    "Step",
    "System",
    "Unmapped",
    "plain",
]

MAX_DOCUMENT_BYTES: Final = 48 * 1024
"""Most canonical bytes of a document: with its card it has to fit into an entry."""

REQUIRED: Final = (
    *("title", "narrative", "kind", "occurred", "aware", "systems", "states"),
    *("harms", "weights", "behaviour", "danger", "public"),
)
"""The questions that every report answers, in the order in which they are asked."""

Harm = Literal[
    "death",
    "health",
    "critical-infrastructure",
    "rights",
    "property",
    "environment",
    "personal-data",
    "financial",
    "none",
]
Entity = Literal[
    "provider",
    "deployer",
    "essential-entity",
    "financial-entity",
    "controller",
    "manufacturer",
    "union-body",
    "critical-entity",
    "none",
]
_YesNo = Literal["yes", "no"]


class Occurred(Strict):
    """When it happened, as exactly as it is known and no more.

    Attributes:
        from_: start, or all that is known.
        until: end; None if it is not told.
    """

    from_: When = Field(alias="from")
    until: When | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Occurred":
        # An interval of coarse dates is in order if any reading of it is.
        if self.until and span_of(self.until)[1] <= span_of(self.from_)[0]:
            raise ValueError("`until` lies before `from`")
        return self


class System(Strict):
    """An AI system that is said to be concerned; several claims may differ.

    Attributes:
        name: of the system or model.
        developer: who made it.
        version: of it.
    """

    name: Line
    developer: Line | None = None
    version: Line | None = None


class Consent(Strict):
    """Who may be told what the reporter says, by the reporter's own choice."""

    developer: _YesNo | None = None
    authorities: _YesNo | None = None


class Compute(Strict):
    """Training compute in operations, as an interval.

    Attributes:
        low: at least; the text of a whole number, e.g. `9e25`.
        high: at most.
    """

    low: Flop
    high: Flop

    @model_validator(mode="after")
    def _in_order(self) -> "Compute":
        if parse_flop(self.low) > parse_flop(self.high):
            raise ValueError("`low` is more than `high`")
        return self


class Source(Strict):
    """Where a report comes from that was made elsewhere.

    Attributes:
        scheme: e.g. `atlas`, `avid`, `aiid`.
        id: there.
    """

    scheme: Word
    id: SourceId


class Step(Strict):
    """A step in the chain of events."""

    tactic: Line | None = None
    technique: Line | None = None
    text: Paragraph


class Unmapped(Strict):
    """A field of a source that has no place in a report.

    Attributes:
        field: its path there.
        text: what stands there, or why it was left out.
    """

    field: Line
    text: Paragraph


class ReportDocument(Strict):
    """What a report says.

    Attributes:
        title: one line.
        narrative: what happened.
        kind: whether harm was done, nearly done, may be done, or was shown in a test.
        occurred: when.
        aware: when the reporter became aware of it.
        systems: concerned.
        states: of the EEA in which it happened or has effects.
        harms: that were done.
        weights: whether weights got out.
        behaviour: deception, autonomy or loss of control of the system itself.
        danger: whether danger to life is imminent.
        public: whether it is public already.
        tlp: the label that the reporter wishes.
        consent: who may be told.
        language: of the texts, as a BCP 47 tag.
        compute: training compute of the system.
        model_involved: when the involvement of a model became known.
        classified: when the incident was classified as a major one.
        sector: of the economy.
        entity: what the reporter is to the law.
        references: URLs or titles.
        techniques: of adversaries, e.g. `AML.T0051`.
        source: where it was made, if elsewhere.
        chain: of events.
        points: claimed values of decision points.
        unmapped: what an importer could not map.
    """

    title: Title
    narrative: Prose
    kind: Literal["incident", "near-miss", "hazard", "demonstration", "unknown"]
    occurred: Unknown | Occurred
    aware: Unknown | InstantText
    systems: Unknown | Annotated[tuple[System, ...], Field(min_length=1, max_length=20)]
    states: Unknown | Annotated[tuple[State, ...], Field(max_length=30)]
    harms: Unknown | Annotated[tuple[Harm, ...], Field(min_length=1, max_length=9)]
    weights: Literal["no", "stolen", "self-exfiltrated", "unknown"]
    behaviour: Literal["none", "suspected", "shown", "unknown"]
    danger: Literal["no", "imminent", "unknown"]
    public: Literal["yes", "no", "unknown"]
    tlp: Literal["red", "amber+strict", "amber", "green", "clear"] | None = None
    consent: Consent | None = None
    language: (
        Annotated[str, Field(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")] | None
    ) = None
    compute: Unknown | Compute | None = None
    model_involved: Unknown | InstantText | None = None
    classified: Unknown | InstantText | None = None
    sector: Line | None = None
    entity: Unknown | Entity | None = None
    references: Annotated[tuple[Line, ...], Field(max_length=200)] = ()
    techniques: Annotated[tuple[Line, ...], Field(max_length=200)] = ()
    source: Source | None = None
    chain: Annotated[tuple[Step, ...], Field(max_length=200)] = ()
    points: Annotated[
        dict[Word, Word | Annotated[tuple[Word, ...], Field(max_length=20)]],
        Field(max_length=20),
    ] = Field(default_factory=dict)
    unmapped: Annotated[tuple[Unmapped, ...], Field(max_length=200)] = ()

    @model_validator(mode="after")
    def _fits(self) -> "ReportDocument":
        if isinstance(self.harms, tuple):
            _check_once("harms", self.harms)
            if "none" in self.harms and len(self.harms) > 1:
                raise ValueError("`harms`: `none` stands alone")
        if isinstance(self.states, tuple):
            _check_once("states", self.states)
        size = len(dump_canonical(plain(self)))
        if size > MAX_DOCUMENT_BYTES:
            raise ValueError(
                f"the report takes {size} bytes, more than {MAX_DOCUMENT_BYTES}"
            )
        return self


def plain(document: ReportDocument) -> dict[str, Any]:
    """Return a document as JSON data, without what was left out."""
    data = document.model_dump(mode="json", exclude_none=True)
    return {name: value for name, value in data.items() if value not in ([], {})} | {
        name: data[name] for name in REQUIRED
    }


def _check_once(field: str, codes: tuple[str, ...]) -> None:
    if len(set(codes)) < len(codes):
        raise ValueError(f"`{field}` names one twice")
