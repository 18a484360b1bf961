"""A request and how it stands, for programs and for people.

Only renders. Must never call void what counts, or the other way round.
"""

from typing import TYPE_CHECKING, Any

from ringwall.base.clock import format_instant
from ringwall.cli.output import Sheet, print_object, say
from ringwall.cli.terminal import print_field, print_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ringwall.cli.options import Format
    from ringwall.grants.desk import Told
    from ringwall.matters.requests import Approval, Objection
    from ringwall.pdp.approvals import Demand

__all__ = [
    "LISTED",
    "SHEET",
    "demand_values",
    "listed_row",
    "print_told",
    "row_of",
    "say_next",
    "told_value",
]

LISTED = ("id", "state", "subject", "action", "resource")
"""What a table shows of a request."""
SHEET = (
    *LISTED,
    *("until", "told", "manner", "uses", "from", "purpose", "opened"),
)
"""The columns of a request in CSV."""
# What a bound request for an act at the vault is carried out by.
_AT_VAULT = {
    "weights.copy": "copy {asset} [FILE] --to SITE --key NAME --out FILE",
    "weights.delete": "destroy CONTAINER",
    "weights.rewrap": "rewrap {asset} [FILE] --to NAME",
}


def told_value(told: "Told") -> dict[str, Any]:
    """Return a request as JSON has it."""
    request, standing = told
    judged = standing.judgement
    why = (
        {a.index: (code, message) for a, code, message in judged.void} if judged else {}
    )
    return {
        **row_of(told),
        "left": request.left,
        "binds": request.binds,
        "origin": request.origin,
        "digest": request.digest,
        "entry": request.index,
        "usable": format_instant(standing.usable) if standing.usable else None,
        "demands": demand_values(standing.demands),
        "approvals": [
            _approval_value(item, why.get(item.index), judged is not None)
            for item in request.approvals
        ],
        "refusals": [_objection_value(item) for item in request.refusals],
        "revocations": [_objection_value(item) for item in request.revocations],
        "used": [
            {"entry": u.index, "at": format_instant(u.at), "decision": u.decision}
            for u in request.used
        ],
    }


def row_of(told: "Told") -> dict[str, Any]:
    """Return a request as a row of a list."""
    request, standing = told
    return {
        "id": request.id,
        "state": standing.state.value,
        "told": standing.told,
        "subject": request.subject,
        "action": request.action,
        "resource": request.resource,
        "purpose": request.purpose,
        "manner": request.manner,
        "uses": request.uses,
        "from": format_instant(request.start),
        "until": format_instant(request.until),
        "opened": format_instant(request.at),
    }


def listed_row(told: "Told") -> dict[str, Any]:
    """Return a request as a row of a table: of a revoked one also that it was used."""
    row = row_of(told)
    if row["state"] == "revoked" and told.request.used:
        spent = "spent" if told.request.left == 0 else "used"
        row["state"] = f"{spent}, revoked"
    return row


def demand_values(demands: "Iterable[Demand]") -> list[dict[str, Any]]:
    """Return demands as JSON has them."""
    return [
        {
            "quorum": str(demand.quorum),
            "seats": [{"role": r, "count": count} for r, count in demand.seats],
            "hours": demand.hours,
            "uses": demand.uses,
            "waited": demand.waited,
            "rule": demand.rule,
            "place": demand.place,
            "told": demand.told,
        }
        for demand in demands
    ]


def print_told(told: "Told", fmt: "Format | None", *, entry: int = -1) -> None:
    """Print a request whole.

    Args:
        told: the request and how it stands.
        fmt: the format.
        entry: index of what was just recorded; -1 if nothing was.
    """
    value = told_value(told)
    if entry >= 0:
        value["recorded"] = entry
    print_object(value, fmt, lambda: _print(value), Sheet(SHEET, [value]))


def say_next(told: "Told") -> None:
    """Say on stderr what can be done about a request."""
    request, standing = told
    match standing.state.value:
        case "open":
            seats = " or ".join(standing.lacking) or "ROLE"
            seat = standing.lacking[0] if len(standing.lacking) == 1 else "ROLE"
            say(
                f"next: ringwall request approve {request.id} --as user:NAME --seat "
                f"{seat} --key FILE"
            )
            if seat == "ROLE":
                say(f"where ROLE is {seats}")
        case "granted" | "waiting" if request.action == "policy.change":
            say(
                f"next: ringwall policy activate DRAFT --request {request.id} "
                "--via POINT --key FILE"
            )
        case "granted" | "waiting" if request.binds and request.action in _AT_VAULT:
            say(
                f"next: ringwall vault "
                f"{_AT_VAULT[request.action].format(asset=request.resource)} --grant "
                f"{request.id} --subject {request.subject} --via POINT"
            )
        case "granted" | "waiting":
            say(
                f"next: ringwall check --grant {request.id} --subject "
                f"{request.subject} --action {request.action} --asset "
                f"{request.resource} --via POINT"
            )
        case _:
            say(f"the request is {standing.state.value}: {standing.told}")


def _approval_value(
    approval: "Approval", why: tuple[str, str] | None, judged: bool
) -> dict[str, Any]:
    code, message = why or ("", "")
    return {
        "entry": approval.index,
        "at": format_instant(approval.at),
        "approver": approval.approver,
        "seat": approval.seat,
        "counts": judged and why is None,
        "code": code,
        "why": message,
    }


def _objection_value(objection: "Objection") -> dict[str, Any]:
    return {
        "entry": objection.index,
        "at": format_instant(objection.at),
        "by": objection.by,
        "reason": objection.reason,
    }


def _print(value: "Mapping[str, Any]") -> None:
    print_field("request", value["id"])
    print_field("state", f"{value['state'].upper()}: {value['told']}")
    asked = f"{value['subject']}  {value['action']}  {value['resource']}"
    print_field("asked", asked)
    print_field("purpose", value["purpose"])
    uses = value["uses"] or "any number of"
    plural = "" if uses == 1 else "s"
    lasts = f"{value['from']} to {value['until']}, {uses} use{plural}"
    print_field("for", f"{lasts}, {value['manner']}")
    if value["binds"]:
        print_field("binds", value["binds"])
    for number, demand in enumerate(value["demands"]):
        label = "or" if number else "asks for"
        print_field(label, f"{demand['told']} ({demand['rule']})")
    for item in value["approvals"]:
        word = "counts" if item["counts"] else item["why"] or "no longer judged"
        print_field("approved", f"{item['approver']} as {item['seat']}: {word}")
        print_field("", f"entry {item['entry']}, {item['at']}")
    for name, label in (("refusals", "refused"), ("revocations", "revoked")):
        for item in value[name]:
            print_field(label, f"{item['by']}: {item['reason']}")
            print_field("", f"entry {item['entry']}, {item['at']}")
    for item in value["used"]:
        print_field("used", f"{item['decision']}, entry {item['entry']}, {item['at']}")
    print_field("record", f"entry {value['entry']}, {value['opened']}")
    if "recorded" in value and value["recorded"] != value["entry"]:
        print_text(f"recorded as entry {value['recorded']}")
