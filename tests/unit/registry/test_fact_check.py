"""A sound log in which something is in force that nothing can be decided on."""

from contextlib import closing
from pathlib import Path

from ringwall.ledger.ledger import Ledger
from ringwall.ledger.verification.report import Report
from ringwall.model.events import Event
from ringwall.registry.fact_check import with_facts
from tests.fault.ledger_simulator import (
    ORIGIN,
    VERIFIER,
    LedgerFile,
    creation,
    fact,
    removal,
)


def told(file: LedgerFile, report: Report) -> list[tuple[str, str, str]]:
    """Return what is found wrong with the facts of a log."""
    with closing(Ledger(file.path, VERIFIER, ORIGIN)) as ledger:
        found = with_facts(report, ledger).findings
    return [(one.code, one.place, one.message) for one in found]


def log_of(folder: Path, *events: Event) -> LedgerFile:
    return LedgerFile(folder, [creation(), *events])


def test_what_is_no_entity_is_told_though_the_log_is_sound(tmp_path: Path) -> None:
    file = log_of(tmp_path, fact("org:ada"))
    report = file.verify()

    assert report.is_sound
    assert told(file, report) == [
        (
            "fact-malformed",
            "registry",
            "entry 1 declares what is no entity as `org:ada`",
        )
    ]


def test_what_is_in_force_no_more_may_be_anything(tmp_path: Path) -> None:
    file = log_of(tmp_path, fact("org:ada"), removal("org:ada"))

    assert told(file, file.verify()) == []


def test_a_log_that_is_not_sound_is_told_of_as_it_was(tmp_path: Path) -> None:
    file = log_of(tmp_path, fact("org:ada"))
    file.edit("UPDATE head SET basis = 0")
    report = file.verify()

    assert not report.is_sound
    assert "fact-malformed" not in {code for code, _, _ in told(file, report)}
