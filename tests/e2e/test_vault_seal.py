"""`vault seal`: files become containers, all names looked at before the first one."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.running import Ringwall, run_on_terminal
from tests.e2e.sealing import ASSET, CUSTODIAN, DATA, FILE, container, stored

OTHER = "checkpoint:aurora-2-step-90k"
SEAL = ["vault", "seal", "--asset", OTHER, *CUSTODIAN]
UNDER = ["--key", "main"]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Return a folder with files in it, and a link."""
    folder = tmp_path / "model"
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "a.bin").write_bytes(b"abc")
    (folder / "1_Pooling" / "config.json").write_bytes(b"{}")
    (folder / "link").symlink_to("a.bin")
    (folder / "linked").symlink_to("1_Pooling")
    return folder


def test_a_folder_is_sealed_by_relative_names_and_links_are_left_out(
    vault: Ringwall, model: Path
) -> None:
    done = vault(*SEAL, *UNDER, model)

    assert done.code == 0
    rows = done.json()
    assert [row["file"] for row in rows] == ["a.bin", "1_Pooling/config.json"]
    assert rows[0]["bytes"] == 3
    assert rows[0]["sha256"] == hashlib.sha256(b"abc").hexdigest()
    assert done.err.splitlines()[:2] == [
        f"left out: {model}/link is no regular file",
        f"left out: {model}/linked is no regular file",
    ]
    assert Path(rows[1]["path"]).is_file()
    entry = vault("audit", "show", rows[0]["entry"]).json()
    assert entry["event"]["container"] == rows[0]["container"]
    assert (model / "a.bin").read_bytes() == b"abc"


def test_a_table_says_what_was_sealed_and_what_to_do_next(
    vault: Ringwall, model: Path
) -> None:
    done = vault.table(*SEAL, *UNDER, model / "a.bin", "--file", "weights.bin")

    lines = done.out.splitlines()
    assert lines[0].startswith("SEALED   box-")
    assert lines[0].endswith("  weights.bin")
    assert lines[1] == "bytes    3"
    assert lines[3].startswith("record   dec-")
    assert max(map(len, lines)) <= 80
    assert f"next: ringwall vault verify {OTHER} weights.bin\n" in done.err
    assert "only once it is SOUND, erase what was sealed from" in done.err


def test_each_file_of_several_is_to_be_verified(vault: Ringwall, model: Path) -> None:
    told = vault(*SEAL, *UNDER, model).err.splitlines()

    assert told[2:] == [
        f"next: ringwall vault verify {OTHER} a.bin",
        f"next: ringwall vault verify {OTHER} 1_Pooling/config.json",
        "and only once each of them is SOUND, erase what was sealed from",
    ]


def test_a_folder_that_was_sealed_in_part_goes_on_with_the_rest(
    vault: Ringwall, model: Path
) -> None:
    (first,) = vault(*SEAL, *UNDER, model / "a.bin").json()

    again = vault(*SEAL, *UNDER, model)
    whole = vault(*SEAL, *UNDER, model)

    assert [row["file"] for row in again.json()] == ["1_Pooling/config.json"]
    left = f"left as it is: a.bin is sealed already, as {first['container']}"
    assert left in again.err.splitlines()
    assert f"next: ringwall vault verify {OTHER} a.bin" in again.err.splitlines()
    assert (whole.code, whole.json()) == (0, [])
    assert whole.err.count("left as it is: ") == 2


def test_a_folder_with_another_file_of_the_name_is_not_passed_over(
    vault: Ringwall, model: Path
) -> None:
    assert vault(*SEAL, *UNDER, model / "a.bin").code == 0
    (model / "a.bin").write_bytes(b"xyz")

    done = vault(*SEAL, *UNDER, model)

    assert (done.code, done.out) == (1, "")
    assert "container-exists" in done.err
    assert "under another name with --file, or say --replace" in done.err


def test_one_file_that_is_sealed_already_is_said_to_be(
    vault: Ringwall, model: Path
) -> None:
    assert vault(*SEAL, *UNDER, model / "a.bin").code == 0

    again = vault(*SEAL, *UNDER, model / "a.bin")

    assert again.code == 1
    assert "container-exists" in again.err


def test_who_may_not_seal_does_not_learn_what_is_sealed(
    vault: Ringwall, model: Path
) -> None:
    assert vault(*SEAL, *UNDER, model).code == 0

    words = [word.replace("dennis", "ada") for word in SEAL]
    done = vault(*words, *UNDER, model)

    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[2].startswith("DENY ")
    assert "left as it is" not in done.err


def test_a_bar_moves_on_a_terminal(vault: Ringwall, model: Path) -> None:
    assert vault("vault", "keys").code == 0

    shown = run_on_terminal(
        [*SEAL, *UNDER, model / "a.bin"], Path.cwd(), {"TERM": "xterm", "COLUMNS": "80"}
    )

    assert "a.bin" in shown
    assert "SEALED" in shown


