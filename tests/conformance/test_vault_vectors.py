"""The vectors of the container format: both readers take and refuse the same."""

import hashlib
import unicodedata
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.vault.container.reading import ContainerReader
from ringwall.vault.keys.passphrase import ScryptCost
from tests.oracle.vault_reader import Refused, may_be_derived, open_under, read_all
from tests.oracle.vault_vectors import FOLDER, build, faulty, load_index
from tests.sealed import Kek, unlocked

INDEX, MADE = load_index()
WHOLE: dict[str, dict[str, Any]] = INDEX["containers"]
FAULTS: dict[str, dict[str, Any]] = INDEX["faults"]


def kek_of(name: str) -> Kek:
    return Kek(key=bytes.fromhex(WHOLE[name]["kek"]))


def test_the_vectors_are_those_that_the_second_writer_writes() -> None:
    assert {path.name: path.read_bytes() for path in FOLDER.iterdir()} == build()


@pytest.mark.parametrize("name", WHOLE)
def test_both_readers_read_what_was_sealed(name: str) -> None:
    said = WHOLE[name]
    with unlocked(FOLDER / f"{name}.vault", kek_of(name)) as content:
        plain = bytes(content.read(0, said["bytes"]))
        assert content.verify() == content.header.chunks
        assert content.reader.header_digest.hex() == said["header"]
        assert content.reader.slot_digest.hex() == said["slot"]
        assert content._cipher.data_key.hex() == said["data_key"]

    assert read_all(MADE[name], open_under(kek_of(name).key)) == plain
    assert hashlib.sha256(plain).hexdigest() == said["sha256"]
    assert said.get("plain", plain.hex()) == plain.hex()


def test_a_passphrase_gives_the_key_that_the_vector_says() -> None:
    said = WHOLE["passphrase"]
    with ContainerReader.open(FOLDER / "passphrase.vault") as reader:
        assert reader.slot.kind == "passphrase"
        cost = ScryptCost.of(reader.slot.params)

    assert not unicodedata.is_normalized("NFC", said["passphrase"])
    assert cost.derive(said["passphrase"]).hex() == said["kek"]


def test_both_readers_begin_with_the_same_parameters_of_scrypt() -> None:
    salt = "AAAAAAAAAAAAAAAAAAAAAA=="
    ns = [n + i for n in (2**e for e in (1, 4, 15, 16, 17, 19, 20, 21)) for i in (0, 1)]
    told = set()
    for n, r, p in product(
        [-2, 0, 1, *ns], [0, 1, 2, 8, 9, 32, 33], [0, 1, 2, 3, 16, 17]
    ):
        params = {"n": n, "r": r, "p": p, "salt": salt}
        expected = may_be_derived(params)
        assert _is_taken(params) == expected, params
        told.add(expected)
    for edit in ({"salt": "AA=="}, {"n": "16"}, {"more": 1}):
        params = {"n": 16, "r": 8, "p": 1, "salt": salt, **edit}
        assert not may_be_derived(params)
        assert not _is_taken(params)

    assert told == {True, False}


def _is_taken(params: dict[str, Any]) -> bool:
    try:
        ScryptCost.of(params)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("name", FAULTS)
def test_both_readers_refuse_each_fault_at_its_step(name: str, tmp_path: Path) -> None:
    fault = FAULTS[name]
    data, kek = faulty(fault, MADE), kek_of(fault["of"])
    assert data != MADE[fault["of"]]
    path = tmp_path / "faulty.vault"
    path.write_bytes(data)

    with pytest.raises(Refused) as refused:
        read_all(data, open_under(kek.key))
    with pytest.raises(IntegrityError) as caught:
        read_whole(path, kek)

    assert caught.value.code == fault["code"]
    assert caught.value.exit_code == 6
    assert refused.value.step == fault["step"]
    if fault["step"] < 6:
        with pytest.raises(IntegrityError):
            ContainerReader.open(path)


def read_whole(path: Path, kek: Kek) -> None:
    with unlocked(path, kek) as content:
        content.verify()


def test_a_damaged_vector_delivers_zeros(tmp_path: Path) -> None:
    path = tmp_path / "faulty.vault"
    path.write_bytes(faulty(FAULTS["last-tag-bit"], MADE))
    buffer = bytearray(b"\xee" * 10_000)
    with unlocked(path, kek_of("three-chunks")) as content:
        read = partial(content.read_into, 0, memoryview(buffer))
        with pytest.raises(IntegrityError):
            read()

    assert not any(buffer)
