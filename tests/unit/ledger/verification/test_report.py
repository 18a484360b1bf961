"""The report: sound if and only if nothing was found."""

from ringwall.ledger.verification.findings import Finding
from ringwall.ledger.verification.report import Report


def test_a_report_is_sound_without_findings_only() -> None:
    found = Finding("root-differs", "head", "x")

    assert Report(1, bytes(32), "log.example", ()).is_sound
    assert not Report(1, bytes(32), "log.example", (found,)).is_sound
