"""A decision as JSON in AuthZEN's shape, and as an officer reads it.

Only renders; the full form is for officers, the redacted one for callers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ringwall.base.clock import format_instant
from ringwall.cli.output import Sheet
from ringwall.cli.terminal import print_field
from ringwall.cli.ways_to_pass import ways_to_pass
from ringwall.gate.obligations import CALLERS
from ringwall.model.decisions import Decision
from ringwall.model.events import Event, change_of, decision_made, rests_on_of

__all__ = [
    "answer_of",
    "answer_of_event",
    "answer_sheet",
    "redacted_answer_of",
    "show_answer",
]

_Answer = Mapping[str, Any]


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
            "obligations": _obligations(decision.obligations),
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
        "obligations": [item["id"] for item in context["obligations"]],
        "grant": context.get("grant", ""),
        "session": context.get("session", ""),
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
        "bytes": event.get("bytes"),
        "present": event.get("present", []),
        "binds": event.get("binds", ""),
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
            "rests_on": list(rests_on_of(event)),
            "change": [asdict(change) for change in change_of(event)],
            "obligations": _obligations(event.get("obligations", [])),
            "grant": event.get("grant", ""),
            "session": event.get("session", ""),
            "ignored": event["ignored"],
            "basis": event["basis"],
            "policy": event["policy"],
            "receipt": receipt,
        },
    }


def show_answer(answer: _Answer, ways: Mapping[str, str] | None = None) -> None:
    """Print an answer for a person.

    Args:
        answer: as the functions here make it.
        ways: sentences of the command's own for `ways_to_pass`.
    """
    context = answer["context"]
    word, style = ("PERMIT", "green") if answer["decision"] else ("DENY", "red")
    print_field(word, _kind(answer), style=style)
    request = context.get("request")
    if request:
        asked = f"{request['subject']}  {request['action']}  {request['resource']}"
        print_field("asked", asked)
        _show_circumstances(request)
    if context.get("session"):
        print_field("session", context["session"])
    if answer["decision"] and context.get("rules"):
        print_field("rules", ", ".join(context["rules"]))
    if context.get("grant"):
        print_field("grant", context["grant"])
    _show_obligations(context["obligations"])
    for number, line in enumerate(context.get("rests_on", ())):
        print_field("rests on" if number == 0 else "", f"exception: {line}")
    _show_reasons(context["reasons"])
    for number, way in enumerate(ways_to_pass(answer, ways)):
        print_field("to pass" if number == 0 else "", way)
    if context.get("ignored"):
        names = ", ".join(context["ignored"])
        print_field("ignored", f"{names} (the registry says what is so)")
    print_field("record", _record(context))


def _show_circumstances(request: Mapping[str, Any]) -> None:
    print_field("", f"via {request['via']}, authn {request['authn']}")
    if request["bytes"]:
        print_field("", f"{request['bytes']:,} bytes are to leave")
    if request["present"]:
        print_field("", f"present: {', '.join(request['present'])}")
    if request["purpose"]:
        print_field("purpose", request["purpose"])


def _obligations(words: Iterable[str]) -> list[dict[str, str]]:
    """Return what a permit obliges to, and who sees to it."""
    return [
        {"id": word, "by": "caller" if word in CALLERS else "gate"} for word in words
    ]


def _show_obligations(obligations: Sequence[Mapping[str, str]]) -> None:
    who = {"caller": "yours to carry out", "gate": "seen to by the gate"}
    label = "obliges"
    for by, told in who.items():
        words = [item["id"] for item in obligations if item["by"] == by]
        if words:
            print_field(label, f"{', '.join(words)}: {told}")
            label = ""


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
        label = "and" if before else "reason"
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


def _record(context: Mapping[str, Any]) -> str:
    receipt = context["receipt"]
    if receipt is None:
        return f"{context['id']} (not recorded)"
    return f"{context['id']}, entry {receipt['index']}, {context['at']}"
