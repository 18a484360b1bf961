"""`check`: one question, recorded first and then answered."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from ringwall.cli.exits import ExitCode, Misuse, tell_error
from ringwall.cli.identity import (
    Showing,
    StatementOption,
    TokenOption,
    is_word_taken,
    shown_request,
)
from ringwall.cli.options import (
    AuthnOption,
    Format,
    FormatOption,
    InstituteOption,
    ViaOption,
    examples,
    open_institute,
)
from ringwall.cli.output import chosen_format, print_object, say
from ringwall.cli.signing import KeyOption, PassphraseOption

if TYPE_CHECKING:
    from ringwall.institute import Gatekeeper, Institute
    from ringwall.model.decisions import Decision
    from ringwall.model.requests import AccessRequest

__all__ = ["TRIAL", "code_at_gate", "exit_code", "register"]

_COMMAND = "ringwall check"
_MAX_REQUEST_BYTES = 1024 * 1024
_MAX_DIGITS = 300
# The incident desk hides what somebody has no need to know of; so does this.
_HIDDEN = frozenset({"case", "report"})
_EXITS = {
    "audit-unavailable": ExitCode.UNRECORDED,
    "integrity-failed": ExitCode.INTEGRITY,
    "internal-error": ExitCode.INTERNAL,
    "policy-unavailable": ExitCode.INVALID,
    "policy-not-activated": ExitCode.INVALID,
}
TRIAL = "who asks was not proven: the institute says `identity: claimed`, for trials"
"""What is said where a mere word of who asks was taken."""
_EXAMPLES = examples(
    "check --subject user:ada --action weights.read \\\n"
    "      --asset weights:aurora-2 --via point:trainer --authn hardware-fresh",
    "check request.json --via point:trainer --format json",
)


def register(app: typer.Typer) -> None:
    """Add the verb to the application."""
    app.command("check", epilog=_EXAMPLES)(_check)


def _check(
    request: Annotated[
        str,
        typer.Argument(
            metavar="REQUEST.json|-",
            help="A request in AuthZEN's JSON shape; - reads it from stdin.",
            show_default=False,
        ),
    ] = "",
    subject: Annotated[str, typer.Option(help="Who asks, e.g. user:ada.")] = "",
    action: Annotated[str, typer.Option(help="To do what, e.g. weights.read.")] = "",
    asset: Annotated[str, typer.Option(help="To what, e.g. weights:aurora-2.")] = "",
    via: ViaOption = "",
    authn: AuthnOption = "",
    purpose: Annotated[
        str, typer.Option(help="Why; at most 500 characters, recorded.")
    ] = "",
    bytes: Annotated[
        int | None,
        typer.Option(
            "--bytes",
            min=0,
            metavar="N",
            help="How many are to leave through the point; not stated, they count "
            "as more than any budget.",
            show_default=False,
        ),
    ] = None,
    present: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PERSON",
            help="Somebody else who is there; may be given several times.",
        ),
    ] = None,
    for_caller: Annotated[
        bool,
        typer.Option("--for-caller", help="Print only what the subject may know."),
    ] = False,
    grant: Annotated[
        str,
        typer.Option(
            metavar="REQUEST",
            help="Ask under the grant of this request, e.g. req-...; default: any.",
        ),
    ] = "",
    handles: Annotated[
        list[str] | None,
        typer.Option(
            metavar="OBLIGATION",
            help="An obligation that you carry out, e.g. watermark; may be repeated.",
        ),
    ] = None,
    token: TokenOption = None,
    session: StatementOption = None,
    key: KeyOption = None,
    passphrase_file: PassphraseOption = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Ask whether a subject may act on an asset; record the answer, then print it.

    Exit code 0 is permit, 1 is deny. Give a request, or say it with options. Of a
    report or case a deny says no more than to the subject: whether there is one is not
    told to whoever asks.
    """
    words: dict[str, Any] = {
        "subject": subject,
        "action": action,
        "asset": asset,
        "via": via,
        "authn": authn,
        "purpose": purpose,
        "bytes": bytes,
        "present": present or [],
        "grant": grant,
        "handles": handles or [],
    }
    showing = Showing(_COMMAND, token, session, key, passphrase_file)
    showing.check(authn)
    institute = open_institute(folder)
    question = _question(institute, request, words)
    gate = institute.gatekeeper(question.point)
    try:
        decision = gate.check_request(shown_request(gate, question, showing))
        code = code_at_gate(decision, gate)
        is_trial = is_word_taken(gate, showing)
        is_broken = _has_broken_glass(decision, gate)
    finally:
        gate.close()
    is_hidden = _is_of_the_desk(decision)
    _print_decision(decision, fmt, for_caller=for_caller or is_hidden)
    if is_broken:
        say(
            "GLASS BROKEN: an alarm was raised, and a review is open that somebody else"
        )
        say("has to close: `ringwall review next`")
    # Who reads what a program prints expects JSON on stderr as well.
    if is_trial and not for_caller and chosen_format(fmt) is Format.TABLE:
        say(TRIAL)
    if is_hidden and not for_caller and chosen_format(fmt) is Format.TABLE:
        say(f"next: an officer reads the reasons with `ringwall why {decision.id}`")
    if code is ExitCode.INVALID:
        _tell_policy_faults(institute, fmt)
    raise typer.Exit(code)


