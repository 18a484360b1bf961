"""`people`: who is due for what, what they passed, integrity tests, leavers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ringwall.cli import people_tests
from ringwall.cli.exits import Misuse
from ringwall.cli.files import read_input
from ringwall.cli.options import (
    Format,
    FormatOption,
    InstituteOption,
    examples,
    instant_of,
    open_institute,
)
from ringwall.cli.output import Sheet, chosen_format, print_object, print_rows, say
from ringwall.cli.terminal import print_field, print_text

if TYPE_CHECKING:
    from ringwall.institute import Institute
    from ringwall.registry.due import Due

__all__ = ["app"]

_RECORD = "ringwall people record"
_DAY = 24 * 3600 * 1_000_000
_MAX_DAYS = 36_500
_MAX_EVIDENCE = 64 * 1024 * 1024
_HEX_DIGITS = 64
_DUE = ("person", "duty", "state", "until", "days")
_DUTY = ("person", "duty", "outcome", "from", "until", "by", "evidence", "entry")
_ENDED = ("what", "name", "of", "note")

app = typer.Typer(
    help="What people are due for, what they passed, and their leaving.",
    no_args_is_help=True,
)
people_tests.register(app)

_ByOption = Annotated[
    str, typer.Option("--by", metavar="PERSON", help="Who records it, e.g. user:hedy.")
]


@app.command("due", epilog=examples("people due", "people due --within 30"))
def _due(
    within: Annotated[
        int,
        typer.Option(
            "--within", min=0, max=_MAX_DAYS, metavar="DAYS", help="How far ahead."
        ),
    ] = 90,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """List who is due for screening, training, a test or a review, overdue first.

    Screening is asked of all of the institute's people; the rest once it declares a
    `programme`, and only of those whose level the lack of it lowers.
    """
    from ringwall.base.clock import format_instant
    from ringwall.registry.due import due_duties
    from ringwall.registry.on_record import read_on_record
    from ringwall.registry.upper_powers import upper_holders

    institute = open_institute(folder)
    judge, now = institute.judge(), institute.clock.now()
    ledger = institute.ledger(writable=False)
    try:
        state = read_on_record(ledger, now)
    finally:
        ledger.close()
    holders = upper_holders(judge, state)
    is_table = chosen_format(fmt) is Format.TABLE
    rows = [
        _due_row(due, now, is_table=is_table)
        for due in due_duties(state, holders, within)
    ]
    overdue = sum(row["state"] != "lapses" for row in rows)
    title = (
        f"due within {within} days of {format_instant(now)[:10]}: {len(rows)}, "
        f"of these {overdue} overdue"
    )
    print_rows(_DUE, rows, fmt, title=title)


def _due_row(due: "Due", now: int, *, is_table: bool) -> dict[str, Any]:
    from ringwall.base.clock import format_instant

    until = "" if due.until is None else format_instant(due.until)
    return {
        "person": due.person,
        "duty": due.duty,
        "state": due.state,
        "until": until[:10] if is_table else until,
        "days": None if due.until is None else (due.until - now) // _DAY,
    }


@app.command(
    "record",
    epilog=examples(
        "people record user:ada insider-training --outcome passed --by user:hedy",
        "people record user:ada screening --outcome passed --by user:hedy \\\n"
        "      --from 2026-12-01T00:00:00Z --evidence report.pdf",
    ),
)
def _record(
    person: Annotated[str, typer.Argument(help="Id of a person, e.g. user:ada.")],
    duty: Annotated[
        str,
        typer.Argument(help="screening, insider-training or integrity-test."),
    ],
    outcome: Annotated[str, typer.Option(help="passed or failed.")],
    by: _ByOption,
    start: Annotated[
        str | None,
        typer.Option(
            "--from",
            envvar="RINGWALL_PEOPLE_RECORD_FROM",
            metavar="INSTANT",
            help="When it starts; now if left out.",
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            metavar="INSTANT", help="When it ends; as the programme says if left out."
        ),
    ] = None,
    evidence: Annotated[
        str,
        typer.Option(metavar="FILE|HEX", help="What shows it, or its SHA-256."),
    ] = "",
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Record that somebody was screened, trained or tested, and how it went.

    The last record of a duty counts, not the best; a failure counts at once and until
    the duty is passed. Nobody records their own.
    """
    from ringwall.pdp.people import FAILED
    from ringwall.registry.duties import DutyEntry, record_duty

    institute = open_institute(folder)
    entry = DutyEntry(
        person=person,
        duty=duty,
        outcome=outcome,
        by=by,
        start=_instant(start, institute),
        until=_instant(until, institute),
        evidence=_digest(evidence),
    )
    judge = None if outcome == FAILED else institute.judge()
    ledger = institute.ledger(writable=True)
    try:
        if judge is not None:  # what only takes away is never kept waiting
            judge.check_in_force(ledger.registry_since(-1).policy)
        event, receipt = record_duty(ledger, institute.clock, entry)
    finally:
        ledger.close()
    value = {**{name: event[name] for name in _DUTY[:-1]}, "entry": receipt.index}

    def table() -> None:
        print_text(f"{person} {outcome} {duty} (entry {receipt.index})")
        print_field("from", value["from"])
        print_field("until", value["until"])

    print_object(value, fmt, table, Sheet(_DUTY, [value]))


def _instant(text: str | None, institute: "Institute") -> int | None:
    return None if text is None else instant_of(text, institute, _RECORD)


def _digest(evidence: str) -> str:
    """Return the SHA-256 of a file, or the digest that stands there itself."""
    from hashlib import sha256

    is_digest = len(evidence) == _HEX_DIGITS and set(evidence) <= set(
        "0123456789abcdef"
    )
    if not evidence or is_digest:
        return evidence
    data = read_input(Path(evidence), _MAX_EVIDENCE)
    if len(data) > _MAX_EVIDENCE:
        raise Misuse(_RECORD, "the evidence is larger than 64 MiB; give its SHA-256")
    return sha256(data).hexdigest()


@app.command(
    "leave",
    epilog=examples(
        'people leave user:ada --by user:hedy --reason "end of contract"',
    ),
)
def _leave(
    person: Annotated[str, typer.Argument(help="Id of a person, e.g. user:ada.")],
    by: _ByOption,
    reason: Annotated[str, typer.Option(help="Why; it stays on record.")],
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Record that somebody has left; all that they could do ends, and is listed.

    It can't be undone: whoever comes back is declared under another id. Run again it
    changes nothing, and lists what is still on record of them.
    """
    from ringwall.registry.leaving import leave
    from ringwall.registry.reasons import check_reason

    check_reason(reason)
    institute = open_institute(folder)
    ledger = institute.ledger(writable=True)
    try:
        left = leave(ledger, institute.clock, person, by, reason)
    finally:
        ledger.close()
    rows = [end._asdict() for end in left.ended]
    value = {
        "person": person,
        "was_gone": left.was_gone,
        "entries": list(left.entries),
        "ended": rows,
    }

    def table() -> None:
        print_rows(_ENDED, rows, Format.TABLE)
        if left.was_gone:
            print_text(f"{person} had left already; nothing was written")
        else:
            first, last = left.entries[0], left.entries[-1]
            print_text(f"{person} has left (entries {first} to {last})")

    print_object(value, fmt, table, Sheet(_ENDED, rows))
    if not left.was_gone:
        say("next: take them off the registry in your own time, with `ringwall apply`")
