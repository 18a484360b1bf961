"""`people`: duties recorded, what is due, and one verb for leavers."""

import json
from pathlib import Path

from ringwall.institute import Institute
from ringwall.model.declarations import dump_document
from tests.e2e.running import PERMITTED, Ringwall
from tests.example import DENY_ROW, add_row

TRAIN = ("people", "record", "user:ada", "insider-training", "--by", "user:hedy")
LEAVE = ("people", "leave", "user:ada", "--by", "user:hedy", "--reason", "moved on")


def declare_programme(ringwall: Ringwall, institute: Path) -> None:
    """Declare the institute as it is, with a programme."""
    known = Institute(institute).facts().documents()["org:institute"]
    document = {**dump_document(known), "programme": {"screening_months": 120}}
    path = institute.parent / "programme.yaml"
    path.write_text(json.dumps({"organisations": [document]}))
    assert ringwall("apply", path).code == 0


def test_what_is_due_is_listed_overdue_first(ringwall: Ringwall) -> None:
    done = ringwall("people", "due")
    rows = done.json()

    assert (done.code, done.err) == (0, "")
    assert {row["person"]: row["state"] for row in rows} == {
        "user:kurt": "lapsed",
        "user:max": "never",
    }
    shown = ringwall.table("people", "due").out
    assert shown.splitlines()[0].endswith("2, of these 2 overdue")
    assert all(len(line) <= 80 for line in shown.splitlines())


def test_a_programme_takes_a_permit_away_until_the_duties_are_recorded(
    ringwall: Ringwall, institute: Path
) -> None:
    declare_programme(ringwall, institute)
    assert ringwall(*PERMITTED).code == 1
    told = ringwall.table("why", "last").out
    assert "no insider-training on record" in " ".join(told.split())

    evidence = institute.parent / "report.txt"
    evidence.write_text("passed")
    done = ringwall(*TRAIN, "--outcome", "passed", "--evidence", evidence)
    assert done.code == 0
    assert len(done.json()["evidence"]) == 64
    tested = ("people", "record", "user:ada", "integrity-test", "--by", "user:hedy")
    told = ringwall.table(*tested, "--outcome", "passed", "--evidence", "ab" * 32).out
    assert told.startswith("user:ada passed integrity-test (entry ")

    assert ringwall(*PERMITTED).code == 0
    assert ringwall(*tested, "--outcome", "failed").code == 0
    assert ringwall(*PERMITTED).code == 1
    assert ringwall("audit", "verify").code == 0


def test_what_does_not_hold_is_refused_with_a_next_step(ringwall: Ringwall) -> None:
    done = ringwall(*TRAIN, "--outcome", "splendid", "--format", "json")
    assert (done.code, done.error()["code"]) == (2, "duty-unknown")

    odd = ringwall(*TRAIN, "--outcome", "passed", "--from", "yesterday")
    assert odd.code == 2
    missing = ringwall(*TRAIN, "--outcome", "passed", "--evidence", "no-such-file")
    assert missing.code == 2
    assert "input-unreadable" in missing.err


def test_too_much_evidence_is_given_by_its_digest(
    ringwall: Ringwall, institute: Path
) -> None:
    path = institute.parent / "large"
    with path.open("wb") as file:
        file.truncate(64 * 1024 * 1024 + 1)

    done = ringwall(*TRAIN, "--outcome", "passed", "--evidence", path)
    assert done.code == 2
    assert "give its SHA-256" in done.err


def test_one_verb_ends_all_that_a_leaver_could_do(ringwall: Ringwall) -> None:
    assert ringwall(*PERMITTED).code == 0

    done = ringwall(*LEAVE)
    value = done.json()
    assert (done.code, value["was_gone"]) == (0, False)
    assert {row["what"] for row in value["ended"]} == {
        "account",
        "role",
        "compartment",
        "service",
    }
    assert ringwall(*PERMITTED).code == 1
    assert "user:ada" not in ringwall("who-can", "weights.read", "weights:aurora-2").out

    size = len(ringwall("audit", "ls", "--kind", "person.left").json())
    again = ringwall.table(*LEAVE)
    assert again.code == 0
    assert again.out.splitlines()[-1] == (
        "user:ada had left already; nothing was written"
    )
    assert all(len(line) <= 80 for line in again.out.splitlines())
    assert len(ringwall("audit", "ls", "--kind", "person.left").json()) == size


def test_a_leaver_is_told_in_a_table_with_the_entries(ringwall: Ringwall) -> None:
    shown = ringwall.table(*LEAVE)

    assert shown.out.splitlines()[-1].startswith("user:ada has left (entries ")
    assert "ringwall apply" in shown.err
    assert ringwall(*LEAVE[:-1], "").code == 2


def test_while_other_policies_lie_in_the_folder_nobody_passes_and_who_fails_does(
    ringwall: Ringwall, institute: Path
) -> None:
    declare_programme(ringwall, institute)
    add_row(Institute(institute), DENY_ROW)

    passed = ringwall(*TRAIN, "--outcome", "passed")
    planned = ringwall("people", "plan-tests")
    failed = ringwall(*TRAIN, "--outcome", "failed")

    assert (passed.code, planned.code, failed.code) == (3, 3, 0)
    for done in (passed, planned):
        assert "policy-not-activated" in done.err
        assert "ringwall policy restore" in " ".join(done.err.split())


def test_what_the_rules_refuse_exits_1_and_a_word_that_is_none_2(
    ringwall: Ringwall,
) -> None:
    train = ("people", "record", "user:ada", "insider-training", "--outcome", "passed")
    left = ("people", "leave", "user:ada", "--reason", "moved on")
    tried = {
        "duty-by-themselves": ringwall(*train, "--by", "user:ada"),
        "recorder-not-entitled": ringwall(*train, "--by", "user:alan"),
        "leaver-by-themselves": ringwall(*left, "--by", "user:ada"),
    }
    odd = ringwall("people", "record", "user:ada", "yoga", *train[4:], *TRAIN[4:])

    for code, done in tried.items():
        assert (done.code, done.out) == (1, "")
        assert code in done.err
    assert odd.code == 2
    assert "insider-training, integrity-test" in " ".join(odd.err.split())
