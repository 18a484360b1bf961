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

from ringwall.cli import access, audit, demo, policy, setup
from ringwall.cli.exits import (
    EXIT_HELP,
    ExitCode,
    tell_error,
    tell_usage,
    wants_json,
)

__all__ = ["app", "run"]

app = typer.Typer(
    name="ringwall",
    help="Security tiers and access control for model weights.",
    epilog=EXIT_HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "auto_envvar_prefix": "RINGWALL",
    },
)
setup.register(app)
access.register(app)
app.add_typer(policy.app, name="policy")
app.add_typer(audit.app, name="audit")
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
            "-C", metavar="DIR", help="The institute's folder, for any command."
        ),
    ] = None,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Declare, check, record, explain, verify."""


def run(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave the process with its exit code."""
    sys.exit(call(list(sys.argv[1:] if arguments is None else arguments)))


def call(arguments: list[str]) -> int:
    """Run one command line; return its exit code. Errors are told on stderr."""
    as_json = wants_json(arguments)
    try:
        code = app(_behind_the_verb(arguments), standalone_mode=False)
        sys.stdout.flush()
        return int(code or 0)
    except BrokenPipeError:
        # The reader has gone; nothing more can be told to it, at exit neither.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(ExitCode.OK)
    except TyperException as error:
        tell_usage(_message(error), as_json=as_json)
        return int(ExitCode.USAGE)
    except KeyboardInterrupt:
        tell_usage("interrupted", as_json=as_json)
        return 130
    except Exception as error:  # noqa: BLE001 - no traceback reaches a user
        return _failed(error, as_json=as_json)


def _failed(error: Exception, *, as_json: bool) -> int:
    from ringwall.base.errors import RingwallError

    if isinstance(error, RingwallError):
        tell_error(error, as_json=as_json)
        return error.exit_code
    if os.environ.get("RINGWALL_TRACEBACK"):
        raise error
    internal = RingwallError(
        "internal-error",
        f"{type(error).__name__} in ringwall itself",
        next_step="set RINGWALL_TRACEBACK=1, run it again and report what it prints",
    )
    tell_error(internal, as_json=as_json)
    return int(ExitCode.INTERNAL)


def _message(error: TyperException) -> str:
    text = error.format_message() if hasattr(error, "format_message") else str(error)
    return " ".join(text.split())


def _behind_the_verb(arguments: list[str]) -> list[str]:
    """Move `-C DIR` from before the verb to behind it, where every verb reads it."""
    if len(arguments) > 2 and arguments[0] == "-C":
        moved, rest = arguments[:2], arguments[2:]
        end = rest.index("--") if "--" in rest else len(rest)
        return [*rest[:end], *moved, *rest[end:]]
    return arguments


if __name__ == "__main__":
    run()
