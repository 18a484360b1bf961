"""Go's x/mod/sumdb as a judge of tiles, checkpoints and proofs.

Builds `go/main.go` against Debian's packages golang-go, golang-golang-x-mod-dev and
golang-golang-x-crypto-dev, without any network; where they are missing, the test that
asks is skipped.
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

__all__ = ["Sumdb", "Verdict"]

_SOURCE = Path(__file__).parent / "go" / "main.go"
_NEEDED = ("golang.org/x/mod/sumdb/tlog", "golang.org/x/crypto")
# Where Debian puts Go's libraries.
_GOPATHS = (os.environ.get("GOPATH", ""), "/usr/share/gocode")


class Verdict(NamedTuple):
    """What the judge came to.

    Attributes:
        accepted: whether nothing is wrong.
        line: what it printed.
    """

    accepted: bool
    line: str


class Sumdb:
    """The judge, built into a folder.

    Args:
        folder: a folder of the test, such as `tmp_path_factory.mktemp("go")`.
    """

    def __init__(self, folder: Path) -> None:
        go = shutil.which("go")
        gopath = next((path for path in _GOPATHS if _has_all(path)), "")
        if go is None or not gopath:
            pytest.skip(
                "needs the Debian packages golang-go, golang-golang-x-mod-dev"
                " and golang-golang-x-crypto-dev"
            )
        self._program = folder / "sumdbcheck"
        environment = {
            **os.environ,
            "GO111MODULE": "off",
            "GOPATH": gopath,
            "GOFLAGS": "",
            "GOCACHE": os.environ.get("GOCACHE", str(Path.home() / ".cache/go-build")),
        }
        subprocess.run(
            [go, "build", "-o", self._program, _SOURCE], env=environment, check=True
        )

    def tiles(self, folder: Path, vkey: str, *witnesses: str) -> Verdict:
        """Return what it says of a tlog-tiles folder, down to every entry.

        Args:
            folder: the folder with `checkpoint` and `tile/`.
            vkey: key of the log, whose name is its origin.
            witnesses: keys of the witnesses who all have to have cosigned.
        """
        return self._run("tiles", folder, vkey, *witnesses)

    def proof(self, file: Path, vkey: str, *leaf: Path) -> Verdict:
        """Return what it says of a tlog-proof file.

        Args:
            file: the proof.
            vkey: key of the log, whose name is its origin.
            leaf: file with the entry, if it is not the one that the proof brings.
        """
        return self._run("proof", file, vkey, *leaf)

    def _run(self, *words: str | Path) -> Verdict:
        done = subprocess.run(
            [self._program, *words], capture_output=True, text=True, check=False
        )
        assert done.returncode in {0, 1}, done.stderr
        return Verdict(done.returncode == 0, done.stdout.strip())


def _has_all(gopath: str) -> bool:
    return bool(gopath) and all(
        (Path(gopath) / "src" / needed).is_dir() for needed in _NEEDED
    )
