"""`review`: opened for holders of power, decided by another under a signature."""

import json
from pathlib import Path

import pytest

from ringwall.institute import Institute
from ringwall.signing.ssh import sign_ssh
from tests.e2e.running import PERMITTED, Ringwall
from tests.example import DENY_ROW, add_row
from tests.office import key_entry, private_key

HEDY = {
    "id": "user:hedy",
    "organisation": "org:institute",
    "roles": ["researcher", "security-officer"],
    "compartments": ["shield"],
    "screening": {
        "level": "SL4",
        "assessor": "institute security office",
        "from": "2026-01-20T00:00:00Z",
        "until": "2039-01-20T00:00:00Z",
    },
    "keys": [key_entry("hedy")],
}


@pytest.fixture
def key(ringwall: Ringwall, institute: Path) -> Path:
    """The private key file of an officer whose public one is on record."""
    more = institute.parent / "hedy.yaml"
    more.write_text(json.dumps({"people": [HEDY]}))
    assert ringwall("apply", more).code == 0
    path = institute.parent / "hedy-key"
    path.write_bytes(private_key("hedy"))
    return path


def review_of(ringwall: Ringwall, subject: str) -> str:
    rows = ringwall("review", "ls").json()
    (found,) = [row["id"] for row in rows if row["subject"] == subject]
    return str(found)


def decide(name: str, *more: object, outcome: str = "ended") -> tuple[object, ...]:
    said = ("--as", "user:hedy", "--outcome", outcome, "--reason", "off the project")
    return ("review", "decide", name, *said, *more)


def test_each_holder_is_reviewed_and_the_next_one_shown(
    ringwall: Ringwall, key: Path
) -> None:
    assert key.exists()
    made = ringwall("review", "new").json()
    assert "user:ada" in {row["subject"] for row in made}
    assert ringwall.table("review", "new", "--due").out.startswith("reviews opened: 0")

    value = ringwall("review", "next", "--as", "user:hedy").json()
    assert (value["what"], value["state"]) == ("power", "open")
    shown = ringwall.table("review", "next", "--as", "user:hedy").out
    assert shown.startswith(value["id"])
    nobody = ringwall.table("review", "next", "--as", "user:sofia").out
    assert nobody.strip() == "no review is open that user:sofia may decide"
    listed = ringwall.table("review", "ls").out
    assert all(len(line) <= 80 for line in listed.splitlines())


def test_what_is_ended_under_a_signature_takes_the_permit_away(
    ringwall: Ringwall, key: Path
) -> None:
    ringwall("review", "new")
    name = review_of(ringwall, "user:ada")
    assert ringwall(*PERMITTED).code == 0

    done = ringwall(*decide(name, "--key", key))
    assert (done.code, done.json()["outcome"]) == (0, "ended")
    assert ringwall(*PERMITTED).code == 1
    again = ringwall(*decide(name, "--key", key), "--format", "json")
    assert (again.code, again.error()["code"]) == (1, "review-closed")


def test_a_statement_is_written_to_be_signed_elsewhere(
    ringwall: Ringwall, institute: Path, key: Path
) -> None:
    ringwall("review", "new")
    name = review_of(ringwall, "user:alan")
    statement = institute.parent / "to sign"
    told = ringwall(*decide(name, "--to-sign", statement, outcome="kept"))
    assert told.code == 0
    assert f"then: ringwall review decide {name}" in told.err
    assert "'off the project'" in told.err

    signature = institute.parent / "signature"
    signature.write_text(sign_ssh(statement.read_bytes(), key.read_bytes()))
    shown = ringwall.table(*decide(name, "--signature", signature, outcome="kept"))
    assert shown.out.startswith(f"{name} is decided: kept (entry ")


def test_a_signature_that_is_not_theirs_is_refused_and_on_record(
    ringwall: Ringwall, institute: Path, key: Path
) -> None:
    assert key.exists()
    ringwall("review", "new")
    name = review_of(ringwall, "user:ada")
    other = institute.parent / "other"
    other.write_bytes(private_key("kurt"))

    done = ringwall(*decide(name, "--key", other), "--format", "json")

    assert (done.code, done.error()["code"]) == (5, "signature-invalid")
    (row,) = ringwall("audit", "ls", "--kind", "proof.refused").json()
    assert row


def test_a_command_line_that_says_too_little_or_nonsense_is_misuse(
    ringwall: Ringwall, key: Path
) -> None:
    assert ringwall(*decide("rev-1")).code == 2
    assert ringwall(*decide("rev-1", "--key", key, outcome="splendid")).code == 2
    done = ringwall(*decide("rev-1", "--key", key), "--format", "json")
    assert (done.code, done.error()["code"]) == (2, "unknown-review")


def test_while_other_policies_lie_in_the_folder_no_power_is_kept_but_ended(
    ringwall: Ringwall, institute: Path, key: Path
) -> None:
    assert ringwall("review", "new").code == 0
    name = review_of(ringwall, "user:ada")
    add_row(Institute(institute), DENY_ROW)

    opened = ringwall("review", "new")
    kept = ringwall(*decide(name, "--key", key, outcome="kept"))
    ended = ringwall(*decide(name, "--key", key))

    assert (opened.code, kept.code, ended.code) == (3, 3, 0)
    assert "policy-not-activated" in opened.err
    assert "policy-not-activated" in kept.err
