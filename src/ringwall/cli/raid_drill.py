"""`raid drill`: exercise on a marked copy, by scripts that say what is expected.

Must never play anything where real reports are.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.desks import Desk, at_desk
from ringwall.cli.exits import Misuse
from ringwall.cli.options import FormatOption, InstituteOption, examples, open_institute
from ringwall.cli.output import Sheet, print_object, print_rows, say
from ringwall.cli.raid_acts import tell_done
from ringwall.cli.raid_clock_show import to_second
from ringwall.cli.terminal import counted, print_field, print_text

if TYPE_CHECKING:
    from ringwall.raid.drills.counter import Drill
    from ringwall.raid.drills.script import Script

__all__ = ["register"]

_ROOM: Final = "raid drill"
_COLUMNS: Final = ("expected", "what", "state", "due", "done")
_SCRIPTS: Final = ("script", "title", "injects", "expected")
_ENDING: Final = ".yaml"


def register(app: typer.Typer) -> None:
    """Add the verbs to the group."""
    group = typer.Typer(
        help="Drills: a marked copy of the institute, scripts, what was on time.",
        no_args_is_help=True,
    )
    group.command("copy", epilog=examples("raid drill copy autumn --name autumn-2027"))(
        at_desk(_ROOM, "copy", _copy)
    )
    group.command("ls", epilog=examples("raid drill ls"))(_ls)
    group.command(
        "start",
        epilog=examples(
            "raid drill start s04-self-exfiltration -C autumn --subject user:niels"
        ),
    )(at_desk(_ROOM, "start", _start))
    group.command(
        "inject", epilog=examples("raid drill inject -C autumn --subject user:ruth")
    )(at_desk(_ROOM, "inject", _inject))
    group.command("show", epilog=examples("raid drill show -C autumn --format json"))(
        at_desk(_ROOM, "show", _show)
    )
    group.command(
        "end", epilog=examples("raid drill end -C autumn --subject user:niels")
    )(at_desk(_ROOM, "end", _end))
    app.add_typer(group, name="drill")


def _copy(
    desk: Desk,
    target: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder.")],
    name: Annotated[
        str,
        typer.Option(help="Of the exercise: small letters, digits, hyphens."),
    ] = "",
) -> None:
    """Copy the institute's people and rules into a folder to exercise in.

    No record, no secret key and no weights go along. The copy's log says in its
    origin that it is an exercise's, and so does all that is made there. The
    director may.
    """
    from ringwall.institute import Institute
    from ringwall.model.raid_events import DESK
    from ringwall.raid.drills.counter import DIRECT

    if not name:
        raise Misuse(desk.command, "missing --name")
    decision = desk.raid.acting.ask(desk.who(DIRECT, DESK), DIRECT, DESK)
    made = Institute(desk.raid.acting.folder).exercise(target, name)
    people = len(list(made.facts().subjects()))
    value = {
        "folder": str(target),
        "exercise": made.settings.exercise,
        "origin": made.settings.origin,
        "people": people,
        "decision": decision.id,
    }

    def table() -> None:
        print_field("EXERCISE", f"{name}, in {target}", style="green")
        print_field("people", counted(people, "person or service"))
        print_field("log", made.settings.origin)
        print_field("record", decision.id)

    print_object(value, desk.format, table, Sheet(list(value), [value]))
    say(f"next: ringwall raid drill start SCRIPT -C {target} --subject PERSON")


def _ls(folder: InstituteOption = None, fmt: FormatOption = None) -> None:
    """List the scripts that come with the institute."""
    place = open_institute(folder).folder / "raid" / "drills"
    scripts = [_script(path) for path in sorted(place.glob(f"*{_ENDING}"))]
    rows = [
        {
            "script": one.name,
            "title": one.title,
            "injects": len(one.injects),
            "expected": len(one.expected),
        }
        for one in scripts
    ]
    print_rows(_SCRIPTS, rows, fmt)


def _start(
    desk: Desk,
    script: Annotated[
        str,
        typer.Argument(
            metavar="SCRIPT", help="Name of `raid drill ls`, or a file in YAML."
        ),
    ],
) -> None:
    """Start a drill by a script; in a copy made by `raid drill copy` alone.

    The script is kept on record, so that later nobody changes what was expected.
    """
    from ringwall.model.raid_events import DESK
    from ringwall.raid.drills.counter import DIRECT

    path = _path(desk, script)
    data = _bytes(path)
    done = desk.raid.drills.start(desk.who(DIRECT, DESK), data, str(path))
    [event] = done.events
    tell_done(
        desk,
        done,
        ("STARTED", f"{event['id']}: {event['card']['script']}"),
        drill=event["id"],
        script=event["card"]["script"],
    )
    say("next: ringwall raid drill inject --subject PERSON")


def _inject(
    desk: Desk,
    inject: Annotated[
        str,
        typer.Argument(metavar="[INJECT]", help="Play this now, due or not."),
    ] = "",
) -> None:
    """Play what happens next, once it is due: a report comes in, or words to read out.

    Whoever takes in reports may. The title of the report says that it is an exercise.
    """
    from ringwall.model.raid_events import INBOX
    from ringwall.raid.intake.counter import INTAKE

    found = desk.raid.drills.inject(desk.who(INTAKE, INBOX), inject)
    value: dict[str, Any] = {
        "inject": found.inject.id,
        "told": found.inject.told,
        "report": found.report,
        "receipt": found.receipt,
        "left": found.left,
        "decision": found.done.decision,
    }

    def table() -> None:
        print_field("INJECT", found.inject.id, style="green")
        if found.inject.told:
            print_field("read out", found.inject.told)
        if found.report:
            print_field("report", found.report)
            print_field("receipt", found.receipt)
        print_field("left", counted(found.left, "inject"))
        print_field("record", found.done.decision)

    print_object(value, desk.format, table, Sheet(list(value), [value]))
    say("next: ringwall raid drill show --subject PERSON")


def _show(desk: Desk) -> None:
    """Show what of a drill is done, what is late and what is still to come."""
    from ringwall.model.raid_events import DESK
    from ringwall.raid.acting import READ

    _tell(desk, desk.raid.drills.show(desk.who(READ, DESK)))


def _end(desk: Desk) -> None:
    """End the drill, and report what was done on time."""
    from ringwall.model.raid_events import DESK
    from ringwall.raid.drills.counter import DIRECT

    done, drill = desk.raid.drills.end(desk.who(DIRECT, DESK))
    _tell(desk, drill, done.decision)


def _tell(desk: Desk, drill: "Drill", decision: str = "") -> None:
    rows = [
        {
            "expected": one.id,
            "what": one.words,
            "state": one.state,
            "due": _instant(one.due) if one.due is not None else "",
            "done": _instant(one.at) if one.at is not None else "",
        }
        for one in drill.marks
    ]
    good = sum(one.state in {"on-time", "kept"} for one in drill.marks)
    value = {
        "drill": drill.id,
        "exercise": drill.exercise,
        "script": drill.script.name,
        "state": drill.state,
        "injected": sorted(drill.injected),
        "good": good,
        "of": len(rows),
        "marks": rows,
        "decision": decision,
    }

    def table() -> None:
        print_text(f"EXERCISE {drill.exercise}: {drill.script.title}")
        print_field("drill", f"{drill.id}, {drill.state}")
        print_field("played", _played(drill))
        if drill.state == "running":
            print_field("brief", drill.script.brief)
        print_text()
        for one in rows:
            style = "green" if one["state"] in {"on-time", "kept"} else ""
            print_field(str(one["state"]), f"{one['what']}{_when(one)}", style=style)
        print_text()
        print_field("result", f"{good} of {len(rows)} as expected")
        if decision:
            print_field("record", decision)

    print_object(value, desk.format, table, Sheet(list(_COLUMNS), rows))


def _played(drill: "Drill") -> str:
    waiting = [one.id for one in drill.script.injects if one.id not in drill.injected]
    played = f"{len(drill.injected)} of {len(drill.script.injects)}"
    return f"{played}; to come: {', '.join(waiting)}" if waiting else played


def _when(row: dict[str, str]) -> str:
    if row["done"]:
        return f" ({row['done']}{', due ' + row['due'] if row['due'] else ''})"
    return f" (due {row['due']})" if row["due"] else ""


def _instant(at: int) -> str:
    from ringwall.base.clock import format_instant

    return to_second(format_instant(at))


def _path(desk: Desk, script: str) -> Path:
    """Return the file of a script: one named as a file, or one of the institute's."""
    if script.endswith(_ENDING) or "/" in script:
        return Path(script)
    return desk.raid.acting.folder / "raid" / "drills" / f"{script}{_ENDING}"


def _bytes(path: Path) -> bytes:
    from ringwall.base.errors import RequestError
    from ringwall.base.plain_folder import read_plain
    from ringwall.raid.drills.script import MAX_SCRIPT_BYTES

    try:
        return read_plain(path, MAX_SCRIPT_BYTES)
    except OSError as error:
        raise RequestError(
            "script-unreadable",
            f"`{path.name}` can't be read: {error.strerror or error}",
            next_step="`ringwall raid drill ls` lists the scripts that there are",
        ) from error


def _script(path: Path) -> "Script":
    from ringwall.raid.drills.script import parse_script

    return parse_script(_bytes(path), path.name)
