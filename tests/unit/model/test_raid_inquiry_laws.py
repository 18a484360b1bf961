"""What has to hold of an inquiry that was answered."""

from hashlib import sha256
from typing import Any

import pytest

from ringwall.model.raid_inquiry_laws import STANDARD_ANSWER, InquiryLaws
from tests.raid_records import CASE, blank

INQUIRY = "inq-" + "a" * 16


def answered(act: str = "disclose", case: str = CASE, **card: str) -> dict[str, Any]:
    told = {"exit": "law", "ground": "b" * 64, "recipient": "police.de", **card}
    event = {"kind": "raid.inquiry", "id": INQUIRY, "act": act, "case": case}
    return {**event, "card": blank("raid.inquiry", told)}


def carried(**changes: str) -> dict[str, Any]:
    card = {"what": "disclose-law", "binds": "b" * 64, **changes}
    case = card.pop("case", CASE)
    event = {"kind": "raid.proposal", "act": "carry", "case": case}
    return {**event, "card": blank("raid.proposal", card)}


def assessed(imminent: int) -> dict[str, Any]:
    card = blank("raid.case", {"imminent": imminent})
    return {
        "kind": "raid.case",
        "id": CASE,
        "act": "assess",
        "case": CASE,
        "card": card,
    }


def broken(*acts: dict[str, Any], laws: InquiryLaws | None = None) -> list[str]:
    return [told for _, told in (laws or InquiryLaws()).take(acts)]


def test_an_answer_by_an_exit_goes_with_the_proposal_that_told_of_its_ground() -> None:
    assert broken(carried(), answered()) == []
    for other in (
        carried(binds="c" * 64),
        carried(what="warn"),
        carried(what="disclose-consent"),
        carried(case="case:c-bbbbbbbbbb"),
    ):
        assert len(broken(other, answered())) == 1
    assert len(broken(answered())) == 1


@pytest.mark.parametrize("lacks", [{"exit": ""}, {"recipient": ""}, {"exit": "favour"}])
def test_an_answer_about_a_case_names_exit_and_recipient(lacks: dict[str, str]) -> None:
    assert broken(carried(), answered(**lacks))
    assert len(broken(carried(case=""), answered(case=""))) == 1


def test_a_danger_is_an_exit_for_a_case_that_is_assessed_as_one() -> None:
    laws = InquiryLaws()
    told = carried(what="disclose-danger"), answered(exit="danger")
    assert len(broken(*told, laws=laws)) == 1
    assert broken(assessed(1), laws=laws) == []
    assert broken(*told, laws=laws) == []
    assert broken(assessed(0), laws=laws) == []
    assert len(broken(*told, laws=laws)) == 1


def test_without_an_exit_the_answer_is_what_all_get() -> None:
    same = sha256(STANDARD_ANSWER).hexdigest()
    plain = {"exit": "", "ground": "", "answer": same}
    assert broken(answered("answer", "", **plain)) == []
    assert len(broken(answered("answer", "", **{**plain, "answer": "c" * 64}))) == 1
    for more in ({"exit": "law"}, {"ground": "b" * 64}):
        assert len(broken(answered("answer", "", **{**plain, **more}))) == 1
    assert len(broken(answered("answer", CASE, **plain))) == 1
    assert broken(answered("decline", "", exit="", ground="")) == []
