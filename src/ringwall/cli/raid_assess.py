"""`raid assess`: for each decision point of a case what the evidence leaves open.

Must never take over what a report suggests unless the assessor says so.
"""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from ringwall.cli.desks import Desk, at_desk
from ringwall.cli.options import Format, examples
from ringwall.cli.output import Sheet, chosen_format, print_object, print_rows, say
from ringwall.cli.raid_acts import CaseArgument, asks_of_case
from ringwall.cli.terminal import print_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ringwall.raid.triage.suggesting import Suggestion

__all__ = ["register"]

_SUGGESTED: Final = ("point", "values", "basis", "reason")
_POINTS: Final = ("point", "open", "known")

_AnswersArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="POINT=VALUE[,VALUE]...",
        help="What the evidence leaves open, e.g. auto=none or spread=one-state,"
        "several-states; `unknown` for all. `ringwall raid table show points` lists "
        "them.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the verb to the group."""
    example = 'raid assess c-mfzwizltmr auto=none class=cyber --evidence "log of 3 May"'
    app.command("assess", epilog=examples(example))(at_desk("raid", "assess", _assess))


def _assess(
    desk: Desk,
    case: CaseArgument,
    answers: _AnswersArgument = None,
    evidence: Annotated[
        str,
        typer.Option(metavar="TEXT", help="What the answers rest on; recorded."),
    ] = "",
    word: Annotated[
        str,
        typer.Option(
            metavar="WORD",
            help="How sure you are: remote, unlikely, roughly-even, likely, "
            "very-likely or almost-certain.",
        ),
    ] = "",
    suggest: Annotated[
        bool,
        typer.Option(
            "--suggest", help="Only show what the reports suggest; record nothing."
        ),
    ] = False,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            metavar="POINT",
            help="Take over what is suggested for this point. `all`: what reporters "
            "answered, with anything worse that their words tell of. `words`: that, "
            "and what words alone point to; they rule out nothing that is worse. "
            "`silence`: what the reports say nothing of, once you have read them. May "
            "be given several times.",
            show_default=False,
        ),
    ] = None,
    equivalent: Annotated[
        str,
        typer.Option(
            metavar="TEXT",
            help="What shows a capability equal to that of 1e26 operations; sets comp.",
        ),
    ] = "",
) -> None:
    """Assess a case: for each decision point the values that are left open.

    What you don't name stays as it was; what nobody named is unknown, and unknown is
    never milder than any answer. Who took in a report of the case can't assess it.
    """
    if suggest:
        who, case = asks_of_case(desk, case, "raid.read")
        _show_suggestions(desk, desk.raid.triage.suggestions(who, case))
        return
    who, case = asks_of_case(desk, case, "raid.assess")
    said = {"evidence": evidence, "word": word, "equivalent": equivalent}
    done = desk.raid.triage.assess(who, case, answers or [], said, accept or ())
    event = done.events[0]
    points = desk.raid.triage.tables.points
    told = {
        "case": event["case"],
        "decision": done.decision,
        "changed": event["said"]["changed"],
        "points": event["said"]["points"],
    }
    rows = [
        {
            "point": name,
            "known": "no" if len(values) == len(points[name].values) else "yes",
            "open": values,
        }
        for name, values in told["points"].items()
    ]

    def show() -> None:
        print_text(f"{told['case']}  {len(told['changed'])} changed", style="bold")
        print_rows(_POINTS, rows, Format.TABLE)

    print_object(told, desk.format, show, Sheet(_POINTS, rows))
    say(f"next: ringwall raid triage run {_short(told['case'])}")


def _show_suggestions(desk: Desk, found: "Mapping[str, list[Suggestion]]") -> None:
    from ringwall.raid.intake.plain_text import shown

    rows = [
        {
            "point": one.point,
            "values": list(one.values),
            "basis": one.basis,
            "reason": shown(one.reason, 200),
        }
        for ones in found.values()
        for one in ones
    ]
    print_rows(_SUGGESTED, rows, desk.format)
    if chosen_format(desk.format) is Format.TABLE:
        say("nothing was recorded; what is not listed stays unknown")
        say("next: `ringwall raid assess CASE --accept all --evidence TEXT`")
        say("      takes over what was answered; --accept POINT just that point,")
        say("      --accept words what words point to as well, and, once you have read")
        say("      the reports, --accept silence the rest")


def _short(case: str) -> str:
    return case.removeprefix("case:")
