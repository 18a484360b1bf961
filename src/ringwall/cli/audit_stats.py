"""`audit stats`: how much of what is on record, and who vouches for it."""

from typing import TYPE_CHECKING, Any, Final

import typer

from ringwall.cli.options import (
    FormatOption,
    InstituteOption,
    examples,
    open_institute,
)
from ringwall.cli.output import Sheet, print_object, say
from ringwall.cli.terminal import counted, print_field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ringwall.ledger.asking.covering import Seen
    from ringwall.ledger.asking.statistics import Statistics

__all__ = ["register"]

_SECOND: Final = 1_000_000
_SHOWN: Final = 5
_CHECKED: Final = (
    "counted from the tables, not checked against the entries: `audit verify` does"
)


def register(app: typer.Typer) -> None:
    """Add the command to `audit`."""
    app.command("stats", epilog=examples("audit stats", "audit stats --format json"))(
        _stats
    )


def _stats(folder: InstituteOption = None, fmt: FormatOption = None) -> None:
    """Count what is on record: kinds, answers, reasons, checkpoints, witnesses.

    Counted from the tables, not verified: that they are right is for `audit verify` to
    say.
    """
    from ringwall.ledger.asking.statistics import count_entries
    from ringwall.ledger.store import sqlite_safety

    institute = open_institute(folder)
    ledger = institute.ledger(writable=False)
    try:
        found = count_entries(ledger.store, ledger.origin)
    finally:
        ledger.close()
    now = institute.clock.now()
    # Said to programs, too: they may never show what is on stderr.
    value = _value(found, now) | {"sqlite": sqlite_safety(), "verified": False}
    print_object(value, fmt, lambda: _show(value), Sheet(list(value), [value]))
    say(_CHECKED)


def _value(found: "Statistics", now: int) -> dict[str, Any]:
    size, decided = found.head.size, found.decided
    quorum = found.quorum
    names = ("need", "seconds", "mandatory")
    return {
        "entries": size,
        "file_bytes": found.file_bytes,
        "first": found.first,
        "last": found.last,
        "kinds": dict(found.kinds),
        "effects": dict(decided.effects),
        "codes": dict(decided.codes),
        "rules": dict(decided.rules),
        "subjects": dict(decided.subjects),
        "subject_count": decided.subject_count,
        "checkpoint": found.checkpoint,
        "since_checkpoint": size - (found.checkpoint or 0),
        "witnesses": [_witness(seen, size, now) for seen in found.witnesses],
        "quorum": {name: quorum[name] for name in names} if quorum else None,
        "unclean_ends": found.unclean,
        "not_acknowledged": found.unsure,
        "writers": found.writers,
        "erased_tokens": found.erased,
        "pruned_before": found.pruned,
    }


def _witness(seen: "Seen", size: int, now: int) -> dict[str, Any]:
    """Return how far behind a witness is."""
    return {
        "name": seen.name,
        "size": seen.size,
        "entries_behind": size - (seen.size or 0),
        "seconds_behind": None if seen.at is None else max(0, now - seen.at) // _SECOND,
    }


def _show(value: dict[str, Any]) -> None:
    print_field("entries", f"{value['entries']:,} from {_span(value)}")
    print_field("file", f"{value['file_bytes']:,} bytes")
    print_field("kinds", _counts(value["kinds"]))
    print_field("answers", _counts(value["effects"]))
    print_field("reasons", _counts(value["codes"]))
    print_field("rules", _counts(value["rules"]))
    others = f"{value['subject_count']:,} in all: "
    print_field("subjects", others + _counts(value["subjects"]))
    _show_seals(value)
    unsure = counted(value["not_acknowledged"], "entry")
    ends = counted(value["unclean_ends"], "end")
    print_field("unclean", f"{ends}; {unsure} may not have been acknowledged")
    print_field("writers", f"{value['writers']:,} open, or not closed")
    before = value["pruned_before"]
    pruned = f"entries before {before:,}" if before else "nothing"
    tokens = counted(value["erased_tokens"], "token")
    print_field("erased", f"{tokens}; pruned: {pruned}")
    print_field("sqlite", value["sqlite"])


def _show_seals(value: dict[str, Any]) -> None:
    last, since = value["checkpoint"], value["since_checkpoint"]
    sealed = "none yet"
    if last is not None:
        sealed = f"of {counted(last, 'entry')}, {since:,} since"
    print_field("sealed", f"last checkpoint: {sealed}")
    for witness in value["witnesses"]:
        behind = f"{counted(witness['entries_behind'], 'entry')} behind"
        if witness["size"] is not None:
            behind += f", {witness['seconds_behind']:,} s ago"
        print_field("witness", f"{witness['name']}: {behind}")
    quorum = value["quorum"]
    if quorum:
        then = "mandatory" if quorum["mandatory"] else "an alarm if not"
        print_field("quorum", f"{quorum['need']} in {quorum['seconds']} s, {then}")


def _span(value: dict[str, Any]) -> str:
    return f"{value['first']} to {value['last']}"


def _counts(counts: "Mapping[str, int]") -> str:
    """Return the most frequent ones in words."""
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown = [f"{name} {count:,}" for name, count in most[:_SHOWN]]
    more = ["..."] if len(most) > _SHOWN else []
    return ", ".join((*shown, *more)) or "none"
