import pytest

from ringwall.base.clock import format_instant
from ringwall.base.errors import ActRefused, RequestError, UnknownItem
from ringwall.gate.denied import AccessDenied
from ringwall.model.events import Event
from ringwall.raid.desk import RaidDesk
from ringwall.raid.scene import Scene
from tests.example import NOON
from tests.raid_office import (
    DAY,
    RaidOffice,
    adopted,
    code_of,
    given,
    opened_case,
    report_document,
    who,
)


def _raised(desk: RaidDesk, case: str, **columns: str | int) -> None:
    """Give a case other columns, past the tables of triage."""

    def make(scene: Scene) -> list[Event]:
        card = scene.card("raid.case", case)
        return [scene.event("raid.case", case, "note", card, columns, {"text": "x"})]

    desk.acting.act(who("joan"), "raid.write", case, make)


def _short_week(desk: RaidDesk, office: RaidOffice, percent: int = 3) -> None:
    """Adopt a week in which an analyst has an hour for cases."""
    path = office.folder / "raid" / "desk" / "capacity.yaml"
    text = path.read_text().replace("usable_percent: 60", f"usable_percent: {percent}")
    text = text.replace(
        "screening, deep: 30, shallow: 10", "screening, deep: 99, shallow: 40"
    )
    path.write_text(text)
    adopted(desk, "a holiday")


def _order(desk: RaidDesk, limit: int = 25, skip: int = 0) -> list[str]:
    return [row.item.id for row in desk.queue.show(who("joan"), limit, skip).rows]


def test_an_empty_queue_has_no_rows_and_no_line_to_sign(desk: RaidDesk) -> None:
    shown = desk.queue.show(who("joan"))

    assert (shown.rows, shown.total, shown.is_short) == ([], 0, False)
    assert shown.signed is None


def test_items_stand_in_the_order_of_the_keys(desk: RaidDesk) -> None:
    plain = given(desk.acting)
    danger = given(desk.acting, imminent=1)
    _, owned = opened_case(desk)
    _, owed = opened_case(desk)
    _raised(desk, owned, priority=4, owned=1)
    due = format_instant(NOON + 2 * DAY)
    _raised(desk, owed, host_due=due, due=due)

    shown = desk.queue.show(who("joan"))

    assert [row.item.id for row in shown.rows] == [owed, danger, owned, plain]
    assert [row.why for row in shown.rows] == [
        *("host clock due", "danger", "immediate", "by age"),
    ]
    assert [row.place for row in shown.rows] == [1, 2, 3, 4]
    assert shown.rows[0].title == "Scheduling assistant double-booked a ward"
    assert (shown.total, shown.line, shown.is_short) == (4, 4, False)


def test_a_page_of_the_queue_goes_on_where_the_one_before_ends(desk: RaidDesk) -> None:
    for priority in (1, 2, 3):
        given(desk.acting, priority=priority)

    assert _order(desk, 2) + _order(desk, 2, 2) == _order(desk)
    assert desk.queue.show(who("joan"), 2, 2).rows[0].place == 3


def test_reports_that_are_alike_are_one_item_with_the_gravest_of_their_words(
    desk: RaidDesk,
) -> None:
    head = given(desk.acting, priority=1)
    other = given(desk.acting, priority=2)
    for _ in range(3):
        given(desk.acting, alike=head)
    given(desk.acting, alike=head, imminent=1, priority=4)

    rows = desk.queue.show(who("joan")).rows

    assert [row.item.id for row in rows] == [head, other]
    assert [row.item.copies for row in rows] == [4, 0]
    assert rows[0].why == "danger"


def test_copies_whose_head_was_screened_still_wait(desk: RaidDesk) -> None:
    head = given(desk.acting)
    copies = [given(desk.acting, alike=head) for _ in range(2)]
    desk.screening.open(who("joan"), head, "B2")

    rows = desk.queue.show(who("joan")).rows

    waiting = [row.item for row in rows if row.item.kind == "report"]
    assert [(one.id, one.copies) for one in waiting] == [(min(copies), 1)]
    assert len(rows) == 2


def test_somebody_without_need_to_know_sees_and_counts_no_case(
    desk: RaidDesk,
) -> None:
    _, case = opened_case(desk)
    given(desk.acting)
    desk.needs.admit(who("mileva"), case, "user:joan", "2027-06-01", "works on it")
    desk.needs.shut(who("mileva"), case, "few may know")

    mine, others = desk.queue.show(who("joan")), desk.queue.show(who("dorothy"))

    assert case in [row.item.id for row in mine.rows]
    assert (len(others.rows), others.total) == (1, 1)
    with pytest.raises(UnknownItem) as caught:
        desk.queue.why(who("dorothy"), case)
    assert code_of(caught.value) == "not-in-queue"
    assert desk.queue.cut(who("dorothy")).line.total == 1


def test_who_may_not_read_at_the_desk_gets_no_queue(desk: RaidDesk) -> None:
    with pytest.raises(AccessDenied):
        desk.queue.show(who("ada"))
    with pytest.raises(AccessDenied):
        desk.queue.why(who("ada"), "c-mfzwizltmr")
    with pytest.raises(AccessDenied):
        desk.queue.cut(who("ada"))


def test_why_names_each_key_and_what_stands_before(desk: RaidDesk) -> None:
    danger = given(desk.acting, imminent=1)
    graver = given(desk.acting, priority=3)
    item = given(desk.acting, priority=2, reach=1)

    place = desk.queue.why(who("joan"), item)

    assert place.row.place == 3
    assert [row.item.id for row in place.ahead] == [danger, graver]
    assert place.outranked == {"host": 0, "imminent": 1, "rank": 1, "age": 0, "id": 0}
    assert place.total == 3


