"""Settings of every test, and the example institute that many of them ask."""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

import coverage
import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringwall.institute import Gatekeeper, Institute
    from tests.raid_office import RaidOffice


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
_TESTS: Final = Path(__file__).resolve().parent
# The last is where a ledger of two institutes is made, and refused.
_COUNTED: Final = ("unit/", "conformance/", "fault/test_grown_ledger.py")
_TOLD: Final = ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START")

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


@pytest.fixture(scope="session", autouse=True)
def _saved() -> "Iterator[None]":
    """Save what was counted: a process with a second count doesn't by itself."""
    yield
    counting = coverage.Coverage.current()
    if counting is not None:
        counting.save()


@pytest.fixture(scope="module", autouse=True)
def _counted(request: pytest.FixtureRequest) -> "Iterator[None]":
    """Let tests of one thing count for coverage; of a command line's, the face alone.

    To count each line that a whole command line runs makes it three times slower, and
    would let code that decides pass for tested because something once went through it.
    """
    path = request.path.relative_to(_TESTS).as_posix()
    counting = coverage.Coverage.current()
    if counting is None or path.startswith(_COUNTED):
        yield
        return
    counting.stop()
    # Programs that a test starts would count themselves.
    told = {name: os.environ.pop(name) for name in _TOLD if name in os.environ}
    faces = _counting_of_faces(counting) if path.startswith("e2e/") else None
    yield
    if faces is not None:
        faces.stop()
        faces.save()
    os.environ.update(told)
    counting.start()


def _counting_of_faces(counting: coverage.Coverage) -> coverage.Coverage:
    """Return a started count of the command line; `coverage combine` adds it up."""
    faces = coverage.Coverage(
        data_file=str(counting.get_option("run:data_file")),
        data_suffix=True,
        branch=True,
        config_file=False,
        source=["ringwall.cli"],
        concurrency=["thread"],
    )
    # What runs before a test has imported them already.
    quiet = ["already-imported", "module-not-measured", "no-data-collected"]
    faces.set_option("run:disable_warnings", quiet)
    faces.start()
    return faces


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


@pytest.fixture(scope="session")
def raid_folder(
    institute_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return the example institute with an incident desk; not to be changed."""
    from tests.raid_office import found_raid

    folder = tmp_path_factory.mktemp("raid") / "institute"
    shutil.copytree(institute_folder, folder)
    found_raid(folder)
    return folder


@pytest.fixture
def raid_office(raid_folder: Path, tmp_path: Path) -> "Iterator[RaidOffice]":
    """Return a copy of it, at noon on 21 November 2026."""
    from tests.raid_office import RaidOffice

    folder = tmp_path / "institute"
    shutil.copytree(raid_folder, folder)
    office = RaidOffice(folder)
    yield office
    office.close()
