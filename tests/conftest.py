"""Settings of every test, and the example institute that many of them ask."""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import coverage
import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringwall.institute import Gatekeeper, Institute


# The main gate should take few minutes on two cores: `ci` draws few examples, `deep`
# draws the rest. Most of its time goes to asking stock Casbin (test_differential).
# A busy machine must not turn a correct property into a failure, so neither
# profile has a deadline or minds that examples are slow to draw.
settings.register_profile(
    "ci",
    max_examples=50,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "deep",
    max_examples=20_000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("RINGWALL_HYPOTHESIS", "ci"))


@pytest.fixture(scope="module")
def uncounted() -> "Iterator[None]":
    """Pause coverage for a module that draws or hammers.

    Coverage counts what the named tests reach. Counting these, too, would make them
    several times slower and let a lucky example stand in for a test.
    """
    counting = coverage.Coverage.current()
    if counting is not None:
        counting.stop()
    yield
    if counting is not None:
        counting.start()


@pytest.fixture(scope="session")
def institute_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the example institute, declared; not to be changed."""
    from ringwall.base.clock import FixedClock
    from ringwall.institute import Institute
    from tests.example import NOON, apply, declared

    folder = tmp_path_factory.mktemp("example") / "institute"
    apply(Institute.create(folder, clock=FixedClock(NOON)), declared())
    return folder


@pytest.fixture
def institute(institute_folder: Path, tmp_path: Path) -> "Institute":
    """Return a copy of the example institute, at noon on 21 November 2026."""
    from ringwall.base.clock import FixedClock
    from ringwall.institute import Institute
    from tests.example import NOON

    folder = tmp_path / "institute"
    shutil.copytree(institute_folder, folder)
    return Institute(folder, FixedClock(NOON))


@pytest.fixture
def example_gate(institute: "Institute") -> "Iterator[Gatekeeper]":
    """Return an open gate of the copy, at the point where upper-tier work is done."""
    with institute.gatekeeper("point:trainer") as gate:
        yield gate
