"""Tokens: one in order is read, and each way to forge or bend one is refused."""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from ringwall.base.errors import ConfigurationError, IdentityUnproven
from ringwall.signing.tokens import (
    MAX_LIFE,
    TokenClaims,
    check_issuer_key,
    check_token,
    issuer_of,
)

Data = dict[str, Any]
SECOND = 1_000_000
NOW = 1_800_000_000 * SECOND
AT = NOW // SECOND

ED = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
EC = ec.derive_private_key(12345, ec.SECP256R1())
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value: int, size: int | None = None) -> str:
    return b64(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


@dataclass(frozen=True)
class Key:
    kid: str
    algorithm: str
    public: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Issuer:
    issuer: str = "https://login.example"
    audience: tuple[str, ...] = ("ringwall", "other")
    algorithms: tuple[str, ...] = ("EdDSA", "ES256", "RS256")
    keys: Iterable[Key] = ()
    leeway_seconds: int = 30
    max_age_seconds: int = 3600


POINT = EC.public_key().public_numbers()
MODULUS = RSA.public_key().public_numbers()
ED_KEY = Key(
    "ed",
    "EdDSA",
    (
        ("crv", "Ed25519"),
        ("kty", "OKP"),
        ("x", b64(ED.public_key().public_bytes_raw())),
    ),
)
EC_KEY = Key(
    "ec",
    "ES256",
    (
        ("crv", "P-256"),
        ("kty", "EC"),
        ("x", number(POINT.x, 32)),
        ("y", number(POINT.y, 32)),
    ),
)
RSA_KEY = Key(
    "rsa",
    "RS256",
    (("e", number(MODULUS.e)), ("kty", "RSA"), ("n", number(MODULUS.n))),
)
ISSUER = Issuer(keys=(ED_KEY, EC_KEY, RSA_KEY))
CLAIMS: Data = {
    "iss": ISSUER.issuer,
    "aud": "ringwall",
    "sub": "ada@login.example",
    "iat": AT - 10,
    "exp": AT + 600,
    "jti": "t-1",
}


def sign(key: Key, data: bytes) -> bytes:
    if key.algorithm == "EdDSA":
        return ED.sign(data)
    if key.algorithm == "ES256":
        r, s = decode_dss_signature(EC.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return RSA.sign(data, padding.PKCS1v15(), hashes.SHA256())


def written(header: bytes, payload: bytes, key: Key = ED_KEY) -> str:
    """Return a token of these bytes, signed as RFC 7515 section 5.1 says."""
    text = f"{b64(header)}.{b64(payload)}"
    return f"{text}.{b64(sign(key, text.encode()))}"


def token(
    claims: Data | None = None, header: Data | None = None, key: Key = ED_KEY
) -> str:
    """Return a signed token in order, but for what is given; None takes a name off."""
    said = {**CLAIMS, **(claims or {})}
    head = {"alg": key.algorithm, "kid": key.kid, "typ": "JWT", **(header or {})}
    return written(_kept(head), _kept(said), key)


def _kept(said: Data) -> bytes:
    return json.dumps({k: v for k, v in said.items() if v is not None}).encode()


def refusal(text: str, issuer: Issuer = ISSUER, now: int = NOW) -> str:
    with pytest.raises(IdentityUnproven) as caught:
        check_token(text, issuer, now)
    assert caught.value.message.startswith("the token is refused: ")
    assert caught.value.next_step
    assert caught.value.__cause__ is None
    return caught.value.code


@pytest.mark.parametrize("key", [ED_KEY, EC_KEY, RSA_KEY], ids=lambda key: key.kid)
def test_a_token_in_order_is_read(key: Key) -> None:
    more = {"acr": "phr", "amr": ["hwk", "pin"], "auth_time": AT - 20, "nbf": AT}

    claims = check_token(token(more, key=key), ISSUER, NOW)

    members = json.dumps(dict(key.public), sort_keys=True, separators=(",", ":"))
    seen = f"{len(ISSUER.issuer)} {ISSUER.issuer} jti t-1"
    assert claims == TokenClaims(
        subject="ada@login.example",
        nonce=sha256(seen.encode()).hexdigest(),
        at=(AT - 20) * SECOND,
        signed_in=True,
        until=(AT + 600) * SECOND,
        acr="phr",
        amr=("hwk", "pin"),
        key=b64(sha256(members.encode()).digest()),
    )
    assert check_issuer_key(key) == claims.key


def test_a_token_may_leave_out_what_is_optional() -> None:
    claims = check_token(token(header={"typ": None}), ISSUER, NOW)

    assert (claims.acr, claims.amr, claims.signed_in) == ("", (), False)
    assert claims.at == (AT - 10) * SECOND


@pytest.mark.parametrize("kind", ["jwt", "at+jwt", "application/at+JWT"])
def test_the_types_of_access_tokens_are_taken(kind: str) -> None:
    assert check_token(token(header={"typ": kind}), ISSUER, NOW).subject


def test_a_key_without_a_name_is_taken_where_only_one_fits() -> None:
    text = token(header={"kid": None})
    two = replace(ISSUER, keys=(ED_KEY, replace(ED_KEY, kid="ed-2")))

    assert check_token(text, ISSUER, NOW).subject
    assert refusal(text, two) == "token-foreign"


def test_the_nonce_stands_in_where_there_is_no_jti() -> None:
    by_nonce = check_token(token({"jti": None, "nonce": "t-1"}), ISSUER, NOW)

    assert by_nonce.nonce != check_token(token(), ISSUER, NOW).nonce


def test_one_jti_of_two_issuers_is_two_nonces() -> None:
    other = replace(ISSUER, issuer="https://login.other")

    ours = check_token(token(), ISSUER, NOW)
    theirs = check_token(token({"iss": other.issuer}), other, NOW)

    assert ours.nonce != theirs.nonce


@pytest.mark.parametrize("audience", ["ringwall", ["x", "other"], ["ringwall"]])
def test_one_of_the_audience_is_enough(audience: object) -> None:
    assert check_token(token({"aud": audience}), ISSUER, NOW).subject


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"iss": "https://login.examplE"}, "token-foreign"),
        ({"iss": "https://login.example/"}, "token-foreign"),
        ({"iss": None}, "token-foreign"),
        ({"iss": ["https://login.example"]}, "token-foreign"),
        ({"aud": "Ringwall"}, "token-foreign"),
        ({"aud": []}, "token-foreign"),
        ({"aud": None}, "token-malformed"),
        ({"aud": 7}, "token-malformed"),
        ({"aud": ["ringwall", 7]}, "token-malformed"),
        ({"exp": AT - 31}, "token-expired"),
        ({"exp": AT - 30}, "token-expired"),
        ({"iat": AT, "exp": AT}, "token-expired"),
        ({"exp": None}, "token-malformed"),
        ({"exp": float(AT)}, "token-malformed"),
        ({"exp": True}, "token-malformed"),
        ({"exp": 10**30}, "token-malformed"),
        ({"iat": -1}, "token-malformed"),
        ({"iat": None}, "token-malformed"),
        ({"iat": "now"}, "token-malformed"),
        ({"iat": AT + 31}, "token-early"),
        ({"nbf": AT + 31}, "token-early"),
        ({"nbf": 1.5}, "token-malformed"),
        ({"exp": AT - 10 + MAX_LIFE + 1}, "token-too-long-lived"),
        ({"jti": None}, "token-without-nonce"),
        ({"jti": ""}, "token-malformed"),
        ({"jti": 5}, "token-malformed"),
        ({"jti": "x" * 256}, "token-malformed"),
        ({"jti": "a b"}, "token-malformed"),
        ({"jti": None, "nonce": "\u00e9"}, "token-malformed"),
        ({"sub": None}, "token-malformed"),
        ({"sub": ""}, "token-malformed"),
        ({"sub": "x" * 256}, "token-malformed"),
        ({"sub": 12}, "token-malformed"),
        ({"auth_time": AT + 21}, "token-malformed"),
        ({"auth_time": "yes"}, "token-malformed"),
        ({"auth_time": AT - 3631}, "token-stale"),
        ({"iat": AT - 3631}, "token-stale"),
        ({"acr": 1}, "token-malformed"),
        ({"acr": ""}, "token-malformed"),
        ({"amr": "hwk"}, "token-malformed"),
        ({"amr": [1]}, "token-malformed"),
        ({"amr": ["x"] * 33}, "token-malformed"),
    ],
)
def test_a_token_that_says_what_it_may_not_is_refused(claims: Data, code: str) -> None:
    assert refusal(token(claims)) == code


