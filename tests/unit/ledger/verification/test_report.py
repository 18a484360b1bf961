"""The report: sound if and only if nothing was found."""

from ringwall.ledger.verification.findings import Finding
from ringwall.ledger.verification.report import Report


def test_a_report_is_sound_without_findings_only() -> None:
    found = Finding("root-differs", "head", "x")

    assert Report(1, bytes(32), "log.example", ()).is_sound
    assert not Report(1, bytes(32), "log.example", (found,)).is_sound


def test_the_next_step_is_about_the_first_finding() -> None:
    first = Finding("quorum-not-met", "checkpoint", "x")
    second = Finding("root-differs", "head", "x")

    assert Report(1, bytes(32), "log.example", ()).next_step == ""
    report = Report(1, bytes(32), "log.example", (first, second))
    assert "audit witness request" in report.next_step


def test_a_warning_is_no_finding() -> None:
    warning = Finding("witnesses-overdue", "witnesses", "x")

    assert Report(1, bytes(32), "log.example", (), warnings=(warning,)).is_sound
