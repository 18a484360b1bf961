"""`session`: the statement that opens a session once its subject has signed it."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ringwall.cli.exits import Misuse
from ringwall.cli.options import InstituteOption, ViaOption, examples, open_institute
from ringwall.cli.signing import write_to_sign

if TYPE_CHECKING:
    from collections.abc import Collection

    from ringwall.institute import Institute
    from ringwall.pdp.opening import Opening

__all__ = ["app"]

_COMMAND = "ringwall session new"
_HOUR = 3600 * 1_000_000
_LONGEST = 12

app = typer.Typer(
    help="Sessions that are opened with an SSH key.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _sessions() -> None:
    """Sessions that are opened with an SSH key."""


@app.command(
    "new",
    epilog=examples(
        "session new session.json --subject user:ada --via point:trainer",
        "session new once.json --subject user:ada --via point:trainer \\\n"
        "      --action weights.read --asset weights:aurora-2",
    ),
)
def _new(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="New file for what is to be signed.")
    ],
    subject: Annotated[str, typer.Option(help="Who signs, e.g. user:ada.")] = "",
    via: ViaOption = "",
    action: Annotated[
        str, typer.Option(help="Only for this action; goes with --asset.")
    ] = "",
    asset: Annotated[
        str, typer.Option(help="Only for this asset; goes with --action.")
    ] = "",
    hours: Annotated[
        int, typer.Option(min=1, max=_LONGEST, help="How long it lasts.")
    ] = 1,
    folder: InstituteOption = None,
) -> None:
    """Write the statement that opens a session once its subject has signed it.

    It opens one session, at one enforcement point: of a program as many questions as
    it likes, of `ringwall check` one. While it is a minute old, and if the key is in
    hardware, it counts as `hardware-fresh`.
    """
    from ringwall.cli.identity import new_statement

    institute = open_institute(folder)
    point = via or institute.settings.point or ""
    missing = [n for n, word in (("subject", subject), ("via", point)) if not word]
    if missing:
        raise Misuse(_COMMAND, f"missing {', '.join(f'--{name}' for name in missing)}")
    if bool(action) != bool(asset):
        raise Misuse(_COMMAND, "--action and --asset go together")
    opening = _opening(institute, subject, point)
    if action:
        _check_question(subject, point, action, asset)
    only = f"{action} {asset}".strip()
    statement = new_statement(opening, subject, opening.now + hours * _HOUR, only)
    words = ["--subject", subject, "--via", point]
    if action:
        words += ["--action", action, "--asset", asset]
    then = f"check --session {shlex.quote(str(file))} {shlex.join(words)}"
    write_to_sign(file, statement, then if action else f"{then} ...")


def _opening(institute: "Institute", subject: str, point: str) -> "Opening":
    """Return where and when the session is opened.

    Raises:
        UnknownItem: `unknown-subject` or `unknown-point`, it is not on record.
    """
    from ringwall.model.ids import SUBJECT_PREFIXES
    from ringwall.pdp.opening import Opening

    ledger = institute.ledger(writable=False)
    try:
        known = ledger.registry_since(-1).documents
        origin = ledger.origin
    finally:
        ledger.close()
    _must_be_known("unknown-subject", subject, known, SUBJECT_PREFIXES)
    _must_be_known("unknown-point", point, known, {"point"})
    return Opening(origin, point, institute.clock.now())


def _must_be_known(
    code: str, word: str, known: "Collection[str]", prefixes: "Collection[str]"
) -> None:
    from ringwall.base.errors import UnknownItem

    if word in known and word.partition(":")[0] in prefixes:
        return
    raise UnknownItem(
        code,
        f"no {code.removeprefix('unknown-')} `{word[:128]}` is on record",
        next_step="declare it with `ringwall apply`",
    )


def _check_question(subject: str, point: str, action: str, asset: str) -> None:
    """Refuse words of which no question can be made."""
    from ringwall.gate.request_reader import request_from_words

    request_from_words(subject=subject, action=action, resource=asset, point=point)
