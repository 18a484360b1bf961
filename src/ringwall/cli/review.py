"""`review`: what somebody holds or did, looked at by somebody else."""

import shlex
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ringwall.cli.exits import Misuse
from ringwall.cli.options import (
    FormatOption,
    InstituteOption,
    examples,
    open_institute,
)
from ringwall.cli.output import Sheet, print_object, print_rows, say
from ringwall.cli.signing import (
    KeyOption,
    PassphraseOption,
    Pen,
    SignatureOption,
    ToSignOption,
    as_option,
    write_to_sign,
)
from ringwall.cli.terminal import print_field, print_text

if TYPE_CHECKING:
    from ringwall.matters.requests import GrantRequest
    from ringwall.registry.reviewing import ReviewTold

__all__ = ["app"]

_DECIDE = "ringwall review decide"
_OUTCOMES = ("kept", "ended", "closed")
_COLUMNS = ("id", "subject", "what", "about", "opened", "due", "state")
_LISTED = ("id", "subject", "what", "due", "state")
_NEXT = (
    *("subject", "what", "about", "action", "resource", "purpose", "decision"),
    *("opened", "due"),
)
_DECIDED = ("review", "by", "outcome", "reason", "entry")

app = typer.Typer(
    help="What somebody holds or did, looked at by somebody else.",
    no_args_is_help=True,
)


@app.command("new", epilog=examples("review new --due", "review new"))
def _new(
    due: Annotated[
        bool,
        typer.Option("--due", help="Only of those whose confirmation ends in 30 days."),
    ] = False,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Open a review of each person with power above the lower tier who has none open.

    Somebody else has to confirm the power within 30 days; whom nobody confirms in
    time is held to SL2 once the institute has a `programme`.
    """
    from ringwall.registry.on_record import read_on_record
    from ringwall.registry.reviewing import ReviewDesk
    from ringwall.registry.upper_powers import upper_holders

    institute = open_institute(folder)
    judge, now = institute.judge(), institute.clock.now()
    ledger = institute.ledger(writable=True)
    try:
        state = read_on_record(ledger, now)
        judge.check_in_force(state.policy)
        holders = upper_holders(judge, state)
        made = ReviewDesk(ledger, institute.clock).open_for(holders, due_only=due)
    finally:
        ledger.close()
    columns = ("id", "subject", "due")
    rows = [{name: event[name] for name in columns} for event in made]
    print_rows(columns, rows, fmt, title=f"reviews opened: {len(rows)}")


@app.command("ls", epilog=examples("review ls"))
def _ls(folder: InstituteOption = None, fmt: FormatOption = None) -> None:
    """List all reviews: those open first, of these the first to be due."""
    institute = open_institute(folder)
    ledger = institute.ledger(writable=False)
    try:
        from ringwall.registry.reviewing import ReviewDesk

        found = ReviewDesk(ledger, institute.clock).ls()
    finally:
        ledger.close()
    print_rows(_LISTED, map(_row, found), fmt, sheet=_COLUMNS)


@app.command("next", epilog=examples("review next --as user:hedy"))
def _next(
    reviewer: Annotated[str, as_option("RINGWALL_REVIEW_NEXT_AS")],
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Show the review that is due first of those that somebody may decide."""
    from ringwall.pdp.reviewing import BREAK_GLASS
    from ringwall.registry.on_record import read_on_record
    from ringwall.registry.reviewing import ReviewDesk

    institute = open_institute(folder)
    ledger = institute.ledger(writable=False)
    try:
        found = ReviewDesk(ledger, institute.clock).next_for(reviewer)
        known = read_on_record(ledger, institute.clock.now()).matters.requests
    finally:
        ledger.close()
    value = {}
    if found is not None:
        value = {**_row(found), **_glass(known.get(found.review.about))}

    def table() -> None:
        if found is None:
            print_text(f"no review is open that {reviewer} may decide")
            return
        print_text(found.review.id)
        for name in _NEXT:
            if value.get(name):
                print_field(name, value[name])

    rows = [value] if value else []
    print_object(value, fmt, table, Sheet(_COLUMNS, rows))
    if found is not None:
        outcome = "closed" if found.review.what == BREAK_GLASS else "kept|ended"
        say(f"next: ringwall review decide {found.review.id} --as {reviewer} \\")
        say(f"  --outcome {outcome} --reason ... --key FILE")


@app.command(
    "decide",
    epilog=examples(
        "review decide REVIEW --as user:hedy --outcome kept \\\n"
        '      --reason "still on the project" --key ~/.ssh/id_ed25519',
        "review decide REVIEW --as user:hedy --outcome closed \\\n"
        '      --reason "the alarm was real" --to-sign review.txt',
    ),
)
def _decide(
    review: Annotated[str, typer.Argument(help="Id of the review.")],
    reviewer: Annotated[str, as_option("RINGWALL_REVIEW_DECIDE_AS")],
    outcome: Annotated[
        str, typer.Option(help="kept or ended, of a power; closed, of broken glass.")
    ],
    reason: Annotated[str, typer.Option(help="Why; it stays on record.")],
    key: KeyOption = None,
    passphrase_file: PassphraseOption = None,
    signature: SignatureOption = None,
    to_sign: ToSignOption = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Decide a review of somebody else, under your own signature.

    A security officer may, or of a power who manages them. What is kept is confirmed
    for as long as the programme says; what is ended holds them to SL2 at once.
    """
    from ringwall.registry.reasons import check_reason
    from ringwall.registry.reviewing import ReviewDesk

    if outcome not in _OUTCOMES:
        raise Misuse(_DECIDE, f"--outcome is one of {', '.join(_OUTCOMES)}")
    pen = Pen(
        _DECIDE,
        key=key,
        passphrase=passphrase_file,
        signature=signature,
        to_sign=to_sign,
    )
    check_reason(reason)
    institute = open_institute(folder)
    judge = None if outcome == "ended" else institute.judge()
    ledger = institute.ledger(writable=pen.to_sign is None)
    try:
        if judge is not None:  # what only takes away is never kept waiting
            judge.check_in_force(ledger.registry_since(-1).policy)
        desk = ReviewDesk(ledger, institute.clock)
        said = desk.said(review, reviewer, outcome, reason)
        if pen.to_sign is not None:
            again = ["review", "decide", said["review"], "--as", reviewer]
            again += ["--outcome", outcome, "--reason", reason]
            again += ["--signature", f"{pen.to_sign}.sig"]
            write_to_sign(pen.to_sign, desk.statement(said), shlex.join(again))
            return
        event, receipt = desk.decide(said, pen.sign(desk.statement(said)))
    finally:
        ledger.close()
    value = {**{name: event[name] for name in _DECIDED[:-1]}, "entry": receipt.index}

    def table() -> None:
        print_text(f"{review} is decided: {outcome} (entry {receipt.index})")

    print_object(value, fmt, table, Sheet(_DECIDED, [value]))


def _glass(request: "GrantRequest | None") -> dict[str, Any]:
    """Return what was done with broken glass; nothing of a power."""
    if request is None:
        return {}
    return {
        "action": request.action,
        "resource": request.resource,
        "purpose": request.purpose,
        "decision": ", ".join(use.decision for use in request.used),
    }


def _row(told: "ReviewTold") -> dict[str, Any]:
    from ringwall.base.clock import format_instant

    review = told.review
    last = review.decisions[-1].outcome if review.decisions else "open"
    return {
        "id": review.id,
        "subject": review.subject,
        "what": review.what,
        "about": review.about,
        "opened": format_instant(review.at),
        "due": format_instant(review.due),
        "state": last,
    }
