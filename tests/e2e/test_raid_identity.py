"""`raid identity`: custodians open a box to one asker, who alone reads who it was."""

import json
from pathlib import Path

import pytest

from ringwall.base.clock import SystemClock, format_instant
from ringwall.institute import Institute
from ringwall.model.declarations import dump_document
from ringwall.raid.shield.custodians import CUSTODIANS_FILE
from tests.e2e.raiding import as_person, code_told, reported
from tests.e2e.running import Ringwall
from tests.raid_office import report_document
from tests.shielded import HOUR, MARY, custodians, custodians_yaml, private_key

JOAN = as_person("joan")
NIELS = as_person("niels")
ROSALIND = as_person("rosalind")


@pytest.fixture
def shielded(raid: Ringwall) -> str:
    """The id of a report whose reporter is in a box."""
    institute = Institute(Path())
    ruth = dump_document(institute.facts().documents()["user:ruth"])
    people = []
    for one in custodians().people:
        rest = {name: value for name, value in ruth.items() if name != "note"}
        own = {"id": one.person, "roles": ["raid-identity-custodian"]}
        people.append({**rest, **own})
        key = Path(f"{one.person.removeprefix('user:')}.key")
        key.write_bytes(private_key(one.person))
        key.chmod(0o600)
    Path("people.json").write_text(json.dumps({"people": people}))
    assert raid("apply", "people.json").code == 0
    reported(report_document(title="The first of all"))
    (Path("raid") / "desk" / CUSTODIANS_FILE).write_bytes(custodians_yaml())
    done = raid("raid", "rules", "adopt", "--reason", "custodians", *NIELS)
    assert done.code == 0, done.err
    proposal = done.json()["proposal"]
    assert raid("raid", "second", proposal, *as_person("rosalind")).code == 0
    Path("me.json").write_text(json.dumps(MARY.model_dump(mode="json")))
    Path("report.json").write_text(json.dumps(report_document()))
    taken = raid(
        *("raid", "intake", "file", "report.json", "--identity", "me.json"),
        *as_person("ruth"),
    )
    assert taken.code == 0, taken.err
    assert "Planted" not in taken.out + taken.err
    assert "no report gets a box" not in taken.err
    return str(taken.json()["report"])


def _asked(raid: Ringwall, report: str) -> str:
    assert raid("raid", "identity", "key", "joan.key").code == 0
    until = format_instant(SystemClock().now() + HOUR)
    words = ["--for", "to warn them", "--ground", "Article 5", "--until", until]
    key = ["--key", "joan.key.pub"]
    done = raid("raid", "identity", "request", report, *words, *key, *JOAN)
    assert done.code == 0, done.err
    return str(done.json()["request"])


def _vote(raid: Ringwall, request: str, number: int) -> None:
    who = as_person(f"custodian-{number}")
    key = ["--key", f"custodian-{number}.key"]
    done = raid("raid", "identity", "vote", request, *key, *who)
    assert done.code == 0, done.err


def test_three_custodians_open_a_box_to_the_asker(
    raid: Ringwall, shielded: str
) -> None:
    request = _asked(raid, shielded)
    for number in (1, 3, 5):
        _vote(raid, request, number)

    own = ["--key", "joan.key"]
    opened = raid("raid", "identity", "open", request, *own, *JOAN)
    told = opened.json()
    assert (told["name"], told["reach"]) == (MARY.name, list(MARY.reach))
    table = raid.table("raid", "identity", "open", request, *own, *JOAN)
    assert "Mary Planted-Name" in table.out
    shown = raid.table("raid", "identity", "show", request, *JOAN)
    assert "3 of 3 agreed, 0 refused" in shown.out
    assert "opened" in shown.out
    assert "Planted" not in shown.out
    audited = raid("audit", "verify")
    assert audited.code == 0, audited.out + audited.err
    words = raid.table("audit", "ls", "--kind", "raid.identity")
    assert "Planted" not in words.out


