"""What has to hold of a merge."""

from typing import Any

import pytest

from ringwall.model.raid_merge_laws import IDLE, MergeLaws
from tests.raid_records import CASE, blank

OTHER = "case:c-bbbbbbbbbb"
THIRD = "case:c-cccccccccc"


def case_of(case: str, act: str, state: str, **card: str | int) -> dict[str, Any]:
    row = blank("raid.case", {**card, "state": state})
    event = {"kind": "raid.case", "id": case, "act": act, "case": case}
    return {**event, "from": str(card.get("was", "")), "card": row}


def merge(into: str = OTHER, was: str = "triaged", owned: int = 0) -> dict[str, Any]:
    return case_of(CASE, "merge", "merged", redirect=into, was=was, owned=owned)


def broken(*acts: dict[str, Any]) -> list[str]:
    laws = MergeLaws()
    return [told for one in acts for _, told in laws.take([one])]


def own(case: str, state: str = "triaged", owned: int = 1) -> dict[str, Any]:
    return case_of(case, "triage", state, owned=owned)


def test_what_nobody_owns_goes_anywhere() -> None:
    assert broken(merge()) == []
    assert broken(own(OTHER, "archived", 0), merge()) == []
    assert broken({"kind": "raid.link", "act": "merge"}, merge()) == []


def test_a_merge_leads_to_a_case_of_its_own() -> None:
    assert len(broken(merge(CASE))) == 1
    part = case_of(OTHER, "merge", "merged", redirect=THIRD, was="new")
    assert len(broken(part, merge())) == 1
    assert broken(part, case_of(OTHER, "unmerge", "new"), merge()) == []


def test_what_raid_owns_stays_its_own() -> None:
    for before in ([], [own(OTHER, owned=0)]):
        assert len(broken(own(CASE), *before, merge(owned=1))) == 1
        # Neither is it given away by the row of the merge.
        assert len(broken(own(CASE), *before, merge())) == 1
        assert len(broken(*before, merge(owned=1))) == 1
    assert broken(own(CASE), own(OTHER), merge(owned=1)) == []
    assert broken(own(CASE), own(CASE, owned=0), merge()) == []


@pytest.mark.parametrize("state", sorted(IDLE))
def test_what_raid_works_on_goes_where_somebody_works_on_it(state: str) -> None:
    there = own(CASE), own(OTHER, state)
    assert len(broken(*there, merge(owned=1))) == 1
    for over in ("resolved", "archived"):
        assert broken(*there, merge(was=over, owned=1)) == []
