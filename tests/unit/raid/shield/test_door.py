"""The door: every report gets a box, and no identity gets past without one."""

from pathlib import Path

import pytest

from ringwall.base.errors import ConfigurationError, RecordUnavailable
from ringwall.gate.denied import AccessDenied
from ringwall.raid.rule_files import KEPT_FOLDER
from ringwall.raid.shield import door as module
from ringwall.raid.shield.custodians import CUSTODIANS_FILE
from ringwall.raid.shield.door import Door
from ringwall.raid.shield.identity import NOBODY, Identity
from ringwall.raid.shield.opening import open_box, pass_on
from tests.raid_office import RaidOffice, adopted, report_document, who
from tests.raid_reports import intake_of
from tests.shielded import ASKER, MARY, NOW, custodians_yaml, private_key, terms


def with_custodians(office: RaidOffice) -> None:
    """Put the custodians of the tests in force."""
    place = office.folder / "raid" / "desk" / CUSTODIANS_FILE
    place.write_bytes(custodians_yaml())
    with office.raid() as desk:
        adopted(desk)


def _files(office: RaidOffice) -> list[Path]:
    return sorted((office.folder / "raid" / "boxes").rglob("*.json"))


@pytest.fixture
def shielded(raid_office: RaidOffice) -> RaidOffice:
    with intake_of(raid_office) as intake:
        intake.hand_in(who("ruth"), report_document(title="First"))
    with_custodians(raid_office)
    return raid_office


def test_who_sent_a_report_is_in_its_box_and_nowhere_else(
    shielded: RaidOffice,
) -> None:
    with intake_of(shielded) as intake, shielded.raid() as desk:
        handed = intake.hand_in(who("ruth"), report_document(), MARY)
        card = desk.acting.rows.card("raid.report", handed.taken.report)
        assert card is not None
        box = Door(desk.acting).boxes.read(card.id, card.event["said"]["box"])

    found = terms(report=card.id)
    passed = [
        pass_on(box, name, private_key(name), found, NOW)
        for name in (f"user:custodian-{number}" for number in (1, 3, 5))
    ]
    assert open_box(box, found, passed, private_key(ASKER), NOW).identity == MARY
    for path in shielded.folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert b"Planted-Name" not in data, path
            assert b"mary.planted" not in data, path


@pytest.mark.parametrize("identity", [NOBODY, MARY])
def test_every_report_gets_a_box_of_one_size(
    shielded: RaidOffice, identity: Identity
) -> None:
    with intake_of(shielded) as intake:
        assert intake.is_shielding
        intake.hand_in(who("ruth"), report_document())
        intake.hand_in(who("ruth"), report_document(title="Other"), identity)

    one, other = _files(shielded)
    assert one.stat().st_size == other.stat().st_size


def test_while_nobody_is_custodian_an_identity_is_refused_and_nothing_kept(
    raid_office: RaidOffice,
) -> None:
    with intake_of(raid_office) as intake:
        with pytest.raises(ConfigurationError) as error:
            intake.hand_in(who("ruth"), report_document(), MARY)
        assert error.value.code == "custodians-missing"
        assert raid_office.events("raid.report") == []
        assert not (raid_office.folder / "raid" / "originals").exists()

        assert not intake.is_shielding
        handed = intake.hand_in(who("ruth"), report_document())
        [event] = raid_office.events("raid.report")
        assert event["id"] == handed.taken.report
        assert "box" not in event["said"]
    assert _files(raid_office) == []


def test_who_may_not_hand_in_leaves_no_box(shielded: RaidOffice) -> None:
    with intake_of(shielded) as intake, pytest.raises(AccessDenied):
        intake.hand_in(who("joan"), report_document(), MARY)

    assert _files(shielded) == []


def test_a_report_that_can_not_be_kept_leaves_no_box(shielded: RaidOffice) -> None:
    (shielded.folder / "raid" / "originals").rename(shielded.folder / "elsewhere")
    (shielded.folder / "raid" / "originals").write_text("")

    with intake_of(shielded) as intake, pytest.raises(RecordUnavailable):
        intake.hand_in(who("ruth"), report_document(), MARY)

    assert _files(shielded) == []


def test_boxes_are_made_once_however_often_an_act_is_tried(
    shielded: RaidOffice,
) -> None:
    with shielded.raid() as desk:
        with Door(desk.acting).sealing(["report:r-aaaaaaaaaa"], {}) as keep:
            first = dict(keep())
            assert keep() == first
        with Door(desk.acting).sealing([], {}) as keep:
            assert keep() == {}

    assert len(_files(shielded)) == 1


def test_custodians_are_those_of_the_rules_in_force_not_of_a_draft(
    shielded: RaidOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shielded.folder / "raid" / "desk" / CUSTODIANS_FILE).write_bytes(b"draft")

    with shielded.raid() as desk:
        found = Door(desk.acting).custodians()
        monkeypatch.setattr(
            module, "read_custodians", lambda _: pytest.fail("was read again")
        )
        assert Door(desk.acting).custodians() is found
    assert found.threshold == 3
    assert (shielded.folder / "raid" / KEPT_FOLDER).is_dir()
