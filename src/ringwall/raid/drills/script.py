"""The script of a drill: what happens when, and what the desk is expected to do.

Data in YAML. Must never hold an expectation that no act of the desk could meet.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import Field, ValidationError

from ringwall.base.clock import format_instant
from ringwall.base.errors import DeclarationError, Fault
from ringwall.base.yaml_tree import Node, parse_yaml, position, to_data
from ringwall.model.field_faults import field_faults
from ringwall.model.raid_events import CARDS
from ringwall.model.raid_states import MACHINES
from ringwall.model.values import Strict, Text, Word
from ringwall.raid.intake.report_reader import check_report

__all__ = [
    "MAX_SCRIPT_BYTES",
    "Expected",
    "Inject",
    "Script",
    "check_names",
    "filled",
    "parse_script",
]

MAX_SCRIPT_BYTES: Final = 256 * 1024
"""Largest script in bytes."""

_MOST_MINUTES: Final = 60 * 24 * 366
_MINUTE: Final = 60_000_000
_UNITS: Final = {"m": _MINUTE, "h": 60 * _MINUTE, "d": 24 * 60 * _MINUTE}
_RELATIVE: Final = re.compile(r"(now|today)(?:-([0-9]{1,5})([mhd]))?", re.ASCII)
_Minutes = Annotated[int, Field(ge=0, le=_MOST_MINUTES)]
_Cell = int | Text
_SAMPLE: Final = 1_800_000_000_000_000


class _Inject(Strict):
    """Something that happens; see `Inject`."""

    id: Word
    after: _Minutes = 0
    told: Text | None = None
    report: dict[str, Any] | None = None


class _Expected(Strict):
    """Something that the desk does, or never does; see `Expected`."""

    id: Word
    words: Text
    of: Word | None = None
    since: Word | None = None
    act: Text | None = None
    never: Text | None = None
    card: dict[str, _Cell | list[_Cell]] = Field(default_factory=dict)
    within: _Minutes | None = None


class _File(Strict):
    """A script."""

    script: Word
    version: Annotated[int, Field(ge=1)]
    title: Text
    source: Text
    brief: Text
    injects: Annotated[list[_Inject], Field(min_length=1, max_length=200)]
    expect: Annotated[list[_Expected], Field(min_length=1, max_length=200)]


@dataclass(frozen=True, slots=True)
class Inject:
    """Something that happens in a drill.

    Attributes:
        id: in the script.
        after: minutes from the start of the drill at which it is due.
        told: what is read out to whoever takes part; empty for nothing.
        report: the report that comes in, its relative instants not yet filled in; None
            for none.
    """

    id: str
    after: int
    told: str
    report: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Expected:
    """An act that the desk is to do, or never to do.

    Attributes:
        id: in the script.
        words: what it is, for people.
        of: id of the inject whose report, or whose cases, it is about; empty for any.
        kind: of event.
        act: on such an object.
        is_never: whether it must not happen.
        card: column of the row that the act leaves -> values, any of them.
        within: minutes, from `since`; 0 for what must never happen.
        since: id of the inject from which on it counts; empty for that of `of`, and
            for the start of the drill where that is empty too.
    """

    id: str
    words: str
    of: str
    kind: str
    act: str
    is_never: bool
    card: Mapping[str, frozenset[str | int]]
    within: int
    since: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """A script.

    Attributes:
        name: of the script.
        version: of the script.
        title: in words.
        source: where the scenario comes from.
        brief: what whoever takes part is told before.
        injects: in the order of the script.
        expected: likewise.
    """

    name: str
    version: int
    title: str
    source: str
    brief: str
    injects: Sequence[Inject]
    expected: Sequence[Expected]


def parse_script(data: bytes, file: str) -> Script:
    """Return a script.

    Args:
        data: YAML of at most `MAX_SCRIPT_BYTES`.
        file: its name, for the faults.

    Raises:
        DeclarationError: `yaml-refused`, as `parse_yaml`; or `script-refused` with the
            faults of `field_faults`, `duplicate-id`, `nothing-happens`,
            `unknown-inject`, `brings-no-report`, `unknown-act`, `unknown-column`,
            `wrong-type`, `unknown-state`, `act-or-never`, `no-limit`, or those of
            `check_report`.
    """
    tree = parse_yaml(
        data, file, max_bytes=MAX_SCRIPT_BYTES, max_nodes=20_000, max_depth=12
    )
    try:
        content = _File.model_validate(to_data(tree))
    except ValidationError as error:
        raise _refused(list(field_faults(file, tree, error))) from None
    faults = [
        *_id_faults(content, tree, file),
        *_inject_faults(content, tree, file),
        *_expected_faults(content, tree, file),
    ]
    if faults:
        raise _refused(faults)
    return Script(
        *(content.script, content.version, content.title),
        *(content.source, content.brief),
        tuple(
            Inject(one.id, one.after, one.told or "", one.report)
            for one in content.injects
        ),
        tuple(map(_expected, content.expect)),
    )


def check_names(
    script: Script, names: Mapping[str, Collection[str]], file: str
) -> None:
    """Refuse a script that counts on what the rules in force have no row for.

    Args:
        script: that is to be played.
        names: column of a row -> the values that there are.
        file: its name, for the faults.

    Raises:
        DeclarationError: `script-refused`, with a fault `unknown-value` for each.
    """
    faults = [
        Fault(
            *(file, 0, 0, "unknown-value"),
            f"`{one.id}`: the rules in force know no {column} `{str(value)[:60]}`",
        )
        for one in script.expected
        for column in sorted(one.card.keys() & names.keys())
        for value in sorted(one.card[column] - {*names[column]}, key=str)
    ]
    if faults:
        raise _refused(faults)


def filled(report: Mapping[str, Any], now: int) -> dict[str, Any]:
    """Return a report with its relative instants filled in.

    A text that is `now`, or such as `now-90m`, `now-6h` or `now-2d`, becomes an
    instant; `today` and the like a date. So a script stays playable in any year.

    Args:
        report: of a script.
        now: instant.
    """
    return {name: _filled(value, now) for name, value in report.items()}


def _filled(value: Any, now: int) -> Any:  # noqa: ANN401 - JSON data
    if isinstance(value, Mapping):
        return filled(value, now)
    if isinstance(value, list):
        return [_filled(one, now) for one in value]
    match = _RELATIVE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return value
    word, number, unit = match.groups()
    at = now - (int(number) * _UNITS[unit] if number else 0)
    # To the second: what people report is no finer.
    text = format_instant(at - at % 1_000_000)
    return text if word == "now" else text[:10]


def _expected(one: _Expected) -> Expected:
    kind, _, act = (one.act or one.never or "").partition("/")
    card = {
        name: frozenset(value if isinstance(value, list) else [value])
        for name, value in one.card.items()
    }
    return Expected(
        *(one.id, one.words, one.of or "", kind, act),
        is_never=one.never is not None,
        card=card,
        within=one.within or 0,
        since=one.since or "",
    )


def _id_faults(content: _File, tree: Node, file: str) -> Iterator[Fault]:
    for part, ids in (
        ("injects", [one.id for one in content.injects]),
        ("expect", [one.id for one in content.expect]),
    ):
        for number, name in enumerate(ids):
            if name in ids[:number]:
                place = position(tree, (part, number))
                message = f"`{name}` stands here twice"
                yield Fault(file, *place, "duplicate-id", message)


def _inject_faults(content: _File, tree: Node, file: str) -> Iterator[Fault]:
    for number, one in enumerate(content.injects):
        place = position(tree, ("injects", number))
        if one.report is None and one.told is None:
            message = f"`{one.id}` tells nothing and brings no report"
            yield Fault(file, *place, "nothing-happens", message)
        if one.report is not None:
            try:
                check_report(filled(one.report, _SAMPLE), file)
            except DeclarationError as error:
                for fault in error.faults:
                    message = f"`{one.id}`: {fault.message}"
                    yield Fault(file, *place, fault.code, message, fault.expected)


def _expected_faults(content: _File, tree: Node, file: str) -> Iterator[Fault]:
    for number, one in enumerate(content.expect):
        place = position(tree, ("expect", number))
        if (one.act is None) == (one.never is None):
            message = f"`{one.id}` names an `act`, or what is `never` done"
            yield Fault(file, *place, "act-or-never", message, "one of the two")
            continue
        if one.act is not None and one.within is None:
            message = f"`{one.id}` does not say within how many minutes"
            yield Fault(file, *place, "no-limit", message, "`within`")
        for code, message, expected in _named_faults(one, content):
            yield Fault(file, *place, code, message, expected)
        kind, _, act = (one.act or one.never or "").partition("/")
        if act not in {move.act for move in MACHINES.get(kind, ())}:
            message = f"`{one.id}`: the desk knows no act `{kind}/{act}`"
            yield Fault(file, *place, "unknown-act", message, "raid.case/triage")
            continue
        for code, message, expected in _card_faults(one, kind, act):
            yield Fault(file, *place, code, message, expected)


def _named_faults(one: _Expected, content: _File) -> Iterator[tuple[str, str, str]]:
    """Give what is wrong with the injects that an expectation names."""
    reports = {inject.id: inject.report is not None for inject in content.injects}
    for name in (one.of, one.since):
        if name is not None and name not in reports:
            message = f"`{one.id}` names `{name}`, and nothing of that name happens"
            yield "unknown-inject", message, ", ".join(reports)
    # No case hangs on what is only read out, so that no act could ever meet it.
    if one.of is not None and not reports.get(one.of, True):
        message = f"`{one.id}` is of `{one.of}`, which brings no report"
        yield "brings-no-report", message, f"`since: {one.of}`"


def _card_faults(one: _Expected, kind: str, act: str) -> Iterator[tuple[str, str, str]]:
    """Give which values no row could hold that the act leaves."""
    columns = CARDS[kind]
    ends = {move.after for move in MACHINES[kind] if move.act == act}
    for name, value in one.card.items():
        values = value if isinstance(value, list) else [value]
        if name not in columns:
            message = f"`{one.id}`: `{kind}` has no column `{name[:40]}`"
            yield "unknown-column", message, ", ".join(columns)
        elif any(type(cell) is not columns[name] for cell in values):
            message = f"`{one.id}`: `{name}` of `{kind}` holds other values"
            held = "a whole number" if columns[name] is int else "text"
            yield "wrong-type", message, held
        elif name == "state" and not ends.issuperset(values):
            message = f"`{one.id}`: `{kind}/{act}` leads to no such state"
            yield "unknown-state", message, ", ".join(sorted(ends))


def _refused(faults: list[Fault]) -> DeclarationError:
    count = f"{len(faults)} fault{'s' if len(faults) > 1 else ''}"
    return DeclarationError(
        "script-refused",
        f"the script of the drill has {count}",
        next_step="mend the lines named; raid/drills has scripts to go by",
        faults=tuple(faults),
    )
