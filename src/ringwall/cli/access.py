"""`check`, `why`, `who-can`, `what-can`: asking, and asking about answers."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ringwall.cli.exits import ExitCode
from ringwall.cli.options import FormatOption, InstituteOption, open_institute
from ringwall.cli.output import print_object, print_rows, say

if TYPE_CHECKING:
    from ringwall.institute import Institute
    from ringwall.model.decisions import Decision
    from ringwall.model.requests import AccessRequest
    from ringwall.pdp.search import Way

__all__ = ["register"]

_MAX_REQUEST_BYTES = 1024 * 1024
_EXITS = {
    "audit-unavailable": ExitCode.UNRECORDED,
    "integrity-failed": ExitCode.INTEGRITY,
    "internal-error": ExitCode.INTERNAL,
    "policy-unavailable": ExitCode.INVALID,
    "policy-not-activated": ExitCode.INVALID,
}


def register(app: typer.Typer) -> None:
    """Add the verbs to the application."""
    app.command("check")(check)
    app.command("why")(why)
    app.command("who-can")(who_can)
    app.command("what-can")(what_can)


def check(
    request: Annotated[
        str,
        typer.Argument(
            metavar="[REQUEST.json|-]",
            help="A request in AuthZEN's JSON shape; - reads it from stdin.",
        ),
    ] = "",
    subject: Annotated[str, typer.Option(help="Who asks, e.g. user:ada.")] = "",
    action: Annotated[str, typer.Option(help="To do what, e.g. weights.read.")] = "",
    asset: Annotated[str, typer.Option(help="To what, e.g. weights:aurora-2.")] = "",
    via: Annotated[
        str,
        typer.Option(metavar="POINT", help="Enforcement point that asks."),
    ] = "",
    authn: Annotated[
        str,
        typer.Option(
            metavar="LEVEL",
            help="none, password, mfa, hardware or hardware-fresh.",
        ),
    ] = "",
    purpose: Annotated[str, typer.Option(help="Why; at most 500 characters.")] = "",
    for_caller: Annotated[
        bool,
        typer.Option("--for-caller", help="Print only what the subject may know."),
    ] = False,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Ask whether a subject may act on an asset; record the answer, then print it.

    Exit 0 is permit, 1 is deny; 8 says that the record could not be made durable,
    so nothing was served.
    """
    words = {
        "subject": subject,
        "action": action,
        "asset": asset,
        "via": via,
        "authn": authn,
        "purpose": purpose,
    }
    institute = open_institute(folder)
    question = _question(institute, request, words)
    gate = institute.gatekeeper()
    try:
        decision = gate.check_request(question)
        fault = gate.ground.loaded.fault
    finally:
        gate.close()
    _print_decision(decision, fmt, for_caller=for_caller)
    code = _exit_code(decision)
    if code is ExitCode.INVALID and fault:
        say(f"ringwall: {fault}")
        say("next: run `ringwall policy lint` for all faults")
    raise typer.Exit(code)


def _question(
    institute: "Institute", request: str, words: dict[str, str]
) -> "AccessRequest":
    from ringwall.gate.request_reader import request_from_json, request_from_words

    point = words["via"] or institute.settings.point or ""
    if request:
        given = [f"--{name}" for name, word in words.items() if word and name != "via"]
        if given:
            raise typer.BadParameter(f"give a request or {given[0]}, not both")
        return request_from_json(_read_request(request), point)
    required = {**words, "via": point}
    missing = [n for n in ("subject", "action", "asset", "via") if not required[n]]
    if missing:
        raise typer.BadParameter(
            "missing " + ", ".join(f"--{name}" for name in missing)
        )
    return request_from_words(
        subject=words["subject"],
        action=words["action"],
        resource=words["asset"],
        point=point,
        authn=words["authn"] or "none",
        purpose=words["purpose"],
    )


