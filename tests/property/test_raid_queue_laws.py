"""Laws of the desk's queue and cut line; invariant 10 of the study of the desk."""

from hypothesis import given
from hypothesis import strategies as st

from ringwall.ledger.asking.raid_waiting import Waiting
from ringwall.raid.queue.cut import Cut, cut, staff_of
from tests.waiting import CAPACITY, item, ordered

_KEYS = st.fixed_dictionaries(
    {
        "imminent": st.integers(0, 1),
        "priority": st.integers(0, 4),
        "owned": st.integers(0, 1),
        "compute": st.integers(0, 3),
        "reach": st.integers(0, 4),
        "ago": st.integers(0, 200),
        "kind": st.sampled_from(["case", "report"]),
        "sort": st.sampled_from(["cyber", ""]),
        "host_days": st.one_of(st.none(), st.integers(-3, 20)),
    }
)


def _items(rows: list[dict[str, object]]) -> list[Waiting]:
    return ordered(*(item(number, **row) for number, row in enumerate(rows)))


def _line(items: list[Waiting], people: int) -> Cut:
    small = [one for one in items if one.kind == "case" and one.compute == 0]
    small.sort(key=lambda one: (-one.reach, one.key))
    return cut(CAPACITY, staff_of(CAPACITY, people), items, small, len(items))


_QUEUES = st.lists(_KEYS, max_size=60).map(_items)


@given(items=_QUEUES, people=st.integers(0, 6))
def test_no_more_is_assigned_than_there_is_and_no_host_clock_lies_below(
    items: list[Waiting], people: int
) -> None:
    line = _line(items, people)

    assert sum(placed.minutes for placed in line.above) <= line.minutes
    assert {one.id for one in items if one.is_host_owed} <= line.ids


@given(items=_QUEUES, people=st.integers(0, 6))
def test_in_the_order_of_the_queue_the_line_leaves_nothing_out(
    items: list[Waiting], people: int
) -> None:
    line = _line(items, people)
    lifted = {one.item.id for one in line.above if one.pool == "reserve"}

    rest = [one for one in items if one.id not in lifted]
    above = [one.id in line.ids for one in rest]
    assert above == sorted(above, reverse=True)


@given(items=_QUEUES, people=st.integers(0, 5))
def test_more_people_never_leave_more_undone_in_the_order(
    items: list[Waiting], people: int
) -> None:
    fewer = cut(CAPACITY, staff_of(CAPACITY, people), items, None, len(items))
    more = cut(CAPACITY, staff_of(CAPACITY, people + 1), items, None, len(items))

    assert fewer.missing >= more.missing
    assert all(placed.minutes > 0 or people == 0 for placed in fewer.above)


@given(items=_QUEUES)
def test_a_graver_item_never_stands_behind_the_same_one_less_grave(
    items: list[Waiting],
) -> None:
    for one in items:
        graver = item(
            one.entry,
            since=one.since,
            priority=min(4, one.priority + 1),
            **{
                name: getattr(one, name)
                for name in ("imminent", "owned", "compute", "reach", "host_due")
            },
        )
        assert graver.key <= one.key
