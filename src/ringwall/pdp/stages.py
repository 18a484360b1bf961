"""Which concerns are asked about an action, and which beside it.

Said here in code, so that no edit of a policy can drop one.
"""

from typing import Final

from ringwall.model.decisions import Stage

__all__ = ["CONCERNS", "PIPELINE", "stages_of"]

PIPELINE: Final = (
    Stage.CLASSIFICATION,
    Stage.ELIGIBILITY,
    Stage.FLOW,
    Stage.ACCESS,
    Stage.RELEASE,
    Stage.TRAINING,
    Stage.RAID_CASES,
)
"""The concerns that requests pass, each request some of them, in order of report."""

CONCERNS: Final = (*PIPELINE, Stage.QUORUM, Stage.BUDGET, Stage.OBLIGATION)
"""The concerns that a bundle must have: besides the pipeline's, which approvals make
a quorum, how much may leave in all, and what a permit obliges to."""

_EVERY: Final = PIPELINE[:4]
_PUBLICATIONS: Final = frozenset({"weights.publish", "research.publish"})
_BY_PREFIX: Final = {
    "offer": Stage.RELEASE,
    "training": Stage.TRAINING,
    "raid": Stage.RAID_CASES,
}


def stages_of(action: str) -> tuple[Stage, ...]:
    """Return the concerns that must all permit an action, in order of report.

    Classification, eligibility, flow and access for every request; release for what
    leaves the institute, training for training runs, raid_cases for the RAID unit.
    """
    if action in _PUBLICATIONS:
        return (*_EVERY, Stage.RELEASE)
    more = _BY_PREFIX.get(action.partition(".")[0])
    return _EVERY if more is None else (*_EVERY, more)
