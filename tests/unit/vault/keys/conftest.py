"""Tokens for the tests of keys: one in memory, and SoftHSM's where it is installed."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pkcs11
import pytest

from ringwall.vault.keys.token_place import TokenPlace
from tests.unit.vault.keys.fake_token import FakeLibrary, FakeToken

SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> FakeToken:
    """Return a token in memory, which every module leads to."""
    made = FakeToken()
    monkeypatch.setattr(pkcs11, "lib", lambda _path: FakeLibrary(made))
    return made


@pytest.fixture
def module(tmp_path: Path) -> str:
    """Return the path of a module that may be loaded, as far as its file goes."""
    path = tmp_path / "maker.so"
    path.write_bytes(b"")
    path.chmod(0o644)
    return str(path)


@pytest.fixture
def place(module: str) -> TokenPlace:
    """Return a place in the token in memory."""
    return TokenPlace(module, "vault", "kek")


@pytest.fixture(scope="session")
def soft_token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the label of a fresh token of SoftHSM, whose PIN is 123456."""
    tool = shutil.which("softhsm2-util")
    if tool is None or not SOFTHSM.exists():
        pytest.skip("SoftHSM (package softhsm2) is not installed")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    conf = folder / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(conf))
        options = ["--label", "soft", "--so-pin", "87654321", "--pin", "123456"]
        subprocess.run(
            [tool, "--init-token", "--free", *options],
            check=True,
            capture_output=True,
            env=dict(os.environ),
        )
        yield "soft"
        pkcs11.unload(str(SOFTHSM.resolve()))
