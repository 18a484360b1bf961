"""`demo`: an institute from nothing to a verified record.

Must leave nothing behind unless told to keep it.
"""

from pathlib import Path
from typing import Annotated

import typer

from ringwall.cli.options import examples
from ringwall.cli.terminal import print_text

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the verb to the application."""
    lines = examples("demo", "demo --weights model.safetensors --keep my-institute")
    app.command("demo", epilog=lines)(_demo)


def _demo(
    weights: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            metavar="FILE",
            help="Your own safetensors file; default: a small one is written.",
        ),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep the institute in this new folder."),
    ] = None,
) -> None:
    """Show it all: declare, check, record, explain, verify, find tampering."""
    from contextlib import chdir
    from tempfile import TemporaryDirectory

    from ringwall.cli.demo_stage import Stage
    from ringwall.cli.demo_steps import Demo
    from ringwall.cli.main import call
    from ringwall.registry.weights_file import describe_weights

    if weights is not None:
        # Refused here, before anything is made, rather than half-way through.
        describe_weights(weights)
    folder = Path("demo-institute") if keep is None else keep.absolute()
    file = Path("aurora-2.safetensors") if weights is None else weights.absolute()
    with (
        TemporaryDirectory(prefix="ringwall-demo-") as scratch,
        Stage.own_environment(),
        chdir(scratch),
    ):
        Demo(Stage(call), folder, file).run()
    if keep is not None:
        print_text()
        print_text("The institute is yours to look around in:")
        typer.echo(f"  ringwall -C {keep} audit ls")
