"""The record held against a script: on time, late, missed, kept and broken."""

from collections.abc import Mapping
from typing import Any

import pytest

from ringwall.raid.drills.marking import Injected, Played, Stretch, mark
from ringwall.raid.drills.script import Expected, Script

MINUTE = 60_000_000
START = 1_000 * MINUTE
REPORT, CASE, OTHER = "report:r-a", "case:c-a", "case:c-b"
LINKED = Played(
    *("raid.link", "link", "lnk-1", CASE, START + 2 * MINUTE), {"report": REPORT}
)


def _script(**changes: Any) -> Script:  # noqa: ANN401 - any column
    words: dict[str, Any] = {
        "id": "e",
        "words": "it is triaged",
        "of": "i",
        "kind": "raid.case",
        "act": "triage",
        "is_never": False,
        "card": {},
        "within": 60,
    }
    return Script("s", 1, "t", "own", "b", (), (Expected(**{**words, **changes}),))


def _triaged(minute: int, case: str = CASE, **card: object) -> Played:
    return Played("raid.case", "triage", case, case, START + minute * MINUTE, card)


def _state(
    script: Script,
    *acts: Played,
    now: int = 30,
    injected: Mapping[str, Injected] | None = None,
    is_over: bool = False,
) -> str:
    played = {"i": Injected(START + MINUTE, REPORT)} if injected is None else injected
    at = START + now * MINUTE
    [found] = mark(script, Stretch(START, at, is_over), played, acts)
    return found.state


@pytest.mark.parametrize(
    ("acts", "now", "state"),
    [
        ([LINKED, _triaged(61)], 70, "on-time"),
        ([LINKED, _triaged(62)], 70, "late"),
        ([LINKED], 61, "open"),
        ([LINKED], 62, "missed"),
        ([_triaged(10)], 62, "missed"),
        ([LINKED, _triaged(10, OTHER)], 62, "missed"),
        ([LINKED, _triaged(0)], 62, "missed"),
    ],
    ids=["limit", "late", "open", "missed", "unlinked", "other case", "before"],
)
def test_what_is_due_is_held_against_its_limit(
    acts: list[Played], now: int, state: str
) -> None:
    assert _state(_script(), *acts, now=now) == state


def test_what_the_end_cut_off_is_undone_and_not_missed() -> None:
    assert _state(_script(), LINKED, now=30, is_over=True) == "undone"
    assert _state(_script(), LINKED, now=90, is_over=True) == "missed"


def test_what_never_was_played_is_waited_for() -> None:
    assert _state(_script(), _triaged(5), injected={}) == "waiting"


def test_what_must_never_happen_is_kept_or_broken() -> None:
    never = _script(is_never=True, card={"owned": frozenset({0})}, within=0)

    assert _state(never, LINKED, _triaged(5, owned=1)) == "kept"
    assert _state(never, LINKED, _triaged(5, owned=0)) == "broken"


def test_the_row_that_an_act_leaves_has_to_fit() -> None:
    script = _script(card={"priority": frozenset({3, 4}), "owned": frozenset({1})})

    assert _state(script, LINKED, _triaged(5, priority=3, owned=1)) == "on-time"
    assert _state(script, LINKED, _triaged(5, priority=2, owned=1), now=90) == "missed"
    assert _state(script, LINKED, _triaged(5, priority=3), now=90) == "missed"


def test_what_is_of_nothing_counts_from_the_start_and_on_any_case() -> None:
    script = _script(of="")

    assert _state(script, _triaged(60, OTHER), injected={}) == "on-time"
    assert _state(script, _triaged(61, OTHER), injected={}) == "late"


def test_an_act_on_the_case_that_a_case_went_into_counts() -> None:
    merged = Played(
        *("raid.case", "merge", CASE, CASE, START + 3 * MINUTE), {"redirect": OTHER}
    )

    assert _state(_script(), LINKED, merged, _triaged(5, OTHER)) == "on-time"


def test_an_inject_without_a_report_leads_to_no_case() -> None:
    script = _script(kind="raid.desk", act="cut")
    told = {"i": Injected(START + MINUTE, "")}
    cut = Played("raid.desk", "cut", "raid:cut", "", START + 2 * MINUTE, {})

    assert _state(script, cut, injected=told) == "open"


CALLED = {
    "i": Injected(START + MINUTE, REPORT),
    "call": Injected(START + 9 * MINUTE, ""),
}


def test_what_counts_from_a_call_counts_from_then_and_on_its_case_alone() -> None:
    script = _script(since="call")

    assert _state(script, LINKED, _triaged(69), now=80, injected=CALLED) == "on-time"
    assert _state(script, LINKED, _triaged(70), now=80, injected=CALLED) == "late"
    before = _triaged(8)
    assert _state(script, LINKED, before, now=80, injected=CALLED) == "missed"
    elsewhere = _triaged(20, OTHER)
    assert _state(script, LINKED, elsewhere, now=80, injected=CALLED) == "missed"


def test_what_counts_from_a_call_and_is_of_nothing_may_be_on_any_case() -> None:
    script = _script(of="", since="call")

    assert _state(script, _triaged(69, OTHER), injected=CALLED) == "on-time"
    assert _state(script, _triaged(8, OTHER), now=69, injected=CALLED) == "open"


def test_what_counts_from_a_call_waits_for_the_call() -> None:
    only = {"i": CALLED["i"]}

    assert _state(_script(since="call"), _triaged(5), injected=only) == "waiting"
