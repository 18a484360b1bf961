"""The events of a link are of one transaction, or there are none."""

import pytest

from ringwall.base.errors import RequestError
from ringwall.raid.desk import RaidDesk
from ringwall.raid.linking import Link, check_type
from tests.raid_office import given, opened_case, refused, who


def test_a_type_is_one_of_six() -> None:
    assert check_type("refutes") == "refutes"
    with pytest.raises(RequestError) as caught:
        check_type("refuted")
    assert caught.value.code == "link-type-unknown"


def test_a_link_that_one_end_refuses_leaves_the_other_as_it_was(
    desk: RaidDesk,
) -> None:
    report, _ = opened_case(desk)
    _, case = opened_case(desk)
    desk.screening.defer(who("joan"), report, "2026-12-24", "wait")
    desk.links.attach(who("joan"), report, case, Link("context", "it is told there"))
    waiting = given(desk.acting)

    before = len(desk.acting.rows.events())
    link = Link("context", "why")
    assert refused(desk.links.attach, who("joan"), waiting, case, link) == (
        "act-not-possible"
    )
    assert len(desk.acting.rows.events()) == before
