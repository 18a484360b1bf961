"""Decided first, then looked for, then unlocked: who is denied learns nothing."""

from pathlib import Path

import pytest
from typing_extensions import override

from ringwall.base.errors import (
    ActRefused,
    IntegrityError,
    RecordUnavailable,
    RequestError,
    RingwallError,
    UnknownItem,
)
from ringwall.gate.asker import Asker
from ringwall.gate.denied import AccessDenied
from ringwall.institute import Gatekeeper
from ringwall.matters.containers import ContainerRecord
from ringwall.vault.desk import Vault
from ringwall.vault.opening import Opening, Wanted
from ringwall.vault.places import Places
from ringwall.vault.release import Releases
from ringwall.vault.shelf import OnDisk, Shelf
from tests.vault_office import ASSET, NAME, READER, VaultOffice, content

DATA = content(5000)
WANTED = Wanted(ASSET, "", "weights.read")


@pytest.fixture
def asker(gate: Gatekeeper) -> Asker:
    return Asker(gate, READER)  # type: ignore[arg-type] # words of a test


@pytest.fixture
def opening(gate: Gatekeeper, vault: Vault, office: VaultOffice) -> Opening:
    return opening_of(gate, vault, Shelf(gate, Places(office.folder)))


def opening_of(gate: Gatekeeper, vault: Vault, shelf: Shelf) -> Opening:
    releases = Releases(gate.point, gate.clock, vault.keyring.provider)
    return Opening(gate, shelf, releases)


def test_a_permit_opens(
    office: VaultOffice, vault: Vault, opening: Opening, asker: Asker
) -> None:
    sealed = office.sealed(vault, DATA)

    opened = opening.open(asker, WANTED)

    with opened.content as content_:
        assert content_.read(0, 5000) == DATA
    assert opened.record.id == sealed.container
    (event,) = office.events("vault.opened")
    assert (event["decision"], event["container"]) == (
        opened.permit.id,
        sealed.container,
    )


def test_whoever_is_denied_is_told_the_same_whatever_there_is(
    office: VaultOffice, vault: Vault, opening: Opening, gate: Gatekeeper
) -> None:
    asker = Asker(gate, {"subject": "user:emmy", "authn": "hardware-fresh"})
    told = []

    def ask(file: str) -> None:
        with pytest.raises(AccessDenied) as caught:
            opening.open(asker, Wanted(ASSET, file, "weights.read"))
        told.append(caught.value.decision.caller_reasons())

    ask("")
    sealed = office.sealed(vault, DATA)
    ask("")
    ask("other.bin")
    sealed.path.unlink()
    ask(NAME)

    assert len(set(told)) == 1
    assert office.events("vault.opened") == []
    assert office.alarms() == []


def test_what_is_not_there_is_told_only_on_a_permit(
    office: VaultOffice, vault: Vault, opening: Opening, asker: Asker
) -> None:
    with pytest.raises(UnknownItem) as unknown:
        opening.open(asker, WANTED)
    for name in ("a.bin", "b.bin"):
        office.sealed(vault, DATA, name)
    with pytest.raises(RequestError) as ambiguous:
        opening.open(asker, WANTED)

    assert (unknown.value.code, ambiguous.value.code) == (
        "file-unknown",
        "file-ambiguous",
    )
    asked = [
        one for one in office.events("decision.made") if one["action"] == "weights.read"
    ]
    assert [one["effect"] for one in asked] == ["permit"] * 2


def test_a_damaged_container_leaves_nothing_open(
    office: VaultOffice, vault: Vault, opening: Opening, asker: Asker
) -> None:
    sealed = office.sealed(vault, DATA)
    sealed.path.write_bytes(sealed.path.read_bytes()[:-1])
    with pytest.raises(IntegrityError) as caught:
        opening.open(asker, WANTED)

    assert caught.value.code == "container-truncated"
    assert office.alarms() == ["container-truncated"]


