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


def document() -> str:
    """Return the whole page."""
    lines = [HEAD]
    for kind, moves in MACHINES.items():
        lines += [f"## {TITLES[kind]}", "", *_diagram(moves), "", *_table(moves), ""]
    return "\n".join([*lines, *_guards()]) + "\n"


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
