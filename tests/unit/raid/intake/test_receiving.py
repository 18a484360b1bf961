from ringwall.base.errors import DeclarationError, Fault
from ringwall.model.events import Event
from ringwall.model.raid_events import INBOX
from ringwall.raid.intake.originals import Kept
from ringwall.raid.intake.receiving import Incoming, receive, reject, rejected_id
from ringwall.raid.scene import Scene
from tests.raid_office import RaidOffice, report_document, who
from tests.raid_reports import glance

_DIGEST = "d" * 64
_KEPT = Kept("e" * 64, 7)


def _event(office: RaidOffice, incoming: Incoming, kept: Kept | None) -> Event:
    def make(scene: Scene) -> list[Event]:
        look = glance(incoming.document)
        return [receive(scene, incoming, look, kept, "report:r-aaaaaaaaaa")]

    with office.raid() as desk:
        return desk.acting.act(who("ruth"), "raid.intake", INBOX, make).events[0]


def test_the_card_has_codes_and_what_is_said_the_words(raid_office: RaidOffice) -> None:
    document = report_document(danger="imminent", tlp="red")
    incoming = Incoming.of(
        document, "file", _DIGEST, pointer="/3", source="a:b", receipt="f" * 64
    )
    event = _event(raid_office, incoming, _KEPT)
    assert event["card"] == {
        "state": "received",
        "received": "2026-11-21T12:00:00Z",
        "channel": "file",
        "source": "a:b",
        "digest": _DIGEST,
        "receipt": "f" * 64,
        "kind": "incident",
        "tlp": "red",
        "alike": "report:r-aaaaaaaaaa",
        "cases": 0,
        "imminent": 1,
        "priority": 4,
        "owned": 0,
        "compute": 0,
        "reach": 1,
    }
    original = {"sha256": "e" * 64, "bytes": 7, "pointer": "/3"}
    assert event["said"] == {"document": document, "original": original}


def test_without_a_wish_a_report_goes_no_further_than_its_organisation(
    raid_office: RaidOffice,
) -> None:
    incoming = Incoming.of(report_document(), "watch", _DIGEST, revises="report:r-b")
    event = _event(raid_office, incoming, None)
    assert event["card"]["tlp"] == "amber+strict"
    assert event["said"] == {"document": report_document(), "revises": "report:r-b"}


def test_new_reports_have_ids_of_their_own() -> None:
    ids = {Incoming.of(report_document(), "form", _DIGEST).id for _ in range(50)}
    assert len(ids) == 50


def test_of_a_refused_attempt_stands_only_why_and_once(raid_office: RaidOffice) -> None:
    one = Fault("secret-name.json", 1, 0, "field-refused", "no")
    error = DeclarationError("report-refused", "no", faults=(one,) * 60)

    def make(scene: Scene) -> list[Event]:
        return reject(scene, b"what it said", error, "file")

    with raid_office.raid() as desk:
        for expected in (1, 0):
            done = desk.acting.act(who("ruth"), "raid.intake", INBOX, make)
            assert len(done.events) == expected
    [event] = raid_office.events("raid.desk")
    assert event["id"] == rejected_id(event["card"]["digest"])
    assert len(event["said"]["faults"]) == 50
    assert "secret-name" not in str(event)
    assert "what it said" not in str(event)
