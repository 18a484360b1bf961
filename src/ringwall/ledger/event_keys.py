"""Which keys each kind of event has, and what they hold.

Data that `projections` checks events by. Must never name a kind that has no builder.
"""

from typing import Final

from ringwall.model.raid_events import RAID_KINDS

__all__ = ["ALARMS", "COUNTS", "LISTS", "MATTERS", "NUMBERS", "TEXTS"]

_SIGNED: Final = ("request", "by", "reason", "origin", "signature")
_ACT: Final = ("id", "case", "act", "from", "to", "by", "decision")

TEXTS: Final[dict[str, tuple[str, ...]]] = {
    "fact.declared": ("id",),
    "fact.removed": ("id",),
    "policy.activated": ("at", "digest"),
    "institute.created": ("name", "tiers", "origin", "vkey"),
    "institute.grown": ("name", "tiers", "origin", "vkey"),
    "amount.left": ("decision", "at", "subject", "resource", "point"),
    "alarm.raised": ("code",),
    "key.rotated": ("vkey",),
    "witness.added": ("name", "vkey"),
    "witness.removed": ("name",),
    "witness.quorum": (),
    "subject.erased": ("reason",),
    "log.pruned": ("reason",),
    "log.recovered": (),
    "anchor.begun": ("reason", "place"),
    "anchor.ended": ("reason",),
    "request.opened": (
        *("id", "subject", "action", "resource", "purpose", "manner"),
        *("from", "until", "binds", "nonce", "origin", "signature"),
    ),
    "request.approved": (
        *("request", "digest", "approver", "seat", "origin", "signature"),
    ),
    "request.refused": _SIGNED,
    "grant.revoked": _SIGNED,
    "grant.spent": ("request", "decision", "subject", "action", "resource", "point"),
    "session.opened": (
        *("id", "nonce", "subject", "point", "method", "provider", "until"),
    ),
    "session.ended": ("id", "subject", "reason"),
    "person.left": ("person", "by", "reason"),
    "duty.recorded": (
        *("person", "duty", "outcome", "from", "until", "by", "evidence"),
    ),
    "review.opened": ("id", "subject", "what", "about", "due"),
    "review.decided": (
        *("review", "by", "outcome", "until", "reason", "origin", "signature"),
    ),
    "tests.planned": ("id", "first", "until"),
    "tests.drawn": ("plan", "root"),
    "decoy.placed": ("mark", "by"),
    "decoy.lifted": ("mark", "by"),
    "vault.sealed": (
        *("container", "asset", "file", "header", "slot", "key", "key_kind"),
        *("sha256", "decision", "subject", "site", "copy_of", "recipient", "replaces"),
    ),
    "vault.rewrapped": (
        *("container", "slot", "key", "key_kind", "decision", "subject"),
    ),
    "vault.destroyed": ("container", "decision", "subject", "reason"),
    "vault.verified": ("container", "run", "subject"),
    "proof.refused": ("what", "code", "subject", "point", "about"),
    "finding.recorded": ("rule", "severity", "subject", "first", "last", "told"),
    "report.filed": ("id", "source", "subject", "resource", "decision", "told"),
    "notice.sent": ("decision", "obligation", "subject", "action", "resource"),
    "vault.opened": (
        *("decision", "container", "subject", "action", "resource", "point"),
    ),
    "vault.read": ("decision", "opened", "container", "subject", "resource", "point"),
    "raid.need": ("case", "act", "by", "decision", "person", "until", "reason"),
    **dict.fromkeys(sorted(RAID_KINDS), _ACT),
}
"""Kind -> the keys that hold text; what is in a column has the column's name."""

COUNTS: Final[dict[str, tuple[str, ...]]] = {
    "amount.left": ("bytes", "copies"),
    "witness.quorum": ("need", "seconds"),
    "log.pruned": ("before",),
    "log.recovered": ("first", "size"),
    "request.opened": ("uses",),
    "tests.planned": ("size",),
    "tests.drawn": ("slot", "size"),
    "vault.sealed": ("bytes",),
    "vault.rewrapped": ("generation",),
    "vault.verified": ("first", "until", "total"),
    "finding.recorded": ("count",),
    "vault.read": ("start", "stop"),
}
"""Kind -> the keys that hold a number that is not negative."""

LISTS: Final[dict[str, tuple[str, ...]]] = {
    "tests.planned": ("people",),
    "tests.drawn": ("people",),
}
"""Kind -> the keys that hold a list of texts."""

NUMBERS: Final[dict[str, tuple[str, ...]]] = {"finding.recorded": ("entries",)}
"""Kind -> the keys that hold a list of numbers that are not negative."""

ALARMS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "engines-disagree": (("decision", "policy", "concern", "compiled", "casbin"), ()),
    "witnesses-overdue": (("since",), ("need", "seconds", "size")),
    "decoy-touched": (("decision", "mark"), ()),
    "decoy-requested": (("request", "subject", "mark"), ()),
    "break-glass": (("request", "decision"), ()),
    "credentials-changed": (("entity",), ()),
    "container-damaged": (("container", "found"), ()),
    "handover-silent": (("handover", "case", "found", "decision"), ()),
    "clock-breached": (("clock", "case", "decision"), ()),
    "embargo-expired": (("embargo", "case", "found", "decision"), ()),
}
"""Code of an alarm -> the keys that hold text, and those that hold a number."""

MATTERS: Final[dict[str, str]] = {
    "request.opened": "id",
    "request.approved": "request",
    "request.refused": "request",
    "grant.revoked": "request",
    "grant.spent": "request",
    "session.opened": "id",
    "session.ended": "subject",
    "person.left": "person",
    "duty.recorded": "person",
    "review.opened": "id",
    "review.decided": "review",
    "tests.planned": "id",
    "tests.drawn": "plan",
    "decoy.placed": "mark",
    "decoy.lifted": "mark",
    "vault.sealed": "container",
    "vault.rewrapped": "container",
    "vault.destroyed": "container",
    "vault.verified": "container",
    "raid.need": "case",
}
"""Kind of a matter's event -> the key that says what it is about."""
