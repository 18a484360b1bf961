"""`raid open`, `screen`, `reopen`, `defer` and `close`: what becomes of a report.

Must never set a grave report aside by itself: it proposes so, and says whom to ask.
"""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from ringwall.cli.desks import Desk, at_desk
from ringwall.cli.exits import Misuse
from ringwall.cli.options import examples
from ringwall.cli.output import say
from ringwall.cli.raid_acts import (
    ROOM,
    ReasonOption,
    ReportArgument,
    asks_of_report,
    made_by,
    tell_done,
)

if TYPE_CHECKING:
    from ringwall.raid.acting import Done

__all__ = ["register"]

_WRITE: Final = "raid.write"
_TEAM: Final = "raid-desk"
_CredibilityOption = Annotated[
    str,
    typer.Option(
        metavar="GRADE",
        help="Admiralty scale: how reliable the source is, A to F, and how credible "
        "the content, 1 to 6; e.g. B2.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the verbs to the group."""
    app.command(
        "open", epilog=examples("raid open r-mfzwizltmr --credibility B2 --via ...")
    )(at_desk(ROOM, "open", _open))
    app.command(
        "screen",
        epilog=examples(
            "raid screen r-mfzwizltmr --credibility B2",
            "raid screen r-mfzwizltmr --invalid --reason 'an advertisement'",
        ),
    )(at_desk(ROOM, "screen", _screen))
    app.command(
        "reopen",
        epilog=examples("raid reopen r-mfzwizltmr --evidence 'the log of the ward'"),
    )(at_desk(ROOM, "reopen", _reopen))
    app.command(
        "defer",
        epilog=examples(
            "raid defer r-mfzwizltmr --until 2027-01-31 --reason 'awaits the vendor'"
        ),
    )(at_desk(ROOM, "defer", _defer))
    app.command(
        "close",
        epilog=examples("raid close r-mfzwizltmr --feedback 'told what was done'"),
    )(at_desk(ROOM, "close", _close))


def _open(
    desk: Desk,
    report: ReportArgument,
    credibility: _CredibilityOption = "",
    team: Annotated[
        str,
        typer.Option(metavar="NAME", help="Compartment of those who may know of it."),
    ] = _TEAM,
    another: Annotated[
        str,
        typer.Option(
            metavar="REASON",
            help="Why a report that has a case needs another one: it tells of a second "
            "event. Recorded, and kept private.",
        ),
    ] = "",
) -> None:
    """Open a case for a report; one that was only received is screened with it."""
    who, report = asks_of_report(desk, report, _WRITE)
    done = desk.raid.screening.open(
        who, report, credibility, team=team, another=another
    )
    case = made_by(done, "raid.case", "open")
    tell_done(desk, done, ("OPENED", f"{case} for {report}"), case=case, report=report)
    say(f"next: ringwall raid assess {case.removeprefix('case:')}")


def _screen(
    desk: Desk,
    report: ReportArgument,
    credibility: _CredibilityOption = "",
    invalid: Annotated[
        bool, typer.Option("--invalid", help="Set it aside; with --reason.")
    ] = False,
    reason: ReasonOption = "",
) -> None:
    """Hold a report for valid, or set it aside.

    One that mentions death, weapons, weights or what RAID owns is set aside by two
    persons: this proposes it.
    """
    if invalid == bool(credibility):
        raise Misuse(desk.command, "give either --credibility or --invalid")
    who, report = asks_of_report(desk, report, _WRITE)
    if not invalid:
        done = desk.raid.screening.validate(who, report, credibility)
        tell_done(desk, done, ("VALID", report), report=report, state="valid")
        say(f"next: ringwall raid open {report}")
        say(f"or, of a case that there is: ringwall raid attach {report} CASE")
        return
    done = desk.raid.screening.invalidate(who, report, reason)
    proposal = made_by(done, "raid.proposal", "propose")
    if not proposal:
        tell_done(desk, done, ("INVALID", report), report=report, state="invalid")
        return
    _tell_proposal(desk, done, report, proposal)


def _tell_proposal(desk: Desk, done: "Done", report: str, proposal: str) -> None:
    told = ("PROPOSED", f"{proposal}: to set {report} aside, which takes two persons")
    tell_done(desk, done, told, report=report, state="received", proposal=proposal)
    say(f"next: `ringwall raid second {proposal}`, by a lead")


def _reopen(
    desk: Desk,
    report: ReportArgument,
    evidence: Annotated[
        str, typer.Option(metavar="TEXT", help="What is new; recorded.")
    ] = "",
) -> None:
    """Take up a report again that was set aside."""
    who, report = asks_of_report(desk, report, _WRITE)
    done = desk.raid.screening.reopen(who, report, evidence)
    tell_done(desk, done, ("REOPENED", report), report=report, state="received")


def _defer(
    desk: Desk,
    report: ReportArgument,
    until: Annotated[
        str,
        typer.Option(metavar="DATE", help="When it is looked at again, 2027-01-31."),
    ] = "",
    reason: ReasonOption = "",
) -> None:
    """Put a report off to a date; not while a deadline of the institute runs."""
    who, report = asks_of_report(desk, report, _WRITE)
    done = desk.raid.screening.defer(who, report, until, reason)
    told = ("DEFERRED", f"{report} to {until}")
    tell_done(desk, done, told, report=report, state="deferred", until=until)


def _close(
    desk: Desk,
    report: ReportArgument,
    feedback: Annotated[
        str,
        typer.Option(
            metavar="TEXT", help="What the reporter was told, or `unreachable`."
        ),
    ] = "",
) -> None:
    """Close a report whose reporter was told, or could not be reached."""
    who, report = asks_of_report(desk, report, _WRITE)
    done = desk.raid.screening.close(who, report, feedback)
    tell_done(desk, done, ("CLOSED", report), report=report, state="closed")