def test_a_key_that_is_gone_leaves_nothing_open(
    office: VaultOffice, vault: Vault, opening: Opening, asker: Asker
) -> None:
    office.sealed(vault, DATA)
    (office.folder / "keys/vault/vault-1.json").unlink()
    before = open_files(office.folder)
    with pytest.raises(UnknownItem) as caught:
        opening.open(asker, WANTED)

    assert caught.value.code == "unknown-key"
    assert open_files(office.folder) == before
    assert office.alarms() == []


def open_files(folder: Path) -> int:
    links = [
        path.readlink() for path in Path("/proc/self/fd").iterdir() if path.is_symlink()
    ]
    return sum(link.suffix == ".vault" and folder in link.parents for link in links)


class Moving(Shelf):
    """A shelf on which another container lies at each look.

    Args:
        gate: as of `Shelf`.
        places: likewise.
        found: what is found at each look, the last of them for ever.
    """

    def __init__(
        self,
        gate: Gatekeeper,
        places: Places,
        found: list[ContainerRecord | RingwallError],
    ) -> None:
        super().__init__(gate, places)
        self.found = found

    @override
    def named(self, asset: str, file: str) -> ContainerRecord | RingwallError:
        return self.found.pop(0) if len(self.found) > 1 else self.found[0]

    @override
    def on_disk(self, record: ContainerRecord) -> OnDisk:
        raise ActRefused("looked-at", record.id)


def records(office: VaultOffice, gate: Gatekeeper) -> list[ContainerRecord]:
    """Return the records of a container that was replaced, and of the next one."""
    office.sealed(gate.vault, DATA)
    office.sealed(gate.vault, DATA, "b.bin")
    return list(gate.ground.matters.containers.all())


def test_what_was_replaced_meanwhile_is_decided_anew(
    office: VaultOffice, gate: Gatekeeper, asker: Asker
) -> None:
    first, second = records(office, gate)
    places = Places(office.folder)
    unknown = UnknownItem("file-unknown", "none")
    cases: list[tuple[ContainerRecord | RingwallError, ...]]
    cases = [(first, second), (unknown, second)]
    for found in cases:
        shelf = Moving(gate, places, [*found])
        with pytest.raises(ActRefused) as caught:
            opening_of(gate, gate.vault, shelf).open(asker, WANTED)
        assert caught.value.message == second.id
        assert shelf.found == [second]


def test_what_never_settles_is_not_opened(
    office: VaultOffice, gate: Gatekeeper, asker: Asker
) -> None:
    first, second = records(office, gate)
    shelf = Moving(gate, Places(office.folder), [first, second] * 16)
    with pytest.raises(RecordUnavailable) as caught:
        opening_of(gate, gate.vault, shelf).open(asker, WANTED)

    assert caught.value.code == "vault-unsettled"


def test_each_permit_opens_once(
    office: VaultOffice, vault: Vault, opening: Opening, asker: Asker
) -> None:
    office.sealed(vault, DATA)
    permitted = opening.permitted(asker, WANTED)
    opening.unlock(permitted).content.close()
    with pytest.raises(ActRefused) as caught:
        opening.unlock(permitted)

    assert caught.value.code == "permit-used"


def test_a_permit_of_another_kind_opens_nothing(
    office: VaultOffice, vault: Vault, opening: Opening, asker: Asker
) -> None:
    office.sealed(vault, DATA)
    permitted = opening.permitted(asker, WANTED)
    with pytest.raises(AccessDenied) as denied:
        opening.permitted(asker, Wanted(ASSET, "", "weights.copy"))
    loading = opening.permitted(asker, Wanted(ASSET, "", "weights.load"))
    for decision, code in [
        (denied.value.decision, "permit-missing"),
        (loading.permit, "permit-for-another"),
    ]:
        with pytest.raises(ActRefused) as caught:
            opening.unlock(permitted._replace(permit=decision))
        assert caught.value.code == code