@pytest.mark.parametrize(
    "claims",
    [
        {"iat": AT - 40, "exp": AT - 29},
        {"iat": AT + 30},
        {"nbf": AT + 30},
        {"iat": AT, "auth_time": AT + 30},
        {"auth_time": AT - 3630},
        {"exp": AT - 10 + MAX_LIFE},
        {"jti": "x" * 255},
    ],
)
def test_a_token_that_is_just_in_order_is_taken(claims: Data) -> None:
    assert check_token(token(claims), ISSUER, NOW).subject == CLAIMS["sub"]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"alg": "none"}, "token-algorithm"),
        ({"alg": "None"}, "token-algorithm"),
        ({"alg": "HS256"}, "token-algorithm"),
        ({"alg": "PS256"}, "token-algorithm"),
        ({"alg": ["EdDSA"]}, "token-algorithm"),
        ({"alg": None}, "token-algorithm"),
        ({"alg": "ES256"}, "token-foreign"),
        ({"alg": "ES256", "kid": "ec"}, "token-forged"),
        ({"alg": "RS256", "kid": "rsa"}, "token-forged"),
        ({"kid": "unknown"}, "token-foreign"),
        ({"kid": 5}, "token-foreign"),
        ({"typ": "dpop+jwt"}, "token-malformed"),
        ({"typ": 5}, "token-malformed"),
        ({"crit": ["exp"]}, "token-malformed"),
        ({"b64": False}, "token-malformed"),
        ({"jwk": {}}, "token-malformed"),
        ({"jku": "https://evil.example"}, "token-malformed"),
        ({"x5u": "https://evil.example"}, "token-malformed"),
        ({"x5c": ["MII"]}, "token-malformed"),
        ({"zip": "DEF"}, "token-malformed"),
        ({"cty": "x" * 400}, "token-malformed"),
    ],
)
def test_a_header_that_asks_for_something_else_is_refused(
    header: Data, code: str
) -> None:
    assert refusal(token(header=header)) == code


