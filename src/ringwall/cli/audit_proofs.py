"""`audit prove` and `audit check-proof`: one entry, for outsiders to check."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from ringwall.cli.audit_words import instant_text, root_text, told_words
from ringwall.cli.exits import Misuse
from ringwall.cli.files import Output, read_input
from ringwall.cli.options import (
    Format,
    FormatOption,
    InstituteOption,
    OriginOption,
    examples,
    key_of,
    open_institute,
)
from ringwall.cli.output import Sheet, json_text, print_object, say
from ringwall.cli.terminal import print_field, print_text

if TYPE_CHECKING:
    from ringwall.institute import Institute
    from ringwall.ledger.ledger import Ledger
    from ringwall.record.proof_checking import Shown
    from ringwall.record.proving import Proven
    from ringwall.tlog.trust_policy import TrustPolicy

__all__ = ["register"]

_MOST_DIGITS: Final = 16
_UNPUBLISHED: Final = frozenset({"entry-not-covered", "checkpoint-unknown"})
_ForceOption = Annotated[
    bool, typer.Option("--force", help="Write over a file that is there.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to `audit`."""
    app.command(
        "prove",
        epilog=examples(
            "audit prove last -o decision.tlog-proof",
            "audit prove 7 -o 7.tlog-proof --leaf /srv/www/log/tile/entries/000",
        ),
    )(_prove)
    app.command(
        "check-proof",
        epilog=examples(
            "audit check-proof 812.tlog-proof --vkey 'hub.example/log+1a2b3c4d+AY...'",
            "audit check-proof 812.tlog-proof --vkey 'hub.example/log+1a2b3c4d+AY...' "
            "\\\n    --witness-policy witnesses.txt --disclosures 812.disclosures.json",
        ),
    )(_check_proof)


