"""An institute in which who asks has to prove it, and the keys with which they do."""

import base64
import json
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from ringwall.model.declarations import document_of
from ringwall.pdp.facts import FactBase
from ringwall.pdp.opening import Opening
from ringwall.signing.ssh import parse_public_key, sign_ssh
from tests.unit.pdp import scene

Data = dict[str, Any]
SECOND = 1_000_000
HOUR = 3600 * SECOND
NOW = scene.NOW
ORIGIN = "log.institute.example"
OPENING = Opening(ORIGIN, "point:hub", NOW)

ISSUER_KEY = Ed25519PrivateKey.from_private_bytes(b"\x21" * 32)


def private(number: int) -> bytes:
    """Return an OpenSSH private key file, a different one for each number."""
    key = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
    return key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())


def line(number: int) -> str:
    """Return its public half."""
    key = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32).public_key()
    return key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def fingerprint(number: int) -> str:
    return parse_public_key(line(number)).fingerprint


def registered(number: int, **fields: object) -> Data:
    span = {"from": scene.FROM, "until": scene.UNTIL}
    return {"key": line(number), **span, **fields}


def signed(statement: bytes, number: int) -> str:
    return sign_ssh(statement, private(number))


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


X = b64(ISSUER_KEY.public_key().public_bytes_raw())
OTHER_X = b64(
    Ed25519PrivateKey.from_private_bytes(b"\x22" * 32).public_key().public_bytes_raw()
)
THUMBPRINT = b64(sha256(f'{{"crv":"Ed25519","kty":"OKP","x":"{X}"}}'.encode()).digest())
PROVIDER: Data = {
    "id": "idp:own",
    "issuer": "https://login.example",
    "audience": ["ringwall"],
    "algorithms": ["EdDSA"],
    "keys": [{"kid": "k", "kty": "OKP", "crv": "Ed25519", "x": X}],
    "levels": {"phr": "hardware", "otp": "mfa", "pwd": "password"},
    "max_age_seconds": 3600,
}
LOGIN: Data = {"provider": "idp:own", "subject": "ada@example"}
CLAIMS: Data = {
    "iss": PROVIDER["issuer"],
    "aud": "ringwall",
    "sub": LOGIN["subject"],
    "iat": NOW // SECOND,
    "exp": NOW // SECOND + 600,
    "jti": "t-1",
}


def token(**claims: object) -> str:
    """Return a token of the provider with these claims beside or instead of CLAIMS."""
    header = {"alg": "EdDSA", "kid": "k", "typ": "JWT"}
    parts = (header, {**CLAIMS, **claims})
    text = ".".join(b64(json.dumps(part).encode()) for part in parts)
    return f"{text}.{b64(ISSUER_KEY.sign(text.encode()))}"


def facts(**changed: Data) -> FactBase:
    """Return the registry, with fields of documents changed, by the name of each."""
    wanted: dict[str, Data] = {
        "org:institute": {"identity": None},
        "user:ada": {"keys": [registered(1, hardware=True)], "logins": [LOGIN]},
        "user:max": {"keys": [registered(2)]},
        "point:hub": {"key": line(3)},
    }
    names = {"provider": "idp:own", "ada": "user:ada", "hub": "point:hub"}
    names |= {"institute": "org:institute", "runner": "service:runner"}
    provider = {**PROVIDER, **changed.pop("provider", {})}
    for name, fields in changed.items():
        entity = names[name]
        wanted[entity] = {**wanted.get(entity, {}), **fields}
    changes = [scene.edited(entity, **fields) for entity, fields in wanted.items()]
    return scene.institute(*changes, document_of(provider))
