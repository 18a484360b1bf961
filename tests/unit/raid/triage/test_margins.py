"""How mild a case could still turn out, and what keeps it where it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.raid.triage.judging import judge
from ringwall.raid.triage.margins import WEIGHED, margins
from ringwall.raid.triage.outcomes import rank
from ringwall.raid.triage.points import ASKED
from tests.triage_tables import MILD, judged, shipped

UNKNOWN_AUTO = "none suspected shown"


def test_a_case_of_which_all_is_known_has_no_margin() -> None:
    found = margins(shipped(), judged())

    assert found["priority"] == ("track", ())
    assert found["owner"] == ("sector", ())


def test_the_open_point_that_holds_a_case_is_named() -> None:
    found = margins(shipped(), judged(auto=UNKNOWN_AUTO, oc="oc1-2 oc3"))

    assert found["priority"] == ("track", ("auto",))
    assert found["owner"] == ("sector", ("auto",))


def test_an_open_class_holds_a_case_as_raids() -> None:
    every = " ".join(shipped().points["class"].values)

    assert margins(shipped(), judged(class_=every))["owner"] == ("sector", ("class",))


def test_a_case_is_taken_for_true() -> None:
    open_ = " ".join(shipped().points["cred"].values)

    found = margins(shipped(), judged(cred=open_, kind="realised-harm"))

    assert found["priority"] == ("scheduled", ())


def test_flags_that_may_be_none_are_none_at_best_and_named_ones_hold() -> None:
    harm = {"kind": "realised-harm"}

    maybe = margins(shipped(), judged(**harm, legal="none personal-data"))
    named = margins(shipped(), judged(**harm, legal="death personal-data"))

    assert maybe["priority"] == ("scheduled", ("legal",))
    assert named["priority"] == ("out-of-cycle", ())


def test_at_the_worst_nothing_is_lowered() -> None:
    unknown = judge(shipped(), shipped().points.unknown)

    found = margins(shipped(), unknown)

    assert unknown.outcome.priority == "immediate"
    assert found["owner"].best == "sector"
    assert set(found["owner"].held) == {"class", "auto", "weights"}


@pytest.mark.parametrize("name", WEIGHED)
@given(data=st.data())
def test_settling_what_is_named_gives_what_is_promised(
    name: str, data: st.DataObject
) -> None:
    points = shipped().points
    opened = data.draw(st.sets(st.sampled_from(sorted(ASKED)), max_size=4))
    values = {
        point: data.draw(st.sets(st.sampled_from(points[point].values), min_size=1))
        for point in opened
    }
    whole = points.narrowed({**{k: [v] for k, v in MILD.items()}, **values})
    now = judge(shipped(), whole)

    margin = margins(shipped(), now)[name]

    reached = rank(name, getattr(now.outcome, name))
    assert rank(name, margin.best) <= reached
    assert bool(margin.held) == (rank(name, margin.best) < reached)
    assert set(margin.held) <= set(now.open) - {"cred"}
