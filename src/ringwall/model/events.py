"""The facts that the ledger holds, one event each, in their canonical JSON shape.

An event is a plain JSON object with `v`, `kind` and `at`; builders here are the
only place where its keys are spelled. Must never look at the state of anything.
"""

from typing import Any, Final

from ringwall.base.canonical import load_canonical
from ringwall.base.clock import format_instant
from ringwall.model.decisions import Change, Reason, Stage, Verdict
from ringwall.model.disagreements import Disagreement
from ringwall.model.matter_events import MATTER_KINDS, PASSING_KINDS
from ringwall.model.raid_events import RAID_KINDS
from ringwall.model.requests import AccessRequest

__all__ = [
    "ANCHOR_KINDS",
    "BASIS_KINDS",
    "EVENT_KINDS",
    "KEPT_KINDS",
    "Event",
    "alarm_raised",
    "amount_left",
    "anchor_begun",
    "anchor_ended",
    "change_of",
    "decision_made",
    "fact_declared",
    "fact_removed",
    "institute_created",
    "institute_grown",
    "key_rotated",
    "load_event",
    "log_pruned",
    "log_recovered",
    "policy_activated",
    "reasons_of",
    "rests_on_of",
    "subject_erased",
    "witness_added",
    "witness_quorum",
    "witness_removed",
    "witnesses_overdue",
]

Event = dict[str, Any]
"""An event's JSON object."""

EVENT_KINDS: Final = frozenset(
    {
        "institute.created",
        "institute.grown",
        "fact.declared",
        "fact.removed",
        "policy.activated",
        "decision.made",
        "alarm.raised",
        "amount.left",
        "key.rotated",
        *("witness.added", "witness.removed", "witness.quorum"),
        "subject.erased",
        "log.pruned",
        "log.recovered",
        "anchor.begun",
        "anchor.ended",
        *MATTER_KINDS,
        *PASSING_KINDS,
        *RAID_KINDS,
    }
)
BASIS_KINDS: Final = EVENT_KINDS - {
    "decision.made",
    "alarm.raised",
    "log.pruned",
    "log.recovered",
    *PASSING_KINDS,
    *RAID_KINDS,
}
"""Kinds that change what later decisions rest on."""
ANCHOR_KINDS: Final = frozenset({"anchor.begun", "anchor.ended"})
"""Kinds that say whether the log has a second place; the latest one counts."""
KEPT_KINDS: Final = frozenset(
    {"alarm.raised", "finding.recorded", "proof.refused", "report.filed", *RAID_KINDS}
)
"""Kinds that no pruning takes away: what told on who prunes, and all of a case."""


def institute_created(at: int, name: str, tiers: str, origin: str, vkey: str) -> Event:
    """Return the first event of a ledger: what the institute is and who signs."""
    head = _head("institute.created", at)
    return {**head, "name": name, "tiers": tiers, "origin": origin, "vkey": vkey}


def institute_grown(at: int, before: Event) -> Event:
    """Return the event by which an institute of two tiers has three.

    Args:
        at: instant.
        before: the latest event that says what the institute is.
    """
    kept = {name: before[name] for name in ("name", "origin", "vkey")}
    return {**_head("institute.grown", at), **kept, "tiers": "three"}


def fact_declared(at: int, document: dict[str, Any]) -> Event:
    """Return the event that puts a document in the registry."""
    return {
        **_head("fact.declared", at),
        "id": document["id"],
        "document": document,
    }


def fact_removed(at: int, entity: str) -> Event:
    """Return the event that strikes a document from the registry."""
    return {**_head("fact.removed", at), "id": entity}


def policy_activated(
    at: int, digest: str, concerns: dict[str, str], catalogue: str, request: str = ""
) -> Event:
    """Return the event that puts policies and threat models in force.

    Args:
        at: instant.
        digest: hex digest of both together.
        concerns: concern name -> hex digest of its files.
        catalogue: hex digest of the threat models.
        request: id of the request that approved them; empty for those that an
            institute is founded on.
    """
    event = {
        **_head("policy.activated", at),
        "digest": digest,
        "concerns": concerns,
        "catalogue": catalogue,
    }
    return {**event, "request": request} if request else event


