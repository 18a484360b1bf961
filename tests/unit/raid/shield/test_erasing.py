"""Erasing a reporter: by two, the box goes, the proof stays, the record still holds."""

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Final

import pytest

from ringwall.base.errors import UnknownItem
from ringwall.gate.denied import AccessDenied
from ringwall.model.events import subject_erased
from ringwall.raid.desk import RaidDesk
from ringwall.raid.shield.boxes import Boxes
from tests.example import NOON
from tests.raid_office import RaidOffice, code_of, refused, who
from tests.shield_office import asked, handed_in, shield

NIELS = who("niels")
LEAD = who("rosalind")
WHY = "the reporter asked for it"
_RECEIVED: Final = (
    "SELECT entry FROM leaf JOIN raid ON raid.idx = leaf.idx "
    "WHERE raid.kind = 'raid.report'"
)


@pytest.fixture
def desk(raid_office: RaidOffice) -> Iterator[RaidDesk]:
    shield(raid_office)
    with raid_office.raid() as desk:
        yield desk


def boxes(office: RaidOffice) -> int:
    """Return how many boxes there are."""
    return len(list((office.folder / "raid" / "boxes").rglob("*.json")))


def proposed(desk: RaidDesk, report: str) -> str:
    """Have the director propose that a box goes; return the proposal."""
    return str(desk.erasing.erase(NIELS, report, WHY).events[0]["id"])


def erase(desk: RaidDesk, report: str) -> None:
    desk.proposals.second(LEAD, proposed(desk, report))


def test_an_erased_reporter_is_nowhere_and_the_record_still_holds(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    report = handed_in(desk).taken.report
    proposal = proposed(desk, report)
    assert boxes(raid_office) == 1

    done = desk.proposals.second(LEAD, proposal)

    _, event = done.events
    made = desk.acting.rows.first([report])[report].event
    assert (event["kind"], event["case"]) == ("raid.box", report)
    assert event["card"]["digest"] == made["said"]["box"]
    assert boxes(raid_office) == 0
    assert refused(asked, desk, report) == "box-missing"
    assert raid_office.institute.verify().findings == ()


def test_the_director_alone_erases_nobody(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    report = handed_in(desk).taken.report
    proposal = proposed(desk, report)

    for name in ("niels", "joan", "custodian-1", "hertha"):
        with pytest.raises(AccessDenied):
            desk.proposals.second(who(name), proposal)
    desk.proposals.refuse(LEAD, proposal, "the request is not theirs")

    assert boxes(raid_office) == 1
    assert raid_office.events("raid.box") == []


def test_an_erasure_that_was_stopped_is_found_and_finished(
    desk: RaidDesk, raid_office: RaidOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = handed_in(desk).taken.report
    proposal = proposed(desk, report)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Boxes, "erase", killed)
        with pytest.raises(KeyboardInterrupt):
            desk.proposals.second(LEAD, proposal)

    assert boxes(raid_office) == 1
    (finding,) = raid_office.institute.verify().findings
    assert finding.code == "box-left"
    assert f"raid identity erase {report}" in finding.message

    assert desk.erasing.erase(NIELS, report, "once more").events == ()
    assert boxes(raid_office) == 0
    assert len(raid_office.events("raid.box")) == 1
    assert raid_office.institute.verify().findings == ()
    assert desk.erasing.erase(NIELS, report, "once more").events == ()


def test_a_box_is_erased_once(desk: RaidDesk, raid_office: RaidOffice) -> None:
    report = handed_in(desk).taken.report
    first, second = proposed(desk, report), proposed(desk, report)
    desk.proposals.second(LEAD, first)

    assert refused(desk.proposals.second, LEAD, second) == "act-not-possible"
    assert len(raid_office.events("raid.box")) == 1


@pytest.mark.parametrize("name", ["joan", "rosalind", "custodian-1", "hertha"])
def test_nobody_but_the_director_proposes_it(desk: RaidDesk, name: str) -> None:
    report = handed_in(desk).taken.report

    with pytest.raises(AccessDenied):
        desk.erasing.erase(who(name), report, "because")


def test_nothing_is_erased_without_a_reason_a_report_or_a_box(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    report = handed_in(desk).taken.report
    (first,) = {row["id"] for row in raid_office.events("raid.report")} - {report}

    assert refused(desk.erasing.erase, NIELS, report, " ") == "reason-missing"
    with pytest.raises(UnknownItem) as unknown:
        desk.erasing.erase(NIELS, "report:r-aaaaaaaaaa", "because")
    with pytest.raises(UnknownItem) as never:
        desk.erasing.erase(NIELS, first, "because")
    with pytest.raises(UnknownItem) as nobody:
        asked(desk, first)

    assert code_of(unknown.value) == "unknown-report"
    assert code_of(never.value) == code_of(nobody.value) == "box-never"
    assert boxes(raid_office) == 1


def test_of_a_report_whose_words_are_forgotten_the_box_can_go(
    raid_office: RaidOffice,
) -> None:
    shield(raid_office)
    with raid_office.raid() as desk:
        report = handed_in(desk).taken.report
    institute = raid_office.institute
    with closing(institute.ledger(writable=True)) as ledger:
        with ledger.store.reading() as stored:
            rows = stored.exec_driver_sql(_RECEIVED).all()
        events = [json.loads(entry) for (entry,) in rows]
        (token,) = [one["said"]["concealed"] for one in events if one["id"] == report]
        ledger.append([subject_erased(NOON, [token], "a court said so")])

    with raid_office.raid() as desk:
        erase(desk, report)

    assert boxes(raid_office) == 0
    assert raid_office.institute.verify().findings == ()
