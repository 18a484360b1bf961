"""What the demo works on."""

import hashlib
import sqlite3
from pathlib import Path

import pytest
from safetensors.numpy import load_file

from ringwall.cli.demo_props import piece_of, tamper_ledger, write_weights
from tests.e2e.running import READ, Ringwall


def test_the_weights_are_a_real_file_and_the_same_each_time(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"

    write_weights(first)
    write_weights(second)

    digests = {hashlib.sha256(p.read_bytes()).hexdigest() for p in (first, second)}
    assert len(digests) == 1
    tensors = load_file(first)
    assert tensors["layers.0.mlp.weight"].shape == (384, 1536)
    assert len(tensors) == 6


def test_a_piece_begins_where_the_tensors_do(tmp_path: Path) -> None:
    write_weights(tmp_path / "a")

    start, stop, digest = piece_of(tmp_path / "a")

    data = (tmp_path / "a").read_bytes()
    assert start == 8 + int.from_bytes(data[:8], "little")
    assert stop - start == 65536
    assert digest == hashlib.sha256(data[start:stop]).hexdigest()


def test_tampering_changes_an_entry_and_a_row_and_is_found(
    ringwall: Ringwall, institute: Path
) -> None:
    context = ringwall(*READ, "--authn", "hardware").json()["context"]

    index, person = tamper_ledger(institute / "ledger.db")

    done = ringwall("audit", "verify")
    assert index == context["receipt"]["index"]
    assert person == "user:mary"
    assert done.code == 6
    assert {f["code"] for f in done.json()["findings"]} == {
        "entry-changed",
        "disclosure-changed",
    }


def test_there_has_to_be_something_to_tamper_with(
    ringwall: Ringwall, institute: Path, tmp_path: Path
) -> None:
    ledger = institute / "ledger.db"
    with pytest.raises(ValueError, match="no denial to tamper with"):
        tamper_ledger(ledger)
    ringwall("init", tmp_path / "empty")
    ringwall("-C", tmp_path / "empty", *READ, "--authn", "hardware")

    with pytest.raises(ValueError, match="no screening to tamper with"):
        tamper_ledger(tmp_path / "empty" / "ledger.db")
    assert ringwall("audit", "verify").code == 0
    connection = sqlite3.connect(ledger)
    guards = connection.execute(
        "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"
    )
    assert guards.fetchone()[0] > 0
    connection.close()
