"""`raid`: the incident desk, its verbs gathered from the parts that own them.

Must never hold a verb of its own: each stands with the part that it belongs to.
"""

from typing import Any, Final

import typer
from typer.core import TyperGroup
from typing_extensions import override

from ringwall.cli import (
    raid_cases,
    raid_clock,
    raid_intake,
    raid_links,
    raid_list,
    raid_needs,
    raid_proposals,
    raid_queue,
    raid_route,
    raid_rules,
    raid_screening,
    raid_show,
    raid_stats,
    raid_tables,
    raid_triage,
)
from ringwall.cli.options import examples

__all__ = ["app"]

# In the order in which a report goes through the desk.
_PANELS: Final = {
    "Take in": ("intake", "open", "screen", "reopen", "defer", "close"),
    "Link": ("candidates", "attach", "unlink", "merge", "unmerge"),
    "Judge": ("assess", "triage", "table"),
    "Tell others, keep deadlines": ("clock", "route"),
    "Work on a case": ("note", "lead", "coordinate", "resolve", "archive", "need"),
    "What two persons decide": ("proposals", "second", "refuse"),
    "Look": ("queue", "show", "ls", "stats"),
    "Rules": ("rules",),
}

_PANEL_OF: Final = {verb: panel for panel, verbs in _PANELS.items() for verb in verbs}
_PLACE_OF: Final = {verb: place for place, verb in enumerate(_PANEL_OF)}


class _InOrder(TyperGroup):
    """Shows verbs and groups of verbs among each other, panel by panel."""

    @override
    def list_commands(self, ctx: Any) -> list[str]:
        """Return the verbs in the order of the panels; see `click.Group`."""
        return sorted(super().list_commands(ctx), key=_PLACE_OF.__getitem__)


app = typer.Typer(
    cls=_InOrder,
    help="The incident desk: take in, link, triage, route, keep the clocks.",
    epilog=examples(
        "raid intake new",
        "raid open r-mfzwizltmr --credibility B2",
        "raid assess c-mfzwizltmr --accept all",
        "raid triage run c-mfzwizltmr",
        "raid queue show",
    ),
    no_args_is_help=True,
)
for _slice in (
    raid_intake,
    raid_screening,
    raid_links,
    raid_triage,
    raid_tables,
    raid_clock,
    raid_route,
    raid_cases,
    raid_needs,
    raid_proposals,
    raid_queue,
    raid_show,
    raid_list,
    raid_stats,
    raid_rules,
):
    _slice.register(app)
for _verb in app.registered_commands:
    _verb.rich_help_panel = _PANEL_OF.get(_verb.name or "")
for _group in app.registered_groups:
    _group.rich_help_panel = _PANEL_OF.get(_group.name or "")
