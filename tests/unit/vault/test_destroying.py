"""What is destroyed is so on record first, and then on every disk at hand."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ringwall.base.errors import RecordUnavailable, RingwallError, UnknownItem
from ringwall.gate.denied import AccessDenied
from ringwall.institute import Gatekeeper
from ringwall.model.decisions import Receipt
from ringwall.vault import destroying
from ringwall.vault.desk import Vault
from ringwall.vault.places import PART
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


def refusal(act: Callable[..., object], *given: Any, **words: Any) -> str:  # noqa: ANN401 - words of a test
    with pytest.raises(RingwallError) as caught:
        act(*given, **words)
    assert caught.value.next_step
    return caught.value.code


def test_it_is_on_record_and_gone(
    office: VaultOffice, vault: Vault, sealed: Sealed
) -> None:
    second_name = office.scratch / "second-name"
    second_name.hardlink_to(sealed.path)

    done = vault.destroy(sealed.container, **office.to_destroy(sealed.container))

    (event,) = office.events("vault.destroyed")
    assert (event["container"], event["decision"]) == (sealed.container, done.decision)
    assert event["reason"] == CUSTODIAN["purpose"]
    assert done.erased == (sealed.path,)
    assert not sealed.path.exists()
    # Whatever else holds the file holds no key any more.
    assert second_name.read_bytes()[4096:12288] == bytes(8192)
    with pytest.raises(UnknownItem):
        vault.open(ASSET, NAME, **READER)
    assert vault.verify_inventory() == ()


def test_without_a_purpose_that_of_the_request_is_the_reason(
    office: VaultOffice, vault: Vault, sealed: Sealed
) -> None:
    words = {**office.to_destroy(sealed.container), "purpose": ""}

    vault.destroy(sealed.container, **words)

    (event,) = office.events("vault.destroyed")
    assert event["reason"] == CUSTODIAN["purpose"]


def test_where_no_grant_is_needed_there_may_be_no_reason(
    office: VaultOffice, vault: Vault, sealed: Sealed
) -> None:
    desk = destroying.Destroying(vault._gate, vault._places)
    asker: Any = type("Silent", (), {"purpose": ""})()

    assert desk._reason(asker, "") == ""
    assert sealed.path.exists()
    assert office.events("vault.destroyed") == []


def test_a_grant_is_for_one_container(
    office: VaultOffice, vault: Vault, sealed: Sealed
) -> None:
    other = office.sealed(vault, DATA, "other.bin")
    words = office.to_destroy(other.container)

    assert refusal(vault.destroy, sealed.container, **words) == "access-denied"
    assert refusal(vault.destroy, sealed.container, **CUSTODIAN) == "access-denied"
    assert sealed.path.exists()
    assert office.events("vault.destroyed") == []


def test_what_is_not_on_record_is_not_destroyed(vault: Vault) -> None:
    code = refusal(vault.destroy, "box-aaaaaaaaaaaaaaaaaaaa", **CUSTODIAN)

    assert code == "unknown-container"


def test_what_can_not_be_recorded_is_as_it_was(
    office: VaultOffice,
    gate: Gatekeeper,
    sealed: Sealed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_record(_: object) -> list[Receipt]:
        raise RecordUnavailable("audit-unavailable", "the disk is full", next_step="x")

    before = sealed.path.read_bytes()
    words = office.to_destroy(sealed.container)
    monkeypatch.setattr(gate, "record", no_record)

    code = refusal(gate.vault.destroy, sealed.container, **words)
    assert code == "audit-unavailable"
    assert sealed.path.read_bytes() == before


@pytest.mark.parametrize("state", ["destroyed", ""])
def test_what_was_destroyed_meanwhile_is_not_destroyed_twice(
    office: VaultOffice,
    gate: Gatekeeper,
    sealed: Sealed,
    monkeypatch: pytest.MonkeyPatch,
    state: Any,  # noqa: ANN401 - words of a test
) -> None:
    words = office.to_destroy(sealed.container)
    record, by_id = gate.record, gate.ground.matters.containers._by_id

    def later(make: Any) -> list[Receipt]:  # noqa: ANN401 - words of a test
        known = by_id.pop(sealed.container)
        if state:
            by_id[known.id] = replace(known, state=state)
        return record(make)

    monkeypatch.setattr(gate, "record", later)

    code = refusal(gate.vault.destroy, sealed.container, **words)
    assert code == "container-gone"
    assert office.events("vault.destroyed") == []


@pytest.mark.parametrize("step", ["erase", "unlink"])
def test_what_was_cut_off_is_finished_by_the_same_again(
    office: VaultOffice,
    vault: Vault,
    sealed: Sealed,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    words = office.to_destroy(sealed.container)
    with monkeypatch.context() as patch:
        if step == "erase":
            patch.setattr(destroying, "erase", killed)
        else:
            patch.setattr("ringwall.vault.mending.os.unlink", killed)
        with pytest.raises(Killed):
            vault.destroy(sealed.container, **words)
    (finding,) = vault.verify_inventory()
    with pytest.raises(AccessDenied):
        vault.destroy(sealed.container, **CUSTODIAN | {"subject": "user:ada"})

    done = vault.destroy(sealed.container, **words)

    assert finding.code == "destroyed-still-there"
    assert done.erased == (sealed.path,)
    assert len(office.events("vault.destroyed")) == 1
    assert vault.verify_inventory() == ()


def test_what_was_replaced_is_destroyed_where_it_is_kept(
    office: VaultOffice, vault: Vault, sealed: Sealed
) -> None:
    office.sealed(vault, content(10, 3), replace=True)

    done = vault.destroy(sealed.container, **office.to_destroy(sealed.container))

    aside = office.folder / f"vault/.replaced/{sealed.container}.vault"
    assert done.erased == (aside,)
    with vault.open(ASSET, **READER) as file:
        assert file.read() == content(10, 3)
    assert vault.verify_inventory() == ()


def test_what_never_got_its_name_is_destroyed_too(
    office: VaultOffice, vault: Vault, sealed: Sealed
) -> None:
    part = sealed.path.with_name(sealed.path.name + PART)
    sealed.path.rename(part)

    done = vault.destroy(sealed.container, **office.to_destroy(sealed.container))

    assert done.erased == (part,)


def test_a_file_that_is_another_one_is_not_touched(
    office: VaultOffice, vault: Vault, sealed: Sealed
) -> None:
    other = office.sealed(vault, DATA, "other.bin")
    sealed.path.unlink()
    other.path.rename(sealed.path)

    done = vault.destroy(sealed.container, **office.to_destroy(sealed.container))

    assert done.erased == ()
    assert sealed.path.exists()


def test_a_copy_is_destroyed_where_it_is_said_to_be(
    office: VaultOffice, vault: Vault, sealed: Sealed
) -> None:
    target = office.scratch / "copy.vault"
    words = office.to_copy(sealed.container)
    made = vault.copy(ASSET, to="site:hub-west", key="west", target=target, **words)

    elsewhere = vault.destroy(made.container, **office.to_destroy(made.container))
    here = vault.destroy(
        made.container, copy=target, **CUSTODIAN | {"present": ["user:grace"]}
    )

    assert (elsewhere.erased, here.erased) == ((), (target,))
    assert sealed.path.exists()
    assert isinstance(target, Path)
