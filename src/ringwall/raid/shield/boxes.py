"""The boxes of an institute: one file for each report, written before its event.

To erase a reporter is to destroy their box: the hash that stays on record tells
nothing without it. Must never give back a box other than the one on record.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Final

from ringwall.base.durable_file import flush_folder
from ringwall.base.errors import RecordUnavailable, UnknownItem
from ringwall.base.plain_folder import read_plain
from ringwall.ledger.asking.raid_rows import RaidRows
from ringwall.raid.shield.box import (
    MAX_BOX_BYTES,
    Box,
    box_damaged,
    digest_of,
    format_box,
    parse_box,
)

__all__ = ["Boxes", "digest_on_record"]

_FOLDER_MODE: Final = 0o700
_FILE_MODE: Final = 0o600
_MAKE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
# All boxes are as old as each other: when one was written is nobody's concern.
_NO_TIME: Final = (0, 0)
_PREFIX: Final = "report:"
_WITHHELD: Final = "withheld"


def digest_on_record(rows: RaidRows, report: str) -> str:
    """Return the digest of the box of a report; empty if it never had one.

    Args:
        rows: of the desk.
        report: id of one that there is.

    Returns:
        What is the digest of no box where the words of the report were erased.
    """
    said = rows.first([report])[report].event["said"]
    return _WITHHELD if "concealed" in said else str(said.get("box", ""))


class Boxes:
    """The boxes of an institute.

    Args:
        folder: of the institute; boxes lie in `raid/boxes` below it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "raid" / "boxes"

    def keep(self, boxes: Iterable[Box]) -> tuple[str, ...]:
        """Keep boxes, and return their digests once all of them are durable.

        Raises:
            RecordUnavailable: `box-unwritable`.
        """
        digests: list[str] = []
        folders: set[Path] = set()
        try:
            for box in boxes:
                data = format_box(box)
                path = self._path(box.report)
                self._make_folders(path.parent)
                self._write(path, data)
                folders.add(path.parent)
                digests.append(digest_of(data))
            for folder in sorted(folders):
                self._flush(folder)
        except OSError as error:
            raise RecordUnavailable(
                "box-unwritable",
                f"`{self._folder}` can't be written: {error.strerror or error}",
                next_step="make room, or give the folder back its owner and mode",
            ) from error
        return tuple(digests)

    def read(self, report: str, digest: str) -> Box:
        """Return the box of a report, held against what is on record.

        Args:
            report: its id.
            digest: that stands on record; empty if it never had one.

        Raises:
            UnknownItem: `box-never`; `box-missing`, it was erased or lost.
            IntegrityError: `box-damaged`.
        """
        if not digest:
            raise UnknownItem(
                "box-never",
                f"`{report}` never had a box: it came before there were custodians",
                next_step="nobody who is on record can say who sent it",
            )
        try:
            data = read_plain(self._path(report), MAX_BOX_BYTES)
        except FileNotFoundError:
            raise UnknownItem(
                "box-missing",
                f"there is no box of `{report}`",
                next_step="it was erased; or bring it back from a copy of the folder",
            ) from None
        except OSError:
            raise box_damaged(report) from None
        box = parse_box(data, report)
        if digest_of(data) != digest:
            raise box_damaged(report)
        return box

    def erase(self, report: str) -> bool:
        """Destroy the box of a report, for ever; return whether there was one.

        Other copies of the folder have to forget it too; that nobody can do from here.

        Raises:
            RecordUnavailable: `box-unwritable`.
        """
        path = self._path(report)
        try:
            path.unlink()
            self._flush(path.parent)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise RecordUnavailable(
                "box-unwritable",
                f"`{path}` can't be destroyed: {error.strerror or error}",
                next_step="give the folder back its owner and mode, then do it again",
            ) from error
        return True

    def _flush(self, folder: Path) -> None:
        """Make what lies in a folder durable, and leave no time at which it came."""
        # Its name is two letters of an id: by its time it would tell of a report.
        for place in (folder, self._folder):
            os.utime(place, _NO_TIME)
        flush_folder(folder)

    def _path(self, report: str) -> Path:
        name = report.removeprefix(_PREFIX)
        return self._folder / name[-2:] / f"{name}.json"

    @staticmethod
    def _write(path: Path, data: bytes) -> None:
        draft = path.with_name(f".{path.name}.{token_hex(8)}")
        try:
            with os.fdopen(os.open(draft, _MAKE, _FILE_MODE), "wb") as file:
                file.write(data)
                file.flush()
                os.utime(file.fileno(), _NO_TIME)
                os.fsync(file.fileno())
            # A box is made once: no later one goes over it.
            os.link(draft, path, follow_symlinks=False)
        finally:
            with suppress(OSError):
                os.unlink(draft)

    def _make_folders(self, last: Path) -> None:
        """Make the folders down to one; each name is durable before the next."""
        for folder in (self._folder.parent, self._folder, last):
            if not folder.is_dir():
                with suppress(FileExistsError):
                    folder.mkdir(_FOLDER_MODE)
                flush_folder(folder.parent)
