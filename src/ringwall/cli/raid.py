"""`raid`: the incident desk, its verbs gathered from the parts that own them.

Must never hold a verb of its own: each stands with the part that it belongs to.
"""

from typing import Any, Final

import typer
from typer.core import TyperGroup
from typing_extensions import override

from ringwall.cli import (
    raid_aggregate,
    raid_attachment,
    raid_brief,
    raid_capacity,
    raid_cases,
    raid_clock,
    raid_drill,
    raid_embargo,
    raid_export,
    raid_identity,
    raid_inquiry,
    raid_intake,
    raid_links,
    raid_list,
    raid_mailbox,
    raid_matter,
    raid_needs,
    raid_party,
    raid_proposals,
    raid_queue,
    raid_release,
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
    "Intake": ("intake", "open", "screen", "reopen", "defer", "close"),
    "Links": ("candidates", "attach", "unlink", "merge", "unmerge"),
    "Triage": ("assess", "triage", "table"),
    "Clocks and routes": ("clock", "route", "export"),
    "Cases": ("note", "lead", "coordinate", "resolve", "archive", "need"),
    "Embargoes": ("embargo", "party", "matter"),
    "Second persons": ("proposals", "second", "refuse"),
    "Queue and lists": ("queue", "capacity", "show", "ls", "stats"),
    "What leaves": ("release", "brief", "inquiry", "aggregate"),
    "Reporters": ("mailbox", "attachment", "identity"),
    "Rules": ("rules",),
    "Drills": ("drill",),
}
# One line each where the first of a verb's own help is longer than a screen is wide.
_SHORT: Final = {
    "intake": "Take in reports: answers, files, records of others.",
    "open": "Open a case for a report.",
    "defer": "Put a report off to a date.",
    "close": "Close a report whose reporter was told.",
    "candidates": "Show what may belong to a report or a case, and why.",
    "attach": "Link a report to a case; it may have several.",
    "unlink": "Take a link back; it stays on record.",
    "merge": "Propose that a case becomes part of another.",
    "unmerge": "Propose that a merged case is one of its own again.",
    "assess": "Say for each decision point which values are left open.",
    "note": "Put a note to a case.",
    "coordinate": "Begin to coordinate a case with others.",
    "resolve": "Resolve a case once the institute's own deadlines are met.",
    "archive": "Put away a case that is resolved or was declined.",
    "export": "Write a case for one recipient: STIX, MISP, forms.",
    "show": "Show a case: how it stands, and all that was done.",
    "ls": "List reports, cases, clocks, hand-overs or links.",
    "stats": "Show how well the desk does.",
    "release": "What leaves the desk: signed by two, then sent.",
    "brief": "Brief a state, or all, of what each may be told.",
    "inquiry": "What enforcers ask: taken in, answered alike.",
    "aggregate": "Show the statistics that everybody may have.",
    "drill": "Exercise on a marked copy, by scripts.",
    "mailbox": "Letters between a reporter and the desk.",
    "attachment": "Files of reports: sealed, and scrubbed for the desk.",
    "identity": "Who sent a report: asked, decided on, opened to one.",
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
        "raid intake new --subject user:ruth --via point:raid-desk",
        "raid open r-mfzwizltmr --credibility B2 --subject user:joan",
        "raid assess c-mfzwizltmr --suggest --subject user:joan",
        "raid triage run c-mfzwizltmr --subject user:joan",
        "raid queue show --subject user:joan",
    )
    + "\n\nEach option may stand in the environment: RINGWALL_RAID_OPEN_SUBJECT is"
    "\n--subject of `raid open`. In a trial add --authn hardware-fresh; else show who"
    "\nasks with --ssh-key, --session or --token.",
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
    raid_export,
    raid_cases,
    raid_needs,
    raid_embargo,
    raid_party,
    raid_matter,
    raid_proposals,
    raid_queue,
    raid_capacity,
    raid_show,
    raid_list,
    raid_stats,
    raid_release,
    raid_brief,
    raid_inquiry,
    raid_aggregate,
    raid_mailbox,
    raid_attachment,
    raid_identity,
    raid_rules,
    raid_drill,
):
    _slice.register(app)
for _verb in app.registered_commands:
    _verb.rich_help_panel = _PANEL_OF.get(_verb.name or "")
    _verb.short_help = _SHORT.get(_verb.name or "")
for _group in app.registered_groups:
    _group.rich_help_panel = _PANEL_OF.get(_group.name or "")
    _group.short_help = _SHORT.get(_group.name or "", "")
