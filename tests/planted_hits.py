"""Traces of planted reporters in what histories have left behind."""

import json
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from tests.planted_play import Played
from tests.planting import salted, search_for
from tests.traces import Hit, Net

__all__ = ["hits_in"]


def hits_in(folder: Path, played: Played, *more: Net) -> list[Hit]:
    """Return each trace of somebody planted, in all files and in all that was told.

    Args:
        folder: of the institute; its desk may be open, so that its log is in two files.
        played: what came of the histories.
        *more: patterns to look for besides, such as digests of guesses.
    """
    salts = [
        digest
        for report, one in played.sent.items()
        for digest in salted(one, _open_salts(folder, report))
    ]
    own = [Net(dict.fromkeys(salts, "a digest with salt"))] if salts else []
    search = search_for(played.people, *own, *more)
    hits = search.hits("what was told", "\n".join(played.told).encode())
    paths = sorted(folder.rglob("*"))
    names = "\n".join(path.relative_to(folder).as_posix() for path in paths)
    hits += search.hits("names of files", names.encode())
    for path in paths:
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            hits += search.hits(name, path.read_bytes())
    return hits


def _open_salts(folder: Path, report: str) -> Iterator[bytes]:
    """Give what stands next to a reporter in the open, and could salt a guess."""
    name = report.removeprefix("report:")
    yield from (report.encode(), name.encode())
    path = folder / "raid" / "boxes" / name[-2:] / f"{name}.json"
    if path.is_file():
        box = path.read_bytes()
        salt = json.loads(box)["salt"]
        yield from (salt.encode(), b64decode(salt), sha256(box).digest())
