"""An institute that takes nobody's word, and what people show it, real keys and all."""

import re
import secrets
import shutil
import subprocess
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pytest
from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import OKPKey

from ringwall.base.clock import SystemClock
from ringwall.cli.main import call
from tests.e2e.running import FILES, READ, ROOT
from tests.office import private_key, public_line

__all__ = ["ASKED", "ISSUER", "make_proven", "new_key", "sign", "token"]

EXAMPLE: Final = ROOT / "examples" / "identity"
ISSUER: Final = "https://login.institute.example"
ASKED: Final = [*READ, "--format", "json"]
"""A question that is permitted to user:ada once she has used her card."""
_SHOWN: Final = "-DxujtuYipIzEx2QCGp3jSJ8NfHC2OQTaap3wgdKB2c"


def new_key(path: Path) -> None:
    """Make a key with `ssh-keygen`, and its public half beside it."""
    words = ["-t", "ed25519", "-N", "", "-C", "somebody", "-f", str(path)]
    _keygen(*words)


def sign(statement: Path, key: Path) -> None:
    """Sign a file with `ssh-keygen`, which writes the signature beside it."""
    _keygen("-Y", "sign", "-n", "ringwall", "-f", str(key), str(statement))


def make_proven(folder: Path) -> None:
    """Make the institute of `examples/identity`, with keys whose halves are here.

    The keys of user:ada lie as `ada.key` (in a device) and `laptop.key` in its folder.
    """
    assert call(["init", str(folder), "--origin", "example.org/log"]) == 0
    strict = folder / "organisations.yaml"
    text = Path(FILES[0]).read_text()
    assert "    identity: claimed\n" in text
    strict.write_text(text.replace("    identity: claimed\n", ""))
    assert call(["apply", str(strict), *FILES[1:], "-C", str(folder)]) == 0
    points = folder / "keys" / "points"
    points.mkdir()
    new_key(folder / "ada.key")
    new_key(points / "trainer")
    (folder / "laptop.key").write_bytes(private_key("laptop"))
    shown = {
        _line("ada@card"): (folder / "ada.key.pub").read_text().strip(),
        _line("ada@laptop"): public_line("laptop"),
        _line("trainer"): (points / "trainer.pub").read_text().strip(),
        re.escape(_SHOWN): str(_provider_key().as_dict(private=False)["x"]),
    }
    files = []
    for name in ("people", "points", "providers"):
        text = (EXAMPLE / f"{name}.yaml").read_text()
        for pattern, line in shown.items():
            text = re.sub(pattern, line, text, flags=re.MULTILINE)
        files.append(str(folder / f"{name}.yaml"))
        Path(files[-1]).write_text(text)
    assert call(["apply", *files, "-C", str(folder)]) == 0


def token(folder: Path, *, key: OKPKey | None = None, **changes: Any) -> Path:  # noqa: ANN401 - claims of any type
    """Write a token for user:ada as the provider issues it; return its file.

    Args:
        folder: for the file.
        key: signs it; the provider's own if None.
        changes: claims that are otherwise.
    """
    now = SystemClock().now() // 1_000_000
    claims = {
        "iss": ISSUER,
        "aud": "ringwall",
        "sub": "00u-ada",
        "iat": now,
        "exp": now + 600,
        "jti": secrets.token_urlsafe(16),
        "acr": "phr",
        "auth_time": now,
        **changes,
    }
    header = {"alg": "EdDSA", "kid": "ed-1"}
    with warnings.catch_warnings():
        # RFC 9864 gave the curve a name of its own; providers go on with the old one.
        warnings.simplefilter("ignore", SecurityWarning)
        text = jwt.encode(header, claims, key or _provider_key(), algorithms=["EdDSA"])
    path = folder / f"{secrets.token_hex(4)}.jwt"
    path.write_text(text + "\n")
    return path


def _keygen(*words: str) -> None:
    """Run `ssh-keygen`; where there is none, the test is skipped."""
    if shutil.which("ssh-keygen") is None:
        pytest.skip("the program ssh-keygen is not here")
    subprocess.run(["ssh-keygen", "-q", *words], check=True, capture_output=True)


@lru_cache(maxsize=1)
def _provider_key() -> OKPKey:
    return OKPKey.generate_key("Ed25519")


def _line(comment: str) -> str:
    """Return a pattern of the public key with a comment, as the example shows it."""
    return rf"ssh-ed25519 \S+ {comment}$"
