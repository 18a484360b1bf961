"""A decision as JSON in AuthZEN's shape, and as an officer reads it.

Only renders; the full form is for officers, the redacted one for callers.
"""

from collections.abc import Mapping
from typing import Any, Final

from ringwall.base.clock import format_instant
from ringwall.cli.output import console
from ringwall.model.decisions import Decision
from ringwall.model.events import Event, decision_made

__all__ = ["answer_of", "answer_of_event", "redacted_answer_of", "show_answer"]

_CHANGES: Final = {
    "site-level-insufficient": "ask through a point at a site attested {needed}",
    "personnel-level-insufficient": "have the person screened to {needed}",
    "authentication-insufficient": "prove the session with {needed}",
    "approval-missing": "have it approved by {needed}",
    "no-role": "hold the role {needed}",
    "outside-compartment": "be read into the compartments: {needed}",
    "cyber-evidence-insufficient": "show cybersecurity evidence of {needed}",
    "rule-of-law-evidence-insufficient": "show rule-of-law evidence of {needed}",
    "freedoms-evidence-insufficient": "show freedoms evidence of {needed}",
    "screening-missing": "have the organisation {needed}",
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


def show_answer(answer: Mapping[str, Any]) -> None:
    """Print an answer for a person."""
    from rich.text import Text

    context = answer["context"]
    out = console()
    head = Text("PERMIT" if answer["decision"] else "DENY")
    head.stylize("bold green" if answer["decision"] else "bold red")
    head.append(f"  {_kind(answer)}", style="default")
    out.print(head)
    request = context.get("request")
    if request:
        asked = f"{request['subject']}  {request['action']}  {request['resource']}"
        proof = f"via {request['via']}, authn {request['authn']}"
        out.print(f"asked    {asked}\n         {proof}", soft_wrap=True)
        if request["purpose"]:
            out.print(f"purpose  {request['purpose']}", soft_wrap=True)
    if answer["decision"] and context.get("rules"):
        out.print(f"rules    {', '.join(context['rules'])}")
    # The floor mostly repeats what a policy has said: then its codes are enough.
    stages = {reason.get("stage") for reason in context["reasons"]}
    brief = "floor" if len(stages) > 1 else ""
    shown = [r for r in context["reasons"] if r.get("stage") != brief]
    for number, reason in enumerate(shown):
        _show_reason("reason" if number == 0 else "", reason)
    floor = [r["code"] for r in context["reasons"] if r.get("stage") == brief]
    if floor:
        out.print(f"floor    refuses, too: {', '.join(floor)}", soft_wrap=True)
    changes = _changes(context["reasons"])
    for number, change in enumerate(changes):
        label = "needs" if number == 0 else ""
        out.print(f"{label:<9}{change}", soft_wrap=True)
    if context.get("ignored"):
        names = ", ".join(context["ignored"])
        out.print(f"ignored  {names} (the registry says what is so)", soft_wrap=True)
    out.print(f"record   {_record(context)}", soft_wrap=True)


def _kind(answer: Mapping[str, Any]) -> str:
    context = answer["context"]
    if answer["decision"]:
        return "every stage permits"
    if context["receipt"] is None:
        return "nothing could be recorded, so nothing is served"
    return "forbidden" if context.get("explicit") else "not permitted"


def _show_reason(label: str, reason: Mapping[str, str]) -> None:
    from rich.text import Text

    line = Text(f"{label:<9}")
    line.append(reason["code"], style="bold")
    if "message" in reason:
        line.append(f": {reason['message']}")
    out = console()
    out.print(line, soft_wrap=True)
    details = []
    if "seen" in reason or "needed" in reason:
        seen, needed = reason.get("seen", ""), reason.get("needed", "")
        details.append(f"{reason.get('condition', '')}: {seen or '-'}; needs {needed}")
    if "rule" in reason:
        details.append(f"{reason['rule']} at {reason['place']}")
    for detail in details:
        out.print(Text(f"{'':<11}{detail}", style="dim"), soft_wrap=True)


def _changes(reasons: list[Mapping[str, str]]) -> list[str]:
    """Say what would turn the answer, from the nearest row of each stage."""
    first: dict[str, str] = {}
    for reason in reasons:
        first.setdefault(reason.get("stage", ""), reason.get("rule", ""))
    changes = []
    for reason in reasons:
        template = _CHANGES.get(reason["code"])
        if template and first[reason["stage"]] == reason.get("rule", ""):
            changes.append(template.format(needed=reason.get("needed", "")))
    return changes


def _record(context: Mapping[str, Any]) -> str:
    receipt = context["receipt"]
    if receipt is None:
        return f"{context['id']} (not recorded)"
    return f"{context['id']}, entry {receipt['index']}, {context['at']}"
