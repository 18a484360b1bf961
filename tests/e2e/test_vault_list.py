"""`vault ls` and `vault show`: what is on record, and what lies on disk."""

import os
from pathlib import Path

import pytest

from tests.e2e.running import Ringwall
from tests.e2e.sealing import ASSET, CUSTODIAN, DATA, FILE, READER, container, stored


def reseal(vault: Ringwall, scratch: Path) -> None:
    """Replace the configuration by another one."""
    file = scratch / "config.json"
    file.write_bytes(b"[]")
    words = ["--asset", ASSET, "--key", "main", "--replace", *CUSTODIAN]
    assert vault("vault", "seal", file, *words).code == 0


def test_each_file_has_its_container(vault: Ringwall) -> None:
    config, model = vault("vault", "ls").json()

    assert (config["file"], model["file"]) == ("config.json", FILE)
    assert model["bytes"] == len(DATA)
    assert (model["asset"], model["key"], model["state"]) == (ASSET, "main", "kept")
    assert (model["copies"], model["verified"]) == (0, None)
    assert vault("vault", "ls", "weights:aurora-1").json() == []
    assert vault("vault", "ls", "--format", "csv").csv()[1]["file"] == FILE


def test_a_table_fits_a_screen_and_stands_under_its_asset(
    vault: Ringwall, tmp_path: Path
) -> None:
    other = ["--asset", "weights:aurora-1", "--key", "main", *CUSTODIAN]
    (tmp_path / "notes.txt").write_bytes(b"notes")
    assert vault("vault", "seal", tmp_path / "notes.txt", *other).code == 0
    assert vault("vault", "verify", ASSET, *READER).code == 0

    done = vault.table("vault", "ls")

    lines = done.out.splitlines()
    assert max(map(len, lines)) <= 80
    assert (lines[0], lines[5]) == ("weights:aurora-1", ASSET)
    name = container(vault)
    (line,) = (line for line in lines if line.startswith(name))
    sealed = vault("vault", "show", name).json()["verified"][:10]
    assert line.split() == [name, FILE, str(len(DATA)), "main", "0", sealed]
    assert "never" in done.out
    assert vault.table("vault", "ls", "weights:none").out == "(none)\n"


def test_what_was_replaced_is_listed_where_all_are(
    vault: Ringwall, tmp_path: Path
) -> None:
    reseal(vault, tmp_path)

    some = vault("vault", "ls", ASSET).json()
    everything = vault("vault", "ls", ASSET, "--all").json()

    assert [row["state"] for row in some] == ["kept", "kept"]
    assert [row["state"] for row in everything] == ["replaced", "kept", "kept"]
    assert " state " in vault.table("vault", "ls", "--all").out


def test_a_window_says_when_it_was_sealed(vault: Ringwall) -> None:
    first, last = (row["sealed"] for row in vault("vault", "ls").json())

    from_last = vault("vault", "ls", "--since", last).json()
    before_last = vault("vault", "ls", "--until", last).json()

    assert [row["sealed"] for row in from_last] == [last]
    assert [row["sealed"] for row in before_last] == [first]


@pytest.mark.parametrize("verb", ["ls", "inventory"])
@pytest.mark.parametrize(
    "words",
    [
        ["--since", "today"],
        ["--since", "2027-01-01T00:00:00Z", "--until", "2026-01-01T00:00:00Z"],
    ],
)
def test_a_window_that_is_none_exits_2(
    vault: Ringwall, verb: str, words: list[str]
) -> None:
    done = vault("vault", verb, *words)

    assert (done.code, done.out) == (2, "")
    assert f"run `ringwall vault {verb} --help`" in done.err


def test_one_container_is_shown_with_its_history_and_header(vault: Ringwall) -> None:
    name = container(vault)
    assert vault("vault", "verify", ASSET, *READER).code == 0

    done = vault("vault", "show", name)
    people = vault.table("vault", "show", name)

    shown = done.json()
    assert (done.code, people.code) == (0, 0)
    assert shown["disk"]["header"] | {"created": ""} == {
        "container": name,
        "asset": ASSET,
        "file": FILE,
        "tier": "upper",
        "bytes": len(DATA),
        "chunk": 1024 * 1024,
        "chunks": 2,
        "created": "",
    }
    assert shown["disk"]["slots"] == [{"generation": 1, "key": "main", "kind": "file"}]
    kinds = [row["kind"] for row in shown["history"]]
    assert kinds == ["vault.sealed", "vault.verified"]
    assert f"holds    {name}: {FILE} of {ASSET}" in people.out
    assert "header   tier upper, 2 chunks of 1,048,576 bytes" in people.out
    lines = people.out.splitlines()
    assert max(len(line) for line in lines if "/" not in line) <= 80


def test_one_that_was_replaced_is_shown_where_it_is_kept(
    vault: Ringwall, tmp_path: Path
) -> None:
    name = container(vault, "config.json")
    reseal(vault, tmp_path)

    done = vault("vault", "show", name)

    assert done.code == 0
    assert done.json()["disk"]["path"].endswith(f"vault/.replaced/{name}.vault")


@pytest.mark.parametrize(
    ("place", "code"),
    [
        (0, "container-header-malformed"),
        (4096 + 20, "container-slot-malformed"),
    ],
)
def test_damage_to_its_head_exits_6(vault: Ringwall, place: int, code: str) -> None:
    name = container(vault)
    with stored().open("r+b") as file:
        file.seek(place)
        file.write(b"\xff")

    done = vault("vault", "show", name)
    people = vault.table("vault", "show", name)

    assert (done.code, people.code) == (6, 6)
    assert done.json()["disk"]["fault"] == code
    assert f"DISK {code}: " in " ".join(people.out.split())
    assert "verify-inventory" in people.out


def test_another_container_in_its_place_exits_6(vault: Ringwall) -> None:
    name = container(vault)
    os.replace(stored("config.json"), stored())

    done = vault("vault", "show", name)

    assert done.code == 6
    assert done.json()["disk"]["fault"] == "container-altered"


def test_a_slot_that_is_not_on_record_exits_6(vault: Ringwall) -> None:
    name = container(vault)
    # The right header, with the key slot of another container.
    slot = stored("config.json").read_bytes()[4096:8192]
    with stored().open("r+b") as file:
        file.seek(4096)
        file.write(slot)

    done = vault("vault", "show", name)

    assert done.code == 6
    assert done.json()["disk"]["fault"] == "container-altered"


def test_one_that_is_not_on_record_exits_2(vault: Ringwall) -> None:
    done = vault("vault", "show", "box-aaaaaaaaaaaaaaaaaaaa")

    assert (done.code, done.out) == (2, "")
    assert "unknown-container" in done.err
