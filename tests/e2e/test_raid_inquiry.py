"""`raid inquiry`: what enforcers ask, and what they are told."""

from pathlib import Path

from ringwall.base.canonical import load_canonical
from ringwall.institute import Institute
from ringwall.model.raid_inquiry_laws import STANDARD_ANSWER
from tests.e2e.raiding import as_person, code_told
from tests.e2e.running import Ringwall
from tests.raid_office import POINT
from tests.routed import adopt_contacts, triaged

RUTH, VINT, JOAN = as_person("ruth"), as_person("vint"), as_person("joan")
LAW = ("--exit", "law", "--provision", "Article 90", "--binds", "as a provider")


def received(raid: Ringwall, sender: str = "police.de") -> str:
    Path("letter.txt").write_text("Have you anything on Example Systems?\n")
    done = raid("raid", "inquiry", "receive", "letter.txt", "--from", sender, *RUTH)
    assert done.code == 0, done.err
    return str(done.json()["inquiry"])


def a_case() -> str:
    with Institute(Path()).gatekeeper(POINT) as gate:
        adopt_contacts(gate.raid, "police.de")
        return triaged(gate.raid)


def test_an_inquiry_is_answered_as_all_are(raid: Ringwall) -> None:
    inquiry = received(raid)
    answer = ("raid", "inquiry", "answer", inquiry, "--out")
    done = raid.table(*answer, "answer.json", *VINT)
    assert done.code == 0, done.err
    assert "ANSWERED" in done.out
    assert Path("answer.json").read_bytes() == STANDARD_ANSWER
    assert raid.table(*answer, "again.json", *VINT).code == 0
    assert Path("again.json").read_bytes() == STANDARD_ANSWER
    assert code_told(raid.table(*answer, "again.json", *VINT)) == "output-exists"
    listed = raid.table("raid", "inquiry", "ls", *JOAN)
    assert inquiry in listed.out
    assert max(map(len, listed.out.splitlines())) <= 80
    assert raid("raid", "inquiry", "ls", *JOAN).json() == [
        {
            "inquiry": inquiry,
            "state": "answered",
            "exit": "",
            "case": "",
            "from": "police.de",
        }
    ]


def test_an_inquiry_is_declined(raid: Ringwall) -> None:
    inquiry = received(raid, "the ministry")
    decline = ("raid", "inquiry", "decline", inquiry)
    assert code_told(raid.table(*decline, *VINT)) == "reason-missing"
    assert raid.table(*decline, "--reason", "not for us", *VINT).code == 0
    [row] = raid("raid", "inquiry", "ls", *JOAN).json()
    assert (row["state"], row["from"]) == ("declined", "the ministry")


def test_a_case_is_told_of_by_an_exit_and_two_persons(raid: Ringwall) -> None:
    case, inquiry = a_case(), received(raid)
    words = ("raid", "inquiry", "answer", inquiry, "--case", case)
    shut = raid.table(*words, "--exit", "danger", "--reason", "as asked", *VINT)
    assert code_told(shut) == "barrier-shut"
    done = raid(*words, *LAW, "--reason", "they named it", *VINT)
    assert done.code == 0, done.err
    second = raid("raid", "second", done.json()["proposal"], *as_person("agnes"))
    assert second.code == 0, second.err
    out = ("raid", "inquiry", "answer", inquiry, "--out", "told.json")
    assert raid.table(*out, *VINT).code == 0
    assert load_canonical(Path("told.json").read_bytes())["facts"]["case"] == case
    assert raid.table("audit", "verify").code == 0
    order = ("--exit", "order", "--order", "1 O 1/27", "--reason", "it came")
    other = received(raid)
    words = ("raid", "inquiry", "answer", other, "--case", case)
    assert raid.table(*words, *order, *as_person("ole")).code == 0


def test_what_is_missing_is_told(raid: Ringwall) -> None:
    words = ("raid", "inquiry", "answer", "inq-mfzwizltmrqw2zlt")
    for given, told in (
        ((), "missing --out FILE"),
        (("--exit", "law"), "missing --case CASE"),
        (("--case", "c-mfzwizltmr"), "but by an --exit"),
    ):
        done = raid.table(*words, *given, *VINT)
        assert done.code == 2
        assert told in done.err
