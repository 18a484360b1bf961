"""`why`, `who-can`, `what-can`: asking about answers, given and possible."""

from typing import TYPE_CHECKING, Annotated

import typer

from ringwall.cli.options import (
    FormatOption,
    InstituteOption,
    examples,
    open_institute,
)
from ringwall.cli.output import print_object, print_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ringwall.pdp.search import Way

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the verbs to the application."""
    app.command("why", epilog=examples("why last", "why 80 --format json"))(_why)
    app.command(
        "who-can",
        epilog=examples("who-can weights.read weights:aurora-2"),
    )(_who_can)
    app.command(
        "what-can",
        epilog=examples("what-can user:ada", "what-can user:ada --format csv"),
    )(_what_can)


def _why(
    decision: Annotated[
        str,
        typer.Argument(
            metavar="DECISION", help="Its id, its entry's index, or `last`."
        ),
    ],
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Explain a recorded decision.

    Says which rules decided, each condition that failed with the value seen and the
    value needed, and what would turn it.
    """
    from ringwall.cli.answers import answer_of_event, answer_sheet, show_answer

    ledger = open_institute(folder).ledger(writable=False)
    try:
        recorded = ledger.decision(decision)
    finally:
        ledger.close()
    answer = answer_of_event(recorded.index, recorded.leaf, recorded.event)
    print_object(answer, fmt, lambda: show_answer(answer), answer_sheet(answer))


def _who_can(
    action: Annotated[str, typer.Argument(metavar="ACTION", help="E.g. weights.read.")],
    asset: Annotated[
        str, typer.Argument(metavar="ASSET", help="E.g. weights:aurora-2.")
    ],
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """List who may act on an asset now, through which points and with what proof."""
    from ringwall.pdp.search import who_can as search

    institute = open_institute(folder)
    facts, decider = institute.facts(), institute.decider()
    _must_know("unknown-asset", asset, facts.assets())
    _must_know("unknown-action", action, decider.actions)
    ways = search(decider, facts, institute.clock.now(), action, asset)
    title = f"who can {action} on {asset} now, given the approvals shown"
    _print_ways(ways, ("subject",), fmt, title)


def _what_can(
    subject: Annotated[
        str, typer.Argument(metavar="SUBJECT", help="A person or service.")
    ],
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """List what a subject may do now, to which assets, through which points."""
    from ringwall.pdp.search import what_can as search

    institute = open_institute(folder)
    facts, decider = institute.facts(), institute.decider()
    _must_know("unknown-subject", subject, facts.subjects())
    ways = search(decider, facts, institute.clock.now(), subject)
    title = f"what {subject} can do now, given the approvals shown"
    _print_ways(ways, ("resource", "action"), fmt, title)


def _must_know(code: str, word: str, known: "Iterable[str]") -> None:
    """Refuse a word that is not on record, with the one that was perhaps meant."""
    from difflib import get_close_matches

    from ringwall.base.errors import UnknownItem

    words = list(known)
    if word in words:
        return
    close = get_close_matches(word, words, n=1)
    step = "see `ringwall policy table access` for the actions there are"
    if code != "unknown-action":
        step = "declare it with `ringwall apply`"
    raise UnknownItem(
        code,
        f"no {code.removeprefix('unknown-')} `{word[:128]}` is on record",
        next_step=f"perhaps you mean `{close[0]}`" if close else step,
    )


def _print_ways(
    ways: "tuple[Way, ...]", keys: tuple[str, ...], fmt: FormatOption, title: str
) -> None:
    """Print ways, those that differ only in the point on one line."""
    grouped: dict[tuple[str, ...], list[str]] = {}
    for way in ways:
        key = (
            *(getattr(way, name) for name in keys),
            str(way.authentication),
            str(way.quorum),
        )
        grouped.setdefault(key, []).append(way.point)
    columns = (*keys, "authn", "approvals")
    rows = [
        {**dict(zip(columns, key, strict=True)), "via": points}
        for key, points in grouped.items()
    ]
    print_rows([*columns, "via"], rows, fmt, title=title)
