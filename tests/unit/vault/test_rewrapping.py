"""A data key goes to another key; whatever breaks, the slot on record is there."""

import fcntl
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ringwall.base.errors import RecordUnavailable, RingwallError
from ringwall.gate.denied import AccessDenied
from ringwall.institute import Gatekeeper
from ringwall.model.decisions import Receipt
from ringwall.vault import rewrapping
from ringwall.vault.container.json_block import EMPTY_BLOCK
from ringwall.vault.container.reading import ContainerReader
from ringwall.vault.desk import Vault
from ringwall.vault.sealing import Sealed
from tests.vault_office import ASSET, CUSTODIAN, NAME, READER, VaultOffice, content

DATA = content(5000)


class Killed(BaseException):
    """As if there were no more."""


def killed(*_: object, **__: object) -> None:
    raise Killed


@pytest.fixture
def sealed(office: VaultOffice, vault: Vault) -> Sealed:
    return office.sealed(vault, DATA)


def read(vault: Vault) -> bytes:
    with vault.open(ASSET, NAME, **READER) as opened:
        return opened.readall()


def keys_in(path: Path) -> list[str]:
    with ContainerReader.open(path) as reader:
        return [slot.key for slot in reader.slots]


def refusal(vault: Vault, **words: Any) -> str:  # noqa: ANN401 - words of a test
    with pytest.raises(RingwallError) as caught:
        vault.rewrap(ASSET, **{"to_key": "vault-2", **words})
    assert caught.value.next_step
    return caught.value.code


def test_another_key_opens_it_and_the_first_one_no_longer(
    office: VaultOffice, vault: Vault, sealed: Sealed
) -> None:
    body = sealed.path.read_bytes()[12288:]
    words = office.to_rewrap(sealed.container)

    done = vault.rewrap(ASSET, to_key="vault-2", **words)

    data = sealed.path.read_bytes()
    (event,) = office.events("vault.rewrapped")
    assert (done.container, done.key, done.generation) == (
        sealed.container,
        "vault-2",
        2,
    )
    assert not done.was_finished
    assert (event["key"], event["key_kind"], event["generation"]) == (
        "vault-2",
        "file",
        2,
    )
    assert (event["decision"], event["subject"]) == (done.decision, "user:dennis")
    assert data[12288:] == body
    assert data[4096:8192] == EMPTY_BLOCK
    (office.folder / "keys/vault/vault-1.kek").unlink()
    assert read(vault) == DATA
    assert vault.verify_inventory() == ()


def test_it_goes_from_key_to_key_and_each_slot_is_another(
    office: VaultOffice, vault: Vault, sealed: Sealed
) -> None:
    for generation, key in enumerate(["vault-2", "vault-1", "vault-1"], 2):
        done = vault.rewrap(
            ASSET, to_key=key, **office.to_rewrap(sealed.container, key)
        )
        assert done.generation == generation
        assert keys_in(sealed.path) == [key]

    assert read(vault) == DATA


def test_without_a_grant_for_this_very_key_it_stays(
    office: VaultOffice, vault: Vault, sealed: Sealed
) -> None:
    before = sealed.path.read_bytes()
    with pytest.raises(AccessDenied):
        vault.rewrap(ASSET, to_key="vault-2", **CUSTODIAN)
    words = office.to_rewrap(sealed.container, "vault-1")
    with pytest.raises(AccessDenied) as caught:
        vault.rewrap(ASSET, to_key="vault-2", **words)
    codes = [one.code for one in caught.value.decision.verdict.reasons]

    assert "binds-differ" in codes
    assert sealed.path.read_bytes() == before


def test_what_is_not_there_is_told_on_a_permit_only(
    office: VaultOffice, vault: Vault
) -> None:
    assert refusal(vault, **CUSTODIAN) == "access-denied"
    assert refusal(vault, **CUSTODIAN, to_key="nobody") == "unknown-key"
    assert office.events("vault.opened") == []


def test_what_was_sealed_while_it_was_asked_for_is_asked_for_again(
    vault: Vault, sealed: Sealed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault._shelf, "named", lambda *_: RecordUnavailable("x", "x"))
    monkeypatch.setattr(vault._opening, "permitted", lambda *_: None)

    assert refusal(vault, **CUSTODIAN) == "container-gone"
    assert sealed.path.exists()


