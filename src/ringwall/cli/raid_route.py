"""`raid route`: who must hear of a case, and the packages that go to them.

Must never say that something was sent: the tool makes a file, and people send it.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.desks import Desk, at_desk
from ringwall.cli.exits import Misuse
from ringwall.cli.files import Output
from ringwall.cli.options import Format, examples
from ringwall.cli.output import Sheet, print_object, print_rows, say
from ringwall.cli.raid_handovers import (
    HANDOVER_VERBS,
    CaseArgument,
    HandoverArgument,
    ReasonOption,
    of_handover,
)
from ringwall.cli.terminal import print_field, print_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from ringwall.raid.routing.facts import Told
    from ringwall.raid.routing.plan import Plan

__all__ = ["SectorOption", "StateOption", "register", "told_of"]

_ROOM: Final = "raid route"
_PLAN: Final = ("route", "role", "recipient", "clocks", "blocks")
_PLAN_SHEET: Final = (
    *("route", "risk", "role", "recipient", "function", "state", "name", "part"),
    *("why", "basis", "clocks", "confidence", "ceiling", "blocks", "note"),
)
# What settles a fact that follows from others.
_SETTLES: Final = {
    "across": "spread",
    "six": "states",
    "eea": "states",
    "agent": "sector",
    "notice": "compute",
}
# What stands in the way, in words that fit a column.
_WORDS: Final = {
    "state-unknown": "state not known",
    "no-contact": "no contact on record",
    "unverified": "contact not verified",
    "stale": "contact to verify anew",
    "keyless": "no key on record",
    "ceiling": "label above its ceiling",
    "suspect": "may be the suspect",
    "export-control": "check export control",
    "two-persons": "takes two persons",
}

_OWNERS: Final = {
    "raid": "RAID owns it: whoever is told gets a copy",
    "joint": "RAID owns the model's part: whoever is told gets a copy",
    "sector": "",
}
_NOBODY: Final = (
    "no route leads to anybody: look at `class` and `kind` of the assessment "
    "(`ringwall raid triage explain`), or name a --sector or --state"
)
_BESIDES: Final = (
    "besides, a warning of a danger takes --reason TEXT, what the "
    "plan marks `check export control` --export-checked TEXT, and where several routes "
    "lead there --route ID"
)
SectorOption = Annotated[
    list[str] | None,
    typer.Option(
        "--sector",
        metavar="ID",
        help="A sector that no report names, e.g. energy or hospital; may be given "
        "several times. `ringwall raid table show sectors` prints all words.",
    ),
]
StateOption = Annotated[
    list[str] | None,
    typer.Option(
        "--state",
        metavar="CODE",
        help="A state that no report names, e.g. FR, or `outside`; may be given "
        "several times.",
    ),
]
_FileOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="The package, a new file; FILE.md beside it is the page to read. Needed.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the verbs to the group."""
    group = typer.Typer(
        help="Who must hear of a case, and packages that go to them.",
        no_args_is_help=True,
    )
    verbs: dict[str, tuple[Callable[..., None], str]] = {
        "plan": (_plan, "raid route plan c-mfzwizltmr --state FR --sector energy"),
        "send": (_send, "raid route send c-mfzwizltmr enisa -o enisa.json"),
        "package": (
            _package,
            "raid route package hnd-mfzwizltmrqw2zlt -o enisa.json",
        ),
        **HANDOVER_VERBS,
    }
    for verb, (act, example) in verbs.items():
        group.command(verb, epilog=examples(example))(at_desk(_ROOM, verb, act))
    app.add_typer(group, name="route")


def _plan(
    desk: Desk,
    case: CaseArgument,
    sector: SectorOption = None,
    state: StateOption = None,
) -> None:
    """Show who must hear of a case, why, by when, and what stands in the way.

    Nothing is recorded but that it was asked. `duty` is what whoever reported owes
    an enforcing body: the desk tells it of no single case.
    """
    from ringwall.raid.ids import parse_id

    case = parse_id("raid.case", case)
    who = desk.who("raid.read", case)
    found = desk.raid.routes.plan(who, case, told_of(desk, sector, state))
    told = _plan_told(found)
    print_object(
        told, desk.format, lambda: _show_plan(told), Sheet(_PLAN_SHEET, told["rows"])
    )
    if not (told["rows"] or told["missing"] or told["unread"]):
        say(_NOBODY)


