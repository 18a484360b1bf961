"""The desk's first act puts on record what it goes by; nothing stands in its way."""

import shutil
from pathlib import Path

import pytest

from ringwall.base.errors import DeclarationError, RecordUnavailable
from ringwall.raid import founding as module
from ringwall.raid.desk import RaidDesk
from ringwall.raid.rule_files import (
    RULES_ID,
    digest_of,
    keep_files,
    kept_folder,
    read_files,
)
from ringwall.shipped import shipped_path
from tests.raid_office import RaidOffice, adopted, given, opened_case, who


def _digests(office: RaidOffice) -> list[tuple[str, str]]:
    """Return act and digest of what is on record of the rules."""
    return [
        (event["act"], event["card"]["digest"]) for event in office.events("raid.desk")
    ]


def _edit(folder: Path) -> None:
    path = folder / "raid" / "desk" / "capacity.yaml"
    path.write_text(path.read_text().replace("people: 10", "people: 7"))


def test_the_first_report_founds_the_desk_and_no_other_does(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    shipped = digest_of(read_files(shipped_path("raid")))
    shutil.rmtree(raid_office.folder / "raid" / "kept")

    given(desk.acting)
    given(desk.acting)
    opened_case(desk)
    with raid_office.raid() as other:
        given(other.acting)

    assert _digests(raid_office) == [("found", shipped)]
    assert digest_of(read_files(kept_folder(raid_office.folder, shipped))) == shipped
    assert raid_office.institute.verify().is_sound


def test_an_act_is_told_without_what_founds_the_desk(desk: RaidDesk) -> None:
    given(desk.acting)
    [event] = desk.acting.rows.events(kind="raid.desk")
    assert event.event["said"] == {}
    assert event.event["by"] == "user:ruth"

    made = desk.acting.rows.events(kind="raid.report")
    assert made[0].index == event.index - 1, "in one transaction"


def test_an_edited_folder_is_not_what_a_desk_is_founded_with(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    _edit(raid_office.folder)

    given(desk.acting)

    assert _digests(raid_office) == [
        ("found", digest_of(read_files(shipped_path("raid"))))
    ]
    assert desk.acting.rules.capacity.people == 10


def test_rules_that_are_adopted_first_found_the_desk(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    _edit(raid_office.folder)

    done = adopted(desk, "three have left")
    given(desk.acting)

    assert _digests(raid_office) == [("adopt", done.digest)]
    assert done.before == "", "none were on record"


def test_rules_are_adopted_after_those_that_the_desk_was_founded_with(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    given(desk.acting)
    _edit(raid_office.folder)

    done = adopted(desk, "three have left")

    assert [act for act, _ in _digests(raid_office)] == ["found", "adopt"]
    assert desk.acting.rules.digest == done.digest


def test_where_no_copy_can_be_kept_the_report_is_taken_in_and_the_next_one_founds(
    desk: RaidDesk, raid_office: RaidOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> Path:
        raise RecordUnavailable("raid-rules-unwritable", "no space")

    with monkeypatch.context() as patch:
        patch.setattr(module, "keep_files", full)
        given(desk.acting)
    assert _digests(raid_office) == []
    assert desk.acting.rules.capacity.people == 10

    given(desk.acting)

    assert [act for act, _ in _digests(raid_office)] == ["found"]


def test_a_refused_attempt_founds_nothing(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    with pytest.raises(DeclarationError):
        desk.intake.hand_in_file(who("ruth"), b"{}", "report.json")

    assert [act for act, _ in _digests(raid_office)] == ["reject"]


def test_two_that_come_first_at_once_found_one_desk(
    desk: RaidDesk, raid_office: RaidOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = keep_files
    others: list[str] = []

    def overtaken(*words: object) -> Path:
        if not others:
            others.append("")
            with raid_office.raid() as other:
                others.append(given(other.acting))
        return keep(*words)  # type: ignore[arg-type]  # handed on as they are

    monkeypatch.setattr(module, "keep_files", overtaken)

    given(desk.acting)

    assert [act for act, _ in _digests(raid_office)] == ["found"]
    assert len(raid_office.events("raid.report")) == 2
    card = desk.acting.rows.card("raid.desk", RULES_ID)
    assert card is not None
    assert card.card["state"] == "adopted"
