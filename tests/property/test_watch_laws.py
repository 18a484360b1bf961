"""Laws of the watch: the log decides alone, however it is read, and nothing is lost."""

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ringwall.ledger.asking.passed import Done, Left, Passed, Raised, Refused, Seen
from ringwall.watch.engine import A_LITTLE, Engine
from ringwall.watch.findings import MAX_ENTRIES
from ringwall.watch.rules import KINDS, Rule
from tests.oracle.watching import breadth_found, denials_found
from tests.watched import AT, MINUTE, found, rule

SUBJECTS = st.sampled_from(["user:ada", "user:ada-2", "user:bob", "service:eval"])
PERSONS = {"user:ada-2": "user:ada", "service:eval": "user:bob"}
POINTS = st.sampled_from(["point:a", "point:b"])
ACTIONS = st.sampled_from(["weights.read", "weights.copy", "raid.read"])
RESOURCES = st.sampled_from([f"case:{number}" for number in range(5)])
RULES: list[Rule] = [
    *[rule(kind) for kind in KINDS],
    rule("denials", id="at-point", by="point", count=4),
    rule("breadth", id="new-ones", count=2, untouched_days=1),
    rule("budget", id="of-one", of="subject", hours=24),
    rule("first-use", id="late", actions=["weights.read"], known_days=1),
    rule("proofs", id="codes", codes=["token-forged", "break-glass"]),
    rule("alarm", id="calm", minutes=30),
]
# Minutes between two entries: mostly a few, at times a night; clocks may go back.
FORTH = st.sampled_from([0, 1, 1, 2, 5, 40, 800])
BACK = st.sampled_from([0, 1, 2, 5, 40, 800, -1, -3, -600])


def person_of(subject: str) -> str:
    """Return the natural person behind a subject."""
    return PERSONS.get(subject, subject)


@st.composite
def logs(draw: st.DrawFn, steps: st.SearchStrategy[int]) -> list[Passed]:
    """Draw the rows of a log."""
    at, rows = AT, []
    for entry in range(draw(st.integers(0, 24))):
        at += draw(steps) * MINUTE
        rows.append(draw(passed(entry, at)))
    return rows


def passed(entry: int, at: int) -> st.SearchStrategy[Passed]:
    """Return rows of all kinds, decisions above all."""
    fixed: list[Any] = [st.just(entry), st.just(at), SUBJECTS]
    effects = st.sampled_from(["permit", "deny"])
    decisions = st.builds(
        Seen, *fixed, ACTIONS, RESOURCES, POINTS, effects, st.just("no-rule")
    )
    codes = st.sampled_from(["token-forged", "break-glass"])
    return st.one_of(
        decisions,
        decisions,
        st.builds(Left, *fixed, POINTS, st.integers(0, 600)),
        st.builds(Refused, *fixed, POINTS, codes),
        st.builds(Raised, *fixed, POINTS, codes),
        st.builds(Done, *fixed, st.just("decoy.lifted")),
    )


@given(logs(BACK), st.lists(st.integers(0, 24), max_size=8))
def test_findings_are_the_same_however_the_log_is_cut(
    rows: list[Passed], cuts: list[int]
) -> None:
    whole = Engine(RULES, person_of).take_in(rows)

    engine = Engine(RULES, person_of)
    ends = sorted({*cuts, 0, len(rows)})
    parts = [engine.take_in(rows[low:end]) for low, end in pairwise(ends)]

    assert [one for part in parts for one in part] == whole


@given(logs(FORTH))
def test_two_findings_of_a_rule_share_no_entry(rows: list[Passed]) -> None:
    told = Engine(RULES, person_of).take_in(rows)

    named = [(one.rule, entry) for one in told for entry in one.entries]
    assert len(named) == len(set(named))


@given(logs(BACK))
def test_a_finding_names_what_is_in_the_log_and_of_whom(rows: list[Passed]) -> None:
    at = {row.entry: row for row in rows}

    for one in Engine(RULES, person_of).take_in(rows):
        assert list(one.entries) == sorted(one.entries)
        assert 1 <= len(one.entries) <= min(one.count, MAX_ENTRIES)
        for entry in one.entries:
            row = at[entry]
            told = {person_of(row.subject), row.point} if isinstance(row, Seen) else {}
            assert not told or person_of(one.subject) in told


@given(logs(FORTH), st.data())
def test_clocks_that_go_back_a_little_change_no_finding(
    rows: list[Passed], data: st.DataObject
) -> None:
    latest, shaken = 0, []
    for row in rows:
        back = data.draw(st.integers(0, A_LITTLE)) if row.at == latest else 0
        latest = max(latest, row.at)
        shaken.append(row._replace(at=row.at - back))

    assert Engine(RULES, person_of).take_in(shaken) == Engine(RULES, person_of).take_in(
        rows
    )


@given(logs(FORTH))
def test_denials_are_found_as_the_slow_way_finds_them(rows: list[Passed]) -> None:
    decisions = [row for row in rows if isinstance(row, Seen)]
    for by in ("subject", "point"):
        one = rule("denials", by=by, count=3, minutes=30)

        told = [
            finding.entries for finding in found(*decisions, by=one, persons=PERSONS)
        ]

        assert told == denials_found(one, decisions, PERSONS)


@given(logs(FORTH))
def test_breadth_is_found_as_the_slow_way_finds_it(rows: list[Passed]) -> None:
    decisions = [row for row in rows if isinstance(row, Seen)]
    one = rule("breadth", count=3, hours=1)

    told = [finding.entries for finding in found(*decisions, by=one, persons=PERSONS)]

    assert told == breadth_found(one, decisions, PERSONS)


@given(logs(BACK))
def test_rules_do_not_mind_each_other(rows: list[Passed]) -> None:
    together = Engine(RULES, person_of).take_in(rows)

    for one in RULES:
        alone = Engine([one], person_of).take_in(rows)
        assert alone == [finding for finding in together if finding.rule == one.id]
