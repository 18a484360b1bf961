"""The desk: opens, lists and seals, each on a decision of its own."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file, save

from ringwall.base.errors import IntegrityError, RingwallError
from ringwall.gate.denied import AccessDenied
from ringwall.institute import Gatekeeper
from ringwall.vault.desk import FileInfo, Vault
from ringwall.vault.keys.keyring import KeyOptions
from ringwall.vault.keys.unlocking import Secrets
from ringwall.vault.memory_file import Shelter
from tests.example import NOON, apply, declare
from tests.vault_office import ASSET, CUSTODIAN, NAME, READER, VaultOffice, content

CHUNK = 1024 * 1024
DATA = content(3 * CHUNK + 5)
TENSORS: dict[str, NDArray[Any]] = {
    "a": np.arange(600, dtype=np.float32),
    "b": np.arange(5, dtype=np.int8),
}
NO_SWAP = Shelter(swaps=lambda: ())
BENCH = "point:west-bench"
BOUNDED: dict[str, Any] = {"subject": "user:alan", "authn": "hardware-fresh"}
WEST_ASSET = "weights:aurora-1"


def refusal(act: Any, *given: Any, **words: Any) -> str:  # noqa: ANN401 - words of a test
    with pytest.raises(RingwallError) as caught:
        act(*given, **words)
    assert caught.value.next_step
    return caught.value.code


def ranges(office: VaultOffice) -> list[tuple[int, int]]:
    return [
        (one["start"], one["stop"]) for one in reversed(office.events("vault.read"))
    ]


def amounts(office: VaultOffice) -> list[int]:
    return [one["bytes"] for one in reversed(office.events("amount.left"))]


def test_each_open_and_each_range_is_on_record(
    office: VaultOffice, vault: Vault
) -> None:
    sealed = office.sealed(vault, DATA)
    with vault.open(ASSET, ahead=0, **READER) as file:
        file.seek(10)
        assert file.read(100) == DATA[10:110]
        assert file.read(50) == DATA[110:160]
        file.seek(0)
        assert file.read(160) == DATA[:160]

    (opened,) = office.events("vault.opened")
    reads = office.events("vault.read")
    assert opened["container"] == sealed.container
    assert {one["opened"] for one in reads} == {opened["decision"]}
    assert ranges(office) == [(10, 110), (110, 160), (0, 10)]
    assert amounts(office) == [100, 50, 10]
    decisions = {one["id"]: one for one in office.events("decision.made")}
    assert all(decisions[one["decision"]]["effect"] == "permit" for one in reads)


def test_what_is_loaded_stays_within_and_takes_nothing(
    office: VaultOffice, vault: Vault
) -> None:
    office.sealed(vault, DATA)
    with vault.open(ASSET, action="weights.load", **READER) as file:
        assert file.readall() == DATA

    assert ranges(office) == [(0, len(DATA))]
    assert amounts(office) == []


def test_within_a_session_it_is_the_same(office: VaultOffice, gate: Gatekeeper) -> None:
    office.sealed(gate.vault, DATA)
    with gate.session(**READER) as session:
        file = gate.vault.open(ASSET, ahead=0, session=session)
        assert file.read(5) == DATA[:5]
    assert refusal(file.read, 5) == "session-closed"

    assert ranges(office) == [(0, 5)]


def test_over_budget_the_stream_ends_and_nothing_of_the_range_is_given(
    office: VaultOffice,
) -> None:
    with office.gate(BENCH) as gate:
        vault = gate.vault
        words = {"asset": WEST_ASSET, "name": "model.bin"}
        office.sealed(vault, DATA, **words)
        with vault.open(WEST_ASSET, **BOUNDED) as file:
            # 400,000 an hour leave through this point: less than is asked for ahead.
            assert file.read(300_000) == DATA[:300_000]
            assert file.read(100_000) == DATA[300_000:400_000]
            with pytest.raises(AccessDenied) as caught:
                file.read(1)
            file.seek(0)
            assert file.read(400_000) == DATA[:400_000]

    assert caught.value.decision.caller_reasons()
    assert amounts(office) == [300_000, 100_000]
    assert ranges(office) == [(0, 300_000), (300_000, 400_000)]


def test_who_is_suspended_midway_reads_no_further(
    office: VaultOffice, gate: Gatekeeper
) -> None:
    office.sealed(gate.vault, DATA)
    with gate.vault.open(ASSET, ahead=0, **READER) as file:
        assert file.read(5) == DATA[:5]
        apply(office.institute, declare(office.scratch, suspension(office)))
        with pytest.raises(AccessDenied):
            file.read(5)


def suspension(office: VaultOffice) -> str:
    """Return the declaration that suspends who reads, and changes nothing else."""
    document = office.institute.facts().documents()[READER["subject"]]
    said = document.model_dump(mode="json", exclude_none=True)
    return json.dumps({"people": [{**said, "suspended": True}]})


def test_a_damaged_chunk_is_not_given_and_is_on_record(
    office: VaultOffice, vault: Vault
) -> None:
    path = office.sealed(vault, DATA).path
    data = bytearray(path.read_bytes())
    data[12288 + CHUNK + 16 + 7] ^= 1
    path.write_bytes(data)
    buffer = bytearray(b"x" * (2 * CHUNK))
    with vault.open(ASSET, **READER) as file:
        for _ in range(2):
            with pytest.raises(IntegrityError) as caught:
                file.read_into(CHUNK - 10, buffer)
            assert caught.value.code == "container-chunk-damaged"
        assert file.read(10) == DATA[:10]

    assert buffer == bytes(2 * CHUNK)
    assert office.alarms() == ["container-chunk-damaged"]


def test_names_and_sizes_are_told_on_a_decision(
    office: VaultOffice, vault: Vault
) -> None:
    model = office.sealed(vault, DATA)
    config = office.sealed(vault, b"{}", "1_Pooling/config.json")
    gone = office.sealed(vault, b"x", "old.bin")
    vault.destroy(gone.container, **office.to_destroy(gone.container))
    vault.copy(
        ASSET,
        to="site:hub-west",
        key="west",
        target=office.scratch / "copy",
        **office.to_copy(model.container),
    )

    files = vault.files(ASSET, **READER)

    assert files == (
        FileInfo("1_Pooling/config.json", 2, config.container, NOON),
        FileInfo(NAME, len(DATA), model.container, NOON),
    )
    assert refusal(vault.files, ASSET, subject="user:emmy") == "access-denied"
    assert vault.files(ASSET, action="weights.load", **READER) == files


def test_tensors_are_read_one_by_one(office: VaultOffice, vault: Vault) -> None:
    office.sealed(vault, save(TENSORS))
    with vault.open_safetensors(ASSET, **READER) as tensors:
        assert set(tensors) == {"a", "b"}
        assert np.array_equal(tensors["b"], TENSORS["b"])

    assert all(stop - start < 1000 for start, stop in ranges(office))


def test_what_holds_no_tensors_is_closed_again(
    office: VaultOffice, vault: Vault
) -> None:
    office.sealed(vault, b"x" * 100, "model.bin")
    with pytest.raises(RingwallError):
        vault.open_safetensors(ASSET, **READER)

    names = [os.readlink(f"/proc/self/fd/{n}") for n in fds()]
    assert not any(name.endswith("model.bin.vault") for name in names)


def fds() -> list[str]:
    return [
        n for n in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{n}")
    ]


def test_loaders_that_take_a_path_or_a_folder_get_one(
    office: VaultOffice, vault: Vault
) -> None:
    office.sealed(vault, save(TENSORS))
    office.sealed(vault, b"{}", "1_Pooling/config.json")
    with vault.path(ASSET, shelter=NO_SWAP, **READER) as path:
        assert np.array_equal(load_file(path)["a"], TENSORS["a"])
    with vault.folder(ASSET, shelter=NO_SWAP, **READER) as folder:
        assert np.array_equal(load_file(folder / NAME)["a"], TENSORS["a"])
        assert (folder / "1_Pooling/config.json").read_bytes() == b"{}"

    assert not os.path.exists(path)
    assert not folder.exists()


def test_loaders_learn_of_damage_as_readers_do(
    office: VaultOffice, vault: Vault
) -> None:
    path = office.sealed(vault, DATA).path
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)

    for way in (vault.path, vault.folder):
        with (
            pytest.raises(IntegrityError) as caught,
            way(ASSET, shelter=NO_SWAP, **READER),
        ):
            pass
        assert caught.value.code == "container-chunk-damaged"
    assert set(office.alarms()) == {"container-chunk-damaged"}


def test_words_that_are_wrong_are_refused(office: VaultOffice, vault: Vault) -> None:
    office.sealed(vault, DATA)

    assert refusal(vault.open, ASSET, action="weights.copy", **READER) == (
        "action-not-reading"
    )
    assert refusal(vault.files, ASSET, action="weights.seal", **READER) == (
        "action-not-reading"
    )
    assert refusal(vault.open, ASSET) == "asker-missing"
    assert refusal(vault.open, ASSET, "other.bin", **READER) == "file-unknown"
    assert refusal(office.sealed, vault, DATA, "../x") == "file-name-malformed"
    assert refusal(office.sealed, vault, DATA, key="nobody") == "unknown-key"
    wrong: tuple[Any, ...] = (-1, 1.5, True)
    for ahead in wrong:
        with pytest.raises(ValueError, match="`ahead`"):
            vault.open(ASSET, ahead=ahead, **READER)


def test_without_a_name_it_has_that_of_the_source(
    office: VaultOffice, vault: Vault
) -> None:
    source = office.source(DATA, "weights.bin")

    sealed = vault.seal(source, ASSET, key="vault-1", **CUSTODIAN)

    assert sealed.path.name == "weights.bin.vault"
    assert source.read_bytes() == DATA


def test_secrets_open_what_needs_them(office: VaultOffice) -> None:
    words = "correct horse battery staple on a long table"
    with office.institute.gatekeeper(
        "point:vault-desk", secrets=Secrets(passphrase=words)
    ) as gate:
        options = KeyOptions(n=2**14)
        gate.vault.keyring.make("said", "passphrase", Secrets(words), options)
        office.sealed(gate.vault, DATA, key="said")
        with gate.vault.open(ASSET, **READER) as file:
            assert file.readall() == DATA
    with office.gate() as gate:
        assert refusal(gate.vault.open, ASSET, **READER) == "passphrase-missing"


def test_a_passphrase_is_asked_for_once_and_a_key_file_looked_at_each_time(
    office: VaultOffice,
) -> None:
    asked: list[str] = []

    def passphrase() -> str:
        asked.append("correct horse battery staple on a long table")
        return asked[-1]

    secrets = Secrets(passphrase=passphrase)
    with office.institute.gatekeeper("point:vault-desk", secrets=secrets) as gate:
        gate.vault.keyring.make("said", "passphrase", secrets, KeyOptions(n=2**14))
        before = len(asked)
        office.sealed(gate.vault, DATA, key="said")
        for _ in range(3):
            gate.vault.open(ASSET, **READER).close()
        assert len(asked) == before + 1
        office.sealed(gate.vault, DATA, "config.json")
        (office.folder / "keys" / "vault" / "vault-1.kek").unlink()
        opened = gate.vault.open, ASSET, "config.json"
        assert refusal(*opened, **READER) == "key-file-missing"


CANARY = hashlib.sha256(b"canary").digest()


def holds_canary(path: Path) -> bool:
    with path.open("rb") as file:
        before = b""
        while block := file.read(CHUNK):
            if CANARY in before + block:
                return True
            before = block[-len(CANARY) :]
    return False


def test_no_file_ever_holds_plaintext(
    office: VaultOffice, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Look into each file below the test's folder, while and after it is written.

    Whatever is flushed, renamed, linked or removed is looked into at that moment; and
    so is each file that was written below the temporary folders meanwhile.
    """
    data = (CANARY * (CHUNK // 32 + 1))[: 2 * CHUNK + 77]
    source = office.scratch / "outside"
    source.mkdir()
    (source / NAME).write_bytes(data)
    assert holds_canary(source / NAME)
    began = os.stat(source / NAME).st_mtime_ns
    looked: list[Path] = []

    def look() -> None:
        for folder in (office.folder, office.scratch / "copies"):
            for path in folder.rglob("*"):
                if path.is_file():
                    looked.append(path)
                    assert not holds_canary(path)

    for name in ("fsync", "link", "unlink", "rename"):
        act = getattr(os, name)

        def watched(*given: Any, _act: Any = act, **words: Any) -> Any:  # noqa: ANN401 - words of a test
            look()
            done = _act(*given, **words)
            look()
            return done

        monkeypatch.setattr(os, name, watched)
    (office.scratch / "copies").mkdir()
    sealed = vault.seal(source / NAME, ASSET, key="vault-1", **CUSTODIAN)
    with vault.open(ASSET, **READER) as file:
        assert file.readall() == data
    vault.verify(ASSET, **READER)
    target = office.scratch / "copies" / "copy"
    words = office.to_copy(sealed.container)
    vault.copy(ASSET, to="site:hub-west", key="west", target=target, **words)
    vault.rewrap(ASSET, to_key="vault-2", **office.to_rewrap(sealed.container))
    with vault.path(ASSET, shelter=NO_SWAP, **READER) as path:
        assert holds_canary(Path(path))
    monkeypatch.undo()

    look()
    assert len({path.name for path in looked}) > 5
    assert target in looked
    assert any(path.suffix == ".part" for path in looked)
    assert not [path for path in young_files(began) if holds_canary(path)]


def young_files(since: int) -> list[Path]:
    """Return files of ours directly below the temporary folders that are that young."""
    found = []
    for folder in (Path("/tmp"), Path("/dev/shm"), Path("/var/tmp")):  # noqa: S108 - looked into
        for path in folder.glob("*"):
            try:
                seen = path.lstat()
                is_ours = path.is_file() and not path.is_symlink()
                if is_ours and seen.st_mtime_ns >= since and os.access(path, os.R_OK):
                    found.append(path)
            except OSError:
                continue
    return found
