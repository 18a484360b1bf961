"""What is shown of a report that was taken in, and said before it is."""

import pytest

from ringwall.cli.raid_intake_words import candidate_words, show_warned
from ringwall.raid.intake.alike.finding import Candidate
from ringwall.raid.shield.tells import Tell, Warned


def test_a_candidate_is_told_with_its_reasons() -> None:
    one = Candidate("report:r-aaaaaaaaaa", ("has the same title", "and more"), 40)
    assert candidate_words(one) == "report:r-aaaaaaaaaa  has the same title, and more"


def test_that_not_all_was_looked_for_is_said_with_what_to_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_warned(Warned((Tell("title", "a name"),), "the rules are old"))

    told = " ".join(capsys.readouterr().err.split())
    assert "`title` may tell who the reporter is: a name" in told
    assert "not all that may was looked for: the rules are old" in told
    assert "next: `ringwall raid rules adopt --reason TEXT`" in told


def test_where_nothing_tells_nothing_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_warned(Warned(()))

    assert capsys.readouterr() == ("", "")
