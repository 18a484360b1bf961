"""Providers of identity: whose tokens are taken, under which keys, for how much.

Public keys only: a private part refuses the file. Must never name an algorithm that
needs a shared secret, or none.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from ringwall.model.fields import Listed
from ringwall.model.levels import Authentication
from ringwall.model.values import ProviderId, Strict, Text, is_printable

__all__ = [
    "MAX_RSA_BITS",
    "MIN_RSA_BITS",
    "Algorithm",
    "Jwk",
    "Provider",
]

MIN_RSA_BITS: Final = 2048
"""Shortest RSA modulus in bits (RFC 7518 section 3.3)."""
MAX_RSA_BITS: Final = 4096
"""Longest RSA modulus in bits: what takes longer to check only costs time."""

Algorithm = Literal["EdDSA", "ES256", "RS256"]
_MINUTE: Final = 60
_DAY: Final = 24 * 60 * _MINUTE
_P256_BYTES: Final = 32
_ED25519_BYTES: Final = 32
# RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1, RFC 8037 section 2.
_PRIVATE: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_MAX_VALUE: Final = 255
_LEVELS: Final = (
    Authentication.PASSWORD,
    Authentication.MFA,
    Authentication.HARDWARE,
)


def _bytes_of(text: str) -> bytes:
    """Return the bytes of canonical base64url without padding (RFC 7515 section 2)."""
    try:
        raw = text.encode("ascii")
        data = base64.b64decode(raw + b"=" * (-len(raw) % 4), b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise ValueError("the value is not base64url") from None
    if base64.urlsafe_b64encode(data).rstrip(b"=") != raw:
        raise ValueError("the value is not base64url in its one form")
    return data


def _number(text: str) -> str:
    if not _bytes_of(text):
        raise ValueError("the value is empty")
    return text


_Number = Annotated[
    str,
    Field(max_length=700),
    AfterValidator(_number),
    WithJsonSchema({"type": "string", "pattern": "^[A-Za-z0-9_-]+$"}),
]


class Jwk(Strict):
    """The public key of a provider, as RFC 7517 and RFC 8037 write it."""

    kid: Annotated[str, Field(min_length=1, max_length=_MAX_VALUE)]
    kty: Literal["OKP", "EC", "RSA"]
    crv: Literal["Ed25519", "P-256"] | None = None
    x: _Number | None = None
    y: _Number | None = None
    n: _Number | None = None
    e: _Number | None = None
    alg: Algorithm | None = None
    use: Literal["sig"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _public(cls, data: object) -> object:
        if isinstance(data, Mapping) and not _PRIVATE.isdisjoint(data):
            # INVARIANT: the message says nothing of the value.
            raise PydanticCustomError(
                "private-key-declared",
                "it holds the private part of a key, which is now known to whoever "
                "read this file; make a new key, and declare its public part",
            )
        return data

    @model_validator(mode="after")
    def _whole(self) -> Self:
        wanted = {"OKP": {"crv", "x"}, "EC": {"crv", "x", "y"}, "RSA": {"n", "e"}}
        names = {n for n in ("crv", "x", "y", "n", "e") if getattr(self, n) is not None}
        if names != wanted[self.kty]:
            parts = ", ".join(sorted(wanted[self.kty]))
            raise ValueError(f"a key of type {self.kty} has {parts}, and only these")
        if not is_printable(self.kid):
            raise ValueError("`kid` holds a control or invisible character")
        if self.alg is not None and self.alg != self.algorithm:
            raise ValueError(f"a key of this type is for {self.algorithm}")
        self._check_size()
        return self

    def _check_size(self) -> None:
        if self.kty == "RSA":
            self._check_rsa()
            return
        curve, size = ("Ed25519", _ED25519_BYTES), ("P-256", _P256_BYTES)
        name, length = curve if self.kty == "OKP" else size
        if self.crv != name:
            raise ValueError(f"a key of type {self.kty} is on the curve {name}")
        if any(len(_bytes_of(part)) != length for part in (self.x, self.y) if part):
            raise ValueError(f"a coordinate on {name} has {length} bytes")

    def _check_rsa(self) -> None:
        modulus = int.from_bytes(_bytes_of(self.n or ""), "big")
        exponent = int.from_bytes(_bytes_of(self.e or ""), "big")
        if not MIN_RSA_BITS <= modulus.bit_length() <= MAX_RSA_BITS:
            raise ValueError(
                f"an RSA key has {MIN_RSA_BITS} to {MAX_RSA_BITS} bits, "
                f"this one {modulus.bit_length()}"
            )
        # FIPS 186-5 appendix A.1.1: odd, above 2^16; and short, since it costs time.
        if not (modulus % 2 and exponent % 2 and 2**16 < exponent < 2**32):
            raise ValueError("an RSA key has an odd modulus and an exponent as 65537")

    @property
    def algorithm(self) -> Algorithm:
        """The one algorithm that the key can check."""
        by_type: dict[str, Algorithm]
        by_type = {"OKP": "EdDSA", "EC": "ES256", "RSA": "RS256"}
        return by_type[self.kty]

    @property
    def public(self) -> tuple[tuple[str, str], ...]:
        """The members that make the key (RFC 7638 section 3.2), by name."""
        names = ("crv", "e", "kty", "n", "x", "y")
        parts = ((name, getattr(self, name)) for name in names)
        return tuple((name, part) for name, part in parts if part is not None)


def _levels(value: object) -> object:
    """Return the pairs of a mapping from a value of `acr` or `amr` to its level."""
    if not isinstance(value, Mapping):
        return value
    pairs = []
    for name, word in sorted(value.items()):
        if not name or not name.isascii() or not name.isprintable():
            raise ValueError("a value of acr or amr is printable ASCII text")
        if len(name) > _MAX_VALUE:
            raise ValueError(f"a value of acr or amr has at most {_MAX_VALUE} letters")
        if word not in map(str, _LEVELS):
            known = ", ".join(map(str, _LEVELS))
            raise ValueError(f"`{str(word)[:40]}` is not one of {known}")
        pairs.append((name, Authentication.parse(word)))
    return tuple(pairs)


def _written(pairs: tuple[tuple[str, Authentication], ...]) -> dict[str, str]:
    return {name: str(level) for name, level in pairs}


_Levels = Annotated[
    tuple[tuple[str, Authentication], ...],
    BeforeValidator(_levels),
    PlainSerializer(_written, return_type=dict[str, str]),
    WithJsonSchema(
        {
            "type": "object",
            "additionalProperties": {"enum": [str(level) for level in _LEVELS]},
        }
    ),
]


class Provider(Strict):
    """Whose tokens prove who asks.

    Attributes:
        issuer: the `iss` of its tokens, exactly.
        audience: of these at least one stands in the `aud` of a token.
        algorithms: that its tokens may be signed with.
        keys: that they may be signed by.
        levels: value of `acr` or `amr` -> what it shows; any other shows nothing more
            than a password.
        fresh_seconds: how long after `auth_time` a hardware key counts as just used.
        leeway_seconds: by how much its clock may differ.
        max_age_seconds: how long after `auth_time`, or `iat`, a session may last.
    """

    id: ProviderId
    issuer: Text
    audience: Annotated[tuple[Text, ...], Listed, Field(min_length=1)]
    algorithms: Annotated[tuple[Algorithm, ...], Listed, Field(min_length=1)]
    keys: Annotated[tuple[Jwk, ...], Listed, Field(min_length=1, max_length=64)]
    levels: _Levels = ()
    # RAND App. B: re-authentication for sensitive actions within about 60 s.
    fresh_seconds: Annotated[int, Field(ge=0, le=_MINUTE)] = _MINUTE
    leeway_seconds: Annotated[int, Field(ge=0, le=_MINUTE)] = 30
    max_age_seconds: Annotated[int, Field(ge=_MINUTE, le=_DAY)] = _DAY // 2
    note: Text | None = None

    @model_validator(mode="after")
    def _fit(self) -> Self:
        for name in ("audience", "algorithms"):
            values: tuple[Any, ...] = getattr(self, name)
            if len(set(values)) != len(values):
                raise ValueError(f"a word stands in `{name}` twice")
        kids = [key.kid for key in self.keys]
        if len(set(kids)) != len(kids):
            raise ValueError("two of `keys` have the same `kid`")
        strange = {key.algorithm for key in self.keys} ^ set(self.algorithms)
        if strange:
            word = sorted(strange)[0]
            raise ValueError(
                f"{word} is one of `algorithms` without a key, or a key's without "
                "being one of them"
            )
        return self
