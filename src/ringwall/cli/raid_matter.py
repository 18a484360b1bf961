"""`raid matter`: what is so of the matter of a case.

Must never ask whether there is an embargo before it takes what is so.
"""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from ringwall.cli.desks import Desk, at_desk
from ringwall.cli.options import examples
from ringwall.cli.output import Sheet, print_object, say
from ringwall.cli.raid_acts import (
    CaseArgument,
    ReasonOption,
    asks_of_case,
    made_by,
    tell_done,
)
from ringwall.cli.terminal import print_field

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["register"]

_ROOM: Final = "raid matter"
_WRITE: Final = "raid.write"
_FactsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[FACT]...",
        help="public, uplift (the recipe is), misuse; aware (the developer is), "
        "ready (a mitigation is), mitigated (it is in force), warned (defenders).",
        show_default=False,
    ),
]
_RecoverableOption = Annotated[
    str,
    typer.Option(metavar="WORD", help="service-side, contained or released."),
]


def register(app: typer.Typer) -> None:
    """Add the verbs to the group."""
    group = typer.Typer(help="What is so of a matter.", no_args_is_help=True)
    verbs: dict[str, tuple[Callable[..., None], str]] = {
        "tell": (
            _tell,
            "raid matter tell c-mfzwizltmr misuse --evidence 'logs of the provider'",
        ),
        "retract": (
            _retract,
            "raid matter retract c-mfzwizltmr public --reason 'another matter'",
        ),
        "show": (_show, "raid matter show c-mfzwizltmr"),
    }
    for verb, (act, example) in verbs.items():
        group.command(verb, epilog=examples(example))(at_desk(_ROOM, verb, act))
    app.add_typer(group, name="matter")


def _tell(
    desk: Desk,
    case: CaseArgument,
    facts: _FactsArgument = None,
    recoverable: _RecoverableOption = "",
    evidence: Annotated[
        str, typer.Option(metavar="TEXT", help="What shows it; kept private.")
    ] = "",
) -> None:
    """Record what is so. What is out ends an embargo in the same act."""
    who, case = asks_of_case(desk, case, _WRITE)
    done = desk.raid.matters.tell(who, case, facts or (), recoverable, evidence)
    ended = [event for event in done.events if event["kind"] == "raid.embargo"]
    cause = str(ended[0]["card"]["cause"]) if ended else ""
    told = ("RECORDED", f"of {case}")
    tell_done(desk, done, told, case=case, ended=cause)
    if cause:
        say(f"the embargo of {case} has ended: {cause}")


def _retract(
    desk: Desk,
    case: CaseArgument,
    facts: _FactsArgument = None,
    recoverable: _RecoverableOption = "",
    reason: ReasonOption = "",
) -> None:
    """Propose that something was not so; a second person carries it."""
    who, case = asks_of_case(desk, case, _WRITE)
    done = desk.raid.matters.retract(who, case, facts or (), recoverable, reason)
    proposal = made_by(done, "raid.proposal", "propose")
    tell_done(desk, done, ("PROPOSED", proposal), case=case, proposal=proposal)
    say(f"next: another person carries it: ringwall raid second {proposal}")


def _show(desk: Desk, case: CaseArgument) -> None:
    """Show what is so of the matter of a case."""
    who, case = asks_of_case(desk, case, "raid.read")
    known = desk.raid.matters.show(who, case)
    words = {
        name: value if isinstance(value, str) else bool(value)
        for name, value in known.items()
    }
    value = {"case": case, **words}

    def table() -> None:
        print_field("matter", case)
        so = [name for name, is_so in words.items() if is_so is True]
        print_field("so", ", ".join(so) or "nothing told")
        print_field("can be", str(words["recoverable"]) or "not told")

    print_object(value, desk.format, table, Sheet(list(value), [value]))
