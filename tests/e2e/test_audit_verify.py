"""`audit verify` and `audit replay`: the record damaged, checked and rebuilt."""

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ringwall.signing.cosigner_keys import generate_cosigning_key
from ringwall.signing.keys import (
    format_vkey,
    generate_signing_key,
    parse_signing_key,
)
from ringwall.tlog.checkpoints import Checkpoint, sign_checkpoint
from tests.e2e.running import PERMITTED, READ, Ringwall, Screen

LEDGER = Path("ledger.db")


@contextmanager
def opened(path: Path = LEDGER) -> Iterator[sqlite3.Connection]:
    """Open a ledger behind the tool's back, its guards set aside meanwhile."""
    connection = sqlite3.connect(path)
    guards = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    triggers = connection.execute(guards).fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    yield connection
    for _, text in triggers:
        connection.execute(text)
    connection.commit()
    connection.close()


def change_entry(connection: sqlite3.Connection) -> None:
    query = "SELECT idx, entry FROM leaf ORDER BY idx DESC LIMIT 1"
    index, entry = connection.execute(query).fetchone()
    changed = entry.replace(b'"deny"', b'"permit"')
    assert changed != entry
    connection.execute("UPDATE leaf SET entry = ? WHERE idx = ?", (changed, index))


def change_hash(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE leaf SET hash = zeroblob(32) WHERE idx = 5")


def drop_the_last_entry(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM leaf WHERE idx = (SELECT max(idx) FROM leaf)")


def drop_an_entry(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM leaf WHERE idx = 7")


def add_an_entry(connection: sqlite3.Connection) -> None:
    connection.execute(
        "INSERT INTO leaf SELECT idx + 1, hash, entry FROM leaf "
        "ORDER BY idx DESC LIMIT 1"
    )


def change_a_fact(connection: sqlite3.Connection) -> None:
    connection.execute(
        "UPDATE registry SET document = replace(document, 'aurora', 'aurorA') "
        "WHERE id = 'weights:aurora-2'"
    )


def drop_a_fact(connection: sqlite3.Connection) -> None:
    connection.execute(
        "DELETE FROM registry WHERE id = (SELECT token FROM disclosure "
        "WHERE owner = token AND value = CAST('\"user:mary\"' AS BLOB))"
    )


def change_a_decision(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE decision SET effect = 'permit'")


def change_a_tile(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO tile VALUES (0, 7, X'00', X'00')")


def drop_a_disclosure(connection: sqlite3.Connection) -> None:
    connection.execute(
        "DELETE FROM disclosure WHERE token = "
        "(SELECT max(token) FROM disclosure WHERE owner = token)"
    )


def change_the_seal(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE head SET seal = CAST(seal || 'x' AS BLOB)")


DAMAGES = {
    "entry-changed": [change_entry, change_hash],
    "log-truncated": [drop_the_last_entry],
    "entry-missing": [drop_an_entry],
    "entries-unsigned": [add_an_entry],
    "row-changed": [change_a_fact, change_a_decision],
    "row-missing": [drop_a_fact],
    "tile-unfounded": [change_a_tile],
    "disclosure-missing": [drop_a_disclosure],
}


def test_a_sound_record_verifies(ringwall: Ringwall) -> None:
    ringwall(*PERMITTED)

    as_json = ringwall("audit", "verify")
    as_table = ringwall.table("audit", "verify")
    (row,) = ringwall("audit", "verify", "--format", "csv").csv()

    report = as_json.json()
    assert as_json.code == as_table.code == 0
    assert report["sound"] is True
    assert report["findings"] == []
    assert report["size"] == report["signed_size"]
    assert report["signer"] == "example.org/log"
    assert as_table.out.splitlines()[0] == (
        "SOUND    every entry, the signed head and every table agree"
    )
    assert "keys/log.vkey of this folder" in as_table.out
    # A spreadsheet must not take one that begins with `+` for a formula.
    assert row["root"].removeprefix("'") == report["root"]


@pytest.mark.parametrize(
    ("code", "damage"),
    [(code, damage) for code, damages in DAMAGES.items() for damage in damages],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_each_damage_is_found(
    ringwall: Ringwall, code: str, damage: Callable[[sqlite3.Connection], None]
) -> None:
    ringwall(*READ)
    with opened() as connection:
        damage(connection)

    as_json = ringwall("audit", "verify")
    as_table = ringwall.table("audit", "verify")

    report = as_json.json()
    assert as_json.code == as_table.code == 6
    assert report["sound"] is False
    assert code in {finding["code"] for finding in report["findings"]}
    assert as_table.out.startswith("UNSOUND  ")
    assert f"\n{code} in " in as_table.out
    assert max(map(len, as_table.out.splitlines())) <= 80


def test_a_person_is_called_by_the_id(ringwall: Ringwall) -> None:
    with opened() as connection:
        drop_a_fact(connection)

    done = ringwall.table("audit", "verify")

    assert "row-missing in table registry row user:mary" in done.out


def test_the_checkpoint_that_was_kept_is_extended_or_the_log_has_forked(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    kept, forked = tmp_path / "kept", tmp_path / "forked"
    with opened() as connection:
        [(note,)] = connection.execute("SELECT note FROM checkpoint LIMIT 1")
    kept.write_bytes(note)
    key = parse_signing_key(Path("keys/log.key").read_text().strip())
    forked.write_bytes(sign_checkpoint(Checkpoint(key.name, 3, bytes(32)), key))
    ringwall(*PERMITTED)

    assert ringwall("audit", "verify", "--from", kept, "--anchor", kept).code == 0
    done = ringwall("audit", "verify", "--from", forked)
    shown = ringwall.table("audit", "verify", "--from", forked)

    assert done.code == shown.code == 6
    assert [found["code"] for found in done.json()["findings"]] == ["log-forked"]
    [fork] = done.json()["forks"]
    assert fork["note"] == forked.read_text()
    assert "log-forked in --from" in shown.out
    assert "signed, of this log:" in shown.out


def test_the_log_alone_is_verified_on_demand(ringwall: Ringwall) -> None:
    with opened() as connection:
        change_a_decision(connection)
        drop_a_fact(connection)

    done = ringwall("audit", "verify", "--log-only")
    shown = ringwall.table("audit", "verify", "--log-only")

    assert done.code == 0
    assert done.json()["left_out"]
    assert shown.out.startswith("SOUND    all that was looked at agrees")


def test_a_policy_that_is_not_met_is_told(ringwall: Ringwall, tmp_path: Path) -> None:
    policy = tmp_path / "policy"
    witness = format_vkey(generate_cosigning_key("witness.example/a").verifier())
    policy.write_text(f"witness a {witness}\nquorum a\n")

    done = ringwall("audit", "verify", "--witness-policy", policy)

    assert done.code == 6
    assert [found["code"] for found in done.json()["findings"]] == ["quorum-not-met"]
    assert done.json()["policy"] == {
        "file": str(policy),
        "met": False,
        "size": None,
        "by": [],
    }
    table = ringwall.table("audit", "verify", "--witness-policy", policy).out
    assert f"{policy}: not met" in " ".join(table.split())
    policy.write_text("quorum\n")
    assert ringwall("audit", "verify", "--witness-policy", policy).code == 3


@pytest.mark.parametrize("option", ["--from", "--anchor", "--witness-policy"])
def test_a_file_that_is_none_is_a_mistake_of_the_command_line(
    ringwall: Ringwall, tmp_path: Path, option: str
) -> None:
    os.mkfifo(tmp_path / "pipe")

    for name in ("pipe", "nowhere", "."):
        done = ringwall("audit", "verify", option, tmp_path / name)
        assert (done.code, done.out) == (2, "")
    done = ringwall("audit", "verify", option, tmp_path / "pipe")
    assert "input-unreadable" in done.err


def test_a_forged_head_is_found(ringwall: Ringwall) -> None:
    with opened() as connection:
        change_the_seal(connection)

    done = ringwall("audit", "verify")

    assert done.code == 6
    assert done.json()["signed_size"] is None


def test_the_key_of_the_log_may_come_from_elsewhere(
    ringwall: Ringwall, institute: Path
) -> None:
    vkey = (institute / "keys" / "log.vkey").read_text().strip()
    (institute / "keys" / "log.vkey").unlink()

    done = ringwall.table("audit", "verify", "--vkey", vkey)

    assert done.code == 0
    assert "key      as given" in done.out


def test_another_key_does_not_verify(ringwall: Ringwall) -> None:
    other = format_vkey(generate_signing_key("example.org/log").verifier())

    done = ringwall("audit", "verify", "--vkey", other)

    assert done.code == 6
    assert done.json()["sound"] is False


@pytest.mark.parametrize(
    "vkey", ["", "x", "a+b+c", "example.org/log+00000000+AAAA", "\x1b[31m"]
)
def test_a_malformed_key_is_misuse(ringwall: Ringwall, vkey: str) -> None:
    done = ringwall("audit", "verify", "--vkey", vkey)

    assert (done.code, done.out) == (2, "")
    assert "key-malformed" in done.err
    assert "next: give the whole line that `ringwall init` printed" in done.err


def test_a_record_is_verified_without_being_touched(
    ringwall: Ringwall, institute: Path
) -> None:
    before = {path: path.read_bytes() for path in institute.iterdir() if path.is_file()}

    ringwall("audit", "verify")

    assert before == {path: path.read_bytes() for path in before}


def test_a_replay_is_equal_and_verifies(ringwall: Ringwall, tmp_path: Path) -> None:
    ringwall(*PERMITTED)
    target = tmp_path / "rebuilt.db"

    done = ringwall("audit", "replay", target)

    assert done.code == 0
    assert done.json()["equal"] is True
    target.replace("ledger.db")
    assert ringwall("audit", "verify").code == 0


def test_a_replay_never_overwrites(ringwall: Ringwall) -> None:
    done = ringwall("audit", "replay", "ringwall.toml")

    assert (done.code, done.out) == (3, "")
    assert "target-exists" in done.err


def test_a_replay_of_a_damaged_record_exits_6_and_names_the_rows(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    with opened() as connection:
        change_a_fact(connection)

    done = ringwall.table("audit", "replay", tmp_path / "rebuilt.db")

    assert done.code == 6
    assert "row-changed in table registry row weights:aurora-2" in done.out


def test_a_replay_into_a_folder_that_is_not_there_is_one_clear_line(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    done = ringwall("audit", "replay", tmp_path / "none" / "rebuilt.db")

    assert done.code in {3, 8, 70}
    assert len(done.err.splitlines()) == 2


def test_progress_is_shown_on_a_terminal_only(
    ringwall: Ringwall, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert ringwall("audit", "verify").err == ""
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")

    assert ringwall("audit", "verify").code == 0
    assert ringwall("audit", "replay", tmp_path / "rebuilt.db").code == 0

    assert "verifying" in screen.getvalue()
    assert "replaying" in screen.getvalue()
