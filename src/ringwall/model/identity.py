"""What was proven of who asks, and for how long it holds.

A value only. Must never count as more than was shown: without a hardware key nothing
is ever fresh.
"""

from dataclasses import dataclass

from ringwall.model.levels import Authentication

__all__ = ["Proof"]


@dataclass(frozen=True, slots=True)
class Proof:
    """A session that was opened by a token or by an SSH signature.

    Attributes:
        method: `token` or `ssh`.
        session: id of the session.
        subject: who it is that asks.
        point: the enforcement point that it was opened at.
        provider: id of the provider of identity; empty for `ssh`.
        key: thumbprint of the provider's key (RFC 7638), or fingerprint of the
            subject's own.
        login: what the provider calls the subject; empty for `ssh`.
        nonce: hex digest under which it counts as used.
        at: instant at which the subject proved it.
        until: instant at which it ceases to count.
        level: how it was proven, at most `hardware`.
        fresh_until: last instant at which the proof counts as just made.
        fresh_for: `ACTION RESOURCE` that it was made for; empty for any.
    """

    method: str
    session: str
    subject: str
    point: str
    provider: str
    key: str
    at: int
    until: int
    level: Authentication
    fresh_until: int = 0
    fresh_for: str = ""
    login: str = ""
    nonce: str = ""

    def level_at(self, now: int, action: str, resource: str) -> Authentication:
        """Return how the session counts as proven for an action at an instant.

        `hardware` counts as `hardware-fresh` while it has just been used, for what
        it was used for (RAND App. B: within about 60 s); nothing else does.
        """
        fresh = (
            self.level is Authentication.HARDWARE
            and self.at <= now <= self.fresh_until
            and self.covers(action, resource)
        )
        return Authentication.HARDWARE_FRESH if fresh else self.level

    def covers(self, action: str, resource: str) -> bool:
        """Return whether it was made for this action, or for a whole session."""
        return self.fresh_for in {"", f"{action} {resource}"}
