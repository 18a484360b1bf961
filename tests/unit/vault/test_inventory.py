"""The inventory names whatever is not on disk as it is on record."""

import os
import shutil
from pathlib import Path

import pytest

from ringwall.base.errors import ConfigurationError
from ringwall.institute import Gatekeeper
from ringwall.vault.desk import Vault
from ringwall.vault.places import PART
from ringwall.vault.sealing import Sealed
from tests.vault_office import ASSET, VaultOffice, content

DATA = content(5000)
WEST = "site:hub-west"


@pytest.fixture
def sealed(office: VaultOffice, vault: Vault) -> Sealed:
    return office.sealed(vault, DATA)


def codes(vault: Vault, folder: Path | None = None, site: str = "") -> list[str]:
    return [one.code for one in vault.verify_inventory(folder, site=site)]


def test_an_empty_vault_is_in_order(vault: Vault) -> None:
    assert codes(vault) == []
    assert list(vault.inventory()) == []


def test_every_container_there_was_is_listed(
    office: VaultOffice, vault: Vault, sealed: Sealed
) -> None:
    office.sealed(vault, content(10), replace=True)

    states = [(one.id, one.state) for one in vault.inventory()]
    assert states[0] == (sealed.container, "replaced")
    assert [state for _, state in states] == ["replaced", "kept"]


def test_what_another_process_sealed_is_known(
    office: VaultOffice, vault: Vault
) -> None:
    with office.gate() as other:
        office.sealed(other.vault, DATA)

    assert codes(vault) == []
    assert len(vault.inventory()) == 1


def test_what_is_missing_is_named_with_its_place(vault: Vault, sealed: Sealed) -> None:
    sealed.path.unlink()

    (finding,) = vault.verify_inventory()
    assert (finding.code, finding.container, finding.path) == (
        "container-missing",
        sealed.container,
        str(sealed.path),
    )


def test_a_container_nobody_has_put_on_record_is_named(
    vault: Vault, sealed: Sealed
) -> None:
    name = sealed.container.encode()
    other = sealed.path.with_name("other.vault")
    other.write_bytes(sealed.path.read_bytes().replace(name, b"box-" + b"a" * 20, 1))

    (finding,) = vault.verify_inventory()
    assert (finding.code, finding.path) == ("container-unknown", str(other))


def test_an_edited_header_is_named(vault: Vault, sealed: Sealed) -> None:
    data = sealed.path.read_bytes()
    sealed.path.write_bytes(data.replace(b'"upper"', b'"lower"', 1))

    assert codes(vault) == ["container-altered"]


def test_an_older_slot_is_named(
    office: VaultOffice, vault: Vault, sealed: Sealed
) -> None:
    before = sealed.path.read_bytes()
    vault.rewrap(ASSET, to_key="vault-2", **office.to_rewrap(sealed.container))
    after = sealed.path.read_bytes()
    sealed.path.write_bytes(before)
    rolled_back = codes(vault)
    sealed.path.write_bytes(after[:4096] + before[4096:8192] + after[8192:])

    assert rolled_back == ["container-rolled-back"]
    assert codes(vault) == ["slot-left-over"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda data: data[:-1], "container-truncated"),
        (lambda data: data + b"x", "container-extended"),
        (
            lambda data: data[:4096] + bytes(8192) + data[12288:],
            "container-slot-missing",
        ),
        (lambda data: data[:8000] + b"x" + data[8001:], "container-slot-malformed"),
    ],
)
def test_damage_to_the_structure_is_named(
    vault: Vault, sealed: Sealed, change: object, code: str
) -> None:
    assert callable(change)
    sealed.path.write_bytes(change(sealed.path.read_bytes()))

    assert codes(vault) == [code]


def test_what_is_no_container_is_named(vault: Vault, sealed: Sealed) -> None:
    sealed.path.with_name("notes.txt").write_text("x")
    sealed.path.with_name("short.vault").write_bytes(b"x" * 100)
    sealed.path.write_bytes(b"x" * 5000)

    assert sorted(codes(vault)) == ["container-missing", *["not-a-container"] * 3]


def test_a_file_of_the_ledger_is_named_and_keeps_its_locks(
    office: VaultOffice, vault: Vault, sealed: Sealed
) -> None:
    ledger = office.folder / "ledger.db"
    os.link(ledger, sealed.path.with_name("x.vault"))
    os.link(ledger, sealed.path.with_name("y.vault" + PART))
    before = _locks_on(ledger)

    assert codes(vault) == ["ledger-in-the-way"] * 2
    assert codes(vault, office.folder, WEST).count("ledger-in-the-way") >= 4
    assert _locks_on(ledger) == before > 0


