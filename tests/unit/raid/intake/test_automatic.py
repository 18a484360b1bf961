import pytest

from ringwall.base.clock import format_instant
from ringwall.ledger.asking.raid_rows import RaidEvent
from ringwall.model.matter_events import report_filed
from ringwall.raid.intake.automatic import incoming_of, source_of
from ringwall.raid.intake.report_reader import check_report
from tests.example import NOON


def _filed(source: str = "decoy", resource: str = "", decision: str = "") -> RaidEvent:
    said = {
        "source": source,
        "subject": "user:mallory",
        "resource": resource,
        "decision": decision,
        "told": "a decoy was asked for",
    }
    return RaidEvent(41, report_filed(NOON, "rep-mfzwizltmrqw2zlt", said))


@pytest.mark.parametrize(
    ("source", "channel"), [("decoy", "decoy"), ("watch", "watch"), ("new", "watch")]
)
def test_a_report_of_the_system_becomes_one_of_the_desk(
    source: str, channel: str
) -> None:
    filed = _filed(source, "weights:aurora-2", "dec-1")
    incoming = incoming_of(filed)
    document = check_report(dict(incoming.document), "f")
    assert incoming.channel == channel
    assert incoming.source == source_of(filed) == "ringwall:rep-mfzwizltmrqw2zlt"
    assert document.aware == format_instant(NOON)
    assert "`weights:aurora-2`" in document.narrative
    assert "`dec-1`" in document.narrative
    assert "Entry 41" in document.narrative
    assert document.danger == document.weights == document.kind == "unknown"


def test_whom_it_is_about_is_left_to_the_log() -> None:
    assert "mallory" not in str(incoming_of(_filed()))


def test_what_was_not_asked_for_is_not_told() -> None:
    told = str(incoming_of(_filed()).document["narrative"])
    assert "concerns" not in told
    assert "decision" not in told
