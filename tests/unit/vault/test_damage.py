"""Damage that is found is on record before anybody is told, and told in any case."""

import pytest
from typing_extensions import override

from ringwall.base.errors import ActRefused, IntegrityError, RecordUnavailable
from ringwall.institute import Gatekeeper
from ringwall.model.decisions import Receipt
from ringwall.vault.damage import Watched, alarmed
from tests.vault_files import InMemory
from tests.vault_office import VaultOffice

BOX = "box-aaaaaaaaaaaaaaaaaaaa"


class Damaged(InMemory):
    """Bytes that no tag holds for."""

    @override
    def read_into(self, start: int, buffer: memoryview) -> None:
        raise IntegrityError("container-chunk-damaged", f"{start} {len(buffer)}")


def test_damage_raises_the_alarm(office: VaultOffice, gate: Gatekeeper) -> None:
    with pytest.raises(IntegrityError) as caught, alarmed(gate, BOX):
        raise IntegrityError("container-truncated", "it ends")

    event = office.events("alarm.raised")[0]
    assert caught.value.code == "container-truncated"
    assert (event["code"], event["container"], event["found"]) == (
        "container-damaged",
        BOX,
        "container-truncated",
    )


def test_what_is_no_damage_raises_none(office: VaultOffice, gate: Gatekeeper) -> None:
    with pytest.raises(ActRefused), alarmed(gate, BOX):
        raise ActRefused("container-gone", "it is gone")
    with alarmed(gate, BOX):
        pass

    assert office.alarms() == []


def test_whoever_stops_the_record_does_not_hide_damage(
    gate: Gatekeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_record(_: object) -> list[Receipt]:
        raise RecordUnavailable("audit-unavailable", "the disk is full")

    monkeypatch.setattr(gate, "record", no_record)
    with pytest.raises(IntegrityError), alarmed(gate, BOX):
        raise IntegrityError("container-truncated", "it ends")


def test_one_open_raises_one_alarm(office: VaultOffice, gate: Gatekeeper) -> None:
    watched = Watched(Damaged(b""), gate, BOX)
    for _ in range(3):
        with pytest.raises(IntegrityError):
            watched.read_into(0, memoryview(bytearray(1)))

    assert office.alarms() == ["container-chunk-damaged"]


def test_what_is_sound_goes_through(gate: Gatekeeper) -> None:
    content = InMemory(b"abc")
    watched = Watched(content, gate, BOX)
    buffer = bytearray(2)
    watched.read_into(1, memoryview(buffer))
    watched.close()

    assert buffer == b"bc"
    assert content.is_closed
