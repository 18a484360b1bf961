"""`raid embargo`: terms proposed, accepted, revised and ended, and how they stand.

Must never show an end without its hour and zone.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.desks import Desk, at_desk
from ringwall.cli.files import Output, read_input
from ringwall.cli.options import examples
from ringwall.cli.output import Sheet, print_object, print_rows, say
from ringwall.cli.raid_acts import (
    CaseArgument,
    ReasonOption,
    asks_of_case,
    made_by,
    tell_done,
    title,
)
from ringwall.cli.terminal import counted, print_field, print_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ringwall.raid.acting import Done
    from ringwall.raid.embargo.counter import Wanted
    from ringwall.raid.embargo.showing import EmbargoView

__all__ = ["register"]

_ROOM: Final = "raid embargo"
_EMBARGO: Final = "raid.embargo"
_DIRECT: Final = "raid.direct"
_MAX_SIGNATURE: Final = 8192
_WRITE: Final = "raid.write"
_READ: Final = "raid.read"
_COLUMNS: Final = ("case", "state", "cause", "ends", "hours_left")
_SHORTER: Final = {
    "offered": "what was proposed before ends earlier, and the shortest stands: "
    "`ringwall raid embargo reject` sets it aside",
    "default": "the institute's own default (raid/desk/embargo.csv) ends earlier, and "
    "the shortest stands: once in force it can be revised",
}
_AimOption = Annotated[
    str, typer.Option(metavar="TEXT", help="What it is for; part of the terms.")
]
_UntilOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="'DATE HOUR ZONE'",
        help="Its end, e.g. '2026-10-30 12:00 Europe/Berlin'; the shortest wins.",
        show_default=False,
    ),
]
_ReviewOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="'DATE HOUR ZONE'", help="When it is reviewed.", show_default=False
    ),
]
_DefenderOption = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="Who may be told.", show_default=False),
]
_MayOption = Annotated[
    list[str] | None,
    typer.Option(metavar="WHO=WHAT", help="What each may do.", show_default=False),
]


def register(app: typer.Typer) -> None:
    """Add the verbs to the group."""
    group = typer.Typer(help="Embargoes: terms, ends, warnings.", no_args_is_help=True)
    wanted = "--aim 'time to mend' --until '2026-10-30 12:00 Europe/Berlin'"
    verbs: dict[str, tuple[Callable[..., None], str]] = {
        "propose": (_propose, f"raid embargo propose c-mfzwizltmr {wanted}"),
        "accept": (_accept, "raid embargo accept c-mfzwizltmr"),
        "reject": (_reject, "raid embargo reject c-mfzwizltmr"),
        "revise": (_revise, f"raid embargo revise c-mfzwizltmr {wanted}"),
        "end": (_end, "raid embargo end c-mfzwizltmr"),
        "allow": (
            _allow,
            "raid embargo allow c-mfzwizltmr --approver bureau --statement long.json",
        ),
        "status": (_status, "raid embargo status c-mfzwizltmr --record"),
    }
    for verb, (act, example) in verbs.items():
        group.command(verb, epilog=examples(example))(at_desk(_ROOM, verb, act))
    app.add_typer(group, name="embargo")


def _propose(
    desk: Desk,
    case: CaseArgument,
    aim: _AimOption = "",
    until: _UntilOption = None,
    review: _ReviewOption = None,
    defender: _DefenderOption = None,
    may: _MayOption = None,
) -> None:
    """Propose an embargo; the published default stands where it is the shortest."""
    who, case = asks_of_case(desk, case, _EMBARGO)
    wanted = _wanted(aim, until, review, defender, may)
    _tell_offer(desk, desk.raid.embargoes.propose(who, case, wanted), case)


def _revise(
    desk: Desk,
    case: CaseArgument,
    aim: _AimOption = "",
    until: _UntilOption = None,
    review: _ReviewOption = None,
    defender: _DefenderOption = None,
    may: _MayOption = None,
) -> None:
    """Propose other terms for an embargo in force; each party consents anew."""
    who, case = asks_of_case(desk, case, _EMBARGO)
    wanted = _wanted(aim, until, review, defender, may)
    _tell_offer(desk, desk.raid.embargoes.revise(who, case, wanted), case)


def _accept(desk: Desk, case: CaseArgument) -> None:
    """Put the proposed terms in force; each necessary party has signed."""
    who, case = asks_of_case(desk, case, _EMBARGO)
    done = desk.raid.embargoes.accept(who, case)
    ends = str(done.events[0]["card"]["ends"])
    tell_done(desk, done, ("IN FORCE", f"{case}, until {ends}"), case=case, ends=ends)


def _reject(desk: Desk, case: CaseArgument) -> None:
    """Set the proposed terms aside; what is in force stays so."""
    who, case = asks_of_case(desk, case, _EMBARGO)
    done = desk.raid.embargoes.reject(who, case)
    tell_done(desk, done, ("SET ASIDE", case), case=case)


def _end(desk: Desk, case: CaseArgument, reason: ReasonOption = "") -> None:
    """End an embargo that is over, served, or that all agree to end.

    With --reason: propose to end it since no necessary party consents any more; a
    second person carries that.
    """
    if not reason:
        who, case = asks_of_case(desk, case, _EMBARGO)
        done = desk.raid.embargoes.end(who, case)
        cause = str(done.events[0]["card"]["cause"])
        tell_done(desk, done, ("ENDED", f"{case}: {cause}"), case=case, cause=cause)
        return
    who, case = asks_of_case(desk, case, _WRITE)
    done = desk.raid.embargoes.drop(who, case, reason)
    proposal = made_by(done, "raid.proposal", "propose")
    tell_done(desk, done, ("PROPOSED", proposal), case=case, proposal=proposal)
    say(f"next: another person carries it: ringwall raid second {proposal}")


def _allow(
    desk: Desk,
    case: CaseArgument,
    approver: Annotated[
        str,
        typer.Option(metavar="NAME", help="Who signs from outside, as in the rules."),
    ],
    statement: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="What both signed; FILE.sig is by the approver, FILE.own.sig by you.",
            show_default=False,
        ),
    ],
) -> None:
    """Allow proposed terms above 180 days: the director, and one from outside.

    The lead accepts them then, once each necessary party has signed.
    """
    from ringwall.raid.embargo.lengths import Signed
    from ringwall.raid.signed_statement import MAX_STATEMENT_BYTES

    data = read_input(statement, MAX_STATEMENT_BYTES)
    theirs, own = (
        read_input(statement.with_name(statement.name + end), _MAX_SIGNATURE).decode(
            "ascii", "replace"
        )
        for end in (".sig", ".own.sig")
    )
    who, case = asks_of_case(desk, case, _DIRECT)
    done = desk.raid.lengths.allow(who, case, Signed(approver, data, theirs, own))
    offer = str(done.events[0]["card"]["allowed"])
    tell_done(desk, done, ("ALLOWED", case), case=case, allowed=offer)


def _status(
    desk: Desk,
    case: Annotated[
        str,
        typer.Argument(metavar="[CASE]", help="Default: those that end soon."),
    ] = "",
    record: Annotated[
        bool, typer.Option("--record", help="Put on record that its time is over.")
    ] = False,
    ics: Annotated[
        Path | None,
        typer.Option(
            "--ics",
            metavar="FILE",
            help="Write a calendar, too: the end of what is in force, with ids and no "
            "word of a case; without CASE of all, not just of those that end soon.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Show how an embargo stands, in the zone of each party; or which end soon."""
    if not case:
        _print_near(desk, ics)
        return
    if record:
        who, case = asks_of_case(desk, case, _WRITE)
        desk.raid.embargoes.record(who, case)
    who, case = asks_of_case(desk, case, _READ)
    view = desk.raid.embargo_views.status(who, case)
    _write_calendar(desk, [view], ics)
    value = _value(view)
    print_object(value, desk.format, lambda: _print(view), Sheet(list(value), [value]))
    if view.to_sign:
        say("above 180 days the director and somebody from outside sign this:")
        say(view.to_sign)


