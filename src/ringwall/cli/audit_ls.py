"""`audit ls`: entries by what they are about, the newest first."""

import re
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.audit_words import COLUMNS, LISTED, row_of
from ringwall.cli.exits import Misuse
from ringwall.cli.options import (
    FormatOption,
    InstituteOption,
    examples,
    open_institute,
)
from ringwall.cli.output import print_rows, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ringwall.ledger.asking.listing import Listed
    from ringwall.ledger.asking.questions import Question
    from ringwall.ledger.asking.spans import Window

__all__ = ["register"]

_COMMAND: Final = "ringwall audit ls"
_CHECKED: Final = (
    "each row matches its entry; whether any is missing, `ringwall audit verify` says"
)
_WORD: Final = re.compile(r"[!-~]{1,128}")


def register(app: typer.Typer) -> None:
    """Add the command to `audit`."""
    app.command(
        "ls",
        epilog=examples(
            "audit ls --rule acc-031 --effect deny --limit 10",
            "audit ls --subject user:ada --since 2026-11-01T00:00:00Z --format csv",
        ),
    )(_list_entries)


def _list_entries(
    since: Annotated[
        str, typer.Option(metavar="INSTANT", help="Only from this RFC 3339 instant on.")
    ] = "",
    until: Annotated[
        str, typer.Option(metavar="INSTANT", help="Only before this RFC 3339 instant.")
    ] = "",
    subject: Annotated[
        str,
        typer.Option(
            help="Only decisions of this subject, and what left with them; of an "
            "erased person the token, or how it begins."
        ),
    ] = "",
    asset: Annotated[
        str, typer.Option(help="Only decisions on this asset, and what of it left.")
    ] = "",
    action: Annotated[str, typer.Option(help="Only decisions on this action.")] = "",
    effect: Annotated[
        str, typer.Option("--effect", "--outcome", help="Only permit or only deny.")
    ] = "",
    rule: Annotated[str, typer.Option(help="Only decisions that name this rule.")] = "",
    code: Annotated[
        str, typer.Option(help="Only decisions whose first reason has this code.")
    ] = "",
    kind: Annotated[
        str, typer.Option(help="Only events of this kind, e.g. decision.made.")
    ] = "",
    limit: Annotated[
        int, typer.Option(min=1, max=1_000_000, help="At most so many.")
    ] = 50,
    after: Annotated[
        int | None,
        typer.Option(
            min=0,
            metavar="ENTRY",
            help="Only entries behind this one in the list: older ones.",
            show_default=False,
        ),
    ] = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """List entries, the newest first.

    Found by the tables, each compared with its entry before it is shown; that none is
    hidden is for `audit verify` to say.
    """
    from ringwall.ledger.asking.listing import listed_entries

    question = _question(
        (since, until),
        kind=kind,
        subject=subject,
        resource=asset,
        action=action,
        effect=effect,
        code=code,
        rule=rule,
    )
    ledger = open_institute(folder).ledger(writable=False)
    try:
        page = _Page(listed_entries(ledger.store, question, after=after), limit)
        print_rows(COLUMNS, page.rows(), fmt, sheet=LISTED)
    finally:
        ledger.close()
    say(_CHECKED)
    if page.is_cut:
        say(f"there is more: go on with `--after {page.last}`")


class _Page:
    """As many entries as are wanted; knows afterwards whether there are more."""

    def __init__(self, entries: "Iterator[Listed]", limit: int) -> None:
        self._entries = entries
        self._limit = limit
        self.last = -1
        self.is_cut = False

    def rows(self) -> "Iterator[dict[str, Any]]":
        for number, listed in enumerate(self._entries):
            if number == self._limit:
                self.is_cut = True
                return
            self.last = listed.index
            yield row_of(listed)


def _question(window: tuple[str, str], **asked: str) -> "Question":
    """Return what is asked for.

    Raises:
        Misuse: nothing could ever be found.
    """
    from ringwall.ledger.asking.questions import Question

    _check_words(asked)
    _check_ids(asked["subject"], asked["resource"])
    question = Question(_window(*window), **asked)
    if not question.can_find:
        told = f"nothing else that is asked for is said by {question.kind}"
        if question.kind.startswith("vault."):
            told += (
                "; `ringwall vault inventory` lists containers by asset, and `ringwall "
                "vault show` what became of one"
            )
        raise _misuse(told)
    return question


def _check_words(asked: "Mapping[str, str]") -> None:
    from ringwall.model.events import EVENT_KINDS

    words = {"kind": EVENT_KINDS, "effect": {"permit", "deny"}}
    for name, known in words.items():
        if asked[name] and asked[name] not in known:
            raise _misuse(f"--{name} is one of {', '.join(sorted(known))}")
    for name in ("action", "code", "rule"):
        if asked[name] and not _WORD.fullmatch(asked[name]):
            raise _misuse(f"--{name} is one word")


def _check_ids(subject: str, asset: str) -> None:
    from ringwall.ledger.asking.questions import is_token
    from ringwall.model.ids import parse_id

    try:
        if subject and not is_token(subject):
            parse_id(subject)
        if asset:
            parse_id(asset)
    except ValueError as error:
        raise _misuse(str(error)) from None


def _window(since: str, until: str) -> "Window":
    from ringwall.base.clock import parse_instant
    from ringwall.ledger.asking.spans import Window

    try:
        start, end = (parse_instant(at) if at else None for at in (since, until))
    except ValueError as error:
        raise _misuse(str(error)) from None
    if start is not None and end is not None and start >= end:
        raise _misuse("`--since` must be before `--until`")
    return Window(start, end)


def _misuse(message: str) -> Misuse:
    return Misuse(_COMMAND, message)
