"""The files of the desk's rules: which there are, their digest, and kept copies.

Must never follow a link, take a file that no reader knows, or believe a copy unread.
"""

import os
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from shutil import rmtree
from typing import Final

from ringwall.base.canonical import dump_canonical
from ringwall.base.durable_file import flush_folder
from ringwall.base.errors import DeclarationError, Fault, RecordUnavailable
from ringwall.base.plain_folder import list_folder, read_plain
from ringwall.model.field_faults import shown

__all__ = [
    "KEPT_FOLDER",
    "PARTS",
    "RAID_FOLDER",
    "RULES_ID",
    "RULE_FILES",
    "digest_of",
    "keep_files",
    "kept_folder",
    "read_files",
]

RULES_ID: Final = "raid:rules"
"""What the rules in force are called on record."""
RAID_FOLDER: Final = "raid"
"""Folder of the desk's rules, and of what it keeps, in an institute's folder."""
PARTS: Final = ("clocks", "desk", "routes", "triage")
"""The folders of the rules, in that folder."""
RULE_FILES: Final = frozenset(
    f"{part}/{name}"
    for part, names in {
        "clocks": "holidays.csv places.csv rules.csv stages.csv triggers.csv",
        "desk": "aggregates.csv capacity.yaml conflict.csv custodians.yaml "
        "embargo-approvers.csv embargo.csv exits.csv tells.csv workload.yaml",
        "routes": "contacts.csv duties.csv functions.csv routes.csv sectors.csv "
        "states.csv",
        "triage": "harm.csv legal.csv main.csv overrides.csv points.csv suggest.csv "
        "threat.csv thresholds.csv version.csv",
    }.items()
    for name in names.split()
)
"""The files that rules are read from, from that folder; not all have to be there."""
KEPT_FOLDER: Final = "kept"
"""Folder of the copies of rules that were in force, likewise."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}\.(?:csv|yaml)", re.ASCII)
_NOTES: Final = "README.md"
_MOST_NAMES: Final = 64
_MOST_BYTES: Final = 8 * 1024 * 1024


def read_files(folder: Path) -> dict[str, bytes]:
    """Return the files of the rules: name from the folder, e.g. `desk/x.csv` -> bytes.

    A `README.md` and names that start with a dot are not looked at.

    Args:
        folder: holds the folders of `PARTS`.

    Raises:
        DeclarationError: `raid-rules-unreadable`: a folder or file is missing, too
            large, a link, or of a name that no reader knows.
    """
    files: dict[str, bytes] = {}
    for part in PARTS:
        for path in _listed(folder / part):
            if not _NAME.fullmatch(path.name):
                raise _unreadable(path, "no rules have such a name")
            try:
                data = read_plain(path, _MOST_BYTES)
            except OSError as error:
                raise _unreadable(path, _why(error)) from error
            if len(data) > _MOST_BYTES:
                raise _unreadable(path, f"more than {_MOST_BYTES} bytes")
            files[f"{part}/{path.name}"] = data
    return files


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return the digest of rules: 64 hex digits of SHA-256, over names and contents."""
    sums = {name: sha256(data).hexdigest() for name, data in files.items()}
    return sha256(dump_canonical(sums)).hexdigest()


def kept_folder(folder: Path, digest: str) -> Path:
    """Return where the copy of the rules of a digest is, whether or not it is there.

    Args:
        folder: the institute's.
        digest: of the rules.
    """
    return folder / RAID_FOLDER / KEPT_FOLDER / digest


def keep_files(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Keep a copy of rules, unless there is one; return where once it is durable.

    Args:
        folder: the institute's.
        files: the rules.

    Raises:
        RecordUnavailable: `raid-rules-unwritable`.
    """
    place = kept_folder(folder, digest_of(files))
    if _is_copy(place, files):
        return place
    draft = place.with_name(f".{place.name[:16]}.{token_hex(8)}")
    try:
        for part in PARTS:
            (draft / part).mkdir(parents=True)
        for name, data in files.items():
            _write(draft / name, data)
        for part in PARTS:
            flush_folder(draft / part)
        flush_folder(draft)
        # A damaged copy gives way to a whole one.
        rmtree(place, ignore_errors=True)
        draft.rename(place)
        flush_folder(place.parent)
        flush_folder(place.parent.parent)
    except OSError as error:
        raise RecordUnavailable(
            "raid-rules-unwritable",
            f"no copy of the rules can be kept in `{place}`: {_why(error)}",
            next_step="give the folder space and permissions, then run it again",
        ) from error
    finally:
        rmtree(draft, ignore_errors=True)
    return place


def _is_copy(place: Path, files: Mapping[str, bytes]) -> bool:
    try:
        return read_files(place) == files
    except DeclarationError:
        return False


def _listed(folder: Path) -> list[Path]:
    try:
        paths = list_folder(folder, _MOST_NAMES)
    except OSError as error:
        raise _unreadable(folder, _why(error)) from error
    return [path for path in paths if path.name != _NOTES]


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _why(error: OSError) -> str:
    return (error.strerror or "can't be read").lower()


def _unreadable(path: Path, message: str) -> DeclarationError:
    name = shown(path, 4096)
    return DeclarationError(
        "raid-rules-unreadable",
        f"`{name}` can't be read: {message}",
        next_step="copy `raid` from a new institute, which `ringwall init` makes",
        faults=(Fault(name, 0, 0, "raid-rules-unreadable", message),),
    )