def _send(
    desk: Desk,
    case: CaseArgument,
    recipient: Annotated[
        str,
        typer.Argument(
            metavar="RECIPIENT", help="As in the plan, e.g. csirt.fr. Needed."
        ),
    ] = "",
    output: _FileOption = None,
    route: Annotated[
        str, typer.Option(metavar="ID", help="Where several routes lead there: which.")
    ] = "",
    sector: SectorOption = None,
    state: StateOption = None,
    export_checked: Annotated[
        str,
        typer.Option(
            metavar="TEXT",
            help="Who checked it as a transfer of controlled technology, and with what "
            "result.",
        ),
    ] = "",
    reason: ReasonOption = "",
) -> None:
    """Make a package of just the facts that one recipient may be told, and record it.

    The tool sends no mail: give the file to the recipient by a channel that fits its
    label. It is pending until their signed receipt is recorded with `accept`. In an
    imminent danger to life it is proposed, for a lead to carry.

    Takes --output; and --reason for a warning of a danger, --export-checked where
    the plan says `check export control`, --route where several lead there.
    """
    from ringwall.raid.ids import parse_id
    from ringwall.raid.routing.recipients import Wanted

    given = {"RECIPIENT": recipient, "--output FILE": output}
    missing = [name for name, word in given.items() if not word]
    if output is None or missing:
        raise Misuse(desk.command, f"missing {', '.join(missing)}; {_BESIDES}")
    files = _files(output)
    case = parse_id("raid.case", case)
    who = desk.who("raid.route", case)
    wanted = Wanted(
        recipient, route, told_of(desk, sector, state), export_checked, reason
    )
    sent = desk.raid.routes.send(who, case, wanted)
    told = {
        "handover": sent.handover,
        "recipient": sent.row.recipient,
        "name": sent.row.name,
        "route": sent.row.route.id,
        "role": sent.row.role,
        "label": sent.package.label.word,
        "package": sent.package.digest,
        "withheld": dict(sent.package.withheld),
        "file": "",
        "page": "",
    }
    if sent.row.route.is_danger:
        told["proposal"] = told.pop("handover")
        step = f"ringwall raid second {sent.handover}"
    else:
        _write(files, sent.package.data, sent.handover)
        told["file"], told["page"] = str(output), f"{output}.md"
        step = f"ringwall raid route accept {sent.handover} --receipt FILE"
    print_object(
        told, desk.format, lambda: _show_sent(told), Sheet(tuple(told), [told])
    )
    if not sent.row.route.is_danger:
        say(
            f"nothing was sent: give {output} and {output}.md to the recipient yourself"
        )
    say(f"next: {step}")


def _package(
    desk: Desk, handover: HandoverArgument, output: _FileOption = None
) -> None:
    """Write the package of a hand-over that is on record once more, as it was made."""
    if output is None:
        raise Misuse("ringwall raid route package", "missing --output FILE")
    files = _files(output)
    name, who = of_handover(desk, handover)
    _write(files, desk.raid.routes.package(who, name), name)
    told = {"handover": name, "file": str(output), "page": f"{output}.md"}
    print_object(
        told,
        desk.format,
        lambda: print_text(f"{name}: {output}, and to read {told['page']}"),
        Sheet(tuple(told), [told]),
    )


def told_of(desk: Desk, sector: list[str] | None, state: list[str] | None) -> "Told":
    """Return what the officer adds, in words of the tables.

    Raises:
        Misuse: a word is in no table.
    """
    from ringwall.raid.routing.facts import Told
    from ringwall.raid.routing.rows import OUTSIDE

    sectors, states = frozenset(sector or ()), frozenset(state or ())
    if sectors or states:
        tables = desk.raid.acting.rules.routes
        for word in sorted(sectors):
            if not tables.sectors_of(word):
                known = ", ".join(tables.sector_names)
                raise Misuse(
                    desk.command,
                    f"--sector `{word}` is none of {known}; all words for them: "
                    "`ringwall raid table show sectors`",
                )
        sectors = frozenset().union(*map(tables.sectors_of, sectors))
        states = frozenset(word if word == OUTSIDE else word.upper() for word in states)
        for word in sorted(states - {*tables.states, OUTSIDE}):
            known = ", ".join((*tables.states, OUTSIDE))
            raise Misuse(desk.command, f"--state `{word}` is none of {known}")
    return Told(sectors, states)


