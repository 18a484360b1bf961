"""`audit consistency`: that the record only grew, made or checked."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.audit_words import root_text
from ringwall.cli.exits import Misuse
from ringwall.cli.files import Output, read_input
from ringwall.cli.options import (
    FormatOption,
    InstituteOption,
    OriginOption,
    examples,
    key_of,
    open_institute,
)
from ringwall.cli.output import Sheet, print_object, say
from ringwall.cli.terminal import counted, print_field

if TYPE_CHECKING:
    from ringwall.institute import Institute
    from ringwall.record.proving import Growth

__all__ = ["register"]

_MOST_DIGITS: Final = 16


def register(app: typer.Typer) -> None:
    """Add the command to `audit`."""
    app.command(
        "consistency",
        epilog=examples(
            "audit consistency kept.checkpoint 812 -o grown.proof",
            "audit consistency kept.checkpoint new.checkpoint --proof grown.proof "
            "\\\n    --vkey 'hub.example/log+1a2b3c4d+AY...'",
        ),
    )(_consistency)


def _consistency(
    old: Annotated[
        str,
        typer.Argument(
            metavar="OLD", help="A number of entries, or a file: a signed checkpoint."
        ),
    ],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Likewise, not smaller.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Write the proof: what C2SP tlog-witness sends.",
            show_default=False,
        ),
    ] = None,
    proof: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Check this proof, without any institute; needs --vkey.",
            show_default=False,
        ),
    ] = None,
    vkey: Annotated[
        list[str] | None,
        typer.Option(
            metavar="VKEY",
            help="The log's public key, from a source that you trust. After a change "
            "of keys give each, the oldest first.",
            show_default=False,
        ),
    ] = None,
    origin: OriginOption = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write over a file that is there.")
    ] = False,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Show that the record only grew between two points and changed nothing.

    Makes the proof and checks it and both checkpoints; with --proof and --vkey it
    checks one that was made before, without any institute. Exit code 6 if the record
    does not begin with the older checkpoint.
    """
    if (proof is None) != (not vkey) or (proof is not None and output is not None):
        raise _misuse("--proof goes with --vkey, and without --output")
    if proof is not None:
        growth = _checked_growth(proof, (old, new), vkey or [], origin)
    else:
        growth = _grown(open_institute(folder), old, new)
        if output is not None:
            Output(output, force=force).write(growth.file())
    _tell(growth, output, fmt)


def _tell(growth: "Growth", output: Path | None, fmt: FormatOption) -> None:
    value: dict[str, Any] = {
        "old": growth.old.size,
        "old_root": root_text(growth.old.root),
        "new": growth.new.size,
        "new_root": root_text(growth.new.root),
        "hashes": len(growth.hashes),
        "signed": bool(growth.note),
    }
    if output is not None:
        value["file"] = str(output)

    def table() -> None:
        print_field("GREW", "the record of NEW begins with that of OLD", style="green")
        for name in ("old", "new"):
            root = value[f"{name}_root"]
            print_field(name, f"{counted(value[name], 'entry')}, root {root}")
        hashes = len(growth.hashes)
        print_field("proof", f"{hashes} {'hash' if hashes == 1 else 'hashes'}")
        signed = "NEW is a signed checkpoint" if growth.note else "NEW is not: ask for"
        more = "" if growth.note else " the size of a checkpoint to have it signed"
        print_field("signed", signed + more)
        if output is not None:
            print_field("file", str(output))

    print_object(value, fmt, table, Sheet(list(value), [value]))
    if output is not None:
        say(
            f"next: whoever has kept OLD checks it with `ringwall audit consistency "
            f"OLD {growth.new.size} --proof {output} --vkey VKEY`"
        )


def _grown(institute: "Institute", old: str, new: str) -> "Growth":
    from ringwall.record.proving import prove_growth

    ledger = institute.ledger(writable=False)
    try:
        return prove_growth(ledger, _point(old), _point(new))
    finally:
        ledger.close()


def _checked_growth(
    proof: Path, between: tuple[str, str], vkeys: list[str], origin: str | None
) -> "Growth":
    from ringwall.record.proof_checking import check_growth
    from ringwall.tlog.witness_request import MAX_REQUEST_BYTES

    keys = [key_of(text) for text in vkeys]
    old, new = map(_point, between)
    if isinstance(old, int):
        if old:
            raise _misuse(
                "without the institute a number of entries has no root: give the "
                "checkpoint as a file for OLD",
            )
        old = b""
    data = read_input(proof, MAX_REQUEST_BYTES)
    return check_growth(data, old, new, keys, origin or keys[0].name)


def _point(given: str) -> int | bytes:
    from ringwall.signing.notes import MAX_NOTE_BYTES

    if given.isascii() and given.isdigit() and len(given) < _MOST_DIGITS:
        return int(given)
    return read_input(Path(given), MAX_NOTE_BYTES)


def _misuse(message: str) -> Misuse:
    return Misuse("ringwall audit consistency", message)
