"""A decision that rests on what was no longer in force is found, however it is read."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.base.canonical import dump_canonical
from ringwall.ledger.verification import basis_check
from ringwall.ledger.verification.basis_check import BasisCheck
from ringwall.ledger.verification.checking import Options
from ringwall.ledger.verification.findings import Finding, Findings
from ringwall.ledger.verification.leaf_walk import LeafRow, Stretch
from ringwall.model.events import BASIS_KINDS, Event, load_event
from ringwall.tlog.hashing import leaf_hash
from tests.fault.ledger_simulator import (
    ABOUT_THE_LOG,
    SPENT,
    LedgerFile,
    alarm,
    amount,
    creation,
    decision,
    fact,
    grounded,
    growth,
)

LOG_ONLY = Options(log_only=True)
EVERY = (*SPENT, alarm("dec-4"), growth(), *ABOUT_THE_LOG)


def rows(events: Sequence[Event], first: int = 0) -> list[LeafRow]:
    found = []
    for index, event in enumerate(events, first):
        data = dump_canonical(event)
        found.append((index, leaf_hash(data), data))
    return found


def wholly(check: BasisCheck, stretch: Stretch) -> None:
    """Take in a stretch as whoever reads all of it."""
    check.begin(stretch)
    for index, _, data in stretch.entries:
        check.take_event(index, load_event(data))


def skimming(check: BasisCheck, stretch: Stretch) -> None:
    """Take in a stretch as whoever reads but the log."""
    check.skim(stretch)


Way = Callable[[BasisCheck, Stretch], None]
WAYS = pytest.mark.parametrize("way", [wholly, skimming])


def stretches(entries: Sequence[LeafRow], size: int, width: int) -> list[Stretch]:
    """Return a log of a size, of which these entries are there, in pieces."""
    return [
        Stretch(start, end, [row for row in entries if start <= row[0] < end])
        for start in range(0, size, width)
        for end in [min(start + width, size)]
    ]


def stale(way: Way, entries: Sequence[LeafRow], size: int, width: int = 4) -> list[int]:
    """Return the entries that are told to be stale."""
    findings = Findings()
    check = BasisCheck(findings)
    for stretch in stretches(entries, size, width):
        way(check, stretch)
    assert {found.code for found in findings.listed()} <= {"basis-stale"}
    return [int(found.place.removeprefix("entry ")) for found in findings.listed()]


@WAYS
@pytest.mark.parametrize("width", [1, 3, 256])
def test_nothing_is_told_of_what_rests_on_the_last_change(way: Way, width: int) -> None:
    events = grounded([*EVERY, decision("dec-9"), decision("dec-10")])

    assert stale(way, rows(events), len(events), width) == []


@WAYS
@pytest.mark.parametrize("change", [e for e in EVERY if e["kind"] in BASIS_KINDS])
def test_after_each_kind_of_change_the_old_basis_is_stale(
    way: Way, change: Event
) -> None:
    events = [creation(), decision("dec-1"), change, decision("dec-2")]
    right = grounded([*events, decision("dec-3")])

    assert stale(way, rows([*events, right[4]]), 5) == [3]


@WAYS
@pytest.mark.parametrize("kind", ["alarm.raised", "log.pruned", "log.recovered"])
def test_after_what_changes_nothing_the_basis_is_as_before(way: Way, kind: str) -> None:
    [other] = [event for event in EVERY if event["kind"] == kind]
    events = [creation(), other, decision("dec-1"), decision("dec-2", basis=1)]

    assert stale(way, rows(events), 4) == [3]


@WAYS
@pytest.mark.parametrize("basis", [None, "0", False, -1, 1, 2, 3, 10**15])
def test_whatever_else_a_decision_names_is_stale(way: Way, basis: object) -> None:
    said = {**decision("dec-1"), "basis": basis}
    events = [creation(), alarm("dec-0"), said, decision("dec-2")]

    assert stale(way, rows(events), 4) == [2]


@WAYS
def test_a_decision_that_names_none_is_stale(way: Way) -> None:
    said = {name: value for name, value in decision("dec-1").items() if name != "basis"}

    assert stale(way, rows([creation(), said]), 2) == [1]


def test_an_amount_that_names_a_basis_names_the_right_one() -> None:
    events = [
        creation(),
        {**amount("dec-1", 7), "basis": 0},
        {**amount("dec-2", 7), "basis": 0},
    ]

    assert stale(wholly, rows(events), 3) == [2]


def test_the_words_are_for_an_officer() -> None:
    findings = Findings()
    check = BasisCheck(findings)
    said: dict[str, Any] = {**decision("dec-2"), "basis": None}
    wholly(check, Stretch(0, 3, rows([creation(), decision("d", basis=7), said])))

    assert findings.listed() == (
        Finding(
            "basis-stale",
            "entry 1",
            "it rests on what was in force from entry 7 on; the last entry before it "
            "that changed this is 0",
        ),
        Finding("basis-stale", "entry 2", "it does not say on which facts it rests"),
    )


@WAYS
def test_a_gap_may_hide_a_change_but_only_one(way: Way) -> None:
    there = rows([creation()])
    behind = [decision(f"dec-{n}", basis=n) for n in (2, 2, 3, 0, 1)]
    entries = [*there, *rows(behind, 4)]

    assert stale(way, entries, 9) == [6, 7, 8]


@WAYS
def test_once_a_decision_has_said_so_nothing_in_the_gap_was_a_change(way: Way) -> None:
    entries = [
        *rows([creation()]),
        *rows([decision("dec-1"), decision("dec-2", basis=2)], 4),
    ]

    assert stale(way, entries, 6) == [5]


@WAYS
def test_a_change_that_is_there_ends_what_a_gap_may_hide(way: Way) -> None:
    entries = [
        *rows([creation()]),
        *rows([fact("org:ada"), decision("dec-1", basis=2)], 4),
    ]

    assert stale(way, entries, 6) == [5]


@WAYS
def test_what_lies_in_a_later_gap_is_no_basis(way: Way) -> None:
    entries = [
        *rows([creation()]),
        *rows([decision("dec-1", basis=5), decision("dec-2")], 3),
        *rows([decision("dec-3", basis=6)], 8),
    ]

    assert stale(way, entries, 9, width=9) == [3]


@WAYS
def test_a_gap_that_goes_on_in_the_next_piece_is_one(way: Way) -> None:
    entries = [*rows([creation()]), *rows([decision("dec-1", basis=600)], 900)]

    assert stale(way, entries, 901, width=256) == []


def test_of_what_rests_on_a_damaged_entry_something_else_is_told() -> None:
    findings = Findings()
    check = BasisCheck(findings)
    findings.add_entry("entry-changed", 1, "it was changed")
    entries = rows([creation(), alarm("x"), decision("dec-1", basis=1)])
    wholly(check, Stretch(0, 3, entries))

    assert [found.code for found in findings.listed()] == ["entry-changed"]


def test_what_can_not_be_read_is_not_judged() -> None:
    entries = [
        *rows([creation()]),
        (1, b"", b'{"action":"x","at":"y","basis":7,"v":1}'),
    ]

    assert stale(skimming, entries, 2) == []


def test_the_others_are_handed_on() -> None:
    events = grounded([creation(), alarm("x"), decision("dec-1"), amount("dec-1", 7)])

    others = BasisCheck(Findings()).skim(Stretch(0, 4, rows(events)))

    assert [row[0] for row in others] == [0, 1, 3]


EVENTS = st.sampled_from(
    [fact("org:ada"), alarm("x"), amount("x", 7), decision("dec-1")]
)


@given(st.lists(EVENTS, max_size=24), st.data())
def test_both_ways_tell_what_was_made_stale_and_nothing_else(
    some: list[Event], data: st.DataObject
) -> None:
    events = grounded([creation(), *some])
    wrong = []
    for index, event in enumerate(events):
        if event["kind"] == "decision.made" and data.draw(st.booleans()):
            other = data.draw(st.integers(-1, 25))
            if other != event["basis"]:
                wrong.append(index)
            events[index] = {**event, "basis": other}
    width = data.draw(st.integers(1, 9))

    for way in (wholly, skimming):
        assert stale(way, rows(events), len(events), width) == wrong


@pytest.mark.parametrize("options", [Options(), LOG_ONLY])
def test_a_decision_on_an_old_basis_is_found_in_a_ledger(
    file: LedgerFile, options: Options
) -> None:
    # As a process appends it that an attacker has shown an older head.
    with file.opened() as ledger:
        ledger.append([decision("dec-4", basis=8), decision("dec-5", basis=6)])

    report = file.verify(options)

    assert [(f.code, f.place) for f in report.findings] == [("basis-stale", "entry 11")]


def test_a_head_of_another_basis_is_found_without_the_tables(
    file: LedgerFile,
) -> None:
    file.edit("UPDATE head SET basis = 5")

    assert ("head-differs", "head") in {
        (found.code, found.place) for found in file.verify(LOG_ONLY).findings
    }


def test_many_gaps_are_not_gone_through_for_each_decision(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks = 0

    def first_of(gap: tuple[int, int]) -> int:
        nonlocal looks
        looks += 1
        return gap[0]

    monkeypatch.setattr(basis_check, "itemgetter", lambda _: first_of)
    findings = Findings()
    check = BasisCheck(findings)
    # Each second entry is missing, and none of those that are there is named.
    there = [(index, b"", b"") for index in range(1, 4000, 2)]
    check.begin(Stretch(0, 4000, there))
    for index in range(1001, 3001, 2):
        check.take(4000 + index, index)

    assert [found.code for found in findings.listed()][:1] == ["basis-stale"]
    assert 1000 <= looks <= 1000 * 12
