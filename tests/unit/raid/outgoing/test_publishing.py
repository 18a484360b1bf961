"""Statistics over all cases."""

import pytest

from ringwall.base.canonical import load_canonical
from ringwall.base.clock import parse_instant
from ringwall.base.errors import ActRefused
from ringwall.gate.denied import AccessDenied
from ringwall.ledger.asking.raid_acts import Span
from ringwall.raid.desk import RaidDesk
from ringwall.raid.outgoing.publishing import as_it_was
from tests.raid_office import (
    DAY,
    RaidOffice,
    adopted,
    given,
    opened_case,
    refused,
    report_document,
    who,
)

NIELS = who("niels")
ON = parse_instant("2027-01-15T00:00:00Z")


def a_case(desk: RaidDesk, *points: str) -> str:
    """Open a case, assess what is said of it, and return its id."""
    _, case = opened_case(desk)
    if points:
        desk.triage.assess(who("dorothy"), case, points, {"evidence": "seen"})
    return case


def cells(desk: RaidDesk) -> dict[str, dict[str, int | None]]:
    told = load_canonical(desk.publishing.aggregate(NIELS).data)
    found: dict[str, dict[str, int | None]] = told["tables"]["cases"]["cells"]
    return found


def test_nothing_is_told_before_the_first_date(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    assert refused(desk.publishing.aggregate, NIELS) == "aggregate-not-yet"
    a_case(desk)
    raid_office.clock.instant = ON - 1
    assert refused(desk.publishing.aggregate, NIELS) == "aggregate-not-yet"
    raid_office.clock.instant = ON
    assert str(desk.publishing.aggregate(NIELS).on) == "2027-01-15"


def test_all_cases_count_from_five_on_whoever_may_know_of_them(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    cyber = [a_case(desk, "class=cyber", "kind=realised-harm") for _ in range(5)]
    for _ in range(4):
        a_case(desk, "class=cbrn", "kind=realised-harm")
    desk.needs.shut(who("mileva"), cyber[0], "named persons alone")
    raid_office.clock.instant = ON
    told = cells(desk)
    assert told["cyber"]["incident"] == 5
    assert told["cbrn"]["incident"] is None
    assert told["unknown"]["incident"] is None


def test_what_comes_between_two_dates_moves_no_byte(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    cases = [a_case(desk, "class=cyber", "kind=realised-harm") for _ in range(5)]
    raid_office.clock.instant = ON
    first = desk.publishing.aggregate(NIELS)
    for case in cases:
        evidence = {"evidence": "looked into it again"}
        desk.triage.assess(who("dorothy"), case, ["class=cbrn"], evidence)
    for _ in range(5):
        a_case(desk, "class=cyber", "kind=realised-harm")
    raid_office.clock.instant = ON + 30 * DAY
    again = desk.publishing.aggregate(who("joan"))
    assert again.data == first.data
    assert again.decision != first.decision


def test_a_case_counts_in_one_aggregate_alone(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    for _ in range(6):
        a_case(desk, "class=cyber", "kind=realised-harm")
    raid_office.clock.instant = parse_instant("2027-04-15T00:00:00Z")
    assert cells(desk)["cyber"]["incident"] is None


def test_a_case_that_was_merged_counts_no_more(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    cases = [a_case(desk, "class=cyber", "kind=realised-harm") for _ in range(5)]
    done = desk.merging.merge(who("joan"), cases[0], cases[1], "the same")
    desk.proposals.second(who("rosalind"), done.events[0]["id"])
    raid_office.clock.instant = ON
    assert cells(desk)["cyber"]["incident"] is None


def test_rules_without_dates_publish_nothing(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    given(desk.acting, report_document())
    (raid_office.folder / "raid" / "desk" / "aggregates.csv").unlink()
    adopted(desk)
    assert refused(desk.publishing.aggregate, NIELS) == "aggregate-dates-missing"


def test_only_who_reads_at_the_desk_asks_for_them(desk: RaidDesk) -> None:
    with pytest.raises(AccessDenied):
        desk.publishing.aggregate(who("ruth"))
    with pytest.raises(ActRefused):
        desk.publishing.aggregate(who("elinor"))


def test_of_a_time_without_an_end_the_row_is_the_one_of_now(desk: RaidDesk) -> None:
    case = a_case(desk)
    card = desk.acting.rows.card("raid.case", case)
    assert card is not None
    assert as_it_was(desk.acting.rows, card, Span()) == card.card


def test_what_enforcers_asked_is_told_by_what_became_of_it(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    letter = b"Have you anything on Example Systems?"
    asked = [
        str(desk.inquiries.receive(who("ruth"), letter, "police").events[0]["id"])
        for _ in range(10)
    ]
    for inquiry in asked[:6]:
        desk.inquiries.answer(who("vint"), inquiry)
    raid_office.clock.instant = ON
    for inquiry in asked[6:]:
        desk.inquiries.answer(who("vint"), inquiry)
    whole = load_canonical(desk.publishing.aggregate(NIELS).data)
    told = whole["tables"]["inquiries"]
    assert told["totals_of_told_cells"] == {"inquiries": 6}
    assert {row: cells["inquiries"] for row, cells in told["cells"].items()} == {
        "answered": 6,
        "by-exit": None,
        "declined": None,
        "received": None,
    }
