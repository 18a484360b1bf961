"""Every history of one request in an institute of four, up to some length.

After each step the use is asked about; that is a further step in the count.
"""

from collections.abc import Iterator

from tests.property.grant_play import Play
from tests.property.grant_world import HOUR, TEMPLATES
from tests.property.strategies_grants import (
    Approve,
    Edit,
    History,
    Object,
    Open,
    Pass,
    Step,
    Use,
)

__all__ = ["ALPHABET", "FIRST", "search"]

_EXPORT = next(
    number
    for number, template in enumerate(TEMPLATES)
    if template.action == "weights.export"
)
FIRST = Open(_EXPORT, hours=48)
"""Two custodians and the CISO approve it, and it is used once, within two days."""
ALPHABET: tuple[Step, ...] = (
    Approve(0, "user:bea", "custodian"),
    Approve(0, "user:cal", "custodian"),
    Approve(0, "user:eli", "ciso"),
    Approve(0, "user:bob", "custodian"),
    Approve(0, "user:cal", "custodian", "signed by another"),
    Edit("user:eli", "suspended"),
    Edit("user:eli", "restored"),
    Edit("weights:big", "noted"),
    Edit("weights:big", "restored"),
    Object(0, "user:eli", "grant.revoked"),
    Pass(24 * HOUR),
    Use(0),
)
"""What may happen to it, again and again."""


def search(length: int, begun: History = (FIRST,)) -> Iterator[tuple[History, Play]]:
    """Give each history of up to so many steps, a question put at the end of it.

    Args:
        length: steps after the request, the last question among them.
        begun: how all of them begin.
    """
    game = Play()
    for step in begun:
        game.step(step)
    yield from _search(length - len(begun), begun, game)


def _search(left: int, so_far: History, game: Play) -> Iterator[tuple[History, Play]]:
    game.probe()
    yield so_far, game
    if left > 0:
        for step in ALPHABET:
            branch = game.branch()
            branch.step(step)
            yield from _search(left - 1, (*so_far, step), branch)
