"""`vault read`: bytes to a pipe or to memory, never to a disk or a screen."""

import hashlib
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from ringwall.cli import vault_read
from tests.e2e.running import PROGRAM, Ringwall, run_on_terminal
from tests.e2e.sealing import (
    ASSET,
    CUSTODIAN,
    DATA,
    FILE,
    READER,
    TENSORS,
    container,
    poured,
    stored,
)

READ = ["vault", "read", ASSET, *READER]
BENCH = ["--subject", "user:alan", "--via", "point:west-bench"]


def test_a_pipe_gets_the_whole_file(vault: Ringwall) -> None:
    assert vault("vault", "keys").code == 0

    done = subprocess.run([PROGRAM, *READ], capture_output=True, check=False)

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == DATA


@pytest.mark.parametrize(
    ("span", "start", "stop"),
    [
        ("0:8", 0, 8),
        (f"{TENSORS}:{TENSORS + 1_500_000}", TENSORS, TENSORS + 1_500_000),
        (":5", 0, 5),
        ("2000000:", 2_000_000, len(DATA)),
        ("7:7", 7, 7),
    ],
)
def test_a_range_is_all_that_is_given_and_recorded(
    vault: Ringwall,
    monkeypatch: pytest.MonkeyPatch,
    span: str,
    start: int,
    stop: int,
) -> None:
    done, read = poured(vault, monkeypatch, *READ, "--range", span)

    assert (done.code, done.err) == (0, "")
    assert read == DATA[start:stop]
    told = [row["what"] for row in vault("audit", "ls", "--kind", "vault.read").json()]
    ranges = [f"bytes {start} to {stop}"] if start < stop else []
    assert [words.split(", ")[1].rpartition(" by ")[0] for words in told] == ranges


def test_tensors_are_listed_from_the_header_alone(vault: Ringwall) -> None:
    done = vault(*READ, "--tensors")

    assert done.json() == [
        {"name": "big", "dtype": "U8", "shape": [2_000_000], "bytes": 2_000_000},
        {"name": "small", "dtype": "F32", "shape": [8, 4], "bytes": 128},
    ]
    rows = vault("audit", "ls", "--kind", "vault.read").json()
    assert [row["what"].split(", ")[1] for row in rows] == [
        f"bytes 8 to {TENSORS} by user:ada",
        "bytes 0 to 8 by user:ada",
    ]
    assert vault.table(*READ, "--tensors").out.startswith(f"{ASSET}\nname ")


def test_what_is_no_safetensors_file_has_no_tensors(vault: Ringwall) -> None:
    done = vault("vault", "read", ASSET, "config.json", *READER, "--tensors")

    assert done.code == 6
    assert "tensors-malformed" in done.err


@pytest.mark.parametrize("span", ["5", "a:b", "5:4", "-1:4", "1:2:3", "1:1e3"])
def test_what_is_no_range_exits_2(vault: Ringwall, span: str) -> None:
    done = vault(*READ, f"--range={span}")

    assert done.code == 2
    assert "--range" in done.err


