"""An institute whose people have keys, and whose vault has some, too."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ringwall.institute import Gatekeeper
from ringwall.vault.desk import Vault
from tests.vault_office import VaultOffice, found_vault


@pytest.fixture(scope="session")
def vault_folder(
    institute_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return the folder of an institute with a vault; not to be changed."""
    folder = tmp_path_factory.mktemp("vault") / "institute"
    shutil.copytree(institute_folder, folder)
    found_vault(folder)
    return folder


@pytest.fixture
def office(vault_folder: Path, tmp_path: Path) -> Iterator[VaultOffice]:
    """Return an office that works in a copy of it."""
    shutil.copytree(vault_folder, tmp_path / "institute")
    office = VaultOffice(tmp_path / "institute")
    yield office
    office.close()


@pytest.fixture
def gate(office: VaultOffice) -> Iterator[Gatekeeper]:
    """Return the gate where custodians work."""
    with office.gate() as gate:
        yield gate


@pytest.fixture
def vault(gate: Gatekeeper) -> Vault:
    """Return the vault at that gate."""
    return gate.vault
