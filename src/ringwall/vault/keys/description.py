"""What is written down of a key-encryption key: its name, kind, parameters, a check.

Canonical JSON, one line. Must never hold a secret, nor be taken if a byte of it is
not as it was written.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final, Self

from ringwall.base.canonical import dump_canonical, load_canonical
from ringwall.base.clock import format_instant, parse_instant
from ringwall.vault.keys.provider import Params

__all__ = ["KINDS", "MAX_DESCRIPTION_BYTES", "KeyDescription", "parse_key_name"]

MAX_DESCRIPTION_BYTES: Final = 16 * 1024
"""Most bytes of a description."""
_VERSION: Final = 1
_KEYS: Final = frozenset({"v", "name", "kind", "created", "params", "check"})
_CHECK_CONTEXT: Final = b"ringwall-vault/1 check\0"
# No dot: what follows one tells the files of a key apart.
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?", re.ASCII)

# The type of each parameter, by kind; what a token's module is called is no part of
# what a container has to know.
_TEXT, _NUMBER = str, int
KINDS: Final[Mapping[str, Mapping[str, type]]] = MappingProxyType(
    {
        "file": {},
        "passphrase": {"n": _NUMBER, "p": _NUMBER, "r": _NUMBER, "salt": _TEXT},
        "pkcs11": {"label": _TEXT, "module": _TEXT, "token": _TEXT},
        "recipient": {"public": _TEXT, "suite": _TEXT},
        "shares": {"set": _NUMBER, "shares": _NUMBER, "threshold": _NUMBER},
    }
)
"""The kinds of keys, each with the parameters of its description."""


@dataclass(frozen=True, slots=True)
class KeyDescription:
    """A key-encryption key, told without its secret.

    Attributes:
        name: in the keyring and in key slots.
        kind: one of `KINDS`.
        created: instant, in microseconds.
        params: by kind, as `KINDS` says.
        check: for `recipient` the SHA-256 of its public key in hex; else base64 of
            32 zero bytes wrapped under the key, bound to all that stands here.
    """

    name: str
    kind: str
    created: int
    params: Params
    check: str = ""

    def with_check(self, check: str) -> Self:
        """Return it with its check value."""
        return replace(self, check=check)

    def check_context(self) -> bytes:
        """Return what the check value is bound to: all but itself."""
        fields = self._fields()
        del fields["check"]
        return _CHECK_CONTEXT + dump_canonical(fields)

    def dump(self) -> bytes:
        """Return the bytes of its file."""
        return dump_canonical(self._fields()) + b"\n"

    @classmethod
    def load(cls, data: bytes) -> Self:
        """Return what a file describes.

        Raises:
            ValueError: a byte is not as `dump` would write it, or a value is none.
        """
        if len(data) > MAX_DESCRIPTION_BYTES:
            raise ValueError(f"it has more than {MAX_DESCRIPTION_BYTES} bytes")
        if not data.endswith(b"\n"):
            raise ValueError("it does not end with a line feed")
        fields = load_canonical(data[:-1])
        if fields.keys() != _KEYS or fields["v"] != _VERSION:
            raise ValueError("its keys are not those of a key's description, version 1")
        described = cls(
            name=parse_key_name(fields["name"]),
            kind=_kind(fields["kind"]),
            created=parse_instant(_text(fields["created"])),
            params=_params(fields["kind"], fields["params"]),
            check=_text(fields["check"]),
        )
        if described.dump() != data:
            raise ValueError("an instant or a number is not in its one spelling")
        return described

    def _fields(self) -> dict[str, Any]:
        return {
            "v": _VERSION,
            "name": self.name,
            "kind": self.kind,
            "created": format_instant(self.created),
            "params": dict(self.params),
            "check": self.check,
        }


def parse_key_name(text: object) -> str:
    """Return `text` if a key-encryption key can be called that.

    Up to 64 lower-case letters, digits, `-` and `_`, the first and the last of them a
    letter or a digit.

    Raises:
        ValueError: it can't.
    """
    if not isinstance(text, str) or not _NAME.fullmatch(text):
        raise ValueError(
            "a key's name is made of a-z, 0-9, `-` and `_`, at most 64 of them"
        )
    return text


def _kind(value: object) -> str:
    if not isinstance(value, str) or value not in KINDS:
        raise ValueError("its kind is not known")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a value is not text")  # noqa: TRY004 - a fault of the data
    return value


def _params(kind: str, value: object) -> Params:
    wanted = KINDS[kind]
    if not isinstance(value, dict) or value.keys() != wanted.keys():
        raise ValueError(f"its params are not those of the kind `{kind}`")
    if any(type(value[key]) is not wanted[key] for key in wanted):
        raise ValueError("one of its params is of another type")
    return value
