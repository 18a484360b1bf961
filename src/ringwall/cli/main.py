"""`ringwall`: the application, its verbs, and the way out.

Imports nothing heavy, so that `--help` and completion answer at once; each verb
imports what it needs when it runs.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from ringwall.cli import (
    access,
    attest,
    audit,
    check,
    decoy,
    demo,
    people,
    policy,
    raid,
    report,
    request,
    review,
    session,
    setup,
    threat,
    tier,
    vault,
    watch,
)
from ringwall.cli.exits import (
    EXIT_HELP,
    ExitCode,
    Misuse,
    tell_error,
    tell_usage,
    wants_json,
)
from ringwall.cli.options import examples

__all__ = ["app", "call", "run"]

app = typer.Typer(
    name="ringwall",
    help="Security tiers and access control for model weights.",
    epilog=EXIT_HELP + "\n" + examples("demo", "check --help"),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "auto_envvar_prefix": "RINGWALL",
    },
)
setup.register(app)
attest.register(app)
check.register(app)
access.register(app)
app.add_typer(session.app, name="session")
app.add_typer(tier.app, name="tier")
app.add_typer(request.app, name="request")
app.add_typer(policy.app, name="policy")
app.add_typer(decoy.app, name="decoy")
app.add_typer(threat.app, name="threat")
app.add_typer(report.app, name="report")
app.add_typer(people.app, name="people")
app.add_typer(review.app, name="review")
app.add_typer(audit.app, name="audit")
app.add_typer(vault.app, name="vault")
app.add_typer(raid.app, name="raid")
watch.register(app)
demo.register(app)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"ringwall {version('ringwall')}")
        raise typer.Exit


@app.callback()
def _root(
    institute: Annotated[
        Path | None,
        typer.Option(
            "--institute",
            "-C",
            metavar="DIR",
            help="The institute's folder, for any command; also behind the command.",
            show_default=False,
        ),
    ] = None,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_version,
            is_eager=True,
            # A variable of this name is for whoever packages ringwall.
            allow_from_autoenv=False,
            help="Print the version.",
        ),
    ] = False,
) -> None:
    """Declare, check, record, explain, verify."""


def run(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave the process with its exit code."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # the shell has closed it
            nowhere = Path(os.devnull).open("w")  # noqa: SIM115 - open until the end
            setattr(sys, name, nowhere)
        # What an encoding lacks becomes a question mark, never an error.
        getattr(sys, name).reconfigure(errors="replace")
    sys.exit(call(list(sys.argv[1:] if arguments is None else arguments)))


def call(arguments: list[str]) -> int:
    """Run one command line; return its exit code. Errors are told on stderr."""
    as_json = wants_json(arguments)
    try:
        code = app(arguments, prog_name="ringwall", standalone_mode=False)
        sys.stdout.flush()
        return int(code or 0)
    except TyperException as error:
        return _misused(error, as_json=as_json)
    except BrokenPipeError:
        return _unread(ExitCode.NOT_READ)
    except SystemExit as stop:
        # Typer ends a broken pipe with exit code 1, which here would say deny.
        if isinstance(stop.__context__, BrokenPipeError):
            return _unread(ExitCode.NOT_READ)
        raise
    except KeyboardInterrupt:
        return int(ExitCode.INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - no traceback reaches a user
        return _failed(error, as_json=as_json)


def _misused(error: TyperException, *, as_json: bool) -> int:
    message = " ".join(error.format_message().split()).rstrip(".")
    message = message.replace(": Value error, ", ": ")
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "ringwall"
    if isinstance(error, Misuse):
        command = error.command
    # Without any argument the help has been printed, and says it all.
    if message:
        message = message[:1].lower() + message[1:]
        tell_usage(message, command, as_json=as_json)
    return int(ExitCode.USAGE)


def _failed(error: Exception, *, as_json: bool) -> int:
    from ringwall.base.errors import RingwallError

    if isinstance(error, RingwallError):
        tell_error(error, as_json=as_json)
        return error.exit_code
    if os.environ.get("RINGWALL_TRACEBACK"):
        raise error
    if isinstance(error, OSError):
        named = f"`{error.filename}`: " if error.filename else ""
        internal = RingwallError(
            "system-refused",
            f"{named}{(error.strerror or str(error)).lower()}",
            next_step="give ringwall what it lacks there, then run it again",
        )
        tell_error(internal, as_json=as_json)
        return _unread(ExitCode.INTERNAL)
    internal = RingwallError(
        "internal-error",
        f"{type(error).__name__} in ringwall itself",
        next_step="set RINGWALL_TRACEBACK=1, run it again and report what it prints",
    )
    tell_error(internal, as_json=as_json)
    return int(ExitCode.INTERNAL)


def _unread(code: ExitCode) -> int:
    """Drop what stdout could not take, so that Python does not try again at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return int(code)


if __name__ == "__main__":
    run()
