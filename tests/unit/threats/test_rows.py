"""Rows by themselves: what they derive, and that they can't be changed."""

import pytest
from pydantic import ValidationError

from ringwall.model.levels import Domain, SecurityLevel
from ringwall.model.tiers import Tier
from ringwall.threats.fields import CLASSES
from ringwall.threats.rows import Feasibility, Ladder
from tests.unit.threats.sample import sample_catalogue, sample_measure


def test_feasibility_is_asked_by_class() -> None:
    feasibility = Feasibility(OC1=1, OC2=2, OC3=2, OC4=4, OC5=5)

    assert [feasibility[actor] for actor in CLASSES] == [1, 2, 2, 4, 5]
    assert feasibility.items()[3] == ("OC4", 4)
    with pytest.raises(KeyError):
        feasibility["OC6"]


@pytest.mark.parametrize("fall", range(4))
def test_feasibility_never_falls_from_one_class_to_the_next(fall: int) -> None:
    scores = [3, 3, 3, 3, 3]
    scores[fall] = 4

    with pytest.raises(ValidationError) as caught:
        Feasibility(**dict(zip(CLASSES, scores, strict=True)))

    assert caught.value.errors()[0]["type"] == "feasibility-falls"


def test_a_measure_knows_the_level_that_adds_it() -> None:
    measure = sample_measure("SL4-WS-12", Domain.WEIGHTS)

    assert measure.level is SecurityLevel.SL4
    with pytest.raises(ValidationError):
        setattr(measure, "name", "other")  # noqa: B010 - mypy knows it is read-only


def test_a_level_and_a_tier_know_their_place_on_the_scale() -> None:
    catalogue = sample_catalogue()

    assert catalogue.levels["SL3"].level is SecurityLevel.SL3
    assert catalogue.tiers["third"].tier is Tier.THIRD


def test_a_ladder_has_seventeen_parameters_by_their_ids() -> None:
    parameters = sample_catalogue().levels["SL2"].ladder.parameters()

    assert len(parameters) == len(Ladder.model_fields) == 17
    assert parameters["encryption-at-rest"] == "128 bits"
    assert parameters["key-recovery"] is None


def test_only_a_row_that_says_so_is_our_own_mapping_by_default() -> None:
    catalogue = sample_catalogue()

    assert catalogue.vectors["RUC-1"].mapping == "OWN"
    assert catalogue.powers["copies"].mapping == "OWN"
