"""Settling: what facts have overtaken is decided anew, and in the end refused."""

from pathlib import Path

import pytest

from ringwall.base.errors import RecordUnavailable
from ringwall.ledger.ledger import RegistryChanges
from ringwall.model.events import Event
from ringwall.record.settling import record_settled
from tests.fault.ledger_simulator import LedgerFile, fact, policy


def test_what_facts_have_overtaken_is_decided_anew(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path)
    seen: list[int] = []

    def decide(changes: RegistryChanges) -> list[Event]:
        seen.append(changes.basis)
        if len(seen) < 3:
            with file.opened() as other:
                other.append([policy(str(len(seen)) * 64)])
        return [fact("org:eve")]

    with file.opened() as ledger:
        [receipt] = record_settled(ledger, decide)

    assert seen == [8, 10, 11]
    assert receipt.index == 12
    assert file.query("SELECT idx FROM registry WHERE id = 'org:eve'") == [(12,)]


def test_facts_that_never_rest_are_told(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path)

    def decide(_: RegistryChanges) -> list[Event]:
        with file.opened() as other:
            other.append([policy("1" * 64)])
        return [fact("org:eve")]

    with file.opened() as ledger, pytest.raises(RecordUnavailable) as caught:
        record_settled(ledger, decide)
    assert caught.value.code == "facts-unsettled"
    assert file.query("SELECT idx FROM registry WHERE id = 'org:eve'") == []


def test_nothing_to_record_is_nothing_recorded(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path)
    with file.opened() as ledger:
        assert record_settled(ledger, lambda _: []) == []
        assert ledger.head().size == 10
