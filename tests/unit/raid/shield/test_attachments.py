"""Files of reports: the original sealed, the working copy without its maker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ringwall.base.errors import ActRefused, IntegrityError, RequestError, UnknownItem
from ringwall.gate.denied import AccessDenied
from ringwall.raid.desk import RaidDesk
from ringwall.raid.shield.opening import open_box
from tests.example import NOON
from tests.raid_office import RaidOffice, given, report_document, who
from tests.shield_office import asked, handed_in, passing, shield
from tests.shielded import private_key
from tests.unit.raid.shield.scrub.test_images import with_exif

PICTURE = with_exif("JPEG")
NAME = b"Mary Planted-Name"


@pytest.fixture
def desk(raid_office: RaidOffice) -> Iterator[RaidDesk]:
    shield(raid_office)
    with raid_office.raid() as desk:
        yield desk


def _files(folder: Path) -> list[bytes]:
    places = (path for path in (folder / "raid").rglob("*") if path.is_file())
    return [path.read_bytes() for path in places]


def _slot(desk: RaidDesk, report: str) -> bytes:
    """Have the box of a report opened; return the private key of its slot."""
    request = asked(desk, report)
    for number in (1, 3, 5):
        desk.identities.vote(who(f"custodian-{number}"), request, passing(number))
    fetched = desk.identities.fetch(who("joan"), request)
    own = private_key("user:joan")
    return open_box(fetched.box, fetched.terms, fetched.passed, own, NOON).slot


def test_the_desk_works_with_a_copy_that_does_not_tell_who_made_it(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    report = handed_in(desk).taken.report

    done = desk.attachments.add(who("joan"), report, PICTURE)

    (one,) = desk.attachments.listed(who("joan"), report)
    assert (one.id, one.report, one.suffix) == (done.events[0]["id"], report, ".jpg")
    assert one.removed
    copy = desk.attachments.working_copy(who("joan"), one.id)
    assert len(copy) == one.bytes
    assert NAME in PICTURE
    assert NAME not in copy
    assert not any(NAME in data for data in _files(raid_office.folder))
    assert raid_office.institute.verify().findings == ()


def test_the_original_opens_with_the_box_and_no_other_way(desk: RaidDesk) -> None:
    report = handed_in(desk).taken.report
    one = desk.attachments.add(who("joan"), report, PICTURE).events[0]["id"]
    desk.attachments.add(who("joan"), report, b"not a word", sealed_only=True)

    found = desk.attachments.originals(report, _slot(desk, report))

    assert [opened.data for opened in found] == [PICTURE, b"not a word"]
    assert found[0].id == one
    other = handed_in(desk).taken.report
    slot = _slot(desk, other)
    with pytest.raises(IntegrityError) as error:
        desk.attachments.originals(report, slot)
    assert error.value.code == "attachment-not-opened"


def test_a_reporter_sends_a_file_by_their_receipt(desk: RaidDesk) -> None:
    handed = handed_in(desk)

    done = desk.attachments.send(who("ruth"), handed.receipt, b"what I saw")

    assert done.events[0]["case"] == handed.taken.report
    with pytest.raises(UnknownItem) as error:
        desk.attachments.send(who("ruth"), "aaaa-aaaa", b"what I saw")
    assert error.value.code == "receipt-unknown"


def test_of_what_cannot_be_scrubbed_nothing_is_kept_unless_sealed(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    report = handed_in(desk).taken.report
    before = _files(raid_office.folder)

    with pytest.raises(ActRefused) as error:
        desk.attachments.add(who("joan"), report, b"\x00\x01\x02")
    assert error.value.code == "metadata-not-removable"
    assert "--sealed-only" in error.value.next_step
    assert _files(raid_office.folder) == before

    done = desk.attachments.add(who("joan"), report, b"\x00\x01", sealed_only=True)
    (one,) = desk.attachments.listed(who("joan"), report)
    assert (one.suffix, one.bytes, one.removed) == ("", 0, ())
    with pytest.raises(UnknownItem) as missing:
        desk.attachments.working_copy(who("joan"), done.events[0]["id"])
    assert missing.value.code == "working-copy-missing"


def test_an_empty_file_and_one_too_large_are_refused(
    desk: RaidDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = handed_in(desk).taken.report
    monkeypatch.setattr("ringwall.raid.shield.attachments.MAX_FILE_BYTES", 10)
    for data, code in ((b"", "attachment-empty"), (b"x" * 11, "attachment-too-large")):
        with pytest.raises(RequestError) as error:
            desk.attachments.add(who("joan"), report, data)
        assert error.value.code == code


def test_a_report_without_a_box_takes_no_file(raid_office: RaidOffice) -> None:
    with raid_office.raid() as desk:
        report = given(desk.acting, report_document(), "ruth")
        with pytest.raises(UnknownItem) as error:
            desk.attachments.add(who("joan"), report, b"what I saw")
    assert error.value.code == "box-never"


def test_once_a_reporter_is_erased_nothing_more_is_sealed_to_them(
    desk: RaidDesk,
) -> None:
    report = handed_in(desk).taken.report
    desk.attachments.add(who("joan"), report, b"what I saw")
    made = desk.erasing.erase(who("niels"), report, "they asked for it")
    desk.proposals.second(who("rosalind"), str(made.events[0]["id"]))

    with pytest.raises(UnknownItem) as error:
        desk.attachments.add(who("joan"), report, b"and this")
    assert error.value.code == "box-missing"
    assert len(desk.attachments.listed(who("joan"), report)) == 1


def test_who_may_not_know_the_report_gets_the_same_as_of_none(desk: RaidDesk) -> None:
    report = handed_in(desk).taken.report
    one = desk.attachments.add(who("joan"), report, b"what I saw").events[0]["id"]

    told = set()
    for name in (one, "att-aaaaaaaaaaaaaaaa"):
        with pytest.raises(AccessDenied) as denied:
            desk.attachments.working_copy(who("ole"), name)
        told.add(denied.value.decision.caller_reasons())
    assert len(told) == 1
    with pytest.raises(AccessDenied):
        desk.attachments.listed(who("ole"), report)
    with pytest.raises(AccessDenied):
        desk.attachments.add(who("ole"), report, b"x")


def test_a_file_that_is_lost_is_found_missing(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    report = handed_in(desk).taken.report
    desk.attachments.add(who("joan"), report, PICTURE)
    said = desk.acting.rows.events(case=report, kind="raid.attachment")[0].event["said"]
    kept = raid_office.folder / "raid" / "originals"
    for name in ("sealed", "working"):
        digest = said[name]["sha256"]
        path = kept / digest[:2] / digest
        path.chmod(0o600)
        path.write_bytes(b"another") if name == "working" else path.unlink()

    found = {one.code for one in raid_office.institute.verify().findings}

    assert found == {"attachment-missing", "attachment-changed"}