def _print_near(desk: Desk, ics: Path | None) -> None:
    from ringwall.model.raid_events import DESK

    views, who = desk.raid.embargo_views, desk.who(_READ, DESK)
    if ics is not None:
        _write_calendar(desk, views.open(who), ics)
    found = views.near(who)
    rows = [{name: _value(view)[name] for name in _COLUMNS} for view in found]
    print_rows(_COLUMNS, rows, desk.format, title="embargoes that end soon")


def _write_calendar(
    desk: Desk, views: "Iterable[EmbargoView]", path: Path | None
) -> None:
    """Write the ends of what is in force; what is proposed ends nothing yet."""
    if path is None:
        return
    from datetime import timedelta

    from ringwall.base.clock import parse_instant
    from ringwall.raid.clocks.diary import Deadline, calendar_file

    ends = [
        Deadline(view.id, parse_instant(view.ends), is_worst=False)
        for view in views
        if view.terms and view.ends
    ]
    acting = desk.raid.acting
    spans = acting.rules.embargo.warnings
    warnings = [timedelta(microseconds=one) for one in spans]
    now = desk.gate.clock.now()
    Output(path, 0o600).write(calendar_file(ends, now, acting.exercise, warnings))
    say(f"{counted(len(ends), 'end')} written to {path}")


