"""`vault`: model weights under lock and key, opened only through the gate."""

import typer

from ringwall.cli import vault_keys

__all__ = ["app"]

app = typer.Typer(
    help="Keep model weights sealed; open them through the gate.", no_args_is_help=True
)
vault_keys.register(app)
