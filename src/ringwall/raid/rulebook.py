"""The rules of the desk as one, under one digest: tables, clocks, routes, capacity.

Must never give rules of which a part has a fault, nor parts of two states of a folder.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ringwall.base.errors import DeclarationError, Fault
from ringwall.raid.clocks.book import ClockBook
from ringwall.raid.clocks.reader import read_clocks
from ringwall.raid.conflict_rules import ConflictRules, read_conflicts
from ringwall.raid.embargo.limits import Limits, read_limits
from ringwall.raid.outgoing.dates import PublishedDays, read_days
from ringwall.raid.outgoing.exits import Exit, read_exits
from ringwall.raid.queue.capacity import Capacity, read_capacity
from ringwall.raid.routing.reader import read_routes
from ringwall.raid.routing.rows import Routes
from ringwall.raid.rule_files import RULE_FILES, digest_of, read_files
from ringwall.raid.shield.tell_rules import TellRule, read_tells
from ringwall.raid.triage.reading import read_triage
from ringwall.raid.triage.tables import TriageTables
from ringwall.raid.workload.assumptions import Assumptions, read_assumptions
from ringwall.raid.workload.levels import levels_of

__all__ = ["Rulebook", "read_rulebook"]

_Part = TypeVar("_Part")


@dataclass(frozen=True)
class Rulebook:
    """What the desk goes by.

    Attributes:
        digest: of the files, 64 hex digits of SHA-256.
        triage: the decision tables.
        clocks: the rules of legal deadlines and service levels.
        routes: who must hear of what.
        capacity: what the desk can do in a week.
        workload: what a projection of its work assumes.
        embargo: how long embargoes may last.
        aggregates: on which days statistics are published.
        conflicts: who judges reports about the institute itself.
        exits: id -> a way past the barrier to those that enforce.
        tells: what in a report may tell who wrote it; nothing in older rules.
    """

    digest: str
    triage: TriageTables
    clocks: ClockBook
    routes: Routes
    capacity: Capacity
    workload: Assumptions
    embargo: Limits
    aggregates: PublishedDays
    conflicts: ConflictRules
    exits: Mapping[str, Exit]
    tells: tuple[TellRule, ...]


def read_rulebook(folder: Path) -> Rulebook:
    """Return the rules in a folder.

    Args:
        folder: `raid` of an institute, or a kept copy.

    Raises:
        DeclarationError: `raid-rules-refused` with every fault of every part;
            `raid-rules-unreadable`; or `raid-rules-moved`, they were changed while
            they were read.
    """
    files = read_files(folder)
    digest = digest_of(files)
    # What nobody reads would be in force all the same, by its digest alone.
    faults = [_unread(name) for name in sorted(files.keys() - RULE_FILES)]
    triage = _read(read_triage, folder / "triage", faults)
    clocks = _read(read_clocks, folder / "clocks", faults)
    routes = _read(read_routes, folder / "routes", faults)
    capacity = _read(read_capacity, folder / "desk", faults)
    workload = _read(read_assumptions, folder / "desk", faults)
    embargo = _read(read_limits, folder / "desk", faults)
    aggregates = _read(read_days, folder / "desk", faults)
    conflicts = _read(read_conflicts, folder / "desk", faults)
    exits = _read(read_exits, folder / "desk", faults)
    tells = _read(read_tells, folder / "desk", faults)
    if (
        triage is None
        or clocks is None
        or routes is None
        or capacity is None
        or workload is None
        or embargo is None
        or aggregates is None
        or conflicts is None
        or exits is None
        or tells is None
    ):
        raise _refused(faults)
    _read(lambda _: levels_of(workload, clocks), folder / "desk", faults)
    if faults:
        raise _refused(faults)
    if digest_of(read_files(folder)) != digest:
        raise DeclarationError(
            "raid-rules-moved",
            f"the rules in `{folder}` were changed while they were read",
            next_step="wait until whoever writes them is done, then run it again",
        )
    return Rulebook(
        *(digest, triage, clocks, routes, capacity, workload, embargo, aggregates),
        conflicts=conflicts,
        exits=exits,
        tells=tells,
    )


def _unread(name: str) -> Fault:
    return Fault(name, 0, 0, "unknown-file", f"no rules are read from `{name}`")


def _read(
    reader: Callable[[Path], _Part], folder: Path, faults: list[Fault]
) -> _Part | None:
    """Return a part; None if it is refused, with its faults noted."""
    try:
        return reader(folder)
    except DeclarationError as error:
        own = error.faults or (Fault(folder.name, 0, 0, error.code, error.message),)
        faults += own
        return None


def _refused(faults: list[Fault]) -> DeclarationError:
    count = f"{len(faults)} fault{'s' if len(faults) != 1 else ''}"
    return DeclarationError(
        "raid-rules-refused",
        f"the rules of the desk have {count}",
        next_step="mend the lines named; what was in force stays so",
        faults=tuple(faults),
    )
