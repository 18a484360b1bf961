"""`raid release`: what leaves the desk, signed by two for just these bytes.

Must never print a release: its bytes go into a file, and who reads it is chosen there.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.desks import Desk, Room, at_desk
from ringwall.cli.exits import Misuse
from ringwall.cli.files import Output, read_input
from ringwall.cli.options import examples
from ringwall.cli.output import Sheet, print_object, print_rows, say
from ringwall.cli.raid_acts import ReasonOption, asks_of_case, tell_done
from ringwall.cli.terminal import print_field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ringwall.gate.asker import Who
    from ringwall.model.decisions import Decision
    from ringwall.raid.outgoing.release_seeing import Seen
    from ringwall.raid.outgoing.release_text import Wanted
    from ringwall.raid.outgoing.releases import Released

__all__ = ["register"]

_ROOM: Final = "raid release"
_WRITE: Final = "raid.write"
_ROUTE: Final = "raid.route"
_READ: Final = "raid.read"
_RELEASE: Final = "raid.release"
_MOST_RECEIPT: Final = 64 * 1024
_COLUMNS: Final = ("release", "state", "case", "recipient", "label", "exit")
_ReleaseArgument = Annotated[
    str, typer.Argument(metavar="RELEASE", help="E.g. rel-mfzwizltmrqw2zlt.")
]
_ToOption = Annotated[
    str, typer.Option("--to", metavar="CONTACT", help="Whom, e.g. csirt.fr. Needed.")
]
_PartOption = Annotated[
    str, typer.Option(metavar="PART", help="Of the facts: all, defence or summary.")
]
_AdviceOption = Annotated[
    str, typer.Option(metavar="TEXT", help="What the recipient is to do.")
]
_OnlyOption = Annotated[
    list[str] | None,
    typer.Option(
        "--only", metavar="STATE", help="A state that alone may have it; several times."
    ),
]
_ExitOption = Annotated[
    str,
    typer.Option(
        "--exit",
        metavar="EXIT",
        help="To one that enforces: law, consent, danger or order.",
    ),
]
_ProvisionOption = Annotated[
    str, typer.Option(metavar="TEXT", help="By law: which provision.")
]
_BindsOption = Annotated[
    str, typer.Option("--binds", metavar="TEXT", help="By law: why it binds us.")
]
_OrderOption = Annotated[
    str, typer.Option(metavar="TEXT", help="By order: court and docket.")
]
_ConsentOption = Annotated[
    list[str] | None,
    typer.Option(metavar="MESSAGE", help="By consent: msg-... of each reporter."),
]
_OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Where to, a new file."),
]


def register(app: typer.Typer) -> None:
    """Add the verbs to the group."""
    group = typer.Typer(
        help="What leaves the desk: written, checked, signed by two, sent.",
        no_args_is_help=True,
    )
    one = "rel-mfzwizltmrqw2zlt"
    verbs: dict[str, tuple[Callable[..., None], str]] = {
        "draft": (_draft, "raid release draft c-mfzwizltmr --to csirt.fr"),
        "amend": (
            _amend,
            f"raid release amend {one} --to csirt.fr --reason 'more'",
        ),
        "check": (_check, f"raid release check {one}"),
        "approve": (_approve, f"raid release approve {one} --grant req-..."),
        "send": (_send, f"raid release send {one} -o release.json"),
        "accept": (_accept, f"raid release accept {one} --receipt receipt.json"),
        "recall": (
            _recall,
            f"raid release recall {one} --reason 'wrong' -o FILE",
        ),
        "ls": (_ls, "raid release ls --subject user:joan"),
        "show": (_show, f"raid release show {one} -o read-me-first.json"),
    }
    by_two = Room(_ROOM, _ways_by_two)
    for verb, (act, example) in verbs.items():
        room = by_two if verb == "approve" else _ROOM
        group.command(verb, epilog=examples(example))(at_desk(room, verb, act))
    app.add_typer(group, name="release")


def _draft(
    desk: Desk,
    case: Annotated[str, typer.Argument(metavar="CASE", help="E.g. c-mfzwizltmr.")],
    recipient: _ToOption = "",
    part: _PartOption = "defence",
    advice: _AdviceOption = "",
    only: _OnlyOption = None,
    exit_: _ExitOption = "",
    provision: _ProvisionOption = "",
    because: _BindsOption = "",
    order: _OrderOption = "",
    consent: _ConsentOption = None,
) -> None:
    """Write a release of a case for one recipient, of just what they may be told.

    To one that enforces an exit leads, and tells what it names and no more.
    """
    claimed = (exit_, provision, because, order, consent or [])
    wanted = _wanted(desk, recipient, part, advice, only or [], claimed)
    who, case = asks_of_case(desk, case, _WRITE)
    found = desk.raid.releases.draft(who, case, wanted)
    _tell(desk, found, "DRAFTED")
    say(f"next: read it, then check it: ringwall raid release check {found.release}")


def _amend(
    desk: Desk,
    release: _ReleaseArgument,
    recipient: _ToOption = "",
    part: _PartOption = "defence",
    advice: _AdviceOption = "",
    only: _OnlyOption = None,
    exit_: _ExitOption = "",
    provision: _ProvisionOption = "",
    because: _BindsOption = "",
    order: _OrderOption = "",
    consent: _ConsentOption = None,
    reason: ReasonOption = "",
) -> None:
    """Write a release anew, in full. Whatever was signed of it is void."""
    claimed = (exit_, provision, because, order, consent or [])
    wanted = _wanted(desk, recipient, part, advice, only or [], claimed)
    name, who = _of(desk, release, _WRITE)
    found = desk.raid.releases.amend(who, name, wanted, reason)
    _tell(desk, found, "AMENDED")
    say(f"next: read it, then check it: ringwall raid release check {name}")


def _check(desk: Desk, release: _ReleaseArgument) -> None:
    """Hold a draft against the label and standing of its recipient; clear it.

    What is missing is told, all of it. What is cleared waits for two signatures, which
    are bound to its very bytes.
    """
    name, who = _of(desk, release, _WRITE)
    found = desk.raid.releases.clear(who, name)
    event = found.done.events[0]
    terms = str(event["card"]["terms"])
    told = ("CLEARED", f"{name}, {event['card']['label']}")
    tell_done(desk, found.done, told, release=name, terms=terms)
    say(
        "next: a release approver asks for the signatures of two: ringwall request new "
        f"--action raid.release --asset {event['case']} --binds {terms}"
    )


def _approve(desk: Desk, release: _ReleaseArgument) -> None:
    """Record the signatures of two; how much was withheld is told to you alone.

    Takes --grant: a request of yours, bound to the release, that two have approved.
    """
    name, who = _of(desk, release, _RELEASE)
    found = desk.raid.releases.approve(who, name)
    withheld = dict(found.withheld)
    told = ", ".join(f"{count} for {why}" for why, count in sorted(withheld.items()))
    value = {"release": name, "withheld": withheld, "decision": found.done.decision}

    def table() -> None:
        print_field("APPROVED", name, style="green")
        print_field("withheld", told or "nothing")
        print_field("record", found.done.decision)

    print_object(value, desk.format, table, Sheet(list(value), [value]))
    say(f"next: the routing officer: ringwall raid release send {name} -o FILE")


def _send(desk: Desk, release: _ReleaseArgument, output: _OutputOption = None) -> None:
    """Write the bytes that two have signed, for you to send.

    Where the case or its recipient's standing has changed since, nothing is written:
    the signatures are void, and it is a draft again.
    """
    file = _file(desk, output)
    name, who = _of(desk, release, _ROUTE)
    found = desk.raid.releases.send(who, name)
    if found.changed:
        raise _overtaken(name, found.changed)
    file.write(found.data)
    _tell(desk, found, "SENT", file=str(file.path))
    say(f"nothing was sent: give {file.path} to the recipient yourself")
    say(f"next: ringwall raid release accept {name} --receipt FILE")


def _accept(
    desk: Desk,
    release: _ReleaseArgument,
    receipt: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What they signed; FILE.sig beside it."),
    ] = None,
) -> None:
    """Record that the recipient has signed for a release."""
    if receipt is None:
        raise Misuse(desk.command, "missing --receipt FILE")
    data = read_input(receipt, _MOST_RECEIPT)
    place = receipt.with_name(f"{receipt.name}.sig")
    signature = read_input(place, _MOST_RECEIPT).decode("ascii", "replace")
    name, who = _of(desk, release, _ROUTE)
    _tell(desk, desk.raid.releases.acknowledge(who, name, data, signature), "ACCEPTED")


def _recall(
    desk: Desk,
    release: _ReleaseArgument,
    reason: ReasonOption = "",
    output: _OutputOption = None,
) -> None:
    """Write a message that calls a release back; nothing is deleted.

    Its recipient reads the reason.
    """
    file = _file(desk, output)
    name, who = _of(desk, release, _ROUTE)
    found = desk.raid.releases.recall(who, name, reason)
    file.write(found.data)
    _tell(desk, found, "RECALLED", file=str(file.path))
    say(f"nothing was sent: give {file.path} to the recipient yourself")


def _ls(desk: Desk) -> None:
    """List the releases of cases that you may know of."""
    from ringwall.model.raid_events import DESK

    rows = [
        {
            "release": card.id,
            "state": card.card["state"],
            "case": card.case,
            "recipient": card.card["recipient"],
            "label": card.card["label"],
            "exit": card.card["exit"],
        }
        for card in desk.raid.released.listed(desk.who(_READ, DESK))
    ]
    print_rows(_COLUMNS, rows, desk.format)


def _show(desk: Desk, release: _ReleaseArgument, output: _OutputOption = None) -> None:
    """Show how a release stands, and what is in its way; -o writes what would go.

    Whoever signs reads that file first.
    """
    name, who = _of(desk, release, _READ)
    file = None if output is None else _file(desk, output)
    seen = desk.raid.released.show(who, name)
    if file is not None and seen.data:
        file.write(seen.data)
    value = _shown(seen, "" if file is None or not seen.data else str(file.path))

    def table() -> None:
        print_field("release", f"{name}, {value['state']}", style="bold")
        for key in ("case", "recipient", "label", "exit", "author", "terms", "file"):
            if value[key]:
                print_field(key, str(value[key]))
        for step in value["missing"]:
            print_field("missing", step)
        # What is missing is told already.
        for told in _told(one for one in seen.changed if one not in seen.missing):
            print_field("changed", told)
        if seen.withheld is not None:
            counts = sorted(seen.withheld.items())
            told = ", ".join(f"{count} for {why}" for why, count in counts)
            print_field("withheld", told or "nothing")

    print_object(value, desk.format, table, Sheet(_COLUMNS, [value]))


def _shown(seen: "Seen", file: str) -> dict[str, Any]:
    from ringwall.raid.outgoing.refusals import REFUSALS

    card = seen.card
    return {
        "release": card.id,
        **{name: card.card[name] for name in ("state", "recipient", "label", "exit")},
        "case": card.case,
        "author": seen.author,
        "terms": card.card["terms"],
        "content": card.card["content"],
        "missing": [REFUSALS[code][0] for code in seen.missing],
        "changed": list(seen.changed),
        "withheld": None if seen.withheld is None else dict(seen.withheld),
        "file": file,
    }


def _wanted(
    desk: Desk,
    recipient: str,
    part: str,
    advice: str,
    only: list[str],
    claimed: tuple[str, str, str, str, list[str]],
) -> "Wanted":
    from ringwall.raid.outgoing.claimed import Claimed
    from ringwall.raid.outgoing.release_text import Wanted

    if not recipient:
        raise Misuse(desk.command, "missing --to CONTACT")
    name, provision, because, order, consents = claimed
    if not name and any(claimed):
        raise Misuse(desk.command, "a ground is told of an --exit")
    told = None
    if name:
        told = Claimed(name, provision, because, order, tuple(consents))
    return Wanted(recipient, part, advice, tuple(only), told)


def _of(desk: Desk, release: str, action: str) -> "tuple[str, Who]":
    from ringwall.raid.ids import parse_id

    name = parse_id(_RELEASE, release)
    return name, desk.who(action, desk.raid.acting.case_of(_RELEASE, name))


def _file(desk: Desk, output: Path | None) -> Output:
    if output is None:
        raise Misuse(desk.command, "missing --output FILE")
    file = Output(output, 0o600)
    file.check()
    return file


def _tell(desk: Desk, found: "Released", word: str, **more: str) -> None:
    card = found.done.events[0]["card"]
    told = (word, f"{found.release}, for {card['recipient']}, {card['label']}")
    tell_done(desk, found.done, told, release=found.release, **more)


def _overtaken(release: str, changed: tuple[str, ...]) -> Exception:
    from ringwall.base.errors import ActRefused

    told = "; ".join(_told(changed))
    return ActRefused(
        "release-changed",
        f"`{release}` is a draft again, and its signatures are void: {told}",
        next_step=f"look at it: `ringwall raid release show {release}`",
    )


def _told(changed: "Iterable[str]") -> list[str]:
    """Return in words what has changed since a release was written."""
    from ringwall.raid.outgoing.refusals import REFUSALS

    words = {"content": "the case has changed"}
    return [words.get(one, "") or REFUSALS[one][0] for one in changed]


def _ways_by_two(decision: "Decision") -> "Mapping[str, str]":
    """Return what turns a deny of what takes two persons: the next command, too."""
    ways = {**Room(_ROOM).ways(decision)}
    step = (
        "it takes a grant, too: `ringwall request new --action raid.release --asset "
        "CASE --binds TERMS` (`raid release show` tells both); once two have approved "
        "it, give it with --grant"
    )
    return {**ways, "approval-missing": step, "binds-differ": step}
