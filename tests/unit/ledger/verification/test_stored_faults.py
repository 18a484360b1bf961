"""Faults of stored checkpoints: one finding for as many in a row as are alike."""

from ringwall.ledger.verification.findings import Findings
from ringwall.ledger.verification.stored_faults import StoredFaults


def told(*faults: tuple[str, int, str] | None) -> list[tuple[str, str, str]]:
    """Return the findings of checkpoints; None stands for a good one."""
    findings = Findings()
    stored = StoredFaults(findings)
    for fault in faults:
        if fault is None:
            stored.tell()
        else:
            stored.hold(*fault)
    stored.tell()
    return [(f.code, f.place, f.message) for f in findings.listed()]


def test_one_is_told_by_its_size_and_several_by_the_first_and_the_last() -> None:
    assert told() == told(None) == []
    assert told(("wrong-key", 3, "x")) == [("wrong-key", "checkpoint 3", "x")]
    assert told(*(("wrong-key", size, "x") for size in (2, 9, 216))) == [
        ("wrong-key", "checkpoints 2 to 216 (3)", "x")
    ]


def test_what_is_unlike_or_has_a_good_one_between_is_told_apart() -> None:
    assert told(
        ("wrong-key", 1, "x"),
        ("wrong-key", 2, "y"),
        ("note-malformed", 3, "y"),
        None,
        ("note-malformed", 5, "y"),
        ("note-malformed", 6, "y"),
    ) == [
        ("wrong-key", "checkpoint 1", "x"),
        ("wrong-key", "checkpoint 2", "y"),
        ("note-malformed", "checkpoint 3", "y"),
        ("note-malformed", "checkpoints 5 to 6 (2)", "y"),
    ]
