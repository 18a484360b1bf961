"""What has happened, as small rows in the order of the log: what a watch looks at.

Only values. Must never hold the id of a person: people are told by one token each,
so that who is erased is gone here, too.
"""

from typing import Final, NamedTuple

__all__ = ["TOLD_KINDS", "Done", "Found", "Left", "Passed", "Raised", "Refused", "Seen"]

TOLD_KINDS: Final = ("decoy.lifted", "log.pruned")
"""Kinds of events of which each one is given as a row: they leave less to find."""


class Seen(NamedTuple):
    """A decision.

    Attributes:
        entry: index of it.
        at: its instant.
        subject: id, of a person the token.
        action: that was asked for.
        resource: id of the asset.
        point: where it was asked.
        effect: permit or deny.
        code: of the first reason, empty for none.
    """

    entry: int
    at: int
    subject: str
    action: str
    resource: str
    point: str
    effect: str
    code: str


class Left(NamedTuple):
    """Bytes that left with a permit.

    Attributes:
        entry: index of it.
        at: its instant.
        subject: as in `Seen`.
        point: through which they left.
        size: how many bytes.
    """

    entry: int
    at: int
    subject: str
    point: str
    size: int


class Refused(NamedTuple):
    """A proof that was refused.

    Attributes:
        entry: index of it.
        at: its instant.
        subject: who it was said to be of; empty if nobody was named.
        point: where it was brought; may be empty.
        code: why.
    """

    entry: int
    at: int
    subject: str
    point: str
    code: str


class Raised(NamedTuple):
    """An alarm.

    Attributes:
        entry: index of it.
        at: its instant.
        subject: of the decision that it is about; empty if it is about none.
        point: of that decision.
        code: of the alarm.
    """

    entry: int
    at: int
    subject: str
    point: str
    code: str


class Done(NamedTuple):
    """Something that leaves whoever looks with less to find.

    Attributes:
        entry: index of it.
        at: its instant.
        subject: who did it, as in `Seen`; empty if the event does not say.
        kind: of the event, one of `TOLD_KINDS`.
    """

    entry: int
    at: int
    subject: str
    kind: str


class Found(NamedTuple):
    """A finding of a watch that is on record already.

    Attributes:
        entry: index of it.
        at: its instant.
        rule: id of the rule.
        entries: which entries made it.
    """

    entry: int
    at: int
    rule: str
    entries: tuple[int, ...]


Passed = Seen | Left | Refused | Raised | Done | Found
"""A row of any kind."""
