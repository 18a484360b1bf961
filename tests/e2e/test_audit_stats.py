"""`audit stats`: what is on record, in numbers."""

from pathlib import Path

import pytest

from ringwall.institute import Institute
from ringwall.ledger.asking import statistics
from ringwall.ledger.asking.covering import Seen
from ringwall.ledger.store import sqlite_safety
from ringwall.model.events import log_pruned, witness_added, witness_quorum
from ringwall.signing.cosigner_keys import CosigningKey
from ringwall.signing.keys import format_vkey
from tests.e2e.running import PERMITTED, READ, Ringwall

AT = 1_795_262_400_000_000


def test_stats_counts_what_is_on_record(ringwall: Ringwall) -> None:
    permit = ringwall(*PERMITTED).json()["context"]
    deny = ringwall(*READ, "--authn", "mfa").json()["context"]

    found = ringwall("audit", "stats").json()

    size = deny["receipt"]["index"] + 1
    assert found["entries"] == size == sum(found["kinds"].values())
    assert found["kinds"]["decision.made"] == 2
    assert found["effects"] == {"permit": 1, "deny": 1}
    assert found["codes"] == {"authentication-insufficient": 1}
    assert found["rules"]["acc-031"] == 2
    assert (found["subjects"], found["subject_count"]) == ({"user:ada": 2}, 1)
    assert found["last"] == deny["at"] > permit["at"] > found["first"]
    assert (found["checkpoint"], found["since_checkpoint"]) == (size, 0)
    assert found["file_bytes"] > 100_000
    assert (found["unclean_ends"], found["not_acknowledged"]) == (0, 0)
    assert (found["witnesses"], found["quorum"]) == ([], None)
    assert found["sqlite"] == sqlite_safety()


def test_stats_for_people_names_the_most_frequent(ringwall: Ringwall) -> None:
    ringwall(*PERMITTED)

    out = ringwall.table("audit", "stats").out

    assert "answers  permit 1\n" in out
    assert "reasons  none\n" in out
    assert "subjects 1 in all: user:ada 1\n" in out
    assert "unclean  0 ends; 0 entries may not have been acknowledged\n" in out
    assert "erased   0 tokens; pruned: nothing\n" in out
    assert "sqlite   " in out
    assert "quorum" not in out
    assert max(map(len, out.splitlines())) <= 80


def test_stats_tells_how_far_behind_witnesses_are(
    ringwall: Ringwall, institute: Path
) -> None:
    ledger = Institute(institute).ledger(writable=True)
    vkey = format_vkey(CosigningKey("w.example/w", bytes(32)).verifier())
    ledger.append(
        [
            witness_added(AT, "north", vkey),
            witness_quorum(AT, 1, 60, mandatory=False),
            log_pruned(AT, 2, "ten years"),
        ]
    )
    ledger.close()

    found = ringwall("audit", "stats").json()
    out = ringwall.table("audit", "stats").out

    behind = found["entries"]
    assert found["witnesses"] == [
        {
            "name": "north",
            "size": None,
            "entries_behind": behind,
            "seconds_behind": None,
        }
    ]
    assert found["quorum"] == {"need": 1, "seconds": 60, "mandatory": False}
    assert f"witness  north: {behind} entries behind\n" in out
    assert "quorum   1 in 60 s, an alarm if not\n" in out
    assert "pruned: entries before 2\n" in out


def test_stats_tells_when_a_witness_cosigned_last(
    ringwall: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statistics, "last_seen", lambda *_: (Seen("north", 5, AT),))

    found = ringwall("audit", "stats").json()
    out = ringwall.table("audit", "stats").out

    (witness,) = found["witnesses"]
    assert (witness["size"], witness["entries_behind"]) == (5, found["entries"] - 5)
    assert witness["seconds_behind"] > 0
    assert " entries behind, " in out


def test_stats_in_csv_is_one_row(ringwall: Ringwall) -> None:
    (row,) = ringwall("audit", "stats", "--format", "csv").csv()

    assert row["effects"] == "{}"
    assert int(row["entries"]) > 100


@pytest.mark.parametrize("fmt", ["table", "json", "ndjson", "csv"])
def test_stats_says_beside_its_output_that_it_only_counts(
    ringwall: Ringwall, fmt: str
) -> None:
    told = (
        "counted from the tables, not checked against the entries: `audit verify` does"
    )
    done = ringwall("audit", "stats", "--format", fmt)

    assert (done.code, done.err) == (0, told + "\n")
    assert "checked" not in done.out
    assert len(told) <= 80
    if fmt == "json":
        assert done.json()["verified"] is False
