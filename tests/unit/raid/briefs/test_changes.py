"""What differs between a brief and the last one of the same state."""

import json

import pytest

from ringwall.base.errors import RequestError
from ringwall.raid.briefs.brief import Brief
from ringwall.raid.briefs.cases import BriefedCase, Deadline
from ringwall.raid.briefs.changes import MAX_BRIEF_BYTES, Changes, changes_of
from tests.briefed import briefed, spoc, writer

A, B = "case:c-aaaaaaaaaa", "case:c-bbbbbbbbbb"


def made(*cases: BriefedCase, state: str = "DE") -> Brief:
    return writer(*cases).brief(spoc(state))


def test_the_same_brief_differs_in_nothing() -> None:
    found = changes_of(made(briefed()).data, made(briefed()).data)

    assert found == Changes((), (), ())
    assert found.document() == {"new": [], "changed": [], "gone": []}


def test_what_is_new_changed_and_gone_is_told_by_its_name_alone() -> None:
    due = Deadline("COP93-CI", "initial", "2026-11-25T12:00:00Z")
    before = made(briefed(A, points={"expl": ["none"]}, deadlines=(due,)))
    later = due._replace(due="2026-11-24T12:00:00Z")
    now = made(
        briefed(A, points={"expl": ["observed"]}, deadlines=(later,)),
        briefed(B, reports=[]),
    )

    found = changes_of(before.data, now.data)

    assert found.changed == ((A, "COP93-CI", "deadline:initial"), (A, A, "expl"))
    assert {case for case, *_ in found.new} == {B}
    assert found.gone == ()
    assert changes_of(now.data, before.data).gone == found.new


def test_a_brief_of_another_recipient_is_not_compared() -> None:
    with pytest.raises(RequestError) as caught:
        changes_of(made(briefed(), state="FR").data, made(briefed()).data)

    assert caught.value.code == "brief-of-another"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        b'{"kind":"ringwall-brief"}',
        b'{"kind":"ringwall-brief","cases":[]}',
        b'{"kind":"ringwall-brief","cases":[],"state":"DE"}',
        b'{"kind":"ringwall-brief","cases":[1],"state":"DE","recipient":"spoc.de"}',
        b" " * (MAX_BRIEF_BYTES + 1),
        json.dumps({"kind": "ringwall-handover-package"}).encode(),
    ],
)
def test_what_is_no_brief_is_refused(data: bytes) -> None:
    with pytest.raises(RequestError) as caught:
        changes_of(data, made(briefed()).data)

    assert caught.value.code == "brief-malformed"
