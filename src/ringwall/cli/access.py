"""`why`, `who-can`, `what-can`, `which-assets`: answers given, and possible ones."""

from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer

from ringwall.cli.options import (
    Format,
    FormatOption,
    InstituteOption,
    examples,
    open_institute,
)
from ringwall.cli.output import chosen_format, print_object, print_rows, say
from ringwall.cli.terminal import print_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ringwall.pdp.facts import FactBase
    from ringwall.pdp.pipeline import DecisionPoint
    from ringwall.pdp.search import Page, Search

__all__ = ["register"]

_ActionArgument = Annotated[
    str, typer.Argument(metavar="ACTION", help="E.g. weights.read.")
]
_SubjectArgument = Annotated[
    str, typer.Argument(metavar="SUBJECT", help="A person or service.")
]
_LimitOption = Annotated[
    int,
    typer.Option(
        "--limit",
        min=0,
        metavar="N",
        help="Show the ways of N subjects or assets at most; 0 shows all.",
    ),
]
_AfterOption = Annotated[
    str,
    typer.Option(
        "--after",
        metavar="ID",
        help="Show only subjects or assets whose ids sort after this one.",
        show_default=False,
    ),
]
_DraftOption = Annotated[
    bool,
    typer.Option(
        "--draft",
        help="Go by the policies in the folder, though others are in force.",
    ),
]
_IN_FORCE: Final = "the policies in force"
_DRAFT: Final = "the policies in the folder, a draft that is not in force"


def register(app: typer.Typer) -> None:
    """Add the verbs to the application."""
    app.command("why", epilog=examples("why last", "why 80 --format json"))(_why)
    app.command(
        "who-can",
        epilog=examples(
            "who-can weights.read weights:aurora-2",
            "who-can weights.read weights:aurora-2 --limit 50 --after user:ada",
        ),
    )(_who_can)
    app.command(
        "what-can",
        epilog=examples(
            "what-can user:ada",
            "what-can user:ada --format csv --limit 50 --after weights:aurora-2",
        ),
    )(_what_can)
    app.command(
        "which-assets",
        epilog=examples(
            "which-assets user:ada weights.read",
            "which-assets user:ada weights.read --limit 50 --after weights:aurora-2",
        ),
    )(_which_assets)


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
    action: _ActionArgument,
    asset: Annotated[
        str, typer.Argument(metavar="ASSET", help="E.g. weights:aurora-2.")
    ],
    limit: _LimitOption = 0,
    after: _AfterOption = "",
    draft: _DraftOption = False,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """List who may act on an asset now, through which points and with what proof."""
    asked = _opened(folder, draft=draft)
    _must_know("unknown-asset", asset, asked.facts.assets())
    _must_know("unknown-action", action, asked.decider.actions)
    page = asked.search.who_can(action, asset, after=after, limit=limit)
    title = f"who can {action} on {asset} now, given the approvals shown"
    _print_page(page, ("subject",), fmt, (title, asked.by))


def _what_can(
    subject: _SubjectArgument,
    limit: _LimitOption = 0,
    after: _AfterOption = "",
    draft: _DraftOption = False,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """List what a subject may do now, to which assets, through which points."""
    asked = _opened(folder, draft=draft)
    _must_know("unknown-subject", subject, asked.facts.subjects())
    page = asked.search.what_can(subject, after=after, limit=limit)
    title = f"what {subject} can do now, given the approvals shown"
    _print_page(page, ("resource", "action"), fmt, (title, asked.by))


def _which_assets(
    subject: _SubjectArgument,
    action: _ActionArgument,
    limit: _LimitOption = 0,
    after: _AfterOption = "",
    draft: _DraftOption = False,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """List the assets on which a subject may do one thing now."""
    asked = _opened(folder, draft=draft)
    _must_know("unknown-subject", subject, asked.facts.subjects())
    _must_know("unknown-action", action, asked.decider.actions)
    page = asked.search.which_assets(subject, action, after=after, limit=limit)
    title = f"on which assets {subject} can {action} now, given the approvals shown"
    _print_page(page, ("resource",), fmt, (title, asked.by))


class _Asked(NamedTuple):
    """What a search goes through.

    Attributes:
        facts: the registry.
        decider: the policies.
        search: of both.
        by: which policies these are.
    """

    facts: "FactBase"
    decider: "DecisionPoint"
    search: "Search"
    by: str


def _opened(folder: InstituteOption, *, draft: bool) -> _Asked:
    """Return the registry, the policies and a search of both as they are now.

    Raises:
        PolicyError: `policy-not-activated`, others are in force and no draft is meant.
    """
    from contextlib import closing

    from ringwall.base.errors import PolicyError
    from ringwall.pdp.search import Search
    from ringwall.registry.on_record import read_on_record

    institute = open_institute(folder)
    judge, now = institute.judge(), institute.clock.now()
    with closing(institute.ledger(writable=False)) as ledger:
        known = read_on_record(ledger, now)
    facts = known.facts.with_benchmark(judge.catalogue.benchmark)
    search = Search(judge.decider, facts, now)
    try:
        judge.check_in_force(known.policy)
    except PolicyError:
        if not draft:
            raise
        return _Asked(facts, judge.decider, search, _DRAFT)
    return _Asked(facts, judge.decider, search, _IN_FORCE)


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


def _print_page(
    page: "Page", keys: "Sequence[str]", fmt: FormatOption, told: tuple[str, str]
) -> None:
    """Print ways, those that differ only in the point on one line.

    Args:
        page: the ways.
        keys: what tells them apart beside proof and approvals.
        fmt: the format.
        told: what was asked, and of which policies.
    """
    title, by = told
    grouped: dict[tuple[str, ...], list[str]] = {}
    for way in page.ways:
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
    if chosen_format(fmt) is Format.TABLE:
        print_text(title, style="bold")
        title = f"by {by}"
    print_rows([*columns, "via"], rows, fmt, title=title)
    if by == _DRAFT:
        say(f"answered by {by}")
    if page.next:
        say(f"there is more: go on with `--after {page.next}`")
