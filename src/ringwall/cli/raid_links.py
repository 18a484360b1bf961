"""`raid attach`, `unlink`, `candidates`, `merge` and `unmerge`: what belongs together.

Must never link or merge what was only offered.
"""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.desks import Desk, at_desk
from ringwall.cli.exits import Misuse
from ringwall.cli.options import examples
from ringwall.cli.output import print_rows, say
from ringwall.cli.raid_acts import (
    ROOM,
    CaseArgument,
    ReasonOption,
    ReportArgument,
    asks_of_case,
    asks_of_report,
    made_by,
    tell_done,
    title,
)
from ringwall.cli.raid_intake_words import make_ready

if TYPE_CHECKING:
    from ringwall.raid.acting import Done
    from ringwall.raid.candidates import Candidate

__all__ = ["register"]

_WRITE: Final = "raid.write"
_READ: Final = "raid.read"
_CANDIDATE: Final = ("id", "score", "cases", "hub", "reasons")


def register(app: typer.Typer) -> None:
    """Add the verbs to the group."""
    app.command(
        "attach",
        epilog=examples(
            "raid attach r-mfzwizltmr c-mfzwizltmr --type same-event \\\n"
            "      --reason 'the same ward, the same morning'"
        ),
    )(at_desk(ROOM, "attach", _attach))
    app.command(
        "unlink",
        epilog=examples(
            "raid unlink r-mfzwizltmr c-mfzwizltmr --reason 'another ward'"
        ),
    )(at_desk(ROOM, "unlink", _unlink))
    app.command(
        "candidates",
        epilog=examples("raid candidates r-mfzwizltmr", "raid candidates c-mfzwizltmr"),
    )(at_desk(ROOM, "candidates", _candidates))
    app.command(
        "merge",
        epilog=examples("raid merge c-mfzwizltmr c-nfzwizltmr --reason 'one event'"),
    )(at_desk(ROOM, "merge", _merge))
    app.command(
        "unmerge", epilog=examples("raid unmerge c-mfzwizltmr --reason 'two events'")
    )(at_desk(ROOM, "unmerge", _unmerge))


def _attach(
    desk: Desk,
    report: ReportArgument,
    case: CaseArgument,
    kind: Annotated[
        str,
        typer.Option(
            "--type",
            envvar="RINGWALL_RAID_ATTACH_TYPE",
            metavar="TYPE",
            help="same-event, same-cause, same-model, follow-up, context or refutes.",
        ),
    ] = "same-event",
    reason: ReasonOption = "",
) -> None:
    """Link a report to a case; a report may be linked to several."""
    from ringwall.raid.ids import parse_id
    from ringwall.raid.linking import Link

    report = parse_id("raid.report", report)
    who, case = asks_of_case(desk, case, _WRITE)
    done = desk.raid.links.attach(who, report, case, Link(kind, reason))
    link = made_by(done, "raid.link", "link")
    told = ("LINKED", f"{report} to {case}: {kind}")
    tell_done(desk, done, told, link=link, report=report, case=case, type=kind)


def _unlink(
    desk: Desk, report: ReportArgument, case: CaseArgument, reason: ReasonOption = ""
) -> None:
    """Take a link back; it stays on record and can be made again."""
    from ringwall.raid.ids import parse_id

    report = parse_id("raid.report", report)
    who, case = asks_of_case(desk, case, _WRITE)
    done = desk.raid.links.unlink(who, report, case, reason)
    link = made_by(done, "raid.link", "unlink")
    told = ("UNLINKED", f"{report} from {case}")
    tell_done(desk, done, told, link=link, report=report, case=case)


def _candidates(
    desk: Desk,
    item: Annotated[
        str, typer.Argument(metavar="REPORT|CASE", help="E.g. r-... or c-...")
    ],
) -> None:
    """Show what may belong to a report or a case, and why; links nothing.

    A hub is a report of so many cases that it doesn't show two of them to be one.
    """
    if item.rpartition(":")[2].lower().startswith("r-"):
        who, report = asks_of_report(desk, item, _READ)
        make_ready(desk)
        found = desk.raid.links.of_report(who, report)
    elif item.rpartition(":")[2].lower().startswith("c-"):
        who, case = asks_of_case(desk, item, _READ)
        make_ready(desk)
        found = desk.raid.links.of_case(who, case)
    else:
        raise Misuse(desk.command, "name a report, r-..., or a case, c-...")
    print_rows(_CANDIDATE, map(_row, found), desk.format)


def _row(candidate: "Candidate") -> dict[str, Any]:
    return {
        "id": candidate.id,
        "score": candidate.score,
        "cases": list(candidate.cases),
        "hub": candidate.is_hub,
        "reasons": [title(reason) for reason in candidate.reasons],
    }


def _merge(
    desk: Desk,
    case: Annotated[str, typer.Argument(metavar="CASE", help="The one that goes.")],
    into: Annotated[str, typer.Argument(metavar="INTO", help="The one that stays.")],
    reason: ReasonOption = "",
) -> None:
    """Propose that a case becomes part of another; a second person carries it.

    The one that goes keeps its id and its log, and it can be undone for ever.
    """
    from ringwall.raid.ids import parse_id

    named = parse_id("raid.case", case)
    who, other = asks_of_case(desk, into, _WRITE)
    done = desk.raid.merging.merge(who, named, other, reason)
    _tell_proposal(desk, done, f"to merge {named} into {other}", case=named, into=other)


def _unmerge(desk: Desk, case: CaseArgument, reason: ReasonOption = "") -> None:
    """Propose that a case that was merged away is one of its own again."""
    from ringwall.raid.ids import parse_id

    named = parse_id("raid.case", case)
    done = desk.raid.merging.unmerge(desk.who(_WRITE, named), named, reason)
    _tell_proposal(desk, done, f"to part {named} again", case=named)


def _tell_proposal(desk: Desk, done: "Done", what: str, **more: str) -> None:
    proposal = made_by(done, "raid.proposal", "propose")
    tell_done(
        desk, done, ("PROPOSED", f"{proposal}: {what}"), proposal=proposal, **more
    )
    say(f"next: `ringwall raid second {proposal}`, by another person")
