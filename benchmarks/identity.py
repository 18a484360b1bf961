"""What a token check costs beside the bare signature, for each of the three algorithms.

Bar: at most 150 us beside the verification of the signature by `cryptography`. Prints
medians of processor time over rounds in which both are measured in turn, of one run.
"""

import argparse
import base64
import json
import statistics
import time
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from ringwall.model.declarations import document_of
from ringwall.model.providers import Provider
from ringwall.signing.tokens import check_token

NOW = 1_800_000_000
BAR = 150.0
ROUNDS = 41
CALLS = 50
Data = dict[str, Any]
Case = tuple[Data, Callable[[bytes], bytes], Callable[[bytes, bytes], None]]


def b64(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def eddsa() -> Case:
    """Return the public key, how to sign with it and how to verify, Ed25519."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key()
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": b64(public.public_bytes_raw())}
    return jwk, key.sign, public.verify


def es256() -> Case:
    """Return the same for ECDSA on P-256."""
    key = ec.generate_private_key(ec.SECP256R1())
    public, scheme = key.public_key(), ec.ECDSA(hashes.SHA256())
    point = public.public_numbers()
    x, y = (b64(part.to_bytes(32, "big")) for part in (point.x, point.y))

    def sign(data: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(data, scheme))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def verify(seen: bytes, data: bytes) -> None:
        r, s = int.from_bytes(seen[:32], "big"), int.from_bytes(seen[32:], "big")
        public.verify(encode_dss_signature(r, s), data, scheme)

    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}, sign, verify


def rs256() -> Case:
    """Return the same for RSA of 2048 bits with PKCS #1 v1.5."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public, scheme = key.public_key(), padding.PKCS1v15()
    modulus = public.public_numbers().n.to_bytes(256, "big")

    def sign(data: bytes) -> bytes:
        return key.sign(data, scheme, hashes.SHA256())

    def verify(seen: bytes, data: bytes) -> None:
        public.verify(seen, data, scheme, hashes.SHA256())

    return {"kty": "RSA", "n": b64(modulus), "e": "AQAB"}, sign, verify


def microseconds(call: Callable[[], object]) -> float:
    """Return the processor time that one of several calls takes, one after another."""
    start = time.process_time_ns()
    for _ in range(CALLS):
        call()
    return (time.process_time_ns() - start) / CALLS / 1000


def measured(algorithm: str, case: Case) -> tuple[float, float, float]:
    """Return medians of the check, the bare signature, and what lies between."""
    jwk, sign, verify = case
    provider = document_of(
        {
            "id": "idp:bench",
            "issuer": "https://login.example",
            "audience": ["ringwall"],
            "algorithms": [algorithm],
            "keys": [{**jwk, "kid": "k"}],
            "levels": {"phr": "hardware"},
        }
    )
    assert isinstance(provider, Provider)
    header = {"alg": algorithm, "kid": "k", "typ": "JWT"}
    claims = {
        "iss": provider.issuer,
        "aud": "ringwall",
        "sub": "ada@login.example",
        "iat": NOW,
        "auth_time": NOW,
        "exp": NOW + 600,
        "jti": "6f1c2f4e-6b9d-4f0e-9a53-1d1f2a3b4c5d",
        "acr": "phr",
        "amr": ["hwk", "pin"],
    }
    data = ".".join(b64(json.dumps(part).encode()) for part in (header, claims))
    signature = sign(data.encode())
    token = f"{data}.{b64(signature)}"
    rows = []
    for _ in range(ROUNDS):
        whole = microseconds(lambda: check_token(token, provider, NOW * 1_000_000))
        bare = microseconds(lambda: verify(signature, data.encode()))
        rows.append((whole, bare, whole - bare))
    columns = zip(*rows, strict=True)
    whole, bare, beside = (statistics.median(column) for column in columns)
    return whole, bare, beside


def main() -> int:
    """Print the table; return 1 if the bar is missed."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    cases = {"EdDSA": eddsa, "ES256": es256, "RS256": rs256}
    print(f"medians of {ROUNDS} rounds of {CALLS} calls, in us")
    print(f"{'algorithm':10} {'check':>8} {'signature':>10} {'beside':>8}  bar {BAR:g}")
    missed = False
    for algorithm, make in cases.items():
        whole, bare, beside = measured(algorithm, make())
        missed |= beside > BAR
        print(f"{algorithm:10} {whole:8.1f} {bare:10.1f} {beside:8.1f}")
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
