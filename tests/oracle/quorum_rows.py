"""The rows of `policies/quorum`, read off their file and evaluated one by one.

Knows the columns by name and nothing of how the product reads them. Imports nothing of
`ringwall`.
"""

import csv
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from tests.oracle.registered import LEVELS

__all__ = ["QUORUMS", "Approved", "Rules", "reached", "read_rules", "seats_in"]

QUORUMS = ["none", "two", "two-and-executive"]
HOUR = timedelta(hours=1)


class Rules(NamedTuple):
    """What policies say of quorums.

    Attributes:
        rows: of the concern quorum, column -> cell.
        seats: seat -> the seats that include it, itself among them.
        roles: role -> the roles that include it, itself among them.
    """

    rows: list[dict[str, str]]
    seats: Mapping[str, set[str]]
    roles: Mapping[str, set[str]]


class Approved(NamedTuple):
    """What was approved, by how many in each seat, for what."""

    manner: str
    action: str
    kind: str
    tier: str
    site: int
    lasts: timedelta
    waited: timedelta
    uses: int
    seats: Counter[str]


def read_rules(policies: Path) -> Rules:
    """Return what `quorum` and `access` say, from their files."""
    quorum = policies / "quorum"
    names = _columns(quorum / "model.conf")
    rows = [
        dict(zip(names, cells[1:], strict=True))
        for cells in _lines(quorum / "policy.csv")
        if cells[0] == "p"
    ]
    return Rules(
        rows,
        _inclusion(quorum / "policy.csv"),
        _inclusion(policies / "access" / "policy.csv"),
    )


def _columns(path: Path) -> list[str]:
    (line,) = [one for one in path.read_text("utf-8").splitlines() if one[:4] == "p = "]
    return [name.strip() for name in line[4:].split(",")]


def _lines(path: Path) -> list[list[str]]:
    text = [
        line
        for line in path.read_text("utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]
    return [[cell.strip() for cell in cells] for cells in csv.reader(text)]


def _inclusion(path: Path) -> dict[str, set[str]]:
    """Return for each word those that include it, over any number of steps."""
    pairs = [tuple(cells[1:3]) for cells in _lines(path) if cells[0] == "g"]
    words = {word for pair in pairs for word in pair}
    found = {word: {word} for word in words}
    for _ in pairs:
        for above, below in pairs:
            found[below] |= found[above]
    return found


def reached(rules: Rules, approved: Approved) -> int:
    """Return the highest quorum that a row permits; a deny of `two` leaves nothing."""
    fitting = [row for row in rules.rows if _fits(rules, row, approved)]
    denied = {row["quorum"] for row in fitting if row["eft"] == "deny"}
    allowed = {row["quorum"] for row in fitting if row["eft"] == "allow"}
    left = set() if "two" in denied else allowed - denied
    return max([0, *map(QUORUMS.index, left)])


def _fits(rules: Rules, row: Mapping[str, str], approved: Approved) -> bool:
    wanted = [f"{role}-{count}" for role, count in seats_in(row)]
    return (
        row["manner"] == approved.manner
        and row["action"] == approved.action
        and row["kind"] in {"*", approved.kind}
        and row["tier"] in {"*", approved.tier}
        and (row["site"] == "*" or approved.site <= LEVELS.index(row["site"]))
        and all(_is_filled(rules, seat, approved.seats) for seat in wanted)
        and approved.lasts / HOUR <= float(row["hours"])
        and (row["uses"] == "*" or 0 < approved.uses <= float(row["uses"]))
        and approved.waited / HOUR >= float(row["waited"])
    )


def seats_in(row: Mapping[str, str]) -> list[tuple[str, int]]:
    """Return the roles whose approval a row demands, and how many of each."""
    names = ("first_seat", "second_seat", "third_seat")
    seats = [row[name].rpartition("-") for name in names if row[name] != "*"]
    return [(role, int(count)) for role, _, count in seats]


def _is_filled(rules: Rules, seat: str, seats: Counter[str]) -> bool:
    """Return whether so many people, or more, approved in a seat, or one above it."""
    above = rules.seats.get(seat, {seat})
    return any(
        f"{role}-{number}" in above
        for role, count in seats.items()
        for number in range(1, count + 1)
    )
