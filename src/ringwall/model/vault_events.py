"""Events of the vault: containers sealed, rewrapped, destroyed, verified and read.

Builders only, in the shape that docs/ledger-format.md tells. Must never look at a file
or at the state of anything; what has become of a container is worked out in `matters`.
"""

from collections.abc import Mapping
from typing import Any, Final

from ringwall.base.clock import format_instant
from ringwall.model.requests import AccessRequest, Reach

__all__ = [
    "CONTAINER_DAMAGED",
    "VAULT_MATTERS",
    "VAULT_PASSING",
    "container_damaged",
    "vault_destroyed",
    "vault_opened",
    "vault_read",
    "vault_rewrapped",
    "vault_sealed",
    "vault_verified",
]

_Event = dict[str, Any]

VAULT_MATTERS: Final = frozenset(
    {"vault.sealed", "vault.rewrapped", "vault.destroyed", "vault.verified"}
)
"""Kinds that later decisions rest on, each one for ever."""
VAULT_PASSING: Final = frozenset({"vault.opened", "vault.read"})
"""Kinds that only the gate records, beside the permit that they are of."""
CONTAINER_DAMAGED: Final = "container-damaged"
"""Code of the alarm that a container on disk is not the one on record."""


def vault_sealed(at: int, container: str, said: Mapping[str, Any]) -> _Event:
    """Return the event that a file was sealed, or a container copied for a site.

    Args:
        at: instant.
        container: its id.
        said: `asset`, `file`, `header` (hex SHA-256 of the header block), `slot` (hex
            SHA-256 of the block of its key slot), `key` (name of the key that wraps
            the data key), `key_kind`, `bytes` and `sha256` (hex) of the plaintext,
            `decision` (id of the permit), `subject`, `site` (where it was sealed),
            `copy_of` and `recipient` (container and site id; both empty for no copy)
            and `replaces` (id of the container in whose place it is; or empty).
    """
    return {**_head("vault.sealed", at), "container": container, **said}


def vault_rewrapped(at: int, container: str, said: Mapping[str, Any]) -> _Event:
    """Return the event that the data key of a container was given to another key.

    Args:
        at: instant.
        container: its id.
        said: `slot` (hex SHA-256 of the block of the new slot), `key`, `key_kind`,
            `generation` of the new slot, `decision` and `subject`.
    """
    return {**_head("vault.rewrapped", at), "container": container, **said}


def vault_destroyed(at: int, container: str, said: Mapping[str, str]) -> _Event:
    """Return the event that a container is no more: `decision`, `subject`, `reason`."""
    return {**_head("vault.destroyed", at), "container": container, **said}


def vault_verified(at: int, container: str, said: Mapping[str, Any]) -> _Event:
    """Return the event that the tags of some chunks of a container were found right.

    Args:
        at: instant.
        container: its id.
        said: `run` (names one verification from its first chunk to its last), `first`
            and `until` (chunks, the latter not included), `total` (chunks of the
            container) and `subject`.
    """
    return {**_head("vault.verified", at), "container": container, **said}


def vault_opened(at: int, decision: str, request: AccessRequest) -> _Event:
    """Return the event that a permit lets a container be opened.

    Args:
        at: instant of the decision.
        decision: its id.
        request: the question, with a reach.

    Raises:
        ValueError: it has none.
    """
    said = _told(decision, request, _reach_of(request))
    return {**_head("vault.opened", at), **said, "action": request.action}


def vault_read(at: int, decision: str, request: AccessRequest) -> _Event:
    """Return the event that a permit lets a range of a container's bytes be read.

    Args:
        at: instant of the decision.
        decision: its id.
        request: the question, with a reach; it continues the permit of the opening.

    Raises:
        ValueError: it has none.
    """
    reach = _reach_of(request)
    said = _told(decision, request, reach)
    span = {"start": reach.start, "stop": reach.stop}
    return {**_head("vault.read", at), **said, "opened": request.continues, **span}


def container_damaged(at: int, container: str, found: str) -> _Event:
    """Return the alarm that a container on disk is not the one on record.

    Args:
        at: instant at which it was found.
        container: id of the one that should be there.
        found: code of the fault.
    """
    said = {"code": CONTAINER_DAMAGED, "container": container, "found": found}
    return {**_head("alarm.raised", at), **said}


def _reach_of(request: AccessRequest) -> Reach:
    if request.reach is None:
        raise ValueError("the question reaches for no container")
    return request.reach


def _told(decision: str, request: AccessRequest, reach: Reach) -> dict[str, str]:
    return {
        "decision": decision,
        "container": reach.container,
        "subject": request.subject,
        "resource": request.resource,
        "point": request.point,
    }


def _head(kind: str, at: int) -> _Event:
    return {"v": 1, "kind": kind, "at": format_instant(at)}
