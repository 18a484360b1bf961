"""What to do about a finding: by its class, and never anything that destroys it."""

import re
from pathlib import Path

import pytest

import ringwall.ledger.verification
from ringwall.ledger.verification.findings import Finding
from ringwall.ledger.verification.remedies import remedy

HELD = re.compile(r'(?:hold|add_entry|Finding)\(\s*"([a-z]+(?:-[a-z]+)+)"')
DAMAGED = {
    "checkpoint-differs",
    "entries-reordered",
    "entries-unsigned",
    "entry-changed",
    "entry-misplaced",
    "entry-missing",
    "entry-pruned",
    "entry-unreadable",
    "file-damaged",
    "head-differs",
    "log-truncated",
    "root-differs",
    "schema-differs",
}
WARNED = {
    "anchor-not-on-record",
    "checkpoint-missing",
    "tail-unsigned",
    "times-go-back",
    "witnesses-overdue",
}


def told(code: str, place: str = "head") -> str:
    return remedy(Finding(code, place, "x"))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("log-rolled-back", "keep this folder and the newer checkpoint"),
        ("log-forked", "both signed notes"),
        ("wrong-key", "compare the key"),
        ("signature-invalid", "compare the key"),
        ("row-changed", "ringwall audit replay NEW.db"),
        ("tile-missing", "ringwall audit replay NEW.db"),
        ("disclosure-missing", "look in a copy"),
        ("box-left", "in each copy of the folder"),
        ("box-missing", "bring it back from a copy"),
        ("basis-stale", "ringwall audit rotate-key"),
        ("institute-changed", "ringwall audit rotate-key"),
        ("anchor-missing", "mount the second place"),
        ("anchor-malformed", "ringwall audit checkpoint --anchor-anew"),
        ("ledger-empty", "put back the newest copy"),
        ("anchor-differs", "put the `anchor` line"),
        ("anchor-not-configured", "ringwall audit checkpoint --anchor-end"),
        ("quorum-not-met", "ringwall audit witness request NAME"),
        ("epoch-unsealed", "ringwall audit checkpoint --now"),
        ("entry-changed", "copy the whole folder as it is"),
        ("some-code-of-a-later-day", "copy the whole folder as it is"),
    ],
)
def test_each_class_of_findings_has_its_own(code: str, words: str) -> None:
    assert words in told(code)
    assert told(code)[0].islower()
    assert not told(code).endswith(".")


@pytest.mark.parametrize("code", ["note-malformed", "signature-missing"])
def test_a_file_that_the_checker_brought_is_not_the_logs_fault(code: str) -> None:
    assert "another copy of that checkpoint" in told(code, "--from")
    assert "another copy of that checkpoint" not in told(code, "checkpoint 6")


def test_each_code_that_the_verifier_holds_has_a_class_or_is_damage() -> None:
    folder = Path(ringwall.ledger.verification.__file__).parent
    held = {
        code for path in folder.glob("*.py") for code in HELD.findall(path.read_text())
    }

    assert len(held) > 20
    damage = {code for code in held if "copy the whole folder" in told(code)}
    assert damage - WARNED <= DAMAGED | {"note-malformed"}
