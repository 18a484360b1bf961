"""The example institute as tests use it: when, what it declares, how to change it."""

from pathlib import Path
from typing import Any, Final

from ringwall.institute import Institute
from ringwall.model.decisions import Receipt
from ringwall.model.matter_events import person_left
from ringwall.registry.declaration_file import DeclarationFile, read_declarations
from ringwall.registry.kept_policies import keep_copy
from ringwall.registry.plan import Plan
from ringwall.registry.policy_event import activation_of

EXAMPLES: Final = Path(__file__).resolve().parents[1] / "examples" / "institute"
NOON: Final = 1_795_262_400_000_000
"""2026-11-21T12:00:00Z, when its evidence is in date or not as its README tells."""

READ: Final[dict[str, Any]] = {
    "subject": "user:ada",
    "action": "weights.read",
    "resource": "weights:aurora-2",
    "authn": "hardware-fresh",
}
"""A question that is permitted at `point:trainer`."""

BOUNDED: Final[dict[str, Any]] = {
    "subject": "user:alan",
    "action": "weights.read",
    "resource": "weights:aurora-1",
    "authn": "hardware-fresh",
}
"""A question that is permitted at `point:west-bench` for 400,000 bytes an hour."""

SUSPENSION: Final = """\
people:
- id: user:ada
  organisation: org:institute
  roles: [weights-researcher]
  compartments: [aurora]
  screening:
    level: SL4
    assessor: institute security office
    from: "2025-10-01T00:00:00Z"
    until: "2028-10-01T00:00:00Z"
  suspended: true
"""
"""Takes from `user:ada` what she has otherwise."""

APPROVED: Final = "req-aaaaaaaaaaaaaaaaaaaa"
"""Names a request whose quorum approved what `activate` puts in force."""

DENY_ROW: Final = (
    "p, acc-999, weights-researcher, *, upper, weights.read, SL0, SL0, none, none, deny"
)
"""A row of `access` that forbids the question, too."""


def declared() -> list[DeclarationFile]:
    """Return what the example declares."""
    names = ("organisations", "people", "services", "sites", "assets")
    return read_declarations([EXAMPLES / f"{name}.yaml" for name in names])


def declare(folder: Path, text: str) -> list[DeclarationFile]:
    """Return a declaration file with this text, written into a folder."""
    path = folder / "more.yaml"
    path.write_text(text)
    return read_declarations([path])


def apply(
    institute: Institute, files: list[DeclarationFile]
) -> tuple[Plan, list[Receipt]]:
    """Apply declarations, as another process would."""
    desk = institute.registry()
    try:
        return desk.apply(files)
    finally:
        desk.close()


def part(institute: Institute, person: str) -> None:
    """Put it on record that somebody has left, so that they may be taken off."""
    ledger = institute.ledger(writable=True)
    try:
        at = institute.clock.now()
        ledger.append([person_left(at, person, "user:grace", "end of contract")])
    finally:
        ledger.close()


def activate(institute: Institute) -> str:
    """Put what is on disk in force, as its quorum would have approved it.

    Returns:
        Its digest. What is in force already is not recorded again.
    """
    judge = institute.judge()
    keep_copy(institute.folder, institute.folder, judge)
    ledger = institute.ledger(writable=True)
    try:
        if ledger.registry_since(-1).policy != judge.digest:
            event = activation_of(judge, institute.clock.now(), APPROVED)
            ledger.append([event])
    finally:
        ledger.close()
    return judge.digest


def size_of(institute: Institute) -> int:
    """Return how many entries the ledger has."""
    ledger = institute.ledger(writable=False)
    try:
        return ledger.head().size
    finally:
        ledger.close()


def policy_file(institute: Institute) -> Path:
    """Return the rows of the access policy."""
    return institute.folder / "policies" / "access" / "policy.csv"


def add_row(institute: Institute, row: str) -> None:
    """Edit the access policy on disk; a row that is none spoils it."""
    path = policy_file(institute)
    path.write_text(f"{path.read_text()}{row}\n")


def edit_measure(institute: Institute, measure: str, old: str, new: str) -> None:
    """Edit one of the measures on disk."""
    path = institute.folder / "threat_models" / "measures.yaml"
    before, mark, after = path.read_text().partition(f"id: {measure},")
    assert old in after
    path.write_text(before + mark + after.replace(old, new, 1))
