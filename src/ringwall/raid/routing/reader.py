"""The folder of the routing table to checked tables, or every fault in it.

Must never give a table in which a word leads nowhere, a contact is verified by nobody,
or one key is on both sides of the barrier.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

from ringwall.base.errors import DeclarationError, Fault, first_faults
from ringwall.base.plain_folder import read_plain
from ringwall.base.time_zone import zone_of
from ringwall.base.yaml_tree import MAX_FAULTS
from ringwall.raid.routing.conditions import Condition, parse_condition
from ringwall.raid.routing.facts import AGENTS, ENTITIES, FLAGS, HARMS, POINTS
from ringwall.raid.routing.labels import Tlp, label_of
from ringwall.raid.routing.rows import (
    OUTSIDE,
    UNION,
    Addressee,
    Contact,
    Duty,
    Function,
    Route,
    Routes,
    State,
)
from ringwall.raid.sheet import MAX_SHEET_BYTES, Sheet, parse_sheet
from ringwall.signing.ssh import SshKey, parse_public_key

__all__ = ["COLUMNS", "PARTS", "read_routes"]

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "sectors.csv": ("id", "name", "aliases"),
    "states.csv": ("id", "name", "group", "zone", "languages"),
    "functions.csv": (
        *("id", "name", "scope", "enforcement", "ceiling", "silence_hours", "note"),
    ),
    "contacts.csv": (
        *("id", "function", "state", "name", "enforcement", "ceiling", "key"),
        *("channel", "confidence", "source", "verified_on", "verifier"),
    ),
    "routes.csv": (
        *("id", "risk", "when", "owner", "primary", "copies", "aggregate", "role"),
        *("basis", "clocks", "confidence", "export_control", "note"),
    ),
    "duties.csv": ("id", "sort", "when", "confidence", "note"),
}
"""File -> its columns, in the order in which the files are read."""
PARTS: Final = ("summary", "defence", "all")
"""Parts of the facts of a case that a recipient may be told, each more."""

_CONFIDENCE: Final = ("text", "page", "recalled", "disputed")
_FLAGS: Final = ("yes", "no", "split")
_SCOPES: Final = ("union", "state", "party", "outside")
_OWNERS: Final = ("raid", "sector", "joint")
_ROLES: Final = ("S", "E", "M", "D", "-")
_GROUPS: Final = ("union", "eea")
_SORTS: Final = ("owed", "suspect")
_ID: Final = re.compile("[a-zA-Z0-9]+(?:[-.][a-z0-9]+)*")
_CLOCK: Final = re.compile("[A-Z0-9]+(?:-[A-Z0-9]+)*")
_ADDRESSEE: Final = re.compile(r"([a-z0-9-]+)(?::([a-z]+))?(?:\[([^]]+)\])?")
_MAX_SILENCE: Final = 24 * 30

_Row = TypeVar("_Row")
_Cells = Mapping[str, str]


def read_routes(folder: Path) -> Routes:
    """Return the routing table of a folder.

    Args:
        folder: has `routes.csv`, `functions.csv`, `contacts.csv`, `states.csv`,
            `sectors.csv` and `duties.csv`.

    Raises:
        DeclarationError: `routes-refused`, with the faults of `parse_sheet` and
            `table-unreadable`, `id-malformed`, `duplicate-id`, `unknown-word`,
            `wrong-value`, `condition-malformed`, `recipient-malformed`,
            `half-verified`, `key-malformed`, `key-across-barrier`, `owner-and-primary`
            or `no-recipient`.
    """
    reading = _Reading(folder)
    tables = reading.read()
    if reading.faults:
        raise DeclarationError(
            "routes-refused",
            f"the routing table has {len(reading.faults)} fault"
            + ("s" if len(reading.faults) > 1 else ""),
            next_step="mend the lines named; the table in force stays until then",
            faults=first_faults(reading.faults, MAX_FAULTS),
        )
    return tables


class _Reading:
    """Tables being read, and the faults found so far."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.faults: list[Fault] = []
        self._sheet = Sheet("")
        self._states: dict[str, State] = {}
        self._functions: dict[str, Function] = {}
        self._words: dict[str, frozenset[str]] = {}

    def read(self) -> Routes:
        """Return the tables; with faults they are good for nothing."""
        sectors: dict[str, str] = {}
        names = self._rows("sectors.csv", lambda row: self._sector(row, sectors))
        self._states = self._rows("states.csv", self._state)
        self._words = _words(names, self._states)
        self._functions = self._rows("functions.csv", self._function)
        contacts = self._rows("contacts.csv", self._contact)
        self._check_keys(contacts.values())
        routes = self._rows("routes.csv", self._route)
        duties = self._rows("duties.csv", self._duty)
        return Routes(
            routes, self._functions, contacts, self._states, sectors, names, duties
        )

    def _rows(self, file: str, read: Callable[[_Cells], _Row]) -> dict[str, _Row]:
        """Return the rows of a file by id; what a row lacks is a fault."""
        try:
            data = read_plain(self._folder / file, MAX_SHEET_BYTES)
        except OSError as error:
            why = (error.strerror or "it can't be read").lower()
            self.faults.append(Fault(file, 0, 0, "table-unreadable", why))
            return {}
        self._sheet = sheet = parse_sheet(data, file, COLUMNS[file])
        rows: dict[str, _Row] = {}
        for line in sheet.lines:
            name = line.cells["id"]
            if not (_ID.fullmatch(name) or _CLOCK.fullmatch(name)):
                sheet.fault(line.number, "id-malformed", f"`{name}` is no id")
            if name in rows:
                sheet.fault(line.number, "duplicate-id", f"`{name}` is there already")
            try:
                rows.setdefault(name, read(line.cells))
            except _OddCell as odd:
                sheet.fault(line.number, odd.code, odd.message, odd.expected)
        self.faults += sheet.faults
        return rows

    def _sector(self, row: _Cells, aliases: dict[str, str]) -> str:
        named = row["id"], row["name"].lower(), *row["aliases"].split("|")
        for alias in filter(None, named):
            if alias != alias.strip().lower():
                message = f"`{alias}` is not in lower case, or has blanks around it"
                raise _OddCell("wrong-value", message)
            if aliases.setdefault(alias, row["id"]) != row["id"]:
                message = f"`{alias}` stands for `{aliases[alias]}` already"
                raise _OddCell("duplicate-id", message)
        return row["name"]

    def _state(self, row: _Cells) -> State:
        try:
            zone_of(row["zone"])
        except ValueError as error:
            raise _OddCell("wrong-value", str(error)) from None
        return State(
            row["id"],
            row["name"],
            _one_of(row, "group", _GROUPS),
            row["zone"],
            tuple(row["languages"].split()),
        )

    def _function(self, row: _Cells) -> Function:
        hours = row["silence_hours"]
        if not hours.isdecimal() or not 1 <= int(hours) <= _MAX_SILENCE:
            raise _OddCell("wrong-value", f"`{hours}` hours", f"1 to {_MAX_SILENCE}")
        return Function(
            row["id"],
            row["name"],
            _one_of(row, "scope", _SCOPES),
            _one_of(row, "enforcement", _FLAGS),
            _label(row),
            int(hours),
            row["note"],
        )

    def _contact(self, row: _Cells) -> Contact:
        name = _one_of(row, "function", self._functions)
        state = _one_of(row, "state", (UNION, *self._states))
        if (self._functions[name].scope == "state") == (state == UNION):
            message = f"`{name}` and `{state}` don't go together"
            raise _OddCell("wrong-value", message)
        return Contact(
            row["id"],
            name,
            state,
            row["name"],
            _one_of(row, "enforcement", _FLAGS),
            _label(row) if row["ceiling"] else None,
            _key(row["key"]),
            row["channel"],
            _one_of(row, "confidence", _CONFIDENCE),
            row["source"],
            *_verified(row),
        )

    def _check_keys(self, contacts: Iterable[Contact]) -> None:
        """Note each key that an enforcing body holds and another one, too."""
        sides: dict[SshKey, tuple[str, bool]] = {}
        for contact in contacts:
            if contact.key is None:
                continue
            flag = self._functions[contact.function].enforcement
            enforces = "yes" in (flag, contact.enforcement)
            other, side = sides.setdefault(contact.key, (contact.id, enforces))
            if side != enforces:
                message = f"`{contact.id}` and `{other}` have one key"
                self.faults.append(
                    Fault(
                        *("contacts.csv", 0, 0, "key-across-barrier", message),
                        expected="a key of its own for what does not enforce",
                    )
                )

    def _route(self, row: _Cells) -> Route:
        primary = self._addressees(row["primary"])
        copies = self._addressees(row["copies"])
        aggregate = tuple(row["aggregate"].split())
        for function in aggregate:
            self._check_function(function)
        owner = _one_of(row, "owner", _OWNERS)
        if owner == "raid" and primary:
            message = "what RAID owns has no primary recipient"
            raise _OddCell("owner-and-primary", message)
        if not (primary or copies):
            raise _OddCell("no-recipient", "nobody hears of it")
        if odd := [c for c in row["clocks"].split() if not _CLOCK.fullmatch(c)]:
            raise _OddCell("wrong-value", f"`{odd[0]}` is no id of a clock rule")
        return Route(
            row["id"],
            row["risk"],
            self._condition(row["when"]),
            owner,
            primary,
            copies,
            aggregate,
            _one_of(row, "role", _ROLES),
            row["basis"],
            tuple(row["clocks"].split()),
            _one_of(row, "confidence", _CONFIDENCE),
            _one_of(row, "export_control", ("yes", "no")) == "yes",
            row["note"],
        )

    def _duty(self, row: _Cells) -> Duty:
        sort = _one_of(row, "sort", _SORTS)
        if sort == "owed" and not _CLOCK.fullmatch(row["id"]):
            raise _OddCell("wrong-value", f"`{row['id']}` is no id of a clock rule")
        if sort == "suspect":
            _one_of(row, "id", sorted(FLAGS))
        return Duty(
            row["id"],
            sort,
            self._condition(row["when"]),
            _one_of(row, "confidence", _CONFIDENCE),
            row["note"],
        )

    def _addressees(self, text: str) -> tuple[Addressee, ...]:
        """Return the recipients of a cell: `function:part[condition]`, blanks between.

        A condition within has no blanks of its own.
        """
        found = []
        for one in text.split():
            match = _ADDRESSEE.fullmatch(one)
            if match is None:
                message = f"`{one}` is no recipient"
                raise _OddCell("recipient-malformed", message, "function:part[fact=x]")
            function, part, when = match.groups()
            self._check_function(function)
            if part not in (None, *PARTS):
                message = f"`{part}` is no part of the facts"
                raise _OddCell("unknown-word", message, ", ".join(PARTS))
            found.append(
                Addressee(function, part or PARTS[-1], self._condition(when or ""))
            )
        return tuple(found)

    def _check_function(self, name: str) -> None:
        if name not in self._functions:
            raise _OddCell("unknown-word", f"there is no function `{name}`")

    def _condition(self, text: str) -> Condition:
        try:
            return parse_condition(text, self._words)
        except ValueError as error:
            raise _OddCell("condition-malformed", str(error)) from None


