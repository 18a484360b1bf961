"""Each object of the desk goes as its machine says, from where it was."""

import sqlite3

import pytest

from ringwall.ledger.verification.raid_objects import RaidObjects
from ringwall.model.events import Event
from ringwall.model.raid_moves import Move
from ringwall.model.raid_permits import BROUGHT
from ringwall.model.raid_states import MACHINES
from tests.unit.ledger.verification.raid_log import (
    CASE,
    CLOCK,
    LINK,
    OTHER,
    REPORT,
    act,
)

IMPOSSIBLE, UNSTARTED = "raid-move-impossible", "raid-clock-unstarted"
THIRD = "case:c-cccccccccc"
NAMES = {"raid.case": CASE, "raid.report": REPORT, "raid.clock": CLOCK}


def told(*events: Event) -> list[str]:
    """Return the codes of what is wrong with the last of some events."""
    objects = RaidObjects(sqlite3.connect(""))
    found: list[str] = []
    for event in events:
        found = [one.code for one in objects.take(event)]
    return found


def went(kind: str, words: str, **columns: str) -> Event:
    """Return an event of an object; clocks have a start unless told."""
    name, case = NAMES.get(kind, "raid:x"), "" if kind == "raid.desk" else CASE
    if kind == "raid.clock":
        columns = {"start": "2026-11-21T12:00:00Z", **columns}
    return act(kind, name, words, "dec-1", case=case, **columns)


def way_to(kind: str, state: str, seen: frozenset[str] = frozenset()) -> list[Move]:
    """Return moves that lead to a state from nothing."""
    for move in MACHINES[kind]:
        if move.after == state and move.before not in seen:
            if not move.before:
                return [move]
            before = way_to(kind, move.before, seen | {state})
            if before:
                return [*before, move]
    return []


def events_of(kind: str, moves: list[Move]) -> list[Event]:
    """Return the events of moves; a case keeps what it was when it is merged."""
    found = []
    was = ""
    for move in moves:
        if move.act == "merge":
            was = move.before
        words = f"{move.act} {move.before or '-'} {move.after}"
        columns = {"was": was} if kind == "raid.case" else {}
        found.append(went(kind, words, **columns))
    return found


@pytest.mark.parametrize("kind", MACHINES)
def test_each_row_of_a_machine_is_possible_from_its_state_alone(kind: str) -> None:
    states = {move.before for move in MACHINES[kind]}
    rows = {(move.before, move.act, move.after) for move in MACHINES[kind]}
    for move in MACHINES[kind]:
        if kind == "raid.clock" and move.act in BROUGHT:
            # From case to case: see below.
            continue
        before = way_to(kind, move.before) if move.before else []
        if move.act == "unmerge":
            before = [*way_to(kind, move.after), Move(move.after, "merge", "merged")]
        assert told(*events_of(kind, [*before, move])) == []
        for state in states - {move.before}:
            path = way_to(kind, state) if state else []
            said = events_of(kind, [*path, move])
            assert told(*said) == [IMPOSSIBLE], (state, move)
            honest = {**said[-1], "from": state}
            known = (state, move.act, move.after) in rows
            if not known:
                assert told(*said[:-1], honest) == [IMPOSSIBLE]


def over(state: str, *, home: str = CASE, case: str = OTHER) -> Event:
    """Return the event by which a clock is taken over."""
    words = f"take-over {state} {state}"
    return {**went("raid.clock", words, home=home), "case": case}


def back(state: str, *, home: str = "", case: str = CASE) -> Event:
    """Return the event by which a clock is given back."""
    words = f"give-back {state} {state}"
    return {**went("raid.clock", words, home=home), "case": case}


OPENED = act("raid.case", CASE, "open - new", "dec-1", case=CASE)
GONE = went("raid.case", "merge new merged", was="new", redirect=OTHER)
PARTED = went("raid.case", "unmerge merged new")
ARMED = went("raid.clock", "arm - armed")


@pytest.mark.parametrize("state", ["armed", "running", "breached"])
def test_an_open_clock_goes_with_a_merge_and_comes_home(state: str) -> None:
    path = events_of("raid.clock", way_to("raid.clock", state))
    start = [OPENED, *path]

    assert told(*start, GONE, over(state)) == []
    assert told(*start, GONE, over(state), PARTED, back(state)) == []
    # Without the merge, to a case that it did not go to, or with another home.
    assert told(*start, over(state)) == [IMPOSSIBLE]
    assert told(*start, GONE, over(state, case=THIRD)) == [IMPOSSIBLE]
    assert told(*start, GONE, over(state, home=OTHER)) == [IMPOSSIBLE]
    assert told(*start, GONE, over(state, home="")) == [IMPOSSIBLE]
    # Before the merge is undone, to whom it never was, or with a home left over.
    assert told(*start, GONE, over(state), back(state)) == [IMPOSSIBLE]
    stranger = back(state, case=THIRD)
    assert told(*start, GONE, over(state), PARTED, stranger) == [IMPOSSIBLE]
    homeless = back(state, home=CASE)
    assert told(*start, GONE, over(state), PARTED, homeless) == [IMPOSSIBLE]
    assert told(*start, GONE, PARTED, back(state)) == [IMPOSSIBLE]


