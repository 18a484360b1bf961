"""Each chunk is looked at, and what was looked at is on record."""

from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.gate.denied import AccessDenied
from ringwall.institute import Gatekeeper
from ringwall.vault import verifying
from ringwall.vault.desk import Vault
from tests.vault_office import ASSET, READER, VaultOffice, content

CHUNK = 1024 * 1024
DATA = content(5 * CHUNK - 100)
SEALED_CHUNK = CHUNK + 16


class Killed(BaseException):
    """As if there were no more."""


@pytest.fixture
def path(office: VaultOffice, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(verifying, "_SPAN", 2)
    return office.sealed(vault, DATA).path


def spans(office: VaultOffice) -> list[tuple[int, int, int]]:
    found = reversed(office.events("vault.verified"))
    return [(one["first"], one["until"], one["total"]) for one in found]


def test_every_chunk_is_looked_at_and_nothing_leaves(
    office: VaultOffice, vault: Vault, path: Path
) -> None:
    seen: list[tuple[int, int]] = []

    done = vault.verify(ASSET, progress=lambda *told: seen.append(told), **READER)

    assert (done.first, done.total) == (0, 5)
    assert spans(office) == [(0, 2, 5), (2, 4, 5), (4, 5, 5)]
    assert {one["run"] for one in office.events("vault.verified")} == {done.run}
    assert seen == [(min(n * CHUNK, len(DATA)), len(DATA)) for n in range(1, 6)]
    assert office.events("amount.left") == []
    assert path.exists()


def test_whoever_may_not_read_does_not_verify(
    office: VaultOffice, vault: Vault, path: Path
) -> None:
    with pytest.raises(AccessDenied):
        vault.verify(ASSET, subject="user:emmy")

    assert spans(office) == []
    assert path.exists()


def test_damage_is_found_and_on_record(
    office: VaultOffice, vault: Vault, path: Path
) -> None:
    data = bytearray(path.read_bytes())
    data[12288 + 3 * SEALED_CHUNK + 5] ^= 1
    path.write_bytes(data)
    with pytest.raises(IntegrityError) as caught:
        vault.verify(ASSET, **READER)

    assert caught.value.code == "container-chunk-damaged"
    assert office.alarms() == ["container-chunk-damaged"]
    # What was right before is on record; what is damaged is not.
    assert spans(office) == [(0, 2, 5), (2, 3, 5)]


def test_what_was_interrupted_goes_on_where_it_ended(
    office: VaultOffice, gate: Gatekeeper, path: Path
) -> None:
    def stop(done: int, _: int) -> None:
        if done == 3 * CHUNK:
            raise Killed

    with pytest.raises(Killed):
        gate.vault.verify(ASSET, progress=stop, **READER)
    done = gate.vault.verify(ASSET, **READER)

    assert done.first == 3
    assert spans(office) == [(0, 2, 5), (2, 3, 5), (3, 5, 5)]
    record = gate.ground.matters.containers.current(ASSET, path.stem)
    assert record is not None
    assert record.verified is not None
    assert record.verified.run == done.run
    # That one is over: the next begins at the first chunk.
    assert gate.vault.verify(ASSET, **READER).first == 0


def test_it_can_be_begun_anew(office: VaultOffice, vault: Vault, path: Path) -> None:
    def stop(_: int, __: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        vault.verify(ASSET, progress=stop, **READER)
    done = vault.verify(ASSET, resume=False, **READER)

    assert done.first == 0
    assert spans(office)[:2] == [(0, 1, 5), (0, 2, 5)]
    assert path.exists()


def test_what_is_interrupted_before_a_chunk_is_done_leaves_no_record(
    office: VaultOffice, vault: Vault, path: Path
) -> None:
    data = bytearray(path.read_bytes())
    data[12288] ^= 1
    path.write_bytes(data)
    with pytest.raises(IntegrityError):
        vault.verify(ASSET, **READER)

    assert spans(office) == []
