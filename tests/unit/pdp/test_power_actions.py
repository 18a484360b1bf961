"""A power over an action that nobody knows would limit nobody."""

from dataclasses import replace

import pytest

from ringwall.base.errors import PolicyError
from ringwall.pdp.power_actions import check_powers, unknown_actions
from ringwall.shipped import shipped_path
from ringwall.threats.folder import read_catalogue
from ringwall.threats.rows import Power

CATALOGUE = read_catalogue(shipped_path("threat_models"))
KNOWN = {action for row in CATALOGUE.powers.values() for action in row.actions}


def test_powers_over_known_actions_are_in_order() -> None:
    check_powers(CATALOGUE, KNOWN)

    assert list(unknown_actions(CATALOGUE, KNOWN)) == []


def test_each_action_that_is_not_known_is_told_with_its_place() -> None:
    copies = replace_actions("copies", ("weights.copyy", "weights.export", "paint"))
    powers = replace(CATALOGUE, powers={**CATALOGUE.powers, "copies": copies})

    with pytest.raises(PolicyError) as caught:
        check_powers(powers, KNOWN)

    first, second = caught.value.faults
    place = CATALOGUE.place("powers", "copies")
    assert caught.value.code == first.code == "power-unknown-action"
    assert (first.file, first.line) == (place.file, place.line)
    assert first.message == "the access policy knows no action `weights.copyy`"
    assert "`paint`" in second.message


def replace_actions(power: str, actions: tuple[str, ...]) -> Power:
    return CATALOGUE.powers[power].model_copy(update={"actions": actions})
