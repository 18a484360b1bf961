"""How a command line unlocks keys of the vault: by files, or by asking on a terminal.

Must never take a secret as an argument, where everybody on the machine can read it,
nor wait for an answer where there is nobody to give one.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ringwall.cli.exits import Misuse
from ringwall.cli.files import read_input

if TYPE_CHECKING:
    from ringwall.vault.keys.unlocking import Secrets

__all__ = ["PassphraseOption", "PinOption", "ShareOption", "Unlocking", "read_secret"]

_MAX_SECRET_BYTES = 4096
_PASSPHRASE = "--vault-passphrase-file"  # noqa: S105 - the name of an option
_PIN = "--vault-pin-file"
_SHARE = "--share-file"

PassphraseOption = Annotated[
    Path | None,
    typer.Option(
        _PASSPHRASE,
        envvar="RINGWALL_VAULT_PASSPHRASE_FILE",
        metavar="FILE",
        help="Holds the passphrase of the vault's key, in one line; else it is asked "
        "for on the terminal.",
        show_default=False,
    ),
]
PinOption = Annotated[
    Path | None,
    typer.Option(
        _PIN,
        envvar="RINGWALL_VAULT_PIN_FILE",
        metavar="FILE",
        help="Holds the PIN of the token with the vault's key; else it is asked for.",
        show_default=False,
    ),
]
ShareOption = Annotated[
    list[Path] | None,
    typer.Option(
        _SHARE,
        envvar="RINGWALL_VAULT_SHARE_FILES",
        metavar="FILE",
        help="A custodian's share of the vault's key; as often as shares are needed.",
        show_default=False,
    ),
]


@dataclass(frozen=True, slots=True)
class Unlocking:
    """What a command line gives to unlock keys.

    Attributes:
        command: whose help says more, e.g. `ringwall vault read`.
        passphrase: file that holds a passphrase.
        pin: file that holds a PIN.
        shares: files that hold a share each.
    """

    command: str
    passphrase: Path | None = None
    pin: Path | None = None
    shares: tuple[Path, ...] = ()

    def secrets(self, *, new: bool = False) -> "Secrets":
        """Return the secrets: each is read or asked for only once a key needs it.

        Args:
            new: whether a passphrase is being chosen, so that it is asked for twice.
        """
        from ringwall.vault.keys.unlocking import Secrets

        return Secrets(
            passphrase=lambda: self._one(
                self.passphrase, "passphrase", _PASSPHRASE, twice=new
            ),
            pin=lambda: self._one(self.pin, "PIN", _PIN),
            shares=self._shares,
        )

    def _one(
        self, file: Path | None, noun: str, flag: str, *, twice: bool = False
    ) -> str:
        if file is not None:
            return read_secret(file)
        return self._asked(noun, flag, twice=twice)

    def _shares(self, threshold: int) -> tuple[str, ...]:
        if self.shares:
            return tuple(read_secret(file) for file in self.shares)
        return tuple(
            self._asked(f"share {number} of {threshold}", _SHARE)
            for number in range(1, threshold + 1)
        )

    def _asked(self, noun: str, flag: str, *, twice: bool = False) -> str:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise Misuse(
                self.command, f"the vault's key needs a {noun}: give {flag} FILE"
            )
        text: str = typer.prompt(
            f"{noun} of the vault's key",
            hide_input=True,
            confirmation_prompt=twice,
            err=True,
        )
        return text


def read_secret(path: Path) -> str:
    """Return the secret in a file, without the line feed at its end.

    Raises:
        RequestError: `input-unreadable`, it is no file that can be read; or
            `secret-malformed`, it is not one line of text.
        ConfigurationError: `secret-exposed`, others than its owner may read it.
    """
    from ringwall.base.errors import ConfigurationError, RequestError

    data = read_input(path, _MAX_SECRET_BYTES)
    if path.stat().st_mode & 0o077:
        raise ConfigurationError(
            "secret-exposed",
            f"others than its owner may read `{path}`",
            next_step=f"run `chmod 600 {path}`, and think of the secret as known",
        )
    try:
        text = data.decode("utf-8").removesuffix("\n")
    except UnicodeDecodeError:
        text = ""
    if not text.isprintable() or not text or len(data) > _MAX_SECRET_BYTES:
        raise RequestError(
            "secret-malformed",
            f"`{path}` does not hold one line of text",
            next_step="write the secret into it, as one line of UTF-8",
        )
    return text
