"""What a person, service or point proves itself with: SSH keys and logins.

Public halves only. Must never accept two spellings of one key: who holds a key twice
would pass for two.
"""

import base64
import binascii
from typing import Annotated, Final

from pydantic import AfterValidator, WithJsonSchema

from ringwall.model.dated import Timed, check_apart
from ringwall.model.values import ProviderId, Strict, Text

__all__ = ["Login", "RegisteredKey", "SshKeyLine", "check_credentials", "key_body"]

_TYPE: Final = "ssh-ed25519"
# RFC 8709 section 4: string "ssh-ed25519", string key of 32 bytes (RFC 4251 section 5).
_FRAME: Final = b"\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20"
_KEY_BYTES: Final = 32
_MAX_LINE: Final = 500
_SECURITY_KEY: Final = "sk-ssh-ed25519@openssh.com"


def key_body(line: str) -> str:
    """Return the part of a key line that is the key, without type and comment."""
    return line.split(" ", 2)[1]


def _key_line(text: str) -> str:
    if len(text) > _MAX_LINE:
        raise ValueError(f"a key line has at most {_MAX_LINE} characters")
    if not text.isprintable() or not text.isascii():
        raise ValueError("a key line is one line of ASCII characters")
    kind, _, rest = text.partition(" ")
    if kind == _SECURITY_KEY:
        raise ValueError(f"signatures of {_SECURITY_KEY} keys can't be checked here")
    if kind != _TYPE:
        raise ValueError(f"the line is not an OpenSSH public key `{_TYPE} ...`")
    try:
        data = base64.b64decode(rest.partition(" ")[0], validate=True)
    except binascii.Error:
        raise ValueError("the key in the line is not base64") from None
    if not data.startswith(_FRAME) or len(data) != len(_FRAME) + _KEY_BYTES:
        raise ValueError(f"the key in the line is not an {_TYPE} key of 32 bytes")
    return text


SshKeyLine = Annotated[
    str,
    AfterValidator(_key_line),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^{_TYPE} [A-Za-z0-9+/]{{68}}( .*)?$",
            "maxLength": _MAX_LINE,
        }
    ),
]
"""A line as `ssh-keygen` writes into a `.pub` file, of an Ed25519 key."""


class RegisteredKey(Timed):
    """An SSH key of a subject, from when until when.

    Attributes:
        key: its public half.
        hardware: whether its private half is in a device that does not give it away.
    """

    key: SshKeyLine
    hardware: bool = False


class Login(Strict):
    """What a provider of identity calls a subject.

    Attributes:
        provider: whose word it is.
        subject: the `sub` of its tokens.
    """

    provider: ProviderId
    subject: Text


def check_credentials(
    keys: tuple[RegisteredKey, ...], logins: tuple[Login, ...]
) -> None:
    """Check that each key counts once at a time, and each login stands once.

    Raises:
        ValueError: they don't.
    """
    check_apart((f"key {key_body(item.key)}", item) for item in keys)
    if len(set(logins)) != len(logins):
        raise ValueError("a login stands in `logins` twice")
