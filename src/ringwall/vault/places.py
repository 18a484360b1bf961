"""Where containers lie below an institute's folder, and what lies there.

Names come from the record alone. Must never give a path outside the vault's folder, nor
follow a link on the way to one.
"""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ringwall.base.durable_file import flush_folder
from ringwall.base.errors import RecordUnavailable
from ringwall.model.container_names import parse_file_name
from ringwall.model.ids import parse_id
from ringwall.vault.container.faults import busy

__all__ = ["PART", "SUFFIX", "Places", "held_alone", "walk"]

SUFFIX: Final = ".vault"
"""Ends the name of each container in the vault."""
PART: Final = ".part"
"""Ends, after that, the name of one that is not finished."""

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_VAULT: Final = "vault"
# No id begins with a dot, so nothing that is sealed can lie in these.
_ASIDE: Final = ".replaced"
_STAGING: Final = ".incoming"


class Places:
    """The folder of an institute's vault.

    Args:
        folder: of the institute.
    """

    def __init__(self, folder: Path) -> None:
        self.root = folder / _VAULT

    def container(self, asset: str, file: str) -> Path:
        """Return where the container of an asset's file lies, or is to lie.

        Raises:
            ValueError: one of the two is malformed.
        """
        prefix, _, name = parse_id(asset).partition(":")
        return self.root / prefix / name / (parse_file_name(file) + SUFFIX)

    def staging(self, asset: str, file: str) -> Path:
        """Return where a container lies that is to take the place of another one.

        Raises:
            ValueError: one of the two is malformed.
        """
        place = self.container(asset, file)
        return self.root / _STAGING / place.relative_to(self.root)

    def aside(self, container: str) -> Path:
        """Return where a container lies that another one has replaced."""
        return self.root / _ASIDE / (container + SUFFIX)

    def make_room(self, path: Path) -> None:
        """Make the folders that a container is to lie in, for their owner alone.

        Raises:
            RecordUnavailable: `vault-unwritable`.
        """
        try:
            for folder in reversed(path.parents):
                if folder == self.root or self.root in folder.parents:
                    _make_folder(folder)
        except OSError as error:
            raise RecordUnavailable(
                "vault-unwritable",
                f"`{path.parent}` can't be made: {error.strerror or error}",
                next_step="check what stands in its place, and its permissions",
            ) from error


@contextmanager
def held_alone(place: Path) -> Iterator[None]:
    """Keep other processes from rewrapping what lies in a folder.

    Args:
        place: of a container; where its folder is not there, nothing is kept.

    Raises:
        ActRefused: `container-busy`, another process is at it.
    """
    try:
        handle = os.open(place.parent, _FOLDER)
    except OSError:
        yield
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise busy(place) from None
    finally:
        os.close(handle)


def walk(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Give all that lies below a folder and is no folder, by name; links as they are.

    Raises:
        OSError: a folder can't be read.
    """
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            yield from walk(Path(entry.path))
        else:
            yield entry


def _make_folder(folder: Path) -> None:
    """Make one folder unless it is there; a link in its place is refused.

    Raises:
        OSError: it can't be made, or something else has its name.
    """
    try:
        os.mkdir(folder, 0o700)
    except FileExistsError:
        if not stat.S_ISDIR(os.lstat(folder).st_mode):
            raise
        return
    flush_folder(folder.parent)