def test_an_issuer_that_names_no_algorithm_of_ours_gets_nothing() -> None:
    header = {"alg": "none", "kid": "no"}
    key = Key("no", "none", ED_KEY.public)
    issuer = replace(ISSUER, algorithms=("none", "HS256"), keys=(key,))

    assert refusal(token(header=header), issuer) == "token-algorithm"


def test_an_algorithm_that_the_provider_does_not_use_is_refused() -> None:
    only = replace(ISSUER, algorithms=("ES256",))

    assert refusal(token(), only) == "token-algorithm"


def test_a_public_key_used_as_a_shared_secret_is_refused() -> None:
    text = token(header={"alg": "HS256", "kid": "rsa"})

    assert refusal(text) == "token-algorithm"


@pytest.mark.parametrize("key", [ED_KEY, EC_KEY, RSA_KEY], ids=lambda key: key.kid)
def test_a_signature_of_another_is_forged(key: Key) -> None:
    head, payload, signature = token(key=key).split(".")
    changed = b64(json.dumps({**CLAIMS, "sub": "eve"}).encode())
    empty = b64(b"\x00" * 64)

    assert refusal(f"{head}.{changed}.{signature}") == "token-forged"
    assert refusal(f"{head}.{payload}.{empty}") == "token-forged"
    assert refusal(f"{head}.{payload}.{signature[:-4]}") == "token-forged"
    assert refusal(f"{head}.{payload}.{signature}AAAA") == "token-forged"