def _prove(
    entry: Annotated[
        str,
        typer.Argument(
            metavar="ENTRY",
            help="Number of an entry, id of a decision, or `last` for the last one.",
        ),
    ],
    output: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="FILE", help="The proof to write."),
    ],
    size: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Prove it under the published checkpoint of so many entries; default: "
            "the newest.",
            show_default=False,
        ),
    ] = None,
    disclose: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Also write in plain words whom and what the entry names, with what "
            "proves it. Only then does anything personal leave the record: give the "
            "file to nobody who may not know it.",
            show_default=False,
        ),
    ] = None,
    leaf: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The bytes of an entry that has been pruned, or the bundle of an "
            "export that it is in.",
            show_default=False,
        ),
    ] = None,
    force: _ForceOption = False,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Write a proof that an entry is on record, for anyone to check.

    One file with the entry, its place in the log and the signed checkpoint, in the
    format tlog-proof of C2SP. It names people by tokens only.
    """
    from ringwall.record.disclosure_file import format_disclosures
    from ringwall.tlog.bundles import MAX_BUNDLE_BYTES
    from ringwall.tlog.proof_file import format_proof_file

    if output == disclose:
        raise _misuse("prove", "the proof and the disclosures are two files")
    outputs = [Output(output, force=force)]
    if disclose is not None:
        outputs.append(Output(disclose, 0o600, force))
    for one in outputs:
        one.check()
    kept = _given(leaf, MAX_BUNDLE_BYTES)
    proven = _proven(open_institute(folder), _Asked(entry, size, kept))
    written = format_proof_file(proven.proof), format_disclosures(proven.disclosures)
    for one, data in zip(outputs, written, strict=False):
        one.write(data)
    value = {
        "entry": proven.proof.index,
        "size": proven.checkpoint.size,
        "root": root_text(proven.checkpoint.root),
        "file": str(output),
        "disclosures": None if disclose is None else str(disclose),
        "disclosed": 0 if disclose is None else len(proven.disclosures),
    }
    _print_done({name: said for name, said in value.items() if said is not None}, fmt)
    say(
        f"next: whoever gets it runs `ringwall audit check-proof {output} --vkey "
        "VKEY` or `tools/verify_proof.py`; the vkey has to come from whom they trust"
    )


def _check_proof(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The proof.")],
    vkey: Annotated[
        str,
        typer.Option(
            metavar="VKEY",
            help="The log's public key, from a source that you trust: the one in force "
            "when the checkpoint in the proof was made.",
        ),
    ],
    leaf: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The entry's bytes, in place of those that the proof brings along.",
            show_default=False,
        ),
    ] = None,
    disclosures: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="What `audit prove --disclose` wrote.",
            show_default=False,
        ),
    ] = None,
    witness_policy: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Witnesses that have to have cosigned, in the format tlog-policy of "
            "C2SP.",
            show_default=False,
        ),
    ] = None,
    origin: OriginOption = None,
    fmt: FormatOption = None,
) -> None:
    """Check a proof, without any institute.

    Exit code 6 if it does not show that the entry is on record; nothing of it is
    printed then.
    """
    from ringwall.record.disclosure_file import MAX_DISCLOSURE_BYTES
    from ringwall.record.proof_checking import ProofCheck, check_proof
    from ringwall.tlog.bundles import MAX_BUNDLED_BYTES
    from ringwall.tlog.proof_file import MAX_PROOF_BYTES

    verifier = key_of(vkey)
    check = ProofCheck(
        verifier,
        origin or verifier.name,
        _given(leaf, MAX_BUNDLED_BYTES),
        _given(disclosures, MAX_DISCLOSURE_BYTES),
        _policy(witness_policy),
    )
    shown = check_proof(read_input(file, MAX_PROOF_BYTES), check)
    _print_shown(shown, fmt)


class _Asked(NamedTuple):
    """Which entry is to be proven, under which checkpoint, with which bytes."""

    entry: str
    size: int | None
    kept: bytes | None


def _proven(institute: "Institute", asked: _Asked) -> "Proven":
    from ringwall.base.errors import (
        ConfigurationError,
        RecordUnavailable,
        UnknownItem,
    )

    try:
        return _proven_now(institute, asked)
    except UnknownItem as error:
        if asked.size is not None or error.code not in _UNPUBLISHED:
            raise
        try:
            # Whoever can write need not wait for the next checkpoint.
            institute.checkpoint(now=True)
        except (ConfigurationError, RecordUnavailable):
            raise error from None
    return _proven_now(institute, asked)


def _proven_now(institute: "Institute", asked: _Asked) -> "Proven":
    from ringwall.record.proving import prove_entry

    ledger = institute.ledger(writable=False)
    try:
        index = _index(ledger, asked.entry)
        return prove_entry(ledger, index, asked.size, asked.kept)
    finally:
        ledger.close()


def _index(ledger: "Ledger", entry: str) -> int:
    is_index = entry.isascii() and entry.isdigit() and len(entry) < _MOST_DIGITS
    return int(entry) if is_index else ledger.decision(entry).index


def _policy(path: Path | None) -> "TrustPolicy | None":
    from ringwall.tlog.trust_policy_file import (
        MAX_TRUST_POLICY_BYTES,
        parse_trust_policy,
    )

    data = _given(path, MAX_TRUST_POLICY_BYTES)
    return None if data is None else parse_trust_policy(data)


def _given(path: Path | None, limit: int) -> bytes | None:
    return None if path is None else read_input(path, limit)


def _print_shown(shown: "Shown", fmt: Format | None) -> None:
    head = shown.checkpoint
    cosigners = [
        {"name": one.name, "at": instant_text(one.at)} for one in shown.cosignatures
    ]
    value: dict[str, Any] = {
        "shown": True,
        "entry": shown.index,
        "size": head.size,
        "root": root_text(head.root),
        "log": head.origin,
        "signer": shown.signer,
        "cosigners": cosigners,
        "disclosed": list(shown.disclosed),
        "event": shown.event,
    }
    if shown.event is None:
        value["text"] = shown.entry.decode("utf-8", "backslashreplace")

    def table() -> None:
        print_field("SHOWN", "the entry is in the log", style="green")
        for name in ("log", "entry", "size", "root", "signer"):
            print_field(name, str(value[name]))
        for one in cosigners:
            print_field("cosigner", f"{one['name']} at {one['at']}")
        for token, told in shown.disclosed.items():
            print_field("told", told_words(token, told))
        print_text()
        if shown.event is None:
            print_text(value["text"])
        else:
            typer.echo(json_text(shown.event, indent=2))

    row = {**value, "cosigners": [one["name"] for one in cosigners]}
    print_object(value, fmt, table, Sheet(list(row), [row]))


def _print_done(value: dict[str, Any], fmt: Format | None) -> None:
    def table() -> None:
        for name, said in value.items():
            print_field(name, str(said))

    print_object(value, fmt, table, Sheet(list(value), [value]))


def _misuse(command: str, message: str) -> Misuse:
    return Misuse(f"ringwall audit {command}", message)