def test_a_custodian_lists_what_is_asked_and_refuses_with_a_reason(
    raid: Ringwall, shielded: str
) -> None:
    request = _asked(raid, shielded)
    first = as_person("custodian-1")

    (row,) = raid("raid", "identity", "ls", *first).json()
    assert (row["request"], row["state"]) == (request, "open")
    why = ["--reason", "no law says so"]
    assert raid("raid", "identity", "refuse", request, *why, *first).code == 0
    shown = raid.table("raid", "identity", "show", request, *JOAN)
    assert "user:custodian-1 refused: no law says so" in shown.out
    early = raid("raid", "identity", "open", request, "--key", "joan.key", *JOAN)
    assert code_told(early) == "identity-not-granted"
    assert "0 of the 3 custodians" in early.err


def test_a_request_that_has_run_out_is_listed_and_recorded(
    raid: Ringwall, shielded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = _asked(raid, shielded)
    ls = ("raid", "identity", "ls")
    now = SystemClock.now
    monkeypatch.setattr(SystemClock, "now", lambda self: now(self) + 2 * HOUR)

    listed = raid(*ls, *JOAN)
    recorded = raid(*ls, "--record", *JOAN)

    assert [row["state"] for row in listed.json()] == ["expired"]
    assert "raid identity ls --record" in listed.err
    (row,) = recorded.json()
    assert (row["request"], row["state"]) == (request, "lapsed")
    assert "--record" not in recorded.err
    assert raid("audit", "verify").code == 0


def test_a_box_is_erased_and_nobody_asks_for_it_any_more(
    raid: Ringwall, shielded: str
) -> None:
    why = ["--reason", "they asked"]
    made = raid.table("raid", "identity", "erase", shielded, *why, *NIELS)
    assert made.out.startswith("PROPOSED prp-")
    proposal = made.out.split()[1].rstrip(":")
    carried = raid.table("raid", "second", proposal, *ROSALIND)
    assert f"{proposal}: erase box-" in carried.out
    done = raid.table("raid", "identity", "erase", shielded, *why, *NIELS)
    assert done.out.startswith("ERASED")
    until = format_instant(SystemClock().now() + HOUR)
    raid("raid", "identity", "key", "joan.key")

    words = ["--for", "a", "--ground", "b", "--until", until, "--key", "joan.key.pub"]
    asked = raid("raid", "identity", "request", shielded, *words, *JOAN)

    assert code_told(asked) == "box-missing"
    assert raid("audit", "verify").code == 0


def test_a_key_is_made_once_and_for_its_owner_alone(raid: Ringwall) -> None:
    made = raid.table("raid", "identity", "key", "own.key")
    assert made.code == 0, made.err
    assert Path("own.key").stat().st_mode & 0o777 == 0o600
    assert code_told(raid("raid", "identity", "key", "own.key")) == "key-exists"
    Path("own.key").chmod(0o644)
    exposed = raid(
        *("raid", "identity", "vote", "idr-aaaaaaaaaaaaaaaa", "--key", "own.key"),
        *as_person("ruth"),
    )
    assert code_told(exposed) == "key-file-exposed"


def test_an_identity_that_is_none_is_refused_without_a_word_of_it(
    raid: Ringwall,
) -> None:
    Path("report.json").write_text(json.dumps(report_document()))
    for text in ("[", '"planted"', '{"nick": "planted"}', "[" * 100_000):
        Path("me.json").write_text(text)
        done = raid(
            *("raid", "intake", "file", "report.json", "--identity", "me.json"),
            *as_person("ruth"),
        )
        assert code_told(done) == "identity-malformed"
        assert "planted" not in done.out + done.err


def test_without_custodians_who_somebody_is_is_refused(raid: Ringwall) -> None:
    Path("report.json").write_text(json.dumps(report_document()))
    Path("me.json").write_text(json.dumps({"name": "Mary Planted-Name"}))
    done = raid(
        *("raid", "intake", "file", "report.json", "--identity", "me.json"),
        *as_person("ruth"),
    )

    assert code_told(done) == "custodians-missing"
    assert "Planted" not in done.err
    plain = raid("raid", "intake", "file", "report.json", *as_person("ruth"))
    assert plain.code == 0
    assert "no report gets a box" in " ".join(plain.err.split())
