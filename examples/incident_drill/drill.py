"""The six commands of the drill: who runs each, and what it is given."""

from typing import Final

__all__ = ["COMMANDS"]

# `{report}`, `{case}` and `{clock}` are what earlier commands have made.
COMMANDS: Final = (
    ("ruth", ("intake", "file", "report.json")),
    ("joan", ("open", "{report}", "--credibility", "B2")),
    (
        "joan",
        (
            *("assess", "{case}", "--accept", "all", "auto=shown", "cred=credible"),
            *("class=loss-of-control", "revers=costly", "uplift=below", "expl=none"),
            *("comp=below-1e25", "oc=oc1-2", "resp=active", "--word", "likely"),
            *("--evidence", "server logs of 18 and 19 November"),
        ),
    ),
    ("joan", ("triage", "run", "{case}")),
    ("vint", ("route", "plan", "{case}")),
    (
        "ole",
        (
            *("clock", "start", "{clock}", "--at", "2026-11-19T07:40:00Z"),
            *("--evidence", "the call of the reporter", "--source", "duty log, page 3"),
        ),
    ),
)
"""Name of who runs it, and the command behind `ringwall raid`."""
