"""Small sets: how many people could have reported what is told.

Facts that fit fewer than five people name one of them as well as a name does. Must
never count somebody of whom it is not known that the facts fit them.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from ringwall.base.errors import ActRefused

__all__ = ["LEAST_SET", "Facts", "Known", "check_set", "possible_reporters"]

LEAST_SET: Final = 5
"""Fewest people that told facts may fit."""

Facts = Mapping[str, str]
"""What is told of a reporter: e.g. `organisation` -> `example-lab`."""
Known = Mapping[str, Collection[str]]
"""What a directory knows of one person: e.g. `cluster` -> those they can reach."""


def possible_reporters(facts: Facts, directory: Sequence[Known]) -> int:
    """Return how many people of a directory fit all facts, for all that is known.

    Args:
        facts: what is told of the reporter; none fits everybody.
        directory: one entry for each person. What an entry does not know of is taken
            not to fit: so a poor directory holds back more, never less.
    """
    return sum(
        all(value in person.get(name, ()) for name, value in facts.items())
        for person in directory
    )


def check_set(
    facts: Facts, directory: Sequence[Known], *, is_consented: bool = False
) -> None:
    """Raise if what is told points to too few people.

    Args:
        facts: as `possible_reporters`.
        directory: likewise.
        is_consented: whether the reporter has agreed to just this.

    Raises:
        ActRefused: `too-few-reporters`. How few is not said: that would be one more
            fact.
    """
    if is_consented or possible_reporters(facts, directory) >= LEAST_SET:
        return
    names = ", ".join(f"`{name}`" for name in sorted(facts)) or "nothing at all"
    raise ActRefused(
        "too-few-reporters",
        f"what is told of the reporter ({names}) fits fewer than {LEAST_SET} people",
        next_step="leave a fact out or make it coarser, or ask the reporter by mailbox",
    )
