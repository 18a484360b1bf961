"""Reading decisions in bulk: what millions of entries have in common is checked once.

Two entries of one form, alike but for their plain texts and numbers, are both
canonical or neither is. So the first of a form is read the slow and sure way, and the
others by where things stand in it. Must never read what the slow way would refuse.
"""

import json
import re
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple

from ringwall.base.canonical import MAX_ENTRY_BYTES
from ringwall.ledger.projections import project
from ringwall.model.events import load_event

__all__ = ["DecisionForms", "DecisionRead"]

DecisionRead = tuple[tuple[object, ...], str, str, int | None]
"""A row of `decision`; who asked; what for, as it is stored, empty for nothing; the
basis that it names, None if that is not the number of an entry."""

_DECISION: Final = "decision.made"
# Small numbers in canonical form; any other stays part of the form, as it is.
_NUMBER: Final = re.compile(r"(?<![0-9.eE+-])(?:0|[1-9][0-9]{0,14})(?![0-9.eE+-])")
# What stands behind the key of one.
_VALUE: Final = re.compile(r":(0|[1-9][0-9]{0,14})[,}]")
# Printable ASCII without the backslash: what stands between two quotes is a text.
_PLAIN: Final = bytes(set(range(0x20, 0x7F)) - {0x5C})
_MOST_FORMS: Final = 1024


class _Form(NamedTuple):
    """Where in an entry of one form is what: places among its parts.

    Attributes:
        keys_of: gives the texts that are keys, and that of `kind`.
        keys: what they are.
        version: the part behind the key `v`: its place, and what it has to be.
        columns_of: gives the columns that are texts of the entry.
        filling: what stands for a column without text.
        rules: where the ids of rules are.
        subject: where the subject is.
        purpose: where the purpose is, 0 for none.
        basis: the part behind the key `basis`, 0 if there is none.
    """

    keys_of: Callable[[Sequence[str]], tuple[str, ...]]
    keys: tuple[str, ...]
    version: tuple[int, str]
    columns_of: Callable[[Sequence[str]], tuple[str, ...]]
    filling: tuple[str, ...]
    rules: tuple[int, ...]
    subject: int
    purpose: int
    basis: int


_Known = tuple[_Form, int | None]
"""A form, and the basis that an entry with these numbers names."""


class DecisionForms:
    """The forms seen so far, at most 1,024 at a time."""

    def __init__(self) -> None:
        self._forms: dict[str, _Form | None] = {}
        # The same by what is outside of texts, numbers and all, as it was last seen.
        self._exact: dict[str, _Known | None] = {}

    def read(self, index: int, data: bytes) -> DecisionRead | None:
        """Return what a decision says, None for what has to be read the slow way.

        Args:
            index: where it stands.
            data: bytes of an entry, whatever they are.
        """
        if data.translate(None, _PLAIN) or len(data) > MAX_ENTRY_BYTES:
            return None
        parts = data.decode("ascii").split('"')
        outside = '"'.join(parts[::2])
        known = self._exact.get(outside)
        if known is None:
            known = self._form(outside, data, parts)
        return None if known is None else _read(index, known, parts)

    def _form(self, outside: str, data: bytes, parts: list[str]) -> _Known | None:
        """Return the form of an entry that has not the same numbers as one before."""
        general = _NUMBER.sub("0", outside)
        if len(self._forms) >= _MOST_FORMS:
            self._forms.clear()
        if len(self._exact) >= _MOST_FORMS:
            self._exact.clear()
        if general not in self._forms:
            self._forms[general] = _form_of(data, parts)
        form = self._forms[general]
        known = None if form is None else (form, _basis(form, parts))
        self._exact[outside] = known
        return known


def _basis(form: _Form, parts: list[str]) -> int | None:
    """Return the basis that an entry of a form names, None if it is no index."""
    found = _VALUE.match(parts[form.basis]) if form.basis else None
    return None if found is None else int(found[1])


def _read(index: int, known: _Known, parts: list[str]) -> DecisionRead | None:
    form, basis = known
    place, version = form.version
    if form.keys_of(parts) != form.keys or parts[place] != version:
        return None
    rules = ""
    if form.rules:
        rules = " ".join(sorted({parts[place] for place in form.rules} - {""}))
    row = (index, *form.columns_of(parts), *form.filling, rules)
    purpose = parts[form.purpose] if form.purpose else ""
    return row, parts[form.subject], purpose, basis


def _form_of(data: bytes, parts: list[str]) -> _Form | None:
    """Return the form of an entry, None if it is no decision in canonical form."""
    try:
        event = load_event(data)
        project(0, event)
    except ValueError:
        return None
    if event["kind"] != _DECISION:
        return None
    keys = [place for place in range(1, len(parts), 2) if _is_key(parts, place)]
    top = _top_keys(parts, keys)
    kind = top["kind"] + 2
    probe = _probe(parts, frozenset((*keys, kind)))
    [put] = project(0, probe)
    columns = [name for name in put.row if name not in {"idx", "rules"}]
    places = [int(put.row[name]) for name in columns if put.row[name]]
    behind = top["v"] + 1
    return _Form(
        keys_of=itemgetter(*keys, kind),
        keys=itemgetter(*keys, kind)(parts),
        version=(behind, parts[behind]),
        columns_of=itemgetter(*places),
        filling=("",) * (len(columns) - len(places)),
        rules=tuple(map(int, put.row["rules"].split())),
        subject=int(put.row["subject"]),
        purpose=_place(probe.get("purpose")),
        basis=top["basis"] + 1 if "basis" in top else 0,
    )


def _is_key(parts: list[str], place: int) -> bool:
    return parts[place + 1].startswith(":")


def _top_keys(parts: list[str], keys: list[int]) -> dict[str, int]:
    """Return where the keys are that belong to the entry itself."""
    depths, depth = [], 0
    for part in parts[::2]:
        depth += sum(map(part.count, "{[")) - sum(map(part.count, "}]"))
        depths.append(depth)
    return {parts[place]: place for place in keys if depths[place // 2] == 1}


def _probe(parts: list[str], kept: frozenset[int]) -> dict[str, Any]:
    """Return the event with the place of each text instead of the text."""
    marked = list(parts)
    for place in range(1, len(parts), 2):
        if place not in kept:
            marked[place] = str(place)
    probe: dict[str, Any] = json.loads('"'.join(marked))
    return probe


def _place(value: object) -> int:
    return int(value) if isinstance(value, str) else 0
