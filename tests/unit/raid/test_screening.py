"""What becomes of a report that came in, and who alone may set it aside."""

import pytest

from ringwall.base.errors import RingwallError
from ringwall.gate.denied import AccessDenied
from ringwall.ledger.asking.raid_rows import RaidQuestion
from ringwall.raid.desk import RaidDesk
from ringwall.raid.ids import new_id
from tests.example import NOON
from tests.raid_office import (
    DAY,
    RaidOffice,
    given,
    opened_case,
    refused,
    report_document,
    who,
)

GRAVE = report_document(narrative="Two patients died after the assistant's advice.")


def state_of(desk: RaidDesk, report: str) -> str:
    card = desk.acting.rows.card("raid.report", report)
    assert card is not None
    return str(card.card["state"])


def test_a_report_is_screened_and_its_case_opened_in_one_transaction(
    desk: RaidDesk,
) -> None:
    report = given(desk.acting, report_document(states=["FR", "DE"]), priority=2)

    done = desk.screening.open(who("joan"), report, "b2")

    kinds = [(event["kind"], event["act"]) for event in done.events]
    assert kinds == [
        ("raid.report", "validate"),
        ("raid.case", "open"),
        ("raid.link", "link"),
        ("raid.report", "attach"),
    ]
    assert len({event["decision"] for event in done.events}) == 1
    case = desk.acting.rows.card("raid.case", done.events[1]["id"])
    assert case is not None
    told = ("state", "team", "states", "priority", "kind", "tlp", "authors")
    assert [case.card[name] for name in told] == [
        *("new", "raid-desk", "DE FR", 2, "incident", "amber", "")
    ]
    assert case.event["said"] == {"title": "Scheduling assistant double-booked a ward"}
    assert done.events[0]["said"] == {"credibility": "B2"}
    card = desk.acting.rows.card("raid.report", report)
    assert card is not None
    assert (card.card["cases"], card.case) == (1, case.id)


def test_whoever_may_not_screen_opens_nothing_that_would_be_screened(
    desk: RaidDesk,
) -> None:
    report = given(desk.acting)
    # Enough for a case, and not for a report.
    tired = who("joan")
    tired["authn"] = "hardware"

    with pytest.raises(AccessDenied):
        desk.screening.open(tired, report, "B2")
    assert refused(desk.screening.open, tired, report) == "credibility-missing"
    card = desk.acting.rows.card("raid.report", report)
    assert card is not None
    assert card.card["state"] == "received"
    desk.screening.validate(who("joan"), report, "B2")
    done = desk.screening.open(tired, report)
    assert [event["act"] for event in done.events] == ["open", "link", "attach"]


def test_a_valid_report_opens_a_further_case_without_being_screened_again(
    desk: RaidDesk,
) -> None:
    report = given(desk.acting)
    desk.screening.validate(who("joan"), report, "A1")

    done = desk.screening.open(who("joan"), report)
    again = desk.screening.open(who("joan"), report, another="a second ward")

    assert [event["act"] for event in done.events] == ["open", "link", "attach"]
    assert again.events[1]["said"] == {"reason": "a second ward"}
    assert again.events[0]["id"] != done.events[0]["id"]
    card = desk.acting.rows.card("raid.report", report)
    assert card is not None
    assert card.card["cases"] == 2


def test_no_second_case_is_opened_unawares(desk: RaidDesk) -> None:
    report, case = opened_case(desk)

    with pytest.raises(RingwallError) as caught:
        desk.screening.open(who("dorothy"), report, another=" \u200b")

    assert caught.value.code == "case-open-already"
    assert case in str(caught.value)
    assert f"raid show {case}" in caught.value.next_step
    assert "--another" in caught.value.next_step
    assert len(desk.acting.rows.find(RaidQuestion("raid.case"))) == 1


def test_of_a_case_that_is_not_theirs_nobody_hears_by_opening_one(
    desk: RaidDesk,
) -> None:
    report, case = opened_case(desk)
    desk.needs.shut(who("mileva"), case, "weights are abroad")

    done = desk.screening.open(who("dorothy"), report)

    assert [event["act"] for event in done.events] == ["open", "link", "attach"]


def test_a_case_can_be_opened_anew_once_the_link_was_taken_back(
    desk: RaidDesk,
) -> None:
    report, case = opened_case(desk)
    desk.links.unlink(who("joan"), report, case, "another ward")

    done = desk.screening.open(who("joan"), report)

    assert [event["act"] for event in done.events] == ["open", "link", "attach"]


@pytest.mark.parametrize("grade", ["good", "G1", "B2 or so"])
def test_what_is_no_grade_is_refused_where_none_is_needed_too(
    desk: RaidDesk, grade: str
) -> None:
    report = given(desk.acting)
    desk.screening.validate(who("joan"), report, "A1")

    words = (who("joan"), report, grade)
    assert refused(desk.screening.open, *words) == "credibility-missing"
    assert desk.acting.rows.find(RaidQuestion("raid.case")) == []


