"""What is on record is finished on disk; anything else is left as it is."""

import os
from pathlib import Path

import pytest

from ringwall.base.errors import ConfigurationError
from ringwall.institute import Gatekeeper
from ringwall.matters.containers import ContainerRecord
from ringwall.vault.container.part_file import PartFile
from ringwall.vault.desk import Vault
from ringwall.vault.mending import Mending, erase, header_block, is_held, publish_left
from ringwall.vault.places import PART, Places
from ringwall.vault.sealing import Sealed
from tests.vault_office import ASSET, NAME, VaultOffice, content

DATA = content(5000)


@pytest.fixture
def places(office: VaultOffice) -> Places:
    return Places(office.folder)


@pytest.fixture
def mending(gate: Gatekeeper, places: Places) -> Mending:
    return Mending(gate, places)


@pytest.fixture
def sealed(office: VaultOffice, vault: Vault) -> Sealed:
    return office.sealed(vault, DATA)


def record_of(gate: Gatekeeper, container: str) -> ContainerRecord:
    record = gate.ground.matters.containers.get(container)
    assert record is not None
    return record


def part_of(path: Path) -> Path:
    return path.with_name(path.name + PART)


def test_what_is_in_order_is_left_alone(mending: Mending, sealed: Sealed) -> None:
    assert mending.settle(ASSET, NAME) is None
    assert mending.settle(ASSET, "unknown.bin") is None
    assert sealed.path.exists()


def test_what_lacks_its_name_gets_it(mending: Mending, sealed: Sealed) -> None:
    sealed.path.rename(part_of(sealed.path))

    settled = mending.settle(ASSET, NAME)

    assert settled is not None
    assert settled.id == sealed.container
    assert sealed.path.exists()


def test_what_has_two_names_loses_the_first_one(
    mending: Mending, sealed: Sealed
) -> None:
    part_of(sealed.path).hardlink_to(sealed.path)

    assert mending.settle(ASSET, NAME) is not None
    assert sealed.path.exists()
    assert not part_of(sealed.path).exists()


def test_half_a_container_does_not_get_a_name(mending: Mending, sealed: Sealed) -> None:
    part_of(sealed.path).write_bytes(sealed.path.read_bytes()[:-1])
    sealed.path.unlink()

    assert mending.settle(ASSET, NAME) is None
    assert not sealed.path.exists()


def test_another_container_does_not_get_the_name(
    office: VaultOffice, vault: Vault, mending: Mending, sealed: Sealed
) -> None:
    other = office.sealed(vault, DATA, "other.bin")
    other.path.rename(part_of(sealed.path))
    sealed.path.unlink()

    assert mending.settle(ASSET, NAME) is None
    assert not sealed.path.exists()


def test_what_somebody_is_writing_is_left_to_them(
    gate: Gatekeeper, sealed: Sealed
) -> None:
    sealed.path.rename(part_of(sealed.path))
    with PartFile.left(sealed.path):
        done = publish_left(sealed.path, record_of(gate, sealed.container))

    assert not done


def test_a_container_is_held_by_header_and_slot(
    office: VaultOffice, gate: Gatekeeper, sealed: Sealed
) -> None:
    other = office.sealed(gate.vault, DATA, "other.bin")
    record = record_of(gate, sealed.container)

    assert is_held(sealed.path, record)
    assert not is_held(other.path, record)
    assert not is_held(sealed.path.with_name("none"), record)
    gate.vault.rewrap(
        ASSET, NAME, to_key="vault-2", **office.to_rewrap(sealed.container)
    )
    assert not is_held(sealed.path, record)


def test_what_is_replaced_keeps_a_name_though_somebody_gave_it_one(
    office: VaultOffice, vault: Vault, places: Places, sealed: Sealed
) -> None:
    aside = places.aside(sealed.container)
    places.make_room(aside)
    os.link(sealed.path, aside)

    office.sealed(vault, content(9), replace=True)

    assert aside.exists()
    assert vault.verify_inventory() == ()


def test_where_its_second_name_is_taken_nothing_is_replaced(
    office: VaultOffice, vault: Vault, mending: Mending, places: Places, sealed: Sealed
) -> None:
    before = sealed.path.read_bytes()
    aside = places.aside(sealed.container)
    places.make_room(aside)
    aside.write_bytes(b"something else")
    with pytest.raises(Exception, match="is not on record"):
        office.sealed(vault, content(9), replace=True)

    assert sealed.path.read_bytes() == before
    assert mending.settle(ASSET, NAME) is None


def test_a_container_that_is_kept_is_not_moved_aside(
    office: VaultOffice, vault: Vault, mending: Mending, sealed: Sealed
) -> None:
    other = office.sealed(vault, DATA, "other.bin")

    assert not mending.take_over(sealed.path, other.path)
    assert sealed.path.exists()
    assert other.path.exists()


def test_what_another_process_has_put_in_place_is_done(
    mending: Mending, places: Places, sealed: Sealed
) -> None:
    staging = places.staging(ASSET, NAME)
    places.make_room(staging)
    sealed.path.unlink()

    assert mending.take_over(sealed.path, staging)


def test_a_disk_that_refuses_is_told_of(
    mending: Mending, sealed: Sealed, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "rename", refused)
    sealed.path.unlink()
    with pytest.raises(ConfigurationError) as caught:
        mending.take_over(sealed.path, places.staging(ASSET, NAME))

    assert caught.value.code == "container-unwritable"


def test_only_a_second_slot_is_emptied_and_only_of_the_container_on_record(
    office: VaultOffice, gate: Gatekeeper, mending: Mending, sealed: Sealed
) -> None:
    record = record_of(gate, sealed.container)
    assert not mending.drop_stale_slot(record)
    before = sealed.path.read_bytes()
    vault = gate.vault
    vault.rewrap(ASSET, to_key="vault-2", **office.to_rewrap(sealed.container))
    after = sealed.path.read_bytes()
    both = after[:4096] + before[4096:8192] + after[8192:]
    now = record_of(gate, sealed.container)

    other = office.sealed(vault, DATA, "other.bin")
    sealed.path.write_bytes(other.path.read_bytes())
    assert not mending.drop_stale_slot(now)
    sealed.path.write_bytes(b"none")
    assert not mending.drop_stale_slot(now)
    sealed.path.write_bytes(both)
    assert mending.drop_stale_slot(now)
    assert sealed.path.read_bytes() == after
    for torn in (before[4096:6000] + bytes(2192), b"\xff" * 4096):
        sealed.path.write_bytes(after[:4096] + torn + after[8192:])
        assert mending.drop_stale_slot(now)
        assert sealed.path.read_bytes() == after


def test_what_is_erased_is_the_container_on_record_and_nothing_else(
    office: VaultOffice, gate: Gatekeeper, sealed: Sealed
) -> None:
    other = office.sealed(gate.vault, DATA, "other.bin")
    record = record_of(gate, sealed.container)

    assert not erase(other.path, record)
    assert not erase(sealed.path.with_name("none"), record)
    assert erase(sealed.path, record)
    assert not erase(sealed.path, record)
    assert other.path.exists()


def test_the_first_block_of_a_short_file_or_none_is_empty(tmp_path: Path) -> None:
    (tmp_path / "short").write_bytes(b"x" * 4095)
    (tmp_path / "whole").write_bytes(b"x" * 4097)

    assert header_block(tmp_path / "short") == b""
    assert header_block(tmp_path / "none") == b""
    assert header_block(tmp_path) == b""
    assert header_block(tmp_path / "whole") == b"x" * 4096
