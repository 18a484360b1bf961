"""A decision as JSON in AuthZEN's shape, and as an officer reads it.

Only renders; the full form is for officers, the redacted one for callers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from ringwall.base.clock import format_instant
from ringwall.cli.output import Sheet
from ringwall.cli.terminal import print_field
from ringwall.model.decisions import Decision, Stage
from ringwall.model.events import Event, change_of, decision_made, rests_on_of
from ringwall.model.levels import SITE_DOMAINS
from ringwall.pdp.stages import CONCERNS

__all__ = [
    "answer_of",
    "answer_of_event",
    "answer_sheet",
    "redacted_answer_of",
    "show_answer",
]

_Answer = Mapping[str, Any]

# Fact -> what would turn the answer; those of a site stand in one sentence.
_CHANGES: Final = {
    "subject.roles": "hold the role: {needed}",
    "subject.compartments": "be read into the compartments: {needed}",
    "subject.personnel": "have the person screened to {needed}",
    "subject.suspended": "have the suspension of the subject lifted",
    "organisation.suspended": "have the suspension of the organisation lifted",
    "organisation.screening": "have the organisation screened",
    "organisation.agreement": "have an agreement with the organisation in force",
    "organisation.cyber": "show cybersecurity evidence of {needed}",
    "organisation.rule_of_law": "show rule-of-law evidence of {needed}",
    "organisation.freedoms": "show freedoms evidence of {needed}",
    "session.authentication": "prove the session with {needed}",
    "session.present": "have other screened people there: {needed}",
    "point.tier": "ask through a point labelled {needed}",
    "point.integrity": "ask through a point of integrity {needed}",
    "point.interface": "ask through a point whose interface is {needed}",
    "amount.hour": "let less leave through this point in an hour (bytes): {needed}",
    "amount.month": "let this subject take less in 30 days (bytes): {needed}",
    "amount.share": "let less of the asset leave in a year (ppm): {needed}",
    "amount.copies": "make no more copies: {needed} in all",
    "grant.quorum": "have it approved: {needed} (approvals can't be given yet)",
    "asset.capability": "have the asset's capability evaluated as {needed}",
    "asset.dual_use": "have its evidence of dual use found to be {needed}",
    "asset.disclosure": "have its disclosure through RAID brought to {needed}",
    "asset.integrity": "have the asset's integrity vouched for as {needed}",
    "asset.compartments": "put the asset in the compartments: {needed}",
    "asset.notice": "give notice of the training run",
    "asset.security_evaluation": "have a third party evaluate the run's security",
    "asset.alignment_evaluation": "have a third party evaluate the run's alignment",
    "asset.evaluator": "agree on an evaluator on the premises",
    "site.cluster": "have the cluster made {needed}",
    "asset.compute": "have the asset's training compute found to be {needed}",
    "asset.equivalent": "have it found less capable than the first above 1e26 FLOP",
}
_ANY_CHANGE: Final = "have `{attribute}` changed to {needed}"
_FORBIDDEN: Final = (
    "nothing turns it: a row forbids it; read it with `ringwall policy show {rule}`"
)
_SITE: Final = "ask through a point at a site attested {needed}"
_OPERATOR: Final = (
    "have measures of all of the site's operator attested: {needed} (none of its "
    "sites goes beyond {seen} for {domain} without them)"
)
# Reason code -> what has to be put right before there is anything to decide.
_MENDS: Final = {
    "asset-unclassified": "have the asset put in a tier",
    "unknown-subject": "declare the subject with `ringwall apply`",
    "unknown-resource": "declare the asset with `ringwall apply`",
    "unknown-point": "declare the point with `ringwall apply`",
    "unknown-action": "name an action that `ringwall policy table access` shows",
    "derivation-broken": "declare what the asset derives from, all of it in a tier",
    "operator-elsewhere": "give the service an operator of its own organisation",
    "site-operator-suspended": "have the suspension lifted",
}
# Rules of the floor that no change of the facts meets.
_LAST_WORDS: Final = frozenset(
    {
        "floor-content",
        "floor-enforcing",
        "floor-no-such-tier",
        "floor-outsider",
        "floor-private-party",
        "floor-service",
        "floor-third-tier",
    }
)
_DECIDING: Final = frozenset({*CONCERNS, Stage.FLOOR})
# Reasons of rows that are about something else than what was asked.
_ELSEWHERE: Final = frozenset(
    {
        "action-not-covered",
        "kind-not-covered",
        "kind-not-released",
        "nothing-permits",
        "relation-not-eligible",
        "scenario-not-covered",
        "tier-not-covered",
        "tier-not-open-to-relation",
        "tier-not-released",
    }
)
# What a caller is told to mend, and nothing else.
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
        "bytes": event.get("bytes"),
        "present": event.get("present", []),
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
        _show_circumstances(request)
    if answer["decision"] and context.get("rules"):
        print_field("rules", ", ".join(context["rules"]))
    for number, line in enumerate(context.get("rests_on", ())):
        print_field("rests on" if number == 0 else "", f"exception: {line}")
    _show_reasons(context["reasons"])
    for number, way in enumerate(_ways_to_pass(answer)):
        print_field("to pass" if number == 0 else "", way)
    if context.get("ignored"):
        names = ", ".join(context["ignored"])
        print_field("ignored", f"{names} (the registry says what is so)")
    print_field("record", _record(context))


def _show_circumstances(request: Mapping[str, Any]) -> None:
    print_field("", f"via {request['via']}, authn {request['authn']}")
    if request["bytes"] is not None:
        print_field("", f"{request['bytes']:,} bytes are to leave")
    if request["present"]:
        print_field("", f"present: {', '.join(request['present'])}")
    if request["purpose"]:
        print_field("purpose", request["purpose"])


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


def _ways_to_pass(answer: _Answer) -> list[str]:
    """Say what would turn a deny, one line for each thing to be done."""
    context = answer["context"]
    reasons = context["reasons"]
    if answer["decision"]:
        return []
    if "request" not in context:
        mends = [_CALLER_CHANGES.get(reason["code"], "") for reason in reasons]
    elif context["change"]:
        mends = _sentences(context["change"])
    elif context["explicit"]:
        mends = [_FORBIDDEN.format(rule=next(iter(context["rules"]), ""))]
    else:
        mends = [_last_resort(reasons)]
    return [mend for mend in mends if mend]


def _sentences(changes: Sequence[Mapping[str, str]]) -> list[str]:
    site: dict[str, list[str]] = {}
    sentences = []
    changed = {change["attribute"] for change in changes}
    for change in changes:
        part, _, domain = change["attribute"].partition(".")
        if part == "operator":
            sentences.append(_OPERATOR.format(domain=domain, **change))
        elif part == "site" and change["attribute"] not in _CHANGES:
            # What an operator lacks, none of its other sites has.
            if f"operator.{domain}" not in changed:
                site.setdefault(change["needed"], []).append(domain)
        else:
            sentence = _CHANGES.get(change["attribute"], _ANY_CHANGE)
            sentences.append(sentence.format_map(change))
    if site:
        levels = [level + _where(names) for level, names in site.items()]
        sentences.insert(0, _SITE.format(needed=", ".join(levels)))
    return sentences


def _where(domains: Sequence[str]) -> str:
    if tuple(domains) == SITE_DOMAINS:
        return ""  # what a rule means that names a level and no domain
    *most, last = domains
    return f" for {', '.join(most)} and {last}" if most else f" for {last}"


def _last_resort(reasons: Sequence[Mapping[str, str]]) -> str:
    """Say what to do where no change of the facts is known to turn a deny."""
    codes = {reason["code"] for reason in reasons}
    if not {reason["stage"] for reason in reasons} <= _DECIDING:
        return next((_MENDS[code] for code in codes if code in _MENDS), "")
    if not codes.isdisjoint(_LAST_WORDS):
        return "nothing turns it: the floor forbids it"
    if "rule-error" in codes:
        return ""
    if codes.isdisjoint(_ELSEWHERE):
        return "no change is known that turns it"
    return "nothing turns it: no row covers this"


def _record(context: Mapping[str, Any]) -> str:
    receipt = context["receipt"]
    if receipt is None:
        return f"{context['id']} (not recorded)"
    return f"{context['id']}, entry {receipt['index']}, {context['at']}"