@pytest.mark.parametrize("grade", ["", "G1", "A7", "A", "A11", "unknown"])
def test_no_report_is_valid_without_its_credibility(desk: RaidDesk, grade: str) -> None:
    report = given(desk.acting)

    assert refused(desk.screening.open, who("joan"), report, grade) == (
        "credibility-missing"
    )
    assert refused(desk.screening.validate, who("joan"), report, grade) == (
        "credibility-missing"
    )
    assert state_of(desk, report) == "received"


def test_whoever_has_no_part_in_screening_opens_nothing(desk: RaidDesk) -> None:
    report = given(desk.acting)

    for person in ("ruth", "hertha", "niels", "vint"):
        with pytest.raises(AccessDenied):
            desk.screening.open(who(person), report, "A1")


def test_a_report_that_does_not_exist_is_unknown(desk: RaidDesk) -> None:
    nothing = new_id("raid.report")

    assert refused(desk.screening.open, who("joan"), nothing) == "unknown-report"
    with pytest.raises(AccessDenied):
        desk.screening.open(who("joan"), nothing, "A1")
    with pytest.raises(AccessDenied):
        desk.screening.validate(who("joan"), nothing, "A1")
    with pytest.raises(AccessDenied):
        desk.screening.invalidate(who("joan"), nothing, "spam")


def test_spam_is_set_aside_by_one_person_with_a_reason(desk: RaidDesk) -> None:
    report = given(desk.acting)

    assert refused(desk.screening.invalidate, who("joan"), report, " ") == (
        "reason-missing"
    )
    done = desk.screening.invalidate(who("joan"), report, "an advertisement")

    assert state_of(desk, report) == "invalid"
    assert done.events[0]["said"] == {"reason": "an advertisement"}


@pytest.mark.parametrize(
    ("document", "columns"),
    [
        (GRAVE, {}),
        (report_document(harms=["death", "health"]), {}),
        (report_document(weights="stolen"), {}),
        (report_document(weights="self-exfiltrated"), {}),
        (report_document(behaviour="shown"), {}),
        (report_document(chain=[{"text": "asked for a nerve agent"}]), {}),
        (report_document(), {"owned": 1}),
        (report_document(), {"imminent": 1}),
    ],
)
def test_a_grave_report_is_set_aside_by_two_persons_alone(
    desk: RaidDesk, document: dict[str, object], columns: dict[str, int]
) -> None:
    report = given(desk.acting, document, "ruth", **columns)

    [proposed] = desk.screening.invalidate(who("joan"), report, "made up").events

    assert (proposed["kind"], proposed["act"]) == ("raid.proposal", "propose")
    assert state_of(desk, report) == "received"
    assert refused(desk.proposals.second, who("joan-2"), proposed["id"]) == (
        "same-person"
    )
    desk.proposals.second(who("rosalind"), proposed["id"])
    assert state_of(desk, report) == "invalid"


def test_what_was_set_aside_is_taken_up_again_for_new_evidence(
    desk: RaidDesk,
) -> None:
    report = given(desk.acting)
    desk.screening.invalidate(who("joan"), report, "no such ward")

    assert refused(desk.screening.reopen, who("joan"), report, "") == (
        "evidence-missing"
    )
    desk.screening.reopen(who("joan"), report, "the ward's own log")

    assert state_of(desk, report) == "received"
    assert refused(desk.screening.reopen, who("joan"), report, "again") == (
        "act-not-possible"
    )


def test_a_report_is_deferred_to_a_date_to_come(desk: RaidDesk) -> None:
    report, _ = opened_case(desk)
    defer = desk.screening.defer

    assert refused(defer, who("joan"), report, "2026-11-20", "wait") == (
        "review-date-missing"
    )
    assert refused(defer, who("joan"), report, "soon", "wait") == "instant-malformed"
    assert refused(defer, who("joan"), report, "2026-12-24", "") == "reason-missing"
    done = defer(who("joan"), report, "2026-12-24", "the vendor answers by then")

    assert state_of(desk, report) == "deferred"
    assert done.events[0]["said"]["until"] == "2026-12-24T00:00:00Z"


def test_a_report_is_closed_once_its_reporter_was_told(desk: RaidDesk) -> None:
    report = given(desk.acting)
    close = desk.screening.close

    assert refused(close, who("joan"), report, "told") == "act-not-possible"
    desk.screening.invalidate(who("joan"), report, "no such ward")
    assert refused(close, who("joan"), report, "") == "feedback-missing"
    close(who("joan"), report, "unreachable")

    assert state_of(desk, report) == "closed"
    assert refused(desk.screening.open, who("joan"), report, "A1") == (
        "act-not-possible"
    )


def test_two_who_screen_one_report_at_once_open_one_case(
    raid_office: RaidOffice,
) -> None:
    with raid_office.raid() as one, raid_office.raid() as other:
        report = given(one.acting)
        one.screening.open(who("joan"), report, "B2")
        raid_office.clock.instant = NOON + DAY // 1000
        # The other has not looked since; what it makes rests on what is on record.
        words = (who("dorothy"), report, "C3")
        assert refused(other.screening.open, *words) == "case-open-already"
        assert len(other.acting.rows.find(RaidQuestion("raid.case"))) == 1
