"""That the policies at hand are not those in force, and what can be done about it.

One refusal for all desks. Must never let pass what it is asked about.
"""

from typing import Final

from ringwall.base.errors import PolicyError

__all__ = ["MEND", "not_in_force"]

MEND: Final = (
    "see `ringwall policy propose` for what differs; then put them in force with "
    "`ringwall policy activate`, or put back what is in force with "
    "`ringwall policy restore`"
)
"""What an officer does about policies that are not in force."""


def not_in_force() -> PolicyError:
    """Return the refusal of what would be judged by other policies: exit code 3."""
    return PolicyError(
        "policy-not-activated",
        "the policies and threat models at hand are not the ones in force",
        next_step=MEND,
    )