def _value(view: "EmbargoView") -> dict[str, Any]:
    """Return how an embargo stands as programs get it."""
    return {
        "case": view.case,
        "embargo": view.id,
        "state": view.state,
        "recorded": view.recorded,
        "cause": view.cause,
        "ends": view.ends,
        "shown": dict(view.shown),
        "hours_left": view.hours_left,
        "warnings": list(view.warnings),
        "terms": view.terms,
        "offer": view.offer,
        "documents": {digest: dict(one) for digest, one in view.documents.items()},
        "missing": list(view.missing),
        "bars": view.bars,
        "to_sign": view.to_sign,
    }


def _print(view: "EmbargoView") -> None:
    over = f": {view.cause}" if view.cause else ""
    print_field("embargo", f"{view.case} {view.state}{over}")
    if view.cause and view.recorded != "exited":
        print_text("its end is not on record: ringwall raid embargo status --record")
    for zone_shown in view.shown.values():
        print_field("ends", zone_shown)
    if view.warnings:
        print_field("WARNING", f"{_left(view.hours_left)} left", style="yellow")
    kept = "were" if view.state == "exited" else "in force"
    for word, digest in ((kept, view.terms), ("proposed", view.offer)):
        if digest:
            print_field(word, digest)
            terms = view.documents.get(digest, {})
            print_field("purpose", title(str(terms.get("purpose", ""))))
            print_field("until", title(str(terms.get("ends_local", ""))))
    if view.missing:
        print_field("missing", ", ".join(view.missing))
    if view.bars:
        print_field("barred", view.bars)


def _left(hours: int) -> str:
    """Return a time as people read it, e.g. `13 days 21 hours`."""
    if not hours:
        return "less than an hour"
    days, rest = divmod(hours, 24)
    return " ".join([*([counted(days, "day")] if days else []), counted(rest, "hour")])


def _tell_offer(desk: Desk, done: "Done", case: str) -> None:
    card, said = done.events[0]["card"], done.events[0]["said"]
    ends, offer = str(card["offer_ends"]), str(card["offer"])
    end_of = str(said["end_of"])
    told = ("PROPOSED", f"{case}, until {ends}")
    tell_done(desk, done, told, case=case, ends=ends, end_of=end_of, offer=offer)
    if end_of in _SHORTER:
        say(_SHORTER[end_of])
    say(f"parties consent to these terms: {offer}")
    say(f"next: ringwall raid party ls {case.removeprefix('case:')}")


def _wanted(
    purpose: str,
    until: list[str] | None,
    review: list[str] | None,
    defender: list[str] | None,
    may: list[str] | None,
) -> "Wanted":
    from ringwall.raid.embargo.counter import Wanted

    many = (until, review, defender, may)
    return Wanted(purpose, *(tuple(one or ()) for one in many))
