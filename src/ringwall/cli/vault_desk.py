"""The vault's desk on the command line: what opens its keys, and what turns a no.

Must never offer a way past a deny that is no way at this desk.
"""

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, Final

from ringwall.cli import desks
from ringwall.cli.desks import PROVE, Room
from ringwall.cli.vault_secrets import (
    PassphraseOption,
    PinOption,
    ShareOption,
    Unlocking,
)

if TYPE_CHECKING:
    from ringwall.model.decisions import Decision
    from ringwall.vault.keys.unlocking import Secrets

__all__ = ["at_desk"]

_BIND: Final = (
    "run the same with --print-binds, and give what it prints to `ringwall request "
    "new --binds`"
)
# What takes a grant that is bound to one container and one use of it.
_BOUND: Final = frozenset({"weights.copy", "weights.delete", "weights.rewrap"})
# What turns a deny here, where the options are others than those of `check`.
_WAYS: Final = {"identity-unproven": PROVE}
_WAYS_BOUND: Final = {
    **_WAYS,
    "grant.quorum": f"have it approved: {{needed}}: {_BIND}",
    "purpose-differs": "name the request with --grant, if it is for just this act "
    f"(`ringwall request show`); else {_BIND}",
    "binds-differ": f"have just this act approved: {_BIND}",
}


def at_desk(
    verb: str,
    act: Callable[..., None],
    *,
    without: Collection[str] = (),
) -> Callable[..., int]:
    """Return a command of the vault; see `desks.at_desk`.

    Args:
        verb: its name.
        act: what it does; is given a `Desk`, and its own options by name.
        without: names of options of who asks that it has no use for.
    """
    return desks.at_desk(_VAULT, verb, act, without=without)


def _ways(decision: "Decision") -> Mapping[str, str]:
    return _WAYS_BOUND if decision.request.action in _BOUND else _WAYS


def _keys(
    vault_passphrase_file: PassphraseOption = None,
    vault_pin_file: PinOption = None,
    share_file: ShareOption = None,
) -> None:
    """Have the options of what opens the keys; see `Room`."""


def _secrets(command: str, said: Mapping[str, Any]) -> "Secrets":
    return Unlocking(
        command,
        said["vault_passphrase_file"],
        said["vault_pin_file"],
        tuple(said["share_file"] or ()),
    ).secrets()


_VAULT: Final = Room("vault", _ways, _keys, _secrets, tells_why=True)
