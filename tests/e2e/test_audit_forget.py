"""`audit erase` and `audit prune`: looked at first, then done, and still verified."""

from pathlib import Path

import pytest

from tests.e2e.running import PERMITTED, Ringwall, a_year_passes

REASON = ("--reason", "request 12")
JSON = ("--format", "json")


def ask(ringwall: Ringwall, person: str) -> None:
    """Let somebody who is not on record ask, for a reason that names them."""
    words = ["check", "--subject", person, "--action", "weights.read"]
    words += ["--asset", "weights:aurora-2", "--via", "point:trainer"]
    assert ringwall(*words, "--purpose", f"{person} wants to see").code == 1


def test_a_person_is_erased_and_the_record_still_verifies(
    ringwall: Ringwall, institute: Path
) -> None:
    ask(ringwall, "user:zoe")
    ask(ringwall, "user:zoe")
    seen = ringwall("audit", "erase", "user:zoe", *REASON, "--dry-run").json()
    done = ringwall("audit", "erase", "user:zoe", *REASON).json()

    assert seen == {**done, "entries": []}
    assert len(done["tokens"]) == 1
    assert done["texts"] == 2
    assert ringwall("audit", "verify").code == 0
    for file in institute.rglob("*"):
        assert not file.is_file() or b"user:zoe" not in file.read_bytes()
    [entry] = done["entries"]
    event = ringwall("audit", "show", entry).json()["event"]
    assert event["kind"] == "subject.erased"
    assert event["reason"] == "request 12"


def test_who_is_on_record_is_not_erased(ringwall: Ringwall) -> None:
    done = ringwall("audit", "erase", "user:ada", *REASON, *JSON)

    assert done.code == 3
    assert done.error()["code"] == "person-on-record"
    assert "`remove: [user:ada]`" in done.error()["next"]


def test_whom_nobody_knows_is_not_erased(ringwall: Ringwall) -> None:
    done = ringwall("audit", "erase", "user:zoe", *REASON, *JSON)

    assert done.error()["code"] == "unknown-person"


def test_an_erasure_is_shown_to_people(ringwall: Ringwall) -> None:
    ask(ringwall, "user:zoe")
    seen = ringwall.table("audit", "erase", "user:zoe", *REASON, "--dry-run").out
    done = ringwall.table("audit", "erase", "user:zoe", *REASON)

    assert seen.startswith("would erase user:zoe\n")
    assert "with     2 documents or texts" not in seen
    assert "with     1 document or text\n" in seen
    assert done.out.startswith("erased   user:zoe")
    assert "user:~" in done.out
    assert "audit verify" in done.err


def test_old_entries_are_pruned_and_the_record_still_verifies(
    ringwall: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ringwall(*PERMITTED).code == 0
    later = a_year_passes(ringwall, monkeypatch)
    tried = ringwall("audit", "prune", *later, "--dry-run")
    pruned = ringwall("audit", "prune", *later)
    seen, done = tried.json(), pruned.json()

    assert tried.err == ""
    assert pruned.err.startswith("next: `ringwall audit verify`")
    assert seen == {**done, "entry": -1}
    assert done["entries"] == 1
    assert done["entry"] == done["before"] + 1
    assert ringwall("audit", "verify").code == 0
    assert ringwall(*PERMITTED).code == 0
    later = a_year_passes(ringwall, monkeypatch)
    shown = ringwall.table("audit", "prune", *later, "--dry-run").out
    assert shown.startswith("would prune 2 entries, those before entry ")
    shown = ringwall.table("audit", "prune", *later).out
    assert shown.startswith("pruned   2 entries, those before entry ")
    assert "entry    " in shown


def test_whom_only_pruned_entries_named_goes_with_them(
    ringwall: Ringwall, institute: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(ringwall, "user:zoe")
    later = a_year_passes(ringwall, monkeypatch)
    assert ringwall("audit", "prune", *later).code == 0

    for file in institute.rglob("*"):
        assert not file.is_file() or b"user:zoe" not in file.read_bytes()
    assert ringwall("audit", "verify").code == 0
    done = ringwall("audit", "erase", "user:zoe", *REASON, *JSON)
    assert done.error()["code"] == "unknown-person"
    ask(ringwall, "user:zoe")
    assert ringwall("audit", "verify").code == 0


def test_nothing_is_pruned_that_is_younger(ringwall: Ringwall) -> None:
    words = ("--before", "2001-01-01T00:00:00Z", "--reason", "ten years")
    done = ringwall("audit", "prune", *words)

    assert done.json() == {"before": 0, "entries": 0, "entry": -1}
    for more in ((), ("--dry-run",)):
        again = ringwall.table("audit", "prune", *words, *more)
        assert (again.out, again.err) == ("pruned   nothing to prune\n", "")


def test_what_is_younger_than_a_year_is_refused_looked_at_or_not(
    ringwall: Ringwall,
) -> None:
    assert ringwall(*PERMITTED).code == 0
    words = ("--before", "2999-01-01T00:00:00Z", "--reason", "ten years")
    for more in ((), ("--dry-run",)):
        done = ringwall("audit", "prune", *words, *more, *JSON)

        assert done.code == 1
        assert done.error()["code"] == "prune-too-young"
        assert "or earlier" in done.error()["next"]


def test_an_instant_that_is_none_is_misuse(ringwall: Ringwall) -> None:
    words = ("--before", "long ago", "--reason", "ten years")

    assert ringwall("audit", "prune", *words).code == 2