@given(st.integers(0, 8 * 64 - 1), st.sampled_from([ED_KEY, EC_KEY]))
def test_no_bit_of_a_signature_can_be_flipped(place: int, key: Key) -> None:
    head, payload, signature = token(key=key).split(".")
    data = bytearray(base64.urlsafe_b64decode(signature + "=="))
    data[place // 8] ^= 1 << place % 8

    assert refusal(f"{head}.{payload}.{b64(bytes(data))}") == "token-forged"


HEADER = b'{"alg":"EdDSA","kid":"ed"}'
PAYLOAD = json.dumps(CLAIMS).encode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.b",
        "a.b.c.d",
        "..",
        "\u00e9.b.c",
        f"{b64(HEADER)}.{b64(PAYLOAD)}.",
        f"{b64(HEADER)}=.{b64(PAYLOAD)}.AAAA",
        f" {token()}",
        f"{token()}\n",
        token() + "A" * 8192,
        f"A.{b64(PAYLOAD)}.AAAA",
        f"AB.{b64(PAYLOAD)}.AAAA",
        f"{b64(b'[]')}.{b64(PAYLOAD)}.AAAA",
        f"{b64(HEADER)}.{b64(PAYLOAD)}.{'A' * 1025}",
        written(b"no json", PAYLOAD),
        written(b"\xff", PAYLOAD),
        written(b'{"alg":"none","alg":"EdDSA"}', PAYLOAD),
        written(HEADER, b""),
        written(HEADER, b"[]"),
        written(HEADER, b'{"exp":' + b"9" * 5000 + b"}"),
        written(HEADER, b'{"sub":"ada","sub":"eve"}'),
        written(HEADER, b'{"exp":NaN}'),
        written(HEADER, b'{"a":' + b"[" * 5000),
        written(HEADER, PAYLOAD + b"x"),
        written(HEADER, b"\xef\xbb\xbf" + PAYLOAD),
        written(HEADER, b'{"a":"\xff"}'),
    ],
)
def test_what_is_no_token_in_its_one_form_is_refused(text: str) -> None:
    assert refusal(text) == "token-malformed"


@given(st.text(max_size=200) | st.binary(max_size=100).map(lambda d: written(d, d)))
def test_no_text_makes_anything_but_a_refusal(text: str) -> None:
    assert refusal(text).startswith("token-")


def test_a_payload_in_another_spelling_of_its_base64_is_forged() -> None:
    head = b64(HEADER)
    payload = b64(PAYLOAD + b" " * (-len(PAYLOAD) % 3 + 1))
    last = chr(ord(payload[-1]) + 1)
    text = f"{head}.{payload[:-1]}{last}"

    assert refusal(f"{text}.{b64(ED.sign(text.encode()))}") == "token-forged"


def test_where_to_look_is_what_a_token_claims() -> None:
    assert issuer_of(token({"iss": "https://evil.example"})) == "https://evil.example"
    with pytest.raises(IdentityUnproven) as caught:
        issuer_of(token({"iss": 5}))
    assert caught.value.code == "token-malformed"


OFF_CURVE = replace(
    EC_KEY, public=tuple({**dict(EC_KEY.public), "y": b64(b"\x07" * 32)}.items())
)
SMALL_ORDER = replace(
    ED_KEY, public=tuple({**dict(ED_KEY.public), "x": b64(b"\x00" * 32)}.items())
)
NO_BASE64 = replace(
    ED_KEY, public=tuple({**dict(ED_KEY.public), "x": "\u00e9"}.items())
)
BAD_EXPONENT = replace(
    RSA_KEY, public=tuple({**dict(RSA_KEY.public), "e": "Ag"}.items())
)


@pytest.mark.parametrize("key", [OFF_CURVE, SMALL_ORDER, NO_BASE64, BAD_EXPONENT])
def test_a_key_that_can_check_nothing_is_refused(key: Key) -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_issuer_key(key)

    assert caught.value.code == "issuer-key-unusable"
    assert f"`{key.kid}`" in caught.value.message
