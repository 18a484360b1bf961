"""Providers of identity: public keys of the algorithms that they name, and limits."""

import base64
from pathlib import Path

import pytest
from pydantic import ValidationError

from ringwall.base.errors import DeclarationError
from ringwall.model.declarations import document_of, dump_document
from ringwall.model.levels import Authentication
from ringwall.model.providers import MAX_RSA_BITS, MIN_RSA_BITS, Provider
from tests.declaring import Files
from tests.unit.model.documents import JWK, PROVIDER, Data


def number(value: int) -> str:
    data = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


EC: Data = {
    "kid": "e",
    "kty": "EC",
    "crv": "P-256",
    "x": JWK["x"],
    "y": JWK["x"],
}
RSA: Data = {
    "kid": "r",
    "kty": "RSA",
    "n": number(2**2047 + 1),
    "e": "AQAB",
}


def provider(**fields: object) -> Provider:
    document = document_of({**PROVIDER, **fields})
    assert isinstance(document, Provider)
    return document


def refused(why: str, **fields: object) -> None:
    with pytest.raises(ValidationError, match=why):
        provider(**fields)


def keyed(key: object, algorithm: str = "EdDSA") -> Data:
    return {"keys": [key], "algorithms": [algorithm]}


def test_what_is_left_out_has_its_limits() -> None:
    plain = provider()

    assert (plain.fresh_seconds, plain.leeway_seconds) == (60, 30)
    assert plain.max_age_seconds == 12 * 3600
    assert plain.levels == ()


def test_a_provider_may_have_keys_of_every_algorithm() -> None:
    keys = [{**JWK, "use": "sig", "alg": "EdDSA"}, EC, RSA]

    found = provider(keys=keys, algorithms=["EdDSA", "ES256", "RS256"])

    assert [key.algorithm for key in found.keys] == ["EdDSA", "ES256", "RS256"]
    assert dict(found.keys[0].public) == {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": JWK["x"],
    }
    assert dict(found.keys[2].public) == {"kty": "RSA", "n": RSA["n"], "e": "AQAB"}


def test_values_of_acr_and_amr_have_levels() -> None:
    levels = {"phr": "hardware", "otp": "mfa", "pwd": "password"}

    found = provider(levels=levels)

    assert dict(found.levels)["phr"] is Authentication.HARDWARE
    assert dump_document(found)["levels"] == levels


@pytest.mark.parametrize("private", ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])
def test_a_private_key_is_refused_loudly_and_never_repeated(private: str) -> None:
    with pytest.raises(ValidationError) as caught:
        provider(**keyed({**JWK, private: "topsecret"}))

    (fault,) = caught.value.errors(include_input=False)
    assert fault["type"] == "private-key-declared"
    assert "make a new key" in fault["msg"]
    assert "topsecret" not in fault["msg"]


