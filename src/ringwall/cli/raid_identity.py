"""`raid identity`: asked for with a ground, decided by custodians, opened to one asker.

A private key is read where its owner runs the command, and goes nowhere. Must never
print who somebody is to anybody but the asker, who has the key.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.desks import Desk, at_desk
from ringwall.cli.options import FormatOption, examples
from ringwall.cli.output import Sheet, print_object, print_rows, say
from ringwall.cli.raid_acts import (
    ReasonOption,
    ReportArgument,
    asks_of_report,
    made_by,
    tell_done,
    title,
)
from ringwall.cli.terminal import print_field

if TYPE_CHECKING:
    from collections.abc import Callable

    from ringwall.gate.asker import Who
    from ringwall.raid.shield.asked import Asked

__all__ = ["register"]

_ROOM: Final = "raid identity"
_KIND: Final = "raid.identity"
_WRITE: Final = "raid.write"
_VOTE: Final = "raid.vote"
_MOST_KEY: Final = 8 * 1024
_COLUMNS: Final = ("request", "report", "state", "asker", "expires", "decided")
_RequestArgument = Annotated[
    str, typer.Argument(metavar="REQUEST", help="Its id, e.g. idr-mfzwizltmrqw2zlt.")
]
_OwnKeyOption = Annotated[
    Path,
    typer.Option("--key", metavar="FILE", help="Your own private key; it stays here."),
]


def register(app: typer.Typer) -> None:
    """Add the verbs to the group."""
    group = typer.Typer(
        help="Who sent a report: asked for, decided by custodians, opened to one.",
        no_args_is_help=True,
    )
    group.command("key", epilog=examples("raid identity key ~/.ringwall/identity.key"))(
        _key
    )
    verbs: dict[str, tuple[Callable[..., None], str]] = {
        "request": (
            _request,
            "raid identity request r-mfzwizltmr --for '...' --ground '...' --key k.pub",
        ),
        "ls": (_list, "raid identity ls --record"),
        "show": (_show, "raid identity show idr-mfzwizltmrqw2zlt"),
        "vote": (_vote, "raid identity vote idr-mfzwizltmrqw2zlt --key identity.key"),
        "refuse": (
            _refuse,
            "raid identity refuse idr-mfzwizltmrqw2zlt --reason 'no law says so'",
        ),
        "open": (_open, "raid identity open idr-mfzwizltmrqw2zlt --key identity.key"),
        "erase": (_erase, "raid identity erase r-mfzwizltmr --reason 'they asked'"),
    }
    for verb, (act, example) in verbs.items():
        group.command(verb, epilog=examples(example))(at_desk(_ROOM, verb, act))
    app.add_typer(group, name="identity")


def _key(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A new file for the private key.")
    ],
    fmt: FormatOption = None,
) -> None:
    """Make a key pair: for a custodian, or for one who asks.

    The private key stays in FILE, which nobody else may read; the public key goes into
    FILE.pub, for `raid/desk/custodians.yaml` or for `raid identity request`.
    """
    from ringwall.raid.shield.sealing import (
        fingerprint_of,
        format_public,
        new_private,
        public_of,
    )
    from ringwall.vault.keys.key_file import publish_file

    private = new_private()
    public = public_of(private)
    shared = file.with_name(f"{file.name}.pub")
    publish_file(file, private)
    publish_file(shared, f"{format_public(public)}\n".encode())
    value = {
        "private": str(file),
        "public": str(shared),
        "fingerprint": fingerprint_of(public),
    }

    def table() -> None:
        print_field("MADE", f"{file}, which is yours alone", style="green")
        print_field("public", str(shared))
        print_field("is", value["fingerprint"])

    print_object(value, fmt, table, Sheet(list(value), [value]))


def _request(
    desk: Desk,
    report: ReportArgument,
    needed_for: Annotated[
        str, typer.Option("--for", metavar="TEXT", help="What it is needed for.")
    ] = "",
    ground: Annotated[str, typer.Option(metavar="TEXT", help="The legal ground.")] = "",
    key: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Your public key.", show_default=False),
    ] = None,
    until: Annotated[
        str, typer.Option(metavar="INSTANT", help="Until when, within 30 days.")
    ] = "",
    untold: Annotated[
        bool, typer.Option(help="The law forbids to tell the reporter.")
    ] = False,
) -> None:
    """Ask the custodians who sent a report.

    All of them see who asks, for what, on what ground and until when. The box opens to
    your key alone, and the reporter is told once you open it.
    """
    from ringwall.cli.files import read_input

    who, report = asks_of_report(desk, report, _WRITE)
    shared = (
        "" if key is None else read_input(key, _MOST_KEY).decode("ascii", "replace")
    )
    done = desk.raid.identities.ask(
        *(who, report, needed_for, ground, shared, until), untold=untold
    )
    made = made_by(done, _KIND, "ask")
    told = ("ASKED", f"{made}, about {report}, until {until}")
    tell_done(desk, done, told, request=made, report=report, until=until)
    say(f"next: custodians decide: ringwall raid identity vote {made} --key FILE")


def _list(
    desk: Desk,
    record: Annotated[
        bool,
        typer.Option("--record", help="Put on record of each that its time is over."),
    ] = False,
) -> None:
    """List the requests, and how far each is."""
    from ringwall.model.raid_events import INBOX

    found = desk.raid.requests.listed(_who_sees(desk, INBOX))
    over = [one for one in found if one.state == "expired"]
    if record:
        for one in over:
            desk.raid.identities.lapse(desk.who(_WRITE, one.report), one.id)
        found = desk.raid.requests.listed(_who_sees(desk, INBOX))
    print_rows(_COLUMNS, [_row(one) for one in found], desk.format)
    if over and not record:
        say(f"not on record of {len(over)}: ringwall raid identity ls --record")


def _show(desk: Desk, request: _RequestArgument) -> None:
    """Show a request: its ground, and what each custodian said."""
    from ringwall.raid.ids import parse_id

    name = parse_id(_KIND, request)
    case = desk.raid.acting.case_of(_KIND, name)
    seen = desk.raid.requests.show(_who_sees(desk, case), name)
    value: dict[str, Any] = {
        **_row(seen),
        "purpose": seen.purpose,
        "ground": seen.ground,
        "untold": seen.untold,
        "voices": [voice._asdict() for voice in seen.voices],
        "decision": seen.decision,
    }

    def table() -> None:
        print_field("request", f"{seen.id}, {seen.state}", style="bold")
        print_field("about", seen.report)
        print_field("asker", seen.asker)
        print_field("for", title(seen.purpose))
        print_field("ground", title(seen.ground))
        print_field("until", seen.expires)
        print_field("decided", _decided(seen))
        for voice in seen.voices:
            word = (
                "agreed" if voice.act == "vote" else f"refused: {title(voice.reason)}"
            )
            print_field("", f"{voice.custodian} {word}")
        if seen.untold:
            print_field("", "the law forbids to tell the reporter")

    print_object(value, desk.format, table, Sheet(_COLUMNS, [_row(seen)]))


def _vote(desk: Desk, request: _RequestArgument, key: _OwnKeyOption) -> None:
    """Agree, and pass your share on to the asker, sealed to their key.

    Your share is opened here and sealed anew at once; nothing of it stays behind.
    """
    from ringwall.raid.shield.opening import pass_on

    who, name = _on_request(desk, request, _VOTE)
    private = _private(key)
    done = desk.raid.identities.vote(
        who,
        name,
        lambda box, terms, now: pass_on(box, str(who["subject"]), private, terms, now),
    )
    state = str(done.events[0]["to"])
    tell_done(desk, done, ("AGREED", f"{name} is {state}"), request=name, state=state)


def _refuse(desk: Desk, request: _RequestArgument, reason: ReasonOption = "") -> None:
    """Refuse a request; the asker is shown the reason."""
    who, name = _on_request(desk, request, _VOTE)
    done = desk.raid.identities.refuse(who, name, reason)
    state = str(done.events[0]["to"])
    tell_done(desk, done, ("REFUSED", f"{name} is {state}"), request=name, state=state)


def _open(
    desk: Desk,
    request: _RequestArgument,
    key: _OwnKeyOption,
    originals: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="A folder for the files of the report as they came.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Open the box of a report that was granted, with your own private key.

    That it was opened is on record, and the reporter is told. A share that is wrong is
    named, and then nothing is combined. The originals of files tell who made them.
    """
    from ringwall.cli.files import Output
    from ringwall.raid.shield.opening import open_box

    who, name = _on_request(desk, request, _WRITE)
    private = _private(key)
    fetched = desk.raid.identities.fetch(who, name)
    now = desk.raid.acting.gate.clock.now()
    inside = open_box(fetched.box, fetched.terms, fetched.passed, private, now)
    found = inside.identity
    files = []
    if originals is not None:
        report = fetched.box.report
        for one in desk.raid.attachments.originals(report, inside.slot):
            target = Output(originals / f"{one.id}.original", 0o600, force=False)
            target.check()
            target.write(one.data)
            files.append(str(target.path))
    value: dict[str, Any] = {
        "request": name,
        "report": fetched.box.report,
        "name": found.name,
        "reach": list(found.reach),
        "about": found.about,
        "originals": files,
        "decision": fetched.done.decision,
    }

    def table() -> None:
        print_field("OPENED", f"{fetched.box.report}, by {name}", style="green")
        print_field("name", title(found.name or "they did not say"))
        for way in found.reach or ("they did not say",):
            print_field("reach", title(way))
        print_field("about", title(found.about or "they did not say"))
        for file in files:
            print_field("original", file)
        print_field("record", fetched.done.decision)

    print_object(value, desk.format, table, Sheet(list(value), [value]))


