"""What the demo works on: a small weights file, and a ledger tampered with.

Must never touch a file outside the folder it is given.
"""

import hashlib
import json
import sqlite3
from pathlib import Path
from typing import Final

__all__ = ["piece_of", "tamper_ledger", "write_weights"]

_TENSORS: Final = {
    "embed.weight": (512, 384),
    "layers.0.attention.weight": (384, 384),
    "layers.0.mlp.weight": (384, 1536),
    "layers.1.attention.weight": (384, 384),
    "layers.1.mlp.weight": (384, 1536),
    "head.weight": (384, 512),
}

_PIECE: Final = 64 * 1024


def write_weights(path: Path) -> None:
    """Write a real safetensors file of 7 MB; its values come from a hash stream."""
    import numpy as np
    from safetensors.numpy import save_file

    tensors = {}
    for name, (rows, columns) in _TENSORS.items():
        stream = hashlib.shake_256(name.encode()).digest(rows * columns)
        values = np.frombuffer(stream, dtype=np.int8).astype(np.float32) / 1024
        tensors[name] = values.reshape(rows, columns)
    # One entry of metadata and no more: their order, and so the digest, would vary.
    save_file(tensors, path, {"model": "aurora-2, a demonstration"})


def piece_of(path: Path) -> tuple[int, int, str]:
    """Return where the tensors of a safetensors file begin, and some of their bytes.

    Args:
        path: of the file.

    Returns:
        First byte, the one behind the last, and the SHA-256 of what is between, hex.
    """
    from ringwall.model.tensor_header import LENGTH_BYTES, parse_header_length

    with path.open("rb") as file:
        start = LENGTH_BYTES + parse_header_length(file.read(LENGTH_BYTES))
        file.seek(start)
        piece = file.read(_PIECE)
    return start, start + len(piece), hashlib.sha256(piece).hexdigest()


def tamper_ledger(path: Path) -> tuple[int, str]:
    """Edit a ledger as someone with the file in hand would.

    One letter of the first recorded denial is changed, and the first screening at
    SL3 in the registry table is raised to SL4.

    Args:
        path: the ledger's file, with nothing beside it that is not folded in.

    Returns:
        Index of the entry, and id of the person.

    Raises:
        ValueError: the ledger has no such entry or row.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    guards = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    try:
        connection.execute("BEGIN IMMEDIATE")
        triggers = connection.execute(guards).fetchall()
        for name, _ in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        index = _change_entry(connection)
        person = _raise_screening(connection)
        for _, text in triggers:
            connection.execute(text)
        connection.execute("COMMIT")
    finally:
        connection.close()
    return index, person


def _change_entry(connection: sqlite3.Connection) -> int:
    query = "SELECT idx, entry FROM leaf ORDER BY idx"
    for index, entry in connection.execute(query):
        if b'"effect":"deny"' not in entry:
            continue
        changed = entry.replace(b'"authentication":"h', b'"authentication":"m')
        if changed != entry:
            change = "UPDATE leaf SET entry = ? WHERE idx = ?"
            connection.execute(change, (changed, index))
            return int(index)
    raise ValueError("the ledger holds no denial to tamper with")


def _raise_screening(connection: sqlite3.Connection) -> str:
    # What is known of people stands beside the log: its entries hold only tokens.
    query = "SELECT token, value FROM disclosure WHERE token LIKE 'text:%'"
    documents = {
        str(json.loads(value)["id"]): (token, value)
        for token, value in connection.execute(query)
        if value.startswith(b"{")
    }
    for person, (token, value) in sorted(documents.items()):
        raised = value.replace(b'"level":"SL3"', b'"level":"SL4"')
        if raised != value:
            change = "UPDATE disclosure SET value = ? WHERE token = ?"
            connection.execute(change, (raised, token))
            return person
    raise ValueError("the ledger holds no screening to tamper with")
