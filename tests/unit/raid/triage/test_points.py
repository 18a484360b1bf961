"""Decision points and the answers to them."""

import pytest

from ringwall.base.errors import RequestError
from ringwall.raid.triage.points import ASKED
from tests.triage_tables import edited, faults_of, shipped

POINTS = shipped().points


def test_what_is_not_answered_is_unknown() -> None:
    found = POINTS.narrowed({"auto": ["none"]})

    assert found["auto"] == {"none"}
    assert found["uplift"] == {"below", "near", "at", "beyond"}
    assert found.keys() == ASKED.keys()


def test_unknown_stands_for_every_value() -> None:
    found = POINTS.narrowed({"auto": ["unknown", "none"]})

    assert found["auto"] == POINTS["auto"].all


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"mood": ["bad"]}, "unknown-point"),
        ({"harm": ["grave"]}, "unknown-point"),
        ({"auto": ["maybe"]}, "unknown-value"),
        ({"auto": []}, "no-value"),
    ],
)
def test_an_answer_that_is_none_is_refused(
    given: dict[str, list[str]], code: str
) -> None:
    with pytest.raises(RequestError) as caught:
        POINTS.narrowed(given)

    assert caught.value.code == code
    assert caught.value.next_step


def test_the_last_value_of_an_ordered_point_is_the_worst() -> None:
    assert POINTS["spread"].worst({"one-user", "several-states"}) == "several-states"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("auto,ordered,none,", "mood,ordered,none,", "unknown-word"),
        ("auto,ordered,none,", "auto,nominal,none,", "wrong-scale"),
        ("auto,ordered,suspected,", "auto,ordered,none,", "duplicate-row"),
        ("comp,ordered,1e25,", "comp,ordered,1e24,", "missing-word"),
    ],
)
def test_points_of_another_kind_are_refused(old: str, new: str, code: str) -> None:
    assert code in {fault.code for fault in faults_of(edited("points.csv", old, new))}


def test_a_point_with_one_value_asks_nothing() -> None:
    changed = edited("points.csv", "resp,nominal,unresponsive", "resp,nominal,active")
    data = changed["points.csv"].replace(
        b"resp,nominal,is-the-suspect", b"resp,nominal,active"
    )

    codes = {fault.code for fault in faults_of({**changed, "points.csv": data})}

    assert {"missing-word", "duplicate-row"} <= codes
