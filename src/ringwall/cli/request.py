"""`request`: ask for a grant, and see what has become of it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ringwall.cli import request_answers, request_list
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
from ringwall.cli.output import Sheet, print_object, say
from ringwall.cli.request_desk import grants_desk
from ringwall.cli.request_words import demand_values, print_told, say_next
from ringwall.cli.signing import (
    KeyOption,
    PassphraseOption,
    Pen,
    SignatureOption,
    ToSignOption,
    write_to_sign,
)
from ringwall.cli.terminal import paint, print_field

if TYPE_CHECKING:
    from ringwall.grants.desk import Draft, GrantsDesk, Wish
    from ringwall.institute import Institute

__all__ = ["app"]

_NEW = "ringwall request new"
_BREAK = "ringwall request break-glass"
_SECOND = 1_000_000
_HOUR = 3600 * _SECOND
_WAYS = "--key or --to-sign"

_SubjectOption = Annotated[str, typer.Option(help="Who asks, e.g. user:dennis.")]
_ActionOption = Annotated[str, typer.Option(help="To do what, e.g. weights.export.")]
_AssetOption = Annotated[str, typer.Option(help="To what, e.g. weights:aurora-2.")]

app = typer.Typer(
    help="Ask for what others have to approve; approve, refuse and take back.",
    no_args_is_help=True,
)


@app.command(
    "new",
    epilog=examples(
        "request new --subject user:dennis --action weights.export \\\n"
        "      --asset weights:aurora-2 --hours 24 --key ~/.ssh/id_ed25519 \\\n"
        '      --purpose "copy for the second site"',
    ),
)
def _new(
    subject: _SubjectOption,
    action: _ActionOption,
    asset: _AssetOption,
    purpose: Annotated[
        str, typer.Option(help="Why, in 10 to 500 characters; recorded.")
    ],
    uses: Annotated[
        int, typer.Option(min=0, help="How often it may be used; 0: not counted.")
    ] = 1,
    hours: Annotated[
        int | None,
        typer.Option(
            min=1, help="How long it lasts; 24 unless --until.", show_default=False
        ),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            "--from",
            envvar="RINGWALL_REQUEST_NEW_FROM",
            metavar="INSTANT",
            help="When it starts; now if left out.",
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="INSTANT", help="When it ends, instead of --hours."),
    ] = None,
    binds: Annotated[
        str,
        typer.Option(
            metavar="DIGEST",
            help="What it is bound to: for policy.change the digest of the policies, "
            "in the vault what `--print-binds` says.",
        ),
    ] = "",
    key: KeyOption = None,
    passphrase_file: PassphraseOption = None,
    to_sign: ToSignOption = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Ask for a grant: sign the request and put it on record, or write it to be signed.

    It says who wants to do what, to which asset, why, from when until when and how
    often, and holds for nothing else. What it takes is said in `policies/quorum/`.
    """
    from ringwall.grants.desk import Wish

    if hours is not None and until is not None:
        raise Misuse(_NEW, "give --hours or --until, not both")
    pen = Pen(_NEW, key=key, passphrase=passphrase_file, to_sign=to_sign, ways=_WAYS)
    institute = open_institute(folder)
    begins = instant_of(start, institute, _NEW) // _SECOND * _SECOND
    ends = begins + (hours or 24) * _HOUR
    if until is not None:
        ends = instant_of(until, institute, _NEW)
    wish = Wish(
        subject, action, asset, purpose, ends, uses=uses, start=begins, binds=binds
    )
    _open(institute, wish, pen, fmt)


@app.command(
    "break-glass",
    epilog=examples(
        "request break-glass --subject user:dennis --action weights.delete \\\n"
        "      --asset weights:aurora-1 --key ~/.ssh/id_ed25519 \\\n"
        '      --purpose "the machines are being carried off"',
    ),
)
def _break_glass(
    subject: _SubjectOption,
    action: _ActionOption,
    asset: _AssetOption,
    purpose: Annotated[
        str, typer.Option(help="What happened, in 10 to 500 characters; recorded.")
    ],
    minutes: Annotated[
        int, typer.Option(min=1, max=60, help="How long it lasts.")
    ] = 60,
    key: KeyOption = None,
    passphrase_file: PassphraseOption = None,
    to_sign: ToSignOption = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Do without approvals, once, in an emergency, where the rows foresee it.

    Its use raises an alarm and opens a review, which somebody else has to close before
    the same person breaks the glass again, or anybody for the same asset.
    """
    from ringwall.grants.desk import Wish

    pen = Pen(_BREAK, key=key, passphrase=passphrase_file, to_sign=to_sign, ways=_WAYS)
    institute = open_institute(folder)
    now = institute.clock.now() // _SECOND * _SECOND
    ends = now + minutes * 60 * _SECOND
    wish = Wish(subject, action, asset, purpose, ends, manner="break-glass", start=now)
    _open(institute, wish, pen, fmt)


@app.command(
    "file", epilog=examples("request file wish.json --signature wish.json.sig")
)
def _file(
    statement: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="What `--to-sign` has written."),
    ],
    signature: SignatureOption = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Put a request on record that was written with --to-sign and signed since."""
    from ringwall.grants.said import MAX_SAID_BYTES, load_said

    pen = Pen(
        "ringwall request file", key=None, signature=signature, ways="--signature"
    )
    data = read_input(statement, MAX_SAID_BYTES)
    said = load_said("request.opened", data)
    with grants_desk(open_institute(folder)) as desk:
        _record(desk, said, pen.sign(data), fmt)


def _open(institute: "Institute", wish: "Wish", pen: Pen, fmt: Format | None) -> None:
    """Write a request down to be signed, or sign it and put it on record."""
    with grants_desk(institute, writable=pen.to_sign is None) as desk:
        draft = desk.draft(wish)
        if pen.to_sign is None:
            _record(desk, draft.said, pen.sign(draft.statement), fmt)
            return
    from shlex import quote

    name = quote(str(pen.to_sign))
    _print_draft(draft, pen.to_sign, fmt)
    then = f"request file {name} --signature {quote(f'{pen.to_sign}.sig')}"
    write_to_sign(pen.to_sign, draft.statement, then)


def _record(
    desk: "GrantsDesk", said: dict[str, Any], signature: str, fmt: Format | None
) -> None:
    told, receipt = desk.file(said, signature)
    print_told(told, fmt, entry=receipt.index)
    if told.request.manner == "break-glass":
        say(paint("GLASS BROKEN: everybody will hear of it when it is used", "red"))
        say("a review opens then, which somebody else has to close")
    say_next(told)


def _print_draft(draft: "Draft", path: Path, fmt: Format | None) -> None:
    from ringwall.grants.ways import demands_of
    from ringwall.matters.statements import request_id

    demands = demand_values(demands_of(draft.ways))
    value = {
        "id": request_id(draft.said),
        "file": str(path),
        **draft.said,
        "demands": demands,
    }

    def table() -> None:
        print_field("request", f"{value['id']}, to be signed by {value['subject']}")
        for number, demand in enumerate(demands):
            print_field("or" if number else "asks for", demand["told"])

    columns = ("id", "file", *draft.said)
    print_object(value, fmt, table, Sheet(columns, [value]))


request_list.register(app)
request_answers.register(app)
