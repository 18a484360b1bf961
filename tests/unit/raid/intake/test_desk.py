import json
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256

import pytest

from ringwall.base.errors import (
    ConfigurationError,
    DeclarationError,
    RequestError,
    UnknownItem,
)
from ringwall.gate.denied import AccessDenied
from ringwall.ledger.asking.raid_rows import RaidRows
from ringwall.model.matter_events import report_filed
from ringwall.raid import rules_in_force
from ringwall.raid.intake import desk as module
from ringwall.raid.intake.desk import Intake
from ringwall.raid.intake.receipts import digest_of, new_receipt
from ringwall.raid.intake.turns import turn_of
from ringwall.raid.shield.tell_rules import TELLS_FILE
from ringwall.raid.shield.tells import Tell, Warned
from tests.raid_office import RaidOffice, adopted, given, report_document, who
from tests.raid_reports import codes_of, intake_of
from tests.shielded import MARY


@pytest.fixture
def intake(raid_office: RaidOffice) -> Iterator[Intake]:
    with intake_of(raid_office) as counter:
        yield counter


def test_answers_become_a_report_with_a_receipt(
    intake: Intake, raid_office: RaidOffice
) -> None:
    handed = intake.hand_in(who("ruth"), report_document())
    [event] = raid_office.events("raid.report")
    assert event["id"] == handed.taken.report
    assert event["card"]["channel"] == "form"
    assert event["card"]["receipt"] == digest_of(handed.receipt)
    assert handed.receipt not in str(event)
    assert handed.tlp == "amber+strict"
    data = intake.original(who("joan"), handed.taken.report.removeprefix("report:"))
    assert json.loads(data) == report_document()
    assert event["card"]["digest"] == sha256(data).hexdigest()


def test_a_file_is_kept_as_it_came(intake: Intake, raid_office: RaidOffice) -> None:
    data = json.dumps(report_document(tlp="green"), indent=3).encode()
    handed = intake.hand_in_file(who("ruth"), data, "report.json")
    assert handed.tlp == "green"
    assert intake.original(who("joan"), handed.taken.report) == data
    [event] = raid_office.events("raid.report")
    assert event["card"]["digest"] == sha256(data).hexdigest()
    assert event["card"]["source"] == ""


def test_of_a_report_that_is_refused_only_the_attempt_is_on_record(
    intake: Intake, raid_office: RaidOffice
) -> None:
    with pytest.raises(DeclarationError) as error:
        intake.hand_in_file(who("ruth"), b'{"title": "a secret"}', "r.json")
    assert set(codes_of(error)) == {"field-missing"}
    with pytest.raises(DeclarationError):
        intake.hand_in(who("ruth"), report_document(compute={"low": 0.5}))
    with pytest.raises(DeclarationError) as error:
        intake.hand_in(who("ruth"), report_document(aware="2027-01-01T00:00:00Z"))
    assert codes_of(error) == ["in-the-future"]
    assert raid_office.events("raid.report") == []
    assert [event["said"]["channel"] for event in raid_office.events("raid.desk")] == [
        "file",
        "form",
        "form",
    ]
    assert "a secret" not in str(raid_office.events())
    assert not (raid_office.folder / "raid" / "originals").exists()


def test_only_who_takes_in_takes_in(intake: Intake, raid_office: RaidOffice) -> None:
    for name in ("joan", "niels", "hertha"):
        with pytest.raises(AccessDenied):
            intake.hand_in(who(name), report_document())
        with pytest.raises(AccessDenied):
            intake.import_file(who(name), b"x", "f")
        with pytest.raises(AccessDenied):
            intake.take_filed(who(name))
        with pytest.raises(AccessDenied):
            intake.status(who(name), new_receipt())
        with pytest.raises(AccessDenied):
            intake.hand_in_file(who(name), b"{}", "f")
    assert raid_office.events("raid.desk") == []


def test_the_state_is_told_to_who_has_the_receipt(intake: Intake) -> None:
    handed = intake.hand_in(who("ruth"), report_document())
    status = intake.status(who("ruth"), handed.receipt.upper().replace("-", " "))
    assert status.state == "received"
    assert status.received == "2026-11-21T12:00:00Z"


def test_a_wrong_code_and_none_get_the_same_answer(intake: Intake) -> None:
    # Records of others have no receipt, and nothing asks for that.
    with pytest.raises(UnknownItem) as none:
        intake.status(who("ruth"), "")
    with pytest.raises(UnknownItem) as wrong:
        intake.status(who("ruth"), new_receipt())
    told = [(e.value.code, e.value.message, e.value.next_step) for e in (none, wrong)]
    assert told[0] == told[1]
    assert told[0][0] == "receipt-unknown"


