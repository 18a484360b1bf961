"""What somebody outside does with what the log gives out: reads it, and believes it.

Must never trust a byte that does not lie under a signed root.
"""

import hmac
import importlib.util
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from ringwall.base.errors import IntegrityError
from ringwall.ledger.ledger import Ledger
from ringwall.record.exporting import export_tiles
from ringwall.record.proof_checking import ProofCheck, check_proof
from ringwall.record.proving import prove_entry
from ringwall.signing.keys import format_vkey
from ringwall.tlog import (
    TILE_WIDTH,
    Frontier,
    entries_path,
    format_proof_file,
    leaf_hash,
    open_checkpoint,
    parse_bundle,
    tile_path,
    tile_root,
    tiles_of,
)
from tests.fault.campaign.logs import Log
from tests.fault.ledger_simulator import ORIGIN, OTHER_KEY

__all__ = ["checked_proof", "exported", "proof_of", "read_folder", "standalone"]

_TOOL = Path(__file__).parents[3] / "tools" / "verify_proof.py"


def reading(log: Log) -> Ledger:
    """Return a log, open for reading."""
    return Ledger(log.path, log.key.verifier(), ORIGIN)


def exported(log: Log, folder: Path) -> dict[str, bytes]:
    """Export a log; return the files of the folder by their names."""
    export_tiles(reading(log), folder)
    return files_of(folder)


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the files that a web server would serve of a folder."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    found = {str(path.relative_to(folder)): path.read_bytes() for path in paths}
    return {name: data for name, data in found.items() if not name.startswith(".")}


def read_folder(files: Mapping[str, bytes]) -> tuple[Any, ...]:
    """Return checkpoint and entries of a folder of tiles, all of it checked.

    Raises:
        IntegrityError: something is not what the log's key signed.
    """
    verifier = OTHER_KEY.verifier()
    checkpoint = open_checkpoint(files["checkpoint"], verifier, ORIGIN)
    entries: list[bytes] = []
    rows: dict[int, list[bytes]] = {}
    for tile in tiles_of(checkpoint.size):
        hashes = _file(files, tile_path(tile))
        if tile.level == 0:
            bundle = parse_bundle(_file(files, entries_path(tile)), tile.width)
            entries += bundle
            made = [leaf_hash(entry) for entry in bundle]
        else:
            start = tile.index * TILE_WIDTH
            made = rows[tile.level][start : start + tile.width]
        if b"".join(made) != hashes:
            raise IntegrityError("tile-changed", f"{tile} is not what lies below it")
        if tile.width == TILE_WIDTH:
            rows.setdefault(tile.level + 1, []).append(tile_root(hashes))
    frontier = Frontier()
    for entry in entries:
        frontier.append(leaf_hash(entry))
    if not hmac.compare_digest(frontier.root(), checkpoint.root):
        raise IntegrityError("root-differs", "the entries do not give the root")
    return checkpoint, tuple(entries)


def _file(files: Mapping[str, bytes], name: str) -> bytes:
    if name not in files:
        raise IntegrityError("tile-missing", f"`{name}` is not served")
    return files[name]


def proof_of(log: Log, index: int) -> bytes:
    """Return the proof file of an entry."""
    return format_proof_file(prove_entry(reading(log), index).proof)


def checked_proof(data: bytes) -> object:
    """Return what a proof file shows; raises a RingwallError if it shows nothing."""
    shown = check_proof(data, ProofCheck(OTHER_KEY.verifier(), ORIGIN))
    return shown.index, shown.checkpoint, shown.entry


def standalone(data: bytes) -> object:
    """Return what the auditor's own program says of a proof; as `checked_proof`."""
    tool = _tool()
    key = tool.read_vkey(format_vkey(OTHER_KEY.verifier()), b"\x01")
    try:
        return tool.check(data, [key], ORIGIN, None)
    except (tool.Refused, ValueError) as error:  # as its `main` does
        raise IntegrityError("refused", str(error)) from error


@cache
def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_proof", _TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
