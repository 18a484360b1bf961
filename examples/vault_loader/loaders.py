"""Six ways from the vault to arrays: all that an integrator writes."""

from collections.abc import Mapping
from typing import Any, Final

import fsspec
from numpy.typing import NDArray
from safetensors import numpy as safetensors
from safetensors import safe_open
from typing_extensions import Unpack

from ringwall import Gatekeeper
from ringwall.gate.asker import Who

__all__ = ["WAYS"]

Tensors = Mapping[str, NDArray[Any]]


def _whole(gate: Gatekeeper, asset: str, file: str, **who: Unpack[Who]) -> Tensors:
    with gate.vault.open_safetensors(asset, file, **who) as tensors:
        return tensors.all()


def _one_by_one(gate: Gatekeeper, asset: str, file: str, **who: Unpack[Who]) -> Tensors:
    with gate.vault.open_safetensors(asset, file, **who) as tensors:
        return {name: tensors[name] for name in tensors}


def _path(gate: Gatekeeper, asset: str, file: str, **who: Unpack[Who]) -> Tensors:
    with gate.vault.path(asset, file, **who) as path, safe_open(path, "np") as opened:
        names = opened.keys()
        return {name: opened.get_tensor(name) for name in names}


def _folder(gate: Gatekeeper, asset: str, file: str, **who: Unpack[Who]) -> Tensors:
    with gate.vault.folder(asset, **who) as folder:
        return safetensors.load_file(folder / file)


def _fsspec(gate: Gatekeeper, asset: str, file: str, **who: Unpack[Who]) -> Tensors:
    with fsspec.open(f"vault://{asset}/{file}", gate=gate, **who) as opened:
        return safetensors.load(opened.read())


def _stream(gate: Gatekeeper, asset: str, file: str, **who: Unpack[Who]) -> Tensors:
    with gate.vault.open(asset, file, **who) as opened:
        return safetensors.load(opened.readall())


WAYS: Final = {
    "open_safetensors, whole": _whole,
    "open_safetensors, one by one": _one_by_one,
    "path of a sealed memfd": _path,
    "folder of sealed memfds": _folder,
    "fsspec, vault://": _fsspec,
    "open, a plain file object": _stream,
}
