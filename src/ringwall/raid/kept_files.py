"""The files that the desk keeps by their digests, looked at for `audit verify`.

Must never mend what it finds, nor say of a file that it is right without reading it.
"""

from pathlib import Path
from typing import Final

from ringwall.base.errors import DeclarationError, IntegrityError, UnknownItem
from ringwall.ledger.verification.kept_walk import RULES
from ringwall.raid.intake.originals import Kept, Originals
from ringwall.raid.rule_files import digest_of, kept_folder, read_files
from ringwall.raid.shield.boxes import Boxes

__all__ = ["KeptOnDisk"]

_MISSING: Final = "missing"
_CHANGED: Final = "changed"


class KeptOnDisk:
    """What an institute's desk keeps.

    Args:
        folder: of the institute.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._originals = Originals(folder)
        self._boxes = Boxes(folder)

    def fault(self, what: str, digest: str, size: int) -> str:
        """Return `missing` or `changed`; empty if it is there as it was.

        Args:
            what: as for `KeptFiles`.
            digest: 64 hex digits.
            size: in bytes.
        """
        if what == RULES:
            return self._fault_of_rules(digest)
        try:
            self._originals.read(Kept(digest, size))
        except UnknownItem:
            return _MISSING
        except IntegrityError:
            return _CHANGED
        return ""

    def fault_of_box(self, report: str, digest: str) -> str:
        """Return `missing` or `changed`; empty if the box is there as it was sealed.

        Args:
            report: id of the report that it is of.
            digest: on record.
        """
        try:
            self._boxes.read(report, digest)
        except UnknownItem:
            return _MISSING
        except IntegrityError:
            return _CHANGED
        return ""

    def _fault_of_rules(self, digest: str) -> str:
        place = kept_folder(self._folder, digest)
        if not place.is_dir():
            return _MISSING
        try:
            found = digest_of(read_files(place))
        except DeclarationError:
            return _CHANGED
        return "" if found == digest else _CHANGED