def test_why_of_a_copy_tells_of_what_stands_for_it(desk: RaidDesk) -> None:
    head = given(desk.acting)
    copy = given(desk.acting, alike=head)

    assert desk.queue.why(who("joan"), copy).row.item.id == head


def test_why_of_what_is_no_id_is_refused(desk: RaidDesk) -> None:
    with pytest.raises(RequestError) as caught:
        desk.queue.why(who("joan"), "nothing at all")

    assert code_of(caught.value) == "id-malformed"


def test_waiting_lifts_an_item_past_younger_ones(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    old = given(desk.acting, priority=2)
    raid_office.clock.instant += 15 * DAY
    young = given(desk.acting, priority=2, reach=4)

    rows = desk.queue.show(who("joan")).rows

    assert [row.item.id for row in rows] == [old, young]
    assert rows[0].why == "waited, was scheduled"


def test_under_shortage_the_line_is_unsigned_until_the_director_signs(
    desk: RaidDesk,
) -> None:
    for _ in range(3):
        given(desk.acting, priority=4)

    seen = desk.queue.cut(who("joan"), people=0)
    signed = desk.queue.sign(who("niels"), "nobody is here", people=0)
    shown = desk.queue.show(who("joan"))

    assert (seen.line.below, seen.line.is_short, seen.signed) == (3, True, None)
    assert seen.below.harm == {-1: 3}
    assert signed.signed is not None
    assert (signed.signed.by, signed.signed.reason) == ("user:niels", "nobody is here")
    assert shown.signed == signed.signed
    assert (shown.staff.people, shown.line, shown.is_short) == (0, 0, True)


def test_a_signed_line_does_not_cover_what_is_graver(desk: RaidDesk) -> None:
    given(desk.acting, priority=1)
    desk.queue.sign(who("niels"), "nobody is here", people=0)
    given(desk.acting, priority=4)

    assert desk.queue.show(who("joan")).signed is None
    assert desk.queue.cut(who("joan")).signed is None


def test_a_signed_line_does_not_cover_fewer_people_and_lapses(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    for _ in range(3):
        given(desk.acting, priority=4)
    _short_week(desk, raid_office)
    desk.queue.sign(who("niels"), "one is here", people=1)

    assert desk.queue.cut(who("joan"), people=1).signed is not None
    assert desk.queue.cut(who("joan"), people=0).signed is None
    raid_office.clock.instant += 8 * DAY
    assert desk.queue.cut(who("joan"), people=1).signed is None
    assert desk.queue.show(who("joan")).staff.people == desk.queue.capacity.people


def test_a_line_that_leaves_nothing_undone_is_not_signed(desk: RaidDesk) -> None:
    given(desk.acting)

    with pytest.raises(ActRefused) as caught:
        desk.queue.sign(who("niels"), "all is well")

    assert code_of(caught.value) == "nothing-to-sign"


def test_a_line_is_not_signed_without_a_reason_or_by_an_analyst(
    desk: RaidDesk,
) -> None:
    given(desk.acting)

    with pytest.raises(RequestError) as caught:
        desk.queue.sign(who("niels"), " ", people=0)
    assert code_of(caught.value) == "reason-missing"
    with pytest.raises(AccessDenied):
        desk.queue.sign(who("joan"), "few are here", people=0)


def test_hours_are_hours_and_stay_so_once_signed(desk: RaidDesk) -> None:
    given(desk.acting, report_document(), priority=1)
    given(desk.acting, report_document(title="Another"), priority=1)

    found = desk.queue.cut(who("joan"), hours=1)
    desk.queue.sign(who("niels"), "an hour is all there is", hours=0)
    shown = desk.queue.show(who("joan"))

    assert found.line.minutes == 60
    assert found.line.staff.people is None
    assert shown.staff == (0, None)
    assert shown.signed is not None


@pytest.mark.parametrize("hours", [-1, 1_000_001])
def test_a_number_of_hours_that_no_week_has_is_refused(
    desk: RaidDesk, hours: int
) -> None:
    with pytest.raises(RequestError) as caught:
        desk.queue.cut(who("joan"), hours=hours)

    assert code_of(caught.value) == "hours-malformed"


@pytest.mark.parametrize("people", [-1, 10_001])
def test_a_number_of_people_that_no_desk_has_is_refused(
    desk: RaidDesk, people: int
) -> None:
    with pytest.raises(RequestError) as caught:
        desk.queue.cut(who("joan"), people=people)

    assert code_of(caught.value) == "people-malformed"


def test_clocks_that_break_below_the_line_are_named(desk: RaidDesk) -> None:
    _, case = opened_case(desk)
    desk.clocks.arm(who("ole"), case, ["GDPR33"])

    found = desk.queue.cut(who("joan"), people=0)

    assert found.below.harm == {-1: 1}
    late = [item.id for item in found.below.late]
    assert late == [case] or not found.below.clocks


def test_of_a_long_queue_only_the_page_is_looked_at(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    _short_week(desk, raid_office, percent=1)
    for _ in range(80):
        given(desk.acting)

    first = desk.queue.show(who("joan"), limit=2)
    longer = desk.queue.show(who("joan"), limit=30)

    assert (first.total, len(first.rows), first.line) == (80, 2, 0)
    assert 0 < longer.line < 30
    assert (first.is_short, longer.is_short) == (True, True)
