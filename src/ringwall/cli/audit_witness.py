"""`audit witness` and `audit cosign`: those who watch the record from outside."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ringwall.cli.audit_words import instant_text, root_text
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
from ringwall.cli.output import Sheet, print_object, say
from ringwall.cli.terminal import counted, print_field, print_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringwall.ledger.asking.witnessing import Sight, Witnessing
    from ringwall.record.witnesses import WitnessDesk

__all__ = ["register"]

_LONGEST_KEY = 1024
_SECOND = 1_000_000
_COLUMNS = ("witness", "size", "at", "vkey")
_NameArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="What the log calls the witness.")
]
_OutOption = Annotated[
    Path, typer.Option("-o", "--output", metavar="FILE", help="A new file.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to `audit`."""
    witness = typer.Typer(
        help="Keep the witnesses of the record.", no_args_is_help=True
    )
    witness.command(
        "add", epilog=examples("audit witness add city 'city.example+1a2b3c4d+BA...'")
    )(_add)
    witness.command("remove", epilog=examples("audit witness remove city"))(_remove)
    witness.command("ls", epilog=examples("audit witness ls"))(_list)
    witness.command(
        "quorum",
        epilog=examples(
            "audit witness quorum 2 --within 3600",
            "audit witness quorum 2 --within 86400 --mandatory",
        ),
    )(_quorum)
    witness.command(
        "request", epilog=examples("audit witness request city -o city.request")
    )(_request)
    witness.command(
        "take", epilog=examples("audit witness take city.cosigned --size 812")
    )(_take)
    witness.command(
        "new-key", epilog=examples("audit witness new-key city.example -o city.key")
    )(_new_key)
    app.add_typer(witness, name="witness")
    app.command(
        "cosign",
        epilog=examples(
            "audit cosign city.request --key city.key --memory hub.memory "
            "\\\n    --vkey 'hub.example/log+1a2b3c4d+AY...' -o city.cosigned"
        ),
    )(_cosign)


