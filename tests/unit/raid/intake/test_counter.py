import sqlite3
from typing import Any

import pytest

from ringwall.base.errors import ConfigurationError
from ringwall.gate.denied import AccessDenied
from ringwall.raid.acting import Acting
from ringwall.raid.intake import counter as module
from ringwall.raid.intake.alike.finding import Alike
from ringwall.raid.intake.counter import Counter
from ringwall.raid.intake.receiving import Incoming
from tests.raid_office import RaidOffice, report_document, who
from tests.raid_reports import glance

_DIGEST = "d" * 64


def _incoming(**changes: object) -> Incoming:
    return Incoming.of(report_document(**changes), "file", _DIGEST)


def test_the_original_is_kept_and_the_report_on_record(raid_office: RaidOffice) -> None:
    with raid_office.raid() as desk:
        counter = Counter(desk.acting, desk.alike, glance)
        one, other = _incoming(), _incoming(title="Another")
        taken = counter.take(who("ruth"), [one, other], b"as it came")
        assert [each.report for each in taken] == [one.id, other.id]
        assert {each.decision for each in taken} == {taken[0].decision}
        [first, _] = [
            desk.acting.rows.card("raid.report", each.report) for each in taken
        ]
        assert first is not None
        original = first.event["said"]["original"]
        assert original["bytes"] == len(b"as it came")


def test_who_may_not_hand_in_leaves_nothing_behind(raid_office: RaidOffice) -> None:
    with raid_office.raid() as desk:
        counter = Counter(desk.acting, desk.alike, glance)
        with pytest.raises(AccessDenied):
            counter.take(who("joan"), [_incoming()], b"as it came")
    assert not (raid_office.folder / "raid" / "originals").exists()
    assert raid_office.events("raid.report") == []


def test_by_the_rules_in_force_a_report_gets_its_first_look(
    raid_office: RaidOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LOOKS", 2)
    with raid_office.raid() as desk:
        counter = Counter(desk.acting, desk.alike)
        counter.take(who("ruth"), [_incoming()], b"x")
        counter.take(who("ruth"), [_incoming()], b"y")
        [taken] = counter.take(who("ruth"), [_incoming(danger="imminent")], b"x")
        card = desk.acting.rows.card("raid.report", taken.report)
        assert card is not None
        assert card.card["imminent"] == 1
        assert card.card["priority"] == 4
        # Asked for anew after so many, the rules are the same.
        for data in (b"a", b"b"):
            counter.take(who("ruth"), [_incoming()], data)


def test_rules_that_fail_keep_no_report_out_and_make_none_mild(
    raid_office: RaidOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Acting) -> Any:  # noqa: ANN401 - it never returns
        raise ConfigurationError("raid-rules-not-adopted", "no")

    monkeypatch.setattr(Acting, "rules", property(broken))
    with raid_office.raid() as desk:
        [taken] = Counter(desk.acting, desk.alike).take(
            who("ruth"), [_incoming()], b"x"
        )
        card = desk.acting.rows.card("raid.report", taken.report)
    assert card is not None
    hints = ("imminent", "priority", "owned", "compute", "reach")
    assert [card.card[name] for name in hints] == [0, 4, 1, 3, 4]


@pytest.mark.parametrize("failing", ["look", "add"])
def test_a_cache_that_fails_keeps_no_report_out(
    raid_office: RaidOffice, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with raid_office.raid() as desk:
        counter = Counter(desk.acting, desk.alike, glance)
        [head] = counter.take(who("ruth"), [_incoming()], b"x")
        monkeypatch.setattr(Alike, failing, full)
        [taken] = counter.take(who("ruth"), [_incoming()], b"x")
        monkeypatch.undo()
        assert taken.alike == ("" if failing == "look" else head.report)
        assert desk.acting.rows.card("raid.report", taken.report) is not None


def test_nothing_to_take_records_nothing(raid_office: RaidOffice) -> None:
    with raid_office.raid() as desk:
        counter = Counter(desk.acting, desk.alike)
        assert counter.take(who("ruth"), [], b"x") == []
    assert not (raid_office.folder / "raid" / "originals").exists()
