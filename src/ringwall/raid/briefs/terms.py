"""What briefs go by: who is briefed, what they are told at most, what they should do.

Tables that come with the program. Must never be used if a row of them is doubtful.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from ringwall.base.errors import ConfigurationError
from ringwall.base.plain_folder import read_plain
from ringwall.raid.routing.facts import POINTS
from ringwall.raid.routing.labels import Tlp, label_of
from ringwall.raid.routing.reader import PARTS
from ringwall.raid.sheet import MAX_SHEET_BYTES, Line, parse_sheet

__all__ = ["Advice", "BriefTerms", "read_terms"]

_COLUMNS: Final = {
    "recipients.csv": ("function", "source", "confidence"),
    "terms.csv": ("id", "value", "source", "confidence"),
    "advice.csv": ("point", "value", "do", "source", "confidence"),
}
_TERMS: Final = (
    *("expires-days", "concerned-part", "others-part"),
    *("reduced-ceiling", "note-ceiling"),
)
_CONFIDENCE: Final = frozenset({"text", "page", "recalled", "own"})
_LABELS: Final = frozenset(label.word for label in Tlp)
_MOST_DAYS: Final = 90


class Advice(NamedTuple):
    """What to do where a decision point has a value.

    Attributes:
        point: decision point.
        value: of it.
        do: in words.
    """

    point: str
    value: str
    do: str


@dataclass(frozen=True, slots=True)
class BriefTerms:
    """What briefs go by.

    Attributes:
        functions: that may be briefed, the first that can be reached is.
        days: after which a brief expires.
        concerned: part of the facts for a state in which it happened.
        others: part of the facts for any other state.
        reduced: highest label of what a reduced brief tells.
        note: highest label of what a reduced brief may say the existence of.
        advice: in the order of the file.
    """

    functions: tuple[str, ...]
    days: int
    concerned: str
    others: str
    reduced: Tlp
    note: Tlp
    advice: tuple[Advice, ...]


def read_terms(folder: Path) -> BriefTerms:
    """Return what briefs go by.

    Args:
        folder: of the tables.

    Raises:
        ConfigurationError: `briefs-table-refused`; a file is missing, malformed, or
            has a row that is doubtful.
    """
    files = {name: _lines(folder, name) for name in _COLUMNS}
    terms = {line["id"]: line["value"] for line in files["terms.csv"]}
    _check_terms(terms, files["terms.csv"])
    advice = files["advice.csv"]
    for line in advice:
        if line["value"] not in POINTS.get(line["point"], ()) or not line["do"]:
            raise _refused("advice.csv", f"line {line.number} advises on nothing known")
    functions = tuple(line["function"] for line in files["recipients.csv"])
    if not functions or len(set(functions)) < len(functions):
        raise _refused("recipients.csv", "names no function, or one of them twice")
    return BriefTerms(
        functions=functions,
        days=int(terms["expires-days"]),
        concerned=terms["concerned-part"],
        others=terms["others-part"],
        reduced=label_of(terms["reduced-ceiling"]),
        note=label_of(terms["note-ceiling"]),
        advice=tuple(Advice(one["point"], one["value"], one["do"]) for one in advice),
    )


def _lines(folder: Path, name: str) -> Sequence[Line]:
    try:
        data = read_plain(folder / name, MAX_SHEET_BYTES)
    except OSError as error:
        raise _refused(name, "cannot be read") from error
    sheet = parse_sheet(data, f"briefs/{name}", _COLUMNS[name])
    if sheet.faults:
        raise _refused(name, sheet.faults[0].message)
    for line in sheet.lines:
        if not line["source"] or line["confidence"] not in _CONFIDENCE:
            raise _refused(name, f"line {line.number} has no sound source")
    return sheet.lines


def _check_terms(terms: Mapping[str, str], lines: Sequence[Line]) -> None:
    """Refuse terms that are not exactly those expected, each with a sound value."""
    if tuple(line["id"] for line in lines) != _TERMS:
        raise _refused("terms.csv", f"must have, in order: {', '.join(_TERMS)}")
    days = terms["expires-days"]
    sound = {
        "expires-days": days.isascii()
        and days.isdigit()
        and 0 < int(days) <= _MOST_DAYS,
        "concerned-part": terms["concerned-part"] in PARTS,
        "others-part": terms["others-part"] in PARTS,
        "reduced-ceiling": terms["reduced-ceiling"] in _LABELS,
        "note-ceiling": terms["note-ceiling"] in _LABELS,
    }
    odd = [name for name, is_sound in sound.items() if not is_sound]
    if odd:
        raise _refused("terms.csv", f"`{odd[0]}` has no sound value")


def _refused(name: str, why: str) -> ConfigurationError:
    return ConfigurationError(
        "briefs-table-refused",
        f"`raid/briefs/{name}`: {why}",
        next_step="install ringwall anew: this table comes with it",
    )
