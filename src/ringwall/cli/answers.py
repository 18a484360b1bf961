"""A decision as JSON in AuthZEN's shape, and as an officer reads it.

Only renders; the full form is for officers, the redacted one for callers.
"""

from collections.abc import Mapping
from typing import Any, Final

from ringwall.base.clock import format_instant
from ringwall.cli.output import Sheet
from ringwall.cli.terminal import print_field
from ringwall.model.decisions import Decision
from ringwall.model.events import Event, decision_made

__all__ = [
    "answer_of",
    "answer_of_event",
    "answer_sheet",
    "redacted_answer_of",
    "show_answer",
]

_Answer = Mapping[str, Any]

# Reason code -> what would turn the answer.
_CHANGES: Final = {
    "site-level-insufficient": "ask through a point at a site attested {needed}",
    "personnel-level-insufficient": "have the person screened to {needed}",
    "authentication-insufficient": "prove the session with {needed}",
    "approval-missing": "have it approved: {needed}",
    "no-role": "hold the role: {needed}",
    "outside-compartment": "be read into the compartments: {needed}",
    "cyber-evidence-insufficient": "show cybersecurity evidence of {needed}",
    "rule-of-law-evidence-insufficient": "show rule-of-law evidence of {needed}",
    "freedoms-evidence-insufficient": "show freedoms evidence of {needed}",
    "screening-missing": "have the organisation screened",
    "action-not-covered": "no row lets anybody do this to such an asset",
    "asset-unclassified": "have the asset put in a tier",
    "unknown-subject": "declare the subject with `ringwall apply`",
    "unknown-resource": "declare the asset with `ringwall apply`",
    "unknown-point": "declare the point with `ringwall apply`",
    "unknown-action": "name an action that `ringwall policy table access` shows",
    "operator-elsewhere": "give the service an operator of its own organisation",
    "site-operator-suspended": "have the suspension lifted",
    "floor-suspended": "have the suspension lifted",
    "floor-site": "ask through a point at a site attested for the asset's tier",
    "forbidden-by-rule": "nothing lifts a row that forbids; read it with "
    "`ringwall policy show {rule}`",
}
# The same for a caller, who is told what to mend and nothing else.
_CALLER_CHANGES: Final = {
    "authentication-insufficient": "prove the session by something stronger",
    "approval-missing": "have it approved",
}


def answer_of(decision: Decision) -> dict[str, Any]:
    """Return the full answer, for officers."""
    ground = {"basis": decision.basis, "policy": decision.policy}
    event = decision_made(
        decision.at, decision.id, decision.request, decision.verdict, ground
    )
    receipt = decision.receipt
    if receipt is None:
        return _answer(event, None)
    return answer_of_event(receipt.index, receipt.leaf, event)


def answer_of_event(index: int, leaf: bytes, event: Event) -> dict[str, Any]:
    """Return the full answer that a recorded decision was."""
    return _answer(event, {"index": index, "leaf": leaf.hex()})


def redacted_answer_of(decision: Decision) -> dict[str, Any]:
    """Return what the caller may know: the same whether or not the asset exists."""
    receipt = decision.receipt
    return {
        "decision": decision.permitted,
        "context": {
            "id": decision.id,
            "at": format_instant(decision.at),
            "reasons": [{"code": code} for code in decision.caller_reasons()],
            "obligations": [],
            "receipt": None
            if receipt is None
            else {"index": receipt.index, "leaf": receipt.leaf.hex()},
        },
    }


def answer_sheet(answer: _Answer) -> Sheet:
    """Return an answer as one row; its reasons are cut down to their codes."""
    context = answer["context"]
    receipt = context["receipt"] or {"index": "", "leaf": ""}
    row = {
        "decision": answer["decision"],
        "id": context["id"],
        "at": context["at"],
        **context.get("request", {}),
        "rules": context.get("rules", []),
        "codes": list(dict.fromkeys(reason["code"] for reason in context["reasons"])),
        "entry": receipt["index"],
        "leaf": receipt["leaf"],
    }
    return Sheet(list(row), [row])