def _erase(desk: Desk, report: ReportArgument, reason: ReasonOption = "") -> None:
    """Propose to destroy the box of a report, for ever; another person carries it.

    Copies of the institute's folder keep theirs until they are overwritten.
    """
    from ringwall.model.raid_events import DESK
    from ringwall.raid.ids import parse_id

    name = parse_id("raid.report", report)
    done = desk.raid.erasing.erase(desk.who("raid.direct", DESK), name, reason)
    if not done.events:
        tell_done(desk, done, ("ERASED", f"the box of {name}"), report=name)
        say("next: see to it that no copy of the folder keeps the box")
        return
    proposal = made_by(done, "raid.proposal", "propose")
    told = ("PROPOSED", f"{proposal}: the box of {name} goes for ever")
    tell_done(desk, done, told, report=name, proposal=proposal)
    say(f"next: another person carries it: ringwall raid second {proposal}")
    say("then: see to it that no copy of the folder keeps the box")


def _on_request(desk: Desk, request: str, action: str) -> "tuple[Who, str]":
    from ringwall.raid.ids import parse_id

    name = parse_id(_KIND, request)
    return desk.who(action, desk.raid.acting.case_of(_KIND, name)), name


def _who_sees(desk: Desk, about: str) -> "Who":
    who = desk.who(_VOTE, about)
    action = desk.raid.requests.seeing(who)
    return who if action == _VOTE else desk.who(action, about)


def _private(path: Path) -> bytes:
    from ringwall.raid.shield.sealing import PRIVATE_BYTES
    from ringwall.vault.keys.key_file import read_secret

    return read_secret(path, PRIVATE_BYTES)


def _row(seen: "Asked") -> dict[str, Any]:
    return {
        "request": seen.id,
        "report": seen.report,
        "state": seen.state,
        "asker": seen.asker,
        "expires": seen.expires,
        "decided": _decided(seen),
    }


def _decided(seen: "Asked") -> str:
    agreed = sum(voice.act == "vote" for voice in seen.voices)
    refused = len(seen.voices) - agreed
    return f"{agreed} of {seen.needed} agreed, {refused} refused"
