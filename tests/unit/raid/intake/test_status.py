import pytest

from ringwall.model.raid_states import MACHINES
from ringwall.raid.intake.status import status_of

_AT = "2026-11-30T12:00:00Z"
_STATES = sorted({move.after for move in MACHINES["raid.report"]})


def test_a_reporter_is_told_by_when_to_hear() -> None:
    status = status_of("received", _AT)
    assert status.received == _AT
    assert status.acknowledged_by == "2026-12-07T12:00:00Z"
    assert status.feedback_by == "2027-03-07T12:00:00Z"


def test_whether_a_report_was_believed_can_not_be_told() -> None:
    told = {state: status_of(state, _AT) for state in _STATES}
    assert told.pop("received").state == "received"
    assert told.pop("closed").state == "closed"
    assert len(set(told.values())) == 1
    assert {"valid", "invalid", "accepted", "deferred"} == set(told)


@pytest.mark.parametrize("state", _STATES)
def test_no_word_tells_of_a_case(state: str) -> None:
    assert "case" not in status_of(state, _AT).told
