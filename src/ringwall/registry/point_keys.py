"""The secret keys by which enforcement points show that they are themselves.

One file for each below `keys/points/`, named as the point, unless it lies elsewhere.
Must never use one that others than its owner may read.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from ringwall.base.errors import ConfigurationError, IdentityUnproven
from ringwall.registry.institute_folder import read_whole
from ringwall.signing.ssh import sign_ssh

__all__ = ["PointGate", "point_key_file", "show_point"]

_MAX_KEY_BYTES: Final = 16 * 1024


class PointGate(Protocol):
    """What showing a point asks of its gate."""

    @property
    def point(self) -> str:
        """Id of the enforcement point."""
        ...

    def prove_point(self, sign: Callable[[bytes], str]) -> None:
        """Have the point sign a challenge; raises if that is not its key."""
        ...


def point_key_file(folder: Path, point: str) -> Path:
    """Return where the secret key of a point lies if nobody says otherwise."""
    return folder / "keys" / "points" / point.partition(":")[2]


def show_point(gate: PointGate, folder: Path, key: str | Path | None = None) -> None:
    """Have a point show that it is itself, as far as its key is at hand.

    Without a key its decisions say no, if there is one on record for it.

    Args:
        gate: of the point.
        folder: of the institute.
        key: an OpenSSH private key file without a passphrase; the point's own below
            `keys/points/`, if there is one, if None.

    Raises:
        ConfigurationError: `point-key-exposed`; or the file can't be used.
        IdentityUnproven: the key that was named is not the one on record.
    """
    if key is not None:
        gate.prove_point(_signer(Path(key)))
        return
    path = point_key_file(folder, gate.point)
    if not gate.point or not path.exists():
        return
    # A refusal is on record by now, and each decision at the point tells of it.
    with suppress(IdentityUnproven):
        gate.prove_point(_signer(path))


def _signer(path: Path) -> Callable[[bytes], str]:
    data = read_whole(path, _MAX_KEY_BYTES)
    if path.stat().st_mode & 0o077:
        raise ConfigurationError(
            "point-key-exposed",
            f"others than its owner may read `{path}`",
            next_step=f"run `chmod 600 {path}`, and find out who read it",
        )
    return partial(sign_ssh, private_key=data)
