import json
from collections.abc import Iterator
from hashlib import sha256

import pytest

from ringwall.raid.intake import bulk as module
from ringwall.raid.intake.desk import Intake
from tests.raid_office import RaidOffice, who
from tests.raid_reports import data_folder, intake_of, table_of


@pytest.fixture
def intake(raid_office: RaidOffice) -> Iterator[Intake]:
    with intake_of(raid_office) as counter:
        yield counter


def _rows(count: int, start: int = 1) -> list[str]:
    return [
        f"{number},2015-05,Event {number},What happened in {number * 7919},,,,"
        for number in range(start, start + count)
    ]


def test_bad_records_are_named_and_the_others_taken_in_and_nothing_twice(
    intake: Intake, raid_office: RaidOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 20)
    monkeypatch.setattr(module, "_MOST_ASKED", 30)
    rows = _rows(100)
    rows[10], rows[50], rows[90] = (
        "x y,2,t,d,,,,",
        "51,2015-99,t,d,,,,",
        "91,2015,,d,,,,",
    )
    seen: list[tuple[int, int]] = []
    data = table_of(*rows)
    first = intake.import_file(
        who("ruth"), data, "incidents.csv", progress=lambda *at: seen.append(at)
    )
    assert len(first.taken) == 97
    assert [fault.line for fault in first.faults] == [12, 52, 92]
    assert seen[-1] == (97, 97)
    again = intake.import_file(who("ruth"), data, "incidents.csv")
    assert (again.taken, len(again.doubles), len(again.faults)) == ([], 97, 3)
    assert {double.report for double in again.doubles} == {
        one.report for one in first.taken
    }
    assert len(raid_office.events("raid.report")) == 97
    acts = [event["act"] for event in raid_office.events("raid.desk")]
    assert sorted(acts) == ["found", "reject", "reject", "reject"]


def test_the_whole_file_is_kept_once_and_each_record_points_into_it(
    intake: Intake, raid_office: RaidOffice
) -> None:
    data = table_of(*_rows(3))
    intake.import_file(who("ruth"), data, "f.csv")
    originals = [
        event["said"]["original"] for event in raid_office.events("raid.report")
    ]
    assert {one["sha256"] for one in originals} == {sha256(data).hexdigest()}
    assert [one["pointer"] for one in originals] == ["row 1", "row 2", "row 3"]
    kept = raid_office.folder / "raid" / "originals"
    assert [path.read_bytes() for path in kept.rglob("*") if path.is_file()] == [data]


def test_a_changed_record_is_a_new_version_beside_the_old_one(
    intake: Intake, raid_office: RaidOffice
) -> None:
    old = intake.import_file(who("ruth"), table_of(*_rows(2)), "f").taken
    raid_office.clock.instant += 1_000_000
    rows = [_rows(1)[0].replace("What", "All that"), *_rows(1, 2)]
    new = intake.import_file(who("ruth"), table_of(*rows), "f")
    [taken] = new.taken
    assert taken.revises == old[0].report
    assert [double.source for double in new.doubles] == ["aiid:2"]
    events = raid_office.events("raid.report")
    assert len(events) == 3
    assert events[-1]["said"]["revises"] == old[0].report
    # The old version is on record as well, and comes in no more.
    assert intake.import_file(who("ruth"), table_of(*_rows(2)), "f").taken == []


def test_within_one_file_the_second_version_revises_the_first(intake: Intake) -> None:
    one = _rows(1)[0]
    found = intake.import_file(
        who("ruth"), table_of(one, one, one.replace("What", "All")), "f"
    )
    assert [taken.revises for taken in found.taken] == ["", found.taken[0].report]
    assert [double.report for double in found.doubles] == [found.taken[0].report]


def test_a_trial_takes_nothing_in(intake: Intake, raid_office: RaidOffice) -> None:
    rows = [*_rows(2), "x y,,,,,,,"]
    found = intake.try_file(who("ruth"), table_of(*rows), "f")
    assert [plan.source for plan in found.planned] == ["aiid:1", "aiid:2"]
    assert found.planned[0].title == "Event 1"
    assert (found.taken, len(found.faults)) == ([], 1)
    assert raid_office.events("raid.report") == raid_office.events("raid.desk") == []
    assert not (raid_office.folder / "raid" / "originals").exists()


def test_a_file_that_can_not_be_read_is_a_refused_attempt(
    intake: Intake, raid_office: RaidOffice
) -> None:
    found = intake.import_file(who("ruth"), b"hello", "f")
    assert [fault.code for fault in found.faults] == ["format-unknown"]
    [event] = raid_office.events("raid.desk")
    assert event["said"]["channel"] == "import"


def test_a_record_that_the_schema_refuses_is_named_with_its_place(
    intake: Intake,
) -> None:
    fields = {
        "metadata": {"report_id": "A"},
        "description": {"value": "x"},
        "references": ["\u200b"],
    }
    data = json.dumps([fields, {**fields, "references": []}]).encode()
    found = intake.import_file(who("ruth"), data, "f.json")
    assert [fault.file for fault in found.faults] == ["f.json (/0)"]
    assert [taken.source for taken in found.taken] == ["avid:A"]


def test_all_real_records_come_in_and_no_exercise_is_harm(
    intake: Intake, raid_office: RaidOffice
) -> None:
    folder = data_folder()
    files = [folder / "atlas" / "ATLAS.yaml", *sorted((folder / "avid").glob("*.json"))]
    for file in files:
        found = intake.import_file(who("ruth"), file.read_bytes(), file.name)
        assert found.faults == []
        assert len(found.taken) == len(found.planned) > 0
        again = intake.import_file(who("ruth"), file.read_bytes(), file.name)
        assert (again.taken, len(again.doubles)) == ([], len(found.taken))
    for event in raid_office.events("raid.report"):
        document = event["said"]["document"]
        assert document["harms"] == document["aware"] == "unknown"
        assert event["card"]["source"].partition(":")[0] in {"atlas", "avid"}
