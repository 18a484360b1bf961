"""Policies on disk to policies in memory: the only module here that has files read.

Must never follow a link, read a special file, or read more than the dialect allows.
"""

from pathlib import Path

from ringwall.base.errors import Fault, PolicyError
from ringwall.base.plain_folder import list_folder, read_plain
from ringwall.policy.bundle import Bundle, parse_bundle
from ringwall.policy.concern import Concern
from ringwall.policy.dialect import (
    MAX_BUNDLE_BYTES,
    MAX_CONCERNS,
    MAX_FOLDER,
    NAME,
)
from ringwall.policy.faults import shown
from ringwall.policy.known_concerns import known_concern
from ringwall.policy.reader import FILE_LIMITS

__all__ = ["read_bundle", "read_concern"]


def read_concern(folder: Path) -> Concern:
    """Return the concern in a folder; the folder's name is the concern's.

    Files whose name starts with a dot are not looked at.

    Raises:
        PolicyError: `policy-refused` with all faults, or `policy-unreadable`.
    """
    return known_concern(_concern_name(folder), _read_files(folder), str(folder))


def read_bundle(folder: Path) -> Bundle:
    """Return the bundle in a folder that holds one folder for each concern.

    A `README.md` beside them and names that start with a dot are not looked at.

    Raises:
        PolicyError: `policy-refused` with all faults, or `policy-unreadable`.
    """
    folders: dict[str, dict[str, bytes]] = {}
    size = 0
    for path in _listing(folder):
        if path.is_dir() and not path.is_symlink():
            if len(folders) == MAX_CONCERNS:
                raise _unreadable(folder, f"more than {MAX_CONCERNS} concerns")
            files = folders[_concern_name(path)] = _read_files(path)
            size += sum(map(len, files.values()))
            if size > MAX_BUNDLE_BYTES:
                raise _unreadable(folder, f"more than {MAX_BUNDLE_BYTES} bytes in all")
        elif path.name != "README.md":
            raise _unreadable(path, "this is not the folder of a concern")
    return parse_bundle(folders, str(folder))


def _concern_name(folder: Path) -> str:
    name = folder.resolve().name
    if not NAME.fullmatch(name):
        raise _unreadable(folder, f"`{name}` can't be the name of a concern")
    return name


def _listing(folder: Path) -> list[Path]:
    try:
        return list_folder(folder, MAX_FOLDER)
    except OSError as error:
        raise _unreadable(folder, _why(error)) from error


def _read_files(folder: Path) -> dict[str, bytes]:
    # Unknown files are handed on by name, for the reader to refuse unread.
    return {
        path.name: _read(path) if path.name in FILE_LIMITS else b""
        for path in _listing(folder)
    }


def _read(path: Path) -> bytes:
    try:
        return read_plain(path, FILE_LIMITS[path.name])
    except OSError as error:
        raise _unreadable(path, _why(error)) from error


def _why(error: OSError) -> str:
    return (error.strerror or "can't be read").lower()


def _unreadable(path: Path, message: str) -> PolicyError:
    name = shown(str(path))
    return PolicyError(
        "policy-unreadable",
        f"`{name}` can't be read: {shown(message)}",
        next_step="check the folder and its permissions",
        faults=(Fault(name, 0, 0, "policy-unreadable", shown(message)),),
    )
