"""Powers that name an action nobody knows: nobody would be counted for it.

Must never let a misspelt action switch the limit of a power off.
"""

from collections.abc import Collection, Iterator
from typing import Final

from ringwall.base.errors import Fault, PolicyError
from ringwall.threats.catalogue import Catalogue

__all__ = ["check_powers", "unknown_actions"]

_CODE: Final = "power-unknown-action"


def check_powers(catalogue: Catalogue, known: Collection[str]) -> None:
    """Check that powers name only actions that there are.

    Args:
        catalogue: the threat models, which hold the powers.
        known: the actions that the access policy knows.

    Raises:
        PolicyError: `power-unknown-action`, with a fault for each.
    """
    faults = tuple(unknown_actions(catalogue, known))
    if faults:
        raise PolicyError(
            _CODE,
            "a power names an action that the access policy does not know",
            next_step="mend `threat_models/powers.yaml`, or the vocabulary `action`",
            faults=faults,
        )


def unknown_actions(catalogue: Catalogue, known: Collection[str]) -> Iterator[Fault]:
    """Give each action of a power that the access policy does not know."""
    for power in catalogue.powers.values():
        for action in power.actions:
            if action not in known:
                message = f"the access policy knows no action `{action}`"
                expected = "actions of its vocabulary `action`"
                place = catalogue.place("powers", power.id)
                yield Fault(*place, _CODE, message, expected)
