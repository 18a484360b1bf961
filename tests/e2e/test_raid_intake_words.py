"""What is shown of a report that was taken in."""

from ringwall.cli.raid_intake_words import candidate_words
from ringwall.raid.intake.alike.finding import Candidate


def test_a_candidate_is_told_with_its_reasons() -> None:
    one = Candidate("report:r-aaaaaaaaaa", ("has the same title", "and more"), 40)
    assert candidate_words(one) == "report:r-aaaaaaaaaa  has the same title, and more"
