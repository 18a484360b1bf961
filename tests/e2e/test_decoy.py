"""Decoys from the command line: placed by the few, invisible to everybody else."""

import json
from pathlib import Path

import pytest

from tests.e2e.running import PERMITTED, Ringwall

ASSET = "weights:aurora-2"
BY = ("--by", "user:hedy")


@pytest.fixture
def placed(ringwall: Ringwall) -> Ringwall:
    """The command line, with a decoy placed."""
    assert ringwall("decoy", "add", *BY, ASSET).code == 0
    return ringwall


def test_a_decoy_is_placed_listed_and_lifted(ringwall: Ringwall) -> None:
    first = ringwall("decoy", "add", *BY, ASSET)
    again = ringwall("decoy", "add", *BY, ASSET)
    listed = ringwall("decoy", "ls").json()
    lifted = ringwall("decoy", "lift", *BY, ASSET)

    assert first.json()["outcome"] == "placed"
    assert again.json() == {"asset": ASSET, "outcome": "a decoy already", "entry": None}
    assert listed == [{"asset": ASSET, "on_record": True}]
    assert lifted.json()["entry"] == first.json()["entry"] + 1
    assert ringwall("decoy", "lift", *BY, ASSET).json()["outcome"] == "no decoy"
    assert ringwall.table("decoy", "ls").out == "no decoys\n"
    assert ringwall("audit", "verify").code == 0


def test_a_table_says_in_one_line_what_was_done(ringwall: Ringwall) -> None:
    done = ringwall.table("decoy", "add", *BY, ASSET)

    assert done.out.startswith(f"{ASSET}: placed, entry ")
    assert (
        ringwall.table("decoy", "add", *BY, ASSET).out == f"{ASSET}: a decoy already\n"
    )


def test_what_is_not_on_record_becomes_no_decoy(ringwall: Ringwall) -> None:
    done = ringwall("decoy", "add", *BY, "weights:nowhere")

    assert done.code == 2
    assert "unknown-asset" in done.err


@pytest.mark.parametrize("words", [(), (ASSET, "--all")])
def test_what_to_lift_has_to_be_said_once(
    ringwall: Ringwall, words: tuple[str, ...]
) -> None:
    assert ringwall("decoy", "lift", *BY, *words).code == 2


def test_without_their_key_decoys_are_not_listed_and_all_can_be_lifted(
    placed: Ringwall, institute: Path
) -> None:
    (institute / "keys" / "decoys.key").unlink()

    listed = placed("decoy", "ls")
    lifted = placed("decoy", "lift", *BY, "--all")

    assert listed.code == 3
    assert "decoy-key-missing" in listed.err
    assert lifted.json() == {"lifted": 1}
    assert placed.table("decoy", "lift", *BY, "--all").out == "lifted: 0\n"
    assert placed("decoy", "add", *BY, ASSET).code == 0


def test_an_asset_that_is_gone_is_listed_as_such(
    placed: Ringwall, tmp_path: Path
) -> None:
    asset = {"id": "dataset:bait", "tier": "lower", "content": "internal"}
    (tmp_path / "bait.yaml").write_text(json.dumps({"assets": [asset]}))
    (tmp_path / "gone.yaml").write_text(json.dumps({"remove": ["dataset:bait"]}))
    assert placed("apply", tmp_path / "bait.yaml").code == 0
    assert placed("decoy", "add", *BY, "dataset:bait").code == 0
    assert placed("apply", tmp_path / "gone.yaml").code == 0

    done = placed("decoy", "ls")

    assert {"asset": "dataset:bait", "on_record": False} in done.json()
    assert "lift it" in done.err


@pytest.mark.parametrize(
    "words",
    [
        ("who-can", "weights.read", ASSET),
        ("who-can", "weights.read", ASSET, "--format", "table"),
        ("what-can", "user:ada"),
        ("what-can", "user:ada", "--format", "table"),
        ("tier", "ls"),
        ("tier", "ls", "--format", "csv"),
        ("policy", "lint"),
        ("audit", "ls", "--asset", ASSET),
        ("audit", "ls", "--kind", "decision.made"),
        ("audit", "ls", "--kind", "fact.declared", "--limit", "500"),
    ],
    ids=" ".join,
)
def test_nobody_who_looks_sees_that_something_is_a_decoy(
    ringwall: Ringwall, words: tuple[str, ...]
) -> None:
    before = ringwall(*words)
    assert ringwall("decoy", "add", *BY, ASSET).code == 0
    after = ringwall(*words)

    assert before.code in {0, 3}
    assert (after.code, after.out, after.err) == (before.code, before.out, before.err)


def test_an_export_holds_no_more_than_the_marks(
    placed: Ringwall, tmp_path: Path
) -> None:
    assert placed("audit", "export", "--tiles", tmp_path / "tiles").code == 0
    folder = tmp_path / "tiles" / "tile" / "entries"
    entries = b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())
    events = [
        json.loads(b"{" + part.partition(b"}")[0] + b"}")
        for part in entries.split(b"{")
        if b'"kind":"decoy.placed"' in part
    ]

    assert len(events) == 2
    assert all(event.keys() == {"v", "kind", "at", "mark", "by"} for event in events)


def test_the_caller_is_told_what_everybody_is_told(ringwall: Ringwall) -> None:
    asked = [*PERMITTED, "--for-caller"]
    plain = ringwall(*asked).json()
    assert ringwall("decoy", "add", *BY, ASSET).code == 0
    touched = ringwall(*asked).json()

    for answer in (plain, touched):
        for name in ("id", "at", "receipt"):
            answer["context"].pop(name, None)
    assert touched == plain


def test_a_touch_is_found_as_a_report_and_as_an_alarm(placed: Ringwall) -> None:
    assert placed(*PERMITTED).code == 0

    (report,) = placed("audit", "ls", "--kind", "report.filed").json()
    (alarm,) = placed("audit", "ls", "--kind", "alarm.raised").json()
    shown = placed("audit", "show", report["entry"])
    tail = placed("audit", "tail", "-n", "3")

    assert "a decoy was asked for" in report["what"]
    assert "a decoy was asked for" in alarm["what"]
    assert shown.code == tail.code == 0
    assert ASSET in shown.out
    assert "report.filed" in tail.out
    assert placed("audit", "verify").json()["sound"] is True
