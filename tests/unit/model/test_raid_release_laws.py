"""What has to hold of a release, whoever recorded it."""

from typing import Any

import pytest

from ringwall.model.raid_release_laws import ReleaseLaws, is_bound, terms_of
from tests.raid_records import CASE

NAME = "rel-" + "a" * 16
ROW = {"recipient": "csirt.fr", "content": "c" * 64, "label": "amber", "exit": ""}


def acted(act: str = "draft", case: str = CASE, **changes: str) -> dict[str, Any]:
    row = {"state": act, **ROW, **changes}
    row.setdefault("terms", terms_of(NAME, case, row))
    event = {"kind": "raid.release", "id": NAME, "act": act, "case": case}
    return {**event, "card": row}


def broken(*acts: dict[str, Any]) -> list[str]:
    return [told for _, told in ReleaseLaws().take(acts)]


def test_one_that_stays_as_it_was_written_breaks_nothing() -> None:
    steps = ("draft", "clear", "approve", "send", "acknowledge", "recall")
    assert broken(*(acted(step) for step in steps)) == []
    other = {"kind": "raid.case", "id": CASE, "act": "note", "case": CASE, "card": {}}
    assert broken(other) == []


@pytest.mark.parametrize(
    "change",
    [{"recipient": "csirt.ee"}, {"content": "d" * 64}, {"exit": "law"}],
)
@pytest.mark.parametrize("act", ["clear", "approve", "send", "acknowledge", "recall"])
def test_no_act_but_writing_it_changes_it(act: str, change: dict[str, str]) -> None:
    assert len(broken(acted(), acted(act, **change))) == 1
    assert broken(acted(), acted("amend", **change)) == []


@pytest.mark.parametrize("name", ["recipient", "content", "label"])
def test_it_says_what_goes_to_whom(name: str) -> None:
    assert len(broken(acted(**{name: ""}))) == 1
    assert len(broken(acted(case=""))) == 1


def test_its_terms_are_what_it_says() -> None:
    assert len(broken(acted(terms="e" * 64))) == 1
    others = [
        terms_of("rel-" + "b" * 16, CASE, ROW),
        terms_of(NAME, "case:c-bbbbbbbbbb", ROW),
        *(terms_of(NAME, CASE, {**ROW, name: "x"}) for name in ("content", "exit")),
    ]
    assert len({terms_of(NAME, CASE, ROW), *others}) == 5


def test_a_permit_to_approve_is_bound_to_just_these_terms() -> None:
    approve = acted("approve")
    assert is_bound(approve, approve["card"]["terms"])
    assert not is_bound(approve, "")
    assert not is_bound(approve, "f" * 64)
    assert is_bound(acted("send"), "")
