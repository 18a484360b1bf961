"""An institute with a vault on the command line in tests, and who stands there."""

import io
import json
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, Final

import pytest

from ringwall.base.clock import SystemClock
from ringwall.cli.main import call
from ringwall.institute import Institute
from ringwall.vault.keys.keyring import Keyring
from tests.e2e.running import Done, Ringwall
from tests.office import PEOPLE, keyed, private_key
from tests.vault_office import content

__all__ = [
    "ASSET",
    "CUSTODIAN",
    "DATA",
    "FILE",
    "PURPOSE",
    "READER",
    "TENSORS",
    "container",
    "granted",
    "make_sealed",
    "poured",
    "stored",
]

ASSET: Final = "weights:aurora-2"
FILE: Final = "model.safetensors"
CUSTODIAN: Final = [
    *("--subject", "user:dennis", "--via", "point:vault-desk"),
    *("--authn", "hardware-fresh"),
]
READER: Final = [
    *("--subject", "user:ada", "--via", "point:trainer"),
    *("--authn", "hardware-fresh"),
]
PURPOSE: Final = "the hub in the west has to serve it"
_SEATS: Final = (("grace", "custodian"), ("cleo", "custodian"), ("marian", "ciso"))
_GRANTS: Final = "granted.json"
_HEADER: Final = json.dumps(
    {
        "big": {"dtype": "U8", "shape": [2_000_000], "data_offsets": [0, 2_000_000]},
        "small": {
            "dtype": "F32",
            "shape": [8, 4],
            "data_offsets": [2_000_000, 2_000_128],
        },
    }
).encode()
TENSORS: Final = 8 + len(_HEADER)
"""Where the tensors of the model begin."""
DATA: Final = len(_HEADER).to_bytes(8, "little") + _HEADER + content(2_000_128)
"""A model of two tensors, in two chunks."""


def make_sealed(folder: Path, scratch: Path) -> None:
    """Give people and vault keys, seal a model and its configuration, approve acts."""
    declared = scratch / "keyed.yaml"
    declared.write_text(keyed(Institute(folder).facts()))
    assert call(["apply", str(declared), "-C", str(folder)]) == 0
    ring = Keyring(folder / "keys" / "vault", SystemClock())
    ring.make("main", "file")
    ring.make("next", "file")
    ring.make("west", "recipient")
    for name in PEOPLE:
        (folder / f"{name}.key").write_bytes(private_key(name))
    model = scratch / "model"
    model.mkdir()
    (model / FILE).write_bytes(DATA)
    (model / "config.json").write_bytes(b"{}")
    words = ["vault", "seal", str(model), "--asset", ASSET, "--key", "main"]
    assert call([*words, *CUSTODIAN, "-C", str(folder)]) == 0
    _approve(folder)


def container(vault: Ringwall, file: str = FILE) -> str:
    """Return the id of the container of a file."""
    (name,) = (
        row["container"]
        for row in vault("vault", "ls", ASSET).json()
        if row["file"] == file
    )
    return str(name)


def stored(file: str = FILE) -> Path:
    """Return where the container of a file lies, in the present folder."""
    return Path("vault", "weights", "aurora-2", f"{file}.vault")


def granted(name: str) -> list[str]:
    """Return the options of who may do an act, once, as its quorum has approved it.

    Args:
        name: `rewrap` the model to the key `next`, `copy` it for site:hub-west under
            the key `west`, or `destroy` its configuration.
    """
    request = json.loads(Path(_GRANTS).read_text())[name]
    return [*CUSTODIAN, "--present", "user:grace", "--grant", request]


def _approve(folder: Path) -> None:
    """Have the acts approved that `granted` names, and note the requests."""
    (config,) = _kept(folder, "config.json")
    acts = {
        "rewrap": ["rewrap", ASSET, "--to", "next"],
        "copy": ["copy", ASSET, "--to", "site:hub-west", "--key", "west"],
        "destroy": ["destroy", config],
    }
    requests = {name: _approved(folder, words) for name, words in acts.items()}
    (folder / _GRANTS).write_text(json.dumps(requests))


def _approved(folder: Path, words: list[str]) -> str:
    binds = _told(folder, "vault", *words, "--print-binds")
    asked = [
        *("--subject", "user:dennis", "--action", binds["action"]),
        *("--asset", binds["asset"], "--binds", binds["binds"]),
        *("--purpose", PURPOSE, "--key", str(folder / "dennis.key")),
    ]
    name = str(_told(folder, "request", "new", *asked)["id"])
    seats = dict(_SEATS) if words[0] != "destroy" else dict(_SEATS[:2])
    for who, seat in seats.items():
        key = str(folder / f"{who}.key")
        approving = ["--as", f"user:{who}", "--seat", seat, "--key", key]
        _told(folder, "request", "approve", name, *approving)
    return name


def _kept(folder: Path, file: str) -> list[str]:
    rows = _told(folder, "vault", "ls", ASSET)
    return [row["container"] for row in rows if row["file"] == file]


def _told(folder: Path, *words: str) -> Any:  # noqa: ANN401 - JSON is of any type
    """Return what a command line prints, which has to go well."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        assert call([*words, "--format", "json", "-C", str(folder)]) == 0
    return json.loads(printed.getvalue())


def poured(
    vault: Ringwall,
    patch: pytest.MonkeyPatch,
    *words: Any,  # noqa: ANN401 - as typed
) -> tuple[Done, bytes]:
    """Run a command line whose output goes into a file in memory."""
    with os.fdopen(os.memfd_create("test"), "r+b") as memory:
        with patch.context() as patched:
            stdout = os.fdopen(os.dup(memory.fileno()), "w")
            patched.setattr(sys, "stdout", stdout)
            done = vault(*words)
            stdout.close()
        memory.seek(0)
        return done, memory.read()
