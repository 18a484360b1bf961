"""`raid intake new`: the questions of a report, on a terminal or answered by flags.

Must never ask who somebody is, which stands in a file of its own, nor wait for an
answer where nobody can give one, nor take in what may tell who somebody is unwarned.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.desks import Desk
from ringwall.cli.exits import ExitCode, Misuse
from ringwall.cli.output import say
from ringwall.cli.raid_intake_words import (
    INTAKE,
    make_ready,
    read_identity,
    show_handed,
    show_warned,
    tell_boxless,
)
from ringwall.cli.terminal import printable

if TYPE_CHECKING:
    from ringwall.raid.shield.tells import Warned

__all__ = ["new"]

_FLAGS: Final = {
    "title": "title",
    "narrative": "narrative",
    "kind": "kind",
    "occurred": "occurred",
    "aware": "aware",
    "system": "systems",
    "state": "states",
    "harm": "harms",
    "weights": "weights",
    "behaviour": "behaviour",
    "danger": "danger",
    "public": "public",
}
_FURTHER: Final = ("tlp", "language", "sector", "entity")
_TIMES: Final = ("model_involved", "classified")


def new(
    desk: Desk,
    title: Annotated[str, typer.Option(help="One line.")] = "",
    narrative: Annotated[
        str, typer.Option(help="What happened; `-` reads it from stdin.")
    ] = "",
    kind: Annotated[
        str, typer.Option(help="incident, near-miss, hazard or demonstration.")
    ] = "",
    occurred: Annotated[
        str,
        typer.Option(metavar="WHEN", help="E.g. 2026-03, or 2026-03-01..2026-03-04."),
    ] = "",
    aware: Annotated[
        str,
        typer.Option(metavar="INSTANT", help="When the reporter became aware of it."),
    ] = "",
    system: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME[; DEVELOPER[; VERSION]]",
            help="An AI system that is concerned; may be given several times.",
        ),
    ] = None,
    state: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE", help="A state of the EEA, e.g. FR; or none; several times."
        ),
    ] = None,
    harm: Annotated[
        list[str] | None,
        typer.Option(
            metavar="HARM",
            help="death, health, critical-infrastructure, rights, property, "
            "environment, personal-data, financial or none; several times.",
        ),
    ] = None,
    weights: Annotated[str, typer.Option(help="no, stolen or self-exfiltrated.")] = "",
    behaviour: Annotated[
        str,
        typer.Option(
            help="Deception, autonomy or loss of control: none, suspected or shown."
        ),
    ] = "",
    danger: Annotated[str, typer.Option(help="To life: no or imminent.")] = "",
    public: Annotated[str, typer.Option(help="yes or no.")] = "",
    tlp: Annotated[
        str, typer.Option(help="red, amber+strict, amber, green or clear.")
    ] = "",
    language: Annotated[str, typer.Option(metavar="TAG", help="E.g. de.")] = "",
    sector: Annotated[str, typer.Option(help="Of the economy.")] = "",
    entity: Annotated[
        str,
        typer.Option(help="What the reporter is to the law, e.g. provider; or none."),
    ] = "",
    compute: Annotated[
        str,
        typer.Option(
            metavar="LOW..HIGH", help="Training compute in operations: 9e25..11e25."
        ),
    ] = "",
    model_involved: Annotated[
        str,
        typer.Option(
            metavar="INSTANT", help="When the involvement of a model became known."
        ),
    ] = "",
    classified: Annotated[
        str,
        typer.Option(metavar="INSTANT", help="When it was classified as a major one."),
    ] = "",
    reference: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="A URL or title; several times."),
    ] = None,
    consent_developer: Annotated[
        str, typer.Option(help="Whether the developer may be told: yes or no.")
    ] = "",
    consent_authorities: Annotated[
        str, typer.Option(help="Whether authorities may be told: yes or no.")
    ] = "",
    answers: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="JSON with answers; flags go before it.",
            show_default=False,
        ),
    ] = None,
    identity: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Who the reporter is, sealed first: JSON with `name`, `reach` (a "
            "list) and `about`.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Take down a report: twelve questions, `unknown` is an answer to ten of them.

    On a terminal what no flag answers is asked for, and where something may tell who
    the reporter is, whether to go on. The code that is printed is shown once: with it
    the reporter asks for the state of the report.
    """
    flags = dict(locals())
    document = {**_from_file(answers), **_answered(flags), **_further(flags)}
    _ask_missing(desk.command, document)
    sender = read_identity(identity)
    from ringwall.model.raid_events import INBOX

    _check_wanted(desk.raid.intake.warn(document, sender))
    make_ready(desk)
    handed = desk.raid.intake.hand_in(desk.who(INTAKE, INBOX), document, sender)
    show_handed(handed, desk.format)
    tell_boxless(desk)


