"""What a question reaches for is a container of its asset that can be opened."""

import pytest

from ringwall.gate.reaching import unreachable
from ringwall.matters.containers import Containers
from ringwall.model.decisions import Stage
from ringwall.model.events import Event
from ringwall.model.requests import AccessRequest, Reach
from ringwall.model.vault_events import vault_destroyed, vault_sealed
from tests.matter_events import BOX, SEALED

AT = 1_800_000_000_000_000
OTHER = "box-" + "b" * 20
SEALING = vault_sealed(AT, BOX, SEALED)
REPLACING = vault_sealed(AT, OTHER, {**SEALED, "replaces": BOX})
GONE = vault_destroyed(AT, BOX, {"decision": "d", "subject": "user:ada", "reason": ""})
FIRST = "dec-" + "0z" * 10


def told(
    *events: Event,
    continues: str = "",
    asset: str = "weights:aurora-2",
    stop: int = 0,
    action: str = "weights.read",
) -> str:
    """Return the code of what is in the way, empty for nothing."""
    containers = Containers()
    for index, event in enumerate(events):
        containers.take_in(index, event)
    request = AccessRequest(
        *("user:ada", action, asset, "point:vault"),
        continues=continues,
        reach=Reach(BOX, 0, stop),
    )
    reason = unreachable(request, containers)
    if reason is None:
        return ""
    assert reason.stage is Stage.RECORD
    assert reason.message
    return reason.code


def test_what_reaches_for_nothing_has_nothing_in_its_way() -> None:
    request = AccessRequest("user:ada", "weights.read", "weights:x", "point:vault")

    assert unreachable(request, Containers()) is None


@pytest.mark.parametrize("continues", ["", FIRST])
def test_a_container_that_is_kept_is_reached(continues: str) -> None:
    assert told(SEALING, continues=continues, stop=5_000_000) == ""


@pytest.mark.parametrize("continues", ["", FIRST])
def test_only_acts_of_the_vault_reach_for_a_container(continues: str) -> None:
    for action in ("weights.read", "weights.load", "weights.copy", "weights.rewrap"):
        assert told(SEALING, continues=continues, action=action) == ""
    for action in ("weights.seal", "weights.delete", "weights.infer", "secret.read"):
        found = told(SEALING, continues=continues, action=action)
        assert found == "reach-unfit"


@pytest.mark.parametrize("continues", ["", FIRST])
def test_what_is_not_on_record_of_the_asset_is_unknown(continues: str) -> None:
    assert told(continues=continues) == "container-unknown"
    other = told(SEALING, asset="weights:aurora-1", continues=continues)
    assert other == "container-unknown"


@pytest.mark.parametrize("continues", ["", FIRST])
def test_what_is_destroyed_or_disputed_is_cut_whenever_it_began(continues: str) -> None:
    assert told(SEALING, GONE, continues=continues) == "container-destroyed"
    assert told(SEALING, SEALING, continues=continues) == "container-disputed"


def test_what_was_opened_before_it_was_replaced_is_read_to_the_end() -> None:
    assert told(SEALING, REPLACING) == "container-replaced"
    assert told(SEALING, REPLACING, continues=FIRST) == ""


def test_nobody_reaches_behind_the_last_byte() -> None:
    assert told(SEALING, stop=5_000_001) == "range-outside"
