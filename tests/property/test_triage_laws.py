"""Laws of the triage: neither unknown nor worse is ever milder."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ringwall.raid.triage.judging import judge
from ringwall.raid.triage.outcomes import SCALES, Outcome, rank
from ringwall.raid.triage.points import ASKED, Assessment
from tests.oracle import triage as oracle
from tests.triage_tables import MILD, shipped

POINTS = shipped().points
SINGLE = {
    name: st.sampled_from(POINTS[name].values) for name in ASKED if name != "legal"
}
FLAGS = st.frozensets(st.sampled_from(POINTS["legal"].values), min_size=1, max_size=4)
# So few points are open that the oracle can go through every completion.
OPEN = st.lists(st.sampled_from(sorted(SINGLE)), max_size=4, unique=True)


@st.composite
def assessments(draw: st.DrawFn) -> Assessment:
    """Give an assessment that leaves a few points open."""
    known = {name: frozenset({draw(one)}) for name, one in SINGLE.items()}
    for name in draw(OPEN):
        values = st.frozensets(st.sampled_from(POINTS[name].values), min_size=1)
        known[name] = draw(values)
    return {**known, "legal": draw(FLAGS)}


def told(outcome: Outcome) -> dict[str, object]:
    """Return an outcome as the oracle tells it."""
    clocks = {*outcome.clocks, *outcome.asked}
    words = {name: getattr(outcome, name) for name in SCALES}
    return {**words, "routes": set(outcome.routes), "clocks": clocks}


def is_no_milder(one: Outcome, other: Outcome) -> bool:
    """Tell whether an outcome is no milder than another in anything."""
    return (
        all(
            rank(name, getattr(one, name)) >= rank(name, getattr(other, name))
            for name in SCALES
        )
        and set(one.routes) >= set(other.routes)
        and {*one.clocks, *one.asked} >= {*other.clocks, *other.asked}
    )


@given(assessments())
def test_the_outcome_is_the_worst_over_every_completion(one: Assessment) -> None:
    assert told(judge(shipped(), one).outcome) == oracle.worst(one)


@given(assessments(), st.sampled_from(sorted(ASKED)))
def test_unknown_is_never_milder_than_any_value(one: Assessment, name: str) -> None:
    unknown = judge(shipped(), {**one, name: POINTS[name].all}).outcome

    for value in one[name]:
        known = judge(shipped(), {**one, name: frozenset({value})}).outcome
        assert is_no_milder(unknown, known)


@given(assessments(), st.sampled_from(oracle.ORDERED))
def test_a_worse_value_of_an_ordered_point_is_never_milder(
    one: Assessment, name: str
) -> None:
    ladder = [
        judge(shipped(), {**one, name: frozenset({value})}).outcome
        for value in POINTS[name].values
    ]

    assert all(is_no_milder(worse, milder) for milder, worse in pairwise(ladder))


def test_unknown_is_never_milder_in_the_whole_product_of_single_points() -> None:
    mild = {name: frozenset({value}) for name, value in MILD.items()}

    for name in ASKED:
        unknown = judge(shipped(), {**mild, name: POINTS[name].all}).outcome
        for value in POINTS[name].values:
            known = judge(shipped(), {**mild, name: frozenset({value})}).outcome
            assert is_no_milder(unknown, known)


@given(assessments())
def test_what_was_demonstrated_arms_no_clock_of_an_incident(one: Assessment) -> None:
    exercise = {**one, "kind": frozenset({"demonstrated-in-test"})}

    outcome = judge(shipped(), exercise).outcome

    # The notice of a large run is owed without any incident.
    assert {*outcome.clocks, *outcome.asked} <= {"AIA52"}


@given(assessments())
def test_shown_behaviour_is_raids_whatever_else_holds(one: Assessment) -> None:
    shown = judge(shipped(), {**one, "auto": frozenset({"shown"})}).outcome
    lost = judge(shipped(), {**one, "class": frozenset({"loss-of-control"})}).outcome
    taken = judge(shipped(), {**one, "weights": frozenset({"stolen"})}).outcome

    assert {shown.owner, lost.owner, taken.owner} == {"raid"}
