"""`raid clock`: what starts a clock, meets it, or takes it out of count.

Must never start one by itself: a start is what a person says, with what shows it.
"""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.desks import Desk, Room, at_desk
from ringwall.cli.exits import Misuse
from ringwall.cli.options import examples
from ringwall.cli.output import say
from ringwall.cli.raid_clock_rules import list_rules
from ringwall.cli.raid_clock_show import SHOWING, clock_row, print_clocks
from ringwall.cli.terminal import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ringwall.model.decisions import Decision
    from ringwall.raid.acting import Done
    from ringwall.raid.starting import Start

__all__ = ["register"]

_ROOM: Final = "raid clock"
_BY_TWO: Final = (
    "it takes a grant, too: `ringwall request new --action raid.clock --asset CASE`; "
    "once it is approved, give it with --grant"
)
_ARM: Final = "raid.arm"
_VOID: Final = "raid.clock"
_COLUMNS: Final = ("clock", "rule", "stage", "state", "due", "owed")
_EXAMPLE: Final = "clk-mfzwizltmrqw2zlt"
_SHOWN: Final = "--evidence 'ticket 4711' --source 'duty officer'"
_OUTCOMES: Final = ("", "incomplete", "ongoing", "resolved")

_ClockArgument = Annotated[
    str, typer.Argument(metavar="CLOCK", help="E.g. clk-mfzwizltmrqw2zlt.")
]
_AtInstant = Annotated[
    str,
    typer.Option(
        "--at", metavar="INSTANT", help="When it was, e.g. 2027-01-31T09:30:00+01:00."
    ),
]
_EvidenceOption = Annotated[
    str, typer.Option(metavar="TEXT", help="What shows it, e.g. a ticket or a receipt.")
]
_SourceOption = Annotated[
    str, typer.Option(metavar="TEXT", help="Where the evidence comes from.")
]


def register(app: typer.Typer) -> None:
    """Add the verbs to the group."""
    group = typer.Typer(
        help="Legal deadlines and service levels of cases.", no_args_is_help=True
    )
    verbs: dict[str, tuple[Callable[..., None], str]] = {
        "arm": (_arm, "raid clock arm c-mfzwizltmr GDPR33 NIS2-23"),
        "start": (
            _start,
            f"raid clock start {_EXAMPLE} --at 2027-03-06T23:30:00+01:00 {_SHOWN}",
        ),
        "meet": (
            _meet,
            f"raid clock meet {_EXAMPLE} {_SHOWN}",
        ),
        "void": (
            _void,
            f"raid clock void {_EXAMPLE} --reason 'armed twice'",
        ),
        **SHOWING,
    }
    by_two = Room(_ROOM, _ways_by_two)
    for verb, (act, example) in verbs.items():
        room = by_two if verb == "void" else _ROOM
        group.command(verb, epilog=examples(example))(at_desk(room, verb, act))
    group.command("rules", epilog=examples("raid clock rules GDPR33"))(list_rules)
    app.add_typer(group, name="clock")


def _arm(
    desk: Desk,
    case: Annotated[str, typer.Argument(metavar="CASE", help="E.g. c-mfzwizltmr.")],
    rules: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[RULE...]",
            help="Ids, as `raid clock rules` lists them; default: those that the "
            "reports of the case give a reason to suspect.",
        ),
    ] = None,
    owed: Annotated[
        str,
        typer.Option(
            metavar="WHO",
            help="Who owes it: others, host (the institute) or self; default: as the "
            "rule says.",
        ),
    ] = "",
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why, recorded.")] = "",
) -> None:
    """Arm clocks: say that a deadline may run, and show the worst case.

    Each rule arms the stages that don't wait for an earlier one.
    """
    name = _case(case)
    done = desk.raid.clocks.arm(
        desk.who(_ARM, name), name, rules or (), owed=owed, why=reason
    )
    _tell(desk, done)
    say(
        "Start each when its start is known: `ringwall raid clock start CLOCK --at ...`"
    )


