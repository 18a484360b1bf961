"""A file is sealed once, on a permit, and on record before it has its name."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from ringwall.base.errors import (
    ActRefused,
    IntegrityError,
    RecordUnavailable,
    RequestError,
    RingwallError,
)
from ringwall.gate.denied import AccessDenied
from ringwall.institute import Gatekeeper
from ringwall.model.decisions import Receipt
from ringwall.vault import mending, sealing
from ringwall.vault.container.header import ContainerHeader
from ringwall.vault.container.part_file import PartFile
from ringwall.vault.desk import Vault
from ringwall.vault.places import PART
from ringwall.vault.sealing import Sealed
from ringwall.vault.source_file import SourceFile
from tests.example import apply, declare
from tests.vault_office import ASSET, CUSTODIAN, NAME, READER, VaultOffice, content

DATA = content(3_000_000)
OTHER = content(2_000, 9)


def refusal(office: VaultOffice, vault: Vault, *given: Any, **words: Any) -> str:  # noqa: ANN401 - words of a test
    with pytest.raises(RingwallError) as caught:
        office.sealed(vault, *given, **words)
    assert caught.value.next_step
    return caught.value.code


def listed(office: VaultOffice) -> list[str]:
    root = office.folder / "vault"
    return sorted(
        path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()
    )


def read(vault: Vault, file: str = "") -> bytes:
    with vault.open(ASSET, file, **READER) as opened:
        return opened.readall()


def register(office: VaultOffice, data: bytes) -> None:
    """Register what the weights file of `weights:aurora-2` is."""
    document = office.institute.facts().documents()[ASSET]
    said = document.model_dump(mode="json", exclude_none=True)
    said["file"] = {
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "tensor_count": 1,
        "tensors_sha256": "ab" * 32,
    }
    text = json.dumps({"assets": [said]})
    apply(office.institute, declare(office.scratch, text))


def test_what_is_sealed_is_on_record(office: VaultOffice, vault: Vault) -> None:
    seen: list[tuple[int, int]] = []

    sealed = office.sealed(vault, DATA, progress=lambda *told: seen.append(told))

    (event,) = office.events("vault.sealed")
    header = ContainerHeader.parse(sealed.path.read_bytes()[:4096])
    assert event == {
        "v": 1,
        "kind": "vault.sealed",
        "at": "2026-11-21T12:00:00Z",
        "container": sealed.container,
        "asset": ASSET,
        "file": NAME,
        "header": header.digest.hex(),
        "slot": hashlib.sha256(sealed.path.read_bytes()[4096:8192]).hexdigest(),
        "key": "vault-1",
        "key_kind": "file",
        "bytes": len(DATA),
        "sha256": hashlib.sha256(DATA).hexdigest(),
        "decision": sealed.decision,
        "subject": "user:dennis",
        "site": "site:hub-north",
        "copy_of": "",
        "recipient": "",
        "replaces": "",
    }
    assert (header.container, header.tier) == (sealed.container, "upper")
    assert (header.asset, header.file) == (ASSET, NAME)
    assert sealed.sha256 == event["sha256"]
    assert seen[-1] == (len(DATA), len(DATA))
    assert listed(office) == ["weights/aurora-2/model.safetensors.vault"]
    assert read(vault) == DATA


def test_whoever_may_not_seal_has_no_byte_read(
    office: VaultOffice, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "SourceFile", None)
    with pytest.raises(AccessDenied):
        office.sealed(vault, DATA, **READER)

    assert listed(office) == []


def test_a_file_that_is_sealed_is_not_sealed_over(
    office: VaultOffice, vault: Vault
) -> None:
    sealed = office.sealed(vault, DATA)

    assert refusal(office, vault, OTHER) == "container-exists"
    assert read(vault) == DATA
    sealed.path.unlink()
    assert refusal(office, vault, OTHER) == "container-exists"


def test_what_lies_in_its_place_is_not_written_over(
    office: VaultOffice, vault: Vault
) -> None:
    place = office.folder / "vault/weights/aurora-2/model.safetensors.vault"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"something else")

    assert refusal(office, vault, DATA) == "container-exists"
    assert place.read_bytes() == b"something else"
    assert office.events("vault.sealed") == []


def test_a_replacement_takes_the_place_and_the_old_one_is_kept(
    office: VaultOffice, vault: Vault
) -> None:
    first = office.sealed(vault, DATA)
    second = office.sealed(vault, OTHER, replace=True)

    assert second.replaces == first.container
    assert second.path == first.path
    assert read(vault) == OTHER
    assert listed(office) == [
        f".replaced/{first.container}.vault",
        "weights/aurora-2/model.safetensors.vault",
    ]
    assert vault.verify_inventory() == ()


def test_nothing_to_replace_is_no_hindrance(office: VaultOffice, vault: Vault) -> None:
    sealed = office.sealed(vault, DATA, replace=True)

    assert sealed.replaces == ""


def test_a_container_that_is_missing_can_be_replaced(
    office: VaultOffice, vault: Vault
) -> None:
    office.sealed(vault, DATA).path.unlink()

    office.sealed(vault, OTHER, replace=True)

    assert read(vault) == OTHER


def test_what_is_not_on_record_is_not_replaced(
    office: VaultOffice, vault: Vault
) -> None:
    sealed = office.sealed(vault, DATA)
    sealed.path.write_bytes(b"something else")

    assert refusal(office, vault, OTHER, replace=True) == "container-unknown"
    assert sealed.path.read_bytes() == b"something else"
    # Once somebody has moved it away, the same again finishes it.
    sealed.path.unlink()
    finished = office.sealed(vault, OTHER, replace=True)
    assert finished.was_finished
    assert read(vault) == OTHER


def test_a_source_that_changes_is_not_sealed(
    office: VaultOffice, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Touched(SourceFile):
        @override
        def check_unchanged(self) -> None:
            os.utime(self._path, ns=(0, 0))
            super().check_unchanged()

    monkeypatch.setattr(sealing, "SourceFile", Touched)

    assert refusal(office, vault, DATA) == "source-changed"
    assert listed(office) == []


def test_a_source_that_grows_is_not_sealed(
    office: VaultOffice, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Short(SourceFile):
        def __init__(self, path: Path) -> None:
            super().__init__(path)
            self.size -= 1

    monkeypatch.setattr(sealing, "SourceFile", Short)

    assert refusal(office, vault, DATA) == "source-length-differs"
    assert listed(office) == []
    assert office.events("vault.sealed") == []


def test_a_link_is_not_sealed(office: VaultOffice, vault: Vault) -> None:
    link = office.scratch / "link"
    link.symlink_to(office.source(DATA))
    with pytest.raises(RequestError) as caught:
        vault.seal(link, ASSET, key="vault-1", file=NAME, **CUSTODIAN)

    assert caught.value.code == "source-unreadable"


def test_weights_that_are_registered_are_sealed_as_they_are(
    office: VaultOffice,
) -> None:
    register(office, DATA)
    with office.gate() as gate:
        vault = gate.vault
        assert refusal(office, vault, OTHER) == "weights-differ"
        assert listed(office) == []
        office.sealed(vault, b"{}", "config.json")
        assert refusal(office, vault, OTHER, "part.safetensors") == "weights-differ"
        office.sealed(vault, DATA)
        # Beside the registered file others may stand, not in its place.
        office.sealed(vault, OTHER, "part.safetensors")
        assert refusal(office, vault, OTHER, replace=True) == "weights-differ"
        assert read(vault, NAME) == DATA


def test_an_asset_without_a_tier_is_not_sealed(
    office: VaultOffice, vault: Vault, gate: Gatekeeper
) -> None:
    # No policy permits it; and if one did, there would be nothing to write.
    for document in (None, gate.ground.facts.documents()["user:ada"]):
        with pytest.raises(ActRefused) as caught:
            sealing._tier_of(document)
        assert caught.value.code == "asset-unclassified"
    assert refusal(office, vault, DATA, asset="weights:comet-0") == "access-denied"


def test_what_can_not_be_recorded_has_no_name(
    office: VaultOffice, gate: Gatekeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_record(_: object) -> list[Receipt]:
        raise RecordUnavailable("audit-unavailable", "the disk is full", next_step="x")

    monkeypatch.setattr(gate, "record", no_record)

    assert refusal(office, gate.vault, DATA) == "audit-unavailable"
    assert listed(office) == []


def test_of_two_that_seal_at_once_one_is_first(
    office: VaultOffice, gate: Gatekeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = gate.record

    def slow(make: Any) -> list[Receipt]:  # noqa: ANN401 - words of a test
        monkeypatch.setattr(gate, "record", record)
        with office.gate() as other:
            words = {"key": "vault-1", "file": NAME, **CUSTODIAN}
            # Not where the first one writes, which is locked.
            elsewhere = office.scratch / "b"
            monkeypatch.setattr(other.vault._places, "container", lambda *_: elsewhere)
            other.vault.seal(office.source(OTHER, "other"), ASSET, **words)
        return record(make)

    monkeypatch.setattr(gate, "record", slow)

    assert refusal(office, gate.vault, DATA) == "container-exists"
    (event,) = office.events("vault.sealed")
    assert event["bytes"] == len(OTHER)


def test_another_process_that_seals_it_is_waited_for(
    office: VaultOffice, vault: Vault
) -> None:
    place = vault._places.container(ASSET, NAME)
    vault._places.make_room(place)
    with PartFile.begin(place) as part:
        assert refusal(office, vault, DATA) == "container-busy"
        part.discard()


def unfinished(sealed: Sealed) -> Path:
    """Leave a container as a kill between record and name does."""
    part = sealed.path.with_name(sealed.path.name + PART)
    sealed.path.rename(part)
    return part


def test_a_seal_that_was_cut_off_is_finished_by_the_same_again(
    office: VaultOffice, vault: Vault
) -> None:
    sealed = office.sealed(vault, DATA)
    unfinished(sealed)
    (finding,) = {one.code for one in vault.verify_inventory()} - {"container-missing"}

    again = office.sealed(vault, DATA)

    assert finding == "container-pending"
    assert again.was_finished
    assert (again.container, again.path) == (sealed.container, sealed.path)
    assert (again.sha256, again.bytes) == (sealed.sha256, sealed.bytes)
    assert len(office.events("vault.sealed")) == 1
    assert read(vault) == DATA
    assert vault.verify_inventory() == ()


def test_a_seal_of_something_else_finishes_the_first_and_is_refused(
    office: VaultOffice, vault: Vault
) -> None:
    unfinished(office.sealed(vault, DATA))

    assert refusal(office, vault, OTHER) == "container-exists"
    assert read(vault) == DATA


def test_a_replacement_of_what_was_cut_off_goes_on_after_it(
    office: VaultOffice, vault: Vault
) -> None:
    first = office.sealed(vault, DATA)
    unfinished(first)

    second = office.sealed(vault, OTHER, replace=True)

    assert second.replaces == first.container
    assert not second.was_finished
    assert read(vault) == OTHER
    assert vault.verify_inventory() == ()


def test_a_seal_that_was_cut_off_before_the_record_is_begun_anew(
    office: VaultOffice, vault: Vault
) -> None:
    place = vault._places.container(ASSET, NAME)
    vault._places.make_room(place)
    place.with_name(place.name + PART).write_bytes(b"half a container")
    (finding,) = vault.verify_inventory()

    office.sealed(vault, DATA)

    assert finding.code == "part-left-over"
    assert read(vault) == DATA
    assert vault.verify_inventory() == ()


@pytest.mark.parametrize("step", ["staged", "published", "aside"])
def test_a_replacement_that_was_cut_off_is_finished_by_the_same_again(
    office: VaultOffice, vault: Vault, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    class Killed(BaseException):
        """As if there were no more."""

    def killed(*_: object, **__: object) -> None:
        raise Killed

    first = office.sealed(vault, DATA)
    with monkeypatch.context() as patch:
        if step == "staged":
            patch.setattr(PartFile, "publish", killed)
        elif step == "published":
            patch.setattr(mending.Mending, "take_over", killed)
        else:
            patch.setattr(os, "rename", killed)
        with pytest.raises(Killed):
            office.sealed(vault, OTHER, replace=True)
    with pytest.raises(IntegrityError) as caught:
        read(vault)
    codes = {one.code for one in vault.verify_inventory()}

    again = office.sealed(vault, OTHER, replace=True)

    assert caught.value.code == "container-rolled-back"
    assert "container-pending" in codes
    assert again.was_finished
    assert read(vault) == OTHER
    assert listed(office)[0] == f".replaced/{first.container}.vault"
    assert vault.verify_inventory() == ()


def test_under_a_grant_what_was_cut_off_is_finished_under_its_permit(
    office: VaultOffice, gate: Gatekeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    unfinished(office.sealed(gate.vault, DATA))
    check = gate.check

    def noted(**words: Any) -> Any:  # noqa: ANN401 - words of a test
        asked.append(words["continues"])
        return check(**words)

    monkeypatch.setattr(gate, "check", noted)
    monkeypatch.setattr("ringwall.gate.asker.Asker.begun", lambda *_: "dec-" + "0" * 20)
    office.sealed(gate.vault, DATA)

    assert asked == ["dec-" + "0" * 20]