def _read_request(source: str) -> object:
    import json

    from ringwall.base.errors import RequestError

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) != len(pairs):
            raise ValueError("a key stands twice in one object")
        return value

    try:
        if source == "-":
            data = sys.stdin.buffer.read(_MAX_REQUEST_BYTES + 1)
        else:
            with Path(source).open("rb") as handle:
                data = handle.read(_MAX_REQUEST_BYTES + 1)
        if len(data) > _MAX_REQUEST_BYTES:
            raise ValueError(f"it is larger than {_MAX_REQUEST_BYTES} bytes")
        value: object = json.loads(data.decode("utf-8"), object_pairs_hook=unique)
    except (OSError, ValueError, RecursionError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise RequestError(
            "request-unreadable",
            f"`{source}` can't be read as a request: {why}",
            next_step="see `ringwall schema request` for the shape of a request",
        ) from None
    return value


def _exit_code(decision: "Decision") -> ExitCode:
    if decision.permitted:
        return ExitCode.OK
    codes = [reason.code for reason in decision.verdict.reasons]
    return next((_EXITS[code] for code in codes if code in _EXITS), ExitCode.DENY)


def _print_decision(
    decision: "Decision", fmt: FormatOption, *, for_caller: bool
) -> None:
    from ringwall.cli.answers import answer_of, redacted_answer_of, show_answer

    answer = redacted_answer_of(decision) if for_caller else answer_of(decision)
    print_object(answer, fmt, lambda: show_answer(answer))


def why(
    decision: Annotated[
        str,
        typer.Argument(
            metavar="DECISION", help="Its id, its entry's index, or `last`."
        ),
    ],
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Explain a recorded decision: rules, every failed condition, what would change it."""
    from ringwall.cli.answers import answer_of_event, show_answer

    ledger = open_institute(folder).ledger(writable=False)
    try:
        recorded = ledger.decision(decision)
    finally:
        ledger.close()
    answer = answer_of_event(recorded.index, recorded.leaf, recorded.event)
    print_object(answer, fmt, lambda: show_answer(answer))


def who_can(
    action: Annotated[str, typer.Argument(help="E.g. weights.read.")],
    asset: Annotated[str, typer.Argument(help="E.g. weights:aurora-2.")],
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """List who may act on an asset now, through which points and with what proof."""
    from ringwall.base.errors import UnknownItem
    from ringwall.pdp.search import who_can as search

    institute = open_institute(folder)
    facts, decider = institute.facts(), institute.decider()
    if asset not in facts.assets():
        raise UnknownItem("unknown-asset", f"`{asset}` is not on record")
    if action not in decider.actions:
        raise UnknownItem("unknown-action", f"no rule knows the action `{action}`")
    ways = search(decider, facts, institute.clock.now(), action, asset)
    title = f"who can {action} on {asset} now"
    _print_ways(ways, ("subject",), fmt, title)


def what_can(
    subject: Annotated[str, typer.Argument(help="E.g. user:ada.")],
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """List what a subject may do now, to which assets, through which points."""
    from ringwall.base.errors import UnknownItem
    from ringwall.pdp.search import what_can as search

    institute = open_institute(folder)
    facts, decider = institute.facts(), institute.decider()
    if subject not in facts.subjects():
        raise UnknownItem("unknown-subject", f"`{subject}` is not on record")
    ways = search(decider, facts, institute.clock.now(), subject)
    _print_ways(ways, ("resource", "action"), fmt, f"what {subject} can do now")


def _print_ways(
    ways: "tuple[Way, ...]", keys: tuple[str, ...], fmt: FormatOption, title: str
) -> None:
    """Print ways, those that differ only in the point on one line."""
    grouped: dict[tuple[str, ...], list[str]] = {}
    for way in ways:
        key = (
            *(getattr(way, name) for name in keys),
            str(way.authentication),
            str(way.quorum),
        )
        grouped.setdefault(key, []).append(way.point)
    columns = (*keys, "authn", "approvals")
    rows = [
        {**dict(zip(columns, key, strict=True)), "via": points}
        for key, points in grouped.items()
    ]
    print_rows([*columns, "via"], rows, fmt, title)
