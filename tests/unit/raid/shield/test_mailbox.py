"""The mailbox: both sides write and read, and a code says nothing of itself."""

from collections.abc import Iterator

import pytest

from ringwall.base.errors import RequestError, UnknownItem
from ringwall.gate.denied import AccessDenied
from ringwall.raid.desk import RaidDesk
from ringwall.raid.shield.mailbox import Letter
from tests.raid_office import RaidOffice, code_of, report_document, who


@pytest.fixture
def desk(raid_office: RaidOffice) -> Iterator[RaidDesk]:
    with raid_office.raid() as desk:
        yield desk


def test_both_sides_write_and_read(desk: RaidDesk) -> None:
    handed = desk.intake.hand_in(who("ruth"), report_document())
    report, code = handed.taken.report, handed.receipt
    desk.mailbox.write(who("ruth"), code, "it happened again")
    desk.mailbox.post(who("joan"), report, "when?")

    letters = desk.mailbox.read(who("ruth"), code)

    day = letters[0].day
    assert letters == (
        Letter("reporter", day, "it happened again"),
        Letter("desk", day, "when?"),
    )
    assert len(day) == len("2026-11-23")
    assert desk.mailbox.show(who("joan"), report) == letters


def test_a_mailbox_holds_what_is_of_its_report_alone(desk: RaidDesk) -> None:
    one = desk.intake.hand_in(who("ruth"), report_document())
    other = desk.intake.hand_in(who("ruth"), report_document(title="Other"))
    desk.mailbox.write(who("ruth"), one.receipt, "it happened again")

    assert desk.mailbox.read(who("ruth"), other.receipt) == ()


@pytest.mark.parametrize("code", ["", "no code", "aaaa-" * 7 + "aaaa"])
def test_a_code_that_was_never_given_opens_nothing(desk: RaidDesk, code: str) -> None:
    desk.intake.hand_in(who("ruth"), report_document())
    told = set()
    for act in (
        lambda: desk.mailbox.read(who("ruth"), code),
        lambda: desk.mailbox.write(who("ruth"), code, "hello"),
        lambda: desk.intake.status(who("ruth"), code),
    ):
        with pytest.raises(UnknownItem) as error:
            act()
        told.add((code_of(error.value), str(error.value), error.value.next_step))

    assert len(told) == 1
    assert desk.acting.rows.events(kind="raid.message") == []


def test_words_of_a_message_stand_concealed_and_not_on_the_card(
    desk: RaidDesk, raid_office: RaidOffice
) -> None:
    handed = desk.intake.hand_in(who("ruth"), report_document())
    desk.mailbox.write(who("ruth"), handed.receipt, "a word that nobody else has")

    (event,) = raid_office.events("raid.message")

    assert event["card"] == {"state": "posted", "side": "reporter"}
    assert event["case"] == handed.taken.report
    assert raid_office.institute.verify().findings == ()


def test_an_empty_message_is_none(desk: RaidDesk) -> None:
    handed = desk.intake.hand_in(who("ruth"), report_document())

    with pytest.raises(RequestError) as error:
        desk.mailbox.write(who("ruth"), handed.receipt, " ")
    with pytest.raises(RequestError):
        desk.mailbox.post(who("joan"), handed.taken.report, "")

    assert code_of(error.value) == "message-empty"


def test_who_may_not_neither_writes_nor_reads(desk: RaidDesk) -> None:
    handed = desk.intake.hand_in(who("ruth"), report_document())
    for act in (
        lambda: desk.mailbox.write(who("joan"), handed.receipt, "hello"),
        lambda: desk.mailbox.read(who("joan"), handed.receipt),
        lambda: desk.mailbox.post(who("ruth"), handed.taken.report, "hello"),
        lambda: desk.mailbox.show(who("hertha"), handed.taken.report),
        lambda: desk.mailbox.post(who("joan"), "report:r-aaaaaaaaaa", "hello"),
    ):
        with pytest.raises(AccessDenied):
            act()
