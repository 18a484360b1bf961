"""What has to hold of a merge, whoever recorded it."""

from typing import Any

import pytest

from ringwall.model.raid_merge_laws import MergeLaws

CASE, INTO = "case:c-aaaaaaaaaa", "case:c-bbbbbbbbbb"


def merged(owned: int = 1, was: str = "owned", into: str = INTO) -> dict[str, Any]:
    card = {"state": "merged", "owned": owned, "was": was, "redirect": into}
    return {"kind": "raid.case", "id": CASE, "act": "merge", "card": card}


def changed(state: str, owned: int = 1, case: str = INTO) -> dict[str, Any]:
    card = {"state": state, "owned": owned}
    return {"kind": "raid.case", "id": case, "act": "triage", "card": card}


def broken(*acts: dict[str, Any]) -> list[str]:
    return [told for _, told in MergeLaws().take(acts)]


@pytest.mark.parametrize("state", ["declined", "resolved", "archived", "handed-over"])
def test_what_raid_owns_goes_nowhere_where_nobody_works(state: str) -> None:
    (told,) = broken(changed(state), merged())
    assert "nobody works on" in told
    assert broken(changed(state), merged(owned=0, was="new")) == []
    # What is over itself is stranded nowhere.
    assert broken(changed(state), merged(was="resolved")) == []


def test_what_raid_owns_stays_its_own() -> None:
    (told,) = broken(changed("triaged", owned=0), merged())
    assert "does not own" in told
    assert broken(changed("triaged"), merged()) == []
    assert broken(changed("new", owned=0), merged(owned=0, was="new")) == []


def test_the_latest_row_counts_and_other_kinds_do_not() -> None:
    other = {"kind": "raid.clock", "id": INTO, "act": "arm", "card": {}}
    assert broken(changed("declined"), changed("owned"), other, merged()) == []
    laws = MergeLaws()
    laws.put(INTO, {"state": "owned", "owned": 1, "lane": "urgent"})
    assert laws.take([merged()]) == []
    assert len(laws.take([merged(into="case:c-cccccccccc")])) == 1


def test_a_case_that_is_not_on_record_takes_nothing_that_raid_owns() -> None:
    assert len(broken(merged())) == 1
    assert broken(merged(owned=0, was="new")) == []
