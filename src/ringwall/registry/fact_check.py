"""What a verified ledger has in force held against what can be in force.

Whoever holds the log's key can record what is no entity, or erase who is in force: then
no gate opens. Must never leave such a record to be called sound.
"""

from dataclasses import replace

from ringwall.base.errors import IntegrityError
from ringwall.ledger.facts import entities_of
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.verification.findings import Finding
from ringwall.ledger.verification.report import Report

__all__ = ["with_facts"]


def with_facts(report: Report, ledger: Ledger) -> Report:
    """Return a report with what is wrong in the registry, if all else is right.

    Args:
        report: of the same ledger.
        ledger: opened for reading.
    """
    if not report.is_sound:
        return report
    try:
        entities_of(ledger.store, ledger.registry_since(-1).documents)
    except IntegrityError as error:
        finding = Finding(error.code, "registry", error.message)
        return replace(report, findings=(finding,))
    return report
