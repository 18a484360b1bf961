"""What is only offered says so by itself."""

from ringwall.raid.candidates import Candidate


def test_a_candidate_is_no_hub_and_of_no_case_unless_said() -> None:
    candidate = Candidate("report:r-mfzwizltmr", ("same title",), 80)

    assert (candidate.cases, candidate.is_hub) == ((), False)
