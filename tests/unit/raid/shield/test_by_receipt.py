"""A receipt leads to its report, and a code says nothing of itself."""

from collections.abc import Iterator

import pytest

from ringwall.base.errors import UnknownItem
from ringwall.raid.desk import RaidDesk
from ringwall.raid.shield.by_receipt import report_of
from tests.raid_office import RaidOffice, report_document, who


@pytest.fixture
def desk(raid_office: RaidOffice) -> Iterator[RaidDesk]:
    with raid_office.raid() as desk:
        yield desk


def test_a_receipt_leads_to_its_report(desk: RaidDesk) -> None:
    handed = desk.intake.hand_in(who("ruth"), report_document())

    assert report_of(desk.acting.rows, handed.receipt) == handed.taken.report


@pytest.mark.parametrize("code", ["", "no code", "aaaa-" * 7 + "aaaa"])
def test_what_is_no_receipt_leads_nowhere(desk: RaidDesk, code: str) -> None:
    desk.intake.hand_in(who("ruth"), report_document())

    with pytest.raises(UnknownItem) as error:
        report_of(desk.acting.rows, code)
    assert error.value.code == "receipt-unknown"
