"""Deviations from the tables take two persons and leave what the tables said."""

import pytest

from ringwall.base.errors import ActRefused, RequestError
from ringwall.gate.denied import AccessDenied
from ringwall.raid.desk import RaidDesk
from tests.raid_office import code_of, given, report_document, who
from tests.unit.raid.triage_desk import assess, opened


def triaged(desk: RaidDesk, *answers: str) -> str:
    case = opened(desk)
    assess(desk, case, *answers)
    desk.triage.run(who("dorothy"), case)
    return case


def proposed(desk: RaidDesk, case: str, **outcomes: str) -> str:
    done = desk.deviating.deviate(who("dorothy"), case, outcomes, "we know more")
    return str(done.events[0]["id"])


def test_a_second_person_carries_a_deviation(desk: RaidDesk) -> None:
    case = triaged(desk)

    done = desk.proposals.second(
        who("agnes"), proposed(desk, case, priority="immediate", lane="urgent")
    )
    event = done.events[1]

    assert event["act"] == "deviate"
    assert (event["card"]["priority"], event["card"]["lane"]) == (4, "urgent")
    assert event["said"]["instead"]["priority"] == "scheduled"
    assert event["said"]["row"] == event["card"]["row"]


def test_a_first_person_does_not_carry_it(desk: RaidDesk) -> None:
    case = triaged(desk)
    name = proposed(desk, case, priority="track")

    with pytest.raises((ActRefused, AccessDenied)):
        desk.proposals.second(who("dorothy"), name)


@pytest.mark.parametrize("judges", ["assesses", "triages"])
def test_whoever_judged_a_case_carries_nothing_that_another_proposes_of_it(
    desk: RaidDesk, judges: str
) -> None:
    case = opened(desk)
    assess(desk, case, by="rosalind" if judges == "assesses" else "dorothy")
    desk.triage.run(who("rosalind" if judges == "triages" else "dorothy"), case)
    name = proposed(desk, case, priority="track")

    with pytest.raises(AccessDenied):
        desk.proposals.second(who("rosalind"), name)
    assert desk.proposals.second(who("agnes"), name).events[1]["act"] == "deviate"


def test_whoever_opened_a_case_or_noted_on_it_has_not_judged_it(
    desk: RaidDesk,
) -> None:
    report = given(desk.acting, report_document())
    done = desk.screening.open(who("rosalind"), report, "B2")
    case = next(str(e["id"]) for e in done.events if e["kind"] == "raid.case")
    desk.cases.note(who("rosalind"), case, "the vendor calls back")
    assess(desk, case)
    desk.triage.run(who("dorothy"), case)
    name = proposed(desk, case, priority="track")

    assert desk.proposals.second(who("rosalind"), name).events[1]["act"] == "deviate"


def test_what_raid_owns_is_left_by_two_and_called_so(desk: RaidDesk) -> None:
    case = triaged(desk, "auto=shown")
    done = desk.deviating.deviate(
        who("dorothy"), case, {"owner": "sector"}, "it was a person"
    )

    carried = desk.proposals.second(who("agnes"), done.events[0]["id"])

    assert done.events[0]["card"]["what"] == "disown"
    assert carried.events[1]["to"] == "triaged"
    assert carried.events[1]["card"]["owned"] == 0


def test_two_may_give_to_raid_what_the_tables_did_not(desk: RaidDesk) -> None:
    case = triaged(desk)

    done = desk.proposals.second(who("agnes"), proposed(desk, case, owner="raid"))

    assert [event["act"] for event in done.events[1:]] == ["deviate", "own"]
    assert done.events[2]["card"]["owned"] == 1
    assert done.events[2]["to"] == "owned"
    # No later triage gives it back to the sector (6.3, invariant 5).
    assess(desk, case, "spread=union")
    desk.triage.run(who("dorothy"), case)
    card = desk.acting.rows.card("raid.case", case)
    assert card is not None
    assert (card.card["state"], card.card["owned"]) == ("owned", 1)


@pytest.mark.parametrize("then", ["watch", "declined"])
def test_two_may_give_to_raid_what_was_put_aside(desk: RaidDesk, then: str) -> None:
    case = opened(desk, danger="no", kind="hazard")
    assess(desk, case, "cred=not-credible", "kind=near-miss-or-hazard", "legal=none")
    desk.triage.run(who("dorothy"), case, "watch" if then == "watch" else "decline")

    done = desk.proposals.second(who("agnes"), proposed(desk, case, owner="joint"))

    assert (done.events[2]["from"], done.events[2]["to"]) == (then, "owned")


def test_a_deviation_from_a_triage_that_has_gone_is_refused(desk: RaidDesk) -> None:
    case = triaged(desk)
    name = proposed(desk, case, priority="track")
    assess(desk, case, "spread=union")
    desk.triage.run(who("dorothy"), case)

    with pytest.raises(ActRefused) as caught:
        desk.proposals.second(who("agnes"), name)

    assert code_of(caught.value) == "proposal-outdated"


def test_a_case_without_triage_has_nothing_to_deviate_from(desk: RaidDesk) -> None:
    with pytest.raises(ActRefused) as caught:
        proposed(desk, opened(desk), priority="track")

    assert code_of(caught.value) == "not-triaged"


def test_what_is_so_already_is_no_deviation(desk: RaidDesk) -> None:
    with pytest.raises(ActRefused) as caught:
        proposed(desk, triaged(desk), priority="scheduled")

    assert code_of(caught.value) == "nothing-deviates"


@pytest.mark.parametrize(
    "outcomes", [{"priority": "soon"}, {"mood": "bad"}, {"routes": "R01"}]
)
def test_an_outcome_that_is_none_is_refused(
    desk: RaidDesk, outcomes: dict[str, str]
) -> None:
    with pytest.raises(RequestError) as caught:
        proposed(desk, opened(desk), **outcomes)

    assert code_of(caught.value) == "outcome-unknown"


@pytest.mark.parametrize(
    ("reason", "told"), [(" ", "an outcome and a reason"), ("why", "an outcome")]
)
def test_all_that_a_deviation_lacks_is_told_at_once(
    desk: RaidDesk, reason: str, told: str
) -> None:
    with pytest.raises(RequestError) as caught:
        desk.deviating.deviate(who("dorothy"), triaged(desk), {}, reason)

    assert code_of(caught.value) == "outcome-missing"
    assert caught.value.message == f"a deviation lacks {told}"
    for option in ("--reason", "--priority", "--owner", "--severity", "--tlp"):
        assert option in caught.value.next_step


def test_a_deviation_takes_a_reason(desk: RaidDesk) -> None:
    case = triaged(desk)

    with pytest.raises(ActRefused) as caught:
        desk.deviating.deviate(who("dorothy"), case, {"priority": "track"}, " ")

    assert code_of(caught.value) == "reason-missing"
    assert "prp-" not in str(caught.value)
    assert case in str(caught.value)
