"""The example institute, with everybody having to prove who they are.

Stands for what an integrator finds: an institute on disk, an enforcement point with a
key of its own, and a provider of identity that issues tokens. The provider is a toy:
it takes anybody's word.
"""

import base64
import json
import secrets
import time
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from ringwall.institute import Institute
from ringwall.registry.declaration_file import read_declarations

__all__ = ["ISSUER", "ToyInstitute"]

ISSUER = "https://login.example"
_DECLARED = ("organisations", "people", "services", "sites", "assets")
_EXAMPLE = Path(__file__).parent / "institute"
_LOGIN = """\
  - id: user:{name}
    logins: [{{provider: "idp:toy", subject: {name}}}]
"""
_PROVIDER = """\
providers:
  - id: idp:toy
    issuer: {issuer}
    audience: [ringwall]
    algorithms: [EdDSA]
    keys: [{{kid: toy, kty: OKP, crv: Ed25519, x: {x}}}]
    levels: {{phr: hardware}}
"""


class ToyInstitute:
    """An institute in a new folder, and its provider of identity.

    Args:
        folder: is made.

    Attributes:
        folder: what `Gatekeeper.open` takes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key = Ed25519PrivateKey.generate()
        institute = Institute.create(folder)
        point = folder / "keys" / "points" / "trainer"
        line = _new_key(point)
        texts = {name: (_EXAMPLE / f"{name}.yaml").read_text() for name in _DECLARED}
        texts["organisations"] = texts["organisations"].replace(
            "    identity: claimed\n", ""
        )
        for name in ("ada", "alan", "emmy"):
            texts["people"] = texts["people"].replace(
                f"  - id: user:{name}\n", _LOGIN.format(name=name)
            )
        texts["sites"] = texts["sites"].replace(
            "  - id: point:trainer\n", f"  - id: point:trainer\n    key: {line}\n"
        )
        x = _base64url(self._key.public_key().public_bytes_raw())
        texts["providers"] = _PROVIDER.format(issuer=ISSUER, x=x)
        self._declare(institute, texts)

    def token(self, name: str, **changes: object) -> str:
        """Return a token for whoever says they have this name, and used a key."""
        now = int(time.time())  # noqa: TID251 - a provider has a clock of its own
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": "ringwall",
            "sub": name,
            "iat": now,
            "exp": now + 600,
            "jti": secrets.token_urlsafe(16),
            "acr": "phr",
            "auth_time": now,
            **changes,
        }
        header = {"alg": "EdDSA", "kid": "toy"}
        parts = (_base64url(json.dumps(part).encode()) for part in (header, claims))
        signed = ".".join(parts)
        return f"{signed}.{_base64url(self._key.sign(signed.encode()))}"

    def _declare(self, institute: Institute, texts: dict[str, str]) -> None:
        paths = []
        for name, text in texts.items():
            path = self.folder / f"{name}.yaml"
            path.write_text(text)
            paths.append(path)
        desk = institute.registry()
        try:
            desk.apply(read_declarations(paths))
        finally:
            desk.close()


def _new_key(path: Path) -> str:
    """Make the secret key of a point; return its public line."""
    key = Ed25519PrivateKey.generate()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    )
    line = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return line.decode()


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