class _OddCell(Exception):
    """A cell is not what it has to be."""

    def __init__(self, code: str, message: str, expected: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.expected = code, message, expected


def _words(sectors: Iterable[str], states: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return each fact that a condition may name, with its values."""
    points = {name: frozenset(values) for name, values in POINTS.items()}
    yes_no = frozenset({"yes", "no"})
    return {
        **points,
        "sector": frozenset(sectors),
        "states": frozenset({*states, OUTSIDE}),
        "harms": HARMS,
        "entity": ENTITIES,
        "legal": FLAGS,
        "agent": AGENTS,
        **dict.fromkeys(("across", "eea", "six", "notice"), yes_no),
    }


def _one_of(row: _Cells, column: str, words: Iterable[str]) -> str:
    word, known = row[column], tuple(words)
    if word not in known:
        expected = ", ".join(known[:12])
        raise _OddCell("unknown-word", f"`{column}` is never `{word}`", expected)
    return word


def _label(row: _Cells) -> Tlp:
    words = [label.word for label in Tlp]
    return label_of(_one_of(row, "ceiling", words))


def _key(text: str) -> SshKey | None:
    if not text:
        return None
    try:
        return parse_public_key(text)
    except ValueError as error:
        raise _OddCell("key-malformed", str(error)) from None


def _verified(row: _Cells) -> tuple[str, str]:
    """Return on which day and by whom a contact was checked, or that nobody did."""
    day, who = row["verified_on"], row["verifier"]
    if bool(day) != bool(who):
        message = "who checked it and on which day go together"
        raise _OddCell("half-verified", message)
    if day:
        try:
            is_day = date.fromisoformat(day).isoformat() == day
        except ValueError:
            is_day = False
        if not is_day:
            raise _OddCell("wrong-value", f"`{day}` is no day", "e.g. 2026-11-22")
    return day, who
