"""What `audit verify` says that it compared, to people and to programs."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ringwall.cli.verified import Verified, show_verified, value_of
from ringwall.ledger.verification.claims import Compared, Signed
from ringwall.ledger.verification.findings import Finding
from ringwall.ledger.verification.quorum import Watch
from ringwall.ledger.verification.report import Report
from ringwall.signing.cosigner_keys import generate_cosigning_key
from ringwall.signing.keys import format_vkey
from ringwall.tlog.checkpoints import Checkpoint
from tests.e2e.running import PERMITTED, Ringwall

BARE = Report(3, bytes(32), "log.example", ())
LATE = 1_800_000_000_000_000
FAR = 1 << 62


def shown(capture: pytest.CaptureFixture[str], report: Report, **files: str) -> str:
    """Return what people are shown of a report."""
    named = {f"--{place.strip('_')}": path for place, path in files.items()}
    show_verified(Verified(report, is_key_given=False, files=named))
    return " ".join(capture.readouterr().out.split())


def test_nothing_from_elsewhere_is_said_to_be_nothing(
    ringwall: Ringwall, institute: Path
) -> None:
    value = ringwall("audit", "verify").json()
    table = ringwall.table("audit", "verify").out
    vkey = (institute / "keys" / "log.vkey").read_text().strip()

    assert (value["key"], value["from"], value["second_place"]) == (
        "folder",
        None,
        None,
    )
    assert (value["warnings"], value["next"]) == ([], None)
    assert value["witnesses"]["asked"] == 0
    assert "which so vouches for itself" in table
    assert "from     none, so nothing was compared" in table
    assert "anchor   none, so nothing was compared" in table
    assert "witness  none on record" in table
    assert "next:" not in table
    given = ringwall("audit", "verify", "--vkey", vkey)
    assert given.json()["key"] == "given"


def test_what_was_compared_is_told_with_its_size(
    ringwall: Ringwall, institute: Path, tmp_path: Path
) -> None:
    kept, anchor = tmp_path / "kept", tmp_path / "anchor"
    ringwall("audit", "checkpoint", "-o", kept)
    with (institute / "ringwall.toml").open("a") as file:
        file.write(f'anchor = "{anchor}"\n')
    begun = ringwall("audit", "checkpoint", "--anchor-anew", "--reason", "first")
    size = begun.json()["size"]

    value = ringwall("audit", "verify", "--from", kept).json()
    table = " ".join(ringwall.table("audit", "verify", "--from", kept).out.split())

    assert value["from"] == {"file": str(kept), "size": size - 1, "extended": True}
    assert value["second_place"] == {
        "file": str(anchor),
        "size": size,
        "extended": True,
    }
    assert f"{kept}: compared to size {size - 1}, which the log extends" in table
    assert f"{anchor}: compared to size {size}, which the log extends" in table


def test_who_met_a_policy_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    signed = Signed(Checkpoint("log.example", 212, bytes(32)), b"", ())
    report = replace(BARE, witnessed=signed, met_by=("city", "press"))
    done = Verified(report, is_key_given=False, files={"--witness-policy": "pol"})

    show_verified(done)

    said = " ".join(capsys.readouterr().out.split())
    assert "policy pol: met by city, press up to 212 entries" in said
    assert value_of(done)["policy"] == {
        "file": "pol",
        "met": True,
        "size": 212,
        "by": ["city", "press"],
    }


def test_a_policy_that_asks_for_nobody_is_met_by_nobody(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    policy = tmp_path / "policy"
    policy.write_text("quorum none\n")

    value = ringwall("audit", "verify", "--witness-policy", policy).json()
    [row] = ringwall(
        "audit", "verify", "--witness-policy", policy, "--format", "csv"
    ).csv()
    shown = ringwall.table("audit", "verify", "--witness-policy", policy).out
    size = value["checkpoint_size"]

    assert value["policy"] == {
        "file": str(policy),
        "met": True,
        "size": size,
        "by": [],
    }
    assert str(policy) in row["policy"]
    assert f"{policy}: it asks for no witness" in " ".join(shown.split())
    assert "quorum up to" not in " ".join(shown.split())
    assert ringwall("audit", "verify").json()["policy"] is None


def test_a_second_place_that_is_not_on_record_yet_is_warned_of(
    ringwall: Ringwall, institute: Path, tmp_path: Path
) -> None:
    ringwall("audit", "checkpoint", "-o", tmp_path / "anchor")
    with (institute / "ringwall.toml").open("a") as file:
        file.write(f'anchor = "{tmp_path / "anchor"}"\n')

    done = ringwall("audit", "verify")
    [row] = ringwall("audit", "verify", "--format", "csv").csv()

    assert done.code == 0
    assert [w["code"] for w in done.json()["warnings"]] == ["anchor-not-on-record"]
    assert "anchor-not-on-record" in row["warnings"]
    assert "but see the warning" in ringwall.table("audit", "verify").out
    assert ringwall(*PERMITTED).code == 0
    assert ringwall("audit", "verify").json()["warnings"] == []


def test_a_file_that_is_empty_is_no_note_and_the_next_step_says_so(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    (tmp_path / "empty").touch()

    done = ringwall("audit", "verify", "--from", tmp_path / "empty")
    table = ringwall.table("audit", "verify", "--from", tmp_path / "empty").out

    assert done.code == 6
    [finding] = done.json()["findings"]
    assert (finding["code"], finding["place"]) == ("note-malformed", "--from")
    assert done.json()["from"]["size"] is None
    assert done.json()["next"].startswith("take another copy of that checkpoint")
    assert "next: take another copy of that checkpoint" in table


def test_a_quorum_that_is_overdue_is_not_passed_over(
    ringwall: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    vkey = format_vkey(generate_cosigning_key("witness.example/a").verifier())
    ringwall("audit", "witness", "add", "city", vkey)
    assert ringwall("audit", "witness", "quorum", "1", "--within", "3600").code == 0
    early = ringwall("audit", "verify").json()
    now = time.time_ns()
    monkeypatch.setattr("time.time_ns", lambda: now + 2 * 3600 * 10**9)

    late = ringwall("audit", "verify")
    table = " ".join(ringwall.table("audit", "verify").out.split())

    assert (early["witnesses"]["overdue"], early["warnings"]) == (False, [])
    assert late.code == 0
    assert late.json()["witnesses"]["overdue"] is True
    assert [w["code"] for w in late.json()["warnings"]] == ["witnesses-overdue"]
    assert "SOUND every entry, the signed head and every table agree; but see" in table
    assert "0 of 1 on record have cosigned; quorum of 1: never met, OVERDUE" in table
    assert "warning witnesses-overdue: this record should have been cosigned" in table


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Compared("--from", 7, True), "compared to size 7, which the log extends"),
        (Compared("--from", 7, False), "compared to size 7, REFUTED"),
        (
            Compared("--from", 7, None),
            "compared to size 7, which lies behind a gap: it can't be told",
        ),
        (Compared("--from"), "no checkpoint that counts, see below"),
    ],
)
def test_each_way_to_compare_has_words(
    capsys: pytest.CaptureFixture[str], found: Compared, words: str
) -> None:
    said = shown(capsys, replace(BARE, compared=(found,)), from_="kept")

    assert f"from kept: {words}" in said


def test_what_the_verifier_did_not_come_to_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = replace(BARE, findings=(Finding("schema-differs", "schema", "x"),))

    assert "anchor there: not compared" in shown(capsys, report, anchor="there")
    done = Verified(report, is_key_given=False, files={"--anchor": "there"})
    assert value_of(done)["second_place"] == {
        "file": "there",
        "size": None,
        "extended": None,
    }


@pytest.mark.parametrize(
    ("watch", "words"),
    [
        (Watch(), "witness none on record"),
        (Watch(2, 1), "1 of 2 on record have cosigned; no quorum is laid down"),
        (
            Watch(3, 2, 2, True, 60, 120, LATE, False),
            "mandatory quorum of 2: met up to 120 entries, due by 2027-01-15T08:00:00Z",
        ),
        (
            Watch(3, 0, 2, False, 60, 0, LATE, True),
            "quorum of 2: never met, OVERDUE since 2027-01-15T08:00:00Z",
        ),
        (Watch(1, 0, 1, False, 60, 0, FAR), "due by beyond the year 9999"),
    ],
)
def test_how_the_witnesses_stand_is_told(
    capsys: pytest.CaptureFixture[str], watch: Watch, words: str
) -> None:
    assert words in shown(capsys, replace(BARE, watch=watch))


def test_programs_are_told_when_witnesses_are_due() -> None:
    def deadline(instant: int | None) -> Any:  # noqa: ANN401 - JSON is of any type
        report = replace(BARE, watch=Watch(1, 0, 1, deadline=instant))
        done = Verified(report, is_key_given=True, files={})
        return value_of(done)["witnesses"]["deadline"]

    assert deadline(LATE) == "2027-01-15T08:00:00Z"
    assert deadline(None) is None


@pytest.mark.parametrize(
    ("signed", "words"),
    [
        (None, "entries 120, signed no valid signature"),
        (120, "entries 120, signed 120"),
        (
            118,
            "entries 120, signed 118; the last 2 not yet",
        ),
    ],
)
def test_it_is_told_how_far_the_log_is_signed(
    capsys: pytest.CaptureFixture[str], signed: int | None, words: str
) -> None:
    assert words in shown(capsys, replace(BARE, size=120, signed_size=signed))
