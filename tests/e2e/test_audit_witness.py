"""`audit witness`, `audit cosign`: from a new key to a checkpoint that two signed."""

import os
from pathlib import Path

import pytest

from ringwall.base.clock import SystemClock, parse_instant
from ringwall.signing import format_vkey, generate_signing_key
from tests.e2e.running import PERMITTED, Ringwall


@pytest.fixture
def city(ringwall: Ringwall, tmp_path: Path) -> Path:
    """Make a witness that the log asks; return its folder."""
    folder = tmp_path / "city"
    folder.mkdir()
    made = ringwall("audit", "witness", "new-key", "city.example", "-o", folder / "key")
    assert ringwall("audit", "witness", "add", "city", made.json()["vkey"]).code == 0
    return folder


def vkey(institute: Path) -> str:
    """Return the log's public key."""
    return (institute / "keys" / "log.vkey").read_text().strip()


def cosign(
    ringwall: Ringwall, institute: Path, city: Path, *more: str, key: str = ""
) -> int:
    """Have the newest checkpoint cosigned under a key of the log; return its size."""
    ringwall("audit", "checkpoint", "--now")
    for name in ("request", "answer"):
        (city / name).unlink(missing_ok=True)
    sent = ringwall("audit", "witness", "request", "city", "-o", city / "request")
    size: int = sent.json()["size"]
    words = ["--key", city / "key", "--memory", city / "memory", "--vkey"]
    done = ringwall(
        "audit",
        "cosign",
        city / "request",
        *words,
        key or vkey(institute),
        *more,
        "-o",
        city / "answer",
    )
    assert done.json()["size"] == size
    log_root = (city / "request").read_text().partition("\n\n")[2].split("\n")[2]
    assert done.json()["root"] == log_root
    assert done.err.startswith("next: send it back")
    taken = ringwall("audit", "witness", "take", city / "answer", "--size", size)
    assert taken.json() == {"size": size, "cosigned": ["city"]}
    return size


def test_a_checkpoint_is_cosigned_and_again_when_the_log_has_grown(
    ringwall: Ringwall, institute: Path, city: Path
) -> None:
    first = cosign(ringwall, institute, city, "--first")
    assert ringwall(*PERMITTED).code == 0
    second = cosign(ringwall, institute, city)
    [row] = ringwall("audit", "witness", "ls", "--format", "csv").csv()

    assert second > first
    assert (row["witness"], row["size"]) == ("city", str(second))
    assert ringwall("audit", "verify").code == 0
    assert (city / "key").stat().st_mode & 0o777 == 0o600


def test_the_standing_of_the_quorum_is_told(
    ringwall: Ringwall, institute: Path, city: Path
) -> None:
    assert ringwall("audit", "witness", "ls").json()["need"] == 0
    assert "no quorum" in ringwall.table("audit", "witness", "ls").out
    cosign(ringwall, institute, city, "--first")
    laid = ringwall("audit", "witness", "quorum", "1", "--within", "60")
    assert (laid.code, laid.err.startswith("next: ")) == (0, True)
    told = ringwall.table("audit", "witness", "ls").out
    value = ringwall("audit", "witness", "ls").json()

    assert "1 of 1 witness, advisory: in time" in told
    assert (value["need"], value["overdue_by"], value["mandatory"]) == (1, 0, False)


def test_a_witness_does_not_begin_anew(
    ringwall: Ringwall, institute: Path, city: Path
) -> None:
    cosign(ringwall, institute, city, "--first")
    (city / "memory").unlink()
    words = ["--key", city / "key", "--memory", city / "memory"]
    done = ringwall(
        "audit",
        "cosign",
        city / "request",
        *words,
        "--vkey",
        vkey(institute),
        "-o",
        city / "other",
        "--format",
        "json",
    )

    assert done.code == 3
    assert done.error()["code"] == "witness-memory-missing"
    assert not (city / "other").exists()


def test_the_same_answer_of_another_key_is_refused(
    ringwall: Ringwall, institute: Path, city: Path
) -> None:
    size = cosign(ringwall, institute, city, "--first")
    assert ringwall("audit", "witness", "remove", "city").code == 0
    words = ("--size", size, "--format", "json")
    done = ringwall("audit", "witness", "take", city / "answer", *words)

    assert done.code == 6
    assert done.error()["code"] == "cosigner-unknown"


def test_no_file_is_written_over(ringwall: Ringwall, city: Path) -> None:
    done = ringwall("audit", "witness", "new-key", "x", "-o", city / "key")

    assert done.code == 3
    assert "output-exists" in done.err
    assert "--force" not in done.err
    assert "next: name another file" in done.err


