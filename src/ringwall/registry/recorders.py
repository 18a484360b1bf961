"""Who may put on record what others did, or what is to be kept from others' eyes.

Must never take an entry by somebody who is not answerable for it: not of the institute,
suspended, gone, or without the office.
"""

from ringwall.base.errors import ActRefused
from ringwall.model.parties import Person
from ringwall.pdp.reviewing import REVIEWERS
from ringwall.registry.on_record import OnRecord

__all__ = ["check_recorder"]


def check_recorder(by: Person, state: OnRecord) -> None:
    """Refuse an entry by somebody who may not make it.

    Args:
        by: who would make it.
        state: what is on record.

    Raises:
        ActRefused: `recorder-not-active` or `recorder-not-entitled`.
    """
    if not state.is_active(by):
        raise ActRefused(
            "recorder-not-active",
            f"`{by.id}` is not of the institute, is suspended or has left",
            next_step="let one of the institute's people record it",
        )
    if REVIEWERS.isdisjoint(by.roles):
        raise ActRefused(
            "recorder-not-entitled",
            f"`{by.id}` holds none of {', '.join(sorted(REVIEWERS))}",
            next_step="let a security officer record it",
        )