def test_one_key_needs_no_name_and_several_do(vault: Ringwall, model: Path) -> None:
    several = vault(*SEAL, model / "a.bin")
    (Path("keys/vault/next.json")).unlink()
    one = vault(*SEAL, model / "a.bin")
    (Path("keys/vault/main.json")).unlink()
    none = vault(*SEAL, model / "a.bin")

    assert (several.code, one.code, none.code) == (2, 0, 2)
    assert "several keys: say --key with one of main, next" in several.err
    assert "`ringwall vault init-key` makes one" in none.err


def test_a_key_that_is_not_there_exits_2_before_anybody_is_asked(
    vault: Ringwall, model: Path
) -> None:
    before = vault("audit", "ls", "--limit", "1").json()

    done = vault(*SEAL, model / "a.bin", "--key", "gone")

    assert done.code == 2
    assert "unknown-key" in done.err
    assert vault("audit", "ls", "--limit", "1").json() == before


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["a.bin", "1_Pooling/config.json", "--file", "x"], 2, "--file goes with one"),
        (["1_Pooling", "--file", "x"], 2, "--file goes with one file"),
        (["a.bin", "other/a.bin"], 2, "two files would have the name `a.bin`"),
        (["empty"], 2, "nothing-to-seal"),
        (["a b"], 2, "file-name-malformed"),
        (["a.bin", "--file", "../x"], 2, "file-name-malformed"),
        (["gone.bin"], 2, "source-unreadable"),
        (["link"], 2, "source-unreadable"),
    ],
)
def test_what_can_not_be_sealed_exits_2_and_nothing_is(
    vault: Ringwall,
    model: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    code: int,
    told: str,
) -> None:
    institute = Path.cwd()
    for name in ("other", "empty"):
        (model / name).mkdir()
    (model / "other" / "a.bin").touch()
    (model / "a b").touch()
    monkeypatch.chdir(model)

    done = vault("-C", institute, *SEAL, *UNDER, *words)

    assert done.code == code
    assert told in done.err
    assert vault("-C", institute, "vault", "ls", OTHER).json() == []


def test_a_folder_that_can_not_be_read_is_not_sealed_in_part(
    vault: Ringwall, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def walk(top: Path, onerror: Any) -> Iterator[Any]:  # noqa: ANN401 - a function
        yield (str(top), [], ["a.bin"])
        onerror(PermissionError(13, "Permission denied", f"{top}/1_Pooling"))

    monkeypatch.setattr(os, "walk", walk)

    done = vault(*SEAL, *UNDER, model)

    assert done.code == 2
    assert "source-unreadable" in done.err
    assert vault("vault", "ls", OTHER).json() == []


def test_what_is_sealed_already_stays_unless_it_is_to_be_replaced(
    vault: Ringwall, tmp_path: Path
) -> None:
    file = tmp_path / "config.json"
    file.write_bytes(b"[]")
    before = container(vault, "config.json")
    words = ["vault", "seal", file, "--asset", ASSET, *CUSTODIAN, *UNDER]

    refused = vault(*words)
    done = vault.table(*words, "--replace")

    assert refused.code == 1
    assert "container-exists" in refused.err
    assert f"replaces {before}, which is kept aside" in done.out
    assert container(vault, "config.json") in done.out


def test_what_was_sealed_before_something_went_wrong_is_told(
    vault: Ringwall, tmp_path: Path
) -> None:
    for name in ("a.bin", FILE):
        (tmp_path / name).write_bytes(b"abc")
    sources = [tmp_path / "a.bin", tmp_path / FILE]

    done = vault("vault", "seal", *sources, "--asset", ASSET, *CUSTODIAN, *UNDER)

    assert done.code == 1
    assert [row["file"] for row in done.json()] == ["a.bin"]
    assert "container-exists" in done.err


def test_a_seal_that_was_cut_off_is_finished_by_the_next_one(
    vault: Ringwall, tmp_path: Path
) -> None:
    (tmp_path / FILE).write_bytes(DATA)
    name = container(vault)
    # As if it had been killed between the record and the name.
    stored().rename(stored().with_name(f"{FILE}.vault.part"))

    done = vault.table(
        "vault", "seal", tmp_path / FILE, "--asset", ASSET, *CUSTODIAN, *UNDER
    )

    assert done.code == 0
    assert done.out.startswith(f"FINISHED {name}  {FILE}")
    assert stored().is_file()


def test_who_may_not_seal_is_told_as_by_check_on_stderr(
    vault: Ringwall, model: Path
) -> None:
    words = [word.replace("dennis", "ada") for word in SEAL]

    told = vault.table(*words, *UNDER, model)
    as_json = vault(*words, *UNDER, model, "--format", "json")

    assert (told.code, told.out) == (1, "")
    assert "DENY     not permitted" in told.err
    assert "asked    user:ada  weights.seal" in told.err
    assert (as_json.code, as_json.out) == (1, "")
    assert '"decision": false' in as_json.err
    assert vault("vault", "ls", OTHER).json() == []