def _add(
    name: _NameArgument,
    vkey: Annotated[
        str, typer.Argument(metavar="VKEY", help="Its public key, as it prints it.")
    ],
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Ask a witness to cosign the record's checkpoints from now on."""
    with _desk(folder, writable=True) as desk:
        entry = desk.add(name, vkey)
    _print_done({"entry": entry, "witness": name, "vkey": vkey}, fmt)
    say("next: `audit witness quorum N`, then `audit witness request` for each")


def _remove(
    name: _NameArgument,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Ask a witness no longer. What it has cosigned stays."""
    with _desk(folder, writable=True) as desk:
        entry = desk.remove(name)
    _print_done({"entry": entry, "witness": name}, fmt)


def _quorum(
    need: Annotated[int, typer.Argument(metavar="NEED", help="How many it takes.")],
    within: Annotated[
        int,
        typer.Option(
            metavar="SECONDS", help="After so long without there is an alarm."
        ),
    ] = 3600,
    mandatory: Annotated[
        bool, typer.Option("--mandatory", help="Then nothing is permitted any more.")
    ] = False,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Say how many witnesses the record takes, and how soon."""
    with _desk(folder, writable=True) as desk:
        entry = desk.lay_down(need, within, mandatory=mandatory)
    said = {"need": need, "within": within, "mandatory": mandatory}
    _print_done({"entry": entry, **said}, fmt)
    if need:
        say("next: `ringwall audit witness request NAME -o FILE` for each of them")


def _list(folder: InstituteOption = None, fmt: FormatOption = None) -> None:
    """List the witnesses, what each saw last, and whether they are overdue."""
    from ringwall.signing.keys import format_vkey

    institute = open_institute(folder)
    with _desk(folder, writable=False) as desk:
        known = desk.read()
    rows = []
    for name, key in known.witnesses.items():
        seen = known.seen.get(name)
        rows.append(
            {
                "witness": name,
                "size": seen.size if seen else None,
                "at": instant_text(seen.at) if seen else None,
                "vkey": format_vkey(key),
            }
        )
    now = institute.clock.now()
    deadline = known.deadline
    late = 0 if deadline is None else max(0, now - deadline) // _SECOND
    value = {
        "need": known.need,
        "seconds": known.seconds,
        "mandatory": known.mandatory,
        "seen_together": known.size,
        "deadline": None if deadline is None else instant_text(deadline),
        "overdue_by": late,
        "witnesses": rows,
    }

    def table() -> None:
        for row in rows:
            name = str(row["witness"])
            print_field("witness", name)
            print_field("saw", _seen_words(known.seen.get(name)))
            print_field("vkey", str(row["vkey"]))
            print_text()
        print_field("quorum", _standing(known, now))

    print_object(value, fmt, table, Sheet(list(_COLUMNS), rows))


def _seen_words(seen: "Sight | None") -> str:
    if seen is None:
        return "nothing yet"
    return f"{counted(seen.size, 'entry')}, {instant_text(seen.at)}"


def _standing(known: "Witnessing", now: int) -> str:
    deadline = known.deadline
    if deadline is None:
        return "no quorum: a rewritten record could go unseen by anybody"
    word = "mandatory" if known.mandatory else "advisory"
    state = f"{known.need} of {counted(len(known.witnesses), 'witness')}, {word}"
    saw = f"together they have seen {counted(known.size, 'entry')}"
    if now > deadline:
        # The one way to count: from the last time, as a gate says when it denies.
        without = known.seconds + (now - deadline) // _SECOND
        since = f"OVERDUE since {instant_text(deadline)}"
        so = f"not cosigned for {without} s, {known.seconds} s allowed"
        return f"{state}: {since} ({so}); {saw}"
    return f"{state}: in time for {(deadline - now) // _SECOND} s more; {saw}"


def _request(
    name: _NameArgument,
    output: _OutOption,
    closing: Annotated[
        bool,
        typer.Option(
            "--closing",
            help="Where the log changed its key: the checkpoint that both keys signed, "
            "once more, for a witness that cosigned it under the old one.",
        ),
    ] = False,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Write what a witness is to be sent: the newest checkpoint and its proof."""
    with _desk(folder, writable=False) as desk:
        body = desk.request(name, closing=closing)
    Output(output).write(body)
    size = int(body.partition(b"\n\n")[2].split(b"\n")[1])
    _print_done({"file": str(output), "witness": name, "size": size}, fmt)
    say(f"next: let it cosign, then `audit witness take ANSWER --size {size}`")


def _take(
    answer: Annotated[
        Path, typer.Argument(metavar="FILE", help="What the witness answered.")
    ],
    size: Annotated[
        int, typer.Option(min=0, help="Size of the checkpoint that was sent.")
    ],
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Join a witness's cosignature to the checkpoint that it was sent."""
    from ringwall.signing.notes import MAX_NOTE_BYTES

    lines = read_input(answer, MAX_NOTE_BYTES)
    with _desk(folder, writable=True) as desk:
        names = desk.take(size, lines)
    _print_done({"size": size, "cosigned": list(names)}, fmt)
    say("next: `audit witness ls` says whether the quorum is in time")


def _new_key(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Of the key, e.g. a domain.")
    ],
    output: _OutOption,
    fmt: FormatOption = None,
) -> None:
    """Make a witness's key. Run it where the witness lives, not in the institute."""
    from ringwall.signing.cosigner_keys import (
        dump_cosigning_key,
        generate_cosigning_key,
    )
    from ringwall.signing.keys import format_vkey

    key = generate_cosigning_key(name)
    Output(output, 0o600).write(f"{dump_cosigning_key(key)}\n".encode())
    _print_done({"file": str(output), "vkey": format_vkey(key.verifier())}, fmt)
    say("give the vkey to the institute; keep the file where only the witness reads it")


def _cosign(
    request: Annotated[
        Path, typer.Argument(metavar="REQUEST", help="What the log sent.")
    ],
    key: Annotated[Path, typer.Option(metavar="FILE", help="The witness's key.")],
    vkey: Annotated[str, typer.Option(metavar="VKEY", help="The log's public key.")],
    memory: Annotated[
        Path,
        typer.Option(metavar="FILE", help="Where the witness keeps what it has seen."),
    ],
    output: _OutOption,
    origin: OriginOption = None,
    first: Annotated[
        bool, typer.Option("--first", help="It has never cosigned for this log.")
    ] = False,
    fmt: FormatOption = None,
) -> None:
    """Cosign a checkpoint as a witness, if it continues what the witness has seen.

    Needs no institute. Exit code 6 if the log was forked or is another; 2 if
    the request does not begin where the witness left off: if a new one does
    not, either, the log was rolled back. When the log has changed its key, name
    the new one: the witness takes it on at the checkpoint that both keys have
    signed, which the log sends it first.
    """
    from ringwall.base.clock import SystemClock
    from ringwall.record.cosigning import cosign_request, is_by_two_keys
    from ringwall.signing.cosigner_keys import parse_cosigning_key
    from ringwall.tlog.witness import Witness
    from ringwall.tlog.witness_request import MAX_REQUEST_BYTES

    log = key_of(vkey)
    secret = read_input(key, _LONGEST_KEY).decode("utf-8", "replace")
    own = parse_cosigning_key(secret.removesuffix("\n"))
    body = read_input(request, MAX_REQUEST_BYTES)
    answer = Output(output)
    answer.check()
    witness = Witness(origin or log.name, log, own)
    now = SystemClock().now()
    with _advised():
        state, line = cosign_request(body, witness, memory, now, first=first)
    answer.write(line)
    said = {"file": str(output), "log": state.origin, "size": state.size}
    _print_done({**said, "root": root_text(state.root)}, fmt)
    say(f"next: send it back; the log takes it with `--size {state.size}`")
    if is_by_two_keys(body):
        say(
            "two keys signed it: the log changes its key here; from now on give the "
            "new one, as the institute publishes it, with --vkey"
        )


@contextmanager
def _advised() -> "Iterator[None]":
    """Say what to do where a witness refuses; a stale request alone is no damage.

    Raises:
        RequestError: `witness-size-differs`.
    """
    from ringwall.base.errors import RequestError, RingwallError
    from ringwall.tlog.witness import WitnessRefusal

    try:
        yield
    except WitnessRefusal as error:
        if error.code == "witness-size-differs":
            raise RequestError(
                error.code,
                error.message,
                next_step="ask the log for a new `ringwall audit witness request`; if "
                "that differs, too, the log has lost what was cosigned: tell others",
            ) from None
        cause = error.__cause__
        if not error.next_step and isinstance(cause, RingwallError):
            error.next_step = cause.next_step
        raise


@contextmanager
def _desk(folder: Path | None, *, writable: bool) -> "Iterator[WitnessDesk]":
    from ringwall.record.witnesses import WitnessDesk

    institute = open_institute(folder)
    ledger = institute.ledger(writable=writable)
    try:
        yield WitnessDesk(ledger, institute.clock)
    finally:
        ledger.close()


def _print_done(value: dict[str, object], fmt: Format | None) -> None:
    def table() -> None:
        for name, said in value.items():
            text = ", ".join(map(str, said)) if isinstance(said, list) else str(said)
            print_field(name, {"True": "yes", "False": "no"}.get(text, text))

    print_object(value, fmt, table, Sheet(list(value), [value]))
