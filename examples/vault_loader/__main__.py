"""Seal a model, load it in each way and compare: `python -m examples.vault_loader`."""

import argparse
import tempfile
from pathlib import Path
from typing import Final

import numpy as np
from safetensors.numpy import load_file, save_file

from examples.vault_loader.loaders import WAYS, Tensors
from ringwall import AccessDenied
from ringwall.gate.asker import Who
from ringwall.institute import Institute
from ringwall.registry.declaration_file import read_declarations

ASSET: Final = "weights:aurora-2"
FILE: Final = "model.safetensors"
_DECLARED: Final = ("organisations", "people", "services", "sites", "assets")
_EXAMPLE: Final = Path(__file__).parents[1] / "institute"


def _institute(folder: Path) -> Institute:
    """Make a copy of the example institute, where who asks is believed."""
    institute = Institute.create(folder)
    desk = institute.registry()
    try:
        desk.apply(read_declarations([_EXAMPLE / f"{name}.yaml" for name in _DECLARED]))
    finally:
        desk.close()
    return institute


def _model(path: Path) -> Path:
    """Write a small model."""
    numbers = np.random.default_rng(2)
    tensors = {"embed": numbers.standard_normal((512, 64), np.float32)}
    for layer in range(4):
        weight = numbers.standard_normal((64, 64), np.float32)
        tensors[f"layers.{layer}.weight"] = weight
        tensors[f"layers.{layer}.scale"] = weight[0].astype(np.float16)
    save_file(tensors, path, {"format": "np"})
    return path


def _is_same(tensors: Tensors, plain: Tensors) -> bool:
    return tensors.keys() == plain.keys() and all(
        (tensors[name].dtype, tensors[name].shape)
        == (plain[name].dtype, plain[name].shape)
        and tensors[name].tobytes() == plain[name].tobytes()
        for name in plain
    )


def _in_the_clear(folder: Path, piece: bytes) -> int:
    """Return how many files below a folder hold a piece of the model."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return sum(piece in path.read_bytes() for path in files)


def main() -> None:
    """Seal, load and compare."""
    parser = argparse.ArgumentParser(prog="python -m examples.vault_loader")
    parser.add_argument("--model", type=Path, help="a safetensors file of your own")
    given: Path | None = parser.parse_args().model
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = given or _model(folder / FILE)
        plain = load_file(model)
        with _institute(folder / "institute").gatekeeper("point:trainer") as gate:
            gate.vault.keyring.make("main", "file")
            grace = Who(subject="user:grace", authn="hardware-fresh")
            sealed = gate.vault.seal(model, ASSET, key="main", file=FILE, **grace)
            print(f"grace seals {sealed.bytes} bytes, {len(plain)} tensors")

            ada = Who(subject="user:ada", authn="hardware-fresh")
            print(f"\n{'ada loads by':<30} tensors     bytes  same")
            for way, load in WAYS.items():
                read = load(gate, ASSET, FILE, **ada)
                size = sum(tensor.nbytes for tensor in read.values())
                same = "yes" if _is_same(read, plain) else "NO"
                print(f"{way:<30} {len(read):>7} {size:>9}  {same}")

            emmy = Who(subject="user:emmy", authn="hardware-fresh")
            codes: set[str] = set()
            for load in WAYS.values():
                try:
                    load(gate, ASSET, FILE, **emmy)
                except AccessDenied as denied:
                    codes.update(denied.decision.caller_reasons())
        print("\nemmy, by any of them:", *sorted(codes))
        piece = max(plain.values(), key=lambda tensor: tensor.nbytes).tobytes()[-64:]
        print("files that hold weights in the clear:", _in_the_clear(folder, piece))


main()