def _start(
    desk: Desk,
    clock: _ClockArgument,
    at: _AtInstant = "",
    evidence: _EvidenceOption = "",
    source: _SourceOption = "",
    event: Annotated[
        str,
        typer.Option(
            metavar="EVENT",
            help="What happened then, e.g. aware or classified; default: what the "
            "first limit of its rule starts from.",
        ),
    ] = "",
    state: Annotated[
        str,
        typer.Option(
            metavar="CODE",
            help="State of the recipient; default: the state of the case where it is "
            "due first.",
        ),
    ] = "",
) -> None:
    """Start a clock at an instant that somebody can show.

    Of a clock that runs, an earlier start corrects it, and so does a second event from
    which its rule counts. A later start takes two persons: `void`.
    """
    start = _given_start(desk, (event, at, evidence, source))
    who = desk.who(_ARM, desk.raid.acting.case_of(*_clock(clock)))
    _tell(desk, desk.raid.clocks.start(who, clock, [start], state))


def _meet(
    desk: Desk,
    clock: _ClockArgument,
    at: _AtInstant = "",
    evidence: _EvidenceOption = "",
    source: _SourceOption = "",
    outcome: Annotated[
        str,
        typer.Option(
            metavar="WORD",
            help="incomplete (a complete report follows), ongoing (the incident is not "
            "handled) or resolved (no more intermediate reports).",
        ),
    ] = "",
) -> None:
    """Say that what a clock runs for was done: now, or at an instant.

    The stages that follow on it are armed, and started where the sending starts them.
    """
    if outcome not in _OUTCOMES:
        raise Misuse(desk.command, f"--outcome is one of {', '.join(_OUTCOMES[1:])}")
    instant = _instant(desk, at) if at else None
    who = desk.who(_ARM, desk.raid.acting.case_of(*_clock(clock)))
    said = {"evidence": evidence, "source": source}
    _tell(desk, desk.raid.clocks.meet(who, clock, instant, said, outcome))


def _void(
    desk: Desk,
    clock: _ClockArgument,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why, recorded.")] = "",
) -> None:
    """Take a clock out of count; takes a grant that two persons approved.

    Ask for it with `ringwall request new --action raid.clock`.
    """
    who = desk.who(_VOID, desk.raid.acting.case_of(*_clock(clock)))
    _tell(desk, desk.raid.clocks.void(who, clock, reason))


def _ways_by_two(decision: "Decision") -> "Mapping[str, str]":
    """Return what turns a deny of what takes two persons: the next command, too."""
    ways = {**Room(_ROOM).ways(decision)}
    roles = ways.get("not-permitted")
    return {
        **ways,
        "approval-missing": _BY_TWO,
        "not-permitted": f"{roles}; {_BY_TWO}" if roles else _BY_TWO,
    }


def _given_start(desk: Desk, told: tuple[str, str, str, str]) -> "Start":
    """Return a start as it is told, refused if anything of it is missing."""
    from ringwall.raid.starting import Start

    event, at, evidence, source = told
    given = {"--at": at, "--evidence": evidence, "--source": source}
    missing = [name for name, text in given.items() if not text]
    if missing:
        raise Misuse(desk.command, f"missing {', '.join(missing)}")
    return Start(event, _instant(desk, at), evidence, source)


def _instant(desk: Desk, at: str) -> int:
    from ringwall.base.clock import parse_instant

    try:
        return parse_instant(at)
    except ValueError as error:
        raise Misuse(desk.command, str(error)) from None


def _case(text: str) -> str:
    from ringwall.raid.ids import parse_id

    return parse_id("raid.case", text)


def _clock(text: str) -> tuple[str, str]:
    from ringwall.raid.ids import parse_id

    return "raid.clock", parse_id("raid.clock", text)


def _tell(desk: Desk, done: "Done") -> None:
    """Print what became of each clock, and what its next stages are."""
    rows: dict[str, dict[str, Any]] = {}
    for event in done.events:
        if event["kind"] == "raid.clock":
            rows[event["id"]] = clock_row(event["id"], event["case"], event["card"])
    print_clocks(_COLUMNS, list(rows.values()), desk.format)
    say(f"{counted(len(rows), 'clock')} on record under {done.decision}")
