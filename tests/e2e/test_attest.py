"""`attest`: a table of measures becomes attestations on record, whole or not at all."""

from pathlib import Path

import pytest

from tests.e2e.running import Ringwall

HEADER = "holder,measure,assessor,from,until,evidence,source\n"
EVIDENCE = "ab" * 32
CAMPUS = [
    *("SL2-WS-1", "SL2-WS-2", "SL2-TU-1", "SL2-WP-1", "SL2-WP-2", "SL2-AC-1"),
    *("SL2-MO-1", "SL2-MR-1", "SL2-MR-2", "SL2-SW-1", "SL2-ID-2", "SL2-ID-5"),
    *("SL2-HW-2", "SL2-ST-1", "SL2-ST-2", "SL2-ST-4", "SL2-CM-2", "SL2-PH-1"),
    *("SL2-PH-2", "SL2-FM-1", "SL2-RT-1"),
]
"""What the campus lacks of SL2."""
FINETUNE = [
    *("check", "--subject", "user:sofia", "--action", "weights.finetune"),
    *("--asset", "weights:pico-1", "--via", "point:campus-desk", "--authn", "mfa"),
]
"""A question that needs a site of SL2."""


def row(
    measure: str, holder: str = "site:campus", assessor: str = "org:example-assurance"
) -> str:
    dates = "2026-03-01T00:00:00Z,2039-03-01T00:00:00Z"
    return f"{holder},{measure},{assessor},{dates},{EVIDENCE},report 21\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table that lifts the campus to SL2."""
    file = tmp_path / "campus.csv"
    file.write_text(HEADER + "".join(map(row, CAMPUS)))
    return file


def test_what_is_attested_counts_from_the_next_question_on(
    ringwall: Ringwall, table: Path
) -> None:
    before = ringwall(*FINETUNE)

    done = ringwall("attest", table)
    after = ringwall(*FINETUNE)

    assert (before.code, done.code, after.code) == (1, 0, 0)
    assert done.json()["changes"] == [
        {"change": "changed", "id": "site:campus", "fields": ["attestations"]}
    ]
    (entry, _) = done.json()["entries"]
    document = ringwall("audit", "show", entry).json()["event"]["document"]
    old, new = document["attestations"]
    assert old["source"] == "walk-through 6"
    assert new["measures"] == sorted(CAMPUS)
    assert (new["assessor"], new["source"]) == ("org:example-assurance", "report 21")


def test_attesting_the_same_again_changes_nothing(
    ringwall: Ringwall, table: Path
) -> None:
    ringwall("attest", table)

    again = ringwall("attest", table)

    assert (again.code, again.json()["changes"]) == (0, [])
    assert "entries" not in again.json()


def test_a_dry_run_writes_nothing(
    ringwall: Ringwall, institute: Path, table: Path
) -> None:
    before = (institute / "ledger.db").read_bytes()

    done = ringwall.table("attest", table, "--dry-run")

    assert done.out.splitlines()[-1] == (
        "0 added, 1 changed, 0 removed, 0 unchanged; nothing was written (--dry-run)"
    )
    assert (institute / "ledger.db").read_bytes() == before


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (row("SL3-WS-1", assessor="org:institute"), "assessor-not-independent"),
        (row("SL1-FM-1"), "wrong-value"),
        (row("SL2-ZZ-1"), "unknown-measure"),
        (row("SL2-OR-1"), "measure-elsewhere"),
        (row("SL2-WS-1", holder="org:institute"), "measure-elsewhere"),
        (row("SL2-WS-1", holder="site:none"), "unknown-reference"),
        (row("SL2-WS-1", assessor="org:none"), "unknown-reference"),
        (row("SL1-WS-2"), "attestation-overlaps"),
        (row("SL2-WS-1").replace("report 21", "=cmd"), "formula"),
        ("x\n", "csv-width"),
    ],
)
def test_a_table_is_refused_whole_with_the_line(
    ringwall: Ringwall, institute: Path, table: Path, wrong: str, code: str
) -> None:
    if code == "wrong-value":
        wrong = wrong.replace("SL1-FM-1", "SL1")
    before = (institute / "ledger.db").read_bytes()
    table.write_text(table.read_text().replace(row("SL2-WS-1"), "") + wrong)
    last = len(table.read_text().splitlines())

    done = ringwall("attest", table, "--format", "json")

    (fault,) = done.error()["faults"]
    assert (done.code, done.out) == (3, "")
    assert (fault["file"], fault["line"], fault["code"]) == (str(table), last, code)
    assert (institute / "ledger.db").read_bytes() == before


def test_a_table_that_is_not_there_is_told(ringwall: Ringwall) -> None:
    done = ringwall("attest", "none.csv")

    assert (done.code, done.out) == (3, "")
    assert "file-unreadable" in done.err