def test_a_range_beyond_the_file_exits_2(
    vault: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    for span in (f"0:{len(DATA) + 1}", f"{len(DATA) + 1}:"):
        done, read = poured(vault, monkeypatch, *READ, "--range", span)

        assert (done.code, read) == (2, b"")
        assert "range-outside" in done.err


def test_tensors_have_no_range(vault: Ringwall) -> None:
    done = vault(*READ, "--tensors", "--range", "0:8")

    assert done.code == 2
    assert "--range and --tensors don't go together" in done.err


def test_a_file_on_disk_gets_nothing_and_nobody_is_asked(
    vault: Ringwall, tmp_path: Path
) -> None:
    before = vault("audit", "ls", "--limit", "1").json()
    target = tmp_path / "out"

    with target.open("wb") as file:
        done = subprocess.run(
            [PROGRAM, *READ], stdout=file, stderr=subprocess.PIPE, check=False
        )

    assert done.returncode == 1
    assert b"plaintext-on-disk" in done.stderr
    assert b"next: pipe it into" in done.stderr
    assert target.read_bytes() == b""
    assert vault("audit", "ls", "--limit", "1").json() == before


def test_a_file_that_is_called_like_memory_is_on_disk_still(
    vault: Ringwall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "memfd:x").open("w") as file:
        monkeypatch.setattr(os, "readlink", lambda _: "/memfd:x")
        monkeypatch.setattr(sys, "stdout", file)

        done = vault(*READ)

    assert done.code == 1
    assert "plaintext-on-disk" in done.err
    assert (tmp_path / "memfd:x").read_bytes() == b""


def test_nobody_knows_where_it_goes_so_it_goes_nowhere(vault: Ringwall) -> None:
    done = vault(*READ)  # what a test captures has no descriptor

    assert (done.code, done.out) == (1, "")
    assert "plaintext-on-disk" in done.err


def test_a_terminal_gets_nothing(vault: Ringwall) -> None:
    assert vault("vault", "keys").code == 0

    shown = run_on_terminal(READ, Path.cwd(), {"COLUMNS": "80"})

    assert "plaintext-on-screen" in shown
    assert "--tensors lists what there is" in " ".join(shown.split())


def test_who_may_not_read_is_told_on_stderr_and_stdout_stays_empty(
    vault: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [word.replace("user:ada", "user:emmy") for word in READ]

    done, read = poured(vault, monkeypatch, *words, "--format", "table")
    as_json, _ = poured(vault, monkeypatch, *words, "--format", "json")
    plain, _ = poured(vault, monkeypatch, *words)

    assert plain.err.startswith("DENY     not permitted\n")
    assert "bytes are to leave" not in plain.err
    assert (done.code, read) == (1, b"")
    assert done.err.startswith("DENY     not permitted\n")
    assert "no-role" in done.err
    assert (as_json.code, '"decision": false' in as_json.err) == (1, True)


def test_a_budget_that_is_used_up_ends_it_and_what_came_was_permitted(
    vault: Ringwall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = os.urandom(1_000_000)
    (tmp_path / "large.bin").write_bytes(large)
    asset = "weights:aurora-1"
    sealing = ["--asset", asset, "--key", "main", *CUSTODIAN]
    assert vault("vault", "seal", tmp_path / "large.bin", *sealing).code == 0
    reading = ["vault", "read", asset, *BENCH, "--authn", "hardware-fresh"]

    done, read = poured(vault, monkeypatch, *reading)

    assert done.code == 1
    assert "hourly-amount-exceeded" in done.err
    assert 0 < len(read) < len(large)
    assert read == large[: len(read)]
    # A range that is let out as it is takes no more than it has.
    rows = vault("audit", "ls", "--kind", "vault.read", "--limit", "1").json()
    assert rows[0]["what"].split(", ")[1] == (
        f"bytes {len(read) - 65536} to {len(read)} by user:alan"
    )


def test_a_damaged_chunk_exits_6_and_nothing_of_it_is_given(
    vault: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stored().open("r+b") as file:
        file.seek(12288 + 1_100_000)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))

    done, read = poured(vault, monkeypatch, *READ)

    assert (done.code, read) == (6, b"")
    assert "container-chunk-damaged" in done.err
    assert "has a damaged chunk 1" in done.err
    assert "went out before" not in done.err
    alarm = vault("audit", "ls", "--kind", "alarm.raised").json()[0]["what"]
    assert container(vault) in alarm


def test_damage_amid_the_stream_says_how_many_bytes_to_throw_away(
    vault: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stored().open("r+b") as file:
        file.seek(12288 + 1_100_000)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))
    monkeypatch.setattr(vault_read, "_PIECE", 1024 * 1024)

    done, read = poured(vault, monkeypatch, *READ)

    assert (done.code, read) == (6, DATA[: 1024 * 1024])
    told = " ".join(done.err.split())
    assert "container-chunk-damaged" in told
    assert "1,048,576 bytes went out before that was found" in told
    assert "are to be thrown away" in told
    assert "next: throw away what was read of it before" in told


@pytest.mark.parametrize(
    ("words", "code", "exit_code"),
    [
        (["gone.bin"], "file-unknown", 2),
        (["../../ringwall.toml"], "file-unknown", 2),
    ],
)
def test_a_file_that_is_not_in_the_vault_exits_2(
    vault: Ringwall,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    code: str,
    exit_code: int,
) -> None:
    done, read = poured(vault, monkeypatch, *READ, *words)

    assert (done.code, read) == (exit_code, b"")
    assert code in done.err


def test_a_reader_that_goes_away_gives_141(vault: Ringwall) -> None:
    assert vault("vault", "keys").code == 0
    reader, writer = os.pipe()
    os.close(reader)

    done = subprocess.run(
        [PROGRAM, *READ], stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)

    assert done.returncode == 141


def test_a_bar_on_the_terminal_does_not_get_into_the_bytes(vault: Ringwall) -> None:
    assert vault("vault", "keys").code == 0
    main, terminal = pty.openpty()

    done = subprocess.run(
        [PROGRAM, *READ], stdout=subprocess.PIPE, stderr=terminal, check=False
    )
    os.close(terminal)
    os.close(main)

    assert hashlib.sha256(done.stdout).digest() == hashlib.sha256(DATA).digest()
    assert FILE.encode() not in done.stdout
