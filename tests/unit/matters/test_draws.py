"""A draw is what the root decides: everybody once, nobody through, nothing foreseen."""

import base64
from hashlib import sha256
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ringwall.base.clock import format_instant, parse_instant
from ringwall.matters.draws import AGAIN, WEEK, Draw, Draws, TestPlan, chosen
from ringwall.model.matter_events import tests_drawn as drawn_event
from ringwall.model.matter_events import tests_planned as planned_event

NOW = parse_instant("2026-11-21T12:00:00Z")
PEOPLE = tuple(f"user:p{number:02}" for number in range(20))


def root(number: int) -> bytes:
    return sha256(number.to_bytes(8, "big")).digest()


def plan(slots: int = 4, people: tuple[str, ...] = PEOPLE) -> TestPlan:
    return TestPlan("tst-1", 0, NOW, NOW + slots * WEEK, people)


def with_draw(before: TestPlan, slot: int, key: bytes) -> TestPlan:
    draw = Draw(slot, NOW, slot, 1, key, chosen(before, slot, key))
    draws = (*before.draws, draw)
    return TestPlan(
        *(before.id, 0, before.first, before.until, before.people, {}, draws)
    )


def planned(
    size: int, first: int = NOW, until: int = NOW + 3 * WEEK, **more: object
) -> dict[str, Any]:
    said = {
        "first": format_instant(first),
        "until": format_instant(until),
        "people": list(PEOPLE),
        "size": size,
        **more,
    }
    return planned_event(NOW, "tst-1", said)


def drawn(slot: int = 0, name: str = "tst-1", **more: object) -> dict[str, Any]:
    said = {
        "slot": slot,
        "size": 5,
        "root": base64.b64encode(root(1)).decode(),
        "people": ["user:p01"],
        **more,
    }
    return drawn_event(NOW, name, said)


def folded(*events: dict[str, Any]) -> Draws:
    draws = Draws()
    for index, event in enumerate(events):
        draws.take_in(index, event)
    return draws


def only(*events: dict[str, Any]) -> TestPlan:
    (found,) = folded(*events).all()
    return found


@given(st.integers(1, 12), st.integers(0, 30), st.integers(0, 2**32))
def test_everybody_is_drawn_by_the_last_slot(
    slots: int, people: int, seed: int
) -> None:
    names = tuple(f"user:p{number:02}" for number in range(people))
    current = plan(slots, names)
    for slot in range(slots):
        current = with_draw(current, slot, root(seed + slot))

    assert current.before(slots) == set(names)
    assert current.next_slot() is None


def test_a_draw_is_the_hmac_of_plan_slot_and_person() -> None:
    # Worked out by hand from RFC 2104, not by the product's way.
    key = root(7)
    block = key + bytes(32)
    inner, outer = (bytes(b ^ pad for b in block) for pad in (0x36, 0x5C))

    def fraction(person: str) -> float:
        text = f"tst-1|1|{person}".encode()
        mac = sha256(outer + sha256(inner + text).digest()).digest()
        return int.from_bytes(mac, "big") / 2**256

    expected = tuple(person for person in PEOPLE if fraction(person) < 1 / 3)
    assert chosen(plan(4), 1, key) == expected
    assert expected


def test_whoever_was_drawn_may_be_drawn_again() -> None:
    everybody = with_draw(plan(1), 0, root(0))
    later = TestPlan("tst-1", 0, NOW, NOW + 1000 * WEEK, PEOPLE, {}, everybody.draws)
    again = sum(len(chosen(later, slot, root(slot))) for slot in range(1, 800))

    expected = 799 * len(PEOPLE) / AGAIN
    assert expected * 0.8 < again < expected * 1.2


def test_the_last_slot_leaves_nobody_out() -> None:
    assert chosen(plan(1), 0, root(3)) == PEOPLE


def test_a_plan_has_a_slot_for_each_week_begun() -> None:
    assert plan(4).slots == 4
    assert TestPlan("t", 0, NOW, NOW + 1, PEOPLE).slots == 1
    assert TestPlan("t", 0, NOW, NOW + WEEK + 1, PEOPLE).slots == 2
    assert TestPlan("t", 0, NOW, NOW - WEEK, PEOPLE).slots == 1
    assert plan(4).begins(2) == NOW + 2 * WEEK


def test_a_plan_on_record_names_a_size_that_the_log_has_not_reached() -> None:
    assert only(planned(2)).sizes == {0: (2, 0)}
    # The tree of one entry is the one with the plan itself: whoever wrote it knew it.
    assert only(planned(1)).sizes == {}
    assert only(planned(1), planned(3)).sizes == {0: (3, 1)}
    assert only(planned(1), planned(2)).sizes == {}


def test_only_the_first_size_of_a_slot_counts() -> None:
    again = only(planned(2), planned(40), planned(9, NOW + WEEK))

    assert again.sizes == {0: (2, 0), 1: (9, 2)}
    assert again.people == PEOPLE


def test_a_size_for_what_is_no_slot_is_left_out() -> None:
    odd = (NOW - WEEK, NOW + 1, NOW + 3 * WEEK)
    found = only(planned(2), *(planned(50, first) for first in odd))

    assert found.sizes == {0: (2, 0)}
    wordy = only(planned(2), {**planned(50), "first": "next week"})
    assert wordy.sizes == {0: (2, 0)}


def test_a_plan_of_no_time_is_one_slot_from_when_it_was_written() -> None:
    found = only({**planned(2), "first": "soon", "until": "late"})

    assert (found.first, found.until, found.slots) == (NOW, NOW, 1)


def test_draws_stand_with_their_plan_and_the_first_of_a_slot_counts() -> None:
    found = only(planned(2), drawn(), drawn(people=["user:p02"]), drawn(1))

    assert [draw.index for draw in found.draws] == [1, 2, 3]
    first = found.drawn(0)
    assert first is not None
    assert (first.people, first.root, first.size) == (("user:p01",), root(1), 5)
    assert found.drawn(2) is None
    assert found.next_slot() == 2
    assert found.before(1) == {"user:p01", "user:p02"}


def test_a_draw_of_no_plan_is_left_out() -> None:
    assert folded(drawn(name="tst-9")).all() == ()
    assert folded().last() is None


def test_what_is_no_root_decides_as_none() -> None:
    odd = [only(planned(2), drawn(root=text)).draws[0].root for text in ("?", "AAAA")]

    assert odd == [b"", b""]


def test_the_record_tells_who_was_drawn_and_when() -> None:
    draws = folded(planned(2), drawn(), drawn(1))

    assert list(draws.tested()) == [("user:p01", NOW), ("user:p01", NOW)]
    last = draws.last()
    assert last is not None
    assert last.id == "tst-1"
