"""A report as it is read, and what of it is nobody's but those of a case."""

import pytest

from ringwall.base.errors import RingwallError
from ringwall.gate.denied import AccessDenied
from ringwall.raid.desk import RaidDesk
from ringwall.raid.ids import new_id
from tests.raid_office import given, opened_case, report_document, who

JOAN = who("joan")


def test_a_report_is_read_whole_with_what_was_done(desk: RaidDesk) -> None:
    report, case = opened_case(desk, report_document(title="Rota"))

    found = desk.reading.show(JOAN, report.removeprefix("report:"))

    assert found.id == report
    assert found.document["title"] == "Rota"
    assert found.cases == [case]
    acts = [(one.act, one.after) for one in found.moments]
    assert acts == [("receive", "received"), ("validate", "valid"), ("attach", "valid")]


def test_of_a_case_that_is_shut_to_them_nobody_reads_a_word(desk: RaidDesk) -> None:
    report, case = opened_case(desk)
    desk.needs.shut(who("mileva"), case, "weights are abroad")

    found = desk.reading.show(who("dorothy"), report)

    assert found.cases == []
    assert case not in str(found)
    assert [one.act for one in found.moments] == ["receive", "validate"]


def test_a_report_that_there_is_not_is_denied_as_a_foreign_one(desk: RaidDesk) -> None:
    report = given(desk.acting)

    for person, name in (("joan", new_id("raid.report")), ("mileva", report)):
        with pytest.raises(AccessDenied):
            desk.reading.show(who(person), name)
    with pytest.raises(RingwallError, match="no id of a report"):
        desk.reading.show(JOAN, "case:c-aaaaaaaaaa")