def _from_file(path: Path | None) -> dict[str, Any]:
    """Return the answers in a file.

    Raises:
        RequestError: `input-unreadable`.
        DeclarationError: `report-refused`, it is no JSON object.
    """
    from ringwall.base.errors import Fault
    from ringwall.cli.files import read_input
    from ringwall.raid.intake.bounded_json import Bounds, read_json, refused
    from ringwall.raid.intake.report_reader import MAX_REPORT_BYTES

    if path is None:
        return {}
    data = read_input(path, MAX_REPORT_BYTES)
    found = read_json(data, str(path), Bounds())
    if not isinstance(found, dict):
        fault = Fault(str(path), 0, 0, "not-an-object", "answers are a JSON object")
        raise refused(str(path), [fault])
    return found


def _answered(flags: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers that flags give to the questions."""
    from ringwall.raid.intake.questions import answer_of

    found: dict[str, Any] = {}
    for flag, field in _FLAGS.items():
        given = flags[flag]
        texts = given if isinstance(given, list) else [given]
        if given:
            found[field] = answer_of(field, texts)
    if found.get("narrative") == "-":
        found["narrative"] = sys.stdin.read().strip()
    return found


def _further(flags: Mapping[str, Any]) -> dict[str, Any]:
    """Return what flags say beyond the questions."""
    found: dict[str, Any] = {
        name: flags[name].strip().lower() for name in _FURTHER if flags[name]
    }
    found |= {name: flags[name].strip() for name in _TIMES if flags[name]}
    for exact in ("language", "sector"):
        if flags[exact]:
            found[exact] = flags[exact].strip()
    if flags["compute"]:
        low, between, high = flags["compute"].partition("..")
        found["compute"] = {"low": low.strip(), "high": (high or low).strip()}
        if low.strip() == "unknown" and not between:
            found["compute"] = "unknown"
    if flags["reference"]:
        found["references"] = flags["reference"]
    consent = {
        name: flags[f"consent_{name}"].strip().lower()
        for name in ("developer", "authorities")
        if flags[f"consent_{name}"]
    }
    return found | ({"consent": consent} if consent else {})


def _ask_missing(command: str, document: dict[str, Any]) -> None:
    """Ask for what nothing answers yet.

    Raises:
        Misuse: there is no terminal to ask on.
    """
    from ringwall.raid.intake.questions import NOTICE, QUESTIONS

    missing = [one for one in QUESTIONS if one.field not in document]
    if not missing:
        return
    if not _can_ask():
        flags = ", ".join(one.flag for one in missing)
        raise Misuse(command, f"missing {flags}; `unknown` is an answer to most")
    say(NOTICE)
    for number, question in enumerate(missing, 1):
        say(f"{number}/{len(missing)} {question.words}")
        if question.hint:
            say(f"   {question.hint}")
        document[question.field] = _asked(question.field, is_long=question.is_long)


def _check_wanted(warned: "Warned") -> None:
    """Say what may tell who the reporter is; on a terminal ask whether to go on.

    Raises:
        Exit: it is not to be taken in.
    """
    show_warned(warned)
    if not (warned.tells and _can_ask()):
        return
    if not typer.confirm("take it in as it is?", default=False, err=True):
        say("nothing was taken in: leave that out, and answer again")
        raise typer.Exit(ExitCode.DENY)


def _can_ask() -> bool:
    """Return whether somebody sits before a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _asked(field: str, *, is_long: bool) -> Any:  # noqa: ANN401 - JSON data
    """Return the first answer that fits."""
    from ringwall.raid.intake.questions import answer_of, fault_of

    while True:
        text = _typed_lines() if is_long else _typed_line()
        answer = answer_of(field, [text])
        fault = fault_of(field, answer)
        if not fault:
            return answer
        say(printable(fault))


def _typed_line() -> str:
    text: str = typer.prompt(">", prompt_suffix=" ", err=True)
    return text


def _typed_lines() -> str:
    """Return lines up to an empty one."""
    say("   as many lines as you like; an empty one ends it")
    lines = [_typed_line()]
    while line := typer.prompt(
        ">", prompt_suffix=" ", err=True, default="", show_default=False
    ):
        lines.append(line)
    return "\n".join(lines)
