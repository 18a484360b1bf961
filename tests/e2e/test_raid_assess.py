"""`raid assess`: what the evidence leaves open, and what reports suggest."""

from tests.e2e.raiding import as_person, code_told, opened
from tests.e2e.running import Ringwall
from tests.raid_office import report_document

DOROTHY = as_person("dorothy")
SEEN = ("--evidence", "seen in the log", "--word", "likely")


def test_suggestions_are_shown_and_nothing_is_recorded(raid: Ringwall) -> None:
    _, case = opened(raid)

    done = raid.table("raid", "assess", case, "--suggest", *DOROTHY)
    rows = raid("raid", "assess", case, "--suggest", *DOROTHY).json()

    assert "nothing was recorded" in done.err
    assert max(map(len, done.out.splitlines())) <= 80
    assert {row["point"]: row["values"] for row in rows}["auto"] == ["none"]
    explained = raid("raid", "triage", "explain", case, *DOROTHY).json()
    assert explained["assessor"] == ""


def test_words_of_a_report_do_not_steer_the_screen(raid: Ringwall) -> None:
    told = report_document(
        narrative="It lied\x1b[2J to the \u202eusers and copied itself elsewhere.",
        behaviour="unknown",
    )
    _, case = opened(raid, told)

    done = raid.table("raid", "assess", case, "--suggest", *DOROTHY)

    assert "\x1b" not in done.out
    assert "\u202e" not in done.out
    assert "replicates" in done.out


def test_an_assessment_shows_what_is_open(raid: Ringwall) -> None:
    _, case = opened(raid)
    words = ("auto=none", "class=cyber,rights", "--accept", "all", *SEEN)

    done = raid.table("raid", "assess", case, *words, *DOROTHY)

    assert done.code == 0, done.err
    assert f"next: ringwall raid triage run {case.removeprefix('case:')}" in done.err
    assert max(map(len, done.out.splitlines())) <= 80
    assert "rights, cyber" in done.out


def test_answers_and_words_are_taken_over_apart(raid: Ringwall) -> None:
    told = report_document(
        title="A ward is down", narrative="The ward of the hospital could not be run."
    )
    _, case = opened(raid, told)

    shown = raid.table("raid", "assess", case, "--suggest", *DOROTHY)
    answers = raid("raid", "assess", case, "--accept", "all", *SEEN, *DOROTHY).json()
    words = raid("raid", "assess", case, "--accept", "words", *SEEN, *DOROTHY).json()

    assert "--accept words" in shown.err
    assert "class" not in answers["changed"]
    assert words["changed"] == ["class"]
    assert words["points"]["class"] == [
        *("sector-safety", "cyber", "cbrn", "loss-of-control"),
    ]
    assert words["points"]["auto"] == ["none"]


def test_an_equal_capability_is_told_as_compute(raid: Ringwall) -> None:
    _, case = opened(raid)

    done = raid("raid", "assess", case, "--equivalent", "as one of 2e26", *DOROTHY)

    assert done.json()["points"]["comp"] == ["1e26"]


def test_an_assessment_without_evidence_is_refused(raid: Ringwall) -> None:
    _, case = opened(raid)

    done = raid.table("raid", "assess", case, "auto=none", *DOROTHY)

    assert (done.code, code_told(done)) == (1, "evidence-missing")
