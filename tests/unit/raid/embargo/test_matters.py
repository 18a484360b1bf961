"""What is so of a matter."""

import pytest

from ringwall.gate.denied import AccessDenied
from ringwall.raid.desk import RaidDesk
from tests.embargoed import active, card_of, led, proposed, state_of
from tests.office import DAY
from tests.raid_office import RaidOffice, armed_clock, opened_case, refused, who

JOAN, AGNES = who("joan"), who("agnes")
SEEN = "seen by us"


@pytest.mark.parametrize(
    ("bit", "cause"),
    [
        ("public", "public"),
        ("uplift", "recipe-public"),
        ("misuse", "misuse-observed"),
    ],
)
def test_what_is_out_ends_an_embargo_in_the_same_transaction(
    desk: RaidDesk, bit: str, cause: str
) -> None:
    """Scenario 3: misuse is observed before anything was released."""
    case, _ = active(desk)
    done = desk.matters.tell(JOAN, case, [bit], "", SEEN)
    assert [event["kind"] for event in done.events] == ["raid.matter", "raid.embargo"]
    assert len({event["decision"] for event in done.events}) == 1
    assert (state_of(desk, case), card_of(desk, case)["cause"]) == ("exited", cause)


def test_a_proposal_ends_too_and_what_is_told_again_changes_nothing(
    desk: RaidDesk,
) -> None:
    case, _ = proposed(desk)
    desk.matters.tell(JOAN, case, ["aware"], "", SEEN)
    assert state_of(desk, case) == "proposed"
    desk.matters.tell(JOAN, case, ["misuse", "public"], "", SEEN)
    assert card_of(desk, case)["cause"] == "public"
    again = refused(desk.matters.tell, JOAN, case, ["public"], "", SEEN)
    assert again == "matter-nothing-told"
    desk.matters.tell(JOAN, case, ["uplift"], "", SEEN)


def test_a_fact_without_evidence_or_name_is_not_told(desk: RaidDesk) -> None:
    _, case = opened_case(desk)
    tell = desk.matters.tell
    assert refused(tell, JOAN, case, ["public"], "", " ") == "matter-evidence-missing"
    assert refused(tell, JOAN, case, ["loud"], "", SEEN) == "matter-fact-unknown"
    assert refused(tell, JOAN, case, [], "maybe", SEEN) == "matter-fact-unknown"
    assert refused(tell, JOAN, case, [], "", SEEN) == "matter-nothing-told"
    with pytest.raises(AccessDenied):
        tell(who("hertha"), case, ["public"], "", SEEN)


def test_one_person_tells_that_more_got_out_and_never_less(desk: RaidDesk) -> None:
    case = led(desk, "contained")
    desk.matters.tell(JOAN, case, [], "released", SEEN)
    back = refused(desk.matters.tell, JOAN, case, [], "contained", SEEN)
    assert back == "matter-easier"


def test_two_persons_take_back_what_was_not_so(desk: RaidDesk) -> None:
    case, _ = active(desk)
    desk.matters.tell(JOAN, case, ["public"], "released", SEEN)
    retract = desk.matters.retract
    assert refused(retract, JOAN, case, ["misuse"], "", "no") == "matter-nothing-told"
    assert refused(retract, JOAN, case, [], "", "no") == "matter-nothing-told"
    assert refused(retract, JOAN, case, ["public"], "", " ") == "reason-missing"
    done = retract(JOAN, case, ["public"], "service-side", "it was another matter")
    proposal = done.events[0]["id"]
    assert desk.matters.show(JOAN, case)["public"] == 1
    desk.proposals.second(AGNES, proposal)
    known = desk.matters.show(JOAN, case)
    assert (known["public"], known["recoverable"]) == (0, "service-side")
    # What ended stays ended.
    assert state_of(desk, case) == "exited"


def test_nothing_is_taken_back_of_which_nothing_was_told(desk: RaidDesk) -> None:
    _, case = opened_case(desk)
    found = refused(desk.matters.retract, JOAN, case, ["public"], "", "no")
    assert found == "unknown-matter"


def test_no_embargo_stands_in_the_way_of_a_legal_clock(desk: RaidDesk) -> None:
    case, _ = active(desk)
    clock = armed_clock(desk, case)
    before = desk.acting.rows.card("raid.clock", clock)
    assert before is not None
    assert [card.id for card in desk.clocks.of_case(JOAN, case)].count(clock) == 1
    # And what the clock does makes nothing public.
    assert state_of(desk, case) == "active"
    assert desk.matters.show(JOAN, case)["public"] == 0


def test_what_was_over_before_it_came_out_is_told_as_over(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    case, _ = active(desk)
    raid_office.clock.instant += 14 * DAY
    done = desk.matters.tell(JOAN, case, ["public"], "", SEEN)
    assert [one.get("act") for one in done.events] == ["tell", "end", None]
    assert card_of(desk, case)["cause"] == "expired"
