"""A copy is a container of its own, for one site, under one grant, and counted."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ringwall.base.errors import IntegrityError, RecordUnavailable, RingwallError
from ringwall.institute import Gatekeeper
from ringwall.model.decisions import Decision, Receipt
from ringwall.vault import copying
from ringwall.vault.binding import binds_of
from ringwall.vault.container.part_file import PartFile
from ringwall.vault.container.reading import ContainerReader
from ringwall.vault.copying import Copied
from ringwall.vault.desk import Vault
from ringwall.vault.keys.provider import Wrapped
from ringwall.vault.places import PART
from ringwall.vault.sealing import Sealed
from tests.vault_office import ASSET, CUSTODIAN, NAME, VaultOffice, content

DATA = content(2_500_000)
WEST = "site:hub-west"


class Killed(BaseException):
    """As if there were no more."""


def killed(*_: object, **__: object) -> None:
    raise Killed


@pytest.fixture
def sealed(office: VaultOffice, vault: Vault) -> Sealed:
    return office.sealed(vault, DATA)


@pytest.fixture
def target(office: VaultOffice) -> Path:
    (office.scratch / "out").mkdir()
    return office.scratch / "out" / "copy.vault"


@pytest.fixture
def copy(vault: Vault, target: Path) -> Callable[..., Copied]:
    def made(**words: Any) -> Copied:  # noqa: ANN401 - words of a test
        return vault.copy(
            ASSET, **{"to": WEST, "key": "west", "target": target, **words}
        )

    return made


def refusal(copy: Callable[..., Copied], **words: Any) -> str:  # noqa: ANN401 - words of a test
    with pytest.raises(RingwallError) as caught:
        copy(**words)
    assert caught.value.next_step
    return caught.value.code


def opened_by_recipient(vault: Vault, path: Path) -> bytes:
    """Return what whoever has the key of a copy reads in it."""
    provider = vault.keyring.provider("west")
    with ContainerReader.open(path) as reader:
        context = reader.slot.context(reader.header_digest)

        def release(slot: Any) -> bytes:  # noqa: ANN401 - words of a test
            return provider.unwrap(Wrapped(dict(slot.params), slot.wrapped), context)

        with reader.unlock(release) as unlocked:
            return bytes(unlocked.read(0, unlocked.size))


def test_a_copy_is_another_container_with_the_same_bytes(
    office: VaultOffice,
    vault: Vault,
    sealed: Sealed,
    target: Path,
    copy: Callable[..., Copied],
) -> None:
    words = office.to_copy(sealed.container)
    seen: list[tuple[int, int]] = []

    done = copy(**words, progress=lambda *told: seen.append(told))

    with (
        ContainerReader.open(target) as reader,
        ContainerReader.open(sealed.path) as old,
    ):
        header = reader.header
        assert (header.copy_of, header.recipient) == (sealed.container, WEST)
        assert header.nonce != old.header.nonce
        assert reader.slot.key == "west"
    event = office.events("vault.sealed")[0]
    assert (event["container"], event["header"]) == (
        done.container,
        header.digest.hex(),
    )
    assert (event["copy_of"], event["recipient"], event["replaces"]) == (
        sealed.container,
        WEST,
        "",
    )
    assert (event["key"], event["key_kind"]) == ("west", "recipient")
    assert (event["sha256"], event["bytes"]) == (sealed.sha256, sealed.bytes)
    assert (done.grant, done.recipient) == (words["grant"], WEST)
    assert opened_by_recipient(vault, target) == DATA
    assert seen[-1] == (len(DATA), len(DATA))
    assert [path.name for path in target.parent.iterdir()] == ["copy.vault"]
    kinds = {
        one["kind"] for one in office.events() if one.get("decision") == done.decision
    }
    assert kinds >= {
        "grant.spent",
        "amount.left",
        "notice.sent",
        "vault.opened",
        "vault.sealed",
    }
    assert vault.verify_inventory() == ()
    assert vault.verify_inventory(target.parent, site=WEST) == ()


def test_one_grant_makes_one_copy(
    office: VaultOffice, sealed: Sealed, target: Path, copy: Callable[..., Copied]
) -> None:
    words = office.to_copy(sealed.container)
    copy(**words)

    assert refusal(copy, **words, target=target.with_name("b.vault")) == "access-denied"
    assert [path.name for path in target.parent.iterdir()] == ["copy.vault"]
    assert len(office.events("vault.sealed")) == 2


@pytest.mark.parametrize(
    "changes",
    [{"to": "site:hub-south"}, {"key": "vault-2"}, {"purpose": "for something else"}],
)
def test_a_grant_is_for_one_container_one_site_and_one_key(
    office: VaultOffice,
    sealed: Sealed,
    target: Path,
    copy: Callable[..., Copied],
    changes: dict[str, str],
) -> None:
    words = office.to_copy(sealed.container)

    assert refusal(copy, **{**words, **changes}) == "access-denied"
    assert list(target.parent.iterdir()) == []


def test_a_slip_costs_no_grant(
    office: VaultOffice,
    sealed: Sealed,
    target: Path,
    copy: Callable[..., Copied],
) -> None:
    words = office.to_copy(sealed.container)
    target.write_bytes(b"something else")

    assert refusal(copy, **words) == "container-exists"
    assert refusal(copy, **words, target=target / "a") == "container-unwritable"
    assert refusal(copy, **words, key="nobody") == "unknown-key"
    assert refusal(copy, **words, to="site:nowhere") == "unknown-site"
    assert refusal(copy, **words, to="user:ada") == "unknown-site"
    assert target.read_bytes() == b"something else"
    assert office.events("grant.spent") == []
    target.unlink()
    assert copy(**words).grant == words["grant"]


def test_a_permit_without_a_grant_makes_no_copy(
    vault: Vault,
    sealed: Sealed,
    target: Path,
    copy: Callable[..., Copied],
    office: VaultOffice,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    permitted = vault._opening.permitted

    def without(*given: Any) -> Any:  # noqa: ANN401 - words of a test
        found = permitted(*given)
        verdict = replace(found.permit.verdict, grant="")
        permit: Decision = replace(found.permit, verdict=verdict)
        return found._replace(permit=permit)

    monkeypatch.setattr(vault._opening, "permitted", without)

    assert refusal(copy, **office.to_copy(sealed.container)) == "copy-without-grant"
    assert list(target.parent.iterdir()) == []


def test_what_is_damaged_is_not_copied(
    office: VaultOffice, sealed: Sealed, target: Path, copy: Callable[..., Copied]
) -> None:
    data = bytearray(sealed.path.read_bytes())
    data[-1] ^= 1
    sealed.path.write_bytes(data)

    words = office.to_copy(sealed.container)
    assert refusal(copy, **words) == "container-chunk-damaged"
    assert office.alarms() == ["container-chunk-damaged"]
    assert list(target.parent.iterdir()) == []
    assert len(office.events("vault.sealed")) == 1


def test_what_is_not_the_plaintext_on_record_is_not_copied(
    office: VaultOffice,
    gate: Gatekeeper,
    sealed: Sealed,
    target: Path,
    copy: Callable[..., Copied],
) -> None:
    words = office.to_copy(sealed.container)
    gate.refresh()
    by_id = gate.ground.matters.containers._by_id
    by_id[sealed.container] = replace(by_id[sealed.container], sha256="ab" * 32)

    assert refusal(copy, **words) == "plaintext-differs"
    assert office.alarms() == ["plaintext-differs"]
    assert list(target.parent.iterdir()) == []


def test_what_can_not_be_recorded_is_no_copy(
    office: VaultOffice,
    gate: Gatekeeper,
    sealed: Sealed,
    target: Path,
    copy: Callable[..., Copied],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_record(_: object) -> list[Receipt]:
        raise RecordUnavailable("audit-unavailable", "the disk is full", next_step="x")

    words = office.to_copy(sealed.container)
    monkeypatch.setattr(gate, "record", no_record)

    assert refusal(copy, **words) == "audit-unavailable"
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize("state", ["replaced", ""])
def test_an_original_that_is_gone_meanwhile_is_not_copied(
    office: VaultOffice,
    gate: Gatekeeper,
    sealed: Sealed,
    target: Path,
    copy: Callable[..., Copied],
    monkeypatch: pytest.MonkeyPatch,
    state: Any,  # noqa: ANN401 - words of a test
) -> None:
    words = office.to_copy(sealed.container)
    record, by_id = gate.record, gate.ground.matters.containers._by_id

    def later(make: Any) -> list[Receipt]:  # noqa: ANN401 - words of a test
        known = by_id.pop(sealed.container)
        if state:
            by_id[known.id] = replace(known, state=state)
        return record(make)

    monkeypatch.setattr(gate, "record", later)

    assert refusal(copy, **words) == "container-gone"
    assert list(target.parent.iterdir()) == []


def test_until_it_is_on_record_a_copy_is_of_no_use_to_anybody(
    office: VaultOffice,
    gate: Gatekeeper,
    sealed: Sealed,
    target: Path,
    copy: Callable[..., Copied],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken: list[bytes] = []
    part = target.with_name(target.name + PART)
    record = gate.record

    def carried_off(make: Any) -> list[Receipt]:  # noqa: ANN401 - words of a test
        taken.append(part.read_bytes())
        return record(make)

    monkeypatch.setattr(gate, "record", carried_off)
    copy(**office.to_copy(sealed.container))

    elsewhere = office.scratch / "elsewhere.vault"
    elsewhere.write_bytes(taken[0])
    with pytest.raises(IntegrityError) as caught:
        opened_by_recipient(gate.vault, elsewhere)
    assert caught.value.code == "key-unwrap-failed"
    assert len(taken[0]) == target.stat().st_size
    assert opened_by_recipient(gate.vault, target) == DATA


def test_a_copy_that_was_cut_off_is_finished_by_the_same_again(
    office: VaultOffice,
    vault: Vault,
    sealed: Sealed,
    target: Path,
    copy: Callable[..., Copied],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = office.to_copy(sealed.container)
    with monkeypatch.context() as patch:
        patch.setattr(PartFile, "publish", killed)
        with pytest.raises(Killed):
            copy(**words)
    codes = [one.code for one in vault.verify_inventory(target.parent, site=WEST)]
    part = target.with_name(target.name + PART)
    unfinished = part.read_bytes()

    # Nobody else finishes it, nor writes over it.
    south = {**words, "to": "site:hub-south"}
    assert refusal(copy, **south) == "container-unfinished"
    assert part.read_bytes() == unfinished
    done = copy(**words)
    assert codes == ["container-missing", "container-pending"]
    assert done.was_finished
    assert opened_by_recipient(vault, target) == DATA
    assert vault.verify_inventory(target.parent, site=WEST) == ()


@pytest.mark.parametrize("step", ["unlock", "record"])
def test_a_copy_that_came_to_nothing_is_made_by_the_same_again_and_once(
    office: VaultOffice,
    gate: Gatekeeper,
    sealed: Sealed,
    target: Path,
    copy: Callable[..., Copied],
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    words = office.to_copy(sealed.container)
    with monkeypatch.context() as patch:
        patch.setattr(gate if step == "record" else gate.vault._opening, step, killed)
        with pytest.raises(Killed):
            copy(**words)

    done = copy(**words)

    spent = [one["decision"] for one in office.events("grant.spent")]
    assert not done.was_finished
    assert opened_by_recipient(gate.vault, target) == DATA
    assert office.events("vault.sealed")[0]["decision"] == spent[0]
    assert [one["copies"] for one in office.events("amount.left")] == [1]
    second = target.with_name("second.vault")
    assert refusal(copy, **words, target=second) == "access-denied"


def test_of_two_that_go_on_with_one_copy_one_makes_it(
    office: VaultOffice,
    gate: Gatekeeper,
    sealed: Sealed,
    target: Path,
    copy: Callable[..., Copied],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = office.to_copy(sealed.container)
    record = gate.record

    def later(make: Any) -> list[Receipt]:  # noqa: ANN401 - words of a test
        monkeypatch.setattr(gate, "record", record)
        copy(**words, target=target.with_name("first.vault"))
        return record(make)

    monkeypatch.setattr(gate, "record", later)

    assert refusal(copy, **words) == "container-gone"
    assert [path.name for path in target.parent.iterdir()] == ["first.vault"]
    assert len(office.events("vault.sealed")) == 2


def test_a_copy_without_its_name_gets_it_by_the_same_again(
    office: VaultOffice,
    vault: Vault,
    sealed: Sealed,
    target: Path,
    copy: Callable[..., Copied],
) -> None:
    words = office.to_copy(sealed.container)
    first = copy(**words)
    target.rename(target.with_name(target.name + PART))

    again = copy(**words)

    assert again.was_finished
    assert (again.container, again.copy_of) == (first.container, sealed.container)
    assert again.grant == words["grant"]
    assert opened_by_recipient(vault, target) == DATA
    assert len(office.events("vault.sealed")) == 2
    left = [one["copies"] for one in office.events("amount.left")]
    assert left == [1]


def test_a_disk_that_fails_at_the_last_step_is_told_of(
    office: VaultOffice,
    sealed: Sealed,
    target: Path,
    copy: Callable[..., Copied],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    words = office.to_copy(sealed.container)
    monkeypatch.setattr(os, "pwrite", full)

    assert refusal(copy, **words) == "container-unwritable"
    # The unfinished file went with the failure; on record there is a copy too many.
    assert list(target.parent.iterdir()) == []
    assert office.events("vault.sealed")[0]["copy_of"] == sealed.container


def test_a_copy_that_never_got_its_key_is_told_of_and_destroyed(
    office: VaultOffice,
    vault: Vault,
    sealed: Sealed,
    target: Path,
    copy: Callable[..., Copied],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = office.to_copy(sealed.container)
    with monkeypatch.context() as patch:
        patch.setattr(PartFile, "discard", PartFile.close)
        patch.setattr(copying._Withheld, "put_into", killed)
        with pytest.raises(Killed):
            copy(**words)
    part = target.with_name(target.name + PART)
    codes = [one.code for one in vault.verify_inventory(target.parent, site=WEST)]

    assert codes == ["container-missing", "container-unfinished"]
    with pytest.raises(IntegrityError):
        opened_by_recipient(vault, part)
    assert refusal(copy, **words) == "container-unfinished"
    name = office.events("vault.sealed")[0]["container"]
    done = vault.destroy(name, copy=target, **office.to_destroy(name))
    assert done.erased == (part,)
    anew = office.to_copy(sealed.container, to="site:hub-south")
    copy(**anew, to="site:hub-south")
    assert opened_by_recipient(vault, target) == DATA


def test_what_is_not_in_the_vault_is_told_on_a_permit_only(
    copy: Callable[..., Copied],
) -> None:
    assert refusal(copy, **CUSTODIAN, file=NAME) == "access-denied"
    assert binds_of("", key="a") != binds_of("", to="a")
