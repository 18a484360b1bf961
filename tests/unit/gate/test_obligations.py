"""An obligation is carried out, or there is no permit."""

from dataclasses import replace

import pytest

from ringwall.gate.obligations import NOTIFY, OBLIGATIONS, obliged_by
from ringwall.model.decisions import Stage
from ringwall.model.requests import AccessRequest

BARE = AccessRequest("user:ada", "weights.read", "weights:a", "point:trainer")
FULL = replace(BARE, purpose="a trial run", amount=0, handles=("watermark",))


def test_without_obligations_nothing_is_asked() -> None:
    assert obliged_by((), BARE, 0) == ((), ())


def test_all_that_there_are_can_be_met() -> None:
    assert obliged_by(OBLIGATIONS, FULL, 1) == (("watermark",), ())


def test_the_gate_gives_notice_itself() -> None:
    assert obliged_by([NOTIFY], BARE, 0) == ((), ())


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("byte-budget", "amount-not-stated"),
        ("encrypt", "obligation-unknown"),
        ("four-eyes", "nobody-else-present"),
        ("record-purpose", "purpose-missing"),
        ("watermark", "obligation-unsupported"),
    ],
)
def test_one_that_is_not_met_is_a_deny(word: str, code: str) -> None:
    [reason] = obliged_by([word], BARE, 0).reasons

    assert (reason.stage, reason.code) == (Stage.OBLIGATION, code)
    assert reason.condition == word


def test_one_unknown_spoils_those_that_are_met() -> None:
    obliged = obliged_by([*OBLIGATIONS, "encrypt"], FULL, 1)

    assert [reason.code for reason in obliged.reasons] == ["obligation-unknown"]


def test_each_that_is_not_met_is_told_once_and_in_order() -> None:
    words = ["watermark", "four-eyes", "four-eyes", "byte-budget"]

    codes = [reason.code for reason in obliged_by(words, BARE, 0).reasons]

    assert codes == [
        "amount-not-stated",
        "nobody-else-present",
        "obligation-unsupported",
    ]


@pytest.mark.parametrize("purpose", ["", "a trial", "          ", "   trial    "])
def test_a_purpose_has_ten_characters_that_are_not_blank(purpose: str) -> None:
    request = replace(BARE, purpose=purpose)

    [reason] = obliged_by(["record-purpose"], request, 0).reasons

    assert reason.code == "purpose-missing"


def test_what_the_caller_handles_is_told_to_the_officer() -> None:
    request = replace(BARE, handles=("notify",))

    [reason] = obliged_by(["watermark"], request, 0).reasons

    assert (reason.seen, reason.needed) == ("notify", "watermark")
