"""`raid note`, `lead`, `coordinate`, `resolve` and `archive`: a case at work."""

import pytest

from tests.e2e.raiding import as_person, code_told, opened
from tests.e2e.running import Ringwall, set_stdin

JOAN = as_person("joan")


def test_a_note_comes_as_words_or_from_stdin(
    raid: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, case = opened(raid)

    said = raid("raid", "note", case, "the vendor calls back", *JOAN)
    set_stdin(monkeypatch, "zwei Zeilen\nmit Umlaut: ä".encode())
    read = raid("raid", "note", case[5:], "-", *JOAN)

    assert (said.code, read.code) == (0, 0)
    assert said.json()["case"] == read.json()["case"] == case
    timeline = raid("raid", "show", case, *JOAN).json()["timeline"]
    told = [one["told"] for one in timeline if one["act"] == "note"]
    assert told == ["the vendor calls back", "zwei Zeilen\nmit Umlaut: ä"]


def test_what_no_text_can_hold_is_refused(
    raid: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, case = opened(raid)
    set_stdin(monkeypatch, b"\xff\xfe")

    assert code_told(raid("raid", "note", case, "-", *JOAN)) == "text-unreadable"
    assert code_told(raid("raid", "note", case, " ", *JOAN)) == "note-empty"


def test_a_lead_is_named_before_a_case_is_coordinated(raid: Ringwall) -> None:
    _, case = opened(raid)

    nobody = raid("raid", "lead", case, "user:vint", *JOAN)
    named = raid.table("raid", "lead", case, "user:rosalind", *JOAN)

    assert code_told(nobody) == "lead-unfit"
    assert named.out.startswith(f"LEADS    user:rosalind leads {case}\n")


def test_a_new_case_is_neither_coordinated_resolved_nor_archived(
    raid: Ringwall,
) -> None:
    _, case = opened(raid)
    raid("raid", "lead", case, "user:rosalind", *JOAN)

    for verb, words in {
        "coordinate": [],
        "resolve": ["--lessons", "ask for the log"],
        "archive": ["--reason", "over"],
    }.items():
        done = raid("raid", verb, case, *words, *JOAN)
        assert (done.code, code_told(done)) == (1, "act-not-possible")


def test_whoever_has_no_need_to_know_hears_what_there_is_to_say_of_no_case(
    raid: Ringwall,
) -> None:
    _, case = opened(raid)
    nothing = "case:c-aaaaaaaaaa"
    signe = as_person("signe")

    known = raid.table("raid", "note", case, "hello", *signe)
    unknown = raid.table("raid", "note", nothing, "hello", *signe)

    assert (known.code, unknown.code) == (1, 1)
    assert known.out == unknown.out == ""
    first, second = (
        [line for line in done.err.splitlines() if "dec-" not in line]
        for done in (known, unknown)
    )
    assert first == second
    assert first[0].startswith("DENY")