def test_two_processes_do_not_rewrap_at_once(
    office: VaultOffice, vault: Vault, sealed: Sealed
) -> None:
    words = office.to_rewrap(sealed.container)
    handle = os.open(sealed.path.parent, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)

    assert refusal(vault, **words) == "container-busy"
    os.close(handle)
    assert vault.rewrap(ASSET, to_key="vault-2", **words).generation == 2


def test_what_can_not_be_recorded_leaves_the_slot_on_record(
    office: VaultOffice,
    gate: Gatekeeper,
    sealed: Sealed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_record(_: object) -> list[Receipt]:
        raise RecordUnavailable("audit-unavailable", "the disk is full", next_step="x")

    words = office.to_rewrap(sealed.container)
    with monkeypatch.context() as patch:
        patch.setattr(gate, "record", no_record)
        assert refusal(gate.vault, **words) == "audit-unavailable"

    assert keys_in(sealed.path) == ["vault-2", "vault-1"]
    assert read(gate.vault) == DATA
    (finding,) = gate.vault.verify_inventory()
    assert finding.code == "slot-left-over"


@pytest.mark.parametrize("state", ["replaced", "rewrapped", "forgotten"])
def test_what_changed_meanwhile_is_not_recorded(
    office: VaultOffice,
    gate: Gatekeeper,
    sealed: Sealed,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
) -> None:
    record, containers = gate.record, gate.ground.matters.containers
    known = containers.get(sealed.container)
    assert known is not None

    def later(make: Any) -> list[Receipt]:  # noqa: ANN401 - words of a test
        if state == "forgotten":
            del containers._by_id[known.id]
        elif state == "replaced":
            containers._by_id[known.id] = replace(known, state="replaced")
        else:
            containers._by_id[known.id] = replace(known, slot="ab" * 32)
        return record(make)

    words = office.to_rewrap(sealed.container)
    monkeypatch.setattr(gate, "record", later)

    assert refusal(gate.vault, **words) == "container-gone"
    assert office.events("vault.rewrapped") == []


@pytest.mark.parametrize("step", ["add_slot", "record", "drop_other_slot"])
def test_what_was_cut_off_opens_and_is_finished_by_the_same_again(
    office: VaultOffice,
    gate: Gatekeeper,
    sealed: Sealed,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    vault = gate.vault
    words = office.to_rewrap(sealed.container)
    with monkeypatch.context() as patch:
        patch.setattr(gate if step == "record" else rewrapping, step, killed)
        with pytest.raises(Killed):
            vault.rewrap(ASSET, to_key="vault-2", **words)
    assert read(vault) == DATA

    if step == "drop_other_slot":
        (finding,) = vault.verify_inventory()
        assert finding.code == "slot-left-over"
        # The grant was for one use, and that is what is finished.
        again = vault.rewrap(ASSET, to_key="vault-2", **words)
        assert again.was_finished
    else:
        # Nothing is on record for that use of the grant, so it goes on under it.
        again = vault.rewrap(ASSET, to_key="vault-2", **words)
        assert not again.was_finished
    with pytest.raises(AccessDenied):
        vault.rewrap(ASSET, to_key="vault-2", **words)
    assert again.generation == 2
    assert keys_in(sealed.path) == ["vault-2"]
    assert read(vault) == DATA
    assert len(office.events("vault.rewrapped")) == 1
    assert vault.verify_inventory() == ()


def test_a_rewrap_to_a_third_key_first_empties_what_was_left(
    office: VaultOffice,
    gate: Gatekeeper,
    sealed: Sealed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vault = gate.vault
    with monkeypatch.context() as patch:
        patch.setattr(rewrapping, "drop_other_slot", killed)
        words = office.to_rewrap(sealed.container)
        with pytest.raises(Killed):
            vault.rewrap(ASSET, to_key="vault-2", **words)
    vault.keyring.make("vault-3", "file")

    words = office.to_rewrap(sealed.container, "vault-3")
    done = vault.rewrap(ASSET, to_key="vault-3", **words)

    assert (done.generation, done.was_finished) == (3, False)
    assert keys_in(sealed.path) == ["vault-3"]
