"""An institute whose people have keys, made once and copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ringwall.base.clock import FixedClock
from ringwall.institute import Institute
from tests.example import NOON, apply, declare
from tests.office import Office, keyed


@pytest.fixture(scope="session")
def keyed_folder(
    institute_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("keyed")
    shutil.copytree(institute_folder, folder / "institute")
    institute = Institute(folder / "institute", FixedClock(NOON))
    apply(institute, declare(folder, keyed(institute.facts())))
    return folder / "institute"


@pytest.fixture
def office(keyed_folder: Path, tmp_path: Path) -> Iterator[Office]:
    shutil.copytree(keyed_folder, tmp_path / "institute")
    office = Office(tmp_path / "institute")
    yield office
    office.close()