def test_what_is_done_stays_where_it_was_done_and_comes_home_from_elsewhere() -> None:
    for end in ("met", "late-met", "void"):
        *path, last = events_of("raid.clock", way_to("raid.clock", end))
        state = last["from"]
        done = {**last, "case": OTHER, "card": {**last["card"], "home": CASE}}
        there = [OPENED, *path, GONE, over(state), done]

        assert told(*there) == []
        assert told(*there, PARTED, back(end)) == []
        assert told(OPENED, *path, last, GONE, over(end)) == [IMPOSSIBLE]
        stolen = {**done, "card": {**done["card"], "home": ""}}
        assert told(*there[:-1], stolen) == [IMPOSSIBLE]


def test_a_clock_comes_home_through_several_merges_one_by_one() -> None:
    other = act("raid.case", OTHER, "open - new", "dec-1", case=OTHER)
    words: dict[str, str] = {"was": "new", "redirect": THIRD}
    further = act("raid.case", OTHER, "merge new merged", "dec-1", case=OTHER, **words)
    parted = act("raid.case", OTHER, "unmerge merged new", "dec-1", case=OTHER)
    first = [OPENED, ARMED, GONE, over("armed"), other, further]
    there = [*first, over("armed", case=THIRD)]

    assert told(*there) == []
    assert told(*there, PARTED, back("armed")) == []
    half = [*there, parted, back("armed", home=CASE, case=OTHER)]
    assert told(*half) == []
    assert told(*half, PARTED, back("armed")) == []
    assert told(*there, parted, back("armed", home=THIRD, case=OTHER)) == [IMPOSSIBLE]


def test_a_clock_is_armed_for_its_case_or_what_is_part_of_it() -> None:
    claimed = went("raid.clock", "arm - armed", home=OTHER)
    followed = {**went("raid.clock", "arm - armed", home=CASE), "case": OTHER}

    assert told(claimed) == [IMPOSSIBLE]
    assert told(OPENED, GONE, followed) == []


def test_an_id_is_for_one_object() -> None:
    opened = went("raid.case", "open - new")

    assert told(opened, opened) == [IMPOSSIBLE]
    other = {**went("raid.report", "validate received valid"), "id": CASE}
    assert told(opened, other) == [IMPOSSIBLE]
    assert told({**opened, "case": OTHER}) == [IMPOSSIBLE]


def test_what_belongs_to_a_case_stays_with_it_and_a_report_does_not() -> None:
    armed = went("raid.clock", "arm - armed")
    moved = {**went("raid.clock", "void armed void"), "case": OTHER}
    came = act("raid.report", REPORT, "receive - received", "dec-1")
    valid = act("raid.report", REPORT, "validate received valid", "dec-1", case=CASE)

    assert told(armed, moved) == [IMPOSSIBLE]
    assert told(came, valid) == []


def test_a_merged_case_comes_back_as_it_was() -> None:
    start = [went("raid.case", "open - new"), went("raid.case", "triage new triaged")]
    merged = went("raid.case", "merge triaged merged", was="triaged")

    assert told(*start, merged) == []
    back = went("raid.case", "unmerge merged triaged")
    assert told(*start, merged, back) == []
    owned = went("raid.case", "unmerge merged owned")
    assert told(*start, merged, owned) == [IMPOSSIBLE]
    forged = went("raid.case", "merge triaged merged", was="owned")
    assert told(*start, forged) == [IMPOSSIBLE]


@pytest.mark.parametrize(
    ("words", "start", "expected"),
    [
        ("arm - armed", "", []),
        ("start armed running", "", [UNSTARTED]),
        ("start armed running", "2026-11-21T12:00:00Z", []),
        ("void armed void", "", []),
    ],
)
def test_no_clock_runs_without_a_start(
    words: str, start: str, expected: list[str]
) -> None:
    armed = went("raid.clock", "arm - armed", start="")
    event = went("raid.clock", words, start=start)

    assert told(*([] if words.startswith("arm") else [armed]), event) == expected


def test_it_is_known_who_made_what_and_what_was_linked() -> None:
    objects = RaidObjects(sqlite3.connect(""))
    made = act("raid.proposal", "prp-1", "propose - open", "d", case=CASE, by="org:x")
    objects.take(made)
    objects.take(
        act("raid.proposal", "prp-1", "refuse open refused", "d", case=CASE, by="org:y")
    )
    for name, case in ((LINK, CASE), ("lnk-2", OTHER), ("lnk-3", OTHER)):
        objects.take(
            act("raid.link", name, "link - linked", "d", case=case, report=REPORT)
        )

    assert objects.maker("prp-1") == "org:x"
    assert objects.maker("prp-2") == ""
    assert objects.linked(REPORT) == {CASE, OTHER}
    assert objects.linked("report:r-bbbbbbbbbb") == frozenset()
