"""Reads a pitfall: something stock Casbin lets happen, and what stands against it here.

The page on the dialect has one line for each; the line is made from the vector.
"""

from dataclasses import dataclass
from pathlib import Path

from ringwall.base.yaml_tree import Data
from tests.conformance.policy_vectors import VECTORS, edited_files, read_yaml

__all__ = ["PITFALLS", "Pitfall", "pitfall_table", "read_pitfall"]

PITFALLS = tuple(sorted((VECTORS / "pitfalls").glob("*.yaml")))

_KEYS = frozenset(
    {"probe", "stock", "here", "edits", "expect", "at"}
    | {"ask", "error", "rules", "why", "absent", "tests"}
)


@dataclass(frozen=True, slots=True)
class Pitfall:
    """One pitfall; it has at least one of `at`, `ask`, `absent` and `tests`.

    Attributes:
        number: its place among the pitfalls, from 1.
        name: what the file is named for.
        stock: what happens in stock Casbin.
        here: what happens here.
        files: the files of the concern after the edits.
        expect: the code of the one fault, or "deny" where something is asked.
        at: `file:line` of the fault, or the file alone; empty without one.
        ask: plain data of the request that is denied; None without one.
        error: why the request is refused before any row is looked at; may be empty.
        rules: the rows that deny it.
        why: the reason codes of the nearest row.
        absent: names that nothing in the product may have.
        tests: ids of the tests that show the guard.
    """

    number: int
    name: str
    stock: str
    here: str
    files: dict[str, bytes]
    expect: str
    at: str
    ask: dict[str, Data] | None
    error: str
    rules: tuple[str, ...]
    why: tuple[str, ...]
    absent: tuple[str, ...]
    tests: tuple[str, ...]


def read_pitfall(path: Path) -> Pitfall:
    """Return the pitfall that a file describes."""
    data = read_yaml(path)
    assert data.keys() <= _KEYS, data.keys() - _KEYS
    ask = data.get("ask")
    assert ask is None or isinstance(ask, dict)
    number, _, name = path.stem.partition("-")
    assert int(number) == data["probe"]
    return Pitfall(
        number=int(number),
        name=name.replace("-", " "),
        stock=str(data["stock"]),
        here=str(data["here"]),
        files=edited_files(data.get("edits", [])),
        expect=str(data.get("expect", "")),
        at=str(data.get("at", "")),
        ask=ask,
        error=str(data.get("error", "")),
        rules=_texts(data.get("rules", [])),
        why=_texts(data.get("why", [])),
        absent=_texts(data.get("absent", [])),
        tests=_texts(data.get("tests", [])),
    )


def pitfall_table() -> str:
    """Return all pitfalls as a table in Markdown."""
    lines = ["| # | stock Casbin | here | code |", "|---|---|---|---|"]
    for pitfall in map(read_pitfall, PITFALLS):
        cells = (str(pitfall.number), pitfall.stock, pitfall.here, _answer(pitfall))
        assert not any("|" in cell for cell in cells)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _answer(pitfall: Pitfall) -> str:
    """Return the code a person meets, or that the thing is not there."""
    if pitfall.at:
        return f"`{pitfall.expect}`"
    if pitfall.error:
        return "`request-incomplete`"
    if pitfall.ask is not None:
        return ", ".join(f"`{code}`" for code in pitfall.why or pitfall.rules)
    words = {"not there": pitfall.absent, "tested": pitfall.tests}
    return ", ".join(word for word, found in words.items() if found)


def _texts(data: Data) -> tuple[str, ...]:
    assert isinstance(data, list)
    return tuple(str(item) for item in data)
