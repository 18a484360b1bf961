"""Threat models on disk to threat models in memory: the only module here that reads.

Must never follow a link, read a special file, or read more than is allowed.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ringwall.base.errors import DeclarationError, Fault
from ringwall.base.plain_folder import list_folder, read_plain
from ringwall.model.field_faults import shown
from ringwall.threats.catalogue import Catalogue
from ringwall.threats.files import (
    FILES,
    MAX_BYTES,
    MAX_FILE_BYTES,
    MAX_PROTECTED,
    PROTECTED_FOLDER,
)
from ringwall.threats.reader import is_protected_file, parse_catalogue

__all__ = ["read_catalogue"]

_MAX_NAMES: Final = len(FILES) + MAX_PROTECTED + 16


def read_catalogue(folder: Path) -> Catalogue:
    """Return the threat models in a folder.

    A `README.md` and names that start with a dot are not looked at.

    Args:
        folder: holds the files of `files.FILES` and a folder `protected`.

    Raises:
        DeclarationError: `threat-models-refused` with all faults, or
            `threat-models-unreadable`.
    """
    files: dict[str, bytes] = {}
    size = 0
    for name, path in _named(folder):
        data = files[name] = _read(name, path)
        size += len(data)
        if size > MAX_BYTES:
            raise _unreadable(folder, f"more than {MAX_BYTES} bytes in all")
    return parse_catalogue(files, str(folder))


def _named(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in _listing(folder):
        if path.name == PROTECTED_FOLDER and _is_folder(path):
            for inner in _listing(path):
                yield f"{PROTECTED_FOLDER}/{inner.name}", inner
        else:
            yield path.name, path


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _listing(folder: Path) -> list[Path]:
    try:
        paths = list_folder(folder, _MAX_NAMES)
    except OSError as error:
        raise _unreadable(folder, _why(error)) from error
    return [path for path in paths if path.name != "README.md"]


def _read(name: str, path: Path) -> bytes:
    if name not in FILES and not is_protected_file(name):
        # Handed on by name, for the reader to refuse unread.
        return b""
    try:
        return read_plain(path, MAX_FILE_BYTES)
    except OSError as error:
        raise _unreadable(path, _why(error)) from error


def _why(error: OSError) -> str:
    return (error.strerror or "can't be read").lower()


def _unreadable(path: Path, message: str) -> DeclarationError:
    name = shown(path, 4096)
    return DeclarationError(
        "threat-models-unreadable",
        f"`{name}` can't be read: {message}",
        next_step="check the folder and its permissions",
        faults=(Fault(name, 0, 0, "threat-models-unreadable", message),),
    )
