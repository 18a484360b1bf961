"""Whatever is killed at the vault, the record is right, and the same finishes it."""

import os
from pathlib import Path

import pytest

from tests.fault.vault_kills import ACTS, kill_at, prepared, steps_of
from tests.vault_office import found_example

pytestmark = pytest.mark.usefixtures("uncounted")

# The main gate has a budget: `python -m tests.fault.vault_kills` takes every step.
EVERY = 1 if os.environ.get("RINGWALL_HYPOTHESIS") == "deep" else 8


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found_example(tmp_path_factory.mktemp("founded") / "institute")


@pytest.mark.parametrize("name", sorted(ACTS))
def test_an_act_that_is_killed_is_finished_by_the_same_again(
    founded: Path, tmp_path: Path, name: str
) -> None:
    act = ACTS[name]
    scene, words = prepared(founded, tmp_path, act)
    steps = steps_of(scene, words, tmp_path, act)
    found = [
        kill_at(scene, words, tmp_path, act, step, is_after=bool(step // EVERY % 2))
        for step in range(steps, 0, -EVERY)
    ]

    assert steps > 9
    assert len(found) == -(-steps // EVERY)
