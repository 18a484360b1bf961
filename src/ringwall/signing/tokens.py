"""Tokens of providers of identity: JWTs (RFC 7519) signed with EdDSA, ES256 or RS256.

joserfc checks the signatures; what a token has to say is checked here, after that.
Must never take an algorithm, a key or an address from the token itself.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final, Protocol

from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key
from joserfc.jws import JWSRegistry, deserialize_compact
from typing_extensions import override

from ringwall.base.errors import ConfigurationError, IdentityUnproven
from ringwall.signing.base64text import decode_base64
from ringwall.signing.ed25519 import is_sound_point

__all__ = [
    "MAX_LIFE",
    "MAX_TOKEN",
    "Issuer",
    "IssuerKey",
    "TokenClaims",
    "check_issuer_key",
    "check_token",
    "issuer_of",
]

MAX_TOKEN: Final = 8 * 1024
"""Most characters of a token."""
MAX_LIFE: Final = 24 * 60 * 60
"""Longest life of a token, from `iat` to `exp`, in seconds."""

_SECOND: Final = 1_000_000
_MAX_SECONDS: Final = 253_402_300_800  # the year 10000
_MAX_TEXT: Final = 255
_MAX_METHODS: Final = 32
# RFC 9068 section 2.1; without a `typ` it is taken for a JWT (RFC 7519 section 5.1).
_TYPES: Final = frozenset({"jwt", "at+jwt", "application/at+jwt"})
_HEADER: Final = frozenset({"alg", "kid", "typ", "cty", "x5t", "x5t#S256"})
_PART: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_STANDARD: Final = str.maketrans("-_", "+/")
_PRINTABLE: Final = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)
_ALGORITHM_NAMES: Final = {"EdDSA": "Ed25519", "ES256": "ES256", "RS256": "RS256"}
# What the library takes of a header, and of a signature.
_MAX_HEADER: Final = 512
_MAX_SIGNATURE: Final = 1024
_CODES: Final = {
    "token-malformed": "sign in again; if it stays so, the provider's tokens are not "
    "what they should be",
    "token-forged": "sign in again, and find out who made this token",
    "token-foreign": "sign in at a provider that the institute has declared, for the "
    "audience that it has declared",
    "token-algorithm": "let the provider sign with an algorithm that is declared",
    "token-expired": "sign in again",
    "token-early": "compare the provider's clock with this machine's",
    "token-too-long-lived": "let the provider issue tokens for a day or less",
    "token-without-nonce": "let the provider put `jti` or `nonce` into its tokens",
    "token-stale": "sign in again with your password or key, not from memory",
}


class IssuerKey(Protocol):
    """A public key of who issues tokens."""

    @property
    def kid(self) -> str:
        """Its name."""

    @property
    def algorithm(self) -> str:
        """The one algorithm that it checks."""

    @property
    def public(self) -> tuple[tuple[str, str], ...]:
        """The members that make it, by name (RFC 7638 section 3.2)."""


class Issuer(Protocol):
    """Who issues tokens, and what of them is taken."""

    @property
    def issuer(self) -> str:
        """The `iss` of its tokens."""

    @property
    def audience(self) -> tuple[str, ...]:
        """Of these one at least is in `aud`."""

    @property
    def algorithms(self) -> tuple[str, ...]:
        """That its tokens may be signed with."""

    @property
    def keys(self) -> Iterable[IssuerKey]:
        """That they may be signed by."""

    @property
    def leeway_seconds(self) -> int:
        """By how much its clock may differ."""

    @property
    def max_age_seconds(self) -> int:
        """How long after `auth_time` a token is taken."""


@dataclass(frozen=True, slots=True)
class TokenClaims:
    """What a token says, after everything about it was checked.

    Attributes:
        subject: its `sub`.
        nonce: hex SHA-256 over issuer and `jti`, or `nonce`: no token counts twice.
        at: instant at which the subject signed in: `auth_time`, or else `iat`.
        signed_in: whether it says so itself (`auth_time`).
        until: instant at which it ends.
        acr: authentication context class; empty if none.
        amr: authentication methods (RFC 8176).
        key: thumbprint of the key that signed it (RFC 7638).
    """

    subject: str
    nonce: str
    at: int
    signed_in: bool
    until: int
    acr: str
    amr: tuple[str, ...]
    key: str


class _Algorithms(JWSRegistry):
    """Algorithms under the names of RFC 7518 and RFC 8037.

    `EdDSA` is Ed25519 here: RFC 9864 gave the curve a name of its own, under which
    the library pins it.
    """

    @override
    def get_alg(self, name: str) -> Any:
        return self.algorithms[_ALGORITHM_NAMES[name]]


_ALGORITHMS: Final = _Algorithms()


def check_token(text: str, provider: Issuer, now: int) -> TokenClaims:
    """Return what a token says, if its provider signed it and it counts now.

    Args:
        text: JWS compact serialization, at most 8 KiB.
        provider: who has to have issued it.
        now: the instant.

    Raises:
        IdentityUnproven: `token-malformed`, `token-algorithm`, `token-foreign`,
            `token-forged`, `token-expired`, `token-early`, `token-too-long-lived`,
            `token-without-nonce` or `token-stale`.
        ConfigurationError: `issuer-key-unusable`.
    """
    header = _header_of(text)
    key = _key_for(header, provider)
    imported, thumbprint = _usable(key)
    try:
        signed = deserialize_compact(text, imported, registry=_ALGORITHMS)
    except (JoseError, ValueError):
        # INVARIANT: no `from`: the cause may quote the token.
        raise _refused("token-forged", "its signature is not the provider's") from None
    claims = _object(signed.payload or b"")
    _check_origin(claims, provider)
    at, until = _check_times(claims, provider, now)
    return TokenClaims(
        subject=_word(claims, "sub"),
        nonce=_nonce(claims, provider.issuer),
        at=at,
        signed_in="auth_time" in claims,
        until=until,
        acr=_acr(claims),
        amr=_amr(claims),
        key=thumbprint,
    )


def issuer_of(text: str) -> str:
    """Return the `iss` that a token claims: nothing but where to look for its key.

    Raises:
        IdentityUnproven: `token-malformed`.
    """
    _header_of(text)
    return _word(_object(_decoded(text.split(".")[1])), "iss")


def check_issuer_key(key: IssuerKey) -> str:
    """Check that a declared key can check signatures; return its thumbprint.

    Raises:
        ConfigurationError: `issuer-key-unusable`, it is no point of its curve, or
            else no key that the library takes.
    """
    return _usable(key)[1]


def _usable(key: IssuerKey) -> tuple[Key, str]:
    try:
        return _imported(key.public)
    except (JoseError, ValueError) as error:
        raise ConfigurationError(
            "issuer-key-unusable",
            f"the key `{key.kid}` can't check signatures",
            next_step="copy the public key again from where the provider publishes it",
        ) from error


@lru_cache(maxsize=256)
def _imported(public: tuple[tuple[str, str], ...]) -> tuple[Key, str]:
    """Return a key ready for use, and its thumbprint; by its own members only."""
    members: dict[str, str | list[str]] = dict(public)
    if members["kty"] == "OKP" and not is_sound_point(_base64url(str(members["x"]))):
        raise ValueError("the key is no sound point of the curve")
    key = JWKRegistry.import_key(members)
    # Loaded on first use: what is no point of the curve has to show here.
    key.get_op_key("verify")
    return key, key.thumbprint()


def _header_of(text: str) -> Mapping[str, Any]:
    if len(text) > MAX_TOKEN:
        raise _malformed(f"it has more than {MAX_TOKEN} characters")
    parts = text.split(".")
    if len(parts) != 3 or not all(map(_PART.fullmatch, parts)):
        raise _malformed("it has not three parts of base64url")
    if len(parts[0]) > _MAX_HEADER or len(parts[2]) > _MAX_SIGNATURE:
        raise _malformed("its header or signature is too long")
    return _parsed_header(parts[0])


# The tokens of one provider have one header for each of its keys.
@lru_cache(maxsize=256)
def _parsed_header(part: str) -> Mapping[str, Any]:
    header = _object(_decoded(part))
    strange = sorted(header.keys() - _HEADER)
    if strange:
        # `jku`, `x5u`, `jwk` and `x5c` bring a key along; `crit` and `b64` change what
        # is signed (RFC 7515 section 4.1, RFC 7797 section 3).
        raise _malformed(f"its header holds `{_shown(strange[0])}`")
    kind = header.get("typ", "JWT")
    if not isinstance(kind, str) or kind.lower() not in _TYPES:
        raise _malformed("its `typ` is neither JWT nor at+jwt")
    return header


def _key_for(header: Mapping[str, Any], provider: Issuer) -> IssuerKey:
    algorithm, kid = header.get("alg"), header.get("kid")
    # Two lists, neither of them the token's; it may be no text at all.
    if algorithm not in provider.algorithms or algorithm not in list(_ALGORITHM_NAMES):
        raise _refused(
            "token-algorithm",
            f"`{_shown(algorithm)}` is none of the provider's algorithms",
        )
    fitting = [key for key in provider.keys if key.algorithm == algorithm]
    if kid is not None:
        fitting = [key for key in fitting if key.kid == kid]
    if len(fitting) != 1:
        raise _refused("token-foreign", "it does not name one key of the provider")
    return fitting[0]


def _check_origin(claims: Mapping[str, Any], provider: Issuer) -> None:
    if claims.get("iss") != provider.issuer:
        raise _refused("token-foreign", "its issuer is another")
    audience = claims.get("aud")
    listed = [audience] if isinstance(audience, str) else audience
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise _malformed("its `aud` is neither text nor a list of text")
    if set(listed).isdisjoint(provider.audience):
        raise _refused("token-foreign", "it was issued for another audience")


def _check_times(
    claims: Mapping[str, Any], provider: Issuer, now: int
) -> tuple[int, int]:
    """Return when the subject signed in, and when the token ends."""
    leeway = provider.leeway_seconds * _SECOND
    issued, ends = _instant(claims, "iat"), _instant(claims, "exp")
    starts = _instant(claims, "nbf") if "nbf" in claims else issued
    if ends - issued > MAX_LIFE * _SECOND:
        raise _refused("token-too-long-lived", "it counts for more than a day")
    if max(issued, starts) > now + leeway:
        raise _refused("token-early", "it does not count yet")
    if ends <= now - leeway or ends <= issued:
        raise _refused("token-expired", "it has ended")
    at = _instant(claims, "auth_time") if "auth_time" in claims else issued
    if at > issued + leeway:
        raise _malformed("its `auth_time` is after its `iat`")
    if now - at > provider.max_age_seconds * _SECOND + leeway:
        raise _refused("token-stale", "the subject signed in too long ago")
    return at, ends


def _nonce(claims: Mapping[str, Any], issuer: str) -> str:
    for name in ("jti", "nonce"):
        value = claims.get(name)
        if value is None:
            continue
        if not isinstance(value, str) or not _PRINTABLE.fullmatch(value):
            raise _malformed(f"its `{name}` is not 1 to 255 printable characters")
        # The issuer is told apart from the rest by its length.
        seen = f"{len(issuer)} {issuer} {name} {value}"
        return sha256(seen.encode()).hexdigest()
    raise _refused("token-without-nonce", "it has neither `jti` nor `nonce`")


def _acr(claims: Mapping[str, Any]) -> str:
    return _word(claims, "acr") if "acr" in claims else ""


def _amr(claims: Mapping[str, Any]) -> tuple[str, ...]:
    methods = claims.get("amr", [])
    if (
        not isinstance(methods, list)
        or len(methods) > _MAX_METHODS
        or not all(isinstance(one, str) for one in methods)
    ):
        raise _malformed(f"its `amr` is not a list of at most {_MAX_METHODS} texts")
    return tuple(methods)


def _word(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= _MAX_TEXT:
        raise _malformed(f"its `{name}` is not text of 1 to {_MAX_TEXT} characters")
    return value


def _instant(claims: Mapping[str, Any], name: str) -> int:
    """Return an instant that a token gives in whole seconds (RFC 7519 section 2)."""
    value = claims.get(name)
    if type(value) is not int or not 0 <= value < _MAX_SECONDS:
        raise _malformed(f"its `{name}` is not a whole number of seconds")
    return value * _SECOND


def _decoded(part: str) -> bytes:
    try:
        return _base64url(part)
    except ValueError:
        raise _malformed("a part of it is not base64url") from None


def _base64url(part: str) -> bytes:
    """Return the bytes of base64url without padding (RFC 7515 section 2)."""
    return decode_base64(part.translate(_STANDARD) + "=" * (-len(part) % 4))


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = _DECODER.decode(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise _malformed("a part of it is not JSON with each name once") from None
    if not isinstance(value, dict):
        raise _malformed("a part of it is not a JSON object")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse names that stand twice: which of them counts differs among readers."""
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ValueError("a name stands twice")
    return names


def _no_number(text: str) -> Any:  # noqa: ANN401 - the hook's type in the library
    raise ValueError(f"{text} is no JSON")


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number)


def _shown(value: object) -> str:
    return "".join(c if c.isprintable() else "?" for c in str(value)[:40])


def _malformed(what: str) -> IdentityUnproven:
    return _refused("token-malformed", what)


def _refused(code: str, what: str) -> IdentityUnproven:
    return IdentityUnproven(
        code, f"the token is refused: {what}", next_step=_CODES[code]
    )
