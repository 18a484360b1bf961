"""`raid export`: what one recipient may be told of a case, in the form that they read.

Must never write more than a hand-over to them would hold, nor say that it was sent.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.desks import Desk, at_desk
from ringwall.cli.exits import Misuse
from ringwall.cli.files import Output, read_input
from ringwall.cli.options import examples
from ringwall.cli.output import Sheet, print_object, say
from ringwall.cli.raid_acts import ROOM, CaseArgument, asks_of_case, title
from ringwall.cli.raid_route import SectorOption, StateOption, told_of
from ringwall.cli.terminal import counted, print_field, print_text

if TYPE_CHECKING:
    from ringwall.raid.exports.counter import Exported

__all__ = ["register"]

_COMMAND: Final = "ringwall raid export"
_READ: Final = "raid.read"
_DATE: Final = "2026-11-23"
_ODD_SHOWN: Final = 5


def register(app: typer.Typer) -> None:
    """Add the verb to the group."""
    app.command(
        "export",
        epilog=examples(
            "raid export stix c-mfzwizltmr --for enisa --out enisa.json",
            "raid export nis2 c-mfzwizltmr --for csirt.fr --stage early-warning",
        ),
    )(at_desk(ROOM, "export", _export))


def _export(
    desk: Desk,
    form: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT",
            help="stix, misp, avid, csaf; forms: art73, gpai, nis2; or json: all of "
            "it (`ringwall schema raid-export`).",
        ),
    ],
    case: CaseArgument,
    recipient: Annotated[
        str,
        typer.Option(
            "--for", metavar="RECIPIENT", help="As in `raid route plan`. Needed."
        ),
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="A new file, and FILE.md to read of a form; default: stdout.",
            show_default=False,
        ),
    ] = None,
    stage: Annotated[
        str,
        typer.Option(
            metavar="STAGE",
            help="Of a form: up to this one, e.g. early-warning; default: all of it.",
        ),
    ] = "",
    submitted: Annotated[
        str,
        typer.Option(metavar="DATE", help="Of a form: day on which it is submitted."),
    ] = "",
    atlas: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="ATLAS.yaml, to check ids and names of techniques against.",
            show_default=False,
        ),
    ] = None,
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
) -> None:
    """Write what one recipient may be told of a case, in a form that they read.

    It holds what a hand-over to them would hold and no more, and never who reported
    it. Fields of a form are known, unknown, or withheld: not for this recipient.

    Nothing is sent or recorded as sent. Whoever enforces is told of a single case
    through an exit alone.
    """
    from ringwall.raid.exports.counter import Asked
    from ringwall.raid.exports.formats import FORMATS
    from ringwall.raid.routing.recipients import Wanted

    if form not in FORMATS:
        raise Misuse(_COMMAND, f"`{form}` is none of {', '.join(FORMATS)}")
    if not recipient:
        raise Misuse(_COMMAND, "missing --for RECIPIENT")
    _check_day(submitted)
    files = _files(out, form)
    _check_stage(desk, form, stage)
    catalogue = _catalogue(atlas)
    who, case = asks_of_case(desk, case, _READ)
    told = told_of(desk, sector, state)
    wanted = Wanted(recipient, route, told, export_checked)
    made = desk.raid.exports.export(
        who, case, Asked(form, wanted, stage, submitted, catalogue)
    )
    if files:
        _write(files, made.data)
        _tell(desk, made, form, files)
    else:
        sys.stdout.write(made.data.decode("ascii"))
    _say_odd(made)
    say("nothing was sent; `ringwall raid route send` records a hand-over")


def _files(out: Path | None, form: str) -> tuple[Output, ...]:
    """Return the files to be made, refused early if one is there.

    A form has a page beside it, for a person to read.
    """
    from ringwall.raid.exports.standards import FORMS

    if out is None:
        return ()
    paths = [out, *([out.with_name(out.name + ".md")] if form in FORMS else [])]
    files = tuple(Output(path, 0o600) for path in paths)
    for file in files:
        file.check()
    return files


def _write(files: tuple[Output, ...], data: bytes) -> None:
    from ringwall.raid.exports.form_page import form_page

    files[0].write(data)
    for page in files[1:]:
        page.write(form_page(data))


def _check_day(text: str) -> None:
    from datetime import date

    try:
        day = date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        day = "-"
    if day != text:
        raise Misuse(_COMMAND, f"--submitted `{text}` is no date such as {_DATE}")


def _check_stage(desk: Desk, form: str, stage: str) -> None:
    from ringwall.raid.exports.forms import stages_of
    from ringwall.raid.exports.standards import FORMS

    if not stage:
        return
    if form not in FORMS:
        raise Misuse(_COMMAND, f"--stage is of a form: {', '.join(FORMS)}")
    known = stages_of(form, desk.raid.exports.standards)
    if stage not in known:
        raise Misuse(_COMMAND, f"--stage `{stage}` is none of {', '.join(known)}")


def _catalogue(path: Path | None) -> tuple[str, bytes]:
    from ringwall.raid.intake.importing.atlas import MAX_ATLAS_BYTES

    if path is None:
        return "", b""
    return path.name, read_input(path, MAX_ATLAS_BYTES)


def _tell(desk: Desk, made: "Exported", form: str, files: tuple[Output, ...]) -> None:
    file, page = str(files[0].path), "".join(str(one.path) for one in files[1:])
    told: dict[str, Any] = {
        "case": made.case,
        "format": form,
        "recipient": made.recipient,
        "name": made.name,
        "label": made.label,
        "bytes": len(made.data),
        "withheld": dict(made.withheld),
        "unchecked": dict(made.odd),
        "file": file,
        "page": page,
    }

    def table() -> None:
        print_text(f"{made.case}  TLP:{made.label.upper()}", style="bold")
        print_field("for", f"{made.recipient} ({made.name})")
        print_field("file", f"{file}, {form}, {counted(len(made.data), 'byte')}")
        if page:
            print_field("page", f"{page}, the same to read")
        kept = ", ".join(f"{count} by {why}" for why, count in made.withheld.items())
        print_field("withheld", kept or "nothing")

    print_object(told, desk.format, table, Sheet(tuple(told), [told]))


def _say_odd(made: "Exported") -> None:
    """Say which techniques are not taken for checked."""
    for line, why in list(made.odd.items())[:_ODD_SHOWN]:
        say(f"technique `{title(line, 60)}`: {why}")
    if len(made.odd) > _ODD_SHOWN:
        say(f"and {len(made.odd) - _ODD_SHOWN} more techniques")
    if "not checked" in made.odd.values():
        say("next: check techniques by id and name with --atlas ATLAS.yaml")