def decision_made(
    at: int, decision: str, request: AccessRequest, verdict: Verdict, ground: Event
) -> Event:
    """Return the event of one answer.

    Args:
        at: instant of the decision.
        decision: its id.
        request: the question.
        verdict: the answer with all its reasons.
        ground: `{"basis": index, "policy": hex digest}` that it was made on.
    """
    event: Event = {
        "v": 1,
        "kind": "decision.made",
        "at": format_instant(at),
        "id": decision,
        "subject": request.subject,
        "action": request.action,
        "resource": request.resource,
        "point": request.point,
        "authentication": str(request.authentication),
        "purpose": request.purpose,
        "ignored": list(request.ignored),
        "effect": verdict.effect.value,
        "explicit": verdict.explicit,
        "rules": list(verdict.rules),
        "reasons": [_dump_reason(reason) for reason in verdict.reasons],
        **ground,
    }
    # Of these there is nothing to say most times.
    if request.amount is not None:
        event["bytes"] = request.amount
    if request.present:
        event["present"] = list(request.present)
    if verdict.change:
        event["change"] = [_dump_change(item) for item in verdict.change]
    if verdict.rests_on:
        event["rests_on"] = list(verdict.rests_on)
    if verdict.obligations:
        event["obligations"] = list(verdict.obligations)
    event.update(_leave(request, verdict))
    return event


def amount_left(
    at: int, decision: str, request: AccessRequest, size: int, copies: int
) -> Event:
    """Return the event that a permit takes something off the budgets.

    Args:
        at: instant of the decision.
        decision: its id.
        request: the question.
        size: bytes that leave through the point.
        copies: how many copies of the resource are made.
    """
    return {
        **_head("amount.left", at),
        "decision": decision,
        "subject": request.subject,
        "resource": request.resource,
        "point": request.point,
        "bytes": size,
        "copies": copies,
    }


def alarm_raised(
    at: int, decision: str, policy: str, disagreement: Disagreement
) -> Event:
    """Return the event that two engines did not agree on a decision.

    Args:
        at: instant of the decision.
        decision: its id.
        policy: hex digest of the bundle that both engines held.
        disagreement: the concern and what each of them said of it.
    """
    return {
        **_head("alarm.raised", at),
        "code": "engines-disagree",
        "decision": decision,
        "policy": policy,
        "concern": disagreement.concern,
        "compiled": disagreement.compiled,
        "casbin": disagreement.casbin,
    }


def witnesses_overdue(at: int, since: int, need: int, seconds: int, size: int) -> Event:
    """Return the event that the witnesses have not cosigned in time.

    Args:
        at: instant at which it was found.
        since: instant from which they are overdue.
        need: how many witnesses it takes.
        seconds: how long they had.
        size: entries that as many have seen, 0 for none.
    """
    said = {"need": need, "seconds": seconds, "size": size}
    code = {"code": "witnesses-overdue", "since": format_instant(since)}
    return {**_head("alarm.raised", at), **code, **said}


def key_rotated(at: int, vkey: str) -> Event:
    """Return the last event of an epoch: the key that signs the next one.

    Args:
        at: instant.
        vkey: text of the new public key.
    """
    return {**_head("key.rotated", at), "vkey": vkey}


def witness_added(at: int, name: str, vkey: str) -> Event:
    """Return the event that a witness is asked for its cosignature from now on."""
    return {**_head("witness.added", at), "name": name, "vkey": vkey}


def witness_removed(at: int, name: str) -> Event:
    """Return the event that a witness is no longer asked."""
    return {**_head("witness.removed", at), "name": name}