def _question(
    institute: "Institute", request: str, words: dict[str, Any]
) -> "AccessRequest":
    from ringwall.gate.request_reader import request_from_json, request_from_words

    point = words["via"] or institute.settings.point or ""
    if request:
        given = [
            f"--{name}"
            for name, word in words.items()
            if word not in ("", None, []) and name != "via"
        ]
        if given:
            raise Misuse(
                _COMMAND,
                f"give a request or {given[0]} (an option or its environment "
                "variable), not both",
            )
        value = _read_request(request)
        if not point and _lacks_point(value):
            raise Misuse(_COMMAND, "missing --via, or `via` in the request's context")
        return request_from_json(value, point)
    required = {**words, "via": point}
    missing = [n for n in ("subject", "action", "asset", "via") if not required[n]]
    if missing:
        names = ", ".join(f"--{name}" for name in missing)
        raise Misuse(_COMMAND, f"missing {names}")
    return request_from_words(
        subject=words["subject"],
        action=words["action"],
        resource=words["asset"],
        point=point,
        authn=words["authn"] or "none",
        purpose=words["purpose"],
        amount=words["bytes"],
        present=words["present"],
        grant=words["grant"],
        handles=words["handles"],
    )


def _lacks_point(value: object) -> bool:
    context = value.get("context", {}) if isinstance(value, dict) else None
    return isinstance(context, dict) and "via" not in context


def _read_request(source: str) -> object:
    """Return the JSON of a request, read strictly."""
    import json

    data = _read(source)
    try:
        value: object = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_constant=_not_json,
            parse_int=_short_number,
        )
    except UnicodeDecodeError:
        _unreadable(source, "it is not UTF-8")
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        _unreadable(source, f"{place}: {error.msg[:1].lower()}{error.msg[1:]}")
    except RecursionError:
        _unreadable(source, "it is nested too deeply")
    except ValueError as error:
        _unreadable(source, str(error))
    return value


def _read(source: str) -> bytes:
    try:
        if source == "-" and sys.stdin is None:
            _unreadable(source, "standard input is closed")
        if source == "-":
            data = sys.stdin.buffer.read(_MAX_REQUEST_BYTES + 1)
        else:
            with Path(source).open("rb") as handle:
                data = handle.read(_MAX_REQUEST_BYTES + 1)
    except OSError as error:
        _unreadable(source, (error.strerror or str(error)).lower())
    if len(data) > _MAX_REQUEST_BYTES:
        _unreadable(source, f"it is larger than {_MAX_REQUEST_BYTES} bytes")
    return data


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return value


def _short_number(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise ValueError(f"a number has more than {_MAX_DIGITS} digits")
    return int(digits)


def _not_json(word: str) -> NoReturn:
    raise ValueError(f"`{word}` is not JSON")


def _unreadable(source: str, why: str) -> NoReturn:
    from ringwall.base.errors import RequestError

    name = "standard input" if source == "-" else f"`{source}`"
    raise RequestError(
        "request-unreadable",
        f"{name} can't be read as a request: {why}",
        next_step="see `ringwall schema request` for the shape of a request",
    ) from None


def code_at_gate(decision: "Decision", gate: "Gatekeeper") -> ExitCode:
    """Return what the shell learns; that approvals are pending only the gate knows."""
    from ringwall.gate.verdicts import is_pending

    code = exit_code(decision)
    if code is ExitCode.DENY and is_pending(decision, gate.ground):
        return ExitCode.PENDING
    return code


def _has_broken_glass(decision: "Decision", gate: "Gatekeeper") -> bool:
    """Return whether a permit used what nobody has approved."""
    from ringwall.pdp.reviewing import BREAK_GLASS

    used = gate.ground.matters.requests.get(decision.verdict.grant)
    return decision.permitted and used is not None and used.manner == BREAK_GLASS


def exit_code(decision: "Decision") -> ExitCode:
    """Return what the shell learns of a decision."""
    from ringwall.model.decisions import Stage

    if decision.permitted:
        return ExitCode.OK
    if any(r.stage is Stage.IDENTITY for r in decision.verdict.reasons):
        return ExitCode.UNPROVEN
    codes = [reason.code for reason in decision.verdict.reasons]
    return next((_EXITS[code] for code in codes if code in _EXITS), ExitCode.DENY)


def _is_of_the_desk(decision: "Decision") -> bool:
    """Return whether a deny could tell somebody that there is a report or case."""
    from ringwall.model.ids import prefix_of

    return not decision.permitted and prefix_of(decision.request.resource) in _HIDDEN


def _print_decision(
    decision: "Decision", fmt: FormatOption, *, for_caller: bool
) -> None:
    from ringwall.cli.answers import (
        answer_of,
        answer_sheet,
        redacted_answer_of,
        show_answer,
    )

    answer = redacted_answer_of(decision) if for_caller else answer_of(decision)
    print_object(answer, fmt, lambda: show_answer(answer), answer_sheet(answer))


def _tell_policy_faults(institute: "Institute", fmt: FormatOption) -> None:
    """Tell on stderr what is wrong with the files, which is why the answer is no."""
    from ringwall.base.errors import DeclarationError, PolicyError

    as_json = fmt in {Format.JSON, Format.NDJSON}
    try:
        institute.catalogue()
        institute.decider()
    except (DeclarationError, PolicyError) as error:
        tell_error(error, as_json=as_json)