def test_a_private_key_is_refused_at_its_line(tmp_path: Path) -> None:
    text = f"""\
providers:
- id: idp:institute
  issuer: https://login.example
  audience: [ringwall]
  algorithms: [EdDSA]
  keys:
  - {{kid: k, kty: OKP, crv: Ed25519, x: {JWK["x"]}}}
  - {{kid: l, kty: OKP, crv: Ed25519, x: {JWK["x"]}, d: topsecret}}
"""
    with pytest.raises(DeclarationError) as caught:
        Files(tmp_path).plan(text)

    (fault,) = caught.value.faults
    assert (fault.code, fault.line) == ("private-key-declared", 8)
    assert "topsecret" not in str(fault)


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ({**JWK, "kty": "oct"}, "literal_error|Input should be"),
        ({**JWK, "kid": ""}, "at least 1 character"),
        ({**JWK, "kid": "a\u200bb"}, "invisible character"),
        ({**JWK, "crv": "P-256"}, "on the curve Ed25519"),
        ({**JWK, "crv": None}, "has crv, x, and only these"),
        ({**JWK, "y": JWK["x"]}, "has crv, x, and only these"),
        ({**JWK, "x": "A" * 40}, "has 32 bytes"),
        ({**JWK, "x": "A" * 42 + "B"}, "in its one form"),
        ({**JWK, "x": "+" * 43}, "not base64url|in its one form"),
        ({**JWK, "x": "\u00e9"}, "not base64url"),
        ({**JWK, "x": "A"}, "not base64url"),
        ({**JWK, "x": ""}, "is empty"),
        ({**JWK, "alg": "ES256"}, "is for EdDSA"),
        ({**JWK, "alg": "HS256"}, "Input should be"),
        ({**JWK, "use": "enc"}, "Input should be"),
        ({**JWK, "x5c": ["MII"]}, "Extra inputs"),
        ("a key", "Input should be"),
    ],
)
def test_a_key_that_is_no_public_key_for_signatures_is_refused(
    key: object, why: str
) -> None:
    refused(why, **keyed(key))


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ({**EC, "crv": "Ed25519"}, "on the curve P-256"),
        ({**EC, "y": None}, "has crv, x, y, and only these"),
        ({**EC, "y": "A" * 42}, "has 32 bytes|in its one form"),
    ],
)
def test_a_key_on_the_curve_has_two_coordinates(key: Data, why: str) -> None:
    refused(why, **keyed(key, "ES256"))


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ({**RSA, "n": number(2 ** (MIN_RSA_BITS - 1) - 1)}, "this one 2047"),
        ({**RSA, "n": number(2**MAX_RSA_BITS + 1)}, "this one 4097"),
        ({**RSA, "n": "A" * 701}, "at most 700"),
        ({**RSA, "n": number(2**2047)}, "odd modulus"),
        ({**RSA, "e": number(3)}, "exponent as 65537"),
        ({**RSA, "e": number(2**16 + 2)}, "exponent as 65537"),
        ({**RSA, "e": number(2**32 + 1)}, "exponent as 65537"),
        ({**RSA, "crv": "P-256"}, "has e, n, and only these"),
    ],
)
def test_an_rsa_key_is_neither_short_nor_odd(key: Data, why: str) -> None:
    refused(why, **keyed(key, "RS256"))


@pytest.mark.parametrize("algorithm", ["none", "HS256", "PS256", "ES384", "eddsa"])
def test_no_other_algorithm_can_be_declared(algorithm: str) -> None:
    refused("Input should be", algorithms=[algorithm])


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"algorithms": ["EdDSA", "ES256"]}, "ES256 is one of `algorithms` without"),
        ({"keys": [JWK, EC]}, "ES256 is one of `algorithms` without"),
        ({"keys": [JWK, JWK]}, "the same `kid`"),
        ({"keys": []}, "at least 1"),
        ({"keys": [{**JWK, "kid": f"k{n}"} for n in range(65)]}, "at most 64"),
        ({"audience": []}, "at least 1"),
        ({"audience": ["a", "a"]}, "`audience` twice"),
        ({"algorithms": ["EdDSA", "EdDSA"]}, "`algorithms` twice"),
        ({"algorithms": []}, "at least 1"),
        ({"issuer": ""}, "1 to 500"),
        ({"fresh_seconds": 61}, "less than or equal to 60"),
        ({"leeway_seconds": 61}, "less than or equal to 60"),
        ({"max_age_seconds": 59}, "greater than or equal to 60"),
        ({"max_age_seconds": 24 * 3600 + 1}, "less than or equal"),
        ({"levels": {"phr": "hardware-fresh"}}, "not one of password, mfa, hardware"),
        ({"levels": {"phr": "none"}}, "not one of password, mfa, hardware"),
        ({"levels": {"phr": 3}}, "not one of password, mfa, hardware"),
        ({"levels": {"": "mfa"}}, "printable ASCII"),
        ({"levels": {"\u00e9": "mfa"}}, "printable ASCII"),
        ({"levels": {"a\nb": "mfa"}}, "printable ASCII"),
        ({"levels": {"x" * 256: "mfa"}}, "at most 255"),
        ({"levels": ["mfa"]}, "tuple"),
        ({"jwks_uri": "https://x"}, "Extra inputs"),
        ({"id": "org:institute"}, "no id of a known kind|not an id|Extra|missing"),
    ],
)
def test_a_provider_that_says_too_much_or_little_is_refused(
    fields: Data, why: str
) -> None:
    refused(why, **fields)
