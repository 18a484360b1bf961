"""What lies on disk counts as far as the record vouches for it."""

import shutil
from pathlib import Path

import pytest

from ringwall.base.errors import (
    ActRefused,
    IntegrityError,
    RequestError,
    RingwallError,
    UnknownItem,
)
from ringwall.institute import Gatekeeper
from ringwall.matters.containers import ContainerRecord
from ringwall.vault.desk import Vault
from ringwall.vault.places import Places
from ringwall.vault.sealing import Sealed
from ringwall.vault.shelf import Shelf
from tests.vault_office import ASSET, NAME, VaultOffice, content

WEST = "site:hub-west"

DATA = content(5000)


@pytest.fixture
def shelf(gate: Gatekeeper, office: VaultOffice) -> Shelf:
    return Shelf(gate, Places(office.folder))


@pytest.fixture
def sealed(office: VaultOffice, vault: Vault) -> Sealed:
    return office.sealed(vault, DATA)


def named(shelf: Shelf, file: str = "") -> ContainerRecord:
    found = shelf.named(ASSET, file)
    assert isinstance(found, ContainerRecord)
    return found


def fault(shelf: Shelf, asset: str = ASSET, file: str = "") -> RingwallError:
    found = shelf.named(asset, file)
    assert isinstance(found, RingwallError)
    assert found.next_step
    return found


def code_on_disk(shelf: Shelf, record: ContainerRecord) -> str:
    with pytest.raises(IntegrityError) as caught:
        shelf.on_disk(record)
    return caught.value.code


def flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


def test_the_only_file_needs_no_name(shelf: Shelf, sealed: Sealed) -> None:
    assert named(shelf).id == named(shelf, NAME).id == sealed.container


def test_among_many_the_usual_one_needs_no_name(
    office: VaultOffice, vault: Vault, shelf: Shelf, sealed: Sealed
) -> None:
    office.sealed(vault, b"{}", "config.json")

    assert named(shelf).id == sealed.container


def test_among_many_without_a_usual_one_the_choices_are_told(
    office: VaultOffice, vault: Vault, shelf: Shelf
) -> None:
    for name in ("b.bin", "a.bin"):
        office.sealed(vault, b"x", name)
    told = fault(shelf)
    assert isinstance(told, RequestError)
    assert (told.code, told.message) == (
        "file-ambiguous",
        "the asset has more than one file: `a.bin`, `b.bin`",
    )
    for number in range(19):
        office.sealed(vault, b"x", f"c-{number:02}.bin")

    assert fault(shelf).message.endswith("`c-17.bin` and 1 more")


def test_what_is_not_in_the_vault_is_unknown(shelf: Shelf, sealed: Sealed) -> None:
    told = [
        fault(shelf, "weights:aurora-1"),
        fault(shelf, "weights:nobody"),
        fault(shelf, ASSET, "other.bin"),
        fault(shelf, ASSET, "../" + NAME),
    ]

    assert all(isinstance(one, UnknownItem) for one in told)
    assert {one.code for one in told} == {"file-unknown"}
    assert sealed.path.exists()


def test_what_is_disputed_is_told_as_that(
    gate: Gatekeeper, shelf: Shelf, sealed: Sealed
) -> None:
    containers = gate.ground.matters.containers
    event = {"kind": "vault.sealed", "container": sealed.container, "decision": ""}
    containers.take_in(10**6, event)

    assert fault(shelf).code == "container-disputed"


def test_a_sound_container_opens(shelf: Shelf, sealed: Sealed) -> None:
    found = shelf.on_disk(named(shelf))
    with found.reader as reader:
        assert reader.header.container == sealed.container
        assert found.slot == reader.slot


def test_a_container_that_is_not_there_is_missing(
    office: VaultOffice, shelf: Shelf, sealed: Sealed
) -> None:
    sealed.path.unlink()

    assert code_on_disk(shelf, named(shelf)) == "container-missing"
    assert office.alarms() == ["container-missing"]


def test_a_container_behind_a_linked_folder_is_none(
    office: VaultOffice, shelf: Shelf, sealed: Sealed
) -> None:
    elsewhere = office.scratch / "elsewhere"
    sealed.path.parent.rename(elsewhere)
    sealed.path.parent.symlink_to(elsewhere)

    assert sealed.path.exists()
    assert code_on_disk(shelf, named(shelf)) == "container-not-a-file"
    assert office.alarms() == ["container-not-a-file"]


