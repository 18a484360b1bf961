"""How a statement gets its signature: by a key at hand, or by a file made elsewhere.

Must never ask for a passphrase on the terminal, nor take one from the command line,
where everybody on the machine can read it.
"""

import os
import shlex
from pathlib import Path
from typing import Annotated, Any

import typer

from ringwall.cli.exits import Misuse
from ringwall.cli.files import Output, read_input
from ringwall.cli.output import say

__all__ = [
    "VARIABLE",
    "KeyOption",
    "PassphraseOption",
    "Pen",
    "SignatureOption",
    "ToSignOption",
    "as_option",
    "write_to_sign",
]

VARIABLE = "RINGWALL_KEY_PASSPHRASE"
"""Name of the variable of the environment that may hold a key's passphrase."""

_MAX_KEY_BYTES = 16 * 1024
_MAX_PASSPHRASE_BYTES = 1024
_MAX_SIGNATURE_BYTES = 4096

KeyOption = Annotated[
    Path | None,
    typer.Option(
        "--key",
        metavar="FILE",
        help="Sign at once with this OpenSSH private key (Ed25519). Its passphrase "
        f"comes from {VARIABLE} or --passphrase-file.",
        show_default=False,
    ),
]
PassphraseOption = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        metavar="FILE",
        help="Holds the passphrase of --key, in one line.",
        show_default=False,
    ),
]
SignatureOption = Annotated[
    Path | None,
    typer.Option(
        "--signature",
        metavar="FILE",
        help="The signature that `ssh-keygen -Y sign` has made.",
        show_default=False,
    ),
]
ToSignOption = Annotated[
    Path | None,
    typer.Option(
        "--to-sign",
        metavar="FILE",
        help="Write what is to be signed into a new file, and record nothing.",
        show_default=False,
    ),
]


def as_option(variable: str) -> Any:  # noqa: ANN401 - what Typer's own function gives
    """Return the option that names who signs, and its variable of the environment."""
    return typer.Option(
        "--as", envvar=variable, metavar="PERSON", help="Who signs, e.g. user:grace."
    )


class Pen:
    """What a command line gives to sign with: exactly one of its ways.

    Args:
        command: whose help says more, e.g. `ringwall request new`.
        key: a private key file.
        passphrase: the file of its passphrase.
        signature: a signature file.
        to_sign: a file to write instead.

    Raises:
        Misuse: none of the ways is given, or more than one.
    """

    def __init__(
        self,
        command: str,
        *,
        key: Path | None,
        passphrase: Path | None = None,
        signature: Path | None = None,
        to_sign: Path | None = None,
        ways: str = "--key, --signature or --to-sign",
    ) -> None:
        if sum(item is not None for item in (key, signature, to_sign)) != 1:
            raise Misuse(command, f"give {'one of ' * (' or ' in ways)}{ways}")
        if passphrase is not None and key is None:
            raise Misuse(command, "--passphrase-file goes with --key")
        self._key, self._passphrase = key, passphrase
        self._signature = signature
        self.to_sign = to_sign

    def sign(self, statement: bytes) -> str:
        """Return the signature over a statement, armored.

        Raises:
            RequestError: `input-unreadable`, a file is not there.
            ConfigurationError: `ssh-key-unusable`.
        """
        if self._signature is not None:
            data = read_input(self._signature, _MAX_SIGNATURE_BYTES)
            # What is not ASCII is no part of a signature: the check refuses it.
            return data.decode("ascii", "replace")
        if self._key is None:
            raise RuntimeError("there is nothing to sign with")
        from ringwall.signing.ssh import sign_ssh

        data = read_input(self._key, _MAX_KEY_BYTES)
        return sign_ssh(statement, data, _passphrase(self._passphrase))


def write_to_sign(path: Path, statement: bytes, then: str) -> None:
    """Write a statement into a new file and say how to sign it.

    Args:
        path: of the file.
        statement: the bytes.
        then: the command line that takes the signature, without `ringwall`.

    Raises:
        ConfigurationError: `output-exists` or `output-unwritable`.
    """
    Output(path, 0o600).write(statement)
    say(f"next: ssh-keygen -Y sign -n ringwall -f KEY {shlex.quote(str(path))}")
    say(f"then: ringwall {then}")


def _passphrase(path: Path | None) -> bytes | None:
    if path is not None:
        data = read_input(path, _MAX_PASSPHRASE_BYTES)
        return data.removesuffix(b"\n")
    given = os.environ.get(VARIABLE)
    return given.encode("utf-8", "surrogateescape") if given else None
