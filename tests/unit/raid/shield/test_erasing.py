"""Erasing a reporter: the box goes, the proof stays, the record still holds."""

from collections.abc import Iterator

import pytest

from ringwall.base.errors import ActRefused, UnknownItem
from ringwall.gate.denied import AccessDenied
from ringwall.raid.desk import RaidDesk
from tests.raid_office import RaidOffice, code_of, who
from tests.shield_office import asked, handed_in, shield


@pytest.fixture
def desk(raid_office: RaidOffice) -> Iterator[RaidDesk]:
    shield(raid_office)
    with raid_office.raid() as desk:
        yield desk


def test_an_erased_reporter_is_nowhere_and_the_record_still_holds(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    report = handed_in(desk).taken.report

    done = desk.erasing.erase(who("niels"), report, "the reporter asked for it")

    (event,) = done.events
    made = desk.acting.rows.first([report])[report].event
    assert event["card"]["digest"] == made["said"]["box"]
    assert list((raid_office.folder / "raid" / "boxes").rglob("*.json")) == []
    with pytest.raises(UnknownItem) as error:
        asked(desk, report)
    assert code_of(error.value) == "box-missing"
    assert raid_office.institute.verify().findings == ()


def test_erasing_again_records_nothing_more(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    report = handed_in(desk).taken.report
    desk.erasing.erase(who("niels"), report, "the reporter asked for it")

    assert desk.erasing.erase(who("niels"), report, "once more").events == ()
    assert len(raid_office.events("raid.box")) == 1


@pytest.mark.parametrize("name", ["joan", "rosalind", "custodian-1", "hertha"])
def test_nobody_but_the_director_erases(desk: RaidDesk, name: str) -> None:
    report = handed_in(desk).taken.report

    with pytest.raises(AccessDenied):
        desk.erasing.erase(who(name), report, "because")


def test_nothing_is_erased_without_a_reason_or_a_report(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    report = handed_in(desk).taken.report

    with pytest.raises(ActRefused) as error:
        desk.erasing.erase(who("niels"), report, " ")
    with pytest.raises(UnknownItem) as unknown:
        desk.erasing.erase(who("niels"), "report:r-aaaaaaaaaa", "because")

    assert code_of(error.value) == "reason-missing"
    assert code_of(unknown.value) == "unknown-report"
    assert len(list((raid_office.folder / "raid" / "boxes").rglob("*.json"))) == 1
