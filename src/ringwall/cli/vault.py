"""`vault`: model weights under lock and key, opened only through the gate."""

import typer

from ringwall.cli import (
    vault_changes,
    vault_inventory,
    vault_keys,
    vault_list,
    vault_read,
    vault_seal,
    vault_verify,
)

__all__ = ["app"]

app = typer.Typer(
    help="Keep model weights sealed; open them through the gate.", no_args_is_help=True
)
vault_keys.register(app)
vault_seal.register(app)
vault_list.register(app)
vault_read.register(app)
vault_verify.register(app)
vault_changes.register(app)
vault_inventory.register(app)
