"""The form of an AVID report, read anew from its published data model 0.3."""

from typing import Literal

from ringwall.model.values import Strict

__all__ = ["AvidReport"]


class Text(Strict):
    """A text and its language."""

    lang: str
    value: str


class Artifact(Strict):
    """What is affected."""

    type: Literal["Dataset", "Model", "System"]
    name: str


class Affects(Strict):
    """Who made and runs what is affected."""

    developer: list[str]
    deployer: list[str]
    artifacts: list[Artifact]


class Problem(Strict):
    """What the report is about."""

    classof: Literal[
        "AIID Incident",
        "ATLAS Case Study",
        "CVE Entry",
        "LLM Evaluation",
        "Third-party Report",
        "Undefined",
    ]
    type: Literal["Issue", "Advisory", "Measurement", "Detection"]
    description: Text


class Reference(Strict):
    """Where more is told."""

    type: str
    label: str
    url: str


class Step(Strict):
    """A step of an attack."""

    tactic: str | None = None
    technique: str | None = None
    description: str


class Impact(Strict):
    """What it led to, by taxonomies."""

    atlas: list[Step]


class Named(Strict):
    """The id of the report."""

    report_id: str


class AvidReport(Strict):
    """A report; none of ours credits anybody."""

    data_type: Literal["AVID"]
    data_version: str
    metadata: Named
    affects: Affects | None = None
    problemtype: Problem
    references: list[Reference]
    description: Text
    impact: Impact | None = None
    credit: list[Text]