def test_an_edited_header_is_altered(
    office: VaultOffice, shelf: Shelf, sealed: Sealed
) -> None:
    block = sealed.path.read_bytes()
    edited = block.replace(b'"tier":"upper"', b'"tier":"lower"', 1)
    sealed.path.write_bytes(edited)

    assert edited != block
    assert code_on_disk(shelf, named(shelf)) == "container-altered"
    assert office.alarms() == ["container-altered"]


def test_a_slot_that_never_counted_is_altered(
    office: VaultOffice, vault: Vault, shelf: Shelf, sealed: Sealed
) -> None:
    other = office.sealed(vault, DATA, "other.bin")
    data = bytearray(sealed.path.read_bytes())
    data[4096:8192] = other.path.read_bytes()[4096:8192]
    sealed.path.write_bytes(data)

    assert code_on_disk(shelf, named(shelf, NAME)) == "container-altered"


def test_a_slot_that_counted_before_is_rolled_back(
    office: VaultOffice, vault: Vault, shelf: Shelf, sealed: Sealed
) -> None:
    before = sealed.path.read_bytes()
    vault.rewrap(ASSET, to_key="vault-2", **office.to_rewrap(sealed.container))
    sealed.path.write_bytes(before)

    assert code_on_disk(shelf, named(shelf)) == "container-rolled-back"
    assert office.alarms() == ["container-rolled-back"]


def test_the_container_that_was_replaced_is_rolled_back(
    office: VaultOffice, vault: Vault, shelf: Shelf, sealed: Sealed
) -> None:
    before = sealed.path.read_bytes()
    office.sealed(vault, content(100, 7), replace=True)
    sealed.path.write_bytes(before)

    assert code_on_disk(shelf, named(shelf)) == "container-rolled-back"


def test_the_container_of_another_file_is_foreign(
    office: VaultOffice, vault: Vault, shelf: Shelf, sealed: Sealed
) -> None:
    other = office.sealed(vault, DATA, "other.bin")
    shutil.copy(other.path, sealed.path)

    with pytest.raises(IntegrityError, match="never sealed for here") as caught:
        shelf.on_disk(named(shelf, NAME))
    assert caught.value.code == "container-foreign"
    assert f"`{other.container}`, which is `other.bin` of" in caught.value.message
    assert office.alarms() == ["container-foreign"]


def test_a_copy_of_the_container_for_a_site_is_foreign(
    office: VaultOffice, vault: Vault, shelf: Shelf, sealed: Sealed, tmp_path: Path
) -> None:
    out = tmp_path / "out.vault"
    vault.copy(
        ASSET, to=WEST, target=out, key="west", **office.to_copy(sealed.container)
    )
    shutil.copy(out, sealed.path)

    with pytest.raises(IntegrityError, match=f"for `{WEST}`") as caught:
        shelf.on_disk(named(shelf, NAME))
    assert caught.value.code == "container-foreign"


def test_a_container_that_is_not_on_record_is_unknown(
    office: VaultOffice, shelf: Shelf, sealed: Sealed
) -> None:
    data = sealed.path.read_bytes()
    name = sealed.container.encode()
    sealed.path.write_bytes(data.replace(name, b"box-" + b"a" * 20, 1))

    assert code_on_disk(shelf, named(shelf)) == "container-unknown"
    assert office.alarms() == ["container-unknown"]


def test_damage_to_the_structure_is_on_record(
    office: VaultOffice, shelf: Shelf, sealed: Sealed
) -> None:
    flip(sealed.path, 4095)

    assert code_on_disk(shelf, named(shelf)) == "container-header-malformed"
    assert office.alarms() == ["container-header-malformed"]


def test_what_another_process_has_rewrapped_opens_all_the_same(
    office: VaultOffice, shelf: Shelf, sealed: Sealed
) -> None:
    record = named(shelf)
    with office.gate() as other:
        words = office.to_rewrap(sealed.container)
        other.vault.rewrap(ASSET, to_key="vault-2", **words)

    found = shelf.on_disk(record)
    found.reader.close()
    assert (found.record.generation, found.slot.generation) == (2, 2)
    assert office.alarms() == []


def test_what_another_process_has_replaced_is_gone(
    office: VaultOffice, shelf: Shelf, sealed: Sealed
) -> None:
    record = named(shelf)
    with office.gate() as other:
        office.sealed(other.vault, content(100, 7), replace=True)
    with pytest.raises(ActRefused) as caught:
        shelf.on_disk(record)

    assert caught.value.code == "container-gone"
    assert office.alarms() == []
    assert sealed.path.exists()
