"""`audit`: what is on record, and whether it still is what it was."""

import typer

from ringwall.cli import (
    audit_consistency,
    audit_export,
    audit_forget,
    audit_keys,
    audit_ls,
    audit_proofs,
    audit_show,
    audit_stats,
    audit_tail,
    audit_verify,
    audit_witness,
)

__all__ = ["app"]

app = typer.Typer(help="Read and verify the record.", no_args_is_help=True)
audit_ls.register(app)
audit_show.register(app)
audit_stats.register(app)
audit_tail.register(app)
audit_verify.register(app)
audit_proofs.register(app)
audit_consistency.register(app)
audit_export.register(app)
audit_forget.register(app)
audit_keys.register(app)
audit_witness.register(app)
