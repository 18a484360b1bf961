"""`audit`: the record read, verified, damaged and replayed."""

import json
import sqlite3
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from ringwall.institute import Institute
from ringwall.model.disagreements import Disagreement
from ringwall.model.events import alarm_raised, amount_left
from ringwall.model.requests import AccessRequest
from ringwall.signing.keys import format_vkey, generate_signing_key
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
    changed = entry.replace(b"user:ada", b"user:eve")
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
        "UPDATE registry SET document = replace(document, 'SL3', 'SL4') "
        "WHERE id = 'user:mary'"
    )


def drop_a_fact(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM registry WHERE id = 'user:mary'")


def change_a_decision(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE decision SET effect = 'permit'")


def change_the_note(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE head SET note = CAST(note || 'x' AS BLOB)")


DAMAGES = {
    "entry-changed": [change_entry, change_hash],
    "log-truncated": [drop_the_last_entry],
    "entry-missing": [drop_an_entry],
    "entries-unsigned": [add_an_entry],
    "row-changed": [change_a_fact, change_a_decision],
    "row-missing": [drop_a_fact],
}


def test_ls_lists_the_newest_first(ringwall: Ringwall) -> None:
    ringwall(*READ, "--authn", "mfa")

    rows = ringwall("audit", "ls").json()

    assert len(rows) == 50
    assert rows[0]["effect"] == "deny"
    assert rows[0]["code"] == "authentication-insufficient"
    assert rows[1]["kind"] == "fact.declared"
    assert all(later["entry"] - 1 == row["entry"] for later, row in pairwise(rows))


def test_ls_tells_each_kind_of_entry_in_words(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    ringwall(*PERMITTED)
    removal = tmp_path / "removal.yaml"
    removal.write_text("remove: [dataset:street-signs]\n")
    ringwall("apply", removal)

    out = ringwall.table("audit", "ls", "--limit", 1000).out

    words = " ".join(out.split())
    assert "permit user:ada weights.read weights:aurora-2" in words
    assert "removed dataset:street-signs" in words
    assert "declared user:ada" in words
    assert "policies put in force: " in words
    assert "institute created: institute" in words
    assert max(map(len, out.splitlines())) <= 80


def raise_alarm(institute: Path, decision: str) -> int:
    """Record that two engines disagreed on a decision; return where it stands."""
    found = Disagreement("access", "permit by acc-031", "deny")
    ledger = Institute(institute).ledger(writable=True)
    (receipt,) = ledger.append(
        [alarm_raised(1_795_262_400_000_000, decision, "ab" * 32, found)]
    )
    ledger.close()
    return receipt.index


def test_ls_and_show_tell_an_alarm_in_words(
    ringwall: Ringwall, institute: Path
) -> None:
    decision = ringwall(*PERMITTED).json()["context"]["id"]
    index = raise_alarm(institute, decision)
    answers = "compiled: permit by acc-031; Casbin: deny"
    words = f"engines disagree on access ({answers}) in {decision}"

    listed = ringwall.table("audit", "ls", "--kind", "alarm.raised").out
    (row,) = ringwall("audit", "ls", "--kind", "alarm.raised").json()
    shown = ringwall.table("audit", "show", index).out
    event = ringwall("audit", "show", index).json()["event"]

    assert f"alarm: {words}" in " ".join(listed.split())
    assert (row["entry"], row["code"]) == (index, "engines-disagree")
    assert words in " ".join(shown.split())
    assert (event["decision"], event["casbin"]) == (decision, "deny")
    assert ringwall("audit", "ls", "--subject", "user:nobody").json() == []


def test_ls_and_show_tell_what_left_and_with_whom(ringwall: Ringwall) -> None:
    words = [word.replace("user:ada", "user:alan") for word in PERMITTED]
    decision = ringwall(*words, "--bytes", 12_345).json()["context"]

    listed = ringwall.table("audit", "ls", "--kind", "amount.left").out
    (row,) = ringwall("audit", "ls", "--kind", "amount.left").json()
    shown = ringwall("audit", "show", row["entry"]).json()

    said = f"left: 12,345 bytes of weights:aurora-2 with user:alan in {decision['id']}"
    assert said in " ".join(listed.split())
    assert (row["subject"], row["resource"]) == ("user:alan", "weights:aurora-2")
    assert row["entry"] == decision["receipt"]["index"] + 1
    assert shown["event"]["bytes"] == 12_345


def test_a_copy_is_told_as_one(ringwall: Ringwall, institute: Path) -> None:
    request = AccessRequest(
        "user:grace", "weights.copy", "weights:aurora-2", "point:vault-desk"
    )
    ledger = Institute(institute).ledger(writable=True)
    ledger.append([amount_left(1_795_262_400_000_000, "dec-1", request, 0, 1)])
    ledger.close()

    (row,) = ringwall("audit", "ls", "--kind", "amount.left").json()

    assert row["what"].startswith("left: 0 bytes and 1 copy of weights:aurora-2 ")


def test_an_alarm_is_verified_and_replayed_like_any_entry(
    ringwall: Ringwall, institute: Path, tmp_path: Path
) -> None:
    raise_alarm(institute, ringwall(*PERMITTED).json()["context"]["id"])

    assert ringwall("audit", "verify").json()["sound"]
    assert ringwall("audit", "replay", tmp_path / "new.db").json()["equal"]


def test_ls_filters(ringwall: Ringwall) -> None:
    ringwall(*PERMITTED)
    middle = ringwall(*READ).json()["context"]
    other = [word.replace("user:ada", "user:emmy") for word in PERMITTED]
    last = ringwall(*other, "--asset", "weights:aurora-1").json()["context"]

    def ids(*words: object) -> list[str]:
        rows = ringwall("audit", "ls", "--kind", "decision.made", *words).json()
        return [row["id"] for row in rows]

    assert len(ids()) == 3
    assert ids("--subject", "user:emmy") == [last["id"]]
    assert ids("--asset", "weights:aurora-1") == [last["id"]]
    assert ids("--effect", "deny") == [last["id"], middle["id"]]
    assert ids("--since", middle["at"]) == [last["id"], middle["id"]]
    assert ids("--effect", "deny", "--limit", "1") == [last["id"]]
    assert ids("--subject", "user:nobody") == []


@pytest.mark.parametrize(
    "words",
    [
        ("--kind", "decision"),
        ("--effect", "allow"),
        ("--since", "yesterday"),
        ("--since", "2026-02-30T00:00:00Z"),
        ("--subject", "Ada"),
        ("--asset", ""),
        ("--limit", "0"),
        ("--limit", "many"),
    ],
)
def test_ls_refuses_a_filter_that_can_find_nothing(
    ringwall: Ringwall, words: tuple[str, str]
) -> None:
    done = ringwall("audit", "ls", *words)

    if words == ("--asset", ""):  # an empty variable is none
        assert done.code == 0
        return
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("ringwall: usage: ")
    assert done.err.splitlines()[1] == "next: run `ringwall audit ls --help`"


def test_ls_holds_one_entry_of_a_long_log_at_a_time(
    ringwall: Ringwall, institute: Path
) -> None:
    opened_ledger = Institute(institute).ledger(writable=True)
    event = opened_ledger.entry(20).event
    opened_ledger.append([{**event, "pad": "x" * 10_000}] * 2_000)
    opened_ledger.close()
    ringwall("audit", "ls", "--limit", 1)

    tracemalloc.start()
    done = ringwall("audit", "ls", "--kind", "decision.made", "--limit", 1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert done.out == "[]\n"
    assert peak < 15_000_000  # the log is 20 MB


def test_show_prints_an_entry_by_index_and_by_id(ringwall: Ringwall) -> None:
    context = ringwall(*PERMITTED).json()["context"]

    by_index = ringwall("audit", "show", context["receipt"]["index"])
    by_id = ringwall("audit", "show", context["id"])
    as_table = ringwall.table("audit", "show", context["id"])

    assert by_index.json() == by_id.json()
    assert by_id.json()["leaf"] == context["receipt"]["leaf"]
    assert by_id.json()["event"]["effect"] == "permit"
    first, second, *rest = as_table.out.splitlines()
    assert first == f"entry    {context['receipt']['index']}"
    assert second == f"leaf     {context['receipt']['leaf']}"
    assert json.loads("".join(rest)) == by_id.json()["event"]


def test_show_in_csv_holds_nested_parts_as_json(ringwall: Ringwall) -> None:
    (row,) = ringwall("audit", "show", 2, "--format", "csv").csv()

    assert json.loads(row["document"])["id"] == row["id"]


@pytest.mark.parametrize("name", ["10000", "9" * 30, "dec-nothing", "last"])
def test_show_of_nothing_exits_2(ringwall: Ringwall, name: str) -> None:
    done = ringwall("audit", "show", name)

    assert (done.code, done.out) == (2, "")
    assert "ringwall: unknown-" in done.err


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
    assert row["root"] == report["root"]


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


def test_a_forged_head_is_found(ringwall: Ringwall) -> None:
    with opened() as connection:
        change_the_note(connection)

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
    "vkey", ["x", "a+b+c", "example.org/log+00000000+AAAA", "\x1b[31m"]
)
def test_a_malformed_key_exits_3(ringwall: Ringwall, vkey: str) -> None:
    done = ringwall("audit", "verify", "--vkey", vkey)

    assert (done.code, done.out) == (3, "")
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
    assert "row-changed in table registry row user:mary" in done.out


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
