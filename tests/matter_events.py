"""One event of each kind of a matter, as the gate and the desks would record it."""

from typing import Final

from ringwall.base.clock import format_instant
from ringwall.matters.statements import request_digest, request_id
from ringwall.model.events import Event
from ringwall.model.levels import Authentication
from ringwall.model.matter_events import (
    break_glass,
    credentials_changed,
    decoy_lifted,
    decoy_placed,
    decoy_requested,
    decoy_touched,
    duty_recorded,
    finding_recorded,
    grant_revoked,
    grant_spent,
    notice_sent,
    person_left,
    proof_refused,
    report_filed,
    request_approved,
    request_opened,
    request_refused,
    review_decided,
    review_opened,
    session_ended,
    session_opened,
    tests_drawn,
    tests_planned,
)
from ringwall.model.raid_events import raid_need
from ringwall.model.requests import AccessRequest, Reach
from ringwall.model.vault_events import (
    container_damaged,
    vault_destroyed,
    vault_opened,
    vault_read,
    vault_rewrapped,
    vault_sealed,
    vault_verified,
)

__all__ = ["BOX", "MATTERS", "NEW_ALARMS", "PASSING", "REQUEST", "SEALED"]

_AT: Final = 1_800_000_000_000_000
_UNTIL: Final = format_instant(_AT + 3600 * 1_000_000)
_ORIGIN: Final = "example.org/log"
_HEX: Final = "ab" * 32
_SAID: Final = {
    "subject": "user:ada",
    "action": "weights.copy",
    "resource": "weights:aurora-2",
    "purpose": "a copy for the second vault",
    "manner": "approved",
    "uses": 1,
    "from": format_instant(_AT),
    "until": _UNTIL,
    "binds": "",
    "nonce": "n" * 22,
    "origin": _ORIGIN,
}
REQUEST: Final = request_id(_SAID)
"""Id of the request that all of them are about."""
_NO: Final = {
    "request": REQUEST,
    "by": "user:grace",
    "reason": "one copy is enough",
    "origin": _ORIGIN,
}
_USE: Final = {
    "subject": "user:ada",
    "action": "weights.copy",
    "resource": "weights:aurora-2",
}
BOX: Final = "box-" + "a2" * 10
"""Id of the container that all of them are about."""
SEALED: Final = {
    "asset": "weights:aurora-2",
    "file": "model.safetensors",
    "header": _HEX,
    "slot": "cd" * 32,
    "key": "house",
    "key_kind": "passphrase",
    "bytes": 5_000_000,
    "sha256": "ef" * 32,
    "decision": "dec-1",
    "subject": "user:ada",
    "site": "site:hub",
    "copy_of": "",
    "recipient": "",
    "replaces": "",
}
"""What is said of it as it is sealed."""
_ASKED: Final = AccessRequest(
    subject="user:ada",
    action="weights.read",
    resource="weights:aurora-2",
    point="point:vault",
    authentication=Authentication.MFA,
    continues="dec-0",
    reach=Reach(BOX, 1_048_576, 2_097_152),
)

MATTERS: Final[tuple[Event, ...]] = (
    request_opened(_AT, REQUEST, _SAID, "signed by ada"),
    request_approved(
        _AT,
        {
            "request": REQUEST,
            "digest": request_digest(_SAID),
            "approver": "user:grace",
            "seat": "custodian",
            "facts": dict.fromkeys(("approver", "resource", "subject"), _HEX),
            "origin": _ORIGIN,
        },
        "signed by grace",
    ),
    request_refused(_AT, _NO, "signed by grace"),
    grant_revoked(_AT, _NO, "signed by grace"),
    grant_spent(_AT, REQUEST, "dec-1", {**_USE, "point": "point:vault"}),
    session_opened(
        _AT,
        "ses-1",
        {
            "nonce": _HEX,
            "subject": "user:ada",
            "point": "point:vault",
            "method": "token",
            "provider": "idp:house",
            "until": _UNTIL,
        },
    ),
    session_ended(_AT, "", "user:ada", "left"),
    person_left(_AT, "user:ada", "user:grace", "moved on"),
    duty_recorded(
        _AT,
        "user:ada",
        {
            "duty": "insider-training",
            "outcome": "passed",
            "from": format_instant(_AT),
            "until": _UNTIL,
            "by": "user:grace",
            "evidence": _HEX,
        },
    ),
    review_opened(
        _AT,
        "rev-1",
        {"subject": "user:ada", "what": "power", "about": "", "due": _UNTIL},
    ),
    review_decided(
        _AT,
        {
            "review": "rev-1",
            "by": "user:grace",
            "outcome": "kept",
            "until": _UNTIL,
            "reason": "still custodian",
            "origin": _ORIGIN,
        },
        "signed by grace",
    ),
    tests_planned(
        _AT,
        "plan-1",
        {
            "first": format_instant(_AT),
            "until": _UNTIL,
            "people": ["user:ada", "user:grace"],
            "size": 100,
        },
    ),
    tests_drawn(
        _AT,
        "plan-1",
        {"slot": 0, "size": 100, "root": "AAAA", "people": ["user:ada"]},
    ),
    decoy_placed(_AT, _HEX, "user:grace"),
    decoy_lifted(_AT, _HEX, "user:grace"),
    vault_sealed(_AT, BOX, SEALED),
    vault_rewrapped(
        _AT,
        BOX,
        {
            "slot": _HEX,
            "key": "custodians",
            "key_kind": "shares",
            "generation": 2,
            "decision": "dec-1",
            "subject": "user:ada",
        },
    ),
    vault_verified(
        _AT,
        BOX,
        {"run": "run-1", "first": 0, "until": 5, "total": 5, "subject": "user:ada"},
    ),
    vault_destroyed(
        _AT, BOX, {"decision": "dec-1", "subject": "user:ada", "reason": "superseded"}
    ),
    raid_need(
        _AT,
        "case:c-aaaaaaaaaa",
        "admit",
        ("user:grace", "dec-2"),
        {"person": "user:ada", "until": _UNTIL, "reason": "knows the model"},
    ),
)
"""Those that later decisions rest on."""

PASSING: Final[tuple[Event, ...]] = (
    proof_refused(
        _AT,
        {
            "what": "session",
            "code": "token-replayed",
            "subject": "user:ada",
            "point": "point:vault",
            "about": "",
        },
    ),
    finding_recorded(
        _AT,
        {
            "rule": "watch-001",
            "severity": "high",
            "subject": "user:ada",
            "first": format_instant(_AT),
            "last": _UNTIL,
            "count": 12,
            "entries": [3, 4],
            "told": "twelve denials in ten minutes",
        },
    ),
    report_filed(
        _AT,
        "rep-1",
        {
            "source": "decoy",
            "subject": "user:ada",
            "resource": "weights:aurora-2",
            "decision": "dec-1",
            "told": "somebody asked for what nobody needs",
        },
    ),
    notice_sent(_AT, "dec-1", "notify", _USE),
    vault_opened(_AT, "dec-1", _ASKED),
    vault_read(_AT, "dec-1", _ASKED),
)
"""Those that only tell what happened."""

NEW_ALARMS: Final[tuple[Event, ...]] = (
    decoy_touched(_AT, "dec-1", _HEX),
    break_glass(_AT, REQUEST, "dec-1"),
    credentials_changed(_AT, "user:ada"),
    container_damaged(_AT, BOX, "header-altered"),
    decoy_requested(_AT, REQUEST, "user:ada", _HEX),
)
"""The alarms of decoys, of broken glass, of credentials and of the vault."""
