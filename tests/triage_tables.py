"""The triage tables as they are shipped, in tests: whole, or with one thing changed."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from ringwall.base.errors import DeclarationError, Fault
from ringwall.raid.triage.judging import Judged, judge
from ringwall.raid.triage.reading import TRIAGE_FILES, parse_triage, read_triage
from ringwall.raid.triage.tables import TriageTables

__all__ = [
    "FOLDER",
    "MILD",
    "edited",
    "faults_of",
    "files",
    "judged",
    "parsed",
    "shipped",
]

FOLDER = Path(__file__).resolve().parents[1] / "raid" / "triage"

# An assessment of which nothing is grave, and nothing is open.
MILD: Mapping[str, str] = {
    "cred": "credible",
    "kind": "near-miss-or-hazard",
    "class": "routine-failure",
    "auto": "none",
    "uplift": "below",
    "spread": "one-user",
    "revers": "full",
    "expl": "none",
    "comp": "below-1e25",
    "oc": "oc1-2",
    "pub": "no",
    "resp": "active",
    "danger": "no",
    "weights": "no",
    "legal": "none",
}


@cache
def shipped() -> TriageTables:
    """Return the shipped tables."""
    return read_triage(FOLDER)


def files() -> dict[str, bytes]:
    """Return the shipped files."""
    return {name: (FOLDER / name).read_bytes() for name in TRIAGE_FILES}


def edited(name: str, old: str, new: str) -> dict[str, bytes]:
    """Return the shipped files, `old` of one of them replaced once."""
    found = files()
    assert old.encode() in found[name]
    return {**found, name: found[name].replace(old.encode(), new.encode(), 1)}


def parsed(changed: Mapping[str, bytes]) -> TriageTables:
    """Return the tables that some files hold."""
    return parse_triage(changed, "tables")


def faults_of(changed: Mapping[str, bytes]) -> tuple[Fault, ...]:
    """Return the faults for which tables are refused."""
    with pytest.raises(DeclarationError) as caught:
        parse_triage(changed, "tables")
    assert caught.value.code == "triage-refused"
    assert caught.value.next_step
    return caught.value.faults


def judged(**answers: str) -> Judged:
    """Return what the tables say of a mild case with some answers, e.g. `auto="none"`.

    Values that are open stand in one text, parted by blanks; `class_` is the class.
    """
    given = {name.rstrip("_"): values for name, values in answers.items()}
    whole = {**MILD, **given}
    tables = shipped()
    words = {name: values.split() for name, values in whole.items()}
    return judge(tables, tables.points.narrowed(words))
