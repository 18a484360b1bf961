"""Draw the state machines of the incident desk into docs/raid-states.md.

    python tools/raid_states.py [FILE]

Reads the tables of `ringwall.model.raid_states` and the words of `raid.guards`. A test
says whether what is in the repository is what this draws.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from ringwall.model.raid_moves import Move
from ringwall.model.raid_states import MACHINES
from ringwall.raid.guards import GUARDS

TARGET = Path(__file__).resolve().parents[1] / "docs" / "raid-states.md"
TITLES = {
    "raid.report": "Report",
    "raid.case": "Case",
    "raid.link": "Link",
    "raid.clock": "Clock",
    "raid.handover": "Hand-over",
    "raid.proposal": "Proposal",
    "raid.desk": "What belongs to the desk as a whole",
    "raid.drill": "Drill",
    "raid.inquiry": "Inquiry of who enforces",
    "raid.matter": "What is so of a matter",
    "raid.embargo": "Embargo",
    "raid.party": "Party of an embargo",
    "raid.identity": "Request for an identity",
    "raid.message": "Message of a mailbox",
    "raid.box": "Box of a reporter",
    "raid.attachment": "File of a report",
    "raid.release": "Release",
    "raid.brief": "Brief to a state",
}
HEAD = """\
# State machines of the incident desk

Drawn by `python tools/raid_states.py` from the tables in
`src/ringwall/model/raid_states.py`; a test compares. An act that no row allows is
refused with `act-not-possible`. Each act is one event on the ledger, under a permit of
whoever does it, and carries the whole row that the object has from then on;
`ringwall audit verify` walks the same tables over the record.

What has to hold besides the state is a guard. It is told with the code that stands
beside it in the last table. An act whose guards nobody judged can't be made into an
event at all.
"""

OVER_ALL = """\
## What holds over all of them

Ten rules hold after every event, whatever is done in whatever order.
`tests/raid_product.py` walks report, case, clock, embargo and release together, each
state that can be reached; `tests/raid_walks.py` plays random histories of them, judged
by `tests/oracle/raid_invariants.py`, which knows no machine. Rules about identities,
triage and the queue are not of states, and are held where they can be seen.

| | Rule | Where it is held | Tests |
| --- | --- | --- | --- |
"""
RULES = (
    (
        (
            "once a matter is public, its recipe is, or misuse was seen, no embargo "
            "stands; it can always be told"
        ),
        "product, histories, laws of gate and verifier",
        "test_no_embargo_stands_once_the_matter_is_out",
        "test_what_is_out_can_always_be_told",
        "test_what_is_out_beside_an_embargo_that_stands_is_unlawful",
    ),
    (
        "no embargo holds a clock up or hides it; no clock makes a matter public",
        "product, histories, a real desk",
        "test_nothing_can_be_done_to_a_clock_less_for_an_embargo",
        "test_no_clock_makes_a_matter_public",
        "test_a_clock_under_an_embargo_is_as_one_without",
        "test_no_open_deadline_of_the_institute_is_left_behind",
    ),
    (
        "nothing is released above the label of its recipient",
        "product, histories, laws of gate and verifier; labels against an oracle",
        "test_no_release_goes_on_above_the_label_of_its_recipient",
        "test_nothing_is_told_of_a_case_that_was_merged_away",
        "test_what_is_told_of_a_case_put_away_is_unlawful",
        "test_ten_thousand_pairs_leak_nothing_and_withhold_little_too_much",
    ),
    (
        "nothing that can be read without shares tells who reported",
        "all bytes of a real desk; shares",
        "test_planted_reporters_are_found_nowhere",
        "test_fewer_shares_fit_every_key_equally_well",
    ),
    (
        "what RAID owns it keeps, unless two persons decide otherwise",
        "product, histories",
        "test_raid_keeps_what_it_owns",
    ),
    (
        (
            "what was demonstrated and not suffered has no clock for serious incidents "
            "running"
        ),
        "product, histories, triage",
        "test_no_exercise_has_a_clock_for_serious_incidents_running",
        "test_what_was_demonstrated_arms_no_clock_of_an_incident",
    ),
    (
        "each change is one entry, and the entries alone make the database",
        "histories, replay, each cell of each table",
        "test_whatever_is_done_in_whatever_order_the_invariants_hold",
        "test_all_are_replayed_as_they_were",
        "test_every_cell_that_is_changed_is_named",
    ),
    (
        "who decides is not who wrote it, and what takes two has two",
        "product, histories, policies",
        "test_two_sign_what_neither_wrote",
        "test_what_two_persons_decide_is_never_decided_by_one",
        "test_an_assessor_is_nobody_who_took_the_report_in",
        "test_offices_that_watch_each_other_are_kept_apart",
    ),
    (
        "what is unknown lowers no priority",
        "triage, over the whole product of points",
        "test_unknown_is_never_milder_than_any_value",
        "test_unknown_is_never_milder_in_the_whole_product_of_single_points",
    ),
    (
        (
            "no more is assigned than there is, and no deadline of the institute lies "
            "below the line"
        ),
        "queue, against an oracle",
        "test_no_more_is_assigned_than_there_is_and_no_host_clock_lies_below",
    ),
)
TAKEN_OUT = """\

A guard by which one of 1, 2, 3, 5, 6 or 8 is held is taken out of the tables, one at a
time, and the histories find each (`test_without_a_guard_an_invariant_is_broken`).
"""


def document() -> str:
    """Return the whole page."""
    lines = [HEAD]
    for kind, moves in MACHINES.items():
        lines += [f"## {TITLES[kind]}", "", *_diagram(moves), "", *_table(moves), ""]
    return "\n".join([*lines, *_rules(), *_guards()]) + "\n"


def _diagram(moves: tuple[Move, ...]) -> Iterator[str]:
    """Give a diagram in which acts between the same two states share an arrow."""
    yield "```mermaid"
    yield "stateDiagram-v2"
    arrows: dict[tuple[str, str], list[str]] = {}
    for move in moves:
        if move.before != move.after:
            arrows.setdefault((move.before, move.after), []).append(move.act)
    for (before, after), acts in arrows.items():
        yield f"    {_node(before)} --> {_node(after)}: {', '.join(acts)}"
    yield "```"


def _node(state: str) -> str:
    return state.replace("-", "_") if state else "[*]"


def _table(moves: tuple[Move, ...]) -> Iterator[str]:
    """Give a table in which acts that differ in the state alone share a row."""
    rows: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for move in moves:
        stays = "as it was" if move.before == move.after else move.after
        key = move.act, stays, move.guards
        rows.setdefault(key, []).append(move.before or "(none)")
    yield "| Act | From | To | Guards |"
    yield "| --- | --- | --- | --- |"
    for (act, after, guards), before in rows.items():
        yield f"| {act} | {', '.join(before)} | {after} | {', '.join(guards)} |"


def _rules() -> Iterator[str]:
    yield OVER_ALL.rstrip("\n")
    for number, (rule, where, *tests) in enumerate(RULES, 1):
        named = ", ".join(f"`{test}`" for test in tests)
        yield f"| {number} | {rule} | {where} | {named} |"
    yield TAKEN_OUT


def _guards() -> Iterator[str]:
    yield "## Guards"
    yield ""
    yield "| Guard | Code | What is said where it does not hold |"
    yield "| --- | --- | --- |"
    for name, guard in sorted(GUARDS.items()):
        yield f"| {name} | `{guard.code}` | {guard.message} |"


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    target.write_text(document(), encoding="utf-8")
