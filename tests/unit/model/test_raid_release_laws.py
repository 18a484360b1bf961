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
    by = "user:elinor" if act == "approve" else "user:joan"
    return {**event, "from": "", "by": by, "card": row}


def stood(state: str) -> dict[str, Any]:
    event = {"kind": "raid.case", "id": CASE, "act": "note", "case": CASE}
    return {**event, "card": {"state": state}}


def broken(*acts: dict[str, Any]) -> list[str]:
    laws = ReleaseLaws()
    laws.put_case(CASE, {"state": "triaged"})
    return [told for _, told in laws.take(acts)]


def test_one_that_stays_as_it_was_written_breaks_nothing() -> None:
    steps = ("draft", "clear", "approve", "send", "acknowledge", "recall")
    assert broken(*(acted(step) for step in steps)) == []
    assert broken(stood("owned")) == []


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
    assert len(broken(acted(case=""))) == 2


@pytest.mark.parametrize("state", ["new", "declined", "merged", "resolved", "archived"])
def test_nothing_is_told_of_a_case_that_nobody_works_on(state: str) -> None:
    for act in ("draft", "clear", "approve", "send"):
        assert len(broken(acted(), stood(state), acted(act))) == 1
        assert broken(acted(), stood(state), stood("owned"), acted(act)) == []
    for act in ("amend", "acknowledge", "recall"):
        assert broken(acted(), stood(state), acted(act)) == []


def test_nothing_is_told_of_a_case_that_is_not_on_record() -> None:
    assert len(ReleaseLaws().take([acted()])) == 1


def test_whoever_wrote_it_last_does_not_approve_it() -> None:
    own = {**acted("approve"), "by": "user:joan"}
    assert broken(acted(), own) == ["whoever wrote it has approved it"]
    assert broken({**acted(), "by": "user:ada"}, acted("amend"), own) != []
    assert broken(acted(), {**acted("amend"), "by": "user:ada"}, own) == []


def test_of_one_that_was_written_anew_after_it_was_signed_words_alone_tell() -> None:
    own = {**acted("approve"), "by": "user:joan"}
    assert broken(acted(), {**acted("amend"), "from": "approved"}, own) == []
    again = {**acted("amend"), "from": "draft"}
    assert len(broken({**acted("amend"), "from": "approved"}, again, own)) == 1


def test_two_accounts_of_one_person_are_one() -> None:
    laws = ReleaseLaws(lambda one, other: one.rstrip("-2") == other.rstrip("-2"))
    laws.put_case(CASE, {"state": "triaged"})
    laws.put(NAME, acted()["card"], "user:joan")
    assert len(laws.take([{**acted("approve"), "by": "user:joan-2"}])) == 1


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