def _locks_on(path: Path) -> int:
    """Return how many locks this process has on a file."""
    lines = Path("/proc/locks").read_text().splitlines()
    words = [line.split() for line in lines]
    inode = f":{path.stat().st_ino}"
    return sum(str(os.getpid()) in line and line[5].endswith(inode) for line in words)


def test_a_link_is_named_and_not_followed(vault: Vault, sealed: Sealed) -> None:
    elsewhere = sealed.path.with_name("elsewhere")
    shutil.move(sealed.path, elsewhere)
    sealed.path.symlink_to(elsewhere)
    (sealed.path.parent / "folder").symlink_to(sealed.path.parent)

    assert sorted(codes(vault)) == ["container-misplaced", "link", "link"]


def test_a_container_out_of_place_is_named(vault: Vault, sealed: Sealed) -> None:
    sealed.path.rename(sealed.path.with_name("moved.vault"))

    assert codes(vault) == ["container-misplaced"]


def test_a_second_one_is_named(vault: Vault, sealed: Sealed) -> None:
    shutil.copy(sealed.path, sealed.path.with_name("z.vault"))

    (found,) = vault.verify_inventory()
    assert (found.code, found.path) == (
        "container-doubled",
        str(sealed.path.with_name("z.vault")),
    )
    assert str(sealed.path) in found.told


def test_of_two_the_one_in_its_place_is_kept_whichever_was_found_first(
    vault: Vault, sealed: Sealed
) -> None:
    extra = sealed.path.with_name("a.vault")
    shutil.copy(sealed.path, extra)

    (found,) = vault.verify_inventory()
    assert (found.code, found.path) == ("container-doubled", str(extra))


def test_of_two_out_of_place_one_is_moved_and_the_other_one_too_many(
    vault: Vault, sealed: Sealed
) -> None:
    shutil.copy(sealed.path, sealed.path.with_name("b.vault"))
    sealed.path.rename(sealed.path.with_name("a.vault"))

    found = vault.verify_inventory()
    assert [(Path(one.path).name, one.code) for one in found] == [
        ("a.vault", "container-misplaced"),
        ("b.vault", "container-doubled"),
    ]


def test_what_is_left_unfinished_is_named(vault: Vault, sealed: Sealed) -> None:
    part = sealed.path.with_name(sealed.path.name + PART)
    sealed.path.with_name("other.vault" + PART).write_bytes(b"half")
    sealed.path.rename(part)

    assert codes(vault) == [
        "container-missing",
        "container-pending",
        "part-left-over",
    ]


def test_what_should_be_destroyed_is_named(
    office: VaultOffice, vault: Vault, sealed: Sealed
) -> None:
    kept = sealed.path.read_bytes()
    vault.destroy(sealed.container, **office.to_destroy(sealed.container))
    sealed.path.write_bytes(kept)

    assert codes(vault) == ["destroyed-still-there"]


def test_what_is_disputed_is_named(
    gate: Gatekeeper, vault: Vault, sealed: Sealed
) -> None:
    event = {"kind": "vault.sealed", "container": sealed.container, "decision": ""}
    gate.ground.matters.containers.take_in(10**6, event)

    assert codes(vault) == ["container-disputed"]


def test_copies_are_held_against_those_of_their_site(
    office: VaultOffice, vault: Vault, sealed: Sealed
) -> None:
    folder = office.scratch / "west"
    folder.mkdir()
    (folder / "notes.txt").write_text("none of ours")
    words = office.to_copy(sealed.container)
    target = folder / "any-name"
    vault.copy(ASSET, to=WEST, key="west", target=target, **words)

    assert codes(vault, folder, WEST) == []
    assert codes(vault) == []
    (folder / "x.vault").write_text("no container")
    shutil.copy(sealed.path, folder / "y.vault")
    shutil.copy(target, sealed.path.with_name("z.vault"))
    assert codes(vault, folder, WEST) == ["not-a-container", "container-misplaced"]
    assert codes(vault) == ["container-misplaced"]
    target.unlink()
    (missing, *_) = vault.verify_inventory(folder, site=WEST)
    assert (missing.code, missing.path) == ("container-missing", str(folder))


def test_a_folder_that_is_not_there_holds_nothing(
    office: VaultOffice, vault: Vault, sealed: Sealed
) -> None:
    assert codes(vault, office.scratch / "none", WEST) == []
    assert sealed.path.exists()


def test_a_folder_that_can_not_be_read_is_told_of(
    vault: Vault, sealed: Sealed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", refused)
    with pytest.raises(ConfigurationError) as caught:
        vault.verify_inventory()

    assert caught.value.code == "folder-unreadable"
    assert sealed.path.name not in caught.value.message
