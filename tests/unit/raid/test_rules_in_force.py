import shutil
from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.raid import rules_in_force as module
from ringwall.raid.desk import RaidDesk
from ringwall.raid.rule_files import digest_of, kept_folder, read_files
from ringwall.raid.rulebook import Rulebook, read_rulebook
from ringwall.raid.rules_in_force import folder_in_force, rules_in_force
from ringwall.shipped import shipped_path
from tests.raid_office import RaidOffice, adopted, code_of, given


def _edit(folder: Path, before: str = "people: 10", after: str = "people: 7") -> None:
    path = folder / "raid" / "desk" / "capacity.yaml"
    path.write_text(path.read_text().replace(before, after))


def _draft(office: RaidOffice) -> Path:
    """Edit the rules in an institute's folder, and return where they are."""
    _edit(office.folder)
    return office.folder / "raid"


def test_a_new_desk_goes_by_the_rules_that_come_with_ringwall(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    book = rules_in_force(raid_office.folder, desk.acting.rows)

    assert book.digest == digest_of(read_files(raid_office.folder / "raid"))
    assert book is desk.acting.rules


@pytest.mark.parametrize("is_founded", [False, True])
@pytest.mark.parametrize("broken", [False, True])
def test_what_lies_in_the_folder_is_a_draft_that_stops_nothing(
    desk: RaidDesk, raid_office: RaidOffice, *, is_founded: bool, broken: bool
) -> None:
    if is_founded:
        given(desk.acting)
    before = rules_in_force(raid_office.folder, desk.acting.rows)
    _edit(raid_office.folder, after="people: none" if broken else "people: 7")

    book = rules_in_force(raid_office.folder, desk.acting.rows)

    assert (book.digest, book.capacity.people) == (before.digest, 10)


def test_another_installation_does_not_move_what_a_desk_was_founded_with(
    desk: RaidDesk,
    raid_office: RaidOffice,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given(desk.acting)
    newer = tmp_path / "newer"
    shutil.copytree(shipped_path("raid"), newer / "raid")
    _edit(newer)
    monkeypatch.setattr(module, "shipped_path", lambda name: newer / name)

    book = rules_in_force(raid_office.folder, desk.acting.rows)

    assert book.capacity.people == 10


def test_adopted_rules_are_in_force_and_later_edits_change_nothing(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    _edit(raid_office.folder)
    done = adopted(desk, "three have left")
    _edit(raid_office.folder, "people: 7", "people: 99")

    book = rules_in_force(raid_office.folder, desk.acting.rows)

    assert (book.digest, book.capacity.people) == (done.digest, 7)
    place, digest = folder_in_force(raid_office.folder, desk.acting.rows)
    assert (place, digest) == (kept_folder(raid_office.folder, digest), done.digest)


@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_a_kept_copy_that_is_changed_or_gone_is_found(
    desk: RaidDesk, raid_office: RaidOffice, damage: str
) -> None:
    _edit(raid_office.folder)
    done = adopted(desk, "three have left")
    if damage == "gone":
        shutil.rmtree(done.kept)
    else:
        path = done.kept / "desk" / "capacity.yaml"
        path.write_text(path.read_text() + "# a note\n")

    with pytest.raises(IntegrityError) as caught:
        rules_in_force(raid_office.folder, desk.acting.rows)

    assert code_of(caught.value) == "raid-rules-changed"


def test_rules_that_change_between_two_looks_are_not_gone_by(
    desk: RaidDesk, raid_office: RaidOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = adopted(desk, "three have left", _draft(raid_office)).kept

    def moving(folder: Path) -> Rulebook:
        path = place / "desk" / "capacity.yaml"
        path.write_text(path.read_text() + "# a note\n")
        return read_rulebook(folder)

    monkeypatch.setattr(module, "read_rulebook", moving)

    with pytest.raises(IntegrityError, match="does not hold the rules"):
        rules_in_force(raid_office.folder, desk.acting.rows)
