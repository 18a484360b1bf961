"""`request approve`, `deny` and `revoke`: what others say to a request, signed."""

from pathlib import Path
from shlex import quote
from typing import Annotated, Any

import typer

from ringwall.cli.exits import Misuse
from ringwall.cli.files import read_input
from ringwall.cli.options import (
    FormatOption,
    InstituteOption,
    examples,
    open_institute,
)
from ringwall.cli.output import Sheet, print_object
from ringwall.cli.request_desk import grants_desk
from ringwall.cli.request_words import print_told, say_next
from ringwall.cli.signing import (
    KeyOption,
    PassphraseOption,
    Pen,
    SignatureOption,
    ToSignOption,
    as_option,
    write_to_sign,
)
from ringwall.cli.terminal import print_text

__all__ = ["register"]

_APPROVE = "ringwall request approve"
_IdArgument = Annotated[
    str, typer.Argument(metavar="ID", help="Of the request, e.g. req-mfzwizl...")
]
_ReasonOption = Annotated[
    str, typer.Option(help="Why, in 10 to 500 characters; signed and recorded.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to the group `request`."""
    app.command(
        "approve",
        epilog=examples(
            "request approve req-mfzwizltmrqw2zlt --as user:grace --seat custodian \\\n"
            "      --key ~/.ssh/id_ed25519",
            "request approve req-mfzwizltmrqw2zlt --as user:grace --seat custodian \\\n"
            "      --statement approval.json --signature approval.json.sig",
        ),
    )(_approve)
    app.command(
        "deny",
        epilog=examples(
            "request deny req-mfzwizltmrqw2zlt --as user:grace \\\n"
            '      --reason "there are copies enough" --key ~/.ssh/id_ed25519',
        ),
    )(_deny)
    app.command(
        "revoke",
        epilog=examples(
            "request revoke req-mfzwizltmrqw2zlt --as user:radia \\\n"
            '      --reason "the site was searched" --key ~/.ssh/id_ed25519',
        ),
    )(_revoke)


def _approve(
    name: _IdArgument,
    approver: Annotated[str, as_option("RINGWALL_REQUEST_APPROVE_AS")],
    seat: Annotated[
        str, typer.Option(metavar="ROLE", help="In which role, e.g. custodian.")
    ],
    key: KeyOption = None,
    passphrase_file: PassphraseOption = None,
    signature: SignatureOption = None,
    statement: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="With --signature: what `request show --to-sign` has written.",
            show_default=False,
        ),
    ] = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Approve a request in one seat. Each person fills one, and signs for it.

    What is signed names the request whole and the documents of asker, asset and
    approver as they are now: once one of these changes, the approval is void.
    """
    pen = Pen(
        _APPROVE,
        key=key,
        passphrase=passphrase_file,
        signature=signature,
        ways="--key or --signature",
    )
    if statement is not None and signature is None:
        raise Misuse(_APPROVE, "--statement goes with --signature")
    with grants_desk(open_institute(folder)) as desk:
        said = desk.approval_of(name, approver, seat)
        if statement is not None:
            said = _stated(statement, said)
        told, receipt = desk.approve(said, pen.sign(_bytes("request.approved", said)))
        print_told(told, fmt, entry=receipt.index)
        say_next(told)


def _deny(
    name: _IdArgument,
    by: Annotated[str, as_option("RINGWALL_REQUEST_DENY_AS")],
    reason: _ReasonOption,
    key: KeyOption = None,
    passphrase_file: PassphraseOption = None,
    signature: SignatureOption = None,
    to_sign: ToSignOption = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Refuse a request, for good; whoever could approve it can.

    Exit code 0 says that the refusal is on record.
    """
    pen = Pen(
        "ringwall request deny",
        key=key,
        passphrase=passphrase_file,
        signature=signature,
        to_sign=to_sign,
    )
    with grants_desk(open_institute(folder), writable=pen.to_sign is None) as desk:
        said = desk.objection_of("request.refused", name, by, reason)
        if pen.to_sign is not None:
            _write(pen.to_sign, "deny", "request.refused", said)
            return
        told, receipt = desk.refuse(said, pen.sign(_bytes("request.refused", said)))
        print_told(told, fmt, entry=receipt.index)


def _revoke(
    name: _IdArgument,
    by: Annotated[str, as_option("RINGWALL_REQUEST_REVOKE_AS")],
    reason: _ReasonOption,
    key: KeyOption = None,
    passphrase_file: PassphraseOption = None,
    signature: SignatureOption = None,
    to_sign: ToSignOption = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Take a grant back at once, for good.

    Who asked for it can, whoever approved it, and the security officers.
    """
    pen = Pen(
        "ringwall request revoke",
        key=key,
        passphrase=passphrase_file,
        signature=signature,
        to_sign=to_sign,
    )
    with grants_desk(open_institute(folder), writable=pen.to_sign is None) as desk:
        said = desk.objection_of("grant.revoked", name, by, reason)
        if pen.to_sign is not None:
            _write(pen.to_sign, "revoke", "grant.revoked", said)
            return
        _, receipt = desk.revoke(said, pen.sign(_bytes("grant.revoked", said)))
    value = {"id": said["request"], "state": "revoked", "recorded": receipt.index}
    words = f"{value['id']} is taken back, entry {receipt.index}"
    print_object(value, fmt, lambda: print_text(words), Sheet(tuple(value), [value]))


def _stated(path: Path, built: dict[str, Any]) -> dict[str, Any]:
    """Return what was signed; it has to be about what the command line names.

    Raises:
        RequestError: `request-malformed`; or `statement-differs`.
    """
    from ringwall.base.errors import RequestError
    from ringwall.grants.said import MAX_SAID_BYTES, load_said

    said = load_said("request.approved", read_input(path, MAX_SAID_BYTES))
    for part in ("request", "approver", "seat"):
        if said[part] != built[part]:
            raise RequestError(
                "statement-differs",
                f"`{path}` says {part} `{said[part]}`, not `{built[part]}`",
                next_step="name what it says, or write it anew",
            )
    return said


def _bytes(kind: str, said: dict[str, Any]) -> bytes:
    from ringwall.matters.statements import statement_of

    return statement_of(kind, said)


def _write(path: Path, verb: str, kind: str, said: dict[str, Any]) -> None:
    then = (
        f"request {verb} {said['request']} --as {said['by']} --reason "
        f"{quote(said['reason'])} --signature {quote(f'{path}.sig')}"
    )
    write_to_sign(path, _bytes(kind, said), then)
