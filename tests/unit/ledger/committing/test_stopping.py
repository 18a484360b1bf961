"""What callers are told: an error of their own, with the cause behind it."""

import pytest

from ringwall.base.errors import IntegrityError, RecordUnavailable
from ringwall.ledger.committing.stopping import retold, stopped


@pytest.mark.parametrize(
    "error",
    [
        IntegrityError("log-forked", "another log", next_step="look"),
        RecordUnavailable("ledger-busy", "busy", next_step="wait"),
    ],
)
def test_what_is_known_is_told_again_by_another_object(
    error: IntegrityError | RecordUnavailable,
) -> None:
    anew = retold(error)

    assert anew is not error
    assert type(anew) is type(error)
    assert (anew.code, anew.message) == (error.code, error.message)
    assert (anew.next_step, anew.__cause__) == (error.next_step, error)


def test_of_any_other_error_only_the_kind_is_told() -> None:
    anew = retold(ZeroDivisionError("secret"))

    assert isinstance(anew, RecordUnavailable)
    assert anew.code == "record-unavailable"
    assert anew.message == "the append failed: ZeroDivisionError"


def test_a_ledger_that_stopped_says_why() -> None:
    poison = RecordUnavailable("record-unavailable", "disk full")
    refusal = stopped(poison)

    assert refusal.code == "ledger-stopped"
    assert "disk full" in refusal.message
    assert refusal.__cause__ is not poison
    assert refusal.next_step
