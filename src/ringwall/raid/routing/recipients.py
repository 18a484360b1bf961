"""The recipient that somebody wants to send to, picked from the plan.

Must never pick a row that the plan does not send to, whoever wants it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ringwall.base.errors import ActRefused, RequestError, UnknownItem
from ringwall.raid.routing.facts import Told
from ringwall.raid.routing.plan import CLEARED, Plan, PlannedRow

__all__ = ["BLOCKS", "Wanted", "chosen_row"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be sent to whom.

    Attributes:
        recipient: id of the contact.
        route: id of the row of the table; empty if only one leads there.
        told: sectors and states that the routing officer adds.
        export_checked: who checked the transfer of technology, and with what result.
        reason: of a warning that takes a second person.
    """

    recipient: str
    route: str = ""
    told: Told = field(default_factory=Told)
    export_checked: str = ""
    reason: str = ""

    def document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "recipient": self.recipient,
            "route": self.route,
            "sectors": sorted(self.told.sectors),
            "states": sorted(self.told.states),
            "export_checked": self.export_checked,
            "reason": self.reason,
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Wanted":
        """Return what `document` gave."""
        said = dict(document)
        told = Told(frozenset(said.pop("sectors")), frozenset(said.pop("states")))
        return cls(**said, told=told)


_ADOPT: Final = (
    "raid/routes/contacts.csv, and put it in force with `ringwall raid rules adopt`"
)
BLOCKS: Final[Mapping[str, tuple[str, str, str]]] = {
    "state-unknown": (
        "state-unknown",
        "it is not known in which state it happened",
        "say it with --state, or have the report say it",
    ),
    "no-contact": (
        "recipient-unreachable",
        "nobody is on record for it",
        f"put the contact into {_ADOPT}",
    ),
    "unverified": (
        "recipient-unverified",
        "nobody has checked this contact yet",
        f"check it, and put verified_on and verifier into {_ADOPT}",
    ),
    "stale": (
        "recipient-stale",
        "this contact was checked too long ago",
        f"check it anew, and put verified_on and verifier into {_ADOPT}",
    ),
    "keyless": (
        "recipient-keyless",
        "no key is on record by which it could sign for a package",
        f"get its key by a way that you trust, and put it into {_ADOPT}",
    ),
    "ceiling": (
        "recipient-below-label",
        "the case has a higher label than it may be told",
        "send it to who may, or have the label lowered by its source",
    ),
    "suspect": (
        "developer-suspect",
        "the responsible party may be what the case is about",
        "the lead and a second person agree first; assess `resp`",
    ),
}
"""What stands in the way -> code, message and next step of the refusal."""
_UNCHECKED: Final = (
    "export-unchecked",
    "it may be a transfer of controlled technology",
    "have it checked (Regulation 2021/821), and say by whom and how: --export-checked",
)


def chosen_row(plan: Plan, wanted: Wanted) -> PlannedRow:
    """Return the row of a plan that somebody wants to send to.

    Args:
        plan: of the case.
        wanted: to whom.

    Raises:
        UnknownItem: `recipient-unknown`, the plan does not name it.
        RequestError: `route-ambiguous`, several routes lead there.
        ActRefused: `recipient-barred`, `export-unchecked`, or as `BLOCKS`.
    """
    rows = [
        row
        for row in plan.rows
        if row.recipient == wanted.recipient and wanted.route in ("", row.route.id)
    ]
    sendable = [row for row in rows if row.role in ("primary", "copy")]
    if rows and not sendable:
        raise ActRefused(
            "recipient-barred",
            f"`{wanted.recipient}` enforces: no single case is told to it",
            next_step="it is the duty of whoever reported to tell it; `ringwall raid "
            "clock card` shows by when",
        )
    if not sendable:
        raise UnknownItem(
            "recipient-unknown",
            f"the plan names no recipient `{wanted.recipient[:60]}`",
            next_step="`ringwall raid route plan CASE` shows who is to hear of it",
        )
    if len(sendable) > 1:
        routes = ", ".join(row.route.id for row in sendable)
        raise RequestError(
            "route-ambiguous",
            f"several routes lead to `{wanted.recipient}`: {routes}",
            next_step="name one with --route",
        )
    _check(sendable[0], wanted)
    return sendable[0]


def _check(row: PlannedRow, wanted: Wanted) -> None:
    """Raise what stands in the way, all of it at once under the code of the first."""
    found = [BLOCKS[block] for block in row.blocks if block not in CLEARED]
    if "export-control" in row.blocks and not wanted.export_checked.strip():
        found.append(_UNCHECKED)
    if found:
        messages = "; ".join(message for _, message, _ in found)
        raise ActRefused(
            found[0][0],
            f"`{row.recipient}`: {messages}",
            next_step="; ".join(dict.fromkeys(step for *_, step in found)),
        )
