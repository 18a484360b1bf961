"""A row of a state machine of the incident desk.

Stands apart from the tables, so that each room may keep its own. Must never hold a
table itself.
"""

from typing import NamedTuple

__all__ = ["Move"]


class Move(NamedTuple):
    """A row of a machine.

    Attributes:
        before: state; empty for an object that is new.
        act: what is done.
        after: state.
        guards: names of what must hold besides.
    """

    before: str
    act: str
    after: str
    guards: tuple[str, ...] = ()
