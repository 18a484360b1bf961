from dataclasses import replace

import pytest

from ringwall.model.raid_states import MACHINES
from ringwall.raid.clocks.book import ClockBook
from ringwall.raid.clocks.reader import read_clocks
from ringwall.raid.clocks.rule import Limb
from ringwall.raid.intake.status import status_of
from ringwall.shipped import shipped_path

_BOOK = read_clocks(shipped_path("raid") / "clocks")
_AT = "2026-11-30T12:00:00Z"
_STATES = sorted({move.after for move in MACHINES["raid.report"]})


def test_a_reporter_is_told_by_when_to_hear() -> None:
    status = status_of(_BOOK, "received", _AT)
    assert status.received == _AT
    assert status.acknowledged_by == "2026-12-07T12:00:00Z"
    assert status.feedback_by == "2027-02-28T12:00:00Z"


def without(**limbs: Limb) -> ClockBook:
    """Return the rules with another limb of some rules, or without any of these."""
    rules = {name: rule for name, rule in _BOOK.rules.items() if name[:3] != "WBD"}
    for name, limb in limbs.items():
        rule = _BOOK.rules[name.replace("_", "-")]
        rules[rule.id] = replace(rule, stages=(replace(rule.stages[0], first=limb),))
    return replace(_BOOK, rules=rules)


def test_an_institute_without_a_limit_promises_none() -> None:
    for book in (
        without(),
        without(WBD_ACK=Limb("aware", None), WBD_FB=Limb("received", None)),
    ):
        status = status_of(book, "received", _AT)
        assert (status.acknowledged_by, status.feedback_by) == ("", "")
    rule = _BOOK.rules["WBD-FB"]
    other = replace(rule, stages=(replace(rule.stages[0], name="answer"),))
    book = replace(_BOOK, rules={**_BOOK.rules, "WBD-FB": other})
    assert status_of(book, "received", _AT).feedback_by == ""


def test_whether_a_report_was_believed_can_not_be_told() -> None:
    told = {state: status_of(_BOOK, state, _AT) for state in _STATES}
    assert told.pop("received").state == "received"
    assert told.pop("closed").state == "closed"
    assert len(set(told.values())) == 1
    assert {"valid", "invalid", "accepted", "deferred"} == set(told)


@pytest.mark.parametrize("state", _STATES)
def test_no_word_tells_of_a_case(state: str) -> None:
    assert "case" not in status_of(_BOOK, state, _AT).told
