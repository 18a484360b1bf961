"""Security tiers and access control for model weights.

    from ringwall import AccessDenied, Gatekeeper

    with Gatekeeper.open("my-institute", point="point:trainer") as gate:
        gate.require(
            subject="user:ada",
            action="weights.read",
            resource="weights:aurora-2",
            authn="hardware-fresh",
        )

Loads nothing until a name is used, so that the command line starts at once.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ringwall.base.errors import IdentityUnproven
    from ringwall.gate.denied import AccessDenied
    from ringwall.gate.session import Session
    from ringwall.institute import Gatekeeper
    from ringwall.model.decisions import Decision

__all__ = ["AccessDenied", "Decision", "Gatekeeper", "IdentityUnproven", "Session"]

_HOMES = {
    "AccessDenied": "ringwall.gate.denied",
    "Decision": "ringwall.model.decisions",
    "Gatekeeper": "ringwall.institute",
    "IdentityUnproven": "ringwall.base.errors",
    "Session": "ringwall.gate.session",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's attributes have any type
    """Load an exported name from its home on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module `ringwall` has no attribute `{name}`")
    from importlib import import_module  # noqa: PLC0415 - start-up time

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
