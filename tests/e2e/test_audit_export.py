"""`audit export` from outside: a folder that is brought up to date, or left alone."""

from pathlib import Path

import pytest

from ringwall.signing.keys import parse_vkey
from ringwall.tlog.checkpoints import open_checkpoint
from tests.e2e.running import PERMITTED, Ringwall, a_year_passes


def test_a_folder_is_brought_up_to_date(
    ringwall: Ringwall, institute: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "log"
    first = ringwall("audit", "export", "--tiles", folder).json()
    assert ringwall(*PERMITTED).code == 0
    second = ringwall("audit", "export", "--tiles", folder).json()

    assert (first["before"], second["before"]) == (0, first["size"])
    assert second["size"] > first["size"]
    assert second["written"] > 0
    verifier = parse_vkey((institute / "keys/log.vkey").read_text().strip())
    note = (folder / "checkpoint").read_bytes()
    assert open_checkpoint(note, verifier, "example.org/log").size == second["size"]
    table = ringwall.table("audit", "export", "--tiles", folder)
    assert f"size     {second['size']}" in table.out
    assert f"root     {note.decode().splitlines()[2]}" in table.out
    assert table.err.startswith("next: serve the folder")


def test_nothing_personal_is_in_it(ringwall: Ringwall, tmp_path: Path) -> None:
    folder = tmp_path / "log"
    assert ringwall(*PERMITTED).code == 0
    assert ringwall("audit", "export", "--tiles", folder).code == 0

    exported = b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())
    assert b"weights:aurora-2" in exported
    assert b"user:ada" not in exported


def test_hashes_alone_hold_no_entry(ringwall: Ringwall, tmp_path: Path) -> None:
    folder = tmp_path / "log"
    assert ringwall("audit", "export", "--tiles", folder, "--hashes-only").code == 0

    assert not (folder / "tile/entries").exists()


def test_a_tile_that_was_changed_is_an_alarm(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    folder = tmp_path / "log"
    ringwall("audit", "export", "--tiles", folder)
    [tile] = (folder / "tile/0").rglob("*.p/*")
    tile.write_bytes(bytes(len(tile.read_bytes())))

    done = ringwall("audit", "export", "--tiles", folder, "--whole", "--format", "json")
    assert done.code == 6
    assert done.error()["code"] == "export-conflict"


def test_pruned_entries_are_left_out_on_demand(
    ringwall: Ringwall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "log"
    ringwall(*PERMITTED)
    ringwall(*PERMITTED)
    words = ["audit", "prune", *a_year_passes(ringwall, monkeypatch)]
    assert ringwall(*words).code == 0
    asked = ["audit", "export", "--tiles", folder]
    assert ringwall(*asked, "--format", "json").error()["code"] == "export-incomplete"
    done = ringwall(*asked, "--without-pruned")
    assert done.code == 0
    assert done.json()["left_out"] == 1
    assert "not in the folder" in done.err


def test_a_partial_bundle_in_the_folder_outlives_a_pruning(
    ringwall: Ringwall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "log"
    asked = ["audit", "export", "--tiles", folder]
    ringwall(*PERMITTED)
    ringwall(*PERMITTED)
    before = ringwall(*asked).json()
    prune = ["audit", "prune", *a_year_passes(ringwall, monkeypatch)]
    assert ringwall(*prune).code == 0

    done = ringwall(*asked)

    assert done.code == 0
    assert done.json()["size"] > before["size"]
    assert done.json()["left_out"] == 0
    [old, new] = sorted((folder / "tile/entries").rglob("*.p/*"), key=size_of)
    assert new.read_bytes().startswith(old.read_bytes())
    refused = ringwall(*asked, "--hashes-only", "--format", "json")
    assert refused.error()["code"] == "export-has-entries"


def size_of(path: Path) -> int:
    """Return how many entries a partial bundle holds."""
    return int(path.name)
