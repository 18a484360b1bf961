"""`raid proposals`, `second` and `refuse`: what takes two persons."""

from tests.e2e.raiding import as_person, code_told, opened
from tests.e2e.running import Ringwall

JOAN = as_person("joan")
LEAD = as_person("rosalind")


def proposed(raid: Ringwall) -> tuple[str, str]:
    _, case = opened(raid)
    _, other = opened(raid)
    done = raid("raid", "merge", case, other, "--reason", "=one event\x1b[2J", *JOAN)
    assert done.code == 0, done.err
    return str(done.json()["proposal"]), case


def test_what_waits_is_listed_with_all_that_it_would_do(raid: Ringwall) -> None:
    proposal, case = proposed(raid)

    shown = raid.table("raid", "proposals", *LEAD)
    (row,) = raid("raid", "proposals", *LEAD).json()
    (cells,) = raid("raid", "proposals", "--format", "csv", *LEAD).csv()

    assert proposal in shown.out
    assert "\x1b" not in shown.out
    assert "carry one with" in shown.err
    assert (row["case"], row["by"], row["what"]) == (case, "user:joan", f"merge {case}")
    assert '"into"' in row["doc"]
    assert cells["reason"].startswith("'=")


def test_nobody_carries_what_they_proposed(raid: Ringwall) -> None:
    proposal, _ = proposed(raid)

    own = raid("raid", "second", proposal, *JOAN)
    carried = raid.table("raid", "second", proposal, *LEAD)
    again = raid("raid", "second", proposal, *LEAD)

    assert own.code == 1
    assert carried.code == 0, carried.err
    assert carried.out.startswith(f"CARRIED  {proposal}: merge case:c-")
    assert again.code == 1


def test_a_proposal_is_refused_with_a_reason(raid: Ringwall) -> None:
    proposal, _ = proposed(raid)

    without = raid("raid", "refuse", proposal, *LEAD)
    early = raid("raid", "refuse", proposal, "--lapsed", *LEAD)
    done = raid("raid", "refuse", proposal, "--reason", "two events", *LEAD)

    assert code_told(without) == "reason-missing"
    assert code_told(early) == "not-overdue"
    assert done.json()["state"] == "refused"
    assert raid("raid", "proposals", *LEAD).json() == []


def test_who_may_not_second_is_told_where_proposals_are(raid: Ringwall) -> None:
    words = ("raid", "second", "prp-mfzwizltmrqw2zlt", *as_person("ole"))
    done = raid.table(*words)
    assert done.code == 1
    assert "look at `ringwall raid proposals`" in " ".join(done.err.split())
