"""Questions that grants are used for, and some that are nearly those."""

from dataclasses import replace
from typing import Any

from ringwall.model.levels import Authentication
from ringwall.model.requests import AccessRequest
from tests.oracle import grants
from tests.property.grant_world import KINDS, LEVEL_AT, PURPOSES

__all__ = ["altered", "asked_of"]


def asked_of(question: AccessRequest) -> grants.Asked:
    """Return a question as the slow twin takes it."""
    return grants.Asked(
        question.subject,
        question.action,
        question.resource,
        question.purpose,
        question.binds,
        question.grant,
        KINDS[question.resource.partition(":")[0]],
        LEVEL_AT[question.point],
    )


def altered(question: AccessRequest, grant: str, change: str) -> AccessRequest:
    """Return a question that differs from what was granted, or the same.

    Args:
        question: what a request is for.
        grant: its id.
        change: one of `USES`, or empty.
    """
    named = {"grant": grant, "purpose": ""}
    other = PURPOSES[question.purpose == PURPOSES[0]]
    changes: dict[str, dict[str, Any]] = {
        "by another": {"subject": "user:bea"},
        "for another purpose": {"purpose": other},
        "named": named,
        "named, for another purpose": {**named, "purpose": other},
        "under another's name": {"grant": "req-another", "purpose": ""},
        "of another resource": {"resource": "weights:big"},
        "bound to another": {"binds": "77" * 32},
        "another action": {"action": "weights.export"},
        "from the campus": {"point": "point:campus"},
        "from the hub": {"point": "point:hub"},
        "with a password": {"authentication": Authentication.PASSWORD},
    }
    return replace(question, **changes.get(change, {}))