def test_a_report_without_a_receipt_is_found_by_no_code(
    intake: Intake, raid_office: RaidOffice
) -> None:
    with raid_office.raid() as desk:
        given(desk.acting, receipt="")
    with pytest.raises(UnknownItem):
        intake.status(who("ruth"), "")


def _file(office: RaidOffice, name: str, source: str = "watch") -> None:
    said = {"subject": "user:ada", "resource": "", "decision": "", "told": "found"}
    event = report_filed(office.clock.now(), name, {**said, "source": source})
    with closing(office.institute.ledger(writable=True)) as ledger:
        ledger.append([event])


def test_what_the_system_filed_is_taken_in_once(
    intake: Intake, raid_office: RaidOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PAGE", 2)
    for number in range(3):
        _file(raid_office, f"rep-{number}", "decoy" if number else "watch")
    seen: list[tuple[int, int]] = []
    taken = intake.take_filed(who("ruth"), lambda *at: seen.append(at))
    assert [one.source for one in taken] == [f"ringwall:rep-{n}" for n in range(3)]
    assert seen == [(2, 3), (3, 3)]
    assert intake.take_filed(who("ruth")) == []
    _file(raid_office, "rep-late")
    [late] = intake.take_filed(who("ruth"))
    assert late.source == "ringwall:rep-late"
    events = raid_office.events("raid.report")
    channels = [event["card"]["channel"] for event in events]
    assert channels == ["watch", "decoy", "decoy", "watch"]
    assert {event["card"]["alike"] for event in events} == {""}
    with pytest.raises(UnknownItem) as error:
        intake.original(who("joan"), taken[0].report)
    assert error.value.code == "original-missing"


def test_two_imports_at_once_are_refused(
    intake: Intake, raid_office: RaidOffice
) -> None:
    with turn_of(raid_office.folder / "raid"):
        with pytest.raises(ConfigurationError) as error:
            intake.import_file(who("ruth"), b"x", "f")
        assert error.value.code == "import-running"
        with pytest.raises(ConfigurationError):
            intake.take_filed(who("ruth"))


def test_the_original_of_a_report_that_is_not_there_is_asked_for_in_vain(
    intake: Intake,
) -> None:
    with pytest.raises((UnknownItem, AccessDenied)):
        intake.original(who("joan"), "r-aaaaaaaaaa")
    with pytest.raises(RequestError):
        intake.original(who("joan"), "no id")


def test_a_report_that_is_not_in_the_log_has_no_original(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed = intake.hand_in(who("ruth"), report_document())
    monkeypatch.setattr(RaidRows, "first", lambda *_: {})
    with pytest.raises(UnknownItem) as error:
        intake.original(who("joan"), handed.taken.report)
    assert error.value.code == "unknown-report"


def test_who_may_not_read_reports_gets_no_original(intake: Intake) -> None:
    handed = intake.hand_in(who("ruth"), report_document())
    with pytest.raises(AccessDenied):
        intake.original(who("ada"), handed.taken.report)


def test_what_may_tell_who_writes_is_said_before_anything_is_kept(
    intake: Intake, raid_office: RaidOffice
) -> None:
    document = report_document(narrative="my boss told Mary to wait")
    size = len(raid_office.events())

    warned = intake.warn(document, MARY)

    assert warned == Warned(
        (
            Tell("narrative", "where one works"),
            Tell("narrative", "what is sealed in the box"),
        )
    )
    assert intake.warn_file(json.dumps(document).encode(), MARY) == warned
    assert intake.warn_file(b"[", MARY) == Warned(())
    assert intake.warn(report_document()) == Warned(())
    assert len(raid_office.events()) == size


def test_rules_without_tells_are_told_and_keep_nothing_from_being_said(
    raid_office: RaidOffice,
) -> None:
    document = report_document(narrative="my boss told Mary to wait")
    sealed = (Tell("narrative", "what is sealed in the box"),)
    with raid_office.raid() as desk:
        given(desk.acting)
        (raid_office.folder / "raid" / "desk" / TELLS_FILE).unlink()
        adopted(desk)

        older = desk.intake.warn(document, MARY)
        assert older == Warned(sealed, "the rules in force are older than `tells.csv`")

    [place] = [
        path.parent
        for path in (raid_office.folder / "raid" / "kept").glob("*/desk")
        if not (path / TELLS_FILE).exists()
    ]
    (place / "desk" / "capacity.yaml").write_text("changed")
    rules_in_force._rulebook.cache_clear()
    with raid_office.raid() as desk:
        assert desk.intake.warn(document, MARY) == Warned(
            sealed, "the rules in force can't be read"
        )