def test_a_stale_request_is_no_failed_integrity_and_a_forged_one_is(
    ringwall: Ringwall, institute: Path, city: Path
) -> None:
    cosign(ringwall, institute, city, "--first")
    words = ["--key", city / "key", "--memory", city / "memory", "--format", "json"]
    words += ["--vkey", vkey(institute), "-o", city / "other"]
    stale = ringwall("audit", "cosign", city / "request", *words)
    other = format_vkey(generate_signing_key("example.org/log").verifier())
    (city / "memory").unlink()
    foreign = ringwall(
        "audit", "cosign", city / "request", *words, "--first", "--vkey", other
    )

    assert (stale.code, stale.error()["code"]) == (2, "witness-size-differs")
    assert "`ringwall audit witness request`" in stale.error()["next"]
    assert (foreign.code, foreign.error()["code"]) == (6, "signature-missing")
    assert foreign.error()["next"].startswith("give the key that signed it")
    assert not (city / "other").exists()


def test_who_never_cosigned_has_seen_nothing(ringwall: Ringwall, city: Path) -> None:
    assert city.is_dir()
    [row] = ringwall("audit", "witness", "ls").json()["witnesses"]

    assert (row["size"], row["at"]) == (None, None)
    assert "nothing yet" in ringwall.table("audit", "witness", "ls").out


def test_an_overdue_quorum_is_counted_from_the_last_time(
    ringwall: Ringwall, institute: Path, city: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cosign(ringwall, institute, city, "--first")
    assert ringwall("audit", "witness", "quorum", "1", "--within", "60").code == 0
    deadline = ringwall("audit", "witness", "ls").json()["deadline"]
    late = parse_instant(deadline) + 15_000_000
    monkeypatch.setattr(SystemClock, "now", lambda _: late)
    told = " ".join(ringwall.table("audit", "witness", "ls").out.split())
    value = ringwall("audit", "witness", "ls").json()

    assert f"1 of 1 witness, advisory: OVERDUE since {deadline} (not" in told
    assert "(not cosigned for 75 s, 60 s allowed)" in told
    assert (value["deadline"], value["overdue_by"]) == (deadline, 15)


def test_a_file_that_is_far_too_large_is_not_read(
    ringwall: Ringwall, city: Path
) -> None:
    (city / "big").write_bytes(bytes(2 * 1024 * 1024))
    done = ringwall("audit", "witness", "take", city / "big", "--size", "1")

    assert done.code == 6
    assert "note-malformed" in done.err


def test_a_pipe_is_not_waited_for(ringwall: Ringwall, city: Path) -> None:
    os.mkfifo(city / "pipe")

    done = ringwall("audit", "witness", "take", city / "pipe", "--size", "1")

    assert done.code == 2
    assert "input-unreadable" in done.err


def test_witnesses_are_shown_to_people(
    ringwall: Ringwall, institute: Path, city: Path
) -> None:
    cosign(ringwall, institute, city, "--first")
    table = ringwall.table("audit", "witness", "ls").out
    done = ringwall.table("audit", "witness", "quorum", "1", "--mandatory")

    assert "city" in table
    assert "mandatory" in done.out
    assert "mandatory: in time" in ringwall.table("audit", "witness", "ls").out


def test_a_witness_goes_on_after_the_log_has_changed_its_key(
    ringwall: Ringwall, institute: Path, city: Path
) -> None:
    first = cosign(ringwall, institute, city, "--first")
    assert ringwall(*PERMITTED).code == 0
    assert ringwall("audit", "rotate-key").code == 0
    assert ringwall(*PERMITTED).code == 0
    closing = cosign(ringwall, institute, city)
    newest = cosign(ringwall, institute, city)

    assert first < closing < newest
    assert ringwall("audit", "verify").code == 0


def test_a_witness_that_cosigned_the_closing_checkpoint_under_the_old_key_goes_on(
    ringwall: Ringwall, institute: Path, city: Path
) -> None:
    old = vkey(institute)
    cosign(ringwall, institute, city, "--first")
    assert ringwall("audit", "rotate-key").code == 0
    closing = cosign(ringwall, institute, city, key=old)
    again = city / "again"
    words = ("audit", "witness", "request", "city", "--closing", "-o", again)

    assert ringwall(*words).json()["size"] == closing
    again.unlink()
    assert ringwall(*PERMITTED).code == 0
    assert cosign(ringwall, institute, city) > closing
    assert ringwall(*words).json()["size"] > closing
    assert ringwall("audit", "verify").code == 0


def test_a_key_that_did_not_sign_the_closing_checkpoint_is_not_taken_on(
    ringwall: Ringwall, institute: Path, city: Path, tmp_path: Path
) -> None:
    cosign(ringwall, institute, city, "--first")
    ringwall("audit", "checkpoint", "--now")
    (city / "request").unlink()
    ringwall("audit", "witness", "request", "city", "-o", city / "request")
    made = ringwall("init", tmp_path / "other", "--origin", "example.org/log").json()
    done = ringwall(
        "audit",
        "cosign",
        city / "request",
        *("--key", city / "key", "--memory", city / "memory"),
        *("--vkey", made["vkey"], "-o", city / "other", "--format", "json"),
    )

    assert (done.code, done.error()["code"]) == (6, "signature-missing")