def _files(output: Path) -> tuple[Output, Output]:
    """Return the two files to be made, refused early if one is there."""
    files = Output(output, 0o600), Output(output.with_name(output.name + ".md"), 0o600)
    for file in files:
        file.check()
    return files


def _write(files: tuple[Output, Output], data: bytes, handover: str) -> None:
    from ringwall.raid.routing.page import handover_page

    files[0].write(data)
    files[1].write(handover_page(data, handover))


def _plan_told(plan: "Plan") -> dict[str, Any]:
    rows = [
        {
            "route": row.route.id,
            "risk": row.route.risk,
            "role": row.role,
            "recipient": row.recipient,
            "function": row.function,
            "state": row.state,
            "name": row.name,
            "part": row.part,
            "why": list(row.why),
            "basis": row.route.basis,
            "clocks": list(row.clocks),
            "confidence": row.route.confidence,
            "ceiling": row.ceiling.word,
            "blocks": list(row.blocks),
            "note": row.route.note,
        }
        for row in plan.rows
    ]
    missing = [
        {
            "route": one.route.id,
            "risk": one.route.risk,
            "functions": list(one.functions),
            "facts": list(one.facts),
        }
        for one in plan.missing
    ]
    return {
        "case": plan.case,
        "label": plan.label.word,
        "owned": plan.is_owned,
        "owner": _owner(plan),
        "rows": rows,
        "missing": missing,
        "unsettled": {clock: list(facts) for clock, facts in plan.unsettled.items()},
        "unread": list(plan.unread),
    }


def _owner(plan: "Plan") -> str:
    """Return who owns the case: `raid`, `joint` for the model's part, or `sector`."""
    owners = {row.route.owner for row in plan.rows if row.role == "owner"}
    if owners == {"joint"}:
        return "joint"
    return "raid" if plan.is_owned else "sector"


def _show_plan(told: dict[str, Any]) -> None:
    owner = _OWNERS[told["owner"]]
    print_text(f"{told['case']}  TLP:{told['label'].upper()}  {owner}", style="bold")
    rows = [
        {**row, "blocks": [_WORDS[block] for block in row["blocks"]]}
        for row in told["rows"]
    ]
    print_rows(_PLAN, rows, Format.TABLE)
    for route in {row["route"]: row for row in told["rows"]}.values():
        why = ", ".join(route["why"]) or "always"
        note = f"; {route['note']}" if route["note"] else ""
        print_field(
            route["route"],
            f"{route['risk']} ({why}); {route['basis']}, {route['confidence']}{note}",
        )
    for text in told["unread"]:
        print_field("sector", f"`{text}` is in no row: say which with --sector")
    for one in told["missing"]:
        functions = ", ".join(one["functions"])
        facts = _facts(one["facts"])
        print_field("open", f"{one['route']} if {facts} says so: {functions}")
    for clock, facts in told["unsettled"].items():
        print_field("worst", f"{clock} unless {_facts(facts)} says otherwise")


def _facts(names: list[str]) -> str:
    """Return the questions that settle some facts."""
    return " and ".join(dict.fromkeys(_SETTLES.get(name, name) for name in names))


def _show_sent(told: dict[str, Any]) -> None:
    head = told.get("handover") or told["proposal"]
    print_text(f"{head}  TLP:{told['label'].upper()}", style="bold")
    print_field("to", f"{told['recipient']} ({told['name']}), {told['role']}")
    print_field("route", told["route"])
    print_field("package", told["package"])
    kept = ", ".join(f"{count} by {why}" for why, count in told["withheld"].items())
    print_field("withheld", kept or "nothing")
    if told["file"]:
        print_field("file", told["file"])
        print_field("page", f"{told['page']}, the same to read and to sign for")