def witness_quorum(at: int, need: int, seconds: int, *, mandatory: bool) -> Event:
    """Return the event that says how many witnesses it takes, and how soon.

    Args:
        at: instant.
        need: cosignatures by different witnesses, 0 for none.
        seconds: after so long without them there is an alarm.
        mandatory: whether nothing is permitted from then on.
    """
    said = {"need": need, "seconds": seconds, "mandatory": mandatory}
    return {**_head("witness.quorum", at), **said}


def subject_erased(at: int, tokens: list[str], reason: str) -> Event:
    """Return the event that what some tokens stand for has been erased.

    Args:
        at: instant.
        tokens: at least one, sorted.
        reason: why; must not name the person.
    """
    return {**_head("subject.erased", at), "tokens": tokens, "reason": reason}


def log_pruned(at: int, before: int, reason: str) -> Event:
    """Return the event that entries before an index have lost their bytes.

    All but those in force at that moment; the hashes stay.
    """
    return {**_head("log.pruned", at), "before": before, "reason": reason}


def log_recovered(at: int, first: int, size: int, writers: list[str]) -> Event:
    """Return the event that programs ended without closing the log.

    Args:
        at: instant.
        first: entries from here on may never have been acknowledged,
        size: up to, not including, this one.
        writers: what is known of each of those programs, at least one.
    """
    said = {"first": first, "size": size, "writers": writers}
    return {**_head("log.recovered", at), **said}


def anchor_begun(at: int, reason: str, place: str) -> Event:
    """Return the event that the log has a second place from now on, or another one.

    Args:
        at: instant.
        reason: why.
        place: what tells whether it is the one of the settings, but not where it is.
    """
    return {**_head("anchor.begun", at), "reason": reason, "place": place}


def anchor_ended(at: int, reason: str) -> Event:
    """Return the event that the log goes on without a second place."""
    return {**_head("anchor.ended", at), "reason": reason}


def reasons_of(event: Event) -> tuple[Reason, ...]:
    """Return the reasons that a `decision.made` event holds."""
    return tuple(
        Reason(**{**reason, "stage": Stage(reason["stage"])})
        for reason in event["reasons"]
    )


def change_of(event: Event) -> tuple[Change, ...]:
    """Return what would have turned the answer, as a `decision.made` event holds it."""
    return tuple(Change(**change) for change in event.get("change", []))


def rests_on_of(event: Event) -> tuple[str, ...]:
    """Return the exceptions that a permit rests on, as its event holds them."""
    return tuple(event.get("rests_on", ()))


def load_event(entry: bytes) -> Event:
    """Return the event that an entry of the log holds.

    Raises:
        ValueError: the bytes are not canonical or not an event of a known kind.
    """
    event = load_canonical(entry)
    version, kind = event.get("v"), event.get("kind")
    # `true` equals 1 in Python; an event that says so was not written by us.
    if type(version) is not int or version != 1:
        raise ValueError("the version of the event is not 1")
    if not isinstance(kind, str) or kind not in EVENT_KINDS:
        raise ValueError(f"`{str(kind)[:40]}` is not a known kind of event")
    return event


def _head(kind: str, at: int) -> Event:
    return {"v": 1, "kind": kind, "at": format_instant(at)}


def _leave(request: AccessRequest, verdict: Verdict) -> Event:
    """Return by whose proof and under which grant it was asked, as far as there is."""
    grant, proof = verdict.grant or request.grant, request.proof
    if not (grant or proof or request.binds or request.continues):
        return {}
    said = {
        "session": "" if proof is None else proof.session,
        "grant": grant,
        "binds": request.binds,
        "continues": request.continues,
    }
    return {name: value for name, value in said.items() if value}


def _dump_change(change: Change) -> dict[str, str]:
    return {
        "attribute": change.attribute,
        "seen": change.seen,
        "needed": change.needed,
    }


def _dump_reason(reason: Reason) -> dict[str, str]:
    fields = {
        "stage": reason.stage.value,
        "code": reason.code,
        "message": reason.message,
        "rule": reason.rule,
        "place": reason.place,
        "condition": reason.condition,
        "seen": reason.seen,
        "needed": reason.needed,
    }
    return {name: value for name, value in fields.items() if value}