def _answer(event: Event, receipt: dict[str, Any] | None) -> dict[str, Any]:
    request = {
        "subject": event["subject"],
        "action": event["action"],
        "resource": event["resource"],
        "via": event["point"],
        "authn": event["authentication"],
        "purpose": event["purpose"],
    }
    return {
        "decision": event["effect"] == "permit",
        "context": {
            "id": event["id"],
            "at": event["at"],
            "request": request,
            "rules": event["rules"],
            "explicit": event["explicit"],
            "reasons": event["reasons"],
            "obligations": [],
            "ignored": event["ignored"],
            "basis": event["basis"],
            "policy": event["policy"],
            "receipt": receipt,
        },
    }


def show_answer(answer: _Answer) -> None:
    """Print an answer for a person."""
    context = answer["context"]
    word, style = ("PERMIT", "green") if answer["decision"] else ("DENY", "red")
    print_field(word, _kind(answer), style=style)
    request = context.get("request")
    if request:
        asked = f"{request['subject']}  {request['action']}  {request['resource']}"
        print_field("asked", asked)
        print_field("", f"via {request['via']}, authn {request['authn']}")
        if request["purpose"]:
            print_field("purpose", request["purpose"])
    if answer["decision"] and context.get("rules"):
        print_field("rules", ", ".join(context["rules"]))
    _show_reasons(context["reasons"])
    for number, change in enumerate(_changes(context)):
        print_field("to pass" if number == 0 else "", change)
    if context.get("ignored"):
        names = ", ".join(context["ignored"])
        print_field("ignored", f"{names} (the registry says what is so)")
    print_field("record", _record(context))


def _kind(answer: _Answer) -> str:
    context = answer["context"]
    if answer["decision"]:
        return "every stage permits"
    if context["receipt"] is None:
        return "nothing could be recorded, so nothing is served"
    return "forbidden" if context.get("explicit") else "not permitted"


def _show_reasons(reasons: list[dict[str, str]]) -> None:
    # The floor mostly repeats what a policy has said: then its codes are enough.
    stages = {reason.get("stage") for reason in reasons}
    brief = "floor" if len(stages) > 1 else ""
    shown = [reason for reason in reasons if reason.get("stage") != brief]
    before: dict[str, str] = {}
    for reason in shown:
        label = "" if before else "reason"
        # Rows of one stage are alternatives; the conditions of one row all count.
        if before and before.get("stage") == reason.get("stage"):
            other = before.get("rule") != reason.get("rule")
            label = "or" if other and reason["code"] != "forbidden-by-rule" else "and"
        _show_reason(label, reason)
        before = reason
    floor = [reason["code"] for reason in reasons if reason.get("stage") == brief]
    if floor:
        print_field("floor", f"refuses, too: {', '.join(floor)}")


def _show_reason(label: str, reason: Mapping[str, str]) -> None:
    tail = f": {reason['message']}" if "message" in reason else ""
    print_field(label, f"{reason['code']}{tail}")
    if "needed" in reason:
        seen = reason.get("seen") or "-"
        saw = f"{reason.get('condition', '')}: {seen}; needs {reason['needed']}"
        print_field("", saw, indent=2)
    if "rule" in reason:
        print_field("", f"{reason['rule']} at {reason['place']}", indent=2)


def _changes(context: Mapping[str, Any]) -> list[str]:
    """Say what would turn the answer, from the nearest row of each stage."""
    reasons = context["reasons"]
    if "request" not in context:
        mends = [_CALLER_CHANGES.get(reason["code"], "") for reason in reasons]
        return [mend for mend in mends if mend]
    first: dict[str, str] = {}
    for reason in reasons:
        first.setdefault(reason["stage"], reason.get("rule", ""))
    found = [
        _CHANGES[reason["code"]].format_map(reason)
        for reason in reasons
        if reason["code"] in _CHANGES
        and ("needed" in reason or "{needed}" not in _CHANGES[reason["code"]])
        and first[reason["stage"]] == reason.get("rule", "")
        # The floor repeats what a policy has said, unless it stands alone.
        and (reason["stage"] != "floor" or len(first) == 1)
    ]
    return list(dict.fromkeys(found))


def _record(context: Mapping[str, Any]) -> str:
    receipt = context["receipt"]
    if receipt is None:
        return f"{context['id']} (not recorded)"
    return f"{context['id']}, entry {receipt['index']}, {context['at']}"
