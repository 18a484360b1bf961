"""Which concerns an action has to pass: fixed in code."""

import pytest

from ringwall.model.decisions import Stage
from ringwall.pdp.stages import CONCERNS, PIPELINE, stages_of
from tests.unit.pdp.scene import decider

EVERY = (Stage.CLASSIFICATION, Stage.ELIGIBILITY, Stage.FLOW, Stage.ACCESS)


@pytest.mark.parametrize(
    ("action", "more"),
    [
        ("weights.read", ()),
        ("research.write", ()),
        ("tier.lower", ()),
        ("weights.publish", (Stage.RELEASE,)),
        ("research.publish", (Stage.RELEASE,)),
        ("offer.licence", (Stage.RELEASE,)),
        ("offer.api", (Stage.RELEASE,)),
        ("offer.anything-new", (Stage.RELEASE,)),
        ("training.start", (Stage.TRAINING,)),
        ("training.scale", (Stage.TRAINING,)),
        ("raid.read", (Stage.RAID_CASES,)),
        ("raid.direct", (Stage.RAID_CASES,)),
        ("raids.read", ()),
        ("", ()),
    ],
)
def test_an_action_passes_what_its_name_says(
    action: str, more: tuple[Stage, ...]
) -> None:
    assert stages_of(action) == (*EVERY, *more)


def test_each_concern_is_asked_about_some_shipped_action() -> None:
    asked = {stage for action in decider().actions for stage in stages_of(action)}

    assert asked == set(PIPELINE)


def test_three_concerns_more_are_asked_beside_the_pipeline() -> None:
    beside = (Stage.QUORUM, Stage.BUDGET, Stage.OBLIGATION)

    assert (*PIPELINE, *beside) == CONCERNS
    assert [stage for stage in Stage if stage in CONCERNS] == list(CONCERNS)


def test_stages_are_asked_in_order_of_report() -> None:
    for action in decider().actions:
        stages = stages_of(action)
        assert sorted(stages, key=PIPELINE.index) == list(stages)
        assert stages[:4] == EVERY
